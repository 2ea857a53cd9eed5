"""Days and times of meetings as people type them: whole minutes, our digits, and no slip in the year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from wtforms import TimeField
from wtforms.validators import ValidationError

from govern.formats import date_text, today

YEARS_AHEAD, YEARS_BACK = 5, 50
"""Nobody plans for a later year; minutes of an earlier one are not kept here."""
TYPED = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})(?::00)?")
"""Some browsers send the seconds as well, as nought."""


class ClockField(TimeField):
    """A time such as 14:00 or 14.00. Meetings begin and end at whole minutes; seconds are a slip."""

    data: Any

    def __init__(self, label: str, validators: Sequence[Any], **options: Any) -> None:
        super().__init__(label, validators, format=["%H:%M"], **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the time; what was typed is shown again where it is none."""
        text = " ".join(valuelist).strip()
        typed = TYPED.fullmatch(text)
        if text and typed is None:
            self.data = None
            raise ValueError("Bitte eine Uhrzeit wie 14:00 angeben, ohne Sekunden.")
        super().process_formdata([f"{typed[1]}:{typed[2]}"] if typed else valuelist)


def within_reach(_form: Any, field: Any) -> None:
    """Refuse a day that only a slip in the year explains; whether one that is over is meant is asked apart."""
    day = field.data
    if day is None:
        return
    if day.year > today().year + YEARS_AHEAD:
        raise ValidationError(f"Der {date_text(day)} liegt mehr als fünf Jahre voraus. Bitte das Jahr prüfen.")
    if day.year < today().year - YEARS_BACK:
        raise ValidationError(f"Der {date_text(day)} liegt mehr als fünfzig Jahre zurück. Bitte das Jahr prüfen.")

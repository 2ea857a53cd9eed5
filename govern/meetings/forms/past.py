"""Ask back before a meeting is planned for, or moved to, a day that is over: mostly a slip, sometimes old minutes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from wtforms import BooleanField
from wtforms.validators import ValidationError

from govern.formats import date_short, today
from govern.meetings.forms.times import YEARS_BACK


def confirmation_field() -> BooleanField:
    """The box to tick; pages show it only once it is asked for."""
    return BooleanField(
        "Ja, der Termin liegt in der Vergangenheit",
        description="So lassen sich Protokolle früherer Sitzungen nachtragen. Eine Einladung geht dann nicht hinaus.",
    )


def demand_confirmed(field: BooleanField, days: Iterable[date | None]) -> None:
    """Refuse ``days`` that are over unless the box is ticked; it is then asked for."""
    first = date(today().year - YEARS_BACK, 1, 1)  # what is earlier is refused anyway
    over = sorted({day for day in days if day is not None and first <= day < today()})
    if over and not field.data:
        named = ", ".join(date_short(day) for day in over[:3]) + (" und weitere" if len(over) > 3 else "")
        verb = "liegt" if len(over) == 1 else "liegen"
        raise ValidationError(f"{named} {verb} in der Vergangenheit. Ist das gewollt?")

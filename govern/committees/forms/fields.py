"""Fields that several forms of committees and documents share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any

from wtforms import RadioField, SelectField, StringField
from wtforms.validators import Optional, ValidationError

from govern.formats import parse_partial_date, partial_date


class PartialDateField(StringField):
    """A date as far as it is known: „2021", „März 2021", „17.03.2021"; data is ISO of that precision (A14)."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, [Optional(strip_whitespace=True)], **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; nothing at all is None."""
        self.typed = (valuelist[0] if valuelist else "").strip()
        self.data = None
        if self.typed:
            try:
                self.data = parse_partial_date(self.typed)
            except ValueError as error:
                raise ValueError("Bitte ein Datum angeben, zum Beispiel 17.03.2021, März 2021 oder 2021.") from error

    def _value(self) -> str:
        if self.raw_data:
            return str(self.typed)
        return partial_date(self.data) if self.data else ""


def labels(members: Iterable[StrEnum]) -> list[tuple[str, str]]:
    """Value and German label of each member, for a list of choices."""
    return [(m.value, getattr(m, "label", m.value)) for m in members]


def choose_one(label: str, kind: type[StrEnum], *, empty: str | None = None, **options: Any) -> SelectField:
    """A list of the members of ``kind``; with ``empty`` it may be left open, its data is then None."""
    choices = labels(kind) if empty is None else [("", empty), *labels(kind)]
    return SelectField(label, choices=choices, coerce=_coerce(kind), validate_choice=False,
                       validators=[_known(kind, required=empty is None)], **options)  # fmt: skip


def pick_one(label: str, kind: type[StrEnum], *, empty: str | None = None, **options: Any) -> RadioField:
    """Like `choose_one`, with all members in sight."""
    choices = labels(kind) if empty is None else [("", empty), *labels(kind)]
    return RadioField(label, choices=choices, coerce=_coerce(kind), validate_choice=False,
                      validators=[_known(kind, required=empty is None)], **options)  # fmt: skip


def id_or_none(value: Any) -> int | None:
    """The id a list of choices sends; an empty value is None, anything else not in the list."""
    if value in (None, "", "None"):
        return None
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() else -1


def _coerce(kind: type[StrEnum]) -> Callable[[Any], StrEnum | None]:
    def coerce(value: Any) -> StrEnum | None:
        if isinstance(value, kind):
            return value
        try:
            return kind(value)
        except ValueError:
            return None

    return coerce


def _known(kind: type[StrEnum], *, required: bool) -> Callable[[Any, Any], None]:
    def validate(_form: Any, field: Any) -> None:
        sent = (field.raw_data or [""])[0]
        if field.data is None and (required or sent):
            raise ValidationError("Bitte einen Eintrag der Liste wählen.")

    return validate

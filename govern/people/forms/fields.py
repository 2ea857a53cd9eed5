"""Fields, checks and the comparison of two versions that several forms share."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from wtforms import DateField, Field, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError

from govern.formats import date_text
from govern.people.forms.choices import ChoiceField
from govern.people.models import POSTAL_CODE, POSTAL_CODE_HINT
from govern.web import GermanForm


def tidy(text: str | None) -> str | None:
    """Without spaces around; nothing at all is None."""
    return (text or "").strip() or None


def text_field(label: str, *validators: Any, **options: Any) -> StringField:
    """A line of text that may be left empty; then its data is None."""
    return StringField(label, [Optional(strip_whitespace=True), *validators], filters=[tidy], **options)


def three_valued(label: str, *, yes: str = "ja", no: str = "nein", **options: Any) -> RadioField:
    """Yes, no, or not stated: data is True, False or None and never guessed."""
    return RadioField(
        label,
        choices={"": "nicht angegeben", "ja": yes, "nein": no},
        coerce=_three_values,
        validate_choice=False,
        **options,
    )


class DayField(DateField):
    """A day in our digits: Python would read those of other scripts as well."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the day; what was typed is shown again where it is none."""
        if not all(text.isascii() for text in valuelist):
            self.data = None
            raise ValueError(self.gettext("Not a valid date value."))
        super().process_formdata(valuelist)


def date_field(label: str, *validators: Any, **options: Any) -> DateField:
    """A day; typed as 26.05.2026 where the browser offers no calendar. May be left empty."""
    return DayField(label, list(validators) or [Optional()], format=["%Y-%m-%d", "%d.%m.%Y"], **options)


class LinesField(TextAreaField):
    """Several names, one a line; data is a list of strings."""

    def process_data(self, value: Any) -> None:
        """Take strings, or rows with a name."""
        self.data = [line if isinstance(line, str) else line.name for line in value or []]

    def process_formdata(self, valuelist: list[str]) -> None:
        """One entry per line that says something."""
        lines = valuelist[0].splitlines() if valuelist else []
        self.data = [line.strip() for line in lines if line.strip()]

    def _value(self) -> str:
        return "\n".join(self.data or [])


class VersionedForm(GermanForm):
    """A form that changes something stored: it carries the version it is based on."""

    version = HiddenField()

    def based_on(self) -> int:
        """The version the person saw; what was not sent or cannot be read counts as stale."""
        text = str((self.version.raw_data or [""])[0])
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1

    def seen(self) -> str:
        """The fingerprint of what the person saw; none counts as stale."""
        return str((self.version.raw_data or [""])[0])

    def differences(self, stored: GermanForm) -> list[tuple[str, str, str]]:
        """(field, typed here, stored meanwhile) where they differ; the next save is then based on what is stored."""
        self.version.data = stored.version.data
        pairs = [
            (f.label.text, words(f), words(stored[f.name])) for f in self if f.name not in ("version", "csrf_token")
        ]
        return [pair for pair in pairs if pair[1] != pair[2]]


def words(field: Field) -> str:
    """What a field holds, as people read it."""
    value = field.data
    if isinstance(field, ChoiceField):
        return ", ".join(choice.name for choice in field.chosen) or "nicht angegeben"
    if hasattr(field, "choices"):
        return ", ".join(str(choice.label) for choice in field.iter_choices() if choice.selected) or "nicht angegeben"
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, list):
        return ", ".join(str(v) for v in value) or "nicht angegeben"
    return date_text(value) if isinstance(value, date) else str(value or "nicht angegeben")


def _three_values(value: Any) -> bool | None:
    return {"ja": True, "nein": False, True: True, False: False}.get(value)


def is_email(_form: Any, field: Any) -> None:
    """One address, as far as its shape tells."""
    if field.data and not re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]{2,}", field.data):
        raise ValidationError("Bitte eine E-Mail-Adresse wie name@kreis.example angeben.")


def is_postal_code(_form: Any, field: Any) -> None:
    """Five digits, or a code of a neighbouring country."""
    if field.data and not POSTAL_CODE.fullmatch(field.data):
        raise ValidationError(f"Das ist keine Postleitzahl. {POSTAL_CODE_HINT}")


def is_web_address(_form: Any, field: Any) -> None:
    """A full http or https address."""
    if field.data and not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", field.data):
        raise ValidationError("Bitte eine Adresse angeben, die mit https:// beginnt.")

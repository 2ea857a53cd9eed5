"""What a browser may send to bring figures of target groups: a table, what is told about it, and „Übernehmen“."""

from __future__ import annotations

from datetime import date

from wtforms import HiddenField, IntegerField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from govern.committees.forms.rosters import RosterFileForm
from govern.formats import today
from govern.overview.services.target_groups import Told
from govern.people.forms.fields import date_field
from govern.web import GermanForm

_YEAR = "Bitte ein Jahr ab 2000 angeben."
YEARS = range(2000, 2101)


class _ToldForm(GermanForm):
    """Year, day and source, as both forms carry them."""

    year = IntegerField("Jahr", [InputRequired(_YEAR), NumberRange(YEARS[0], YEARS[-1], _YEAR)])
    as_of = date_field("Stichtag", InputRequired("Bitte den Stichtag angeben, zu dem gezählt wurde."))
    source = StringField(
        "Quelle",
        [DataRequired("Bitte die Quelle nennen."), Length(max=300, message="Höchstens 300 Zeichen.")],
        description="Statistik, Register oder Stelle, von der die Zahlen kommen. Sie steht bei den Zahlen.",
    )


class TargetFileForm(_ToldForm, RosterFileForm):
    """A table to look at."""

    @classmethod
    def for_year(cls, year: int | None) -> TargetFileForm:
        """The empty form, with the last day of a year; of the last one where none or a strange one is asked for."""
        if year is None or year not in YEARS:
            year = today().year - 1
        return cls(data={"year": year, "as_of": date(year, 12, 31)})

    def told(self) -> Told:
        """What was told about the table."""
        return Told(year=self.year.data or 0, as_of=self.as_of.data or date.min, source=_plain(self.source.data),
                    file_name=self.file_name[-120:])  # fmt: skip


class ConfirmTargetForm(GermanForm):
    """„Übernehmen“, after the preview."""

    token = HiddenField(validators=[DataRequired()])
    based_on = HiddenField(validators=[DataRequired()])
    year = HiddenField(validators=[DataRequired()])
    as_of = HiddenField(validators=[DataRequired()])
    source = HiddenField(validators=[DataRequired(), Length(max=300)])
    file_name = HiddenField(validators=[DataRequired(), Length(max=120)])

    @classmethod
    def of(cls, told: Told, token: str, based_on: int) -> ConfirmTargetForm:
        """The form that takes over what the preview shows."""
        return cls(formdata=None, data={"token": token, "based_on": str(based_on), "year": str(told.year),
                                        "as_of": told.as_of.isoformat(), "source": told.source,
                                        "file_name": told.file_name})  # fmt: skip

    def told(self) -> Told | None:
        """What was told about the table; None when somebody changed it in the browser."""
        source, file_name = _plain(self.source.data), _plain(self.file_name.data)
        try:
            year, as_of = int(self.year.data or ""), date.fromisoformat(self.as_of.data or "")
        except ValueError:
            return None
        if not self.validate() or year not in YEARS or not source or not file_name:
            return None
        return Told(year=year, as_of=as_of, source=source, file_name=file_name)

    def version(self) -> int:
        """The number of the version the preview compared with."""
        text = self.based_on.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _plain(text: str | None) -> str:
    return " ".join((text or "").split())

"""What a browser may send to plan a year or a tour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired, Length, Optional

from govern.committees.models import CadenceInterval, Committee
from govern.meetings.forms.meetings import NOBODY
from govern.meetings.forms.past import confirmation_field, demand_confirmed
from govern.meetings.forms.times import ClockField, within_reach
from govern.meetings.models import MeetingMode, Place
from govern.meetings.queries.series import YearPlan
from govern.meetings.services.series import MOST_MEETINGS, MUNICIPALITY, Entry
from govern.people.forms.fields import date_field, text_field
from govern.people.models import Organisation
from govern.web import GermanForm

EMPTY_ROWS = 2


class PatternForm(GermanForm):
    """From when to when, and how often: asked for with GET."""

    class Meta(GermanForm.Meta):
        csrf = False

    von = date_field("Erste Sitzung")
    bis = date_field("bis")
    turnus = SelectField("Turnus", choices=[(i.value, i.label) for i in CadenceInterval], coerce=CadenceInterval)


class RowForm(Form):
    """One meeting of a year; a row without a day is passed over."""

    day = date_field("Tag", Optional(), within_reach)
    starts = ClockField("Beginn", [Optional()])
    ends = ClockField("Ende", [Optional()])


class StopForm(RowForm):
    """One meeting of a tour."""

    municipality_id = HiddenField()
    place_note = text_field("Ort", Length(max=200, message="Höchstens 200 Zeichen."))


class SeriesForm(GermanForm):
    """What the meetings of a series have in common."""

    title = text_field("Name der Reihe", InputRequired("Bitte einen Namen angeben."),
                       Length(max=200, message="Höchstens 200 Zeichen."))  # fmt: skip
    mode = RadioField("Form", choices=[(m.value, m.label) for m in MeetingMode], coerce=MeetingMode)
    with_standing_items = BooleanField("Standard-TOP einfügen")
    is_past = confirmation_field()
    rows: FieldList

    def validate_is_past(self, field: BooleanField) -> None:
        """Days that are over are asked back for."""
        demand_confirmed(field, [row.day.data for row in self.rows])

    def common(self) -> dict[str, Any]:
        """What the service takes, beside the dates."""
        names = ("title", "mode", "with_standing_items")
        return {name: self[name].data for name in names}

    def _complete(self, row: Any) -> bool:
        if row.starts.data is not None and row.ends.data is not None and row.ends.data > row.starts.data:
            return True
        row.day.errors = [*row.day.errors, "Bitte Beginn und ein späteres Ende angeben."]
        self.form_errors.append("Bei einer Sitzung fehlen Beginn oder ein späteres Ende.")
        return False


class YearForm(SeriesForm):
    """All meetings of a year, to be changed before they are planned."""

    place_id = SelectField("Ort", coerce=int)
    rows = FieldList(FormField(RowForm), "Sitzungen", max_entries=MOST_MEETINGS + EMPTY_ROWS)

    def __init__(self, *args: Any, places: Sequence[Place], **values: Any) -> None:
        super().__init__(*args, **values)
        self._places = {place.id: place for place in places}
        self.place_id.choices = [NOBODY, *((place.id, place.name) for place in places)]

    def entries(self) -> list[Entry] | None:
        """The meetings typed; None after noting what is missing."""
        filled = [row for row in self.rows if row.day.data is not None]
        if not all([self._complete(row) for row in filled]):
            return None
        place = self._places.get(self.place_id.data)
        return [Entry(row.day.data, row.starts.data, row.ends.data, place=place) for row in filled]


class TourForm(SeriesForm):
    """One meeting per municipality; a municipality without a day is left out."""

    meeting_title = text_field(
        "Titel der Sitzungen", InputRequired("Bitte einen Titel angeben."),
        Length(max=150, message="Höchstens 150 Zeichen."),
        description=f"{MUNICIPALITY} wird durch den Namen der Kommune ersetzt.",
    )  # fmt: skip
    rows = FieldList(FormField(StopForm), "Kommunen", max_entries=500)

    def __init__(self, *args: Any, municipalities: Sequence[Organisation], **values: Any) -> None:
        super().__init__(*args, **values)
        self._known = {str(organisation.id): organisation for organisation in municipalities}
        self.names = {key: organisation.name for key, organisation in self._known.items()}

    def entries(self) -> list[Entry] | None:
        """The meetings typed; None after noting what is missing."""
        filled = [row for row in self.rows if row.day.data is not None and row.municipality_id.data in self._known]
        if not all([self._complete(row) for row in filled]):
            return None
        return [
            Entry(row.day.data, row.starts.data, row.ends.data, place_note=row.place_note.data,
                  municipality=self._known[row.municipality_id.data])
            for row in filled
        ]  # fmt: skip


def year_values(committee: Committee, plan: YearPlan) -> dict[str, Any]:
    """What the form for a year starts with: the proposal and some empty rows."""
    times = {"starts": plan.starts, "ends": plan.ends}
    rows = [{"day": proposed.day, **times} for proposed in plan.dates]
    years = sorted({plan.first.year, plan.until.year})
    return {
        "title": f"Sitzungen {'/'.join(map(str, years))}",
        "mode": MeetingMode.ON_SITE,
        "place_id": plan.place_id or 0,
        "with_standing_items": True,
        "rows": [*rows, *({"day": None, **times} for _ in range(EMPTY_ROWS))],
    }


def tour_values(plan: YearPlan, municipalities: Sequence[Organisation]) -> dict[str, Any]:
    """What the form for a tour starts with: all municipalities, the usual times, no days yet."""
    times = {"starts": plan.starts, "ends": plan.ends}
    return {
        "title": "Kommunentour",
        "meeting_title": f"Kommunentour: {MUNICIPALITY}",
        "mode": MeetingMode.ON_SITE,
        "with_standing_items": True,
        "rows": [{"municipality_id": str(o.id), "day": None, "place_note": None, **times} for o in municipalities],
    }

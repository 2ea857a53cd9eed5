"""What a browser may send to plan, change and cancel an event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, IntegerField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from govern.committees.models import Committee
from govern.formats import local
from govern.meetings.forms.meetings import TimeForm
from govern.meetings.models import Event, EventKind, Place
from govern.people.forms.fields import date_field, text_field
from govern.web import GermanForm


class EventForm(TimeForm):
    """An event or training for the members of some committees."""

    kind = RadioField("Art", choices=[(k.value, k.label) for k in EventKind], coerce=EventKind)
    title = text_field("Titel", InputRequired("Bitte einen Titel angeben."),
                       Length(max=200, message="Höchstens 200 Zeichen."))  # fmt: skip
    description = TextAreaField("Beschreibung", [Length(max=10_000, message="Höchstens 10.000 Zeichen.")],
                                description="Steht auf der Seite und in der Ankündigung.")  # fmt: skip
    committee_ids = SelectMultipleField(
        "Für die Mitglieder von", coerce=int, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    place_id = SelectField("Ort", coerce=int)
    place_note = text_field("Raum oder Zusatz", Length(max=200, message="Höchstens 200 Zeichen."))
    video_url = text_field("Videolink", Length(max=500, message="Höchstens 500 Zeichen."))
    most_participants = IntegerField(
        "Höchstzahl", [Optional(), NumberRange(1, 10_000, message="Bitte eine Zahl von 1 bis 10.000 angeben.")],
        description="Leer lassen, wenn beliebig viele kommen können.",
    )  # fmt: skip
    register_until = date_field("Anmeldung bis")
    inform = BooleanField("Mitglieder über die Änderung informieren")

    def __init__(self, *args: Any, places: Sequence[Place], committees: Sequence[Committee], **values: Any) -> None:
        super().__init__(*args, **values)
        self._places = {place.id: place for place in places}
        self._committees = {committee.id: committee for committee in committees}
        self.place_id.choices = [(0, "noch offen"), *((place.id, place.name) for place in places)]
        self.committee_ids.choices = [(committee.id, committee.name) for committee in committees]

    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        plain = ("kind", "title", "day", "starts", "ends", "place_note", "video_url", "most_participants")
        return {
            **{name: self[name].data for name in plain},
            "register_until": self.register_until.data,
            "description": self.description.data or "",
            "place": self._places.get(self.place_id.data),
            "committees": [self._committees[i] for i in self.committee_ids.data or []],
        }


class CancelEventForm(GermanForm):
    """Call an event off."""

    inform = BooleanField("Mitglieder per Mail informieren", default=True)


def stored_values(event: Event) -> dict[str, Any]:
    """What the form for an existing event starts with."""
    starts, ends = local(event.starts_at), local(event.ends_at)
    return {
        "version": str(event.version),
        "kind": event.kind,
        "title": event.title,
        "description": event.description,
        "committee_ids": [committee.id for committee in event.committees],
        "day": starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "place_id": event.place_id or 0,
        "place_note": event.place_note,
        "video_url": event.video_url,
        "most_participants": event.most_participants,
        "register_until": event.register_until,
        "inform": True,
    }

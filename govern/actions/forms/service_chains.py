"""What a browser may send to describe a service chain: its stations in their order, and the interfaces between them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from wtforms import BooleanField, FieldList, FormField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from govern.actions.forms.gap_reports import GuardedForm, optional_key, optional_place
from govern.actions.models import ChainPlace, ChainVersion, TermKind
from govern.actions.queries.vocabularies import Terms
from govern.actions.redaction import plain
from govern.actions.services.service_chains import Description, Interface, Station
from govern.people.forms.fields import LinesField, VersionedForm
from govern.web import GermanForm

MOST_STATIONS, MOST_INTERFACES = 20, 40
_PLACES = [("", "nicht angegeben"), *((place.value, place.label) for place in ChainPlace)]
_NUMBER = [Optional(), NumberRange(1, 99, "Bitte eine Zahl von 1 bis 99.")]
INCOMPLETE = "Bitte die Nummer angeben. Die Schnittstelle entfällt, wenn beide Nummern und der Text leer sind."
_TEXT = Length(max=1_000, message="Höchstens 1.000 Zeichen.")


class StationForm(GermanForm):
    """One station; without a name it is left out."""

    class Meta(GermanForm.Meta):
        csrf = False  # the whole form has one

    number = IntegerField("Nr.", _NUMBER)
    name = StringField("Name der Station", [Length(max=80, message="Höchstens 80 Zeichen.")])
    text = TextAreaField("Was geschieht dort?", [_TEXT])
    place = SelectField("Stelle in der Kette", coerce=optional_place, choices=_PLACES)
    organisations = LinesField("Zuständig", [Length(max=2_000)])


class InterfaceForm(GermanForm):
    """One interface; empty it is left out."""

    class Meta(GermanForm.Meta):
        csrf = False

    start = IntegerField("Von Station Nr.", _NUMBER)
    end = IntegerField("Zu Station Nr.", _NUMBER)
    text = TextAreaField("Was wird wie übergeben?", [_TEXT])
    place = SelectField(
        "Lücken zählen unter", coerce=optional_place, choices=_PLACES, default=ChainPlace.HANDOVER.value
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Half an interface, or words without stations, would be lost."""
        is_valid = super().validate(extra_validators)
        for field, other in ((self.start, self.end), (self.end, self.start)):
            if field.data is None and not field.errors and (other.data is not None or plain(self.text.data)):
                field.errors = [INCOMPLETE]
                is_valid = False
        return is_valid


class ChainForm(GuardedForm, VersionedForm):
    """A whole chain; saving it adds a version."""

    name = StringField("Name der Kette", [DataRequired("Bitte benennen Sie die Kette."), Length(max=120)])
    purpose = TextAreaField("Wofür ist sie da?", [Length(max=2_000, message="Höchstens 2.000 Zeichen.")])
    action_field = SelectField("Handlungsfeld", coerce=optional_key)
    is_in_use = BooleanField("Die Kette gilt", default=True)
    reason = StringField("Was ist anders als bisher?", [Length(max=300, message="Höchstens 300 Zeichen.")])
    stations = FieldList(FormField(StationForm), min_entries=3, max_entries=MOST_STATIONS)
    interfaces = FieldList(FormField(InterfaceForm), min_entries=1, max_entries=MOST_INTERFACES)

    @classmethod
    def of(cls, version: ChainVersion | None, terms: Terms, known: Collection[str]) -> ChainForm:
        """The form with the newest version."""
        form = cls(data=_stored(version))
        form.action_field.choices = [("", "alle"), *terms.offered(TermKind.ACTION_FIELD)]
        if (chosen := form.action_field.data) and chosen not in dict(terms.offered(TermKind.ACTION_FIELD)):
            form.action_field.choices.append((chosen, terms.action_field(chosen) or chosen))
        form.guard(known)
        return form

    def add_station(self) -> None:
        """An empty station at the end."""
        if len(self.stations) < MOST_STATIONS:
            self.stations.append_entry({"number": len(self.stations) + 1})

    def add_interface(self) -> None:
        """An empty interface at the end."""
        if len(self.interfaces) < MOST_INTERFACES:
            self.interfaces.append_entry({"place": ChainPlace.HANDOVER})

    def written(self) -> str:
        """Everything that was written freely."""
        return self.description().words

    def description(self) -> Description:
        """What was typed, for the service."""
        stations, interfaces = [], []
        for place, entry in enumerate(self.stations, 1):
            if name := plain(entry.form.name.data):
                stations.append(Station(number=entry.form.number.data or place, name=name,
                                        text=plain(entry.form.text.data), place=entry.form.place.data,
                                        organisations=entry.form.organisations.data or ()))  # fmt: skip
        for entry in self.interfaces:
            if entry.form.start.data and entry.form.end.data:
                interfaces.append(Interface(start=entry.form.start.data, end=entry.form.end.data,
                                            text=plain(entry.form.text.data), place=entry.form.place.data))  # fmt: skip
        return Description(name=plain(self.name.data), purpose=plain(self.purpose.data), stations=stations,
                           interfaces=interfaces, action_field=self.action_field.data, is_in_use=self.is_in_use.data,
                           reason=plain(self.reason.data))  # fmt: skip


def _stored(version: ChainVersion | None) -> dict[str, Any]:
    if version is None:
        return {"version": "0", "stations": [{"number": n} for n in (1, 2, 3)]}
    return {
        "version": str(version.number), "name": version.name, "purpose": version.purpose,
        "action_field": version.action_field or "", "is_in_use": version.is_in_use,
        "stations": [
            {"number": s.position, "name": s.name, "text": s.text, "place": s.place,
             "organisations": [o.name for o in s.organisations]}
            for s in version.stations
        ],
        "interfaces": [
            {"start": i.from_position, "end": i.to_position, "text": i.text, "place": i.place}
            for i in version.interfaces
        ],
    }  # fmt: skip

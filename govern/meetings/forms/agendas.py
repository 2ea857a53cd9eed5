"""What a browser may send to change an agenda."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, IntegerField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from govern.committees.models import Seat
from govern.meetings.agenda_lines import rapporteur_key
from govern.meetings.forms.papers import paper_kind_field, papers_field
from govern.meetings.forms.persons import PersonNearField, offer
from govern.meetings.models import AgendaItem, ItemKind, MeetingGuest, Topic
from govern.meetings.queries.choices import PersonsAround
from govern.meetings.services.agendas import Rapporteur
from govern.people.forms.fields import VersionedForm, text_field
from govern.web import GermanForm

OPEN = ("", "noch offen")
KINDS = [(kind.value, kind.label) for kind in ItemKind]


def _no_second_rapporteur(form: Any, field: Any) -> None:
    if field.data and form.rapporteur.data:
        raise ValidationError("Bitte entweder einen Sitz oder Gast wählen oder eine Person.")


class ItemForm(VersionedForm):
    """An item of the agenda."""

    title = StringField(
        "Titel", [DataRequired("Bitte einen Titel angeben."), Length(max=300, message="Höchstens 300 Zeichen.")]
    )
    kind = RadioField("Art", choices=KINDS, coerce=ItemKind, default=ItemKind.DISCUSSION)
    planned_minutes = IntegerField(
        "Minuten", [Optional(), NumberRange(0, 600, message="Bitte eine Zahl von 0 bis 600 angeben.")]
    )
    rapporteur = SelectField(
        "Berichterstattung", description="Wer den Punkt vorträgt: ein Sitz, ein Gast oder eine Person."
    )
    rapporteur_person_id = PersonNearField("Berichterstattung durch eine Person", [_no_second_rapporteur])
    is_public = BooleanField(
        "Öffentlich", default=True,
        description="Nicht öffentliche Punkte sehen nur Mitglieder, Geschäftsführung und Koordination.",
    )  # fmt: skip
    is_second_call = BooleanField(
        "Zweite Sitzung zum selben Punkt",
        description="Beim letzten Mal war das Gremium nicht beschlussfähig. Die Einladung weist darauf hin, dass es "
        "nun ohne Rücksicht auf die Zahl der Anwesenden entscheidet.",
    )  # fmt: skip
    description = TextAreaField("Erläuterung", [Length(max=20_000, message="Höchstens 20.000 Zeichen.")])
    proposed_resolution = TextAreaField(
        "Beschlussvorschlag", [Length(max=20_000, message="Höchstens 20.000 Zeichen.")],
        description="Der Wortlaut, über den abgestimmt werden soll.",
    )  # fmt: skip
    internal_note = TextAreaField(
        "Interne Notiz", [Length(max=20_000, message="Höchstens 20.000 Zeichen.")],
        description="Nur für Vorsitz, Geschäftsführung und Koordination; steht in keinem Ausdruck.",
    )  # fmt: skip
    papers = papers_field()
    paper_kind = paper_kind_field()

    def __init__(
        self, *args: Any, seats: Sequence[Seat], persons: PersonsAround, persons_path: str,
        guests: Sequence[MeetingGuest], offers_second_call: bool = False, **values: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **values)
        if not offers_second_call:
            del self.is_second_call
        self._rapporteurs: dict[str, Rapporteur] = {
            **{f"seat:{seat.id}": seat for seat in seats},
            **{f"guest:{guest.id}": guest for guest in guests},
        }
        groups = {
            "Offen": [OPEN],
            "Sitze": [(f"seat:{seat.id}", seat.label) for seat in seats],
            "Gäste": [(f"guest:{guest.id}", guest.name) for guest in guests],
        }
        self.rapporteur.choices = {label: choices for label, choices in groups.items() if choices}
        offer([self.rapporteur_person_id], persons, persons_path)

    def differences(self, stored: GermanForm) -> list[tuple[str, str, str]]:
        """As usual, without the files: they have to be chosen again in any case."""
        files = {self.papers.label.text, self.paper_kind.label.text}
        return [pair for pair in super().differences(stored) if pair[0] not in files]

    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "title": self.title.data,
            "kind": self.kind.data,
            "planned_minutes": self.planned_minutes.data,
            "rapporteur": self.rapporteur_person_id.person or self._rapporteurs.get(self.rapporteur.data),
            "is_public": self.is_public.data,
            "description": self.description.data or "",
            "proposed_resolution": self.proposed_resolution.data or "",
            "internal_note": self.internal_note.data or "",
            **({"is_second_call": self.is_second_call.data} if "is_second_call" in self else {}),
        }


def stored_item(item: AgendaItem, planned: Mapping[str, Any]) -> dict[str, Any]:
    """What the form of an existing item starts with; ``planned`` waits in a supplement."""
    kind = {"kind": ItemKind(planned["kind"])} if "kind" in planned else {}
    stored = {
        "version": str(item.version),
        "title": item.title,
        "kind": item.kind,
        "planned_minutes": item.planned_minutes,
        "rapporteur": rapporteur_key(item),
        "is_public": item.is_public,
        "is_second_call": item.is_second_call,
        "description": item.description,
        "proposed_resolution": item.proposed_resolution,
        "internal_note": item.internal_note,
    }
    return _rapporteur_apart({**stored, **planned, **kind})


def _rapporteur_apart(values: dict[str, Any]) -> dict[str, Any]:
    kind, _colon, identity = str(values["rapporteur"]).partition(":")
    if kind != "person":
        return values
    return {**values, "rapporteur": "", "rapporteur_person_id": int(identity)}


class WithdrawItemForm(GermanForm):
    """Why an item is struck from a published agenda."""

    reason = text_field("Grund", Length(max=500, message="Höchstens 500 Zeichen."))


class ManyChoices(SelectMultipleField):
    """Checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


MOST_AT_ONCE = 500
"""So many topics are looked up among those sent."""


def late_note_field() -> TextAreaField:
    """Who agreed that something late is still treated, and why."""
    return TextAreaField(
        "Zustimmung zu Themen nach der Frist", [Length(max=1_000, message="Höchstens 1.000 Zeichen.")],
        description="Wer zugestimmt hat und warum es nicht warten kann, zum Beispiel „Vorsitz, telefonisch: "
        "Antragsfrist endet am 30. Juni“. Das steht am Punkt.",
    )  # fmt: skip


class TakeTopicsForm(GermanForm):
    """Topics of the store for an agenda; what is chosen stays chosen while somebody searches and turns pages."""

    late_note = late_note_field()
    topics = ManyChoices("Themen", [DataRequired("Bitte mindestens ein Thema auswählen.")], coerce=int)

    def offer(self, listed: Sequence[Topic], chosen: Sequence[Topic]) -> list[Topic]:
        """Offer what stands on this page, after what was chosen on others; returns what is offered."""
        here = {topic.id for topic in listed}
        offered = [*(topic for topic in chosen if topic.id not in here), *listed]
        self._topics = {topic.id: topic for topic in offered}
        self.topics.choices = [(topic.id, topic.title) for topic in offered]
        return offered

    def asked_ids(self) -> list[int]:
        """Ids that were sent, as far as a topic can have them."""
        return [i for i in self.topics.data or [] if 0 < i < 2**31][:MOST_AT_ONCE]

    def chosen(self) -> list[Topic]:
        """The chosen topics, in the order offered."""
        return [topic for topic in self._topics.values() if topic.id in (self.topics.data or [])]

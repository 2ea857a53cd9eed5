"""What a browser may send to the topic store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from govern.committees.models import Committee
from govern.meetings.forms.agendas import KINDS, ManyChoices, late_note_field
from govern.meetings.forms.papers import paper_kind_field, papers_field
from govern.meetings.models import ItemKind, Meeting, Topic, TopicInput
from govern.people.forms.fields import VersionedForm, text_field
from govern.web import GermanForm

LONG = Length(max=20_000, message="Höchstens 20.000 Zeichen.")


class TopicForm(VersionedForm):
    """A topic somebody brings."""

    title = StringField(
        "Thema", [DataRequired("Bitte das Thema nennen."), Length(max=300, message="Höchstens 300 Zeichen.")]
    )
    purpose = TextAreaField("Worum geht es?", [DataRequired("Bitte kurz beschreiben, worum es geht."), LONG])
    wished_outcome = TextAreaField(
        "Gewünschtes Ergebnis", [LONG], description="Was soll das Gremium tun: beraten, beschließen, beauftragen?"
    )
    input_kind = SelectField("Art des Eingangs", choices=[(k.value, k.label) for k in TopicInput], coerce=TopicInput,
                             default=TopicInput.MEMBER_TOPIC)  # fmt: skip
    wished_kind = RadioField("Gewünscht ist", choices=KINDS, coerce=ItemKind, default=ItemKind.DISCUSSION)
    planned_minutes = IntegerField(
        "Minuten", [Optional(), NumberRange(0, 600, message="Bitte eine Zahl von 0 bis 600 angeben.")],
        description="Wie lange der Punkt etwa dauert.",
    )  # fmt: skip
    is_public = BooleanField(
        "Öffentlich beraten", default=True,
        description="Nicht öffentliche Punkte sehen nur Mitglieder, Geschäftsführung und Koordination.",
    )  # fmt: skip
    papers = papers_field()
    paper_kind = paper_kind_field()

    def differences(self, stored: GermanForm) -> list[tuple[str, str, str]]:
        """As usual, without the files: they have to be chosen again in any case."""
        files = {self.papers.label.text, self.paper_kind.label.text}
        return [pair for pair in super().differences(stored) if pair[0] not in files]

    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "title": self.title.data,
            "purpose": self.purpose.data or "",
            "wished_outcome": self.wished_outcome.data or "",
            "input_kind": self.input_kind.data,
            "wished_kind": self.wished_kind.data,
            "planned_minutes": self.planned_minutes.data,
            "is_public": self.is_public.data,
        }


class ReturnTopicForm(GermanForm):
    """Why a topic goes back to its proposer."""

    reason = TextAreaField("Begründung", [DataRequired("Bitte begründen: Wer das Thema vorgeschlagen hat, liest es.")])


class MoveTopicForm(GermanForm):
    """To which committee a topic goes, and why."""

    committee_id = SelectField("Gremium", coerce=int)
    reason = text_field("Begründung", Length(max=1_000, message="Höchstens 1.000 Zeichen."))

    def __init__(self, *args: Any, committees: Sequence[Committee], **values: Any) -> None:
        super().__init__(*args, **values)
        self._committees = {committee.id: committee for committee in committees}
        self.committee_id.choices = [(committee.id, committee.name) for committee in committees]

    def chosen(self) -> Committee:
        """The chosen committee."""
        return self._committees[self.committee_id.data]


class ScheduleTopicForm(GermanForm):
    """On which agendas a topic goes."""

    late_note = late_note_field()

    meetings = ManyChoices("Sitzungen", [DataRequired("Bitte mindestens eine Sitzung auswählen.")], coerce=int)

    def __init__(self, *args: Any, meetings: Sequence[tuple[Meeting, str]], **values: Any) -> None:
        super().__init__(*args, **values)
        self._meetings = {meeting.id: meeting for meeting, _label in meetings}
        self.meetings.choices = [(meeting.id, label) for meeting, label in meetings]
        if len(meetings) == 1 and not self.is_submitted():
            self.meetings.data = [meetings[0][0].id]

    def chosen(self) -> list[Meeting]:
        """The chosen meetings."""
        return [meeting for meeting in self._meetings.values() if meeting.id in (self.meetings.data or [])]


def stored_topic(topic: Topic) -> dict[str, Any]:
    """What the form of an existing topic starts with."""
    return {
        "version": str(topic.version),
        "title": topic.title,
        "purpose": topic.purpose,
        "wished_outcome": topic.wished_outcome,
        "input_kind": topic.input_kind,
        "wished_kind": topic.wished_kind,
        "planned_minutes": topic.planned_minutes,
        "is_public": topic.is_public,
    }

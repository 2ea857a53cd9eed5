"""What a browser may send about objections to minutes."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import HiddenField, IntegerField, RadioField, SelectField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import HiddenInput

from govern.meetings.forms.minutes import LONGEST_TEXT
from govern.meetings.models import AgendaItem, Objection, ObjectionState
from govern.web import GermanForm

ANSWERS = (ObjectionState.ACCEPTED, ObjectionState.PARTLY, ObjectionState.REJECTED)


class ObjectionForm(GermanForm):
    """An objection of a member."""

    item_id = SelectField("Punkt", coerce=lambda value: int(value) if value else None)
    passage = TextAreaField("Stelle im Protokoll", [Length(max=5_000)])
    wish = TextAreaField(
        "Ihre Einwendung",
        [DataRequired("Bitte schreiben, was dort stehen sollte und warum."), Length(max=5_000)],
    )

    @classmethod
    def of(cls, items: Sequence[AgendaItem], *, chosen: int | None) -> ObjectionForm:
        """The form with the items that the reader may name."""
        form = cls(item_id=chosen)
        form.item_id.choices = [SelectChoice("", "Protokoll als Ganzes")] + [
            SelectChoice(str(i.id), f"TOP {i.frozen_number or ''} {i.title}") for i in items
        ]
        return form


class AnswerForm(GermanForm):
    """The office's answer, with the corrected wording where it follows the objection."""

    state = RadioField(
        "Entscheidung",
        [DataRequired("Bitte wählen, was aus der Einwendung wird.")],
        choices=[SelectChoice(s.value, s.label) for s in ANSWERS],
        coerce=lambda value: ObjectionState(value) if value else None,
    )
    answer = TextAreaField("Antwort", [DataRequired("Bitte eine Antwort schreiben."), Length(max=5_000)])
    minutes_text = TextAreaField("Berichtigter Wortlaut", [Length(max=LONGEST_TEXT)])
    version = IntegerField("Stand", [InputRequired()], widget=HiddenInput())
    minutes_version = HiddenField()

    @classmethod
    def of(cls, objection: Objection) -> AnswerForm:
        """The form for ``objection``; it starts with the wording as it stands."""
        item = objection.item
        return cls(
            version=objection.version,
            minutes_text=item.minutes_text if item else "",
            minutes_version=item.minutes_version if item else 0,
        )

    @property
    def based_on(self) -> int:
        """The version of the wording that was corrected."""
        value = str(self.minutes_version.data or "")
        return int(value) if value.isascii() and value.isdigit() else -1


class CommitteeAnswerForm(GermanForm):
    """What the committee decided on an objection."""

    committee_answer = TextAreaField(
        "Entscheidung des Gremiums",
        [DataRequired("Bitte schreiben, was das Gremium entschieden hat."), Length(max=5_000)],
    )
    version = IntegerField("Stand", [InputRequired()], widget=HiddenInput())

"""What a browser may send about evaluations; whatever others read goes through the guard."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from govern.actions.forms.gap_reports import GuardedForm
from govern.actions.forms.matters import TITLE
from govern.actions.forms.order_steps import NEW_DEADLINE
from govern.actions.models import QUESTIONS, Effect, Evaluation, EvaluationAnswer, EvaluationRequest, Verdict, WorkOrder
from govern.actions.queries.evaluations import Proposal
from govern.actions.services.evaluations import Answers, Finding
from govern.committees.models import Committee
from govern.people.forms.choices import OrganisationsChoiceField
from govern.people.forms.fields import VersionedForm, date_field
from govern.people.models import Organisation
from govern.people.queries.organisations import find_organisations
from govern.web import GermanForm

DAY = DataRequired("Bitte einen Tag angeben.")
LONG = Length(max=2_000, message="Höchstens 2.000 Zeichen.")
NO_CASES = "Bitte keine Namen oder Angaben zu Einzelfällen."


def verdict(question: str) -> RadioField:
    """One of the three questions."""
    return RadioField(QUESTIONS[question], [InputRequired("Bitte eine Antwort wählen.")],
                      choices=[(v.value, v.label) for v in Verdict], coerce=lambda value: _verdict(value))  # fmt: skip


class PlanForm(GermanForm):
    """When the effect is looked at, and from which day reports are compared."""

    due_on = date_field("Wirkung prüfen am", DAY)
    compared_from = date_field(
        "Vergleichen ab", DAY, description="Meldungen vor diesem Tag und ab diesem Tag werden verglichen."
    )

    @classmethod
    def of(cls, proposal: Proposal) -> PlanForm:
        """The form with what is proposed."""
        return cls(data={"due_on": proposal.due_on, "compared_from": proposal.compared_from})


class MoveForm(VersionedForm):
    """Another day, and why."""

    due_on = date_field("Wirkung prüfen am", DAY)
    compared_from = date_field("Vergleichen ab", DAY)
    reason = StringField("Grund", [Length(max=500, message="Höchstens 500 Zeichen.")])

    @classmethod
    def of(cls, evaluation: Evaluation, *, fresh: bool = False) -> MoveForm:
        """The form with what is stored; ``fresh`` does not read what was sent."""
        values = {"due_on": evaluation.due_on, "compared_from": evaluation.compared_from,
                  "version": str(evaluation.version)}  # fmt: skip
        return cls(formdata=None, data=values) if fresh else cls(data=values)


class AskForm(GuardedForm):
    """Who is asked, what they read of the matter, until when."""

    WORDS = ("text",)
    organisation_ids = OrganisationsChoiceField("Institutionen und Kommunen")
    committee_ids = SelectMultipleField(
        "Gremien", coerce=int, option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False),
        description="Für ein Gremium antwortet der Vorsitz oder die Geschäftsführung.",
    )  # fmt: skip
    text = TextAreaField(
        "Worum geht es?", [DataRequired("Bitte schreiben Sie, worum es geht: Die Gefragten lesen es."), LONG]
    )
    until = date_field("Antworten bis", DAY)

    def offer(self, committees: Sequence[Committee]) -> None:
        """The committees that had to do with the matter."""
        self._committees = {committee.id: committee for committee in committees}
        self.committee_ids.choices = [(c.id, c.name) for c in committees]

    def asked(self) -> list[Organisation | Committee]:
        """Everybody who was chosen."""
        chosen: list[Organisation | Committee] = list(find_organisations(sorted(self.organisation_ids.chosen_ids)))
        return chosen + [self._committees[i] for i in self.committee_ids.data or [] if i in self._committees]


class AnswerForm(GuardedForm):
    """The three questions, each with a word if wished."""

    WORDS = tuple(f"{name}_note" for name in QUESTIONS)
    seen = HiddenField()
    breaks_avoided = verdict("breaks_avoided")
    breaks_avoided_note = TextAreaField("Woran sehen Sie das?", [LONG], description=NO_CASES)
    offers_improved = verdict("offers_improved")
    offers_improved_note = TextAreaField("Woran sehen Sie das?", [LONG], description=NO_CASES)
    process_improved = verdict("process_improved")
    process_improved_note = TextAreaField("Woran sehen Sie das?", [LONG], description=NO_CASES)
    wants_adjustment = BooleanField("Aus unserer Sicht muss nachgesteuert werden")

    @classmethod
    def of(cls, request: EvaluationRequest, known: Collection[str]) -> AnswerForm:
        """The form with the last answer."""
        form = cls(data={**stored_answer(request.answer), "seen": str(len(request.answers))})
        form.guard(known)
        return form

    def answers(self) -> Answers:
        """What was sent, for the service."""
        return Answers(
            verdicts={name: self[name].data for name in QUESTIONS},
            notes={name: self[f"{name}_note"].data or "" for name in QUESTIONS},
            wants_adjustment=self.wants_adjustment.data, confirmation=self.confirmation(),
        )  # fmt: skip

    def seen_number(self) -> str:
        """How many answers there were when the form was opened."""
        return str((self.seen.raw_data or [""])[0])


class ResultForm(GuardedForm):
    """What the evaluation found."""

    WORDS = ("reason",)
    breaks_avoided = verdict("breaks_avoided")
    offers_improved = verdict("offers_improved")
    process_improved = verdict("process_improved")
    effect = RadioField("Ergebnis", [InputRequired("Bitte das Ergebnis wählen.")],
                        choices=[(e.value, e.label) for e in Effect], coerce=lambda value: _effect(value))  # fmt: skip
    reason = TextAreaField(
        "Begründung", [DataRequired("Bitte begründen Sie das Ergebnis: Wer die Lücke lesen darf, liest es."), LONG],
        description="Wer die Lücke lesen darf, liest diesen Text. Bitte keine kleinen Zahlen und keine Einzelfälle.",
    )  # fmt: skip

    @classmethod
    def of(cls, evaluation: Evaluation, known: Collection[str]) -> ResultForm:
        """The form with the result so far."""
        last = evaluation.result
        values = {} if last is None else {name: getattr(last, name) for name in (*QUESTIONS, "effect", "reason")}
        form = cls(data=values)
        form.guard(known)
        return form

    def finding(self) -> Finding:
        """What was sent, for the service."""
        return Finding(effect=self.effect.data, verdicts={name: self[name].data for name in QUESTIONS},
                       reason=self.reason.data or "", confirmation=self.confirmation())  # fmt: skip


class CancelForm(GermanForm):
    """Why the effect is not looked at."""

    reason = TextAreaField("Grund", [DataRequired("Bitte den Grund angeben."), LONG])


class NewMatterForm(GermanForm):
    """The matter with which is adjusted."""

    title = StringField("Titel der neuen Lücke", TITLE)
    summary = TextAreaField("Was fehlt noch?", [Length(max=10_000, message="Höchstens 10.000 Zeichen.")])


class ReopenOrderForm(GermanForm):
    """Which finished order is taken up again, and why."""

    order_id = SelectField("Auftrag", coerce=int)
    reason = TextAreaField("Was ist noch zu tun?", [DataRequired("Bitte den Grund angeben."), LONG])
    due_on = date_field("Neue Frist", Optional(), description=NEW_DEADLINE)

    def offer(self, orders: Sequence[WorkOrder]) -> None:
        """The finished orders of the matter."""
        self._orders = {order.id: order for order in orders}
        self.order_id.choices = [(o.id, f"{o.number} {o.task} ({o.addressee_label})") for o in orders]

    def chosen(self) -> WorkOrder:
        """The chosen order."""
        return self._orders[self.order_id.data]


def stored_answer(answer: EvaluationAnswer | None) -> dict[str, Any]:
    """What the form starts with."""
    if answer is None:
        return {}
    names = (*QUESTIONS, *(f"{name}_note" for name in QUESTIONS), "wants_adjustment")
    return {name: getattr(answer, name) for name in names}


def _verdict(value: Any) -> Verdict | None:
    # A radio button that was not chosen is None, never a member.
    return Verdict(value) if value in list(Verdict) else None


def _effect(value: Any) -> Effect | None:
    return Effect(value) if value in list(Effect) else None

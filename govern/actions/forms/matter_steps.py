"""What a browser may send to take a matter one step further."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from govern.actions.forms.matters import NOTE
from govern.actions.models import LocalOutcome, MatterStep, StepKind
from govern.actions.queries.matter_steps import Option
from govern.actions.services.matter_steps import COORDINATION, Move
from govern.committees.contributions import KnownResolution
from govern.committees.models import Committee
from govern.formats import today
from govern.meetings.models import Resolution
from govern.people.forms.fields import VersionedForm, date_field


def optional_id(value: object) -> int | None:
    """The id of a choice that may be left open."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


class MatterStepForm(VersionedForm):
    """Which step a matter takes, who took it and when, why, and with which resolution."""

    step = RadioField("Nächster Schritt", [InputRequired("Bitte wählen Sie einen Schritt.")])
    committee_id = SelectField("Gremium", [Optional()], coerce=optional_id)
    outcome = RadioField("Ergebnis vor Ort", [Optional()], validate_choice=False)
    resolution_id = SelectField("Beschluss", [Optional()], coerce=optional_id)
    taken_on = date_field("Am", InputRequired("Bitte den Tag angeben."))
    function = StringField("Wer hat den Schritt veranlasst?", [Length(max=120)])
    reason = TextAreaField("Grund", [NOTE])

    def offer(
        self, options: Sequence[Option], committees: Sequence[Committee], resolutions: Sequence[KnownResolution],
        taken: Sequence[MatterStep], own: int | None = None,
    ) -> None:  # fmt: skip
        """Everything to choose from; fields that have no use here are taken out.

        ``own`` is the resolution taken on the matter last: chosen already where the next step needs one.
        """
        self._committees = {committee.id: committee for committee in committees}
        self.step.choices = [(f"{option.kind.value}-{option.step.id}", option.label) for option in options]
        self.committee_id.choices = [("", "–"), *((c.id, c.name) for c in committees)]
        self.resolution_id.choices = [("", "ohne Beschluss"), *((r.id, r.label) for r in resolutions)]
        self.outcome.choices = [(o.value, o.label) for o in LocalOutcome]
        if not committees:
            del self.committee_id
        if not taken or not taken[-1].step.is_local:
            del self.outcome
        if not self.is_submitted():
            self.version.data = str(len(taken))
            self.taken_on.data, self.function.data = today(), COORDINATION
            self.step.data = self.step.choices[0][0] if options else None
            self.resolution_id.data = own if options and options[0].step.needs_resolution else None

    def move(self, resolution: Resolution | None) -> Move:
        """What was sent, for the service."""
        kind, _, step = self.step.data.partition("-")
        committee, outcome = self.committee_id, self.outcome
        return Move(
            step_id=int(step), kind=StepKind(kind), taken_on=self.taken_on.data, function=self.function.data or "",
            reason=self.reason.data or "",
            committee=self._committees.get(committee.data) if committee is not None and committee.data else None,
            outcome=LocalOutcome(outcome.data) if outcome is not None and outcome.data in list(LocalOutcome) else None,
            resolution=resolution,
        )  # fmt: skip

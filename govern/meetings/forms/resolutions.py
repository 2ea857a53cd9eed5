"""What a browser may send about resolutions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from govern.committees.models import Committee
from govern.meetings.models import Ballot, ResolutionOutcome, VoteMode
from govern.meetings.services.resolutions import Decision
from govern.meetings.services.votes import BALLOT_MODES
from govern.meetings.votes import Count
from govern.web import GermanForm

VOTES = [Optional(), NumberRange(0, 10_000, "Bitte eine Zahl ab 0 angeben.")]
NO_NUMBER = "Bitte eine ganze Zahl angeben."


class VotesField(IntegerField):
    """A number of votes; its message is German."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read a whole number; empty is allowed."""
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            self.data = int(valuelist[0])
        except ValueError as error:
            self.data = None
            raise ValueError(NO_NUMBER) from error


class ResolutionForm(GermanForm):
    """A resolution with its outcome (C10) and proviso (C11)."""

    text = TextAreaField("Beschlusstext", [DataRequired("Bitte den Beschlusstext angeben."), Length(max=50_000)])
    outcome = RadioField(
        "Abstimmung",
        [InputRequired("Bitte die Art der Abstimmung wählen.")],
        choices=[
            *(SelectChoice(o.value, o.label) for o in ResolutionOutcome),
            *(SelectChoice(m.value, m.label) for m in BALLOT_MODES),
        ],
    )
    adopted = RadioField(
        "Ausgang", choices=[SelectChoice("yes", "angenommen"), SelectChoice("no", "abgelehnt")], default="yes",
        description="Bei „gezählt“ folgt der Ausgang aus den Stimmen.",
    )  # fmt: skip
    votes_yes = VotesField("Ja", VOTES)
    votes_no = VotesField("Nein", VOTES)
    votes_abstain = VotesField("Enthaltung", VOTES)
    proviso = StringField(
        "Vorbehalt", [Length(max=2_000)], description="Die Worte „Unter Vorbehalt“ stehen von selbst davor."
    )
    version = IntegerField("Stand", [Optional()], widget=HiddenInput())

    @property
    def ballot_mode(self) -> VoteMode | None:
        """By name or in secret: then the vote is opened, and the result comes from the ballots."""
        return VoteMode(self.outcome.data) if self.outcome.data in set(BALLOT_MODES) else None

    @classmethod
    def of(cls, further: Sequence[Committee] = (), **values: Any) -> ResolutionForm:
        """The form; a joint meeting counts for each of the ``further`` committees apart."""
        fields = {
            f"votes_{committee.id}_{ballot.value}": VotesField(f"{ballot.label} ({committee.label})", VOTES)
            for committee in further
            for ballot in Ballot
        }
        form: ResolutionForm = type("JointResolutionForm", (cls,), fields)(**values)
        form.further = further
        return form

    further: Sequence[Committee] = ()

    def further_fields(self) -> list[tuple[Committee, list[Any]]]:
        """The fields of each further committee."""
        return [(c, [self[f"votes_{c.id}_{ballot.value}"] for ballot in Ballot]) for c in self.further]

    def vote(self) -> Decision:
        """What was resolved and how, for the service."""
        return Decision(
            text=self.text.data or "",
            outcome=ResolutionOutcome.COUNTED if self.ballot_mode else ResolutionOutcome(self.outcome.data),
            is_adopted=self.adopted.data != "no",
            votes_yes=self.votes_yes.data,
            votes_no=self.votes_no.data,
            votes_abstain=self.votes_abstain.data,
            further={c.id: Count(*(f.data or 0 for f in fields)) for c, fields in self.further_fields()},
            proviso=self.proviso.data or "",
        )


class PastResolutionForm(ResolutionForm):
    """A resolution from before the product was used."""

    committee_id = SelectField("Gremium", coerce=int)
    resolved_on = DateField("Beschlossen am", [DataRequired("Bitte den Tag angeben.")])
    number = StringField(
        "Nummer", [Length(max=60)], description="Wie sie im alten Protokoll steht; leer, wenn es keine gibt."
    )
    is_public = BooleanField("öffentlich: alle Angemeldeten dürfen ihn lesen", default=True)

    @classmethod
    def choosing(cls, committees: Sequence[Committee]) -> PastResolutionForm:
        """The form with the committees to choose from."""
        form = cls()
        form.outcome.choices = [SelectChoice(o.value, o.label) for o in ResolutionOutcome]
        form.committee_id.choices = [SelectChoice(c.id, c.name) for c in committees]
        return form


class CancelResolutionForm(GermanForm):
    """Why a resolution is cancelled."""

    reason = TextAreaField("Grund", [DataRequired("Bitte den Grund angeben."), Length(max=2_000)])

"""What a browser may send about resolutions."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from govern.committees.models import Committee
from govern.meetings.models import ResolutionOutcome
from govern.meetings.services.resolutions import Decision
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
        choices=[SelectChoice(o.value, o.label) for o in ResolutionOutcome],
        coerce=lambda value: ResolutionOutcome(value) if value else None,
    )
    adopted = RadioField(
        "Ausgang", choices=[SelectChoice("yes", "angenommen"), SelectChoice("no", "abgelehnt")], default="yes",
        description="Bei „gezählt“ folgt der Ausgang aus den Stimmen.",
    )  # fmt: skip
    votes_yes = VotesField("Ja", VOTES)
    votes_no = VotesField("Nein", VOTES)
    votes_abstain = VotesField("Enthaltung", VOTES)
    proviso = StringField("Vorbehalt", [Length(max=2_000)])
    version = IntegerField("Stand", [Optional()], widget=HiddenInput())

    def vote(self) -> Decision:
        """What was resolved and how, for the service."""
        return Decision(
            text=self.text.data or "",
            outcome=self.outcome.data,
            is_adopted=self.adopted.data != "no",
            votes_yes=self.votes_yes.data,
            votes_no=self.votes_no.data,
            votes_abstain=self.votes_abstain.data,
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
    def of(cls, committees: Sequence[Committee]) -> PastResolutionForm:
        """The form with the committees to choose from."""
        form = cls()
        form.committee_id.choices = [SelectChoice(c.id, c.name) for c in committees]
        return form


class CancelResolutionForm(GermanForm):
    """Why a resolution is cancelled."""

    reason = TextAreaField("Grund", [DataRequired("Bitte den Grund angeben."), Length(max=2_000)])

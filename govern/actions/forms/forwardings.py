"""What a browser may send about a forwarding to the Land."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from govern.actions.forms.matter_steps import optional_id
from govern.actions.services.forwardings import Forwarding
from govern.committees.contributions import KnownResolution
from govern.formats import today
from govern.meetings.forms.papers import papers_field
from govern.meetings.models import Resolution
from govern.people.forms.fields import VersionedForm, date_field
from govern.web import GermanForm

LONG = Length(max=10_000, message="Höchstens 10.000 Zeichen.")
NO_CASES = "Keine Zahlen unter der Schwelle, keine Angaben über einzelne Menschen."


class ForwardForm(GermanForm):
    """To whom a matter goes, and what it says (E-34)."""

    addressee = StringField(
        "Adressat", [DataRequired("Bitte die zuständige Landesstelle angeben."), Length(max=300)],
        description="Die Stelle, nicht eine Person.",
    )  # fmt: skip
    problem = TextAreaField("Was ist vor Ort nicht zu lösen?", [DataRequired("Bitte beschreiben."), LONG])
    effect = TextAreaField("Was folgt daraus?", [DataRequired("Bitte die Auswirkung beschreiben."), LONG])
    proposal = TextAreaField("Was wird vorgeschlagen?", [DataRequired("Bitte den Vorschlag nennen."), LONG])
    resolution_id = SelectField("Beschluss", [Optional()], coerce=optional_id)
    forwarded_on = date_field("Weitergeleitet am", InputRequired("Bitte den Tag angeben."))
    answer_due_on = date_field("Antwort erbeten bis")
    papers = papers_field()

    def offer(self, resolutions: Sequence[KnownResolution], own: int | None = None) -> ForwardForm:
        """The resolutions to choose from; ``own`` is chosen already."""
        self.resolution_id.choices = [("", "ohne Beschluss"), *((r.id, r.label) for r in resolutions)]
        if not self.is_submitted():
            self.forwarded_on.data, self.resolution_id.data = today(), own
        return self

    def wanted(self, resolution: Resolution | None) -> Forwarding:
        """What was sent, for the service."""
        return Forwarding(
            addressee=self.addressee.data or "", problem=self.problem.data or "", effect=self.effect.data or "",
            proposal=self.proposal.data or "", forwarded_on=self.forwarded_on.data,
            answer_due_on=self.answer_due_on.data, resolution=resolution,
        )  # fmt: skip


class AnswerForm(VersionedForm):
    """What the Land answered."""

    answered_on = date_field("Antwort vom", InputRequired("Bitte den Tag der Antwort angeben."))
    answer = TextAreaField("Was steht darin?", [DataRequired("Bitte kurz festhalten."), LONG])
    papers = papers_field("Schreiben des Landes")

"""What a browser may send about the consent of those who must implement."""

from __future__ import annotations

from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from govern.meetings.models import ConsentState, ImplementerConsent
from govern.meetings.services.implementer_consents import fingerprint
from govern.people.forms.choices import OrganisationChoiceField
from govern.people.forms.fields import VersionedForm, date_field
from govern.web import GermanForm

ANSWERS = {ConsentState.GIVEN: "erteilt", ConsentState.REFUSED: "verweigert"}


class AskConsentForm(GermanForm):
    """Whose consent is needed."""

    organisation_id = OrganisationChoiceField(
        "Weitere Institution", [InputRequired("Bitte wählen Sie eine Institution.")],
        description="Sie muss den Beschluss umsetzen; ohne ihr Einvernehmen ist er nicht wirksam.",
    )  # fmt: skip

    def organisation(self) -> int | None:
        """The chosen institution."""
        chosen = self.organisation_id.data
        return chosen if isinstance(chosen, int) else None


class ConsentForm(VersionedForm):
    """The answer of an institution; whoever notes it for them says from when it is."""

    state = RadioField(
        "Einvernehmen", [InputRequired("Bitte wählen Sie eine Antwort.")],
        choices=[(state.value, word) for state, word in ANSWERS.items()], coerce=str,
    )  # fmt: skip
    answered_on = date_field("Tag der Antwort", Optional())
    note = TextAreaField(
        "Anmerkung", [Length(max=2_000, message="Höchstens 2.000 Zeichen.")],
        description="Wird das Einvernehmen verweigert: der Grund.",
    )  # fmt: skip

    @classmethod
    def of(cls, consent: ImplementerConsent, *, fresh: bool = False) -> ConsentForm:
        """The form with what is stored."""
        values = {"version": fingerprint(consent), "note": consent.note,
                  "state": consent.state.value if consent.state in ANSWERS else None}  # fmt: skip
        return cls(formdata=None, data=values) if fresh else cls(data=values)

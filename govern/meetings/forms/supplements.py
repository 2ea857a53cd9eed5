"""What a browser may send to send a supplement, to bring an urgent item and to record consent."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from govern.meetings.forms.invitations import LetterForm
from govern.meetings.models import ItemKind, SupplementKind
from govern.people.forms.fields import text_field
from govern.web import GermanForm

NOTE = Length(max=1_000, message="Höchstens 1.000 Zeichen.")


class SupplementForm(LetterForm):
    """A supplement before it goes out."""

    kind = RadioField(
        "Art", choices=[(kind.value, kind.label) for kind in SupplementKind], coerce=SupplementKind,
        default=SupplementKind.SUPPLEMENT,
    )  # fmt: skip
    reason = text_field("Grund", Length(max=500, message="Höchstens 500 Zeichen."))
    seen = HiddenField()
    """What the preview showed."""


class UrgentItemForm(GermanForm):
    """An urgent item, brought while the meeting runs."""

    title = StringField(
        "Titel", [DataRequired("Bitte einen Titel angeben."), Length(max=300, message="Höchstens 300 Zeichen.")]
    )
    kind = RadioField(
        "Art", choices=[(kind.value, kind.label) for kind in ItemKind], coerce=ItemKind, default=ItemKind.DISCUSSION
    )
    is_public = BooleanField("Öffentlich", default=True)
    proposed_resolution = TextAreaField("Beschlussvorschlag", [Length(max=20_000, message="Höchstens 20.000 Zeichen.")])
    reason = StringField(
        "Warum es nicht warten kann",
        [DataRequired("Bitte sagen, warum es nicht bis zur nächsten Sitzung warten kann."),
         Length(max=500, message="Höchstens 500 Zeichen.")],
        description="Steht im Protokoll.",
    )  # fmt: skip
    has_consent = BooleanField("Das Gremium stimmt der Behandlung zu")
    consent_note = text_field("Wie zugestimmt wurde", NOTE, description="Zum Beispiel „einstimmig“.")

    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "title": self.title.data, "kind": self.kind.data, "is_public": self.is_public.data,
            "proposed_resolution": self.proposed_resolution.data or "", "reason": self.reason.data or "",
            "has_consent": self.has_consent.data, "consent_note": self.consent_note.data,
        }  # fmt: skip


class ConsentForm(GermanForm):
    """Whether the committee agrees to treat something late (E-05)."""

    consent = RadioField(
        "Stimmt das Gremium der Behandlung zu?",
        [InputRequired("Bitte eine Antwort wählen.")],
        choices=[("ja", "ja, der Punkt wird behandelt"), ("nein", "nein, der Punkt wird vertagt")],
    )
    consent_note = text_field(
        "Wie zugestimmt wurde", NOTE, description="Zum Beispiel „einstimmig“; steht im Protokoll."
    )

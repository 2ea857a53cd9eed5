"""What a browser may send about gap reports; the guard looks at what was written before anything is stored."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from govern.actions.guard import Finding, FindingKind, find
from govern.actions.models import ChainPlace, ConfirmReason, Frequency, GapKind, ReportSource, TermKind
from govern.actions.queries.vocabularies import Terms
from govern.actions.redaction import marked, plain
from govern.actions.services.gap_reports import Confirmation, Report
from govern.actions.small_numbers import places_of_small_numbers
from govern.committees.models import Committee
from govern.people.forms.fields import VersionedForm
from govern.people.models import Organisation
from govern.web import GermanForm

SHORT = Length(max=160, message="Höchstens 160 Zeichen.")
LONG = Length(max=2_000, message="Höchstens 2.000 Zeichen.")
SENT_ANYWAY = "Trotzdem senden: Es ist niemand erkennbar"


def optional_id(value: Any) -> int | None:
    """An id, or None for „nicht angegeben"."""
    return int(value) if value not in (None, "", "None") else None


def optional_key(value: Any) -> str | None:
    """A key of a list, or None for „nicht angegeben"."""
    return None if value in (None, "", "None") else str(value)


def optional_place(value: Any) -> ChainPlace | None:
    """A place in the chain, or None for „nicht angegeben"."""
    return ChainPlace(value) if value not in (None, "", "None") else None


class GuardedForm(GermanForm):
    """A form with words about gaps: what the guard finds has to be confirmed kind by kind, with a reason."""

    WORDS: Sequence[str] = ()
    confirmed = SelectMultipleField(
        "Bitte bestätigen", choices=[], validate_choice=False, option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )  # fmt: skip
    confirm_reason = RadioField(
        "Warum darf es so gesendet werden?", choices=[(r.value, r.label) for r in ConfirmReason], validate_choice=False
    )

    def guard(self, known: Collection[str]) -> None:
        """Name the institutions and places that are nobody's name, and look at what was written."""
        self.known = known
        self.findings: list[Finding] = find(self.written(), known) if self.is_submitted() else []
        kinds = sorted({f.kind for f in self.findings}, key=list(FindingKind).index)
        self.confirmed.choices = [(kind.value, f"{kind.label}: {self.quoted(kind)}") for kind in kinds]

    def written(self) -> str:
        """Everything that was written in words."""
        return "\n".join(plain(self[name].data) for name in self.WORDS)

    def quoted(self, kind: FindingKind) -> str:
        """The passages of a kind, as the author wrote them."""
        return ", ".join(f"„{text}“" for text in dict.fromkeys(f.text for f in self.findings if f.kind is kind))

    def validate(self, extra_validators: Any = None) -> bool:
        """As usual; whatever the guard finds has to be confirmed."""
        is_valid = bool(super().validate(extra_validators))
        missing = {f.kind.value for f in self.findings} - set(self.confirmed.data or [])
        if missing:
            self.confirmed.errors = [
                "Bitte ändern Sie den Text, oder bestätigen Sie jede Stelle: Hier stehen vermutlich Angaben über einen "
                "einzelnen Menschen."
            ]
        elif self.findings and self.confirm_reason.data not in [r.value for r in ConfirmReason]:
            self.confirm_reason.errors = ["Bitte wählen Sie einen Grund."]
        else:
            return is_valid
        return False

    def confirmation(self) -> Confirmation:
        """What was confirmed, for the service."""
        reason = ConfirmReason(self.confirm_reason.data) if self.findings else None
        kinds = [FindingKind(value) for value in self.confirmed.data or [] if value in list(FindingKind)]
        return Confirmation(kinds=kinds, reason=reason, known=self.known)


class ReportForm(GuardedForm):
    """A gap report: lists first, then a sentence."""

    WORDS = ("headline", "text")
    source = RadioField("Woher stammt die Beobachtung?", coerce=ReportSource)
    action_field = SelectField("Handlungsfeld", [DataRequired("Bitte ein Handlungsfeld wählen.")])
    gap_kind = SelectField("Art der Lücke", [InputRequired("Bitte die Art der Lücke wählen.")])
    frequency = RadioField(
        "Wie oft begegnet Ihnen das?", choices=[(f.value, f.label) for f in Frequency], coerce=Frequency,
        default=Frequency.SEVERAL,
    )  # fmt: skip
    municipality_id = SelectField("Kommune", coerce=optional_id)
    target_group = SelectField("Zielgruppe", coerce=optional_key)
    legal_area_from = SelectField("Rechtskreis", coerce=optional_key)
    legal_area_to = SelectField("Wechsel in den Rechtskreis", coerce=optional_key)
    chain_place = SelectField("Wo hakt es in der Kette?", coerce=optional_place)
    committee_id = SelectField("Auch gedacht für das Gremium", coerce=optional_id)
    headline = StringField(
        "In einem Satz: Was fehlt oder hakt?", [DataRequired("Bitte in einem Satz sagen, was fehlt oder hakt."), SHORT]
    )
    text = TextAreaField("Was man dazu wissen sollte", [LONG])

    def offer(self, terms: Terms, municipalities: Sequence[Organisation], committees: Sequence[Committee],
              sources: Sequence[ReportSource]) -> None:  # fmt: skip
        """Everything there is to choose from."""
        nothing = ("", "nicht angegeben")
        areas = [pair for pair in terms.offered(TermKind.LEGAL_AREA)]
        self.source.choices = [(s.value, s.label) for s in sources]
        self.action_field.choices = [("", "bitte wählen"), *terms.offered(TermKind.ACTION_FIELD)]
        self.gap_kind.choices = [("", "bitte wählen"), *((k.value, k.label) for k in GapKind)]
        self.target_group.choices = [nothing, *terms.offered(TermKind.TARGET_GROUP)]
        self.legal_area_from.choices = [nothing, *areas]
        self.legal_area_to.choices = [("", "kein Wechsel"), *areas]
        self.chain_place.choices = [nothing, *((p.value, p.label) for p in ChainPlace)]
        self.municipality_id.choices = [("", "mehrere oder alle"), *((m.id, m.name) for m in municipalities)]
        self.committee_id.choices = [("", "kein bestimmtes"), *((c.id, c.name) for c in committees)]

    def report(self) -> Report:
        """What was sent, for the service."""
        return Report(
            source=self.source.data, action_field=self.action_field.data, gap_kind=GapKind(self.gap_kind.data),
            frequency=self.frequency.data, headline=self.headline.data or "", text=self.text.data or "",
            municipality_id=self.municipality_id.data, legal_area_from=self.legal_area_from.data,
            legal_area_to=self.legal_area_to.data, target_group=self.target_group.data,
            chain_place=self.chain_place.data, committee_id=self.committee_id.data, confirmation=self.confirmation(),
        )  # fmt: skip


class SupplementForm(GuardedForm):
    """What the author adds later."""

    WORDS = ("text",)
    text = TextAreaField("Was kommt hinzu?", [DataRequired("Bitte schreiben Sie, was hinzukommt."), LONG])


class ReleaseForm(VersionedForm):
    """The words of a report with marks around what is blacked out."""

    headline = StringField("Satz")
    text = TextAreaField("Text")

    @classmethod
    def of(cls, headline: str, text: str, version: int, known: Collection[str], threshold: int) -> ReleaseForm:
        """The form, with everything the guard finds already marked, and numbers below ``threshold``."""
        words = {"headline": headline, "text": text}
        return cls(data={name: _premarked(value, known, threshold) for name, value in words.items()}
                   | {"version": str(version)})  # fmt: skip


class DeclineForm(GermanForm):
    """Why a report is not followed."""

    reason = TextAreaField("Begründung", [DataRequired("Bitte begründen: Wer gemeldet hat, liest es."), LONG])


class TermForm(GermanForm):
    """A new entry of a list, another wording, or whether it is offered."""

    kind = HiddenField()
    key = HiddenField()
    label = StringField("Eintrag", [Length(max=120, message="Höchstens 120 Zeichen.")])


def _premarked(text: str, known: Collection[str], threshold: int) -> str:
    found = _apart(find(text, known))
    places = [(f.start, f.end) for f in found]
    places += [(start, end) for start, end in places_of_small_numbers(text, threshold)
               if not any(f.overlaps(start, end) for f in found)]  # fmt: skip
    return marked(text, places)


def _apart(findings: Sequence[Finding]) -> list[Finding]:
    # Marks do not nest: a combination that contains other findings is marked by them.
    found: list[Finding] = []
    for finding in sorted(findings, key=lambda f: f.end - f.start):
        if not any(other.overlaps(finding.start, finding.end) for other in found):
            found.append(finding)
    return found

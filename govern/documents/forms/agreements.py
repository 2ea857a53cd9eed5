"""What a browser may send to the pages of agreements."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import request
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from govern.committees.forms.fields import PartialDateField, choose_one, id_or_none, labels
from govern.documents.forms.documents import PARTIAL
from govern.documents.models import AgreementKind, AgreementState, PartyRole
from govern.documents.queries.agreements import Wanted
from govern.documents.services.agreements import FIELDS, Parties, Turn
from govern.documents.services.documents import Upload
from govern.files import ALLOWED_TEXT
from govern.people.forms.choices import OrganisationChoiceField, OrganisationsChoiceField, PersonChoiceField
from govern.people.forms.fields import VersionedForm, date_field, text_field, tidy
from govern.web import YEARS, GermanForm

Choices = Iterable[tuple[int, str]]


class AgreementFilterForm(GermanForm):
    """Search and filter of the list; part of the address, so without token."""

    q = StringField("Suche")
    art = SelectField("Art", choices=[("", "alle"), *labels(AgreementKind)], default="", validate_choice=False)
    stand = SelectField("Stand", choices=[("", "alle"), *labels(AgreementState)], default="", validate_choice=False)
    partei = SelectField("Beteiligt", coerce=id_or_none, validate_choice=False)
    bis = DateField("Läuft aus bis", [Optional()])

    class Meta:
        csrf = False

    def __init__(self, parties: Choices) -> None:
        super().__init__(formdata=request.args)
        self.partei.choices = [("", "alle"), *((identity, name) for identity, name in parties)]

    def wanted(self) -> Wanted:
        """What the list is narrowed to; what is unknown narrows nothing."""
        known_kinds, known_states = {k.value for k in AgreementKind}, {s.value for s in AgreementState}
        day = self.bis.data
        return Wanted(
            text=self.q.data or "",
            kind=AgreementKind(self.art.data) if self.art.data in known_kinds else None,
            state=AgreementState(self.stand.data) if self.stand.data in known_states else None,
            party_id=self.partei.data if self.partei.data in {v for v, _ in self.partei.choices} else None,
            ends_until=day if day is not None and day.year in YEARS else None,
        )

    def arguments(self) -> dict[str, str]:
        """The filter as part of an address."""
        names = ("q", "art", "stand", "partei", "bis")
        return {name: request.args[name] for name in names if request.args.get(name)}


class AgreementForm(VersionedForm):
    """What is known of an agreement, but for its state."""

    title = StringField("Titel", [DataRequired("Bitte einen Titel angeben."), Length(max=300)])
    kind = choose_one("Art", AgreementKind, default=AgreementKind.COOPERATION_AGREEMENT)
    kind_words = text_field("Art, in Worten", Length(max=100),
                            description="Bei sonstigen nötig, zum Beispiel „Absichtserklärung“.")  # fmt: skip
    number = text_field("Aktenzeichen", Length(max=100))
    partner_ids = OrganisationsChoiceField("Partner:innen")
    giver_ids = OrganisationsChoiceField("Geber:in")
    recipient_ids = OrganisationsChoiceField("Empfänger:innen")
    valid_from = PartialDateField("Gültig ab", description=PARTIAL)
    valid_to = PartialDateField("Gültig bis", description="Leer: ohne Ende oder nicht angegeben.")
    notice_period = text_field("Kündigungsfrist", Length(max=500),
                               description="In Worten, zum Beispiel „drei Monate zum Jahresende“.")  # fmt: skip
    review_on = date_field("Nächste Überprüfung")
    lead_days = IntegerField("Vorlauf der Erinnerung in Tagen", [InputRequired(), NumberRange(0, 366)], default=42,
                             description="So lange vor der Überprüfung und vor dem Ende wird erinnert.")  # fmt: skip
    responsible_id = OrganisationChoiceField("Zuständige Stelle")
    responsible_person_id = PersonChoiceField("Zuständige Person")
    concept_id = SelectField("Beruht auf dem Konzept", coerce=id_or_none)
    is_public = BooleanField(
        "für alle angemeldeten Personen lesbar",
        description="Sobald sie unterzeichnet oder erlassen ist. Sonst lesen sie nur die Beteiligten, die zuständige "
                    "Person und die Koordination.",
    )  # fmt: skip
    note = TextAreaField("Anmerkung", [Length(max=5_000)], filters=[tidy])

    def offer(self, concepts: Choices, *, kept: int | None = None) -> AgreementForm:
        """Offer the concepts it may rest on; the stored one stays a choice, also where it is not to be seen."""
        unsearched = [f for f in (self.partner_ids, self.giver_ids, self.recipient_ids, self.responsible_id)
                      if not f.text]  # fmt: skip
        for choice in unsearched[1:]:
            choice.found = unsearched[0].found  # the same list: asked for once
        self.concept_id.choices = [("", "keinem"), *((identity, title) for identity, title in concepts)]
        if kept is not None and kept not in {value for value, _title in self.concept_id.choices}:
            self.concept_id.choices.append((kept, "wie bisher"))
        return self

    def facts(self) -> dict[str, Any]:
        """What the services take."""
        return {name: value for name, value in self.values().items() if name in FIELDS}

    def parties(self) -> Parties:
        """Who takes part, by role."""
        return {role: self[f"{role.value}_ids"].data or [] for role in PartyRole}


class NewAgreementForm(AgreementForm):
    """An agreement with the state in which its record begins."""

    state = choose_one("Stand", AgreementState, default=AgreementState.DRAFT)
    taken_on = PartialDateField("Stand seit", description=f"{PARTIAL} Leer: nicht angegeben.")

    def turn(self) -> Turn:
        """The first state."""
        return Turn(self.state.data, self.taken_on.data)


class StateForm(VersionedForm):
    """Another state of an agreement."""

    state = choose_one("Neuer Stand", AgreementState)
    taken_on = PartialDateField("Seit", description=f"{PARTIAL} Leer: nicht angegeben.")
    reason = TextAreaField("Anlass", [Length(max=2_000)], filters=[tidy])

    def offer(self, now: AgreementState) -> StateForm:
        """Offer what may come next."""
        self.state.choices = labels(now.following)
        return self

    def turn(self) -> Turn:
        """What the service takes."""
        return Turn(self.state.data, self.taken_on.data, self.reason.data)


class TextForm(VersionedForm):
    """A version of the text of an agreement."""

    label = StringField("Bezeichnung", [DataRequired("Bitte angeben, wie die Fassung heißt."), Length(max=200)],
                        description="Zum Beispiel „Entwurf“ oder „unterzeichnete Fassung“.")  # fmt: skip
    status_date = PartialDateField("Stand", description=f"{PARTIAL} Leer: undatiert.")
    is_signed = BooleanField(
        "unterzeichnet oder erlassen",
        description="Von einer für alle lesbaren Vereinbarung sehen andere nur solche Fassungen.",
    )
    upload = FileField("Datei", description=f"{ALLOWED_TEXT}.")
    text = TextAreaField("Text", [Length(max=200_000)], filters=[tidy],
                         description="Statt einer Datei oder zusätzlich, in Markdown.")  # fmt: skip
    note = TextAreaField("Anmerkung", [Length(max=2_000)], filters=[tidy])

    def file(self) -> Upload | None:
        """The file that was really chosen."""
        chosen = self.upload.data
        return Upload(chosen.filename, chosen.read()) if chosen and getattr(chosen, "filename", "") else None

    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: self[name].data for name in ("label", "status_date", "is_signed", "text", "note")}


class ReviewForm(VersionedForm):
    """That an agreement was reviewed."""

    reviewed_on = DateField("Überprüft am", [InputRequired("Bitte einen Tag angeben.")])
    outcome = TextAreaField("Ergebnis", [DataRequired("Bitte das Ergebnis kurz festhalten."), Length(max=2_000)],
                            description="Zum Beispiel „bleibt unverändert“ oder „wird angepasst“.")  # fmt: skip
    next_on = date_field("Nächste Überprüfung")

"""What a browser may send to the pages of concepts and their versions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask import request
from wtforms import BooleanField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from govern.committees.forms.fields import PartialDateField, choose_one, id_or_none, labels
from govern.committees.models import Committee
from govern.documents.forms.documents import PARTIAL
from govern.documents.models import AdoptionResult, Concept, ConceptKind, VersionState
from govern.documents.services.concepts import FIELDS
from govern.documents.services.versions import FIELDS as VERSION_FIELDS
from govern.people.forms.choices import OrganisationChoiceField
from govern.people.forms.fields import LinesField, VersionedForm, text_field, tidy
from govern.web import YEARS, GermanForm


class ConceptFilterForm(GermanForm):
    """Search and filter of the list; part of the address, so without token."""

    q = StringField("Titel")
    art = SelectField("Art", choices=[("", "alle"), *labels(ConceptKind)], default="")

    class Meta:
        csrf = False

    def __init__(self) -> None:
        super().__init__(formdata=request.args)

    def kind(self) -> ConceptKind | None:
        """The kind asked for; an unknown one narrows nothing."""
        return ConceptKind(self.art.data) if self.art.data in {k.value for k in ConceptKind} else None


class ConceptForm(VersionedForm):
    """What is known of a concept, whatever its version."""

    title = StringField("Titel", [DataRequired("Bitte einen Titel angeben."), Length(max=300)])
    kind = choose_one("Art", ConceptKind, default=ConceptKind.CONCEPT)
    committee_ids = SelectMultipleField("Abgelegt unter", coerce=int, widget=ListWidget(prefix_label=False),
                                        option_widget=CheckboxInput(), validate_choice=True)  # fmt: skip
    lead_committee_id = SelectField("Verantwortliches Gremium", coerce=id_or_none)
    responsible_id = OrganisationChoiceField("Zuständige Stelle für die Fortschreibung")
    responsible_words = text_field(
        "Zuständig, in Worten", Length(max=300), description="Zum Beispiel „Koordinierungsstelle 1“."
    )
    revision_rule = TextAreaField("Regel der Fortschreibung", [Length(max=5_000)], filters=[tidy],
                                  description="Wann und wie das Konzept fortgeschrieben wird.")  # fmt: skip
    state_documents = LinesField("Beruht auf", [Length(max=5_000)],
                                 description="Vorgaben des Landes, eine je Zeile.")  # fmt: skip
    merged_into_id = SelectField("Aufgegangen in", coerce=id_or_none,
                                 description="Wenn ein anderes Konzept an seine Stelle getreten ist.")  # fmt: skip
    is_confidential = BooleanField(
        "nicht öffentlich",
        description="Dann lesen es nur Inhaber:innen eines Sitzes, die Geschäftsführung und die Koordination.",
    )
    note = TextAreaField("Anmerkung", [Length(max=5_000)], filters=[tidy])

    def offer(
        self, committees: Sequence[Committee], successors: Iterable[Concept], *, kept: int | None = None
    ) -> ConceptForm:
        """Offer the committees under which this person may file, and the concepts that may take its place.

        ``kept`` is the successor that is stored: it stays a choice, without its title where that is not to be seen.
        """
        self.committee_ids.choices = [(c.id, c.name) for c in committees]
        self.lead_committee_id.choices = [("", "keines"), *((c.id, c.name) for c in committees)]
        self.merged_into_id.choices = [("", "keinem anderen Konzept"), *((c.id, c.title) for c in successors)]
        if kept is not None and kept not in {value for value, _label in self.merged_into_id.choices}:
            self.merged_into_id.choices.append((kept, "wie bisher (ein Konzept, das Sie nicht sehen)"))
        return self

    def facts(self) -> dict[str, Any]:
        """What the services take."""
        return {name: value for name, value in self.values().items() if name in FIELDS}


class VersionForm(VersionedForm):
    """The facts of a version, also of one of the past (F1, F2)."""

    label = StringField("Bezeichnung", [DataRequired("Bitte angeben, wie die Fassung heißt."), Length(max=200)],
                        description="Zum Beispiel „Fortschreibung Januar 2025“ oder „3.2“.")  # fmt: skip
    status_date = PartialDateField("Stand", description=f"{PARTIAL} Leer: undatiert.")
    state = choose_one("Status", VersionState, default=VersionState.NOT_STATED)
    adopted_committee_id = SelectField("Beschlossen von (Gremium)", coerce=id_or_none)
    adopted_by = text_field("Beschlossen von, in Worten", Length(max=300), description="Zum Beispiel „Kreistag“.")
    adopted_on = PartialDateField("Beschlossen am", description=PARTIAL)
    result = choose_one("Ergebnis", AdoptionResult, empty="nicht angegeben")
    proviso = TextAreaField("Vorbehalt", [Length(max=2_000)], filters=[tidy])
    in_force_from = PartialDateField("In Kraft ab", description=PARTIAL)
    ended_on = PartialDateField("In Kraft bis", description="Ab wann sie nicht mehr galt.")
    note = TextAreaField("Anmerkung", [Length(max=5_000)], filters=[tidy])
    source = text_field("Fundstelle", Length(max=300))

    def offer(self, committees: Iterable[Committee]) -> VersionForm:
        """Offer the committees that may have adopted it."""
        self.adopted_committee_id.choices = [("", "nicht angegeben"), *((c.id, c.name) for c in committees)]
        return self

    def facts(self) -> dict[str, Any]:
        """What the services take."""
        return {name: value for name, value in self.values().items() if name in VERSION_FIELDS}


class SendingForm(GermanForm):
    """Where a version was sent (F9)."""

    recipient = StringField("Gesendet an", [DataRequired("Bitte angeben, wohin die Fassung ging."), Length(max=300)],
                            description="Landesstelle, zum Beispiel „LaKI“ oder „Bezirksregierung“.")  # fmt: skip
    sent_on = PartialDateField("Am", description=PARTIAL)
    note = text_field("Anmerkung", Length(max=1_000))


def day_asked_for(default: date) -> date | None:
    """The day of `?am=2024-11-18`; without one ``default``, None where it is no day."""
    text = request.args.get("am", "")
    if not text:
        return default
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None

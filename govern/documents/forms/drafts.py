"""What a browser may send to the pages of drafts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from govern.committees.forms.fields import PartialDateField, choose_one, id_or_none
from govern.committees.models import Committee
from govern.documents.forms.documents import PARTIAL
from govern.documents.models import AdoptionResult, ConceptSection
from govern.documents.services.drafts import LONGEST_TEXT, paragraphs_of
from govern.formats import one_line
from govern.people.forms.fields import VersionedForm, is_web_address, text_field, tidy
from govern.web import GermanForm

HEADING = [DataRequired("Bitte eine Überschrift angeben."), Length(max=300)]


def _is_address_or_number(form: Any, field: Any) -> None:
    if "://" in (field.data or ""):
        is_web_address(form, field)


class StartDraftForm(GermanForm):
    """How a new draft is called."""

    label = StringField("Bezeichnung", [DataRequired("Bitte angeben, wie der Entwurf heißt."), Length(max=200)],
                        description="Zum Beispiel „Fortschreibung 2027“.")  # fmt: skip


def _link_field() -> StringField:
    """What led to a change: a number of the chain, or an address."""
    return StringField("Verweis dazu", [Optional(), Length(max=500), _is_address_or_number], filters=[tidy],
                       description="Nummer der Lücke, des Beschlusses oder des Auftrags („L-2026-014“), oder eine "
                       "Adresse, etwa die des Gesetzes.")  # fmt: skip


class SectionForm(VersionedForm):
    """Heading and words of a section, with the reason of the change."""

    heading = StringField("Überschrift", HEADING)
    text = TextAreaField("Text", [Length(max=LONGEST_TEXT)])
    reason = text_field("Grund der Änderung", Length(max=1_000),
                        description="Steht in der Synopse. Zum Beispiel „Beschluss LG-B-2026-07“.")  # fmt: skip
    link = _link_field()


class NewSectionForm(GermanForm):
    """A new section of a draft."""

    heading = StringField("Überschrift", HEADING)
    after = SelectField("Einfügen nach", coerce=id_or_none)
    reason = text_field("Grund", Length(max=1_000))
    link = _link_field()

    def offer(self, lines: Iterable[Any]) -> NewSectionForm:
        """Offer the places behind each section."""
        self.after.choices = [("", "am Ende"), *((line.row.id, line.title) for line in lines)]
        return self


class SplitForm(VersionedForm):
    """Where a section is split, and how what follows is called."""

    heading = StringField("Überschrift des neuen Abschnitts", HEADING)
    at = SelectField("Er beginnt mit dem Absatz", coerce=int)

    def offer(self, section: ConceptSection) -> SplitForm:
        """Offer the paragraphs but the first."""
        parts = paragraphs_of(section.text)
        self.at.choices = [(place, one_line(text, 80)) for place, text in enumerate(parts) if place]
        return self


class RemoveForm(GermanForm):
    """Why a section is taken out."""

    reason = StringField("Grund", [Length(max=1_000)], description="Nötig, wenn darunter nichts genannt ist.")
    link = _link_field()


class ReplaceForm(GermanForm):
    """What is to be found in the whole draft, and what stands there instead."""

    old = StringField("Suchen", [DataRequired("Bitte angeben, was gesucht wird."), Length(max=300)])
    new = StringField("Ersetzen durch", [Length(max=300)])
    reason = text_field("Grund", Length(max=1_000))
    link = _link_field()
    seen = HiddenField()
    """What was searched when the hits were shown."""


class AdoptionForm(GermanForm):
    """What was decided on a draft."""

    adopted_committee_id = SelectField("Beschlossen von (Gremium)", coerce=id_or_none)
    adopted_by = text_field("Beschlossen von, in Worten", Length(max=300), description="Zum Beispiel „Kreistag“.")
    adopted_on = PartialDateField("Beschlossen am", description=PARTIAL)
    result = choose_one("Ergebnis", AdoptionResult, empty="bitte wählen")
    proviso = TextAreaField("Vorbehalt", [Length(max=2_000)], filters=[tidy])
    in_force_from = PartialDateField("In Kraft ab", description="Leer: ab dem Tag des Beschlusses.")

    def offer(self, committees: Iterable[Committee]) -> AdoptionForm:
        """Offer the committees under which the concept is filed."""
        self.adopted_committee_id.choices = [("", "kein Gremium aus Govern"), *((c.id, c.name) for c in committees)]
        return self

"""What a browser may send to refer to a concept."""

from __future__ import annotations

from wtforms import SelectField

from govern.committees.forms.fields import id_or_none
from govern.documents.models import Concept
from govern.documents.queries.references import Choices, words_of
from govern.documents.services.references import Target
from govern.web import GermanForm


class ReferenceForm(GermanForm):
    """Which version of a concept is meant, and which section."""

    fassung = SelectField("Fassung", coerce=id_or_none,
                          description="„Jeweils geltend“ führt immer zu dem Text, der dann in Kraft ist.")  # fmt: skip
    abschnitt = SelectField("Abschnitt")

    def offer(self, choices: Choices) -> ReferenceForm:
        """Offer the decided versions and the sections of the one in force."""
        self.fassung.choices = [("", words_of(None)), *((v.id, words_of(v)) for v in choices.versions)]
        self.abschnitt.choices = [("", "das ganze Konzept"), *((x.row.key, x.title) for x in choices.lines)]
        return self

    def target(self, concept: Concept, choices: Choices) -> Target:
        """To what the form refers."""
        version = next((v for v in choices.versions if v.id == self.fassung.data), None)
        line = next((x for x in choices.lines if x.row.key == self.abschnitt.data), None)
        return Target(concept, version, line.row.key if line else None, line.title if line else None)

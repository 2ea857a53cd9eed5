"""What a browser may send to the page of a committee's papers."""

from __future__ import annotations

from wtforms import SelectField, StringField

from govern.committees.forms.fields import labels
from govern.documents.forms.documents import DocumentFilterForm
from govern.documents.models import DocumentKind


class CommitteePapersForm(DocumentFilterForm):
    """Search and filter of what a committee has in one place (I3)."""

    q = StringField("Titel, Datei oder Tagesordnungspunkt")
    art = SelectField(
        "Art", choices=[("", "alles"), ("sitzungen", "Unterlagen der Sitzungen"), ("dokumente", "alle Dokumente"),
                        *labels(DocumentKind)], default="",
    )  # fmt: skip

    @property
    def is_of_documents(self) -> bool:
        """Only filed documents are asked for, all of them or one kind."""
        return self.art.data == "dokumente" or self.kind() is not None

    @property
    def is_of_papers(self) -> bool:
        """Only papers of meetings are asked for."""
        return bool(self.art.data == "sitzungen")

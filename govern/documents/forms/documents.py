"""What a browser may send to the pages of documents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import request
from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from govern.committees.forms.fields import PartialDateField, choose_one, labels
from govern.committees.models import Committee
from govern.documents.models import DocumentKind
from govern.documents.services.documents import FIELDS, Upload
from govern.files import ALLOWED_TEXT
from govern.people.forms.fields import VersionedForm, text_field, tidy
from govern.web import GermanForm

PARTIAL = "Tag, Monat oder Jahr: 29.11.2022, November 2022 oder 2022."


class DocumentFilterForm(GermanForm):
    """Search and filter of the list; part of the address, so without token."""

    q = StringField("Titel")
    art = SelectField("Art", choices=[("", "alle"), *labels(DocumentKind)], default="")

    class Meta:
        csrf = False

    def __init__(self) -> None:
        super().__init__(formdata=request.args)

    def kind(self) -> DocumentKind | None:
        """The kind asked for; an unknown one narrows nothing."""
        return DocumentKind(self.art.data) if self.art.data in {k.value for k in DocumentKind} else None


class DocumentForm(VersionedForm):
    """What is known of a document, and under which committees it is filed."""

    title = StringField("Titel", [DataRequired("Bitte einen Titel angeben."), Length(max=300)])
    kind = choose_one("Art", DocumentKind, default=DocumentKind.OTHER)
    adopted_on = PartialDateField("Beschlossen", description=PARTIAL)
    adopted_by = text_field("Beschlossen von", Length(max=300))
    status_date = PartialDateField("Stand", description=PARTIAL)
    is_confidential = BooleanField(
        "nicht öffentlich",
        description="Dann lesen es nur Inhaber:innen eines Sitzes, die Geschäftsführung und die Koordination.",
    )
    committee_ids = SelectMultipleField("Abgelegt unter", coerce=int, widget=ListWidget(prefix_label=False),
                                        option_widget=CheckboxInput(), validate_choice=True)  # fmt: skip
    note = TextAreaField("Anmerkung", [Length(max=5_000)], filters=[tidy])

    def offer(self, committees: Iterable[Committee]) -> DocumentForm:
        """Offer the committees under which this person may file."""
        self.committee_ids.choices = [(c.id, c.name) for c in committees]
        return self

    def facts(self) -> dict[str, Any]:
        """What the services take."""
        return {name: value for name, value in self.values().items() if name in FIELDS}


class NewDocumentForm(DocumentForm):
    """A document with its file."""

    upload = FileField("Datei", description=f"{ALLOWED_TEXT}. Ohne Datei wird nur vermerkt, dass es das Dokument gibt.")

    def file(self) -> Upload | None:
        """The file that was really chosen."""
        chosen = self.upload.data
        return Upload(chosen.filename, chosen.read()) if chosen and getattr(chosen, "filename", "") else None

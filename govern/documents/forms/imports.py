"""What a browser may send while a text is read from a file and mended."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField
from wtforms import HiddenField, IntegerField, StringField
from wtforms.validators import Length, Optional

from govern.documents.forms.concepts import VersionForm
from govern.documents.services.documents import Upload
from govern.web import GermanForm


class ReadInForm(GermanForm):
    """The file to read."""

    upload = FileField(
        "Datei",
        description="DOCX, MD oder TXT. Überschriften, Listen, Tabellen, Fußnoten, Verweise und Bilder (PNG, JPEG) "
        "werden übernommen; eine Datei mit 200 Seiten braucht einige Sekunden.",
    )

    sign = HiddenField()
    """By which the page asks how far the reading is."""

    def file(self) -> Upload | None:
        """The file that was really chosen."""
        chosen = self.upload.data
        return Upload(chosen.filename, chosen.read()) if chosen and getattr(chosen, "filename", "") else None


class MendForm(GermanForm):
    """One step of mending."""

    step = HiddenField()
    section = IntegerField(validators=[Optional()])
    revision = IntegerField(validators=[Optional()])
    paragraph = IntegerField(validators=[Optional()])
    heading = StringField("Überschrift", [Length(max=300)])
    number = StringField("Nummer", [Length(max=40)])
    numbering = StringField()

    def what(self) -> dict[str, Any]:
        """What the service takes; „errechnet“ stands for no printed number."""
        number = None if self.numbering.data == "errechnet" else self.number.data or ""
        return {
            "heading": self.heading.data or "",
            "number": number,
            "paragraph": self.paragraph.data if self.paragraph.data is not None else -1,
        }


class SaveImportForm(VersionForm):
    """The facts of the version that the text becomes, and which state of mending was seen."""

    mended = HiddenField()

    def revision(self) -> int:
        """The step of mending the person saw."""
        sent = self.mended.data or ""
        return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 10 else 0

"""Forms of the page „Struktur“: choosing a file, and confirming what it changes."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, HiddenField
from wtforms.validators import DataRequired

from govern.web import GermanForm

_MOST_BYTES = 50 * 1024 * 1024 + 1


class StructureFileForm(GermanForm):
    """The file to look at."""

    file = FileField(
        "Strukturdatei",
        [FileRequired("Bitte wählen Sie eine Datei aus.")],
        description="Eine YAML-Datei. Es wird zuerst nur gezeigt, was sich ändern würde.",
    )

    @property
    def content(self) -> bytes:
        """The bytes of the file, one more than allowed at most."""
        read: bytes = self.file.data.stream.read(_MOST_BYTES)
        return read

    @property
    def file_name(self) -> str:
        """The name of the file as faults show it."""
        return str(self.file.data.filename or "Datei")


class ConfirmStructureForm(GermanForm):
    """„Übernehmen“, after the preview."""

    token = HiddenField(validators=[DataRequired()])
    fingerprint = HiddenField(validators=[DataRequired()])
    effective_on = DateField(
        "Stichtag",
        [DataRequired("Bitte einen Tag angeben, z. B. 26.05.2026.")],
        format=["%Y-%m-%d", "%d.%m.%Y"],
        description="An diesem Tag endet, was in der Datei fehlt, und beginnt, was in bestehenden Gremien neu ist.",
    )

"""Forms of the page „Personen und Mandate“: choosing a table, and confirming what it changes."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField
from wtforms.validators import DataRequired

from govern.web import GermanForm

_MOST_BYTES = 10 * 1024 * 1024 + 1


class RosterFileForm(GermanForm):
    """The table to look at."""

    file = FileField(
        "Tabelle",
        [FileRequired("Bitte wählen Sie eine Datei aus.")],
        description="Excel (XLSX) oder CSV. Es wird zuerst nur gezeigt, was sich ändern würde.",
    )

    @property
    def content(self) -> bytes:
        """The bytes of the file, one more than allowed at most."""
        read: bytes = self.file.data.stream.read(_MOST_BYTES)
        return read

    @property
    def file_name(self) -> str:
        """The name of the file as faults show it."""
        return str(self.file.data.filename or "Tabelle")


class ConfirmRosterForm(GermanForm):
    """„Übernehmen“, after the preview."""

    token = HiddenField(validators=[DataRequired()])
    fingerprint = HiddenField(validators=[DataRequired()])

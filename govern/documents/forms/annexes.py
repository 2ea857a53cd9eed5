"""What a browser may send about annexes of versions of concepts."""

from __future__ import annotations

from flask_wtf.file import FileField
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from govern.documents.services.annexes import LONGEST_TITLE
from govern.documents.services.documents import Upload
from govern.files import ALLOWED_TEXT
from govern.people.forms.fields import VersionedForm
from govern.web import GermanForm


def _upload(chosen: FileField) -> Upload | None:
    """The file that was really chosen."""
    sent = chosen.data
    return Upload(sent.filename, sent.read()) if sent and getattr(sent, "filename", "") else None


class NewAnnexForm(GermanForm):
    """A file with its title."""

    upload = FileField("Datei", description=f"{ALLOWED_TEXT}.")
    title = StringField("Titel", [Length(max=LONGEST_TITLE)], description="Leer: der Name der Datei.")

    def file(self) -> Upload | None:
        """The file that was really chosen."""
        return _upload(self.upload)


class AnnexForm(VersionedForm):
    """Another title, another file."""

    title = StringField("Titel", [DataRequired("Bitte einen Titel angeben."), Length(max=LONGEST_TITLE)])
    upload = FileField("Andere Datei", description=f"Leer: Die Datei bleibt. {ALLOWED_TEXT}.")

    def file(self) -> Upload | None:
        """The file that takes the place of the one before, if one was chosen."""
        return _upload(self.upload)

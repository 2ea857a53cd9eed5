"""Files as a browser sends them."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import SelectField

from govern.files import ALLOWED_TEXT
from govern.meetings.models import PaperKind
from govern.meetings.services.papers import Upload
from govern.web import GermanForm


class PapersField(MultipleFileField):
    """Several files at once; `uploads()` reads them."""

    def uploads(self) -> list[Upload]:
        """The files that were really chosen."""
        return [Upload(file.filename, file.read()) for file in self.data or [] if file and file.filename]


def papers_field(label: str = "Unterlagen", **options: Any) -> PapersField:
    """A field for several files, with a hint on what is allowed."""
    return PapersField(label, description=f"Mehrere auf einmal möglich: {ALLOWED_TEXT}.", **options)


def paper_kind_field() -> SelectField:
    """What the papers are; without a choice what the item still needs decides."""
    choices = [("", "passend zum Punkt"), *((k.value, k.label) for k in PaperKind)]
    return SelectField(
        "Art der Unterlagen", choices=choices, coerce=lambda value: PaperKind(value) if value else None,
        description="Passend zum Punkt heißt: Die erste Datei eines Punkts zur Entscheidung ist die "
        "Entscheidungsvorlage, solange er keine hat; alles andere ist Unterlage.",
    )  # fmt: skip


class PapersForm(GermanForm):
    """Attach papers to an item or a topic."""

    papers = papers_field()
    paper_kind = paper_kind_field()

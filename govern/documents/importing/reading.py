"""The door of the import: which reader a file gets, and how large it may be."""

from __future__ import annotations

from govern.documents.importing.docx import read_docx
from govern.documents.importing.markdown import read_markdown
from govern.documents.importing.package import MOST_BYTES, OLD_WORD
from govern.documents.importing.plain import read_plain
from govern.documents.importing.progress import Tell, silent
from govern.documents.importing.report import Imported
from govern.errors import DomainError
from govern.files import clean_name

MOST_TEXT = 5_000_000
"""A text file in bytes: 200 pages have half a million."""
ALLOWED_TEXT = "DOCX, MD oder TXT"


def read_document(data: bytes, name: str, tell: Tell = silent) -> Imported:
    """Text and report of a file by its ending. Raises DomainError with a German sentence when it cannot be read.

    ``tell`` hears how far it is.
    """
    name = clean_name(name)
    ending = name.rsplit(".", 1)[-1].lower()
    if not data.strip():
        raise DomainError(f"„{name}“ ist leer.")
    if data.startswith(b"%PDF-"):
        raise DomainError("Aus PDF lässt sich der Text nicht zuverlässig übernehmen. Bitte nehmen Sie die Word-Datei, "
                          f"aus der es entstand ({ALLOWED_TEXT}).")  # fmt: skip
    if ending == "docx" or (ending in ("doc", "docm", "dotx") and data.startswith((OLD_WORD, b"PK"))):
        if len(data) > MOST_BYTES:
            raise DomainError(f"„{name}“ ist zu groß: höchstens {MOST_BYTES // 1_000_000} MB.")
        return read_docx(data, tell)
    if ending not in ("md", "markdown", "txt"):
        raise DomainError(f"„{name}“: Dieser Dateityp lässt sich nicht einlesen. Möglich sind {ALLOWED_TEXT}.")
    if len(data) > MOST_TEXT:
        raise DomainError(f"„{name}“ ist zu groß: höchstens {MOST_TEXT // 1_000_000} MB Text.")
    return read_plain(data) if ending == "txt" else read_markdown(data)

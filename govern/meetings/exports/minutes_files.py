"""Files of minutes that come back: which version they claim to be, and whether they still say what was kept."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from docx import Document
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from govern.meetings.exports import minutes_docx, minutes_pdf
from govern.meetings.minutes_content import MinutesContent

DIGEST = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


def digest_in(data: bytes) -> str | None:
    """The hash that a DOCX or PDF of minutes names in its properties, or that is given by itself."""
    found = DIGEST.search(_keywords(data).lower())
    return found.group() if found else None


def compare(data: bytes, content: MinutesContent, *, folder: Path) -> bool:
    """True if the file is the document made from ``content``: a PDF to the byte, a DOCX to the last word."""
    if data.startswith(b"%PDF"):
        return data == minutes_pdf.as_pdf(content)
    return _words(data) == _words(minutes_docx.as_docx(content, folder=folder))


def _keywords(data: bytes) -> str:
    try:
        if data.startswith(b"%PDF"):
            metadata = PdfReader(io.BytesIO(data)).metadata
            return str(metadata.keywords) if metadata is not None else ""
        if data.startswith(b"PK"):
            return str(Document(io.BytesIO(data)).core_properties.keywords)
    except (PyPdfError, KeyError, ValueError, zipfile.BadZipFile):
        return ""
    return data.decode("utf-8", "replace") if len(data) < 1_000 else ""


def _words(data: bytes) -> list[str]:
    # Word may write the file anew when it is only opened and saved; what counts is every word in its order.
    document = Document(io.BytesIO(data))
    return [text for element in document.element.body.iter() if (text := _text_of(element))]


def _text_of(element: object) -> str:
    tag = str(getattr(element, "tag", ""))
    return "".join(getattr(element, "text", "") or "").strip() if tag.endswith("}t") else ""

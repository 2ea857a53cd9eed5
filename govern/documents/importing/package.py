"""Opening a Word file with care: sizes are limited, nothing outside is read, no entity is resolved."""

from __future__ import annotations

import io
import posixpath
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from lxml import etree

from govern.errors import DomainError
from govern.files import DAMAGES, MACRO_PARTS, ZIP_MOST_FILES, ZIP_MOST_RATIO

MOST_BYTES = 30_000_000
MOST_UNPACKED = 300_000_000
MOST_PART = 80_000_000
"""One part of text in bytes: 200 pages have about 3 million."""
MOST_PICTURE = 10_000_000
OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
USUAL_WIDTH = 5_760_720
"""16 centimetres."""
WITH_RELATIONS = ("document", "footnotes", "endnotes")
STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
BROKEN = "Die Datei lässt sich nicht als Word-Dokument (DOCX) lesen. Ist sie vollständig?"
LOCKED = "Die Datei ist mit einem Kennwort geschützt. Bitte speichern Sie sie in Word ohne Kennwort."


@dataclass(frozen=True)
class Relations:
    """What a part of a Word file refers to, by the id of the relation: addresses, and the parts that hold pictures."""

    links: dict[str, str]
    pictures: dict[str, str]


@dataclass(frozen=True)
class WordPackage:
    """The parts of a Word file that matter; a part that is missing is ``None``."""

    document: Any
    styles: Any
    numbering: Any
    footnotes: Any
    endnotes: Any
    relations: dict[str, Relations]
    """Those of the text, of its footnotes and of its endnotes: each counts its ids for itself."""
    has_comments: bool
    data: bytes

    @property
    def text_width(self) -> int:
        """How wide the text of a page is, in units of drawings (914,400 to an inch); usual A4 if unsaid."""
        size = self.document.find(f"{W}body/{W}sectPr/{W}pgSz")
        margins = self.document.find(f"{W}body/{W}sectPr/{W}pgMar")
        if size is None or margins is None:
            return USUAL_WIDTH
        page, left, right = size.get(f"{W}w"), margins.get(f"{W}left"), margins.get(f"{W}right")
        if not all(value and value.isdecimal() and len(value) < 6 for value in (page, left, right)):
            return USUAL_WIDTH
        return max((int(page) - int(left) - int(right)) * 635, USUAL_WIDTH // 4)

    def picture(self, part_name: str) -> bytes | None:
        """The bytes of a picture; None: it is not there."""
        try:
            with zipfile.ZipFile(io.BytesIO(self.data)) as archive, archive.open(part_name) as part:
                return part.read(MOST_PICTURE + 1)
        except DAMAGES:
            return None


def open_word(data: bytes) -> WordPackage:
    """The parsed parts of a DOCX. Raises DomainError with a German sentence for whatever is wrong with the file."""
    if data.startswith(OLD_WORD):
        raise DomainError(LOCKED if "EncryptedPackage".encode("utf-16-le") in data else
                          "Die Datei ist im alten Word-Format (DOC). Bitte speichern Sie sie als DOCX.")  # fmt: skip
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check(archive, len(data))
            return _parts(archive, data)
    except (*DAMAGES, etree.XMLSyntaxError) as error:
        raise DomainError(BROKEN) from error


def parse(data: bytes) -> Any:
    """XML as a tree. Raises DomainError when it declares a document type: no Word file does."""
    if b"<!DOCTYPE" in data[:4_000] or b"<!ENTITY" in data:
        raise DomainError("Die Datei enthält Anweisungen, die in einem Word-Dokument nichts zu suchen haben.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
                             remove_comments=True, remove_pis=True)  # fmt: skip
    return etree.fromstring(data, parser)


def _check(archive: zipfile.ZipFile, size: int) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise DomainError(LOCKED)
    if "word/document.xml" not in names or "[Content_Types].xml" not in names:
        raise DomainError(BROKEN)
    if any(PurePosixPath(name).name.lower() in MACRO_PARTS for name in names):
        raise DomainError("Die Datei enthält Makros. Bitte speichern Sie sie als DOCX ohne Makros.")
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > ZIP_MOST_FILES or unpacked > MOST_UNPACKED or unpacked > ZIP_MOST_RATIO * max(size, 10_000):
        raise DomainError("Die Datei ist ausgepackt zu groß.")


def _parts(archive: zipfile.ZipFile, data: bytes) -> WordPackage:
    names = set(archive.namelist())

    def part(name: str) -> Any:
        return parse(_read(archive, name)) if name in names else None

    document = parse(_read(archive, "word/document.xml"))
    if document.tag != f"{W}document":
        raise DomainError(
            "Die Datei ist im strengen Format („Strict Open XML“) gespeichert. Bitte speichern Sie sie in Word als "
            "gewöhnliches Word-Dokument (DOCX)."
            if STRICT in etree.tostring(document)[:4_000]
            else BROKEN
        )
    relations = {name: _relations(part(f"word/_rels/{name}.xml.rels")) for name in WITH_RELATIONS}
    return WordPackage(document, part("word/styles.xml"), part("word/numbering.xml"), part("word/footnotes.xml"),
                       part("word/endnotes.xml"), relations, "word/comments.xml" in names, data)  # fmt: skip


def _relations(root: Any) -> Relations:
    known = [
        (str(r.get("Id")), str(r.get("Target", "")), str(r.get("Type", "")).rsplit("/", 1)[-1], r.get("TargetMode"))
        for r in (root if root is not None else ())
    ]
    return Relations(
        links={relation: target for relation, target, kind, _mode in known if kind == "hyperlink"},
        pictures={
            relation: posixpath.normpath(posixpath.join("/word", unquote(target))).lstrip("/")
            for relation, target, kind, mode in known
            if kind == "image" and mode != "External"
        },
    )


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    # The size an archive states may be a lie: never unpack more than a part may have.
    with archive.open(name) as file:
        data = file.read(MOST_PART + 1)
    if len(data) > MOST_PART:
        raise DomainError("Die Datei ist ausgepackt zu groß.")
    return data

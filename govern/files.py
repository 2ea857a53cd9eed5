"""Stored files: checked by content, kept outside the web root under random names, never run (D-15)."""

from __future__ import annotations

import hashlib
import io
import lzma
import secrets
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import sqlalchemy as sa
from sqlalchemy.orm import Session

from govern.db import db
from govern.errors import DomainError, NotFound

MACRO_PARTS = ("vbaproject.bin", "vbadata.xml")
ZIP_MOST_FILES = 5_000
ZIP_MOST_BYTES = 500_000_000
ZIP_MOST_RATIO = 200
DAMAGES = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, KeyError, ValueError, NotImplementedError, RuntimeError,
    OSError,
)  # fmt: skip
"""What opening a damaged archive raises."""

TYPES: dict[str, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}
"""Allowed endings and what they are served as."""

ALLOWED_TEXT = "PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP, PNG, JPG, TXT oder CSV"


@dataclass(frozen=True)
class StoredFile:
    """What is known of a file after it was checked and stored."""

    stored_name: str
    file_name: str
    media_type: str
    size: int
    sha256: str


def clean_name(name: str) -> str:
    """``name`` without folders, control and direction signs; raises DomainError when nothing is left."""
    name = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn")).strip(" .")
    if not name or "." not in name:
        raise DomainError("Der Dateiname ist leer oder hat keine Endung.")
    return name if len(name) <= 150 else name[-150:]


def check(data: bytes, name: str, *, most_bytes: int) -> str:
    """Check size, type and content of a file; returns its clean name.

    Raises DomainError with a German sentence when it is empty, too large, of a type not allowed, does not hold what its
    ending says, is a zip bomb or carries macros.
    """
    name = clean_name(name)
    ending = name.rsplit(".", 1)[-1].lower()
    if ending not in TYPES:
        raise DomainError(f"„{name}“: Dieser Dateityp ist nicht erlaubt. Möglich sind {ALLOWED_TEXT}.")
    if not data:
        raise DomainError(f"„{name}“ ist leer.")
    if len(data) > most_bytes:
        raise DomainError(f"„{name}“ ist zu groß: höchstens {most_bytes // 1_000_000} MB.")
    if not _holds(ending, data):
        raise DomainError(f"„{name}“: Der Inhalt passt nicht zur Endung „.{ending}“.")
    return name


def store(folder: Path, data: bytes, name: str, *, most_bytes: int) -> StoredFile:
    """Check ``data`` and write it under a random name into ``folder``; raises DomainError like `check`."""
    name = check(data, name, most_bytes=most_bytes)
    folder.mkdir(parents=True, exist_ok=True)
    stored_name = secrets.token_hex(16)
    with (folder / stored_name).open("xb") as file:
        file.write(data)
    return StoredFile(
        stored_name=stored_name,
        file_name=name,
        media_type=TYPES[name.rsplit(".", 1)[-1].lower()],
        size=len(data),
        sha256=digest(data),
    )


def digest(data: bytes) -> str:
    """By what two files are told apart: the SHA-256 of their bytes, as it is stored with them."""
    return hashlib.sha256(data).hexdigest()


def keep(folder: Path, data: bytes, name: str, *, most_bytes: int) -> StoredFile:
    """Like :func:`store`; the file goes again if the change around it is rolled back."""
    stored = store(folder, data, name, most_bytes=most_bytes)
    _forget_if_refused(folder, stored.stored_name)
    return stored


def read(folder: Path, stored_name: str) -> bytes:
    """The bytes of a stored file. Raises NotFound when it is gone."""
    if not stored_name.isalnum():
        raise NotFound("Die Datei wurde nicht gefunden.")
    try:
        return (folder / stored_name).read_bytes()
    except FileNotFoundError as error:
        raise NotFound("Die Datei wurde nicht gefunden.") from error


def forget(folder: Path, stored_names: Iterable[str]) -> None:
    """Delete files once the change around it is committed."""
    names = list(stored_names)

    def remove(_session: Session) -> None:
        for name in names:
            (folder / name).unlink(missing_ok=True)

    sa.event.listen(db.session(), "after_commit", remove, once=True)


def _holds(ending: str, data: bytes) -> bool:
    if ending == "pdf":
        return data[:1024].lstrip().startswith(b"%PDF-")
    if ending == "png":
        return data.startswith(b"\x89PNG\r\n\x1a\n")
    if ending in ("jpg", "jpeg"):
        return data.startswith(b"\xff\xd8\xff")
    if ending in ("txt", "csv"):
        return b"\x00" not in data and _is_text(data)
    return _is_office_file(ending, data)


def _is_text(data: bytes) -> bool:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _is_office_file(ending: str, data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            names = {p.filename for p in parts}
            if len(parts) > ZIP_MOST_FILES or any(PurePosixPath(n).name.lower() in MACRO_PARTS for n in names):
                return False
            if any(n.startswith(("/", "..")) or "/../" in n for n in names):
                return False
            unpacked = sum(p.file_size for p in parts)
            if unpacked > ZIP_MOST_BYTES or unpacked > ZIP_MOST_RATIO * max(len(data), 10_000):
                return False
            if ending in ("odt", "ods", "odp"):
                return "mimetype" in names and archive.read("mimetype").decode("ascii", "replace") == TYPES[ending]
            start = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}[ending]
            return start in names and "[Content_Types].xml" in names
    except DAMAGES:
        return False


def _forget_if_refused(folder: Path, stored_name: str) -> None:
    """Delete a file just stored if the change around it is rolled back."""
    session = db.session()
    settled: list[bool] = []

    def keep(_session: Session) -> None:
        settled.append(True)

    def remove(_session: Session) -> None:
        if not settled:
            settled.append(True)
            (folder / stored_name).unlink(missing_ok=True)

    sa.event.listen(session, "after_commit", keep, once=True)
    sa.event.listen(session, "after_rollback", remove, once=True)

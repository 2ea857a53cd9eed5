"""The Sitzungsmappe: all papers of a meeting as one PDF with bookmarks, or everything as one ZIP (E-22).

Papers come from elsewhere: whether they are accessible is up to whoever made them; the tags they have are kept. The
folder itself has language, title and bookmarks, and what we write of it is tagged (C-19).
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import BooleanObject, DictionaryObject, NameObject, TextStringObject

from govern.db import now
from govern.errors import DomainError
from govern.formats import clock_time
from govern.meetings.agenda_content import Agenda
from govern.typesetting.pdf import PDF, set_pdf
from govern.typesetting.tags import DAMAGED, drop_tags, take_tags

HERE = Path(__file__).parent

ZIP = "application/zip"
MOST_BYTES = 200_000_000
"""Papers of this size together are put into one file; beyond it they are opened one by one."""
MOST_TAGGED_PAGES = 100
"""So many pages of papers keep their tags: copying them takes up to 20 ms a page."""
MOST_NAMED = 10
"""So many files inside one paper are named."""
LONGEST_NAME = 60
"""Characters of such a name; a longer one is shown with its beginning and its end."""
UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f]')


@dataclass(frozen=True)
class FolderFile:
    """A paper with its content."""

    title: str
    file_name: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class FolderItem:
    """An item with papers, as it stands on the screen."""

    label: str
    """„TOP 4"."""
    title: str
    facts: str
    files: tuple[FolderFile, ...]

    @property
    def heading(self) -> str:
        """„TOP 4  Kita-Zugang": the bookmark and the heading of the divider."""
        return f"{self.label}  {self.title}"


def demand_size(sizes: Sequence[int]) -> None:
    """Raise DomainError when papers of ``sizes`` are too large for one file."""
    if sum(sizes) > MOST_BYTES:
        raise DomainError(
            f"Die Unterlagen sind zusammen größer als {MOST_BYTES // 1_000_000} MB und passen nicht in eine Datei. "
            "Bitte öffnen Sie sie einzeln."
        )


def as_pdf(agenda: Agenda, items: Sequence[FolderItem], *, facts: Sequence[str], body: str) -> bytes:
    """Agenda first, then for every item a divider page and its papers; bookmarks by item and paper."""
    opened = [[_opened(file) for file in item.files] for item in items]
    own = PdfReader(io.BytesIO(_own_pages(agenda, items, opened, facts=facts, body=body)))
    starts = _starts(own)
    writer = PdfWriter(clone_from=own)  # with its tags; the papers are put between its pages
    for name in ("/Outlines", "/Metadata"):  # its own bookmarks, and its promise to be PDF/UA: papers promise nothing
        writer.root_object.pop(name, None)
    writer.add_outline_item(title="Tagesordnung", page_number=0)
    inserted = tagged = 0
    for n, item in enumerate(items, start=1):
        end = starts[n + 1] if n + 1 < len(starts) else len(own.pages)
        bookmark = writer.add_outline_item(title=item.heading, page_number=starts[n] + inserted)
        for file, reader in zip(item.files, opened[n - 1], strict=True):
            if reader is not None:
                place = end + inserted
                writer.merge(place, reader, import_outline=False)
                pages = writer.pages[place : place + len(reader.pages)]
                inserted += len(pages)
                if tagged + len(pages) > MOST_TAGGED_PAGES:
                    drop_tags(pages)
                elif take_tags(writer, reader, pages, title=file.title):
                    tagged += len(pages)
                writer.add_outline_item(title=file.title, page_number=place, parent=bookmark)
    _describe(writer, f"Sitzungsmappe: {agenda.meeting.full_name}", body)
    data = io.BytesIO()
    writer.write(data)
    return data.getvalue()


def as_zip(agenda: Agenda, items: Sequence[FolderItem], *, facts: Sequence[str], body: str) -> bytes:
    """The agenda and one folder for every item, in the order of the screen, with every file as it was uploaded."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("00 Tagesordnung.pdf", _own_pages(agenda, [], [], facts=facts, body=body))
        for n, item in enumerate(items, start=1):
            folder = _safe(f"{n:02d} {item.heading}")[:80].strip()
            for position, file in enumerate(item.files, start=1):
                archive.writestr(f"{folder}/{position:02d} {_safe(file.file_name)}", file.data)
    return data.getvalue()


def _opened(file: FolderFile) -> PdfReader | None:
    # A file that is no PDF, is locked or damaged is named on the divider instead.
    if file.media_type != PDF:
        return None
    with suppress(OSError, *DAMAGED):
        reader = PdfReader(io.BytesIO(file.data))
        if not reader.is_encrypted and len(reader.pages) > 0:
            PdfWriter().append(reader, import_outline=False)  # fails here rather than in the middle of the folder
            return PdfReader(io.BytesIO(file.data))
    return None


def _attached(reader: PdfReader) -> list[str]:
    # Files inside a paper stay there: pages alone go into the folder, so its divider says what is missing.
    with suppress(OSError, *DAMAGED):
        said = (_readable(str(f.alternative_name or f.name)) for f in reader.attachment_list)
        names = list(dict.fromkeys(name or "ohne Namen" for name in said))
        more = [f"{len(names) - MOST_NAMED} weitere"] if len(names) > MOST_NAMED else []
        return [*names[:MOST_NAMED], *more]
    return []


def _readable(name: str) -> str:
    """A name from a foreign file on one line: no controls, no signs that turn the direction, short enough to fit."""
    plain = "".join(c for c in " ".join(name.split()) if not unicodedata.category(c).startswith("C"))
    return plain if len(plain) <= LONGEST_NAME else f"{plain[: LONGEST_NAME - 20]}…{plain[-19:]}"


def _own_pages(
    agenda: Agenda, items: Sequence[FolderItem], opened: Sequence[Sequence[PdfReader | None]], *,
    facts: Sequence[str], body: str,
) -> bytes:  # fmt: skip
    values: dict[str, Any] = {
        "title": f"Sitzungsmappe: {agenda.meeting.full_name}",
        "heading": agenda.meeting.full_name,
        "body": body,
        "footer": f"Sitzungsmappe · {agenda.meeting.full_name}",
        "facts": list(facts),
        "made_on": list(now().timetuple()[:3]),
        "agenda": [
            [e.number, e.item.title + ("" if e.item.is_public else " (nicht öffentlich)"), e.item.kind.label,
             clock_time(e.starts_at)]
            for e in agenda.flat
        ],
        "dividers": [
            {
                "heading": item.heading,
                "facts": item.facts,
                "inside": [f.title for f, reader in zip(item.files, readers, strict=True) if reader is not None],
                "attached": [
                    f"{f.title}: {', '.join(names)}"
                    for f, reader in zip(item.files, readers, strict=True)
                    if reader is not None and (names := _attached(reader))
                ],
                "outside": [f.file_name for f, reader in zip(item.files, readers, strict=True) if reader is None],
            }
            for item, readers in zip(items, opened, strict=True)
        ],
    }  # fmt: skip
    return set_pdf(HERE / "folder.typ", values, standards=("ua-1",))


def _starts(own: PdfReader) -> list[int]:
    # Every heading of the first level begins a part: first the agenda, then one divider per item.
    pages = [own.get_destination_page_number(d) for d in own.outline if not isinstance(d, list)]
    return [page or 0 for page in pages]


def _describe(writer: PdfWriter, title: str, body: str) -> None:
    writer.add_metadata({"/Title": title, "/Author": body})
    root = writer.root_object
    root[NameObject("/Lang")] = TextStringObject("de-DE")
    root[NameObject("/ViewerPreferences")] = DictionaryObject({NameObject("/DisplayDocTitle"): BooleanObject(True)})
    root[NameObject("/PageMode")] = NameObject("/UseOutlines")


def _safe(name: str) -> str:
    return UNSAFE.sub("-", name).strip(" .") or "Datei"

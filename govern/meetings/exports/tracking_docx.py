"""The Beschlusskontrolle as a Word document."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from govern.db import now
from govern.formats import date_text
from govern.meetings.tracking import TrackingRow
from govern.people.models import Body
from govern.typesetting import letterhead
from govern.typesetting.letterhead import DOCX as MEDIA_TYPE

__all__ = ["MEDIA_TYPE", "as_docx"]

COLUMNS = [("Ampel", 2.1), ("Nummer", 2.6), ("Inhalt", 5.4), ("Zuständig", 3.4), ("Frist und Stand", 3.0)]


def as_docx(rows: Sequence[TrackingRow], *, of: str, body: Body, letterheads: Path, public_only: bool) -> bytes:
    """The Beschlusskontrolle on the letterhead of agendas, or on plain paper."""
    title = f"Beschlusskontrolle: {of}"
    sheet = letterhead.open_letterhead(
        letterheads, "tagesordnung", title=title, author=body.name, created_at=now(),
        fields={"koerperschaft": body.name, "gremium": of, "sitzung": of, "titel": "Beschlusskontrolle", "termin": "",
                "ort": "", "leitung": ""},
    )  # fmt: skip
    letterhead.add_heading(sheet, "Beschlusskontrolle", 0)
    words = f"{of} · Stand {date_text(now())}" + (" · öffentliche Fassung" if public_only else "")
    sheet.document.add_paragraph(letterhead.clean(words))
    if not rows:
        sheet.document.add_paragraph("Nichts offen.")
        return sheet.as_bytes()
    table = letterhead.add_table(sheet, COLUMNS)
    for row in rows:
        when = f"{row.due}: {row.state_text}"
        text = row.text + (f"\nLetztes Wort: {row.last_word}" if row.last_word else "")
        text += "" if row.is_public else " (nicht öffentlich)"
        name = f"{row.kind} {row.number or ''}".strip()
        letterhead.add_row(table, row.word, name, text, row.responsible or "nicht angegeben", when)
    return sheet.as_bytes()

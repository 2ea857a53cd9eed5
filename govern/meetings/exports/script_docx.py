"""The chair's script (Regiebuch) as a Word document: with internal notes, therefore never on a public letterhead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from govern.db import now
from govern.formats import clock_time, minutes_text
from govern.meetings.agenda_content import Agenda, Entry
from govern.meetings.contributions import ItemSection
from govern.meetings.exports.docx_sections import add_section
from govern.people.models import Body
from govern.typesetting import letterhead
from govern.typesetting.docx_text import add_text
from govern.typesetting.letterhead import Letterhead


def as_docx(
    agenda: Agenda, *, facts: Sequence[str], guests: Sequence[str], expected: int,
    sections: Mapping[int, Sequence[ItemSection]], body: Body,
) -> bytes:  # fmt: skip
    """Item by item: when, who reports, what is proposed, what only the chair reads, and room to write."""
    title = f"Regiebuch: {agenda.meeting.full_name}"
    sheet = letterhead.open_letterhead(Path("/nonexistent"), "regiebuch", title=title, author=body.name,
                                       created_at=now())  # fmt: skip
    letterhead.add_heading(sheet, "Regiebuch", 0)
    letterhead.add_heading(sheet, agenda.meeting.full_name, 1)
    for line in (*facts, "Vertraulich: nur für Vorsitz, Geschäftsführung und Koordination.",
                 f"Erwartet: {expected} Personen auf ständigen Sitzen"):  # fmt: skip
        _paragraph(sheet, line)
    if guests:
        _paragraph(sheet, f"Gäste: {'; '.join(guests)}")
    for entry in agenda.flat:
        _entry(sheet, entry, sections.get(entry.item.id, ()))
    _paragraph(sheet, f"Geplantes Ende: {clock_time(agenda.meeting.ends_at)}")
    return sheet.as_bytes()


def _entry(sheet: Letterhead, entry: Entry, sections: Sequence[ItemSection]) -> None:
    item = entry.item
    secret = "" if item.is_public else " (nicht öffentlich)"
    letterhead.add_heading(sheet, f"{clock_time(entry.starts_at)}  TOP {entry.number}  {item.title}{secret}", 2)
    facts = [item.kind.label, minutes_text(item.planned_minutes) if item.planned_minutes else "",
             item.kind.said_of(entry.rapporteur) if entry.rapporteur else ""]  # fmt: skip
    _paragraph(sheet, " · ".join(f for f in facts if f))
    add_text(sheet, item.description)
    if item.proposed_resolution:
        letterhead.add_heading(sheet, "Beschlussvorschlag", 3)
        add_text(sheet, item.proposed_resolution)
    for section in sections:
        add_section(sheet, section)
    if item.internal_note:
        letterhead.add_heading(sheet, "Interne Notiz", 3)
        add_text(sheet, item.internal_note)
    if entry.papers:
        _paragraph(sheet, "Unterlagen: " + ", ".join(p.file_name for p in entry.papers))


def _paragraph(sheet: Letterhead, text: str) -> None:
    sheet.document.add_paragraph(letterhead.clean(text))

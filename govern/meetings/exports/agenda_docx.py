"""The agenda as a Word document: what the reader may see, never internal notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from govern.db import now
from govern.formats import clock_time, count, date_numeric, minutes_text, timespan
from govern.meetings.agenda_content import SECOND_CALL, Agenda, Entry
from govern.meetings.agenda_lines import paper_mark
from govern.meetings.contributions import ItemSection
from govern.meetings.exports.docx_sections import add_section
from govern.meetings.models import Meeting
from govern.people.models import Body
from govern.typesetting import letterhead
from govern.typesetting.docx_text import add_text
from govern.typesetting.letterhead import Letterhead


def agenda_as_docx(agenda: Agenda, *, place: str | None, chair: str | None, body: Body, letterheads: Path,
                   sections: Mapping[int, Sequence[ItemSection]] | None = None,
                   marks: Mapping[int, str] | None = None) -> bytes:  # fmt: skip
    """The agenda on the county's letterhead `tagesordnung.docx`, or on plain paper.

    ``sections`` by item id, and ``marks``: what supplements brought.
    """
    meeting = agenda.meeting
    sheet = letterhead.open_letterhead(
        letterheads, "tagesordnung", title=f"Tagesordnung: {meeting.full_name}", author=body.name, created_at=now(),
        fields={
            "koerperschaft": body.name,
            "gremium": meeting.committee.name,
            "sitzung": meeting.full_name,
            "titel": "Tagesordnung",
            "termin": timespan(meeting.starts_at, meeting.ends_at),
            "ort": place or "",
            "leitung": chair or "",
        },
    )  # fmt: skip
    letterhead.add_heading(sheet, "Tagesordnung", 0)
    letterhead.add_heading(sheet, meeting.full_name, 1)
    for line in _facts(meeting, place, chair):
        _paragraph(sheet, line)
    letterhead.add_heading(sheet, "Übersicht", 2)
    add_overview(sheet, agenda, marks)
    for entry in agenda.flat:
        _details(sheet, entry, (sections or {}).get(entry.item.id, ()))
    return sheet.as_bytes()


def agenda_file_name(meeting: Meeting, *, public_only: bool = False) -> str:
    """„Tagesordnung LG 26.05.2026.docx"."""
    part = " öffentlicher Teil" if public_only else ""
    return f"Tagesordnung {meeting.committee.label} {date_numeric(meeting.starts_at)}{part}.docx".replace("/", "-")


def _facts(meeting: Meeting, place: str | None, chair: str | None) -> list[str]:
    facts = [
        ("Gremium", meeting.committee.name if meeting.title else None),
        ("Termin", timespan(meeting.starts_at, meeting.ends_at)),
        ("Ort", place),
        ("Anschrift", meeting.place.address if meeting.place else None),
        ("Videolink", meeting.video_link),
        ("Leitung", chair),
        ("Moderation", meeting.moderator_function),
    ]
    lines = [f"{label}: {value}" for label, value in facts if value]
    if meeting.is_cancelled:
        lines.insert(0, f"Abgesagt: {meeting.cancellation_reason}")
    return lines


def add_overview(sheet: Letterhead, agenda: Agenda, marks: Mapping[int, str] | None = None) -> None:
    """The table of the items with kind and time, and what supplements brought."""
    if not agenda.entries:
        _paragraph(sheet, "Noch keine Tagesordnungspunkte.")
        return
    table = letterhead.add_table(sheet, [("TOP", 1.6), ("Punkt", 9.4), ("Art", 2.3), ("Zeit", 3.2)])
    for entry in agenda.flat:
        said = ["" if entry.item.is_public else "nicht öffentlich", (marks or {}).get(entry.item.id, "")]
        title = entry.item.title + "".join(f" ({words})" for words in said if words)
        minutes = entry.item.planned_minutes
        when = f"{clock_time(entry.starts_at)}, {minutes_text(minutes)}" if minutes else clock_time(entry.starts_at)
        letterhead.add_row(table, entry.number, title, entry.item.kind.label, when)


def _details(sheet: Letterhead, entry: Entry, sections: Sequence[ItemSection]) -> None:
    item = entry.item
    texts = item.description or item.proposed_resolution or item.is_second_call
    if not (texts or entry.rapporteur or entry.papers or sections):
        return
    letterhead.add_heading(sheet, f"TOP {entry.number}  {item.title}", 2)
    if entry.rapporteur:
        _paragraph(sheet, f"Bericht: {entry.rapporteur}")
    if item.is_second_call:
        _paragraph(sheet, SECOND_CALL)
    add_text(sheet, item.description)
    if item.proposed_resolution:
        letterhead.add_heading(sheet, "Beschlussvorschlag", 3)
        add_text(sheet, item.proposed_resolution)
    for section in sections:
        add_section(sheet, section)
    if entry.papers:
        marked = ((paper.file_name, paper_mark(paper)) for paper in entry.papers)
        names = ", ".join(f"{name} ({mark})" if mark else name for name, mark in marked)
        _paragraph(sheet, f"{count(len(entry.papers), 'Unterlage', 'Unterlagen')}: {names}")


def _paragraph(sheet: Letterhead, text: str) -> None:
    sheet.document.add_paragraph(letterhead.clean(text))

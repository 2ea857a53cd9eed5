"""The invitation as a letter in Word: cover text and public agenda on the county's own letterhead."""

from __future__ import annotations

from pathlib import Path

from docx.shared import Pt

from govern.db import now
from govern.formats import date_numeric, timespan
from govern.meetings.agenda_content import Agenda
from govern.meetings.exports.agenda_docx import add_overview
from govern.meetings.models import Meeting
from govern.meetings.words import Words, facts_of
from govern.people.models import Body
from govern.typesetting import letterhead


def invitation_as_docx(
    agenda: Agenda, words: Words, *, place: str | None, chair: str | None, body: Body, letterheads: Path
) -> bytes:
    """The letter on `einladung.docx`, else `tagesordnung.docx` of the county, else on plain paper."""
    meeting = agenda.meeting
    name = "einladung" if (letterheads / "einladung.docx").exists() else "tagesordnung"
    sheet = letterhead.open_letterhead(
        letterheads, name, title=words.subject, author=body.name, created_at=now(),
        fields={
            "koerperschaft": body.name,
            "gremium": meeting.committee.name,
            "sitzung": meeting.full_name,
            "titel": "Einladung",
            "termin": timespan(meeting.starts_at, meeting.ends_at),
            "ort": place or "",
            "leitung": chair or "",
        },
    )  # fmt: skip
    letterhead.add_heading(sheet, "Einladung", 0)
    sheet.document.add_paragraph("Sehr geehrte Damen und Herren, sehr geehrte Mitglieder,")
    for part in words.text.split("\n\n"):
        sheet.document.add_paragraph(letterhead.clean(part))
    for line in facts_of(meeting, place=place, chair=chair):
        sheet.document.add_paragraph(letterhead.clean(line))
    letterhead.add_heading(sheet, "Tagesordnung", 1)
    add_overview(sheet, agenda)
    farewell = sheet.document.add_paragraph("Mit freundlichen Grüßen")
    farewell.paragraph_format.space_before = Pt(18)
    sheet.document.add_paragraph(letterhead.clean(body.sender_name or body.name))
    return sheet.as_bytes()


def invitation_file_name(meeting: Meeting) -> str:
    """„Einladung LG 26.05.2026.docx"."""
    return f"Einladung {meeting.committee.label} {date_numeric(meeting.starts_at)}.docx".replace("/", "-")

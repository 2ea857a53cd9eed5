"""The attendance sheet as a Word document, for offices that want to add to it."""

from __future__ import annotations

from pathlib import Path

from docx.shared import Cm

from govern.meetings.exports.minutes_docx import add_paragraph
from govern.meetings.room_content import AttendanceSheet
from govern.typesetting.letterhead import add_heading, add_row, add_table, open_letterhead


def sheet_docx(sheet: AttendanceSheet, *, folder: Path) -> bytes:
    """The attendance sheet on the letterhead `anwesenheitsliste.docx` of ``folder`` if the county has one."""
    page = open_letterhead(
        folder, "anwesenheitsliste", title=f"{sheet.title}, {sheet.when}", author=sheet.body,
        created_at=sheet.made_at,
        fields={"koerperschaft": sheet.body, "gremium": sheet.committee, "sitzung": sheet.meeting,
                "titel": "Anwesenheitsliste", "termin": sheet.when, "ort": sheet.place},
    )  # fmt: skip
    add_heading(page, sheet.title, 0)
    add_paragraph(page, " · ".join(part for part in (sheet.when, sheet.place) if part))
    for group in sheet.groups:
        if group.heading:
            add_heading(page, group.heading, 1)
        table = add_table(page, [("Institution und Funktion", 6.5), ("Name", 5.0), ("Unterschrift", 5.0)])
        for line in group.lines:
            row = add_row(table, line.seat, "\n".join(part for part in (line.name, line.note) if part), "")
            row.height = Cm(1.1)
    return page.as_bytes()

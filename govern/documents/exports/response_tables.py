"""The table of all comments and answers (Abwägungstabelle) as Word document and workbook, from the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from docx.enum.section import WD_ORIENT

from govern.db import now
from govern.documents.exports.workbooks import XLSX, as_workbook
from govern.formats import date_text
from govern.typesetting import letterhead
from govern.typesetting.letterhead import DOCX, clean

__all__ = ["COLUMNS", "DOCX", "XLSX", "ResponseRow", "as_docx", "as_xlsx"]

COLUMNS = ("Nr.", "Institution", "Stelle", "Im Entwurf", "Vorschlag", "Stellungnahme", "Antwort", "Begründung")
_WIDE = (6, 30, 30, 44, 44, 50, 20, 50)
_WORD = [("Nr., Institution", 5.0), ("Stelle", 4.0), ("Stellungnahme", 9.2), ("Antwort", 6.5)]
_LONG = 600
"""Characters from which a row may go on on the next page."""


@dataclass(frozen=True, kw_only=True)
class ResponseRow:
    """One comment with what became of it."""

    number: int
    section_key: str | None
    """Where its comment stands on the page of comments; None: with those on the draft as a whole."""
    institution: str
    place: str
    passage: str
    proposal: str
    text: str
    outcome: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ResponseTable:
    """All that is printed."""

    body: str
    title: str
    """The draft, and the concept it is of."""
    until: str
    rows: Sequence[ResponseRow]


def as_xlsx(content: ResponseTable) -> bytes:
    """One sheet, one line for each comment."""
    rows = [
        (row.number, row.institution, row.place, row.passage, row.proposal, row.text, row.outcome, row.reason)
        for row in content.rows
    ]
    return as_workbook("Abwägungstabelle", zip(COLUMNS, _WIDE, strict=True), rows, subject=content.title)


def as_docx(content: ResponseTable, *, folder: Path) -> bytes:
    """The table in landscape, on the letterhead `synopse.docx` of ``folder`` if the county has one."""
    sheet = letterhead.open_letterhead(
        folder, "synopse", title=f"Abwägungstabelle, {content.title}", author=content.body, created_at=now(),
        fields={"koerperschaft": content.body, "titel": content.title, "fassungen": "Abwägungstabelle"},
    )  # fmt: skip
    if not (folder / "synopse.docx").exists():
        page = sheet.document.sections[0]
        page.orientation = WD_ORIENT.LANDSCAPE
        page.page_width, page.page_height = page.page_height, page.page_width
    letterhead.add_heading(sheet, "Abwägungstabelle", 0)
    for line in (content.title, f"Stellungnahmen bis {content.until}. Stand {date_text(now())}."):
        sheet.document.add_paragraph(clean(line))
    if not content.rows:
        sheet.document.add_paragraph("Keine Stellungnahme.")
        return sheet.as_bytes()
    table = letterhead.add_table(sheet, _WORD)
    for row in content.rows:
        change = f"Im Entwurf: {row.passage}\nVorschlag: {row.proposal}" if row.proposal else row.passage
        words = "\n".join(filter(None, (change, row.text)))
        answer = "\n".join(filter(None, (row.outcome, row.reason))) or "noch keine Antwort"
        letterhead.add_row(table, f"{row.number}\n{row.institution}", row.place, words, answer,
                           is_long=max(len(words), len(answer)) > _LONG)  # fmt: skip
    return sheet.as_bytes()

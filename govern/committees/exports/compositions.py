"""The composition of a committee on a day as DOCX, XLSX and CSV; text never becomes a formula (B12, D-16)."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from govern.committees.composition_content import CompositionFile
from govern.db import now
from govern.formats import date_text
from govern.people.models import Body
from govern.typesetting import letterhead

COLUMNS = (("Nr.", 6), ("Sitzgruppe", 30), ("Funktion", 36), ("Institution", 40), ("Spricht für", 34), ("Plätze", 10),
           ("Teilnahme", 18), ("Stimmrecht", 18), ("Besetzt mit", 36), ("Stellvertretung", 30),
           ("Anmerkung", 40))  # fmt: skip
WORD_COLUMNS = [("Nr.", 1.1), ("Sitz", 7.4), ("Besetzt mit", 4.6), ("Stimmrecht", 3.4)]


def as_docx(content: CompositionFile, *, body: Body, letterheads: Path) -> bytes:
    """A list to print, on the letterhead of agendas or on plain paper."""
    sheet = letterhead.open_letterhead(
        letterheads, "tagesordnung", title=f"{content.title}, {content.as_of}", author=body.name, created_at=now(),
        fields={"koerperschaft": body.name, "gremium": content.committee, "sitzung": content.committee,
                "titel": "Zusammensetzung", "termin": date_text(content.day), "ort": "", "leitung": ""},
    )  # fmt: skip
    letterhead.add_heading(sheet, content.title, 0)
    sheet.document.add_paragraph(letterhead.clean(content.as_of))
    sheet.document.add_paragraph(letterhead.clean(content.total))
    for heading, lines in content.groups:
        if heading:
            letterhead.add_heading(sheet, heading, 1)
        table = letterhead.add_table(sheet, WORD_COLUMNS)
        for line in lines:
            letterhead.add_row(table, *_word_cells(line))
    return sheet.as_bytes()


def as_xlsx(content: CompositionFile) -> bytes:
    """One sheet: title and day, then a line for each seat."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new workbook has one sheet
    sheet.title = "Zusammensetzung"
    book.properties.title, book.properties.language = letterhead.xml_text(content.title)[:255], "de-DE"
    rows: list[Sequence[str]] = [(content.title,), (content.as_of,), (content.total,),
                                 [heading for heading, _width in COLUMNS], *content.lines]  # fmt: skip
    for line, row in enumerate(rows, start=1):
        for n, text in enumerate(row, start=1):
            cell = sheet.cell(line, n)
            if text:
                cell.value, cell.data_type = letterhead.xml_text(text), "s"
            if line in (1, 4):
                cell.font = Font(bold=True)
            elif line > 4:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    for n, (_heading, width) in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(n)].width = width
    sheet.freeze_panes = "A5"
    sheet.auto_filter.ref = f"A4:{get_column_letter(len(COLUMNS))}{len(rows)}"
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def as_csv(content: CompositionFile) -> bytes:
    """As German spreadsheet programs open it: title and day first; what looks like a formula gets an apostrophe."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    headings = [heading for heading, _width in COLUMNS]
    for row in [(content.title,), (content.as_of,), (content.total,), headings, *content.lines]:
        writer.writerow([f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value for value in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _word_cells(line: Sequence[str]) -> tuple[str, str, str, str]:
    number, _group, function, institution, speaks_for, places, participation, voting, holders, deputies, note = line
    seat = [function, institution, speaks_for, participation if participation != "ständig" else "",
            f"{places} Plätze" if places != "1" else "", note]  # fmt: skip
    persons = [*holders.split("; "), f"Stellvertretung: {deputies}" if deputies else ""]
    return number, "\n".join(filter(None, seat)), "\n".join(filter(None, persons)), voting

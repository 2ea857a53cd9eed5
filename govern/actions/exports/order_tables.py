"""Lists of work orders as files: XLSX, CSV and DOCX from the same rows; text never becomes a formula (D-16)."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from govern.db import now
from govern.formats import date_numeric, date_text
from govern.people.models import Body
from govern.typesetting import letterhead
from govern.typesetting.letterhead import DOCX

__all__ = ["CSV", "DOCX", "XLSX", "OrderRow", "as_csv", "as_docx", "as_xlsx"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
COLUMNS = (("Ampel", 24), ("Nummer", 14), ("Auftrag", 60), ("Zuständig", 34), ("Frist", 12), ("Stand", 24),
           ("Dringlichkeit", 12), ("Herkunft", 44), ("Letztes Wort", 50), ("öffentlich", 11))  # fmt: skip
WORD_COLUMNS = [("Ampel", 2.4), ("Auftrag", 5.6), ("Zuständig", 3.2), ("Frist und Stand", 2.8), ("Letztes Wort", 3.4)]


@dataclass(frozen=True, kw_only=True)
class OrderRow:
    """One work order as a file shows it."""

    light: str
    number: str
    task: str
    addressee: str
    due_on: date | None
    state: str
    priority: str
    origin: str
    last_word: str
    is_public: bool


def as_xlsx(rows: Sequence[OrderRow], *, title: str, public_only: bool) -> bytes:
    """One sheet; the column „öffentlich" is left out of the public version, which holds nothing else."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new workbook has one sheet
    sheet.title = "Arbeitsaufträge"
    book.properties.title, book.properties.language = letterhead.xml_text(title), "de-DE"
    columns = _columns(public_only)
    for n, (heading, width) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(n)].width = width
        sheet.cell(1, n, heading).font = Font(bold=True)
    for line, row in enumerate(rows, start=2):
        for n, value in enumerate(_cells(row)[: len(columns)], start=1):
            cell = sheet.cell(line, n)
            if isinstance(value, date):
                cell.value, cell.number_format = value, "DD.MM.YYYY"
            elif value:
                cell.value, cell.data_type = letterhead.xml_text(value), "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def as_csv(rows: Sequence[OrderRow], *, public_only: bool) -> bytes:
    """As German spreadsheet programs open it; what looks like a formula gets an apostrophe."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    columns = _columns(public_only)
    writer.writerow([heading for heading, _width in columns])
    for row in rows:
        writer.writerow([_harmless(value) for value in _cells(row)[: len(columns)]])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def as_docx(rows: Sequence[OrderRow], *, title: str, body: Body, letterheads: Path, public_only: bool) -> bytes:
    """The list on the letterhead of agendas, or on plain paper."""
    sheet = letterhead.open_letterhead(
        letterheads, "tagesordnung", title=title, author=body.name, created_at=now(),
        fields={"koerperschaft": body.name, "gremium": title, "sitzung": title, "titel": title, "termin": "",
                "ort": "", "leitung": ""},
    )  # fmt: skip
    letterhead.add_heading(sheet, title, 0)
    words = f"Stand {date_text(now())}" + (" · öffentliche Fassung" if public_only else "")
    sheet.document.add_paragraph(letterhead.clean(words))
    if not rows:
        sheet.document.add_paragraph("Kein Auftrag.")
        return sheet.as_bytes()
    table = letterhead.add_table(sheet, WORD_COLUMNS)
    for row in rows:
        task = f"{row.number}\n{row.task}\n{row.origin}" + ("" if row.is_public else "\nnicht öffentlich")
        when = f"{date_numeric(row.due_on) if row.due_on else 'ohne Frist'}: {row.state}"
        letterhead.add_row(table, row.light, task, row.addressee, when, row.last_word)
    return sheet.as_bytes()


def _columns(public_only: bool) -> tuple[tuple[str, int], ...]:
    return COLUMNS[:-1] if public_only else COLUMNS


def _cells(row: OrderRow) -> list[str | date | None]:
    return [row.light, row.number, row.task, row.addressee, row.due_on, row.state, row.priority, row.origin,
            row.last_word, "ja" if row.is_public else "nein"]  # fmt: skip


def _harmless(value: str | date | None) -> str:
    if isinstance(value, date):
        return date_numeric(value)
    text = " ".join((value or "").split())
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text

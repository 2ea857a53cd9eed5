"""The Beschlusskontrolle as a spreadsheet; text never becomes a formula (D-16)."""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from govern.meetings.tracking import TrackingRow
from govern.typesetting.letterhead import xml_text

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = (("Ampel", 14), ("Art", 11), ("Nummer", 18), ("Inhalt", 60), ("Zuständig", 34), ("Frist", 12), ("Stand", 34),
           ("Letztes Wort", 50), ("öffentlich", 11))  # fmt: skip


def as_xlsx(rows: Sequence[TrackingRow], *, of: str, public_only: bool) -> bytes:
    """One sheet; the column „öffentlich" is left out of the public version, which holds nothing else."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new workbook has one sheet
    sheet.title = "Beschlusskontrolle"
    book.properties.title, book.properties.language = xml_text(f"Beschlusskontrolle: {of}"), "de-DE"
    columns = COLUMNS[:-1] if public_only else COLUMNS
    sheet.append([heading for heading, _width in columns])
    for n, (_heading, width) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(n)].width = width
        sheet.cell(1, n).font = Font(bold=True)
    for row in rows:
        cells = [row.word, row.kind, row.number or "", row.text, row.responsible or "nicht angegeben",
                 row.due_on, row.state_text, row.last_word or "", "ja" if row.is_public else "nein"]  # fmt: skip
        sheet.append([None] * len(columns))
        for n, value in enumerate(cells[: len(columns)], start=1):
            cell = sheet.cell(sheet.max_row, n)
            if isinstance(value, str):
                cell.value, cell.data_type = xml_text(value), "s"
            elif value is not None:
                cell.value, cell.number_format = value, "DD.MM.YYYY"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()

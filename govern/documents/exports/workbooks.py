"""A workbook of one sheet with a line for each row; text never becomes a formula (D-16)."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from govern.typesetting.letterhead import xml_text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_workbook(
    title: str, columns: Iterable[tuple[str, int]], rows: Iterable[Sequence[str | int]], *, subject: str = ""
) -> bytes:
    """The workbook; ``columns`` are headings with widths in characters; ``subject`` follows its title in the facts."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new workbook has one sheet
    sheet.title = title
    book.properties.title, book.properties.language = xml_text(f"{title}, {subject}" if subject else title), "de-DE"
    for n, (heading, width) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(n)].width = width
        sheet.cell(1, n, heading).font = Font(bold=True)
    for line, row in enumerate(rows, start=2):
        for n, value in enumerate(row, start=1):
            cell = sheet.cell(line, n)
            if isinstance(value, int):
                cell.value = value
            elif value:
                cell.value, cell.data_type = xml_text(value), "s"
            cell.alignment = Alignment(wrap_text=isinstance(value, str), vertical="top")
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()

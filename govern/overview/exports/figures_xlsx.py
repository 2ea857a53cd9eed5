"""The page „Auswertung" as a workbook; text never becomes a formula (D-16)."""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from govern.actions.periods import Period
from govern.meetings.exports.letterhead import clean
from govern.overview.order_figures import OrderFigures, sum_up

Value = str | int | float | None
PERCENT = "0 %"
ORDER_COLUMNS = ("Zuständig", "erteilt", "offen", "davon überfällig", "erledigt", "davon pünktlich", "davon verspätet",
                 "Anteil pünktlich")  # fmt: skip


def figures_xlsx(orders: Sequence[OrderFigures], period: Period | None) -> bytes:
    """One sheet a subject."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title, book.properties.language = "Auswertung", "de-DE"
    rows = [_order_row(line) for line in (*orders, *([sum_up(orders)] if orders else []))]
    heading = f"Arbeitsaufträge, {period.label if period else 'insgesamt'}"
    _sheet(book, "Arbeitsaufträge", heading, ORDER_COLUMNS, rows, percent=8)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _order_row(line: OrderFigures) -> list[Value]:
    return [line.addressee, line.given, line.open, line.overdue, line.done, line.on_time, line.late,
            line.on_time_share]  # fmt: skip


def _sheet(
    book: Workbook, name: str, heading: str, columns: Sequence[str], rows: Sequence[Sequence[Value]], *,
    percent: int | None = None, note: str | None = None,
) -> None:  # fmt: skip
    sheet: Worksheet = book.create_sheet(name)
    _put(sheet, 1, 1, heading, bold=True)
    if note:
        _put(sheet, 2, 1, note)
    for column, text in enumerate(columns, start=1):
        _put(sheet, 4, column, text, bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = 44 if column == 1 else 14
        sheet.cell(4, column).alignment = Alignment(wrap_text=True, vertical="top")
    for number, row in enumerate(rows, start=5):
        for column, value in enumerate(row, start=1):
            _put(sheet, number, column, value)
        if percent:
            sheet.cell(number, percent).number_format = PERCENT
    sheet.freeze_panes = "B5"


def _put(sheet: Worksheet, row: int, column: int, value: Value, *, bold: bool = False) -> None:
    cell = sheet.cell(row, column)
    cell.value = clean(value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)

"""The page „Auswertung" as a workbook; text never becomes a formula (D-16)."""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from govern.actions.masking import SIGN
from govern.actions.periods import Period
from govern.overview.matter_figures import MatterFigures, Ways
from govern.overview.order_figures import OrderFigures, sum_up
from govern.overview.report_figures import TOTAL, Line, ReportFigures
from govern.typesetting.letterhead import xml_text

Value = str | int | float | None
PERCENT = "0 %"
ORDER_COLUMNS = ("Zuständig", "erteilt", "offen", "davon überfällig", "erledigt", "davon pünktlich", "davon verspätet",
                 "Anteil pünktlich")  # fmt: skip
WAY_COLUMNS = ("Lücke", "Nummer", "erste Meldung", "Tage bis zur Lücke", "Tage bis zum Beschluss",
               "Tage bis zur geprüften Wirkung")  # fmt: skip


def figures_xlsx(
    *, period: Period | None, orders: Sequence[OrderFigures], matters: MatterFigures, reports: ReportFigures | None,
    reports_period: Period | None, ways: Ways | None,
) -> bytes:  # fmt: skip
    """One sheet a subject; what is hidden on the page is hidden here."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title, book.properties.language = "Auswertung", "de-DE"
    when = period.label if period else "insgesamt"
    if reports is not None:
        of = reports_period.label if reports_period else "insgesamt"
        _report_sheet(book, "Meldungen nach Kommune", f"Lückenmeldungen, {of}", reports, reports.places)
        _report_sheet(book, "Meldungen nach Quartal", f"Lückenmeldungen, {of}", reports, reports.quarters)
    if matters.total:
        _matter_sheet(book, f"Lücken, {when}", matters)
    if ways is not None:
        _way_sheet(book, ways)
    rows = [_order_row(line) for line in (*orders, *([sum_up(orders)] if orders else []))]
    _sheet(book, "Arbeitsaufträge", f"Arbeitsaufträge, {when}", ORDER_COLUMNS, rows, percent=8)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _report_sheet(book: Workbook, name: str, heading: str, figures: ReportFigures, columns: Sequence[Line]) -> None:
    lines = [*figures.fields, (TOTAL, "Alle Handlungsfelder")]
    shown = [*columns, (TOTAL, "Alle")]
    rows: list[list[Value]] = [
        [words, *(SIGN if (value := figures.cell(field, key).value) is None else value for key, _ in shown)]
        for field, words in lines
    ]
    _sheet(book, name, heading, ["Handlungsfeld", *(words for _, words in shown)], rows, note=figures.note)


def _matter_sheet(book: Workbook, heading: str, matters: MatterFigures) -> None:
    rows: list[list[Value]] = [[line.quarter.label, line.created, line.closed] for line in matters.quarters]
    rows += [[f"offen seit: {age.label}", amount, None] for age, amount in matters.ages]
    _sheet(book, "Lücken", heading, ("Quartal, Alter", "neu; offen", "abgeschlossen"), rows)


def _way_sheet(book: Workbook, ways: Ways) -> None:
    rows: list[list[Value]] = [
        [way.title, way.number, way.first_on.strftime("%d.%m.%Y"), way.days_to_matter, way.days_to_resolution,
         way.days_to_effect]
        for way in ways.rows
    ]  # fmt: skip
    _sheet(book, "Von der Meldung zur Wirkung", "Tage seit der ersten Meldung", WAY_COLUMNS, rows)


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
    cell.value = xml_text(value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)

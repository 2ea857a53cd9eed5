"""Figures of target groups as a workbook, and the table to fill in; text never becomes a formula (D-16)."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from govern.actions.masking import SIGN
from govern.formats import date_text
from govern.overview.models import TargetGroupYear
from govern.overview.target_groups import TOTAL, Line, TargetFigures
from govern.overview.target_tables import MOST, PLACE_HEADING, SHEET
from govern.typesetting.letterhead import xml_text

NOT_KNOWN = "ohne Angabe"


def figures_xlsx(version: TargetGroupYear, figures: TargetFigures) -> bytes:
    """One year as the reader sees it, with its source; what is hidden on the page is hidden here."""
    book = Workbook()
    sheet = _first_sheet(book, f"Zielgruppen {version.year}", f"Zielgruppen {version.year}")
    _put(sheet, 1, 1, f"Zielgruppen {version.year}, Stichtag {date_text(version.as_of)}", is_bold=True)
    _put(sheet, 2, 1, f"Quelle: {version.source}")
    _put(sheet, 3, 1, figures.note or "")
    _headings(sheet, 5, [PLACE_HEADING, *(words for _key, words in figures.groups)])
    for row, (place, words) in enumerate([*figures.places, (TOTAL, "Alle, die gezählt haben")], start=6):
        _put(sheet, row, 1, words)
        for column, (group, _words) in enumerate(figures.groups, start=2):
            cell = figures.cell(place, group)
            _put(sheet, row, column, NOT_KNOWN if cell is None else SIGN if cell.value is None else cell.value)
    sheet.freeze_panes = "B6"
    return _saved(book)


def template_xlsx(places: Sequence[Line], groups: Sequence[Line], known: Mapping[tuple[str, str], int]) -> bytes:
    """The table to fill in, with the numbers that are ``known`` already."""
    book = Workbook()
    sheet = _first_sheet(book, SHEET, "Zielgruppen nach Kommunen")
    _headings(sheet, 1, [PLACE_HEADING, *(words for _key, words in groups)])
    for row, (place, words) in enumerate(places, start=2):
        _put(sheet, row, 1, words)
        for column, (group, _words) in enumerate(groups, start=2):
            sheet.cell(row, column).value = known.get((place, group))
    if places and groups:
        rule = DataValidation(type="whole", operator="between", formula1="0", formula2=str(MOST), allow_blank=True)
        rule.error, rule.errorTitle = "Bitte eine ganze Zahl ab 0 eingeben, oder nichts.", "Keine Zahl"
        rule.showErrorMessage = True
        sheet.add_data_validation(rule)
        rule.add(f"B2:{get_column_letter(len(groups) + 1)}{len(places) + 1}")
    sheet.freeze_panes = "B2"
    return _saved(book)


def template_csv(places: Sequence[Line], groups: Sequence[Line], known: Mapping[tuple[str, str], int]) -> bytes:
    """The same as CSV, as German spreadsheet programs open it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow([_harmless(words) for words in (PLACE_HEADING, *(words for _key, words in groups))])
    for place, words in places:
        writer.writerow([_harmless(words), *(known.get((place, group), "") for group, _words in groups)])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _harmless(words: str) -> str:
    return f"'{words}" if words[:1] in ("=", "+", "-", "@", "\t") else words


def _first_sheet(book: Workbook, name: str, title: str) -> Worksheet:
    book.remove(book.worksheets[0])
    book.properties.title, book.properties.language, book.properties.creator = title, "de-DE", "Govern"
    sheet: Worksheet = book.create_sheet(name)
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    return sheet


def _headings(sheet: Worksheet, row: int, texts: Sequence[str]) -> None:
    for column, text in enumerate(texts, start=1):
        _put(sheet, row, column, text, is_bold=True)
        sheet.cell(row, column).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.cell(row, column).fill = PatternFill("solid", fgColor="E7ECF6")
        sheet.column_dimensions[get_column_letter(column)].width = 34 if column == 1 else 18


def _put(sheet: Worksheet, row: int, column: int, value: str | int, *, is_bold: bool = False) -> None:
    cell = sheet.cell(row, column)
    cell.value = xml_text(value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"
    if is_bold:
        cell.font = Font(bold=True)


def _saved(book: Workbook) -> bytes:
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()

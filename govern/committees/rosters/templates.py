"""The table to fill in: XLSX with headings, explanations and lists to choose from, or CSV. No cell holds a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from govern.committees.rosters.columns import COLUMNS, ROLES, SHEET, Column

_LISTS = "Listen"
_EXPLANATIONS = "Erklärung"
_ROWS = 2_000
"""How many rows the lists and date formats reach down to."""


@dataclass(frozen=True)
class RosterChoices:
    """What the lists of the template offer."""

    organisations: Sequence[str] = ()
    committees: Sequence[str] = ()
    seats: Sequence[str] = ()


def xlsx_template(choices: RosterChoices) -> bytes:
    """The empty table as XLSX."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101 - a new book has one
    sheet.title = SHEET
    book.properties.title = "Personen und Mandate"
    book.properties.language = "de-DE"
    book.properties.creator = "Govern"
    _write_headings(sheet)
    _write_explanations(book.create_sheet(_EXPLANATIONS))
    _write_lists(book.create_sheet(_LISTS), sheet, choices)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def csv_template() -> bytes:
    """The headings as CSV, as German spreadsheet programs open it: semicolons, UTF-8 with a byte order mark."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerow([column.heading for column in COLUMNS])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _write_headings(sheet: Worksheet) -> None:
    for number, column in enumerate(COLUMNS, start=1):
        cell = sheet.cell(1, number, column.heading)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E7ECF6")
        cell.comment = Comment(_explained(column), "Govern", width=300, height=120)
        sheet.column_dimensions[get_column_letter(number)].width = column.width
        if column.field in ("starts_on", "ends_on"):
            for row in range(2, 202):
                sheet.cell(row, number).number_format = "DD.MM.YYYY"
        if column.field in ("phone", "postal_code"):
            for row in range(2, 202):
                sheet.cell(row, number).number_format = "@"  # keeps the leading zero
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0


def _write_explanations(sheet: Worksheet) -> None:
    lines = [
        ("Spalte", "Was hineingehört"),
        *((column.heading, _explained(column)) for column in COLUMNS),
        ("Mehrere Zeilen", "Wer mehrere Funktionen oder Mandate hat, bekommt für jedes eine eigene Zeile."),
        ("Wiederholen", "Dieselbe Tabelle darf noch einmal übernommen werden; was schon so ist, bleibt."),
        (
            "Entfernen",
            "Wer in der Tabelle fehlt, bleibt unverändert. Ein Mandat endet mit einem Tag in der Spalte „bis“.",
        ),
    ]
    for row, (heading, text) in enumerate(lines, start=1):
        sheet.cell(row, 1, heading).font = Font(bold=True)
        sheet.cell(row, 2, text).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width = 20
    sheet.column_dimensions["B"].width = 100


def _write_lists(lists: Worksheet, sheet: Worksheet, choices: RosterChoices) -> None:
    offered = {
        "organisation": choices.organisations, "committee": choices.committees, "seat": choices.seats, "role": ROLES,
    }  # fmt: skip
    numbers = {column.field: number for number, column in enumerate(COLUMNS, start=1)}
    for place, (field, texts) in enumerate(offered.items(), start=1):
        heading = COLUMNS[numbers[field] - 1].heading
        _write_list(lists, place, heading, texts)
        if texts:
            letter = get_column_letter(place)
            source = f"{quote_sheetname(_LISTS)}!${letter}$2:${letter}${len(texts) + 1}"
            rule = DataValidation(type="list", formula1=source, allow_blank=True)
            rule.showErrorMessage = field == "role"  # other columns also know short names
            rule.error = "Bitte aus der Liste wählen."
            _validate(sheet, rule, numbers[field])
    for field in ("starts_on", "ends_on"):
        rule = DataValidation(type="date", operator="greaterThan", formula1="18264", allow_blank=True)
        rule.error, rule.errorTitle = "Bitte ein Datum wie 01.03.2026 eingeben.", "Kein Datum"
        rule.showErrorMessage = True
        _validate(sheet, rule, numbers[field])


def _write_list(sheet: Worksheet, place: int, heading: str, texts: Iterable[str]) -> None:
    sheet.cell(1, place, heading).font = Font(bold=True)
    for row, text in enumerate(texts, start=2):
        cell = sheet.cell(row, place)
        cell.value = text
        cell.data_type = "s"  # a name that begins with „=“ stays a name
    sheet.column_dimensions[get_column_letter(place)].width = 50


def _validate(sheet: Worksheet, rule: DataValidation, number: int) -> None:
    letter = get_column_letter(number)
    sheet.add_data_validation(rule)
    rule.add(f"{letter}2:{letter}{_ROWS}")


def _explained(column: Column) -> str:
    return f"{column.help}{' Pflichtfeld.' if column.is_required else ''}"

"""XLSX or CSV → cells. Formulas are never evaluated, they are refused by name."""

from __future__ import annotations

import contextlib
import csv
import io
import struct
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import openpyxl
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from govern.committees.rosters.columns import SHEET
from govern.committees.structure.nodes import UNPRINTABLE
from govern.errors import DomainError

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_ROWS: Final = 5_000
MAX_COLUMNS: Final = 60
_UNREADABLE: Final = (
    InvalidFileException, zipfile.BadZipFile, zlib.error, struct.error, ArithmeticError, AttributeError, EOFError,
    LookupError, OSError, RuntimeError, SyntaxError, TypeError, ValueError,
)  # fmt: skip


@dataclass(frozen=True, order=True)
class CellFault:
    """What is wrong with one cell."""

    row: int
    column: int
    sentence: str
    sheet: str = SHEET

    @property
    def cell(self) -> str:
        """„C7“."""
        return f"{get_column_letter(self.column)}{self.row}"

    @property
    def place(self) -> str:
        """„Tabelle Personen, Zelle C7“."""
        return f"Tabelle {self.sheet}, Zelle {self.cell}"

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}"


class FaultyRosterError(DomainError):
    """The table cannot be used; `faults` names every faulty cell."""

    def __init__(self, faults: list[CellFault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__(" ".join(str(fault) for fault in self.faults[:3]))


@dataclass(frozen=True)
class SheetCell:
    """A cell with something in it."""

    row: int
    column: int
    value: str | date
    is_formula: bool = False


@dataclass(frozen=True)
class Sheet:
    """The rows of a table that hold anything, each with its cells."""

    name: str
    rows: tuple[tuple[SheetCell, ...], ...]


def read_sheet(data: bytes, name: str = SHEET) -> Sheet:
    """The table of that name, or the first one.

    Raises DomainError with a German sentence when the file is empty, too large, or neither XLSX nor CSV.
    """
    if not data.strip():
        raise DomainError("Die Datei ist leer.")
    if len(data) > MAX_BYTES:
        raise DomainError("Die Datei ist größer als 10 MB.")
    sheet = _read_xlsx(data, name) if data[:2] == b"PK" else _read_csv(data, name)
    if not sheet.rows:
        raise DomainError("Die Tabelle ist leer.")
    return sheet


def _read_xlsx(data: bytes, name: str) -> Sheet:
    try:
        _check_size_unpacked(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what this table does not use may be unknown to the reader
            return _read_book(openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False), name)
    except _UNREADABLE as error:
        raise DomainError("Die Datei lässt sich nicht als Excel-Tabelle (XLSX) lesen.") from error


def _read_book(book: openpyxl.Workbook, name: str) -> Sheet:
    with contextlib.closing(book):
        sheet = book[name] if name in book.sheetnames else book.worksheets[0]
        sheet.reset_dimensions()
        rows = []
        for row in sheet.iter_rows(max_col=MAX_COLUMNS):
            cells = tuple(cell for each in row if (cell := _xlsx_cell(each)) is not None)
            if cells:
                rows.append(cells)
            if len(rows) > MAX_ROWS:
                raise DomainError(f"Die Tabelle hat mehr als {MAX_ROWS} Zeilen. Bitte teilen Sie sie auf.")
        return Sheet(str(sheet.title), tuple(rows))


def _check_size_unpacked(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > 30 * MAX_BYTES or len(archive.infolist()) > 2_000:
            raise DomainError("Die Datei ist ausgepackt zu groß.")


def _xlsx_cell(cell: Cell | MergedCell | ReadOnlyCell | EmptyCell) -> SheetCell | None:
    value = cell.value
    if value is None or not isinstance(cell, (Cell, ReadOnlyCell)):
        return None
    row, column = int(cell.row), int(cell.column)
    if cell.data_type == "f":
        return SheetCell(row, column, str(value), is_formula=True)
    if isinstance(value, datetime):
        return SheetCell(row, column, value.date())
    if isinstance(value, date):
        return SheetCell(row, column, value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = UNPRINTABLE.sub("", str(value)).strip()
    return SheetCell(row, column, text) if text else None


def _read_csv(data: bytes, name: str) -> Sheet:
    text = _decode(data)
    if "\x00" in text:
        raise DomainError("Die Datei ist weder eine Excel-Tabelle (XLSX) noch eine CSV-Datei.")
    rows = []
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
        for number, line in enumerate(reader, start=1):
            cells = tuple(
                SheetCell(number, column, kept, is_formula=kept.startswith("="))
                for column, written in enumerate(line[:MAX_COLUMNS], start=1)
                if (kept := UNPRINTABLE.sub("", written).strip())
            )
            if cells:
                rows.append(cells)
            if len(rows) > MAX_ROWS:
                raise DomainError(f"Die Tabelle hat mehr als {MAX_ROWS} Zeilen. Bitte teilen Sie sie auf.")
    except csv.Error as error:
        raise DomainError(f"Zeile {reader.line_num}: Die Anführungszeichen passen nicht zusammen.") from error
    return Sheet(name, tuple(rows))


def _decode(data: bytes) -> str:
    is_wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    encodings = ["utf-16"] if is_wide else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DomainError("Die Datei ist weder in UTF-8 noch in Windows-1252 gespeichert.")


def _delimiter(text: str) -> str:
    heading = next((line for line in text.splitlines() if line.strip()), "")
    return max(";,\t", key=heading.count)

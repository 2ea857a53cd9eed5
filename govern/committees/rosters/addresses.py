"""The list of addresses of a committee as a file to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

import openpyxl
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from govern.committees.queries.addresses import Address

HEADINGS = ("Nachname", "Vorname", "Titel", "Als", "Sitz", "Adresse", "Art der Adresse", "Telefon")
WIDTHS = (22, 18, 10, 16, 50, 34, 20, 20)


def address_rows(addresses: Iterable[Address]) -> list[tuple[str, ...]]:
    """One line for each address."""
    return [
        (
            a.person.family_name,
            a.person.given_name,
            a.person.title or "",
            a.kind.label,
            a.seat.label,
            a.address or "keine Adresse",
            "Funktionspostfach" if a.is_mailbox else "Person",
            a.person.phone or "",
        )
        for a in addresses
    ]


def addresses_xlsx(name: str, addresses: Iterable[Address]) -> bytes:
    """The list as XLSX; every cell is text, so nothing in it is worked out."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101 - a new book has one
    sheet.title = "Verteiler"
    book.properties.title = f"Verteiler: {name}"
    book.properties.language = "de-DE"
    book.properties.creator = "Govern"
    for row_number, row in enumerate([HEADINGS, *address_rows(addresses)], start=1):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(row_number, column)
            cell.value = value
            cell.data_type = "s"
            cell.font = Font(bold=row_number == 1)
    for letter, width in zip("ABCDEFGH", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def addresses_csv(addresses: Iterable[Address]) -> bytes:
    """The list as CSV, as German spreadsheet programs open it; what looks like a formula gets an apostrophe (D-16)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(HEADINGS)
    for row in address_rows(addresses):
        writer.writerow([f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t") else value for value in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode()

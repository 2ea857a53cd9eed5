"""The table of target groups that an office fills in: cells → counts; whatever cannot be used names its cell."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from govern.committees.rosters.sheets import CellFault, FaultyRosterError, Sheet, SheetCell, read_sheet
from govern.db import sort_key

SHEET: Final = "Zielgruppen"
PLACE_HEADING: Final = "Kommune"
MOST: Final = 10_000_000
_PLAIN = re.compile(r"\d{1,9}")
_WITH_DOTS = re.compile(r"\d{1,3}(?:[.\u00a0\u202f ]\d{3})+")
_UNKNOWN = re.compile(r"[-–—*•./]|k\.? ?a\.?|nicht bekannt|unbekannt", re.IGNORECASE)
"""What offices write where they know no number."""
_SUM = re.compile(r"(?:summe|gesamt|insgesamt|kreis(?: insgesamt)?)", re.IGNORECASE)

FoundT = TypeVar("FoundT")


@dataclass(frozen=True)
class ReadCount:
    """One number of the table, and where it stands."""

    place: int
    group: str
    amount: int
    cell: str


@dataclass(frozen=True)
class Choices:
    """What headings and first cells may say: names of municipalities → id, wordings of groups → key."""

    places: Mapping[str, int]
    groups: Mapping[str, str]


def read_table(data: bytes, choices: Choices) -> tuple[ReadCount, ...]:
    """All numbers of a table. Raises FaultyRosterError naming every faulty cell, DomainError when it is no table."""
    sheet = read_sheet(data, SHEET)
    faults: list[CellFault] = []
    headings, *rows = sheet.rows
    columns = _columns(sheet, headings, choices, faults)
    if faults:
        raise FaultyRosterError(faults)
    reader = _Reader(sheet.name, columns, choices, faults, takes_dots=data[:2] != b"PK")
    counts = [count for cells in rows for count in reader.row(cells)]
    if not counts and not faults:
        sentence = "Unter den Überschriften steht noch keine Zahl."
        faults.append(CellFault(headings[0].row + 1, headings[0].column, sentence, sheet.name))
    if faults:
        raise FaultyRosterError(faults)
    return tuple(counts)


def _columns(
    sheet: Sheet, headings: Sequence[SheetCell], choices: Choices, faults: list[CellFault]
) -> dict[int, str | None]:
    """The key of the group of each column; None for the column of municipalities."""
    groups = {sort_key(words): key for words, key in choices.groups.items()}
    found: dict[int, str | None] = {}
    for cell in headings:
        words = " ".join(str(cell.value).split())
        is_place = sort_key(words) in (sort_key(PLACE_HEADING), sort_key("Gemeinde"))
        key = None if is_place else groups.get(sort_key(words))
        if not is_place and key is None:
            sentence = f"Eine Zielgruppe „{_short(words)}“ gibt es nicht.{_hint(words, choices.groups)}"
            faults.append(CellFault(cell.row, cell.column, sentence, sheet.name))
        elif key in found.values():
            faults.append(
                CellFault(cell.row, cell.column, f"Die Spalte „{_short(words)}“ kommt zweimal vor.", sheet.name)
            )
        else:
            found[cell.column] = key
    if None not in found.values():
        first = headings[0]
        sentence = f"In der ersten Zeile fehlt die Überschrift „{PLACE_HEADING}“."
        faults.append(CellFault(first.row, first.column, sentence, sheet.name))
    return found


class _Reader:
    """Rows → counts, with the checks that belong to each cell."""

    def __init__(
        self, sheet: str, columns: Mapping[int, str | None], choices: Choices, faults: list[CellFault], *,
        takes_dots: bool,
    ) -> None:  # fmt: skip
        self.sheet, self.columns, self.choices, self.faults = sheet, columns, choices, faults
        self.takes_dots = takes_dots
        """In a CSV file „1.234" is a thousand and more; in a workbook it may be a fraction."""
        self.places = {sort_key(name): place for name, place in choices.places.items()}
        self.seen: dict[int, int] = {}
        self.place_column = next(column for column, key in columns.items() if key is None)

    def row(self, cells: Sequence[SheetCell]) -> list[ReadCount]:
        """The counts of one row."""
        named = next((cell for cell in cells if cell.column == self.place_column), None)
        if named is None:
            self._report(cells[0].row, self.place_column, "Hier fehlt der Name der Kommune.")
            return []
        place = self._place(named)
        counts = []
        for cell in cells:
            if cell is named:
                continue
            if cell.column not in self.columns:
                self._report(cell.row, cell.column, "Über dieser Spalte steht keine Überschrift.")
                continue
            amount = self._amount(cell)
            group = self.columns[cell.column]
            if place is not None and amount is not None and group is not None:
                where = CellFault(cell.row, cell.column, "").cell
                counts.append(ReadCount(place, group, amount, where))
        return counts

    def _place(self, cell: SheetCell) -> int | None:
        words = " ".join(str(cell.value).split())
        place = self.places.get(sort_key(words))
        if place is None and _SUM.fullmatch(words):
            self._report(cell.row, cell.column, "Summen werden ausgerechnet. Bitte löschen Sie diese Zeile.")
        elif place is None:
            hint = _hint(words, self.choices.places)
            self._report(cell.row, cell.column, f"Eine Kommune „{_short(words)}“ gibt es nicht.{hint}")
        elif place in self.seen:
            sentence = f"„{_short(words)}“ steht schon in Zeile {self.seen[place]}."
            self._report(cell.row, cell.column, sentence)
            return None
        else:
            self.seen[place] = cell.row
        return place

    def _amount(self, cell: SheetCell) -> int | None:
        """The number of a cell; None where it says that none is known, or is faulty."""
        words = " ".join(str(cell.value).split())
        if cell.is_formula:
            self._report(cell.row, cell.column, "Hier steht eine Formel. Bitte den Wert selbst eintragen.")
        elif _UNKNOWN.fullmatch(words):
            return None
        elif _PLAIN.fullmatch(words) or (self.takes_dots and _WITH_DOTS.fullmatch(words)):
            amount = int(re.sub(r"\D", "", words))
            if amount <= MOST:
                return amount
            self._report(cell.row, cell.column, f"„{_short(words)}“ ist zu groß für eine Zahl von Menschen.")
        else:
            sentence = f"„{_short(words)}“ ist keine ganze Zahl ab 0. Was nicht bekannt ist, bleibt leer."
            self._report(cell.row, cell.column, sentence)
        return None

    def _report(self, row: int, column: int, sentence: str) -> None:
        self.faults.append(CellFault(row, column, sentence, self.sheet))


def _hint(words: str, known: Mapping[str, FoundT]) -> str:
    close = difflib.get_close_matches(words, list(known), n=1)
    return f" Meinten Sie „{close[0]}“?" if close else ""


def _short(text: str) -> str:
    return f"{text[:40]}…" if len(text) > 40 else text

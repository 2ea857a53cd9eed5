"""Cells → lines of persons, functions and mandates; whatever cannot be used names its cell."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from govern.committees.models import MandateKind
from govern.committees.rosters.columns import COLUMNS, ROLES, Column
from govern.committees.rosters.sheets import CellFault, FaultyRosterError, Sheet, SheetCell, read_sheet
from govern.db import sort_key
from govern.people.models import POSTAL_CODE, POSTAL_CODE_HINT

MAX_TEXT: Final = 300
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]{2,}")
_PHONE = re.compile(r"\+?[0-9][0-9 ()/.-]{3,30}(?: ?(?:Durchwahl|App\.|-) ?[0-9]+)?")
_HOLDER = re.compile(r"inhaber(:in|\*in|in)?|mitglied", re.IGNORECASE)
_DEPUTY = re.compile(r"stellvertret(ung|er|erin|er:in|end).*|stv\.?", re.IGNORECASE)


@dataclass(frozen=True)
class RosterLine:
    """One row of the table: a person, and as far as filled in a function and a mandate."""

    row: int
    given_name: str
    family_name: str
    organisation: str | None = None
    function: str | None = None
    title: str | None = None
    email: str | None = None
    phone: str | None = None
    committee: str | None = None
    seat: str | None = None
    kind: MandateKind = MandateKind.HOLDER
    starts_on: date | None = None
    ends_on: date | None = None
    street: str | None = None
    postal_code: str | None = None
    town: str | None = None


@dataclass
class Roster:
    """The lines of a table, and where each field stands, so that later faults can name the cell."""

    sheet: str
    lines: tuple[RosterLine, ...]
    columns: dict[str, int] = field(default_factory=dict)

    def fault(self, line: RosterLine, name: str, sentence: str) -> CellFault:
        """A fault in the cell of that field."""
        fallback = self.columns.get("family_name", 1)
        return CellFault(line.row, self.columns.get(name, fallback), sentence, self.sheet)


def read_roster(data: bytes) -> Roster:
    """The lines of a table. Raises FaultyRosterError naming every faulty cell, DomainError when it is no table."""
    sheet = read_sheet(data)
    faults: list[CellFault] = []
    columns = _columns(sheet, faults)
    if faults:
        raise FaultyRosterError(faults)
    lines = []
    for cells in sheet.rows[1:]:
        values = _Values(cells, columns, sheet.name, faults)
        lines.append(_line(values))
    if not lines:
        faults.append(CellFault(sheet.rows[0][0].row + 1, 1, "Unter den Überschriften steht noch nichts.", sheet.name))
    if faults:
        raise FaultyRosterError(faults)
    return Roster(sheet.name, tuple(lines), columns)


def _columns(sheet: Sheet, faults: list[CellFault]) -> dict[str, int]:
    known = {_plain(name): column for column in COLUMNS for name in (column.heading, *column.other_headings)}
    found: dict[str, int] = {}
    for cell in sheet.rows[0]:
        heading = str(cell.value)
        column = known.get(_plain(heading))
        if column is None:
            close = difflib.get_close_matches(heading, [each.heading for each in COLUMNS], n=1)
            hint = f" Meinten Sie „{close[0]}“?" if close else ""
            sentence = f"Eine Spalte „{_short(heading)}“ gibt es nicht.{hint} Bitte umbenennen oder löschen."
            faults.append(CellFault(cell.row, cell.column, sentence, sheet.name))
        elif column.field in found:
            sentence = f"Die Spalte „{column.heading}“ kommt zweimal vor."
            faults.append(CellFault(cell.row, cell.column, sentence, sheet.name))
        else:
            found[column.field] = cell.column
    missing = [column.heading for column in COLUMNS if column.is_required and column.field not in found]
    if missing:
        first = sheet.rows[0][0]
        sentence = f"In der ersten Zeile fehlt die Überschrift „{'“ und „'.join(missing)}“."
        faults.append(CellFault(first.row, first.column, sentence, sheet.name))
    return found


class _Values:
    """The cells of one row by field, with the checks that belong to each."""

    def __init__(
        self, cells: tuple[SheetCell, ...], columns: dict[str, int], sheet: str, faults: list[CellFault]
    ) -> None:
        self.row = cells[0].row
        self.by_column = {cell.column: cell for cell in cells}
        self.columns = columns
        self.sheet = sheet
        self.faults = faults
        beyond = [cell for cell in cells if cell.column not in columns.values()]
        for cell in beyond:
            self._report(cell.column, "Über dieser Spalte steht keine Überschrift.")

    def text(self, column: Column) -> str | None:
        """The text of a cell, None when it is empty or faulty."""
        cell = self._cell(column)
        if cell is None:
            if column.is_required:
                self._report(self.columns[column.field], f"„{column.heading}“ fehlt.")
            return None
        text = " ".join(str(cell.value).split())
        if len(text) > MAX_TEXT:
            self._report(cell.column, f"Der Text ist länger als {MAX_TEXT} Zeichen.")
            return None
        if text[0] in "=@" or (text[0] in "+-" and column.field != "phone"):
            self._report(cell.column, f"Der Eintrag darf nicht mit „{text[0]}“ beginnen.")
            return None
        return text

    def email(self, column: Column) -> str | None:
        """An address in lower case."""
        text = self.text(column)
        if text is not None and not _EMAIL.fullmatch(text):
            self._report(self.columns[column.field], f"„{_short(text)}“ ist keine E-Mail-Adresse.")
            return None
        return text.lower() if text else None

    def phone(self, column: Column) -> str | None:
        """A telephone number as written."""
        text = self.text(column)
        if text is not None and not _PHONE.fullmatch(text):
            self._report(self.columns[column.field], f"„{_short(text)}“ ist keine Telefonnummer.")
            return None
        return text

    def postal_code(self, column: Column) -> str | None:
        """A postal code; one whose first zero a spreadsheet has dropped is not guessed."""
        text = self.text(column)
        if text is not None and not POSTAL_CODE.fullmatch(text):
            sentence = f"„{_short(text)}“ ist keine Postleitzahl. {POSTAL_CODE_HINT}"
            self._report(self.columns[column.field], sentence)
            return None
        return text

    def day(self, column: Column) -> date | None:
        """A day, from a date cell or a text such as 01.03.2026."""
        cell = self._cell(column)
        if cell is None:
            return None
        if isinstance(cell.value, date):
            return cell.value
        for form in ("%d.%m.%Y", "%Y-%m-%d", "%d.%m.%y"):
            try:
                day = datetime.strptime(cell.value, form).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
            if 1950 <= day.year <= 2200:
                return day
        self._report(cell.column, f"„{_short(cell.value)}“ ist kein Tag. Bitte wie 01.03.2026 schreiben.")
        return None

    def kind(self, column: Column) -> MandateKind:
        """Holder or deputy; holder when nothing is written."""
        text = self.text(column)
        if text is None or _HOLDER.fullmatch(text):
            return MandateKind.HOLDER
        if not _DEPUTY.fullmatch(text):
            self._report(
                self.columns[column.field], f"„{_short(text)}“ gibt es nicht. Möglich sind {' und '.join(ROLES)}."
            )
        return MandateKind.DEPUTY

    def need(self, field_name: str, sentence: str) -> None:
        """Report that this field is needed."""
        self._report(self.columns.get(field_name, self.columns["family_name"]), sentence)

    def _cell(self, column: Column) -> SheetCell | None:
        cell = self.by_column.get(self.columns.get(column.field, -1))
        if cell is not None and cell.is_formula:
            self._report(cell.column, "Hier steht eine Formel. Bitte den Wert selbst eintragen.")
            return None
        return cell

    def _report(self, column: int, sentence: str) -> None:
        fault = CellFault(self.row, column, sentence, self.sheet)
        if not any((other.row, other.column) == (fault.row, fault.column) for other in self.faults[-20:]):
            self.faults.append(fault)


_READERS: Final = {"email": _Values.email, "phone": _Values.phone, "postal_code": _Values.postal_code,
                   "role": _Values.kind, "starts_on": _Values.day, "ends_on": _Values.day}  # fmt: skip


def _line(values: _Values) -> RosterLine:
    found: dict[str, Any] = {}
    for column in COLUMNS:
        name = "kind" if column.field == "role" else column.field
        found[name] = _READERS.get(column.field, _Values.text)(values, column)
    if found["starts_on"] and found["ends_on"] and found["ends_on"] < found["starts_on"]:
        values.need("ends_on", "Das Ende liegt vor dem Beginn.")
    if found["committee"] and not found["starts_on"]:
        values.need("starts_on", "Zu einem Mandat gehört ein erster Tag.")
    if found["seat"] and not found["committee"]:
        values.need("committee", "Zu einem Sitz gehört ein Gremium.")
    if found["function"] and not found["organisation"]:
        values.need("organisation", "Zu einer Funktion gehört eine Organisation.")
    return RosterLine(row=values.row, **{**found, "given_name": found["given_name"] or "",
                                         "family_name": found["family_name"] or ""})  # fmt: skip


def _plain(text: str) -> str:
    return sort_key(text).replace(" ", "")


def _short(text: str) -> str:
    return f"{text[:40]}…" if len(text) > 40 else text

"""Figures of gap reports: fields of action by municipalities and by quarters, true or masked; pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from govern.actions.masking import Axis, MaskedCell, Table, mask, masking_note, round_to_five, rounding_note

TOTAL = "total"
NO_PLACE = "none"
"""The column of reports that name no municipality."""
NO_PLACE_LABEL = "mehrere oder alle"
EARLIER = "earlier"
"""The quarters before those shown one by one, together."""
HEAT_LEVELS = 5

Line = tuple[str, str]
"""Key and words of a row or column."""
Counts = Mapping[tuple[str, str], int]
"""By key of a field, and key of a municipality or a quarter."""


@dataclass(frozen=True)
class ReportFigures:
    """How many reports there are, by field and municipality and by field and quarter, for one audience."""

    fields: Sequence[Line]
    places: Sequence[Line]
    quarters: Sequence[Line]
    cells: Mapping[tuple[str, str], MaskedCell]
    """By key of a field or TOTAL, and key of a municipality, a quarter, or TOTAL."""
    note: str | None = None
    """The sentence that has to stand beside masked figures (D-55)."""

    @property
    def is_empty(self) -> bool:
        return self.cell(TOTAL, TOTAL).value == 0

    def cell(self, field: str, column: str) -> MaskedCell:
        """One count; zero where nothing was reported."""
        return self.cells.get((field, column), MaskedCell(0))

    def heat(self, field: str, place: str) -> int:
        """0 (none, or hidden) to HEAT_LEVELS: how the count compares to the largest one shown."""
        value = self.cell(field, place).value
        return -(-value * HEAT_LEVELS // self._largest) if value else 0

    def share_of_field(self, field: str) -> float | None:
        """The share of a field in all reports; None where one of both is hidden (D-53)."""
        part, whole = self.cell(field, TOTAL).value, self.cell(TOTAL, TOTAL).value
        return None if part is None or not whole else part / whole

    def trend(self) -> list[tuple[str, str, int | None]]:
        """All fields together by quarter: key, words, count or None where it is hidden."""
        return [(key, words, self.cell(TOTAL, key).value) for key, words in self.quarters]

    def bars(self) -> list[float | None]:
        """The heights of the bars of the trend, as shares of the highest."""
        return shares([value for _key, _words, value in self.trend()])

    @cached_property
    def _largest(self) -> int:
        values = [self.cell(field, place).value or 0 for field, _ in self.fields for place, _ in self.places]
        return max(values, default=1) or 1


def shares(values: Sequence[int | None]) -> list[float | None]:
    """Each value as a share of the largest one, for the bars of a chart; None where a value is hidden."""
    largest = max((value or 0 for value in values), default=0) or 1
    return [None if value is None else value / largest for value in values]


def true_figures(
    fields: Sequence[Line], places: Sequence[Line], quarters: Sequence[Line], counts: Counts
) -> ReportFigures:
    """Unmasked, for those who read the reports themselves."""
    cells = dict(counts)
    at_places = {key for key, _ in places}
    for (field, column), value in counts.items():
        cells[TOTAL, column] = cells.get((TOTAL, column), 0) + value
        if column in at_places:
            cells[field, TOTAL] = cells.get((field, TOTAL), 0) + value
            cells[TOTAL, TOTAL] = cells.get((TOTAL, TOTAL), 0) + value
    return ReportFigures(fields, places, quarters, {place: MaskedCell(value) for place, value in cells.items()})


def published_figures(
    fields: Sequence[Line], places: Sequence[Line], quarters: Sequence[Line], counts: Counts, *, threshold: int,
    is_rounded: bool,
) -> ReportFigures:  # fmt: skip
    """As everybody else reads them: both breakdowns masked as one table, because they share the sums by field."""
    columns = Axis(TOTAL, {TOTAL: (tuple(key for key, _ in places), tuple(key for key, _ in quarters))})
    table = Table(Axis.flat([key for key, _ in fields], TOTAL), columns, counts)
    masked = (round_to_five if is_rounded else mask)(table, threshold)
    return ReportFigures(fields, places, quarters, masked.cells, masked.note)


def to_content(figures: ReportFigures) -> dict[str, Any]:
    """For the table of releases: words and visible counts; what is hidden is not in it."""
    cells: dict[str, dict[str, int | None]] = {}
    for (field, column), cell in figures.cells.items():
        cells.setdefault(field, {})[column] = cell.value
    lines = {name: [list(line) for line in getattr(figures, name)] for name in ("fields", "places", "quarters")}
    return {**lines, "cells": cells}


def from_content(content: Mapping[str, Any], *, threshold: int, is_rounded: bool) -> ReportFigures:
    """What was released."""
    fields, places, quarters = (
        [(str(key), str(words)) for key, words in content[name]] for name in ("fields", "places", "quarters")
    )
    cells = {(f, c): MaskedCell(value) for f, columns in content["cells"].items() for c, value in columns.items()}
    has_hidden = any(cell.is_hidden for cell in cells.values())
    note = rounding_note() if is_rounded else masking_note(threshold) if has_hidden else None
    return ReportFigures(fields, places, quarters, cells, note)

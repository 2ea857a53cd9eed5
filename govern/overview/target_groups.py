"""Yearly figures of target groups: municipalities by groups, true or masked; pure functions (E14, D-50 to D-55)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from govern.actions.masking import Axis, MaskedCell, Table, Zeros, mask, masking_note, round_to_five, rounding_note

TOTAL = "total"
_AMOUNT = "amount"

Line = tuple[str, str]
"""Key and words of a municipality or a target group."""
Counts = Mapping[tuple[str, str], int]
"""By key of a municipality, and of a target group; what is not named is not known."""


@dataclass(frozen=True)
class TargetFigures:
    """How many people of each target group live where, for one audience.

    Groups overlap (refugees, women, young people), so there is no total across them.
    """

    places: Sequence[Line]
    groups: Sequence[Line]
    cells: Mapping[tuple[str, str], MaskedCell]
    """By key of a municipality or TOTAL, and of a group; no cell where nothing is known."""
    note: str | None = None
    """The sentence that has to stand beside masked figures (D-55)."""

    def cell(self, place: str, group: str) -> MaskedCell | None:
        """One count; None where it is not known."""
        return self.cells.get((place, group))

    def is_partial(self, group: str) -> bool:
        """True where the total of a group lacks municipalities that told nothing."""
        return any((key, group) not in self.cells for key, _words in self.places)


def true_figures(places: Sequence[Line], groups: Sequence[Line], counts: Counts) -> TargetFigures:
    """Unmasked, for those who keep the figures."""
    cells = dict(counts)
    for (_place, group), amount in counts.items():
        cells[TOTAL, group] = cells.get((TOTAL, group), 0) + amount
    return TargetFigures(places, groups, {key: MaskedCell(amount) for key, amount in cells.items()})


def published_figures(
    places: Sequence[Line], groups: Sequence[Line], counts: Counts, *, threshold: int, is_rounded: bool
) -> TargetFigures:
    """As everybody else reads them: each group is a table of its own, because groups share no total; zeros too."""
    cells: dict[tuple[str, str], MaskedCell] = {}
    notes: set[str] = set()
    for group, _words in groups:
        known = [key for key, _words in places if (key, group) in counts]
        if not known:
            continue
        table = Table(Axis.flat(known, TOTAL), Axis(_AMOUNT, {}), {(k, _AMOUNT): counts[k, group] for k in known})
        masked = round_to_five(table, threshold) if is_rounded else mask(table, threshold, Zeros.MASKED)
        cells |= {(place, group): masked[place, _AMOUNT] for place in (TOTAL, *known)}
        notes |= {masked.note} if masked.note else set()
    return TargetFigures(places, groups, cells, notes.pop() if notes else None)


def to_content(figures: TargetFigures) -> dict[str, Any]:
    """For the table of releases: words and visible counts; what is hidden is not in it."""
    cells: dict[str, dict[str, int | None]] = {}
    for (place, group), cell in figures.cells.items():
        cells.setdefault(place, {})[group] = cell.value
    return {"places": [list(line) for line in figures.places], "groups": [list(line) for line in figures.groups],
            "cells": cells}  # fmt: skip


def from_content(content: Mapping[str, Any], *, threshold: int, is_rounded: bool) -> TargetFigures:
    """What was released."""
    places, groups = ([(str(key), str(words)) for key, words in content[name]] for name in ("places", "groups"))
    cells = {(p, g): MaskedCell(value) for p, groups in content["cells"].items() for g, value in groups.items()}
    has_hidden = any(cell.is_hidden for cell in cells.values())
    note = rounding_note() if is_rounded else masking_note(threshold) if has_hidden else None
    return TargetFigures(places, groups, cells, note)

"""Figures of matters, as numbers: throughput, age, and the way from a report to its effect in days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from govern.actions.periods import Quarter
from govern.actions.queries.matters import Age

WAYS_SHOWN = 25
"""So many stand on the page; the workbook has all of them."""
DAYS = ("days_to_matter", "days_to_resolution", "days_to_effect")
"""How far a matter may have come since its first report."""


@dataclass(frozen=True)
class QuarterOfMatters:
    """What came and what went in a quarter."""

    quarter: Quarter
    created: int
    closed: int


@dataclass(frozen=True)
class MatterFigures:
    """Throughput and age of the matters somebody may see."""

    total: int
    open: int
    quarters: list[QuarterOfMatters]
    ages: list[tuple[Age, int]]
    """Open matters by how long they have been."""
    days_to_close: float | None
    """Median, of those closed in the quarters shown."""


class Way(NamedTuple):
    """One matter from its first report to what came of it, in days."""

    matter_id: int
    number: str
    title: str
    first_on: date
    days_to_matter: int
    days_to_resolution: int | None
    days_to_effect: int | None


@dataclass(frozen=True)
class Ways:
    """The matters with reports, from the first of them on."""

    rows: list[Way]
    """The newest first; on the page not all of them."""
    counts: Mapping[str, Mapping[int, int]]
    """Of all of them, for each name in DAYS: number of days → how many matters took so long."""

    @property
    def total(self) -> int:
        return sum(self.counts[DAYS[0]].values())

    def typical(self, name: str) -> tuple[int, float | None]:
        """How many matters came so far, and the median of their days."""
        reached = sum(self.counts[name].values())
        return reached, middle(self.counts[name]) if reached else None


def middle(counts: Mapping[int, int]) -> float:
    """The median of values that each occur so often; there must be one."""
    total = sum(counts.values())
    places, seen = ((total - 1) // 2, total // 2), 0
    found: list[int] = []
    for value in sorted(counts):
        seen += counts[value]
        found += [value for place in places[len(found) :] if place < seen]
    return sum(found) / 2

"""Figures of matters, as numbers: throughput, age, and the way from a report to its effect in days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import NamedTuple

from govern.actions.periods import Quarter
from govern.actions.queries.matters import Age

WAYS_SHOWN = 25


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
    """All matters with reports, from the first of them on."""

    rows: list[Way]
    """The newest first."""

    def typical(self, name: str) -> tuple[int, float | None]:
        """How many matters came so far, and the median of their days."""
        days = [value for way in self.rows if (value := getattr(way, name)) is not None]
        return len(days), median(days) if days else None

    @property
    def shown(self) -> list[Way]:
        """What stands on the page; the workbook has all of them."""
        return self.rows[:WAYS_SHOWN]

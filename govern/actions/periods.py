"""Periods of figures: calendar years, half-years and their quarters, as a reader chooses them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from govern.formats import at

YEARS_BACK = 4
"""How many years before this one are offered."""


@dataclass(frozen=True)
class Quarter:
    """Three months of a year."""

    year: int
    number: int

    @property
    def key(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def label(self) -> str:
        """„1. Quartal 2026"."""
        return f"{self.number}. Quartal {self.year}"

    @property
    def starts_on(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def code(self) -> str:
        """As it stands in an address."""
        return self.key

    @property
    def ends_on(self) -> date:
        """The last day."""
        return self.next.starts_on - timedelta(days=1)

    @property
    def next(self) -> Quarter:
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)

    @property
    def begins(self) -> datetime:
        """The first moment, as it is stored."""
        return at(self.starts_on, time())

    @classmethod
    def of(cls, day: date) -> Quarter:
        """The quarter in which ``day`` lies."""
        return cls(day.year, (day.month + 2) // 3)


@dataclass(frozen=True)
class Period:
    """A calendar year, or one half of it."""

    year: int
    half: int | None = None

    @property
    def code(self) -> str:
        """As it stands in an address: „2026", „2026-1"."""
        return f"{self.year}-{self.half}" if self.half else str(self.year)

    @property
    def label(self) -> str:
        """„1. Halbjahr 2026"."""
        return f"{self.half}. Halbjahr {self.year}" if self.half else f"Jahr {self.year}"

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        numbers = {None: (1, 2, 3, 4), 1: (1, 2), 2: (3, 4)}[self.half]
        return tuple(Quarter(self.year, number) for number in numbers)

    @property
    def half_years(self) -> tuple[Period, ...]:
        """Itself, or both halves of the year."""
        return (self,) if self.half else (Period(self.year, 1), Period(self.year, 2))

    @property
    def starts_on(self) -> date:
        return self.quarters[0].starts_on

    @property
    def ends_on(self) -> date:
        """The last day."""
        return self.quarters[-1].next.starts_on - timedelta(days=1)

    @property
    def is_half_year(self) -> bool:
        return self.half is not None

    def is_over(self, day: date) -> bool:
        """True from the day after the last one."""
        return day > self.ends_on


def half_year_of(day: date) -> Period:
    """The half-year in which ``day`` lies."""
    return Period(day.year, 1 if day.month <= 6 else 2)


def parse_period(code: str) -> Period | None:
    """The period of a code; None for anything else."""
    found = re.fullmatch(r"(20\d\d)(?:-([12]))?", code)
    return Period(int(found[1]), int(found[2]) if found[2] else None) if found else None


def parse_span(code: str) -> Period | Quarter | None:
    """The year, half-year or quarter („2026-Q3") of a code; None for anything else."""
    found = re.fullmatch(r"(20\d\d)-Q([1-4])", code)
    return Quarter(int(found[1]), int(found[2])) if found else parse_period(code)


def moments_of(span: Period | Quarter) -> tuple[datetime, datetime]:
    """The first moment of a span, and the first one after it."""
    return at(span.starts_on, time()), at(span.ends_on + timedelta(days=1), time())


def offered_periods(day: date) -> list[Period]:
    """Years and half-years that have begun, the newest first, each year before its halves."""
    periods = [Period(year, half) for year in range(day.year, day.year - YEARS_BACK - 1, -1) for half in (None, 2, 1)]
    return [period for period in periods if period.starts_on <= day]


def last_quarters(day: date, number: int) -> tuple[Quarter, ...]:
    """The quarter of ``day`` and those before it, the oldest first."""
    found = [Quarter.of(day)]
    while len(found) < number:
        found.insert(0, Quarter.of(found[0].starts_on - timedelta(days=1)))
    return tuple(found)

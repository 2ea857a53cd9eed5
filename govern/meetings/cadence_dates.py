"""Dates by a cadence: the same weekday of the month, or every so many days, never on a public holiday. No database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from govern.committees.models import CadenceInterval
from govern.free_days import public_holiday, school_holiday

WEEK = timedelta(days=7)
MONTHS = {
    CadenceInterval.MONTHLY: 1,
    CadenceInterval.TWO_MONTHLY: 2,
    CadenceInterval.QUARTERLY: 3,
    CadenceInterval.THREE_PER_YEAR: 4,
    CadenceInterval.HALF_YEARLY: 6,
    CadenceInterval.YEARLY: 12,
}
MOST = 60
"""Enough for a weekly committee over a year."""


@dataclass(frozen=True)
class CadenceDate:
    """One proposed day, and why it is not the one the cadence says."""

    day: date
    moved_because: str | None = None
    """The public holiday that was avoided, with its day in front of it."""
    school_holiday: str | None = None


def dates_by_cadence(first: date, interval: CadenceInterval, until: date) -> list[CadenceDate]:
    """``first`` and what follows by the cadence up to ``until``: „every second Wednesday of the month" stays that."""
    found: list[CadenceDate] = []
    for step in range(MOST):
        wanted = _step(first, interval, step)
        if wanted > until:
            break
        day, avoided = _avoid_holidays(wanted)
        found.append(CadenceDate(day, avoided, school_holiday(day)))
    return found


def pattern_words(first: date, interval: CadenceInterval) -> str:
    """„monatlich, am 2. Mittwoch" or „alle 14 Tage, mittwochs"."""
    weekday = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")[first.weekday()]
    if interval not in MONTHS:
        return f"{interval.label}, {weekday.lower()}s"
    place = _place_in_month(first)
    return f"{interval.label}, am {'letzten' if place == 5 else f'{place}.'} {weekday}"


def _step(first: date, interval: CadenceInterval, step: int) -> date:
    if interval not in MONTHS:
        return first + timedelta(days=interval.days * step)
    months = first.year * 12 + first.month - 1 + MONTHS[interval] * step
    return _weekday_of_month(months // 12, months % 12 + 1, first.weekday(), _place_in_month(first))


def _place_in_month(day: date) -> int:
    return (day.day - 1) // 7 + 1


def _weekday_of_month(year: int, month: int, weekday: int, place: int) -> date:
    start = date(year, month, 1)
    day = start + timedelta(days=(weekday - start.weekday()) % 7) + WEEK * (place - 1)
    return day if day.month == month else day - WEEK  # a fifth one that the month lacks: the last one


def _avoid_holidays(day: date) -> tuple[date, str | None]:
    name = public_holiday(day)
    first = day
    while public_holiday(day) is not None:
        day += WEEK
    return day, f"{first:%d.%m.} ist {name}" if name else None

"""The days of the example year, counted from the day it is loaded: working days only, and „next week“ is next week."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta


def working_day(day: date, step: int = 1) -> date:
    """``day``, or the next day on which offices in Nordrhein-Westfalen are open; the one before with ``step`` -1."""
    while day.weekday() >= 5 or day in _holidays(day.year) or (day.month == 12 and day.day >= 24):
        day += timedelta(days=step)
    return day


def due_day(rule: Mapping[str, int], *, today: date, held_on: date) -> date:
    """When a work order is due: `days` from today, on weekday `next_week`, or days `after_meeting`."""
    if "next_week" in rule:
        return in_next_week(today, rule["next_week"])
    if "days" in rule:
        return today + timedelta(days=rule["days"])
    return held_on + timedelta(days=rule["after_meeting"])


def in_next_week(today: date, weekday: int) -> date:
    """A day of the week after the one of ``today``: 0 is Monday; on a holiday the nearest working day of that week."""
    monday = today - timedelta(days=today.weekday()) + timedelta(days=7)
    wanted = monday + timedelta(days=weekday)
    week = [monday + timedelta(days=n) for n in range(5)]
    usable = [day for day in week if working_day(day) == day] or week
    return min(usable, key=lambda day: abs(day - wanted))


def _holidays(year: int) -> frozenset[date]:
    easter = _easter(year)
    moving = (easter + timedelta(days=n) for n in (-2, 1, 39, 50, 60))
    fixed = ((1, 1), (5, 1), (10, 3), (11, 1), (12, 25), (12, 26))
    return frozenset([*moving, *(date(year, month, day) for month, day in fixed)])


def _easter(year: int) -> date:
    # Gauß, in the form of Lichtenberg.
    k = year // 100
    m = 15 + (3 * k + 3) // 4 - (8 * k + 13) // 25
    s = 2 - (3 * k + 3) // 4
    a = year % 19
    d = (19 * a + m) % 30
    r = (d + a // 11) // 29
    full_moon = 21 + d - r
    first_sunday = 7 - (year + year // 4 + s) % 7
    return date(year, 3, 1) + timedelta(days=full_moon + 7 - (full_moon - first_sunday) % 7 - 1)

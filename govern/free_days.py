"""Public and school holidays in North Rhine-Westphalia, and working days. No database, no request.

Working days (Werktage) are Monday to Friday without the public holidays of the Land; Saturdays are none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import count

from holidays.countries.germany import Germany

DAY = timedelta(days=1)
FIRST_KNOWN_YEAR = 1991
"""The library knows nothing of earlier years."""
NAMES = {"Oster-/Frühjahrsferien": "Osterferien", "Himmelfahrts-/Pfingstferien": "Pfingstferien"}
"""The library's names cover all Länder; here they are called otherwise."""


@dataclass(frozen=True)
class HolidayPeriod:
    """Days in a row that are free, first and last included."""

    name: str
    first: date
    last: date

    def covers(self, day: date) -> bool:
        """True if ``day`` is one of them."""
        return self.first <= day <= self.last


def public_holiday(day: date) -> str | None:
    """The name of the public holiday on ``day``, e.g. „Fronleichnam"; None on ordinary days."""
    return _of_year(day.year, "public").get(day)


def public_holidays(first: date, last: date) -> list[HolidayPeriod]:
    """The public holidays from ``first`` to ``last``, each a period of one day, in order."""
    return [HolidayPeriod(name, day, day) for day, name in _days(first, last, "public")]


def school_holiday(day: date) -> str | None:
    """The name of the school holidays on ``day``, e.g. „Herbstferien"; None outside, or where nobody knows yet."""
    return _of_year(day.year, "school").get(day)


def school_holidays(first: date, last: date) -> list[HolidayPeriod]:
    """The school holidays that touch ``first`` to ``last``, cut to these days, in order.

    They are fixed only some years ahead: see :func:`school_holidays_known_until`.
    """
    found: list[HolidayPeriod] = []
    for day, name in _days(first, last, "school"):
        if found and found[-1].name == name and found[-1].last == day - DAY:
            found[-1] = HolidayPeriod(name, found[-1].first, day)
        else:
            found.append(HolidayPeriod(name, day, day))
    return found


@lru_cache(maxsize=1)
def school_holidays_known_until() -> date:
    """The last day of the last school holidays that are fixed; later days may or may not be free."""
    year = next(year for year in count(2026) if not _of_year(year + 1, "school"))
    return max(_of_year(year, "school"))


def day_words(day: date) -> list[str]:
    """What is special about the day: „Samstag“, „Fronleichnam“, „Herbstferien“."""
    weekend = {5: "Samstag", 6: "Sonntag"}.get(day.weekday())
    return [word for word in (weekend, public_holiday(day), school_holiday(day)) if word]


def is_working_day(day: date) -> bool:
    """Monday to Friday and no public holiday of the Land."""
    return day.weekday() < 5 and public_holiday(day) is None


def next_working_day(day: date) -> date:
    """``day`` itself if it is a working day, else the next one."""
    while not is_working_day(day):
        day += DAY
    return day


def working_days_between(first: date, last: date) -> int:
    """How many working days lie between two days, neither of them counted."""
    return sum(is_working_day(first + DAY * n) for n in range(1, (last - first).days))


def _days(first: date, last: date, category: str) -> Iterator[tuple[date, str]]:
    for year in range(first.year, last.year + 1):
        yield from ((day, name) for day, name in sorted(_of_year(year, category).items()) if first <= day <= last)


@lru_cache(maxsize=256)
def _of_year(year: int, category: str) -> dict[date, str]:
    if year < FIRST_KNOWN_YEAR:
        return {}
    found = Germany(subdiv="NW", years=year, expand=False, categories=category, language="de")
    return {day: NAMES.get(name, name) for day, name in found.items()}

"""Whether pages take longer where there is more: the same page by turns on two servers, one with more data.

Two runs one after the other say how busy the machine was in each. By turns it weighs on both alike, and the least time
of many is hardly touched by it.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from scripts.bench.load import WARM_UP, Browser, one_client
from scripts.bench.pages import Page

ROUNDS, MOST_TIMES = 60, 1.2


@dataclass(frozen=True)
class Side:
    """One of the two: a browser for each account, and the ids of what its pages show."""

    browser_of: Callable[[str], Browser]
    ids: Mapping[str, int]


@dataclass(frozen=True)
class Growth:
    """How many times as long the second side takes."""

    of_least: float
    """By the least time of each side."""
    of_middle: float
    """By the median of the pairs, each asked one right after the other."""


def growth(small: Sequence[float], large: Sequence[float]) -> Growth:
    """Compare times that were taken by turns."""
    pairs = statistics.median(after / before for before, after in zip(small, large, strict=True))
    return Growth(min(large) / min(small), pairs)


def report(small: Side, large: Side, pages: Sequence[Page], rounds: int = ROUNDS) -> None:
    """Ask for each page by turns and print a line about it; files are asked for as often as elsewhere."""
    print(f"{'Seite':<34} {'am kürzesten, ms':>17} {'Verhältnis':>10} {'Median':>6}")
    for page in pages:
        sides = [(side.browser_of(page.who), page.path.format_map(side.ids)) for side in (small, large)]
        answers = [browser.get(path) for browser, path in sides]
        for browser, path in sides:
            one_client(browser, path, WARM_UP)
        times: tuple[list[float], list[float]] = ([], [])
        for n in range(page.calls or rounds):
            # Who comes first changes: what the one leaves in the processor's caches slows down the other.
            for k in (0, 1) if n % 2 else (1, 0):
                browser, path = sides[k]
                times[k].append(browser.get(path).milliseconds)
        found, (one, ten) = growth(*times), answers
        note = f"  mehr als {MOST_TIMES}×" if min(found.of_least, found.of_middle) > MOST_TIMES else ""
        if ten.statements != one.statements:
            note += f"  Anfragen: {one.statements} → {ten.statements}"
        if ten.size > one.size * MOST_TIMES:
            note += f"  zeigt mehr: {one.size / 1000:.0f} → {ten.size / 1000:.0f} kB"
        if (one.status, ten.status) != (200, 200):
            note += f"  antwortet {one.status}, {ten.status}"
        print(f"{page.name:<34} {min(times[0]):>8.1f} {min(times[1]):>8.1f} {found.of_least:>10.2f} "
              f"{found.of_middle:>6.2f}{note}", flush=True)  # fmt: skip

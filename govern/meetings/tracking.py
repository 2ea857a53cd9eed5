"""The Beschlusskontrolle: what was resolved or ordered and is not done yet, line by line. Nothing asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from govern.formats import count, date_numeric, relative_day
from govern.meetings.models import TrackingLight

SOON = timedelta(days=14)
"""Due within this time counts as due soon."""

TONES = {
    TrackingLight.OVERDUE: "danger",
    TrackingLight.DUE_SOON: "warning",
    TrackingLight.ON_TIME: "info",
    TrackingLight.NO_DATE: "neutral",
    TrackingLight.DONE: "success",
}


DECLINED = "abgelehnt"
"""What is said first of where an order stands that its addressee declined."""


@dataclass(frozen=True, kw_only=True)
class TrackingRow:
    """One resolution or work order, as it stands on a day."""

    number: str | None
    text: str
    responsible: str | None
    due_on: date | None
    light: TrackingLight
    state_text: str
    last_word: str | None
    is_public: bool
    is_open: bool = True
    """Whether everybody signed in may read the meeting it comes from."""
    resolution_id: int | None = None
    work_order_id: int | None = None

    @property
    def kind(self) -> str:
        """„Beschluss" or „Auftrag"."""
        return "Beschluss" if self.work_order_id is None else "Auftrag"

    @property
    def kind_and_id(self) -> tuple[bool, int]:
        """Resolutions before work orders, the older first."""
        return self.work_order_id is not None, self.work_order_id or self.resolution_id or 0

    @property
    def is_declined(self) -> bool:
        """True for an order nobody works on: that it waits for the office says more than when it is due."""
        return self.work_order_id is not None and self.state_text.partition(",")[0] == DECLINED

    @property
    def word(self) -> str:
        """The word of the light."""
        return DECLINED if self.is_declined else self.light.label

    @property
    def tone(self) -> str:
        """How the badge of the light looks; its word says the same."""
        return "danger" if self.is_declined else TONES[self.light]

    @property
    def due(self) -> str:
        """„26.05.2026" or „ohne Frist"."""
        return date_numeric(self.due_on) if self.due_on else "ohne Frist"

    @property
    def url(self) -> str | None:
        """The page of the resolution or work order."""
        if self.work_order_id is not None:
            return f"/arbeitsauftraege/{self.work_order_id}"
        return f"/beschluesse/{self.resolution_id}" if self.resolution_id is not None else None


@dataclass(frozen=True, kw_only=True)
class TrackingSource:
    """One kind of lines: the resolutions, or what a higher package adds."""

    keys: Callable[[int, bool], list[sa.Select[int, date | None, int]]]
    """(committee id, public only): of each line whether it is done, its due date and id, to cut a page. One statement
    for each state: by due date and id an index gives the first lines of it without reading the others."""
    counts: Callable[[int, date, bool], tuple[sa.ScalarSelect[int], sa.ScalarSelect[int]]]
    """(committee id, day, public only): how many lines there are, and how many of them are overdue on the day."""
    rows: Callable[[int, date, Sequence[int] | None], list[TrackingRow]]
    """(committee id, day, ids): these lines as they stand on the day; None: all of them, for whoever reads all."""


@dataclass(frozen=True)
class TrackingFigures:
    """How many lines a Beschlusskontrolle has."""

    orders: int
    resolutions: int
    overdue: int

    @property
    def text(self) -> str:
        """„9 offene Arbeitsaufträge, 3 Beschlüsse in Umsetzung; 2 überfällig"."""
        parts = [
            count(self.orders, "offener Arbeitsauftrag", "offene Arbeitsaufträge") if self.orders else "",
            count(self.resolutions, "Beschluss nicht abgeschlossen", "Beschlüsse nicht abgeschlossen")
            if self.resolutions
            else "",
        ]
        words = ", ".join(p for p in parts if p)
        if not words:
            return "nichts offen"
        return words + (f"; {self.overdue} überfällig" if self.overdue else "")


def light_of(due_on: date | None, day: date, *, is_done: bool = False) -> TrackingLight:
    """The traffic light on ``day``."""
    if is_done:
        return TrackingLight.DONE
    if due_on is None:
        return TrackingLight.NO_DATE
    if due_on < day:
        return TrackingLight.OVERDUE
    return TrackingLight.DUE_SOON if due_on - day <= SOON else TrackingLight.ON_TIME


def when(due_on: date | None, day: date) -> str:
    """„seit 9 Tagen überfällig", „fällig in 5 Tagen"."""
    if due_on is None:
        return ""
    words = relative_day(due_on, reference=day)
    return f"überfällig {words}" if due_on < day else f"fällig {words}"


def in_order(rows: Iterable[TrackingRow]) -> list[TrackingRow]:
    """The most urgent first, the longest overdue before the others; a page is cut in the same order by the database."""
    return sorted(rows, key=lambda r: (r.light is TrackingLight.DONE, r.due_on or date.max, r.kind_and_id))


def figures_of(rows: Iterable[TrackingRow]) -> TrackingFigures:
    """Count ``rows``."""
    known = list(rows)
    orders = sum(1 for r in known if r.work_order_id is not None)
    overdue = sum(1 for r in known if r.light is TrackingLight.OVERDUE)
    return TrackingFigures(orders, len(known) - orders, overdue)

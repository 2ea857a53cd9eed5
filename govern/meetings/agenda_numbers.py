"""Numbers and clock times of agenda items: worked out from order, sub-items and publicity. No database, no request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar


class Numbered(Protocol):
    """What a number depends on; an agenda item is one."""

    id: int
    parent_id: int | None
    position: int
    is_public: bool


class Timed(Numbered, Protocol):
    """What a clock time depends on."""

    planned_minutes: int | None


NumberedT = TypeVar("NumberedT", bound=Numbered)


@dataclass(frozen=True)
class Slot:
    """When an item is planned to be called up, and how long it takes with its sub-items."""

    starts_at: datetime
    minutes: int


def in_order(items: Iterable[NumberedT]) -> list[NumberedT]:
    """The items as they are called up: each followed by its sub-items. One whose parent is missing stands by itself."""
    known = list(items)
    ids = {item.id for item in known}
    by_parent: dict[int | None, list[NumberedT]] = {}
    for item in sorted(known, key=lambda item: (item.position, item.id)):
        by_parent.setdefault(item.parent_id if item.parent_id in ids else None, []).append(item)
    ordered = []
    for item in by_parent.get(None, []):
        ordered.append(item)
        ordered.extend(by_parent.get(item.id, []))
    return ordered


def numbering(items: Iterable[Numbered]) -> dict[int, str]:
    """Item id → number: 1, 2, 2.1 … for public items, N 1, N 2, N 2.1 … for confidential ones.

    The two parts are counted apart, so that leaving out the confidential items leaves no gap. A sub-item that is not as
    public as its parent counts as an item of its own.
    """
    ordered = in_order(items)
    known = {item.id: item for item in ordered}
    numbers: dict[int, str] = {}
    count = {True: 0, False: 0}
    below: dict[int, int] = {}
    for item in ordered:
        parent = known.get(item.parent_id) if item.parent_id is not None else None
        if parent is not None and parent.is_public == item.is_public:
            below[parent.id] = below.get(parent.id, 0) + 1
            numbers[item.id] = f"{numbers[parent.id]}.{below[parent.id]}"
        else:
            count[item.is_public] += 1
            numbers[item.id] = f"{count[item.is_public]}" if item.is_public else f"N {count[item.is_public]}"
    return numbers


def timetable(items: Iterable[Timed], starts_at: datetime) -> dict[int, Slot]:
    """Item id → slot: items follow each other; an item's own minutes come before those of its sub-items."""
    ordered = in_order(items)
    total: dict[int, int] = {}
    for item in ordered:
        total[item.id] = item.planned_minutes or 0
        if item.parent_id in total:
            total[item.parent_id] += item.planned_minutes or 0
    slots: dict[int, Slot] = {}
    clock = starts_at
    for item in ordered:
        slots[item.id] = Slot(clock, total[item.id])
        clock += timedelta(minutes=item.planned_minutes or 0)
    return slots

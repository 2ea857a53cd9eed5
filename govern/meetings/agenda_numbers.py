"""Numbers and clock times of agenda items: worked out from order, sub-items and publicity. No database, no request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
    return numbers_of(in_order(items))


def numbers_of(ordered: Sequence[Numbered]) -> dict[int, str]:
    """The same for items that stand in order."""
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
    return slots_of(in_order(items), starts_at)


def slots_of(ordered: Sequence[Timed], starts_at: datetime) -> dict[int, Slot]:
    """The same for items that stand in order."""
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


@dataclass
class Placed:
    """An item at the place it is going to have."""

    id: int
    parent_id: int | None
    position: int
    is_public: bool
    planned_minutes: int | None = None


def placed(items: Iterable[Timed], moves: Mapping[int, int]) -> list[Placed]:
    """``items`` at the places they have once ``moves`` are made: item id → place within its level, from 0."""
    levels: dict[int | None, list[Timed]] = {}
    for item in sorted(items, key=lambda item: (item.position, item.id)):
        levels.setdefault(item.parent_id, []).append(item)
    return [
        Placed(item.id, item.parent_id, position, item.is_public, item.planned_minutes)
        for level in levels.values()
        for position, item in enumerate(with_moves(level, moves), start=1)
    ]


def with_moves(level: Sequence[NumberedT], moves: Mapping[int, int]) -> list[NumberedT]:
    """The items of one ``level`` in their order once ``moves`` are made; what is not moved keeps its order."""
    order = [item for item in level if item.id not in moves]
    for item in sorted((item for item in level if item.id in moves), key=lambda item: moves[item.id]):
        order.insert(moves[item.id], item)
    return order


def unmoved(ranks: Sequence[int]) -> set[int]:
    """The most of ``ranks`` that still stand in rising order: whoever changed the order moved only the others."""
    longest: list[int] = []
    best: list[list[int]] = []
    for rank in ranks:
        runs = [run for run in best if run[-1] < rank]
        best.append([*(max(runs, key=len) if runs else []), rank])
        longest = max(longest, best[-1], key=len)
    return set(longest)

"""Numbers and clock times of agenda items, without a database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govern.meetings.agenda_numbers import in_order, numbering, placed, timetable, unmoved

START = datetime(2026, 5, 26, 12, 0, tzinfo=UTC)


@dataclass
class Item:
    id: int
    position: int = 0
    parent_id: int | None = None
    is_public: bool = True
    planned_minutes: int | None = None


def test_items_are_counted_and_sub_items_below_them() -> None:
    items = [Item(1, 1), Item(2, 2), Item(3, 1, parent_id=2), Item(4, 2, parent_id=2), Item(5, 3)]
    assert numbering(items) == {1: "1", 2: "2", 3: "2.1", 4: "2.2", 5: "3"}


def test_confidential_items_have_numbers_of_their_own() -> None:
    items = [Item(1, 1), Item(2, 2, is_public=False), Item(3, 3), Item(4, 4, is_public=False),
             Item(5, 1, parent_id=4, is_public=False)]  # fmt: skip
    assert numbering(items) == {1: "1", 2: "N 1", 3: "2", 4: "N 2", 5: "N 2.1"}


def test_the_order_follows_the_position_not_the_age() -> None:
    assert [i.id for i in in_order([Item(1, 3), Item(2, 1), Item(3, 2)])] == [2, 3, 1]


@given(st.permutations(range(6)))
def test_a_new_order_follows_from_what_was_moved_and_no_less_could_have_been(wished: list[int]) -> None:
    stay = unmoved(wished)
    assert [i for i in wished if i in stay] == sorted(stay)
    moves = {i: wished.index(i) for i in wished if i not in stay}
    after = placed([Item(i, position=i) for i in range(6)], moves)
    assert [each.id for each in sorted(after, key=lambda each: each.position)] == wished
    for returned in moves:  # one more that stayed would not be in its old order
        kept = [i for i in wished if i in stay or i == returned]
        assert kept != sorted(kept)


def _agenda(rows: list[tuple[bool, bool, int, int | None]]) -> list[Item]:
    # A sub-item is as public as its parent: services keep it so.
    items: list[Item] = []
    for n, (is_sub_item, is_public, position, minutes) in enumerate(rows, start=1):
        parent = next((i for i in reversed(items) if i.parent_id is None), None) if is_sub_item else None
        items.append(
            Item(n, position, parent.id if parent else None, parent.is_public if parent else is_public, minutes)
        )
    return items


agendas = st.lists(
    st.tuples(st.booleans(), st.booleans(), st.integers(0, 3), st.integers(0, 90) | st.none()), max_size=15
).map(_agenda)


@given(agendas)
def test_who_sees_only_public_items_sees_no_gap(items: list[Item]) -> None:
    public = [item for item in items if item.is_public]
    whole, part = numbering(items), numbering(public)
    assert part == {item.id: whole[item.id] for item in public}
    tops = [int(part[i.id]) for i in in_order(public) if "." not in part[i.id]]
    assert tops == list(range(1, len(tops) + 1))


@given(agendas)
def test_every_number_is_given_once(items: list[Item]) -> None:
    numbers = list(numbering(items).values())
    assert len(numbers) == len(set(numbers)) == len(items)


def test_clock_times_follow_each_other() -> None:
    items = [Item(1, 1, planned_minutes=5), Item(2, 2, planned_minutes=10), Item(3, 1, parent_id=2, planned_minutes=20),
             Item(4, 3), Item(5, 4, planned_minutes=10)]  # fmt: skip
    slots = timetable(items, START)
    assert [int((slots[i].starts_at - START) / timedelta(minutes=1)) for i in range(1, 6)] == [0, 5, 15, 35, 35]
    assert slots[2].minutes == 30
    assert slots[4].minutes == 0


@pytest.mark.parametrize("minutes", [None, 0])
def test_an_item_without_minutes_takes_no_time(minutes: int | None) -> None:
    slots = timetable([Item(1, 1, planned_minutes=minutes), Item(2, 2)], START)
    assert slots[2].starts_at == START

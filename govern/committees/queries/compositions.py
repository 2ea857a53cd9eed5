"""Who sits in a committee on a day: groups, seats, holders and deputies (B12)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.committees.models import (
    Committee,
    CompositionRule,
    Mandate,
    MandateKind,
    Seat,
    SeatGroup,
    Voting,
)
from govern.db import db, sort_key
from govern.people.models import Person

COMMITTEES: Any = sa.bindparam("committee_ids", expanding=True)
DAY: Any = sa.bindparam("day", type_=sa.Date)


@dataclass(frozen=True)
class FilledSeat:
    """A seat as it stands on the day: how deep it is nested, who holds it, who is named as deputy."""

    seat: Seat
    depth: int
    holders: tuple[Mandate, ...]
    deputies: tuple[Mandate, ...]
    list_key: tuple[str, int | None]
    """Seats with the same key stand in one list and can be ordered among each other."""
    is_first: bool = True
    is_last: bool = True
    """First and last of that list."""

    @property
    def vacancies(self) -> int:
        """Places without a person; an open number has none that could be counted."""
        return max(0, (self.seat.person_count or 0) - len(self.holders))

    def label_of_place(self, place: int) -> str:
        """The seat as its holder number ``place`` (1 …) holds it; a vacant place names all institutions."""
        return self.holders[place - 1].seat_label if place <= len(self.holders) else self.seat.label

    @property
    def is_vacant(self) -> bool:
        """True if nobody holds the seat."""
        return not self.holders

    @property
    def is_overfilled(self) -> bool:
        """True if more persons hold the seat than it has places."""
        return self.seat.person_count is not None and len(self.holders) > self.seat.person_count


@dataclass(frozen=True)
class ComposedGroup:
    """Seats under one heading, in order, nested ones right below the seat they belong to (B2, B3)."""

    group: SeatGroup | None
    seats: tuple[FilledSeat, ...]

    @property
    def name(self) -> str | None:
        return self.group.name if self.group else None


@dataclass(frozen=True)
class Composition:
    """The composition of a committee on a day."""

    committee: Committee
    day: date
    groups: tuple[ComposedGroup, ...]

    def __iter__(self) -> Iterator[FilledSeat]:
        return (filled for group in self.groups for filled in group.seats)

    @property
    def seats(self) -> list[FilledSeat]:
        """All seats in the order of the list."""
        return list(self)

    @property
    def entry_count(self) -> int:
        """How many entries the list has."""
        return sum(len(group.seats) for group in self.groups)

    @property
    def person_count(self) -> int:
        """Persons the seats state; open numbers are not counted."""
        return sum(filled.seat.person_count or 0 for filled in self)

    @property
    def is_exact(self) -> bool:
        """False if a seat leaves its number open (B5)."""
        return all(filled.seat.person_count is not None for filled in self)

    @property
    def total_text(self) -> str:
        """„28", or „mindestens 13" where a seat leaves its number open (B5)."""
        return total_text(self.person_count, is_exact=self.is_exact)

    @property
    def vacancies(self) -> int:
        """Stated places without a person (B13)."""
        return sum(filled.vacancies for filled in self)

    @property
    def holder_count(self) -> int:
        """How many mandates are held."""
        return sum(len(filled.holders) for filled in self)

    @property
    def voting(self) -> dict[Voting, int]:
        """Entries by right to vote; „not stated" is counted apart, never guessed (B10)."""
        counts = dict.fromkeys(Voting, 0)
        for filled in self:
            counts[filled.seat.voting] += 1
        return counts

    def find(self, seat_id: int) -> FilledSeat | None:
        """The entry of a seat, or None if the seat is not part of this composition."""
        return next((filled for filled in self if filled.seat.id == seat_id), None)


@dataclass(frozen=True)
class RuleCheck:
    """Whether the composition keeps one of its rules (B15)."""

    rule: CompositionRule
    found: int
    could_be_kept: bool
    """True if vacant seats of the function remain with which the rule could still be kept."""

    @property
    def is_kept(self) -> bool:
        return self.found >= self.rule.minimum


def total_text(persons: int, *, is_exact: bool) -> str:
    """„28", or „mindestens 8" where a seat leaves its number open."""
    return str(persons) if is_exact else f"mindestens {persons}"


def composition(committee: Committee, day: date) -> Composition:
    """The composition of ``committee`` on ``day``, in two statements whatever its size."""
    return compositions([committee], day)[committee.id]


def compositions(committees: Sequence[Committee], day: date, *, with_accounts: bool = False) -> dict[int, Composition]:
    """The compositions of several committees on ``day`` by committee id, in two statements together.

    ``with_accounts`` loads the accounts of the persons along with them: for those who write to them.
    """
    ids = [c.id for c in committees]
    found = db.session.scalars(_seats(), {"committee_ids": ids, "day": day}).unique().all()
    seats = [seat for seat in found if seat.is_there_on(day)]
    mandates = _mandates_by_seat(ids, day, with_accounts=with_accounts)
    above = _parents_there(seats, {s.id: s.replaces_id for s in found if s.replaces_id is not None})
    seats_of: dict[int, list[Seat]] = {i: [] for i in ids}
    for seat in seats:
        seats_of[seat.committee_id].append(seat)
    return {c.id: Composition(c, day, _groups(seats_of[c.id], above, mandates)) for c in committees}


def check_rules(composed: Composition) -> list[RuleCheck]:
    """Every rule of the committee against this composition (B15)."""
    entries = [
        _Entry((f.seat.function, *f.seat.alternatives), tuple(function_of(m, f.seat) for m in f.holders),
               f.seat.person_count)
        for f in composed
    ]  # fmt: skip
    return [_check(rule, entries) for rule in composed.committee.composition_rules]


def check_all_rules(rules: Sequence[CompositionRule], day: date) -> dict[int, list[RuleCheck]]:
    """The checks of many committees by id, in one statement; nothing is read where there are no rules."""
    ids = {rule.committee_id for rule in rules}
    if not ids:
        return {}
    rows = db.session.execute(
        sa.select(Seat.committee_id, Seat.id, Seat.function, Seat.alternatives, Seat.person_count, Mandate.id,
                  Mandate.function_held)
        .outerjoin(
            Mandate,
            sa.and_(Mandate.seat_id == Seat.id, Mandate.kind == MandateKind.HOLDER, mandate_is_held(day)),
        )
        .where(Seat.committee_id.in_(ids), seat_is_there(day))
    )  # fmt: skip
    seats: dict[tuple[int, int], _Entry] = {}
    for committee_id, seat_id, function, alternatives, count, mandate_id, held in rows:
        entry = seats.get((committee_id, seat_id)) or _Entry((function, *alternatives), (), count)
        held_as = (*entry.held_as, held or function) if mandate_id else entry.held_as
        seats[committee_id, seat_id] = _Entry(entry.functions, held_as, count)
    entries: dict[int, list[_Entry]] = {i: [] for i in ids}
    for (committee_id, _), entry in seats.items():
        entries[committee_id].append(entry)
    checks: dict[int, list[RuleCheck]] = {i: [] for i in ids}
    for rule in rules:
        checks[rule.committee_id].append(_check(rule, entries[rule.committee_id]))
    return checks


def seat_is_there(day: date) -> sa.ColumnElement[bool]:
    """Seats that belong to the composition of ``day``."""
    return sa.and_(
        sa.or_(Seat.starts_on.is_(None), Seat.starts_on <= day), sa.or_(Seat.ends_on.is_(None), Seat.ends_on >= day)
    )


def mandate_is_held(day: date) -> sa.ColumnElement[bool]:
    """Mandates that run on ``day``; first and last day included."""
    return sa.and_(Mandate.starts_on <= day, sa.or_(Mandate.ends_on.is_(None), Mandate.ends_on >= day))


@cache
def _seats() -> sa.Select[Seat]:
    # A seat may stand below one that was replaced meanwhile: those that replace others come along, whenever they began.
    return (
        sa.select(Seat)
        .where(Seat.committee_id.in_(COMMITTEES), sa.or_(seat_is_there(DAY), Seat.replaces_id.is_not(None)))
        .options(joinedload(Seat.group), joinedload(Seat.organisations), joinedload(Seat.represents))
        .order_by(Seat.position, Seat.id)
    )


@cache
def _mandates(with_accounts: bool) -> sa.Select[Mandate]:
    person = joinedload(Mandate.person)
    return (
        sa.select(Mandate)
        .join(Mandate.seat)
        .where(Seat.committee_id.in_(COMMITTEES), seat_is_there(DAY), mandate_is_held(DAY))
        .options(person.joinedload(Person.user) if with_accounts else person, joinedload(Mandate.organisation))
        .order_by(Mandate.starts_on, Mandate.id)
    )


def _mandates_by_seat(committee_ids: Sequence[int], day: date, *, with_accounts: bool) -> dict[int, list[Mandate]]:
    found: dict[int, list[Mandate]] = {}
    for mandate in db.session.scalars(_mandates(with_accounts), {"committee_ids": committee_ids, "day": day}):
        found.setdefault(mandate.seat_id, []).append(mandate)
    return found


def _parents_there(seats: Sequence[Seat], before: Mapping[int, int]) -> dict[int, int | None]:
    """Seat → the seat it stands below on the day: the named one, or what replaced it or was replaced by it.

    ``before``: seat → the seat it replaces.
    """
    there = {seat.id for seat in seats}
    if all(seat.parent_id is None or seat.parent_id in there for seat in seats):
        return {seat.id: seat.parent_id for seat in seats}
    origin = _origins(before)
    standing_for = {origin.get(seat.id, seat.id): seat.id for seat in seats}
    found: dict[int, int | None] = {}
    for seat in seats:
        above = seat.parent_id
        if above is not None and above not in there:
            above = standing_for.get(origin.get(above, above))
        found[seat.id] = above if above != seat.id else None
    return found


def _origins(before: Mapping[int, int]) -> dict[int, int]:
    def first(identity: int) -> int:
        seen: set[int] = set()
        while identity in before and identity not in seen:
            seen.add(identity)
            identity = before[identity]
        return identity

    return {identity: first(identity) for identity in before}


def _groups(
    seats: Sequence[Seat], above: Mapping[int, int | None], mandates: Mapping[int, list[Mandate]]
) -> tuple[ComposedGroup, ...]:
    below: dict[int | None, list[Seat]] = {}
    for seat in seats:
        below.setdefault(above[seat.id], []).append(seat)
    groups: dict[int | None, tuple[SeatGroup | None, list[FilledSeat]]] = {}
    tops: dict[int | None, list[Seat]] = {}
    for seat in below.get(None, []):
        tops.setdefault(seat.group_id, []).append(seat)
    for group_id, members in tops.items():
        filled = list(_nested(members, below, mandates, 0, ("group", group_id)))
        groups[group_id] = (members[0].group, filled)
    ordered = sorted(groups.values(), key=lambda g: (-1, 0) if g[0] is None else (g[0].position, g[0].id))
    return tuple(ComposedGroup(group, tuple(filled)) for group, filled in ordered)


def _nested(
    seats: Sequence[Seat],
    below: Mapping[int | None, list[Seat]],
    mandates: Mapping[int, list[Mandate]],
    depth: int,
    list_key: tuple[str, int | None],
) -> Iterator[FilledSeat]:
    for seat in seats:
        held = mandates.get(seat.id, [])
        yield FilledSeat(
            seat,
            depth,
            holders=tuple(m for m in held if m.kind is MandateKind.HOLDER),
            deputies=tuple(m for m in held if m.kind is MandateKind.DEPUTY),
            list_key=list_key,
            is_first=seat is seats[0],
            is_last=seat is seats[-1],
        )
        yield from _nested(below.get(seat.id, []), below, mandates, depth + 1, ("seat", seat.id))


@dataclass(frozen=True)
class _Entry:
    """What a rule looks at: the functions a seat may be held in, those it is held in, and how many it has room for."""

    functions: tuple[str, ...]
    held_as: tuple[str, ...]
    person_count: int | None

    @property
    def room(self) -> int:
        return max(0, (self.person_count or (0 if self.held_as else 1)) - len(self.held_as))


def _check(rule: CompositionRule, entries: Sequence[_Entry]) -> RuleCheck:
    wanted = sort_key(rule.function_contains)
    found = sum(1 for entry in entries for function in entry.held_as if wanted in sort_key(function))
    possible = sum(entry.room for entry in entries if _mentions(wanted, entry.functions))
    return RuleCheck(rule, found, could_be_kept=rule.minimum - found <= possible)


def _mentions(wanted: str, functions: Iterable[str]) -> bool:
    return any(wanted in sort_key(function) for function in functions)


def function_of(mandate: Mandate, seat: Seat) -> str:
    """The function in which somebody sits there: the one stated, else that of the seat."""
    return mandate.function_held or seat.function

"""Read committees: the tree of a day, one committee with its history, what a search finds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.committees.contributions import CommitteeDates
from govern.committees.models import (
    Committee,
    CommitteeKind,
    CommitteeOfficer,
    CommitteeParent,
    CommitteeStatus,
    CompositionRule,
    Level,
    Mandate,
    MandateKind,
    Seat,
)
from govern.committees.policies import viewable_by
from govern.committees.queries.cadences import Cadence, cadence_of, dates_of
from govern.committees.queries.compositions import (
    COMMITTEES,
    DAY,
    Composition,
    RuleCheck,
    check_all_rules,
    check_rules,
    mandate_is_held,
    seat_is_there,
    total_text,
)
from govern.committees.queries.histories import is_over_on, name_on, parent_on
from govern.db import db, kept, sort_key
from govern.people.models import Organisation, User


@dataclass(frozen=True)
class CommitteeFilter:
    """What a list of committees is narrowed to."""

    text: str = ""
    kind: CommitteeKind | None = None
    level: Level | None = None
    status: CommitteeStatus | None = None
    circle: str = ""
    """`kim`, `network` or empty for both."""
    only_due: bool = False
    """Only committees that are due or overdue by their rhythm (A13)."""
    with_ended: bool = False

    @property
    def is_set(self) -> bool:
        """True if the list shows less than everything."""
        return bool(self.text or self.is_narrowed)

    @property
    def is_narrowed(self) -> bool:
        """True if more than the text narrows it."""
        return bool(self.kind or self.level or self.status or self.circle or self.only_due)


@dataclass(frozen=True)
class CommitteeLine:
    """A committee as lists show it on a day."""

    committee: Committee
    name: str
    """The name on that day."""
    parent_id: int | None
    """The parent on that day."""
    seat_count: int = 0
    person_count: int = 0
    open_seats: int = 0
    vacancies: int = 0
    dates: CommitteeDates = field(default_factory=CommitteeDates)
    cadence: Cadence | None = None
    rule_checks: Sequence[RuleCheck] = ()
    matched_name: str | None = None
    """Another name under which the search found it (A10)."""

    @property
    def id(self) -> int:
        return self.committee.id

    @property
    def total_text(self) -> str:
        """„28" or „mindestens 8"."""
        return total_text(self.person_count, is_exact=self.open_seats == 0)

    @property
    def is_too_large(self) -> bool:
        """True if the seats state more persons than the committee may have (A16)."""
        most = self.committee.max_size
        return most is not None and self.person_count > most

    @property
    def broken_rules(self) -> list[RuleCheck]:
        return [c for c in self.rule_checks if not c.is_kept]


@dataclass(frozen=True)
class TreeNode:
    """A committee with those below it."""

    line: CommitteeLine
    children: tuple[TreeNode, ...] = ()
    is_match: bool = True
    """False for a committee that only shows where the found ones hang."""


@dataclass(frozen=True)
class CommitteeList:
    """The committees of a body on a day: KIM as a tree, the network apart by kind."""

    day: date
    total: int
    """How many committees there are without the filter."""
    found: int
    tree: tuple[TreeNode, ...]
    network: tuple[tuple[CommitteeKind, tuple[CommitteeLine, ...]], ...]
    ended: int
    """How many ended ones are left out."""

    @property
    def network_count(self) -> int:
        return sum(len(lines) for _, lines in self.network)


def list_committees(user: User, day: date, chosen: CommitteeFilter, *, today: date) -> CommitteeList:
    """Committees ``user`` may see as they stood on ``day``; a constant number of statements."""
    rows = _load(user)
    there = [c for c in rows if _began_by(c, day)]
    over = [c for c in there if is_over_on(c, day)]
    shown = there if chosen.with_ended else [c for c in there if not is_over_on(c, day)]
    lines = {c.id: CommitteeLine(c, name_on(c, day), parent_on(c, day)) for c in shown}
    matches = {i: line for i, line in ((i, _match(line, chosen)) for i, line in lines.items()) if line is not None}
    lines = {**lines, **matches}
    filled = _fill(list(lines.values()), day, today)
    found = {line.id for line in filled if line.id in matches and (line.cadence or not chosen.only_due)}
    return CommitteeList(
        day=day,
        total=len(shown),
        found=len(found),
        tree=_tree([line for line in filled if _in_tree(line)], found),
        network=_by_kind([line for line in filled if not _in_tree(line) and line.id in found]),
        ended=len(over),
    )


def load_committee(committee: Committee) -> Committee:
    """The committee for its pages, with names, parents, officers and rules, in one statement: they are few."""
    return db.session.scalars(_with_parts(), {"id": committee.id}).unique().one()


@cache
def _with_parts() -> sa.Select[Committee]:
    return (
        sa.select(Committee)
        .where(Committee.id == sa.bindparam("id"))
        .options(
            joinedload(Committee.parent),
            joinedload(Committee.merged_into),
            joinedload(Committee.office_organisation),
            joinedload(Committee.chair_organisation),
            joinedload(Committee.chair_seat).joinedload(Seat.organisations),
            joinedload(Committee.names),
            joinedload(Committee.parents).joinedload(CommitteeParent.parent),
            joinedload(Committee.officers).joinedload(CommitteeOfficer.person),
            joinedload(Committee.composition_rules),
        )
    )


def list_related(committee: Committee) -> tuple[list[Committee], list[Committee]]:
    """The committees below it that still work, and those that were merged into it (A19), in one statement."""
    rows = db.session.scalars(_related(), {"id": committee.id}).all()
    below = [c for c in rows if c.parent_id == committee.id and not c.is_over]
    return below, [c for c in rows if c.merged_into_id == committee.id]


@cache
def _related() -> sa.Select[Committee]:
    wanted: Any = sa.bindparam("id", type_=sa.Integer)
    return (
        sa.select(Committee)
        .where(sa.or_(Committee.parent_id == wanted, Committee.merged_into_id == wanted))
        .order_by(Committee.position, Committee.sort_name)
    )


def describe(committee: Committee, day: date, *, today: date) -> CommitteeLine:
    """The committee as lists show it: counts, vacancies, rule checks, whether it is due."""
    return _fill([CommitteeLine(committee, name_on(committee, day), parent_on(committee, day))], day, today)[0]


def describe_composition(composed: Composition, *, today: date) -> CommitteeLine:
    """The same for a composition that is loaded already."""
    committee, day = composed.committee, composed.day
    dates = dates_of([committee.id]).get(committee.id, CommitteeDates())
    return CommitteeLine(
        committee,
        name_on(committee, day),
        parent_on(committee, day),
        seat_count=composed.entry_count,
        person_count=composed.person_count,
        open_seats=sum(f.seat.person_count is None for f in composed),
        vacancies=composed.vacancies,
        dates=dates,
        cadence=cadence_of(committee, dates, today) if day == today else None,
        rule_checks=check_rules(composed),
    )


def find_highest(body_id: int) -> Committee | None:
    """The highest KIM committee of the body, if one is marked (A2)."""
    return db.session.scalars(
        sa.select(Committee).where(Committee.body_id == body_id, Committee.is_highest)
    ).one_or_none()


def list_possible_parents(user: User, committee: Committee | None, *, only: Iterable[int] | None) -> list[Committee]:
    """Committees under which ``committee`` may hang: none of its own branch, none that ended; ``only`` narrows them."""
    rows = [c for c in _load(user) if c.ended_on is None and c.merged_into_id is None]
    allowed = None if only is None else set(only)
    below = ids_below(committee, rows) if committee is not None else set()
    return [c for c in rows if c.id not in below and (allowed is None or c.id in allowed)]


def ids_below(committee: Committee, rows: Iterable[Committee]) -> set[int]:
    """The committee itself and all that hang below it today."""
    children: dict[int | None, list[int]] = {}
    for row in rows:
        children.setdefault(row.parent_id, []).append(row.id)
    found: set[int] = set()
    waiting = [committee.id]
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.add(current)
            waiting.extend(children.get(current, []))
    return found


def _load(user: User) -> Sequence[Committee]:
    return db.session.scalars(_listed(user)).unique().all()


@kept
def _listed(user: User) -> sa.Select[Committee]:
    # Former names and parents are few: they come along in the same statement.
    return (
        sa.select(Committee)
        .where(viewable_by(user))
        .options(
            joinedload(Committee.names),
            joinedload(Committee.parents),
            joinedload(Committee.office_organisation).load_only(Organisation.name),
        )
        .order_by(Committee.is_highest.desc(), Committee.position, Committee.sort_name, Committee.id)
    )


def _began_by(committee: Committee, day: date) -> bool:
    # A founding date may be known to the month or year only; then its first day counts.
    return committee.founded_on is None or committee.founded_on[:10] <= day.isoformat()


def _match(line: CommitteeLine, chosen: CommitteeFilter) -> CommitteeLine | None:
    c = line.committee
    if (
        (chosen.kind and c.kind is not chosen.kind)
        or (chosen.level and c.level is not chosen.level)
        or (chosen.status and c.status is not chosen.status)
        or (chosen.circle and c.is_kim is not (chosen.circle == "kim"))
    ):
        return None
    if not chosen.text.strip():
        return line
    words = sort_key(chosen.text).split()
    if not words:
        return None
    if _has(words, line.name, c.short_name):
        return line
    for name in [c.name, *(n.name for n in c.names), *(n.short_name for n in c.names if n.short_name)]:
        if _has(words, name):
            return replace(line, matched_name=name)
    return None


def _has(words: Iterable[str], *names: str | None) -> bool:
    text = " ".join(sort_key(name) for name in names if name)
    return all(word in text for word in words)


def _in_tree(line: CommitteeLine) -> bool:
    return line.committee.is_kim


def _tree(lines: Sequence[CommitteeLine], matches: set[int]) -> tuple[TreeNode, ...]:
    there = {line.id for line in lines}
    below: dict[int | None, list[CommitteeLine]] = {}
    for line in lines:
        below.setdefault(line.parent_id if line.parent_id in there else None, []).append(line)

    def nodes(parent_id: int | None) -> tuple[TreeNode, ...]:
        made = (TreeNode(x, nodes(x.id), x.id in matches) for x in below.get(parent_id, []))
        return tuple(node for node in made if node.is_match or node.children)

    return nodes(None)


def _by_kind(lines: Sequence[CommitteeLine]) -> tuple[tuple[CommitteeKind, tuple[CommitteeLine, ...]], ...]:
    groups: dict[CommitteeKind, list[CommitteeLine]] = {}
    for line in sorted(lines, key=_sort_name):
        groups.setdefault(line.committee.kind, []).append(line)
    return tuple((kind, tuple(groups[kind])) for kind in CommitteeKind if kind in groups)


def _sort_name(line: CommitteeLine) -> str:
    return line.committee.sort_name if line.name == line.committee.name else sort_key(line.name)


def _fill(lines: Sequence[CommitteeLine], day: date, today: date) -> list[CommitteeLine]:
    ids = [line.id for line in lines]
    counts = _counts(ids, day)
    dates = dates_of(ids)
    checks = check_all_rules(_rules(lines), day)
    filled = []
    for line in lines:
        seats, persons, open_seats, vacancies = counts.get(line.id, (0, 0, 0, 0))
        met = dates.get(line.id, CommitteeDates())
        filled.append(
            CommitteeLine(
                line.committee,
                line.name,
                line.parent_id,
                seat_count=seats,
                person_count=persons,
                open_seats=open_seats,
                vacancies=vacancies,
                dates=met,
                cadence=cadence_of(line.committee, met, today) if day == today else None,
                rule_checks=checks.get(line.id, ()),
                matched_name=line.matched_name,
            )
        )
    return filled


def _counts(ids: Sequence[int], day: date) -> dict[int, tuple[int, int, int, int]]:
    rows = db.session.execute(_counted(), {"committee_ids": ids, "day": day})
    return {committee_id: (count, persons, open_seats, gaps) for committee_id, count, persons, open_seats, gaps in rows}


@cache
def _counted() -> sa.Select[*tuple[int, ...]]:
    held = (
        sa.select(sa.func.count())
        .select_from(Mandate)
        .where(Mandate.seat_id == Seat.id, Mandate.kind == MandateKind.HOLDER, mandate_is_held(DAY))
        .correlate(Seat)
        .scalar_subquery()
    )
    seats = (
        sa.select(Seat.committee_id, Seat.person_count, held.label("held"))
        .where(Seat.committee_id.in_(COMMITTEES), seat_is_there(DAY))
        .subquery()
    )
    missing = sa.case((seats.c.person_count > seats.c.held, seats.c.person_count - seats.c.held), else_=0)
    return sa.select(
        seats.c.committee_id,
        sa.func.count(),
        sa.func.coalesce(sa.func.sum(seats.c.person_count), 0),
        sa.func.sum(sa.case((seats.c.person_count.is_(None), 1), else_=0)),
        sa.func.sum(missing),
    ).group_by(seats.c.committee_id)


def _rules(lines: Sequence[CommitteeLine]) -> Sequence[CompositionRule]:
    if len(lines) == 1 and "composition_rules" not in sa.inspect(lines[0].committee).unloaded:
        return lines[0].committee.composition_rules
    return db.session.scalars(_rules_of(), {"committee_ids": [line.id for line in lines]}).all()


@cache
def _rules_of() -> sa.Select[CompositionRule]:
    chosen = CompositionRule.committee_id.in_(COMMITTEES)
    return sa.select(CompositionRule).where(chosen).order_by(CompositionRule.id)

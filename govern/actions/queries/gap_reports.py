"""Read gap reports: the inbox of the coordination, an author's own, one with its words and stages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVarTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from govern import search
from govern.actions.models import (
    GapKind,
    GapReport,
    Matter,
    ReportEvent,
    ReportSource,
    ReportState,
    ReportText,
)
from govern.actions.periods import Period, Quarter, moments_of
from govern.actions.policies_gaps import reports_viewable_by
from govern.committees.models import Committee
from govern.committees.policies import viewable_by as committees_viewable_by
from govern.db import COUNTED, More, count_rows, db
from govern.people.models import User

PAGE_SIZE = 25
WORDS = "report_text"
"""The name of the words of reports in the search index."""
Columns = TypeVarTuple("Columns")


@dataclass(frozen=True, kw_only=True)
class ReportFilter:
    """What the inbox is narrowed to."""

    state: ReportState | None = ReportState.RECEIVED
    action_field: str = ""
    municipality_id: int | None = None
    gap_kind: GapKind | None = None
    source: ReportSource | None = None
    text: str = ""
    span: Period | Quarter | None = None
    names_no_place: bool = False
    """Only reports from several or all municipalities."""
    leaves_withdrawn_out: bool = False


@dataclass(frozen=True)
class ReportPage:
    """One page of reports."""

    rows: Sequence[GapReport]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def list_inbox(user: User, wanted: ReportFilter, number: int) -> ReportPage:
    """One page of the reports ``user`` may see, the newest first."""
    conditions = [reports_viewable_by(user), *_conditions(wanted)]
    return _searched_page(conditions, wanted, number) if wanted.text.strip() else _page(conditions, number)


def list_own_reports(user: User, number: int) -> ReportPage:
    """One page of what ``user`` reported, the newest first."""
    return _page([GapReport.author_id == user.id], number)


def count_in_states(user: User, states: Sequence[ReportState]) -> dict[ReportState, int]:
    """How many reports ``user`` may see in each of these states, as far as lists are counted; one statement."""
    counts = [
        sa.select(sa.func.count()).select_from(
            sa.select(GapReport.id)
            .where(reports_viewable_by(user), GapReport.state == state)
            .limit(COUNTED + 1)
            .subquery()
        )
        for state in states
    ]
    found = db.session.execute(sa.select(*(each.scalar_subquery() for each in counts))).one()
    return {state: More(COUNTED) if n > COUNTED else n for state, n in zip(states, found, strict=True)}


WITH_STAGES = (
    joinedload(GapReport.municipality),
    joinedload(GapReport.committee),
    joinedload(GapReport.matter),
    joinedload(GapReport.texts),  # a few at most: one statement less than apart
    selectinload(GapReport.releases),
    selectinload(GapReport.events).joinedload(ReportEvent.matter),
)
"""What the pages of one report load along: words, releases, stages and matter."""


def find_reports(user: User, ids: Sequence[int]) -> Sequence[GapReport]:
    """Those of ``ids`` that ``user`` may see, in order."""
    return db.session.scalars(
        sa.select(GapReport).where(GapReport.id.in_(ids), reports_viewable_by(user)).order_by(GapReport.id)
    ).all()


def list_report_committees(user: User) -> Sequence[Committee]:
    """Working circles and local bodies a report of ``user`` may be meant for (E3, E16): own ones first."""
    standing = user.standing
    own = sorted(standing.member_committees | standing.chair_committees | standing.office_committees)
    return db.session.scalars(
        sa.select(Committee)
        .where(committees_viewable_by(user), Committee.ended_on.is_(None), Committee.merged_into_id.is_(None))
        .order_by(Committee.id.in_(own).desc(), Committee.sort_name)
    ).all()


def list_matters_to_choose(user: User, *, most: int = 200) -> Sequence[Matter]:
    """Open matters a report can be put into, the newest first."""
    return db.session.scalars(
        sa.select(Matter).where(Matter.state == "open").order_by(Matter.id.desc()).limit(most)
    ).all()


def _page(conditions: list[sa.ColumnElement[bool]], number: int) -> ReportPage:
    total = count_rows(sa.select(GapReport.id).where(*conditions), seen=number * PAGE_SIZE)
    rows = db.session.scalars(_cut(sa.select(GapReport).where(*conditions).options(*_LISTED), number)).all()
    return ReportPage(rows, total, number)


def _searched_page(conditions: list[sa.ColumnElement[bool]], wanted: ReportFilter, number: int) -> ReportPage:
    """As :func:`_page`, of those in which the words stand; as every search it counts to :data:`search.CAP`."""
    state = wanted.state.value if wanted.state is not None else ""
    ids = search.newest(GapReport, wanted.text, name=WORDS, state=state).where(*conditions)
    chosen, total = search.one_page(ids, _NEWEST_FIRST, size=PAGE_SIZE, number=number)
    if not chosen:
        return ReportPage([], total, number)
    statement = sa.select(GapReport).where(GapReport.id.in_(chosen)).options(*_LISTED)
    return ReportPage(db.session.scalars(statement.order_by(*_NEWEST_FIRST)).all(), total, number)


_LISTED = (joinedload(GapReport.municipality), joinedload(GapReport.matter), selectinload(GapReport.texts))
_NEWEST_FIRST = (GapReport.reported_at.desc(), GapReport.id.desc())


def _cut(statement: sa.Select[*Columns], number: int) -> sa.Select[*Columns]:
    return statement.order_by(*_NEWEST_FIRST).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)


def _conditions(wanted: ReportFilter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    for column, value in (
        (GapReport.state, wanted.state),
        (GapReport.action_field, wanted.action_field or None),
        (GapReport.municipality_id, wanted.municipality_id),
        (GapReport.gap_kind, wanted.gap_kind),
        (GapReport.source, wanted.source),
    ):
        if value is not None:
            found.append(column == value)
    if wanted.span is not None:
        first, after = moments_of(wanted.span)
        found += [GapReport.reported_at >= first, GapReport.reported_at < after]
    if wanted.names_no_place:
        found.append(GapReport.municipality_id.is_(None))
    if wanted.leaves_withdrawn_out:
        found.append(GapReport.state != ReportState.WITHDRAWN)
    return found


# What was written is searched apart from the number and headline that the search of everything knows: only the inbox
# asks for it, and nobody but the coordination has one.
search.declare(
    GapReport,
    sa.select(GapReport.id, GapReport.state, GapReport.number, ReportText.headline, ReportText.text).outerjoin(
        ReportText, ReportText.report_id == GapReport.id
    ),
    {ReportText: lambda text: [text.report_id]},
    name=WORDS,
    tells_state=True,
)

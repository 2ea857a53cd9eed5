"""Read the Beschlusskontrolle (D4): live while a meeting is open, as frozen once it is closed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.committees.models import Committee
from govern.db import db, number_of_rows
from govern.formats import local, one_line, today, under_proviso
from govern.meetings import contributions
from govern.meetings.consents import effect_of
from govern.meetings.models import (
    AgendaItem,
    Implementation,
    ImplementerConsent,
    ItemPurpose,
    Meeting,
    Resolution,
    TrackingEntry,
    TrackingLight,
)
from govern.meetings.policies_agendas import TrackingScope, tracking_scope
from govern.meetings.queries.asked import ASKED, DAY
from govern.meetings.tracking import TrackingFigures, TrackingRow, TrackingSource, figures_of, in_order, light_of, when
from govern.people.models import Organisation, User

FINISHED = (Implementation.DONE, Implementation.DROPPED)
IN_HAND = (Implementation.OPEN, Implementation.IN_PROGRESS)
TRACKED = (*IN_HAND, *FINISHED)
LONGEST = 600
PAGE = 50


def live_rows(committee: Committee, scope: TrackingScope, day: date | None = None) -> list[TrackingRow]:
    """What ``committee`` resolved or ordered and is not done, on ``day``, the most urgent first.

    A resolution that was carried out stays until the committee has taken note of it (E-16).
    """
    if scope is TrackingScope.NONE:
        return []
    day = day or today()
    rows = [row for source in _sources() for row in source.rows(committee.id, day, None)]
    return in_order(r for r in rows if r.is_public or scope is TrackingScope.ALL)


def tracking_of(item: AgendaItem, user: User, *, public_only: bool = False) -> list[TrackingRow]:
    """The Beschlusskontrolle at ``item`` as ``user`` may read it: frozen at closing, live before."""
    scope = tracking_scope(user, item.meeting.committee_id, item.meeting)
    if public_only and (scope is TrackingScope.ALL or item.meeting.is_closed):
        scope = TrackingScope.PUBLIC
    if item.meeting.is_closed:
        return _frozen(item, scope)
    return live_rows(item.meeting.committee, scope, _day_of(item.meeting))


@dataclass(frozen=True)
class TrackingPage:
    """One page of a Beschlusskontrolle."""

    rows: Sequence[TrackingRow]
    total: int
    figures: TrackingFigures
    number: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def live_page(committee_id: int, scope: TrackingScope, number: int, day: date | None = None) -> TrackingPage:
    """One page of what :func:`live_rows` finds; it costs the same however much is open."""
    day = day or today()
    if scope is TrackingScope.NONE:
        return TrackingPage([], 0, TrackingFigures(0, 0, 0), number)
    sources = tuple(_sources())
    wanted = db.session.execute(
        _page(sources, scope is TrackingScope.PUBLIC),
        {
            "committee_id": committee_id,
            "day": day,
            "most": PAGE,
            "before": (number - 1) * PAGE,
            "until": number * PAGE,
        },
    ).all()
    rows = [
        row
        for n, source in enumerate(sources)
        if (ids := [id for of, id, *_counts in wanted if of == n])
        for row in source.rows(committee_id, day, ids)
    ]
    figures = _figures(wanted[0][2:]) if wanted else live_figures(committee_id, scope, day)
    return TrackingPage(in_order(rows), figures.orders + figures.resolutions, figures, number)


@cache
def _page(sources: tuple[TrackingSource, ...], public_only: bool) -> sa.Select[Any]:
    """Which source and row the lines of a page are, each with the figures of all lines."""
    keys = sa.union_all(
        *(
            sa.select(first.subquery())
            for n, source in enumerate(sources)
            for of_state in source.keys(ASKED.committee_id, public_only)
            for first in _first_lines(of_state.add_columns(sa.literal(n).label("source")))
        )
    ).subquery()
    return (
        sa.select(keys.c.source, keys.c.id, *_columns(sources, public_only))
        .order_by(keys.c.is_done, keys.c.due_on.is_(None), keys.c.due_on, keys.c.source, keys.c.id)
        .limit(number_of_rows("most"))
        .offset(number_of_rows("before"))
    )


def _first_lines(keys: sa.Select[Any]) -> Iterator[sa.Select[Any]]:
    """Those of one state that can come on the page, with a due date and without: read in order, the rest is not."""
    due_on, identity = keys.selected_columns["due_on"], keys.selected_columns["id"]
    # Without a date as well by the date: by the id alone, PostgreSQL would look for them among all there are.
    first = keys.order_by(due_on, identity).limit(number_of_rows("until"))
    yield first.where(due_on.is_not(None))
    yield first.where(due_on.is_(None))


def _columns(sources: tuple[TrackingSource, ...], public_only: bool) -> list[sa.ScalarSelect[int]]:
    return [c for source in sources for c in source.counts(ASKED.committee_id, DAY, public_only)]


def _figures(counts: Sequence[int]) -> TrackingFigures:
    resolutions, late, *others = counts
    return TrackingFigures(sum(others[::2]), resolutions, late + sum(others[1::2]))


def tracking_page(item: AgendaItem, user: User, number: int) -> TrackingPage | None:
    """One page of the Beschlusskontrolle at ``item``; None if it is none, or not for ``user``."""
    if item.purpose is not ItemPurpose.RESOLUTION_TRACKING:
        return None
    scope = tracking_scope(user, item.meeting.committee_id, item.meeting)
    if scope is TrackingScope.NONE:
        return None
    if not item.meeting.is_closed:
        return live_page(item.meeting.committee_id, scope, number, _day_of(item.meeting))
    rows = _frozen(item, scope)
    return TrackingPage(rows[(number - 1) * PAGE : number * PAGE], len(rows), figures_of(rows), number)


def tracking_figures(item: AgendaItem, user: User) -> TrackingFigures:
    """How many lines the Beschlusskontrolle at ``item`` has for ``user``; one statement."""
    scope = tracking_scope(user, item.meeting.committee_id, item.meeting)
    if item.meeting.is_closed:
        return figures_of(_frozen(item, scope))
    return live_figures(item.meeting.committee_id, scope, _day_of(item.meeting))


def live_figures(committee_id: int, scope: TrackingScope, day: date) -> TrackingFigures:
    """How many lines of each kind are open on ``day``; one statement."""
    if scope is TrackingScope.NONE:
        return TrackingFigures(0, 0, 0)
    columns = _columns(tuple(_sources()), scope is TrackingScope.PUBLIC)
    return _figures(db.session.execute(sa.select(*columns), {"committee_id": committee_id, "day": day}).one())


def _sources() -> list[TrackingSource]:
    return [RESOLUTIONS, *contributions.tracking_sources]


def _day_of(meeting: Meeting) -> date:
    # Before the meeting as things stand today, in it and afterwards on its own day.
    day = local(meeting.starts_at).date()
    return min(day, today()) if meeting.closed_at is None else day


def _counting(committee_id: int) -> list[sa.ColumnElement[bool]]:
    """What the index of tracked resolutions holds of a committee."""
    return [
        Resolution.committee_id == committee_id,
        Resolution.number.is_not(None),
        Resolution.is_adopted.is_(True),
        Resolution.cancelled_at.is_(None),
    ]


def _is_open(committee_id: int) -> list[sa.ColumnElement[bool]]:
    return [
        *_counting(committee_id),
        Resolution.implementation.in_(TRACKED),
        sa.or_(Resolution.implementation.not_in(FINISHED), Resolution.acknowledged_item_id.is_(None)),
    ]


def _keys(committee_id: int, public_only: bool) -> list[sa.Select[int, date | None, int]]:
    return [_keys_in(committee_id, implementation, public_only) for implementation in TRACKED]


def _keys_in(
    committee_id: int, implementation: Implementation, public_only: bool
) -> sa.Select[int, date | None, int]:  # fmt: skip
    is_done = implementation in FINISHED
    keys = sa.select(
        sa.literal(int(is_done)).label("is_done"), Resolution.due_on.label("due_on"), Resolution.id.label("id")
    ).where(*_counting(committee_id), Resolution.implementation == implementation)
    if is_done:
        of_index = Resolution.acknowledged_item_id  # empty, but PostgreSQL follows the index only if it is named
        keys = keys.where(of_index.is_(None)).order_by(of_index)
    return keys.where(Resolution.is_public) if public_only else keys


def _counts(committee_id: int, day: date, public_only: bool) -> tuple[sa.ScalarSelect[int], sa.ScalarSelect[int]]:
    public = [Resolution.is_public] if public_only else []
    # State by state, as the index is read; in one condition with „or“ the rows themselves would be.
    waiting = sa.select(sa.func.count(Resolution.id)).where(
        *_counting(committee_id), Resolution.implementation.in_(IN_HAND), *public
    )
    finished = sa.select(sa.func.count(Resolution.id)).where(
        *_counting(committee_id), Resolution.implementation.in_(FINISHED), Resolution.acknowledged_item_id.is_(None),
        *public,
    )  # fmt: skip
    all_of_them = sa.select(waiting.scalar_subquery() + finished.scalar_subquery())
    return all_of_them.scalar_subquery(), waiting.where(Resolution.due_on < day).scalar_subquery()


def _rows(committee_id: int, day: date, ids: Sequence[int] | None) -> list[TrackingRow]:
    values = {"committee_id": committee_id} if ids is None else {"ids": ids}
    found = db.session.scalars(_resolutions(ids is None), values).unique()
    return [_resolution_row(r, day) for r in found]


@cache
def _resolutions(every: bool) -> sa.Select[Resolution]:
    """All open ones of a committee, or those with the ids of a page."""
    chosen = Resolution.id.in_(sa.bindparam("ids", expanding=True))
    return (
        sa.select(Resolution)
        .where(*(_is_open(ASKED.committee_id) if every else [chosen]))
        .options(
            joinedload(Resolution.responsible_organisation).load_only(Organisation.name),
            joinedload(Resolution.item)
            .load_only(AgendaItem.meeting_id)
            .joinedload(AgendaItem.meeting)
            .load_only(Meeting.is_public),
            joinedload(Resolution.implementer_consents)
            .joinedload(ImplementerConsent.organisation)
            .load_only(Organisation.name),
        )
    )


def _resolution_row(resolution: Resolution, day: date) -> TrackingRow:
    is_done = resolution.implementation in FINISHED
    words = [resolution.implementation.label, "" if is_done else when(resolution.due_on, day)]
    if is_done:
        words.append("zur Kenntnisnahme")
    if (effect := effect_of(resolution)) is not None:
        words.append(effect.text)
    if resolution.proviso:
        words.append(under_proviso(resolution.proviso))
    organisation = resolution.responsible_organisation
    return TrackingRow(
        number=resolution.number,
        text=one_line(resolution.text, LONGEST),
        responsible=organisation.name if organisation else None,
        due_on=resolution.due_on,
        light=light_of(resolution.due_on, day, is_done=is_done),
        state_text=", ".join(w for w in words if w),
        last_word=resolution.implementation_note,
        is_public=resolution.is_public,
        is_open=resolution.item is None or resolution.item.meeting.is_public,
        resolution_id=resolution.id,
    )


def _frozen(item: AgendaItem, scope: TrackingScope) -> list[TrackingRow]:
    if scope is TrackingScope.NONE:
        return []
    statement = sa.select(TrackingEntry).where(TrackingEntry.item_id == item.id)
    if scope is TrackingScope.PUBLIC:
        statement = statement.where(TrackingEntry.is_public)
    return [
        TrackingRow(
            number=e.number, text=e.text, responsible=e.responsible, due_on=e.due_on, light=TrackingLight(e.light),
            state_text=e.state_text, last_word=e.last_word, is_public=e.is_public, resolution_id=e.resolution_id,
            work_order_id=e.work_order_id,
        )
        for e in db.session.scalars(statement.order_by(TrackingEntry.position))
    ]  # fmt: skip


RESOLUTIONS = TrackingSource(keys=_keys, counts=_counts, rows=_rows)
"""Adopted and numbered resolutions that are not finished, or not yet taken note of."""

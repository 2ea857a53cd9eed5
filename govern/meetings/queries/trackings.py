"""Read the Beschlusskontrolle (D4): live while a meeting is open, as frozen once it is closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.committees.models import Committee
from govern.db import db
from govern.formats import local, one_line, today
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
from govern.meetings.tracking import TrackingFigures, TrackingRow, figures_of, in_order, light_of, when
from govern.people.models import User

FINISHED = (Implementation.DONE, Implementation.DROPPED)
TRACKED = (Implementation.OPEN, Implementation.IN_PROGRESS, *FINISHED)
LONGEST = 600
PAGE = 50


def live_rows(committee: Committee, scope: TrackingScope, day: date | None = None) -> list[TrackingRow]:
    """What ``committee`` resolved or ordered and is not done, on ``day``, the most urgent first.

    A resolution that was carried out stays until the committee has taken note of it (E-16).
    """
    if scope is TrackingScope.NONE:
        return []
    day = day or today()
    rows = [_resolution_row(r, day) for r in _open_resolutions(committee)]
    for contribute in contributions.tracking_rows:
        rows += contribute(committee, day)
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


def tracking_page(item: AgendaItem, user: User, number: int) -> TrackingPage | None:
    """One page of the Beschlusskontrolle at ``item``; None if it is none, or not for ``user``."""
    if item.purpose is not ItemPurpose.RESOLUTION_TRACKING:
        return None
    if tracking_scope(user, item.meeting.committee_id, item.meeting) is TrackingScope.NONE:
        return None
    rows = tracking_of(item, user)
    return TrackingPage(rows[(number - 1) * PAGE : number * PAGE], len(rows), figures_of(rows), number)


def tracking_figures(item: AgendaItem, user: User) -> TrackingFigures:
    """How many lines the Beschlusskontrolle at ``item`` has for ``user``; one statement."""
    scope = tracking_scope(user, item.meeting.committee_id, item.meeting)
    if scope is TrackingScope.NONE:
        return TrackingFigures(0, 0, 0)
    if item.meeting.is_closed:
        return figures_of(_frozen(item, scope))
    public_only, day = scope is TrackingScope.PUBLIC, _day_of(item.meeting)
    overdue = Resolution.implementation.not_in(FINISHED) & (Resolution.due_on < day)
    mine = sa.select(sa.func.count(Resolution.id)).where(*_is_open(item.meeting.committee_id))
    if public_only:
        mine = mine.where(Resolution.is_public)
    columns = [mine.scalar_subquery(), mine.where(overdue).scalar_subquery()]
    for contribute in contributions.tracking_counts:
        columns += contribute(item.meeting.committee_id, day, public_only)
    resolutions, late, *others = db.session.execute(sa.select(*columns)).one()
    return TrackingFigures(sum(others[::2]), resolutions, late + sum(others[1::2]))


def _day_of(meeting: Meeting) -> date:
    # Before the meeting as things stand today, in it and afterwards on its own day.
    day = local(meeting.starts_at).date()
    return min(day, today()) if meeting.closed_at is None else day


def _is_open(committee_id: int) -> list[sa.ColumnElement[bool]]:
    return [
        Resolution.committee_id == committee_id,
        Resolution.number.is_not(None),
        Resolution.is_adopted.is_(True),
        Resolution.cancelled_at.is_(None),
        Resolution.implementation.in_(TRACKED),
        sa.or_(Resolution.implementation.not_in(FINISHED), Resolution.acknowledged_item_id.is_(None)),
    ]


def _open_resolutions(committee: Committee) -> Sequence[Resolution]:
    return (
        db.session.scalars(
            sa.select(Resolution)
            .where(*_is_open(committee.id))
            .options(
                joinedload(Resolution.responsible_organisation),
                joinedload(Resolution.item)
                .load_only(AgendaItem.id, AgendaItem.meeting_id)
                .joinedload(AgendaItem.meeting),
                joinedload(Resolution.implementer_consents).joinedload(ImplementerConsent.organisation),
            )
            .order_by(Resolution.id)
        )
        .unique()
        .all()
    )


def _resolution_row(resolution: Resolution, day: date) -> TrackingRow:
    is_done = resolution.implementation in FINISHED
    words = [resolution.implementation.label, "" if is_done else when(resolution.due_on, day)]
    if is_done:
        words.append("zur Kenntnisnahme")
    if (effect := effect_of(resolution)) is not None:
        words.append(effect.text)
    if resolution.proviso:
        words.append(f"unter Vorbehalt: {resolution.proviso}")
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

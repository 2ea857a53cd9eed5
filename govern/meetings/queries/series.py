"""Read series of meetings, and what the forms for new ones start with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from govern.committees.models import CadenceInterval, Committee
from govern.db import db
from govern.formats import at, local
from govern.meetings.cadence_dates import CadenceDate, dates_by_cadence
from govern.meetings.models import Meeting, MeetingSeries, MeetingState
from govern.meetings.policies import viewable_by
from govern.meetings.policies_dates import series_viewable_by
from govern.meetings.queries.free_dates import objections
from govern.meetings.queries.meetings import propose
from govern.people.models import Organisation, User

PAGE = 25
YEAR = timedelta(weeks=51)


@dataclass(frozen=True)
class YearPlan:
    """The proposal for a year: where it starts, how it goes on, which days."""

    first: date
    until: date
    interval: CadenceInterval
    starts: time
    ends: time
    dates: list[CadenceDate]
    place_id: int | None


@dataclass(frozen=True)
class SeriesRow:
    """A series in a list."""

    series: MeetingSeries
    meetings: int
    first: date | None
    last: date | None


def list_series(user: User, *, number: int = 1) -> tuple[list[SeriesRow], int]:
    """One page of the series ``user`` may see, the latest first, and how many there are."""
    seen = series_viewable_by(user)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(MeetingSeries).where(seen)) or 0
    found = db.session.scalars(
        sa.select(MeetingSeries)
        .where(seen)
        .options(joinedload(MeetingSeries.committee))
        .order_by(MeetingSeries.created_at.desc(), MeetingSeries.id.desc())
        .limit(PAGE)
        .offset((number - 1) * PAGE)
    ).all()
    rows = db.session.execute(
        sa.select(Meeting.series_id, Meeting.starts_at).where(
            Meeting.series_id.in_([series.id for series in found]), Meeting.deleted_at.is_(None), viewable_by(user)
        )
    ).all()
    days: dict[int | None, list[date]] = {}
    for series_id, starts_at in rows:
        days.setdefault(series_id, []).append(local(starts_at).date())
    return [_row(series, days.get(series.id, [])) for series in found], total


def meetings_of(series: MeetingSeries, user: User) -> Sequence[Meeting]:
    """The meetings of a series that ``user`` may see, with their moves; three statements."""
    return db.session.scalars(
        sa.select(Meeting)
        .where(Meeting.series_id == series.id, Meeting.deleted_at.is_(None), viewable_by(user))
        .options(
            joinedload(Meeting.committee),
            joinedload(Meeting.place),
            joinedload(Meeting.municipality),
            selectinload(Meeting.moves),
        )
        .order_by(Meeting.starts_at, Meeting.id)
    ).all()


def plan_for_year(
    committee: Committee, today: date, *, first: date | None, until: date | None, interval: CadenceInterval | None
) -> YearPlan:
    """The proposal: from the last meeting and the cadence of the committee, unless somebody says otherwise."""
    proposal = propose(committee, today)
    interval = interval or committee.cadence_interval or CadenceInterval.QUARTERLY
    last = local(proposal.last.starts_at).date() if proposal.last is not None else None
    first = first or _next(last, interval, today)
    until = min(until or first + YEAR, first + 2 * YEAR)
    place_id = proposal.last.place_id if proposal.last is not None else None
    dates = dates_by_cadence(first, interval, until)
    return YearPlan(first, until, interval, proposal.starts, proposal.ends, dates, place_id)


def objections_to(days: Sequence[tuple[date, time, time]]) -> list[list[str]]:
    """What speaks against each of the days, in their order; one statement."""
    spans = [(at(day, starts), at(day, ends)) for day, starts, ends in days]
    against = objections(spans)
    return [against[span] for span in spans]


def municipalities(user: User, today: date) -> Sequence[Organisation]:
    """The municipalities of the county today."""
    return db.session.scalars(
        sa.select(Organisation)
        .where(
            Organisation.body_id == user.body_id,
            Organisation.is_municipality,
            sa.or_(Organisation.ended_on.is_(None), Organisation.ended_on >= today),
        )
        .order_by(Organisation.sort_name, Organisation.id)
    ).all()


def meetings_in_municipality(user: User, organisation_id: int, *, most: int = 10) -> Sequence[Meeting]:
    """Meetings of tours in a municipality that ``user`` may see, the latest first; one statement."""
    return db.session.scalars(
        sa.select(Meeting)
        .where(Meeting.municipality_id == organisation_id, Meeting.deleted_at.is_(None), viewable_by(user))
        .options(joinedload(Meeting.committee), joinedload(Meeting.place))
        .order_by(Meeting.state == MeetingState.CANCELLED, Meeting.starts_at.desc(), Meeting.id.desc())
        .limit(most)
    ).all()


def _next(last: date | None, interval: CadenceInterval, today: date) -> date:
    if last is None:
        day = today + timedelta(days=28)
        return day if day.weekday() < 5 else day + timedelta(days=7 - day.weekday())
    following = dates_by_cadence(last, interval, max(last, today) + 2 * YEAR)
    return next((d.day for d in following if d.day > max(last, today)), today + timedelta(days=28))


def _row(series: MeetingSeries, days: Sequence[date]) -> SeriesRow:
    return SeriesRow(series, len(days), min(days, default=None), max(days, default=None))

"""Read meetings: lists, the next proposal, and what the page of a meeting shows above its tabs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from govern.committees.contributions import CommitteeDates
from govern.committees.models import Committee
from govern.committees.policies import viewable_by as committees_viewable_by
from govern.db import UtcDateTime, count_rows, db, kept, now, number_of_rows
from govern.formats import date_text, local
from govern.meetings.models import (
    CLOSED_STATES,
    AgendaItem,
    JointCommittee,
    Meeting,
    MeetingRole,
    MeetingState,
    Resolution,
)
from govern.meetings.policies import planning_committees, resolutions_viewable_by, viewable_by
from govern.meetings.queries.asked import ASKED, values_of
from govern.meetings.queries.joint import belongs_to
from govern.people.models import Person, User

PAGE = 25
NOW: Any = sa.bindparam("now", type_=UtcDateTime)
"""The moment of kept statements."""
BEGUN_AFTER: Any = sa.bindparam("begun_after", type_=UtcDateTime)
"""What :func:`begun_after` says of it."""
LONGEST = timedelta(hours=25)
"""No meeting lasts as long: it ends on the day on which it begins, and no day is longer."""
DEFAULT_START, DEFAULT_LENGTH = time(14, 0), timedelta(hours=2)


@dataclass(frozen=True)
class MeetingPage:
    """One page of a list of meetings."""

    meetings: Sequence[Meeting]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True)
class Proposal:
    """What the form for a new meeting starts with."""

    number: int
    day: date | None
    starts: time
    ends: time
    reason: str
    """Where the day comes from, in German."""
    last: Meeting | None


def list_meetings(user: User, *, past: bool = False, committee_id: int | None = None, number: int = 1) -> MeetingPage:
    """Meetings ``user`` may see: coming ones, the next first, or past ones, the latest first."""
    conditions = [viewable_by(user), Meeting.deleted_at.is_(None)]
    conditions.append(Meeting.ends_at < now() if past else not_over(now(), begun_after(now())))
    if committee_id is not None:
        conditions.append(belongs_to([committee_id]))
    order = (Meeting.starts_at.desc(), Meeting.id.desc()) if past else (Meeting.starts_at, Meeting.id)
    total = count_rows(sa.select(Meeting.id).where(*conditions), seen=number * PAGE)
    meetings = db.session.scalars(
        sa.select(Meeting)
        .where(*conditions)
        .options(joinedload(Meeting.committee), joinedload(Meeting.place))
        .order_by(*order)
        .limit(PAGE)
        .offset((number - 1) * PAGE)
    ).all()
    return MeetingPage(meetings, total, number)


def next_of_committee(user: User, committee: Committee, *, most: int = 5) -> tuple[list[Meeting], list[Meeting]]:
    """The coming meetings of a committee and its latest past ones, as ``user`` may see them; one statement."""
    at = now()
    values = {"committee": committee.id, "now": at, "begun_after": begun_after(at), "most": most}
    meetings = db.session.scalars(_next_of_committee(user), values).all()
    return [m for m in meetings if m.ends_at >= at], [m for m in reversed(meetings) if m.ends_at < at]


@kept
def _next_of_committee(user: User) -> sa.Select[Meeting]:
    coming = _ids(user, not_over(NOW, BEGUN_AFTER), Meeting.starts_at.asc())
    past = _ids(user, Meeting.ends_at < NOW, Meeting.starts_at.desc())
    return (
        sa.select(Meeting)
        .where(Meeting.id.in_(sa.union_all(*(sa.select(each.subquery().c.id) for each in (coming, past)))))
        .options(joinedload(Meeting.place), joinedload(Meeting.committee))
        .order_by(Meeting.starts_at, Meeting.id)
    )


def dates_of(committee_ids: Sequence[int]) -> dict[int, CommitteeDates]:
    """When committees met last and meet next, for „fällig" (A13); one statement that reads a few rows of each.

    Cancelled meetings do not count; a closed one is over whatever its day.
    """
    rows = db.session.execute(_dates(), {"committees": list(committee_ids), "now": now()})
    return {
        i: CommitteeDates(
            _day_of(max(filter(None, (last, joint_last)), default=None)),
            _day_of(min(filter(None, (following, joint_following)), default=None)),
        )
        for i, last, joint_last, following, joint_following in rows
        if last or joint_last or following or joint_following
    }


@cache
def _dates() -> sa.Select[Any]:
    is_closed = Meeting.state.in_(CLOSED_STATES)
    past = sa.or_(Meeting.starts_at < NOW, is_closed), Meeting.starts_at.desc()
    # Not „not the former“: with the moment by itself, the index leads past all that are over.
    coming = sa.and_(Meeting.starts_at >= NOW, ~is_closed), Meeting.starts_at.asc()
    days = (_one_day(*which, is_joint=is_joint) for which in (past, coming) for is_joint in (False, True))
    return sa.select(Committee.id, *days).where(Committee.id.in_(sa.bindparam("committees", expanding=True)))


def _one_day(when: sa.ColumnElement[bool], order: sa.UnaryExpression[datetime], *, is_joint: bool) -> Any:
    day = sa.select(Meeting.starts_at).where(
        Meeting.deleted_at.is_(None), Meeting.state != MeetingState.CANCELLED, when
    )
    if is_joint:
        day = day.join(JointCommittee, JointCommittee.meeting_id == Meeting.id)
    of_committee = JointCommittee.committee_id if is_joint else Meeting.committee_id
    return day.where(of_committee == Committee.id).order_by(order).limit(1).correlate(Committee).scalar_subquery()


def begun_after(at: datetime) -> datetime:
    """Since when a meeting must have begun that is not over ``at`` that moment."""
    return at - LONGEST


def not_over(at: Any, begun_after: Any) -> sa.ColumnElement[bool]:
    """Meetings that end ``at`` a moment or later.

    Said of their beginning as well, by which they are listed and indexed: so none of the past ones is read.
    """
    return sa.and_(Meeting.ends_at >= at, Meeting.starts_at >= begun_after)


PARTS = (
    joinedload(Meeting.committee).joinedload(Committee.chair_seat),
    joinedload(Meeting.committee).joinedload(Committee.chair_organisation),
    joinedload(Meeting.place),
    # One of them may be the reader, whose functions the frame shows.
    joinedload(Meeting.roles).joinedload(MeetingRole.person).joinedload(Person.functions),
    joinedload(Meeting.moves),
    joinedload(Meeting.joint_committees).joinedload(JointCommittee.committee),
    joinedload(Meeting.municipality),
    joinedload(Meeting.series),
)
"""What :func:`load_parts` loads: a page that is asked for with it needs no further statement."""


def has_parts(meeting: Meeting) -> bool:
    """True if ``meeting`` was loaded with :data:`PARTS`."""
    return not {"place", "roles", "moves", "joint_committees", "municipality", "series"} & sa.inspect(meeting).unloaded


def load_parts(meeting: Meeting) -> Meeting:
    """``meeting`` with committee, place, roles and moves; one statement."""
    return db.session.scalars(with_parts(), values_of(meeting)).unique().one()


@cache
def with_parts() -> sa.Select[Meeting]:
    """The statement behind :func:`load_parts`, about :data:`ASKED`; call `.unique()` on the answer."""
    return sa.select(Meeting).where(Meeting.id == ASKED.id).options(*PARTS).execution_options(populate_existing=True)


def committees_with_meetings(user: User) -> Sequence[Committee]:
    """Committees with meetings that ``user`` may see, for the filter."""
    there = (viewable_by(user), Meeting.deleted_at.is_(None))
    # The first one, not whether there is one: PostgreSQL then looks it up instead of reading through all meetings.
    first = sa.select(Meeting.id).where(Meeting.committee_id == Committee.id, *there).order_by(Meeting.starts_at)
    own = first.limit(1).scalar_subquery().is_not(None)
    joined = sa.exists().where(
        JointCommittee.committee_id == Committee.id, JointCommittee.meeting_id == Meeting.id, *there
    )
    return db.session.scalars(
        sa.select(Committee).where(committees_viewable_by(user), sa.or_(own, joined)).order_by(Committee.sort_name)
    ).all()


def committees_to_plan(user: User) -> Sequence[Committee]:
    """Committees for which ``user`` may plan a meeting; those that are over are left out."""
    return db.session.scalars(
        sa.select(Committee)
        .where(planning_committees(user), Committee.ended_on.is_(None), Committee.merged_into_id.is_(None))
        .order_by(Committee.is_highest.desc(), Committee.sort_name)
    ).all()


def last_meeting(committee: Committee, *, before: datetime | None = None) -> Meeting | None:
    """The latest meeting of a committee that was not cancelled, with its agenda; ``before`` a moment if given."""
    conditions = [
        Meeting.committee_id == committee.id,
        Meeting.deleted_at.is_(None),
        Meeting.state != MeetingState.CANCELLED,
    ]
    if before is not None:
        conditions.append(Meeting.starts_at < before)
    return db.session.scalars(
        sa.select(Meeting)
        .where(*conditions)
        .options(selectinload(Meeting.items), selectinload(Meeting.roles))
        .order_by(Meeting.starts_at.desc(), Meeting.id.desc())
        .limit(1)
    ).first()


def next_number(committee: Committee) -> int:
    """The number after the highest one counted for the committee; cancelled meetings keep theirs."""
    highest = db.session.scalar(
        sa.select(sa.func.max(Meeting.number)).where(Meeting.committee_id == committee.id, Meeting.deleted_at.is_(None))
    )
    return (highest or 0) + 1


def propose(committee: Committee, today: date) -> Proposal:
    """Day, times and number of the next meeting: the last one plus the cadence, never on a weekend or in the past."""
    last = last_meeting(committee)
    number = next_number(committee)
    if last is None:
        ends = (datetime.combine(today, DEFAULT_START) + DEFAULT_LENGTH).time()
        return Proposal(
            number, None, DEFAULT_START, ends, "Es gibt noch keine Sitzung, von der aus der Turnus zählt.", None
        )
    starts, ends = local(last.starts_at).time(), local(last.ends_at).time()
    day = local(last.starts_at).date()
    interval = committee.cadence_interval
    if interval is None:
        return Proposal(number, None, starts, ends, "Für dieses Gremium ist kein zählbarer Turnus angegeben.", last)
    reason = f"Vorschlag aus dem Turnus ({interval.label}), gezählt ab der Sitzung am {date_text(day)}."
    return Proposal(number, next_day(day, interval.days, today), starts, ends, reason, last)


def next_day(last: date, interval_days: int, today: date) -> date:
    """``last`` plus as many intervals as it takes to come after ``today``; a weekend moves to Monday."""
    steps = max(1, -(-((today - last).days + 1) // interval_days))
    day = last + timedelta(days=steps * interval_days)
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= 5 else day


def resolutions_of(meeting: Meeting, user: User) -> Sequence[Resolution]:
    """Resolutions of one meeting that ``user`` may see, cancelled ones too, in the order of their numbers."""
    return db.session.scalars(
        sa.select(Resolution)
        .join(Resolution.item)
        .join(AgendaItem.meeting)
        .where(Meeting.id == meeting.id, resolutions_viewable_by(user))
        .order_by(Resolution.sequence_number.is_(None), Resolution.sequence_number, Resolution.id)
    ).all()


def list_trash(user: User, number: int = 1) -> MeetingPage:
    """One page of the meetings in the trash that ``user`` may restore, the latest first."""
    wanted = (
        sa.select(Meeting).join(Meeting.committee).where(Meeting.deleted_at.is_not(None), planning_committees(user))
    )
    meetings = db.session.scalars(
        wanted.options(joinedload(Meeting.committee))
        .order_by(Meeting.deleted_at.desc(), Meeting.id.desc())
        .limit(PAGE)
        .offset((number - 1) * PAGE)
    ).all()
    return MeetingPage(meetings, count_rows(wanted.with_only_columns(Meeting.id), seen=number * PAGE), number)


def _day_of(moment: datetime | None) -> date | None:
    return local(moment).date() if moment is not None else None


def _ids(user: User, when: sa.ColumnElement[bool], order: sa.UnaryExpression[datetime]) -> sa.Select[int]:
    """The nearest of a committee's own and joint meetings; of its own no more are read than are asked for."""
    committee: Any = sa.bindparam("committee", type_=sa.Integer)
    joined = sa.select(JointCommittee.meeting_id).where(JointCommittee.committee_id == committee)
    wanted = sa.select(Meeting.id).where(viewable_by(user), Meeting.deleted_at.is_(None), when)
    wanted = wanted.order_by(order).limit(number_of_rows("most"))
    nearest = [wanted.where(of).subquery() for of in (Meeting.committee_id == committee, Meeting.id.in_(joined))]
    both = sa.union_all(*(sa.select(each.c.id) for each in nearest))
    return sa.select(Meeting.id).where(Meeting.id.in_(both)).order_by(order).limit(number_of_rows("most"))

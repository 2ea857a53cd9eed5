"""Which meetings a calendar address shows, to whom it belongs, on each call anew (B-17)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from govern.committees.models import Committee
from govern.db import db, now
from govern.meetings.models import Event, JointCommittee, Meeting
from govern.meetings.policies import viewable_by
from govern.meetings.policies_dates import committees_followed_by
from govern.meetings.queries.events import events_for_feed
from govern.meetings.queries.joint import belongs_to
from govern.people.models import User

KEPT = timedelta(days=2 * 365)
"""How long past meetings stay in a feed, so that clients do not delete history (B-19)."""


def list_personal_feed(user: User) -> Sequence[Meeting]:
    """All meetings of the committees in which ``user`` holds a mandate today."""
    return _list(user, belongs_to(user.standing.member_committees))


def list_committee_feed(user: User, committee_id: int) -> Sequence[Meeting]:
    """The meetings of one committee that ``user`` may see."""
    return _list(user, belongs_to([committee_id]))


def list_events_of_feed(user: User, committee_id: int | None) -> Sequence[Event]:
    """Announced events for the members of one committee, or of all in which ``user`` holds a mandate today."""
    ids = user.standing.member_committees if committee_id is None else frozenset({committee_id})
    return events_for_feed(user, ids, KEPT)


def list_committees_to_follow(user: User, kept: Collection[int]) -> list[tuple[int, str]]:
    """Id and name of the committees whose calendar ``user`` may subscribe to, without ended ones: KIM first.

    ``kept`` are ids of those whose calendar ``user`` has; they stay, whatever became of them.
    """
    living = sa.and_(Committee.ended_on.is_(None), Committee.merged_into_id.is_(None))
    rows = db.session.execute(
        sa.select(Committee.id, Committee.name)
        .where(sa.or_(sa.and_(committees_followed_by(user), living), Committee.id.in_(sorted(kept))))
        .order_by(Committee.is_highest.desc(), Committee.is_kim.desc(), Committee.sort_name, Committee.id)
    ).all()
    return [(row.id, row.name) for row in rows]


def _list(user: User, which: sa.ColumnElement[bool]) -> Sequence[Meeting]:
    # A draft in the trash was in the feed before: members see it as cancelled until it is emptied (B-12).
    trashed = sa.and_(Meeting.deleted_at.is_not(None), belongs_to(user.standing.member_committees))
    return db.session.scalars(
        sa.select(Meeting)
        .where(which, sa.or_(viewable_by(user), trashed), Meeting.starts_at > now() - KEPT)
        .options(
            joinedload(Meeting.committee),
            joinedload(Meeting.place),
            selectinload(Meeting.moves),
            selectinload(Meeting.joint_committees).joinedload(JointCommittee.committee),
        )
        .order_by(Meeting.starts_at, Meeting.id)
    ).all()

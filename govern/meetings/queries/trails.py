"""Where an item comes from and where it goes, and what became of a topic: walkable both ways, as far as one may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from govern.committees.models import Committee
from govern.db import db
from govern.meetings.announced import is_announced
from govern.meetings.models import AgendaItem, Meeting, Resolution, Topic
from govern.meetings.policies import can_view_item, can_view_resolution, items_viewable_by, topics_viewable_by
from govern.people.models import User


@dataclass(frozen=True)
class Trail:
    """What stands before and after an agenda item."""

    earlier: Sequence[AgendaItem]
    """The item of an earlier meeting it carries on."""
    later: Sequence[AgendaItem]
    """Items of later meetings that carry it on."""
    topics: Sequence[Topic]
    """The topic it was made from, and topics that came of it."""

    def __bool__(self) -> bool:
        return bool(self.earlier or self.later or self.topics)


@dataclass(frozen=True)
class Station:
    """One agenda on which a topic stood, as its reader may know it."""

    item: AgendaItem
    is_visible: bool
    """False: only its author reads that it was there, and the bare result once the minutes are released."""
    result: str | None
    resolutions: Sequence[Resolution]


@dataclass(frozen=True)
class Fate:
    """What became of a topic (wish 8)."""

    stations: Sequence[Station]
    origin: AgendaItem | None
    """The item of an earlier meeting, or of a working group, it comes from."""


def trail_of(item: AgendaItem, user: User) -> Trail:
    """The trail of ``item`` as ``user`` may see it; two statements."""
    beside = [AgendaItem.predecessor_id == item.id]
    if item.predecessor_id is not None:
        beside.append(AgendaItem.id == item.predecessor_id)
    items = (
        db.session.scalars(
            sa.select(AgendaItem)
            .join(AgendaItem.meeting)
            .where(items_viewable_by(user), sa.or_(*beside))
            .options(contains_eager(AgendaItem.meeting).joinedload(Meeting.committee))
            .order_by(Meeting.starts_at, AgendaItem.id)
        )
        .unique()
        .all()
    )
    topics = db.session.scalars(
        sa.select(Topic)
        .join(Committee, Committee.id == Topic.committee_id)
        .where(topics_viewable_by(user), sa.or_(Topic.id == item.topic_id, Topic.from_item_id == item.id))
        .options(joinedload(Topic.committee))
        .order_by(Topic.id)
    ).all()
    return Trail(
        [i for i in items if i.id == item.predecessor_id],
        [i for i in items if i.predecessor_id == item.id],
        topics,
    )


def fate_of(topic: Topic, user: User) -> Fate:
    """Where ``topic`` lies and what was decided, from what `load_topic` has loaded."""
    origin = topic.from_item if topic.from_item is not None and can_view_item(user, topic.from_item) else None
    found = (_station(item, user, is_author=topic.proposed_by_id == user.id) for item in topic.items)
    return Fate([s for s in found if s is not None], origin)


def _station(item: AgendaItem, user: User, *, is_author: bool) -> Station | None:
    meeting = item.meeting
    if meeting.deleted_at is not None:
        return None
    if can_view_item(user, item):
        result = item.result.label if item.result is not None and meeting.is_closed else None
        return Station(item, True, result, [r for r in item.resolutions if can_view_resolution(user, r)])
    if not is_author or not item.is_public or meeting.published_at is None or not is_announced(item):
        return None
    return Station(item, False, item.result.label if item.result is not None and meeting.is_released else None, [])

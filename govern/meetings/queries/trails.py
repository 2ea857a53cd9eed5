"""What became of a topic, as far as its reader may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from govern.meetings.announced import is_announced
from govern.meetings.models import AgendaItem, Resolution, Topic
from govern.meetings.policies import can_view_item, can_view_resolution
from govern.people.models import User


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

"""Keep the standing items (Standard-TOP) of a committee."""

from __future__ import annotations

import sqlalchemy as sa

from govern.committees.models import Committee
from govern.db import db, fingerprint
from govern.errors import Conflict
from govern.meetings.models import ItemKind, ItemPurpose, StandingItem
from govern.meetings.services.changes import STALE
from govern.people.models import User


def add_standing_item(
    committee: Committee,
    *,
    by: User,
    title: str,
    kind: ItemKind,
    planned_minutes: int | None,
    at_end: bool,
    is_public: bool,
    purpose: ItemPurpose | None = None,
) -> StandingItem:
    """Every new agenda of ``committee`` gets this item, at its start or at its end."""
    item = StandingItem(
        committee=committee,
        title=title.strip(),
        kind=kind,
        planned_minutes=planned_minutes,
        at_end=at_end,
        is_public=is_public,
        purpose=purpose,
        position=_last_position(committee, at_end=at_end) + 1,
    )
    db.session.add(item)
    db.session.flush()
    return item


def version_of(item: StandingItem) -> str:
    """What a form for a standing item is based on."""
    return fingerprint(item.title, item.kind, item.planned_minutes, item.at_end, item.is_public, item.purpose)


def update_standing_item(
    item: StandingItem,
    *,
    version: str,
    by: User,
    title: str,
    kind: ItemKind,
    planned_minutes: int | None,
    at_end: bool,
    is_public: bool,
    purpose: ItemPurpose | None = None,
) -> None:
    """Change a standing item for agendas to come; those that have it keep theirs.

    Raises Conflict when somebody saved since ``version``.
    """
    db.session.refresh(
        item, ["title", "kind", "planned_minutes", "at_end", "is_public", "purpose"], with_for_update=True
    )
    if version != version_of(item):
        raise Conflict(STALE)
    if at_end != item.at_end:
        item.position = _last_position(item.committee, at_end=at_end) + 1
    item.title, item.kind, item.planned_minutes = title.strip(), kind, planned_minutes
    item.at_end, item.is_public, item.purpose = at_end, is_public, purpose
    db.session.flush()


def move_standing_item(item: StandingItem, direction: str, *, by: User) -> None:
    """Move a standing item up or down within its part of the agenda."""
    siblings = list(
        db.session.scalars(
            sa.select(StandingItem)
            .where(
                StandingItem.committee_id == item.committee_id,
                StandingItem.at_end == item.at_end,
                StandingItem.is_retired.is_(False),
            )
            .order_by(StandingItem.position, StandingItem.id)
        )
    )
    at = siblings.index(item) if item in siblings else -1
    other = at + (-1 if direction == "up" else 1)
    if at >= 0 and 0 <= other < len(siblings):
        siblings[at], siblings[other] = siblings[other], siblings[at]
        for position, sibling in enumerate(siblings, start=1):
            sibling.position = position
    db.session.flush()


def retire_standing_item(item: StandingItem, *, by: User) -> None:
    """New agendas no longer get this item."""
    item.is_retired = True
    db.session.flush()


def _last_position(committee: Committee, *, at_end: bool) -> int:
    return (
        db.session.scalar(
            sa.select(sa.func.max(StandingItem.position)).where(
                StandingItem.committee_id == committee.id, StandingItem.at_end == at_end
            )
        )
        or 0
    )

"""Read calendar addresses."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.db import db
from govern.people.models import Feed, User, UserRole


def list_feeds(user: User) -> Sequence[Feed]:
    """The living calendar addresses of ``user``."""
    return db.session.scalars(
        sa.select(Feed).where(Feed.user_id == user.id, Feed.revoked_at.is_(None)).order_by(Feed.id)
    ).all()


def find_feed(nonce: str) -> Feed | None:
    """The living feed of ``nonce`` with the account it belongs to, or None; a locked account has no feeds."""
    feed = db.session.scalars(
        sa.select(Feed)
        .where(Feed.nonce == nonce, Feed.revoked_at.is_(None))
        .options(
            joinedload(Feed.user).selectinload(User.roles).joinedload(UserRole.organisation),
        )
    ).one_or_none()
    return feed if feed is not None and feed.user.is_active else None

"""Tables of calendar feeds."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.db import Base, UtcDateTime, now, text_enum
from govern.people.models.accounts import User


class FeedPurpose(StrEnum):
    """What a calendar address shows."""

    PERSONAL = "personal"
    COMMITTEE = "committee"
    WORK_ORDERS = "work_orders"


class Feed(Base):
    """A calendar address of one person and one purpose (B-16).

    The address is derived from ``nonce`` and the secret key, so that the table alone gives nobody access.
    """

    __tablename__ = "feed"
    __audit__ = {"purpose": "Zweck", "revoked_at": "widerrufen am"}

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    purpose: Mapped[FeedPurpose] = mapped_column(text_enum(FeedPurpose))
    committee_id: Mapped[int | None]
    """The committee of a committee feed. No foreign key: committees lie above this package."""
    nonce: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()

    __table_args__ = (
        CheckConstraint("(purpose = 'committee') = (committee_id IS NOT NULL)", name="committee_named"),
        Index(
            "uq_feed_live_personal",
            "user_id",
            "purpose",
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL AND committee_id IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL AND committee_id IS NULL"),
        ),
        Index(
            "uq_feed_live_committee",
            "user_id",
            "committee_id",
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL AND committee_id IS NOT NULL"),
            postgresql_where=sa.text("revoked_at IS NULL AND committee_id IS NOT NULL"),
        ),
    )

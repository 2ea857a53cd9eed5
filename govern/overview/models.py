"""Tables of what was published of figures: kept as it was shown."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.db import Base, UtcDateTime, now
from govern.people.models import Body


class FigureRelease(Base):
    """The figures of gap reports of a half-year as everybody reads them. Never changed, never computed again (D-53)."""

    __tablename__ = "figure_release"
    __audit__ = {"starts_on": "Halbjahr ab", "threshold": "Kleinste ausgewiesene Zahl", "is_rounded": "gerundet"}

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    threshold: Mapped[int]
    """The one that held when it was released."""
    is_rounded: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    """Lines with the words of that day, and visible counts only: what is hidden is not here either."""
    released_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    body: Mapped[Body] = relationship()

    __table_args__ = (
        UniqueConstraint("body_id", "starts_on"),
        CheckConstraint("starts_on < ends_on", name="starts_before_it_ends"),
        CheckConstraint("threshold >= 3", name="threshold_at_least_three"),
    )

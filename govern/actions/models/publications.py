"""Table of what the public reads of settled matters (E15): a text of its own for each, released by the coordination."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.actions.models.matters import Matter
from govern.db import Base, UtcDateTime, now


class MatterPublication(Base):
    """A released text about a settled matter. A row never changes but for being taken back; a newer one replaces it."""

    __tablename__ = "matter_publication"
    __audit__ = {"number": "Fassung", "title": "öffentlicher Titel", "revoked_at": "zurückgenommen am"}
    __audit_root__ = ("matter", "matter_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str]
    text: Mapped[str]
    released_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    matter: Mapped[Matter] = relationship()

    __table_args__ = (
        UniqueConstraint("matter_id", "number"),
        CheckConstraint("length(trim(title)) > 0", name="title_not_blank"),
        CheckConstraint("length(trim(text)) > 0", name="text_not_blank"),
    )

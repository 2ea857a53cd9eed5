"""Which resolutions decided an agreement."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.db import Base, UtcDateTime, now
from govern.documents.models import Agreement
from govern.meetings.models.resolutions import Resolution
from govern.people.models import User


class AgreementResolution(Base):
    """That a resolution decided on an agreement: to conclude, to prolong, to end it."""

    __tablename__ = "agreement_resolution"
    __audit__: dict[str, str] = {}
    __audit_root__ = ("agreement", "agreement_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id", ondelete="CASCADE"))
    resolution_id: Mapped[int] = mapped_column(ForeignKey("resolution.id"), index=True)
    linked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    linked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    agreement: Mapped[Agreement] = relationship()
    resolution: Mapped[Resolution] = relationship()
    linked_by: Mapped[User | None] = relationship()

    @property
    def label(self) -> str:
        """How the history calls it: by the resolution."""
        return self.resolution.number or "ohne Nummer"

    __table_args__ = (UniqueConstraint("agreement_id", "resolution_id"),)

"""Tables of what is forwarded to the Land because nobody here can solve it: the report, its papers and the answer."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.actions.models.matters import Matter
from govern.db import Base, UtcDateTime, now
from govern.formats import today
from govern.meetings.models import Resolution


class ForwardingState(StrEnum):
    """Where a Meldung an das Land stands."""

    WAITING = "waiting"
    LATE = "late"
    ANSWERED = "answered"

    @property
    def label(self) -> str:
        return {"waiting": "wartet auf Antwort", "late": "Antwort überfällig", "answered": "beantwortet"}[self.value]


class StateForwarding(Base):
    """A Meldung an das Land: to whom, when, what is missing, what follows from it, what is proposed (E9, E-34)."""

    __tablename__ = "state_forwarding"
    __audit__ = {
        "addressee": "Adressat",
        "forwarded_on": "weitergeleitet am",
        "answer_due_on": "Antwort erbeten bis",
        "answered_on": "beantwortet am",
        "resolution_id": "Beschluss",
    }
    __audit_root__ = ("matter", "matter_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id", ondelete="CASCADE"), index=True)
    addressee: Mapped[str]
    """An authority, never a person."""
    problem: Mapped[str]
    effect: Mapped[str]
    proposal: Mapped[str]
    needs_resolution: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Whether the route of the matter asked for one."""
    resolution_id: Mapped[int | None] = mapped_column(ForeignKey("resolution.id"), index=True)
    forwarded_on: Mapped[date]
    answer_due_on: Mapped[date | None]
    reminded_on: Mapped[date | None]
    """When the coordination was told that the answer is late."""
    answered_on: Mapped[date | None]
    answer: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    matter: Mapped[Matter] = relationship()
    resolution: Mapped[Resolution | None] = relationship()
    files: Mapped[list[ForwardingFile]] = relationship(
        back_populates="forwarding", cascade="all, delete-orphan", order_by="ForwardingFile.id"
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        CheckConstraint("length(trim(addressee)) > 0", name="addressee_not_blank"),
        CheckConstraint("NOT needs_resolution OR resolution_id IS NOT NULL", name="resolution_where_needed"),
        CheckConstraint("(answered_on IS NULL) = (answer IS NULL)", name="answer_complete"),
        CheckConstraint("answer_due_on IS NULL OR answer_due_on >= forwarded_on", name="due_after_forwarding"),
        CheckConstraint("answered_on IS NULL OR answered_on >= forwarded_on", name="answer_after_forwarding"),
    )

    @property
    def is_late(self) -> bool:
        """True while the answer is missing after the day it was asked for."""
        return self.answered_on is None and self.answer_due_on is not None and self.answer_due_on < today()

    @property
    def state_label(self) -> str:
        """Where it stands, in a word."""
        if self.answered_on is not None:
            return ForwardingState.ANSWERED.label
        return (ForwardingState.LATE if self.is_late else ForwardingState.WAITING).label


class ForwardingFile(Base):
    """A paper sent along or received with the answer; it lies outside the web root under a random name (D-15)."""

    __tablename__ = "forwarding_file"
    __audit__ = {"file_name": "Datei"}
    __audit_root__ = ("state_forwarding", "forwarding_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    forwarding_id: Mapped[int] = mapped_column(ForeignKey("state_forwarding.id", ondelete="CASCADE"), index=True)
    is_answer: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    file_name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    """Bytes."""
    sha256: Mapped[str]
    stored_name: Mapped[str] = mapped_column(unique=True)

    forwarding: Mapped[StateForwarding] = relationship(back_populates="files")

    __table_args__ = (CheckConstraint("size > 0", name="size_positive"),)

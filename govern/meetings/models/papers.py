"""Papers of items and topics."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.db import Base, UtcDateTime, now, text_enum
from govern.documents.models import ConceptVersion
from govern.people.models import User

if TYPE_CHECKING:
    from govern.meetings.models.agendas import AgendaItem
    from govern.meetings.models.attendances import MeetingGuest
    from govern.meetings.models.circulars import CircularResolution
    from govern.meetings.models.supplements import AgendaSupplement
    from govern.meetings.models.topics import Topic


class PaperKind(StrEnum):
    """Kinds of paper."""

    PAPER = "paper"
    DECISION_PAPER = "decision_paper"
    TABLE_PAPER = "table_paper"

    @property
    def label(self) -> str:
        return {"paper": "Unterlage", "decision_paper": "Entscheidungsvorlage", "table_paper": "Tischvorlage"}[
            self.value
        ]


class Paper(Base):
    """A file attached to an item or a topic (Unterlage). It lies outside the web root under a random name (D-15)."""

    __tablename__ = "paper"
    __audit__ = {"title": "Unterlage", "kind": "Art", "file_name": "Datei", "withdrawn_at": "zurückgezogen"}
    __audit_root__ = ("meeting", "meeting_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    circular_resolution_id: Mapped[int | None] = mapped_column(ForeignKey("circular_resolution.id"))
    supplement_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_supplement.id"), index=True)
    """The supplement that brought it to a frozen agenda (E-04)."""
    concept_version_id: Mapped[int | None] = mapped_column(ForeignKey("concept_version.id"), index=True)
    """The draft of a concept that it shows, itself or its Synopse: such papers are renewed together."""
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    kind: Mapped[PaperKind] = mapped_column(text_enum(PaperKind), default=PaperKind.PAPER)
    title: Mapped[str]
    file_name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    """Bytes."""
    sha256: Mapped[str]
    stored_name: Mapped[str] = mapped_column(unique=True)
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    uploaded_by_guest_id: Mapped[int | None] = mapped_column(ForeignKey("meeting_guest.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    item: Mapped[AgendaItem | None] = relationship(back_populates="papers")
    topic: Mapped[Topic | None] = relationship(back_populates="papers")
    circular_resolution: Mapped[CircularResolution | None] = relationship(back_populates="papers")
    supplement: Mapped[AgendaSupplement | None] = relationship(back_populates="papers")
    concept_version: Mapped[ConceptVersion | None] = relationship()
    uploaded_by: Mapped[User | None] = relationship()
    uploaded_by_guest: Mapped[MeetingGuest | None] = relationship()

    __table_args__ = (
        CheckConstraint(
            "item_id IS NOT NULL OR topic_id IS NOT NULL OR circular_resolution_id IS NOT NULL", name="attached"
        ),
        CheckConstraint("size > 0", name="size_positive"),
        Index("ix_paper_item_id", "item_id"),
        Index("ix_paper_topic_id", "topic_id"),
        Index("ix_paper_circular_resolution_id", "circular_resolution_id"),
    )

    @property
    def meeting_id(self) -> int | None:
        """The meeting of its item, if it has one."""
        return self.item.meeting_id if self.item else None

    @property
    def is_public(self) -> bool:
        """As public as its item or topic."""
        owner = self.item or self.topic
        return owner.is_public if owner else False

"""Corrections of released minutes, and texts that came too late."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.db import Base, UtcDateTime, now, text_enum
from govern.mail import OutgoingMail
from govern.people.models import User

if TYPE_CHECKING:
    from govern.meetings.models.agendas import AgendaItem
    from govern.meetings.models.meetings import Meeting


class MinutesRevision(Base):
    """A correction of released minutes: what stood there, what stands there now, and why. Append-only."""

    __tablename__ = "minutes_revision"
    __audit__ = {"reason": "Grund der Berichtigung"}
    __audit_root__ = ("meeting", "meeting_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id", ondelete="CASCADE"))
    number: Mapped[int]
    old_text: Mapped[str]
    new_text: Mapped[str]
    reason: Mapped[str]
    revised_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    revised_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    item: Mapped[AgendaItem] = relationship(back_populates="revisions")
    revised_by: Mapped[User | None] = relationship()

    __table_args__ = (
        UniqueConstraint("item_id", "number"),
        CheckConstraint("length(trim(reason)) > 0", name="reason_not_blank"),
    )

    @property
    def meeting_id(self) -> int:
        """The meeting of its item."""
        return self.item.meeting_id

    @property
    def is_public(self) -> bool:
        """As public as its item."""
        return self.item.is_public


class ConflictingText(Base):
    """A minutes text that came too late to be saved: kept, shown and merged by hand, so that no words are lost."""

    __tablename__ = "conflicting_text"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id", ondelete="CASCADE"), index=True)
    text: Mapped[str]
    based_on_version: Mapped[int]
    typed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    typed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    item: Mapped[AgendaItem] = relationship()
    typed_by: Mapped[User | None] = relationship()


class MinutesVersionKind(StrEnum):
    """Why a version of the minutes was kept."""

    SENT = "sent"
    CORRECTED = "corrected"
    APPROVED = "approved"

    @property
    def label(self) -> str:
        return {"sent": "versandte Fassung", "corrected": "berichtigte Fassung", "approved": "genehmigte Fassung"}[
            self.value
        ]


class MinutesVersion(Base):
    """The minutes as they stood at a moment, with their hash (E-14). Append-only; an approved one never changes."""

    __tablename__ = "minutes_version"
    __audit__ = {"number": "Fassung", "kind": "Art der Fassung", "sha256": "Prüfsumme"}
    __audit_root__ = ("meeting", "meeting_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    number: Mapped[int]
    kind: Mapped[MinutesVersionKind] = mapped_column(text_enum(MinutesVersionKind))
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    """All of it, confidential part included; readers get their part of it."""
    sha256: Mapped[str]
    """Of the canonical form of ``content``, as hex."""
    public_sha256: Mapped[str]
    """Of the public part alone, printed in the public version."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    meeting: Mapped[Meeting] = relationship(back_populates="minutes_versions")
    made_by: Mapped[User | None] = relationship()
    mails: Mapped[list[MinutesMail]] = relationship(
        back_populates="version", cascade="all, delete-orphan", order_by="MinutesMail.id"
    )

    __table_args__ = (
        UniqueConstraint("meeting_id", "number"),
        CheckConstraint("length(sha256) = 64 AND length(public_sha256) = 64", name="hash_complete"),
    )


class MinutesPart(StrEnum):
    """Which version of the minutes somebody got."""

    FULL = "full"
    PUBLIC = "public"

    @property
    def label(self) -> str:
        return {"full": "vollständig", "public": "nur öffentlicher Teil"}[self.value]


class MinutesMail(Base):
    """That a version of the minutes went to somebody: proof of the sending. Append-only."""

    __tablename__ = "minutes_mail"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("minutes_version.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    recipient: Mapped[str]
    """Name and seat, as they were."""
    address: Mapped[str | None]
    """None: there is none; the office hands the minutes over otherwise."""
    part: Mapped[MinutesPart] = mapped_column(text_enum(MinutesPart))
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("outgoing_mail.id"), index=True)

    version: Mapped[MinutesVersion] = relationship(back_populates="mails")
    mail: Mapped[OutgoingMail | None] = relationship()


class ObjectionState(StrEnum):
    """What became of an objection."""

    OPEN = "open"
    ACCEPTED = "accepted"
    PARTLY = "partly"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {
            "open": "offen",
            "accepted": "übernommen",
            "partly": "teilweise übernommen",
            "rejected": "nicht übernommen",
            "withdrawn": "zurückgezogen",
        }[self.value]


class Objection(Base):
    """An objection (Einwendung) of a member to a passage of the minutes; kept even if it is rejected (E-14)."""

    __tablename__ = "objection"
    __audit__ = {"passage": "Stelle", "wish": "Einwendung", "state": "Stand", "answer": "Antwort",
                 "committee_answer": "Entscheidung des Gremiums"}  # fmt: skip
    __audit_root__ = ("meeting", "meeting_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id", ondelete="CASCADE"), index=True)
    """None: it concerns the minutes as a whole."""
    passage: Mapped[str]
    """The words objected to."""
    wish: Mapped[str]
    """What should stand there instead, and why."""
    raised_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    raised_by_label: Mapped[str]
    """Seat of who raised it, as printed."""
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    state: Mapped[ObjectionState] = mapped_column(text_enum(ObjectionState), default=ObjectionState.OPEN)
    answer: Mapped[str | None]
    """The coordination's answer."""
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    committee_answer: Mapped[str | None]
    """What the committee decided on it."""
    decided_item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    """The item „Genehmigung des Protokolls" at which it was decided."""
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("minutes_revision.id"), index=True)
    """The correction it led to."""
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    meeting: Mapped[Meeting] = relationship(back_populates="objections")
    item: Mapped[AgendaItem | None] = relationship(foreign_keys=[item_id])
    decided_item: Mapped[AgendaItem | None] = relationship(foreign_keys=[decided_item_id])
    raised_by: Mapped[User | None] = relationship()
    revision: Mapped[MinutesRevision | None] = relationship()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        CheckConstraint("length(trim(wish)) > 0", name="wish_not_blank"),
        CheckConstraint("state IN ('open', 'withdrawn') OR answer IS NOT NULL OR committee_answer IS NOT NULL",
                        name="answered"),
    )  # fmt: skip

    @property
    def is_public(self) -> bool:
        """As public as its item."""
        return self.item is None or self.item.is_public

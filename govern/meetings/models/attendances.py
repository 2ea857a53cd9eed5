"""Who attended, and the guests of a meeting."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from govern.committees.models import Seat, Voting
from govern.committees.models.seats import seat_label
from govern.db import Base, UtcDateTime, text_enum
from govern.people.models import Organisation, Person

if TYPE_CHECKING:
    from govern.meetings.models.agendas import AgendaItem
    from govern.meetings.models.meetings import Meeting


class AttendanceState(StrEnum):
    """How a seat attended."""

    PRESENT = "present"
    DEPUTY = "deputy"
    EXCUSED = "excused"
    ABSENT = "absent"

    @property
    def label(self) -> str:
        return {"present": "anwesend", "deputy": "Vertretung", "excused": "entschuldigt", "absent": "abwesend"}[
            self.value
        ]

    @property
    def in_the_room(self) -> bool:
        return self in (AttendanceState.PRESENT, AttendanceState.DEPUTY)


class Attendance(Base):
    """One seat at one meeting (C16): one row per person of the seat. Labels are frozen at closing."""

    __tablename__ = "attendance"
    __audit__ = {"state": "Anwesenheit", "person_id": "Person", "deputy_name": "Vertretung"}
    __audit_root__ = ("meeting", "meeting_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"))
    place_in_seat: Mapped[int] = mapped_column(default=1, server_default="1")
    """1 … n for seats held by several persons."""
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Holder of the seat on the day, or the deputy who came; None while the seat is vacant."""
    state: Mapped[AttendanceState | None] = mapped_column(text_enum(AttendanceState))
    """None: not recorded yet."""
    deputy_name: Mapped[str | None]
    """Who came as deputy, where no named deputy did."""
    arrived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seat_label: Mapped[str | None]
    group_label: Mapped[str | None]
    holder_label: Mapped[str | None]
    voting: Mapped[Voting | None] = mapped_column(text_enum(Voting))
    """Right to vote on the day, frozen at closing."""
    institution: Mapped[str | None] = query_expression()
    """Of a seat of several institutions: the one its holder sits there for; set by `list_attendances`, not stored."""

    meeting: Mapped[Meeting] = relationship(back_populates="attendances")
    breaks: Mapped[list[AttendanceBreak]] = relationship(
        back_populates="attendance", cascade="all, delete-orphan", order_by="AttendanceBreak.left_at"
    )
    seat: Mapped[Seat] = relationship()
    person: Mapped[Person | None] = relationship()

    __table_args__ = (
        UniqueConstraint("meeting_id", "seat_id", "place_in_seat"),
        Index("ix_attendance_person_id", "person_id"),
        CheckConstraint("left_at IS NULL OR arrived_at IS NULL OR left_at >= arrived_at", name="left_after_arrival"),
    )

    @property
    def label(self) -> str:
        """Institution and function: as frozen at closing, else as they are."""
        if self.seat_label is not None:
            return self.seat_label
        return seat_label([self.institution], self.seat.function) if self.institution else self.seat.label


class AttendanceBreak(Base):
    """Somebody left the room for a while; during it the seat has no vote (E-06)."""

    __tablename__ = "attendance_break"
    __audit__ = {"left_at": "verließ den Raum", "returned_at": "kam zurück"}
    __audit_root__ = ("meeting", "meeting_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    attendance_id: Mapped[int] = mapped_column(ForeignKey("attendance.id", ondelete="CASCADE"), index=True)
    left_at: Mapped[datetime] = mapped_column(UtcDateTime)
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    attendance: Mapped[Attendance] = relationship(back_populates="breaks")

    __table_args__ = (CheckConstraint("returned_at IS NULL OR returned_at >= left_at", name="returned_after_leaving"),)

    @property
    def meeting_id(self) -> int:
        """The meeting of the attendance."""
        return self.attendance.meeting_id


class MeetingGuest(Base):
    """A guest of one meeting and its items: no seat, no vote, a personal expiring link (C13)."""

    __tablename__ = "meeting_guest"
    __audit__ = {"name": "Gast", "organisation_name": "Institution", "reason": "Anlass", "revoked_at": "widerrufen"}
    __audit_root__ = ("meeting", "meeting_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    function: Mapped[str | None]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    organisation_name: Mapped[str | None]
    email: Mapped[str | None]
    reason: Mapped[str | None]
    nonce: Mapped[str] = mapped_column(unique=True)
    """The link is derived from it and the secret key."""
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attended: Mapped[bool | None]

    meeting: Mapped[Meeting] = relationship(back_populates="guests")
    organisation: Mapped[Organisation | None] = relationship()
    items: Mapped[list[AgendaItem]] = relationship(secondary="meeting_guest_item", order_by="AgendaItem.position")

    __table_args__ = (CheckConstraint("length(trim(name)) > 0", name="name_not_blank"),)


meeting_guest_item = sa.Table(
    "meeting_guest_item",
    Base.metadata,
    sa.Column("guest_id", sa.ForeignKey("meeting_guest.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("item_id", sa.ForeignKey("agenda_item.id", ondelete="CASCADE"), primary_key=True, index=True),
)

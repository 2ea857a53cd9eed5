"""Finding a date, series of meetings, and events for the members of committees."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.committees.models import Committee
from govern.db import Base, UtcDateTime, now, text_enum
from govern.formats import today
from govern.people.models import Person, User

if TYPE_CHECKING:
    from govern.meetings.models.meetings import Meeting, Place


class DatePoll(Base):
    """Some dates are offered, the members answer, one is taken."""

    __tablename__ = "date_poll"
    __audit__ = {
        "title": "Terminfrage",
        "closes_on": "antworten bis",
        "asked_at": "versandt",
        "reminded_at": "erinnert",
        "closed_at": "beendet",
    }
    __audit_root__ = ("committee", "committee_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"), index=True)
    title: Mapped[str]
    note: Mapped[str | None]
    closes_on: Mapped[date | None]
    """Last day for answers."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the members were asked; a draft until then."""
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id", ondelete="SET NULL"), index=True)
    """The meeting planned from the date that was taken."""

    committee: Mapped[Committee] = relationship()
    created_by: Mapped[User | None] = relationship()
    meeting: Mapped[Meeting | None] = relationship()
    options: Mapped[list[DateOption]] = relationship(
        back_populates="poll", cascade="all, delete-orphan", order_by="(DateOption.starts_at, DateOption.id)"
    )
    invitees: Mapped[list[PollInvitee]] = relationship(
        back_populates="poll", cascade="all, delete-orphan", order_by="PollInvitee.id"
    )

    __table_args__ = (CheckConstraint("length(trim(title)) > 0", name="title_not_blank"),)

    @property
    def is_open(self) -> bool:
        """Answers are taken: asked, not closed, and the last day has not passed."""
        is_late = self.closes_on is not None and self.closes_on < today()
        return self.asked_at is not None and self.closed_at is None and not is_late


class DateOption(Base):
    """One of the dates offered."""

    __tablename__ = "date_option"
    __audit__ = {"starts_at": "Beginn", "is_taken": "gewählt"}
    __audit_root__ = ("committee", "committee_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(ForeignKey("date_poll.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_taken: Mapped[bool] = mapped_column(default=False, server_default=sa.false())

    poll: Mapped[DatePoll] = relationship(back_populates="options")
    answers: Mapped[list[DateAnswer]] = relationship(
        back_populates="option", cascade="all, delete-orphan", order_by="DateAnswer.id"
    )

    __table_args__ = (
        UniqueConstraint("poll_id", "starts_at"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
    )

    @property
    def committee_id(self) -> int:
        """The committee of the poll."""
        return self.poll.committee_id


class PollInvitee(Base):
    """Somebody who is asked for the dates that suit, by a personal link or signed in."""

    __tablename__ = "poll_invitee"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(ForeignKey("date_poll.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    nonce: Mapped[str] = mapped_column(unique=True)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str | None]

    poll: Mapped[DatePoll] = relationship(back_populates="invitees")
    person: Mapped[Person] = relationship()

    __table_args__ = (UniqueConstraint("poll_id", "person_id"),)


class DateChoice(StrEnum):
    """Whether a date suits."""

    YES = "yes"
    IF_NEEDED = "if_needed"
    NO = "no"

    @property
    def label(self) -> str:
        return {"yes": "passt", "if_needed": "zur Not", "no": "passt nicht"}[self.value]


class DateAnswer(Base):
    """What one person answers to one date."""

    __tablename__ = "date_answer"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    option_id: Mapped[int] = mapped_column(ForeignKey("date_option.id", ondelete="CASCADE"))
    invitee_id: Mapped[int] = mapped_column(ForeignKey("poll_invitee.id", ondelete="CASCADE"), index=True)
    choice: Mapped[DateChoice] = mapped_column(text_enum(DateChoice))

    option: Mapped[DateOption] = relationship(back_populates="answers")
    invitee: Mapped[PollInvitee] = relationship()

    __table_args__ = (UniqueConstraint("option_id", "invitee_id"),)


class SeriesKind(StrEnum):
    """Why meetings belong together."""

    CADENCE = "cadence"
    TOUR = "tour"

    @property
    def label(self) -> str:
        return {"cadence": "Jahresplan", "tour": "Kommunentour"}[self.value]


class MeetingSeries(Base):
    """Meetings planned in one go: by the cadence over a year, or one per municipality (C14)."""

    __tablename__ = "meeting_series"
    __audit__ = {"title": "Reihe"}
    __audit_root__ = ("committee", "committee_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"), index=True)
    kind: Mapped[SeriesKind] = mapped_column(text_enum(SeriesKind))
    title: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    committee: Mapped[Committee] = relationship()
    meetings: Mapped[list[Meeting]] = relationship(back_populates="series", order_by="(Meeting.starts_at, Meeting.id)")

    __table_args__ = (CheckConstraint("length(trim(title)) > 0", name="title_not_blank"),)


class EventKind(StrEnum):
    """Kinds of event for members (C15)."""

    TRAINING = "training"
    EVENT = "event"
    INFORMATION = "information"

    @property
    def label(self) -> str:
        return {"training": "Schulung", "event": "Veranstaltung", "information": "Informationsveranstaltung"}[
            self.value
        ]


class Event(Base):
    """A training or event announced to the members of chosen committees; not a meeting, without agenda (C15)."""

    __tablename__ = "event"
    __audit__ = {
        "title": "Titel",
        "kind": "Art",
        "starts_at": "Beginn",
        "ends_at": "Ende",
        "place_note": "Ort",
        "cancelled_at": "abgesagt",
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    kind: Mapped[EventKind] = mapped_column(text_enum(EventKind))
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="", server_default="")
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    place_note: Mapped[str | None]
    video_url: Mapped[str | None]
    most_participants: Mapped[int | None]
    register_until: Mapped[date | None]
    announced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the members were told."""
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ical_uid: Mapped[str] = mapped_column(unique=True)
    ical_sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    ical_changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    example: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    place: Mapped[Place | None] = relationship()
    created_by: Mapped[User | None] = relationship()
    committees: Mapped[list[Committee]] = relationship(secondary="event_committee", order_by="Committee.sort_name")
    registrations: Mapped[list[EventRegistration]] = relationship(
        back_populates="event", cascade="all, delete-orphan", order_by="EventRegistration.id"
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        Index("ix_event_starts_at", "starts_at"),
        CheckConstraint("length(trim(title)) > 0", name="title_not_blank"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("most_participants IS NULL OR most_participants > 0", name="most_participants_positive"),
    )


event_committee = sa.Table(
    "event_committee",
    Base.metadata,
    sa.Column("event_id", sa.ForeignKey("event.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("committee_id", sa.ForeignKey("committee.id"), primary_key=True, index=True),
)


class EventRegistration(Base):
    """Somebody comes to an event, or called off."""

    __tablename__ = "event_registration"
    __audit__ = {"person_id": "Anmeldung", "withdrawn_at": "abgemeldet"}
    __audit_root__ = ("event", "event_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    event: Mapped[Event] = relationship(back_populates="registrations")
    person: Mapped[Person] = relationship()

    __table_args__ = (UniqueConstraint("event_id", "person_id"),)

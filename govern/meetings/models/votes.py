"""Votes: who could vote when, why not, and how they voted; recusals and findings of the quorum."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.committees.models import Committee
from govern.db import Base, UtcDateTime, now, text_enum

if TYPE_CHECKING:
    from govern.meetings.models.agendas import AgendaItem
    from govern.meetings.models.attendances import Attendance
    from govern.meetings.models.meetings import Meeting
    from govern.meetings.models.resolutions import Resolution


class VoteMode(StrEnum):
    """How votes are cast."""

    ANNOUNCED = "announced"
    COUNTED = "counted"
    NAMED = "named"
    SECRET = "secret"  # noqa: S105 - a way to vote

    @property
    def label(self) -> str:
        return {"announced": "nur angesagt", "counted": "gezählt", "named": "namentlich", "secret": "geheim"}[
            self.value
        ]


class Ballot(StrEnum):
    """A single vote."""

    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"

    @property
    def label(self) -> str:
        return {"yes": "Ja", "no": "Nein", "abstain": "Enthaltung"}[self.value]


class Vote(Base):
    """A vote on one resolution in one committee. Its roll is frozen when the vote is opened (E-06, E-07).

    A joint meeting votes once per committee, counted apart (E-20).
    """

    __tablename__ = "vote"
    __audit__ = {"mode": "Form der Abstimmung", "is_quorate": "beschlussfähig", "closed_at": "abgestimmt"}
    __audit_root__ = ("meeting", "meeting_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    resolution_id: Mapped[int] = mapped_column(ForeignKey("resolution.id", ondelete="CASCADE"))
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    mode: Mapped[VoteMode] = mapped_column(text_enum(VoteMode))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    votes_present: Mapped[int]
    """Votes in the room when the vote was opened; seats whose right is not stated count as possible votes."""
    votes_needed: Mapped[int | None]
    """Votes the quorum asks for; None: no rule."""
    is_quorate: Mapped[bool | None]
    """None: the committee has no rule on the quorum."""
    steps: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    """The calculation in words, as it was shown before the vote (Rechenweg)."""
    votes_yes: Mapped[int | None]
    votes_no: Mapped[int | None]
    votes_abstain: Mapped[int | None]

    resolution: Mapped[Resolution] = relationship(back_populates="votes")
    committee: Mapped[Committee] = relationship()
    roll: Mapped[list[RollEntry]] = relationship(
        back_populates="vote", cascade="all, delete-orphan", order_by="RollEntry.id"
    )

    __table_args__ = (
        UniqueConstraint("resolution_id", "committee_id"),
        CheckConstraint(
            "coalesce(votes_yes, 0) >= 0 AND coalesce(votes_no, 0) >= 0 AND coalesce(votes_abstain, 0) >= 0",
            name="votes_not_negative",
        ),
        CheckConstraint(
            "coalesce(votes_yes, 0) + coalesce(votes_no, 0) + coalesce(votes_abstain, 0) <= votes_present",
            name="no_more_than_present",
        ),
    )

    @property
    def meeting_id(self) -> int | None:
        """The meeting of the resolution."""
        return self.resolution.meeting_id


class RollEntry(Base):
    """One seat on the roll of a vote: whether it might vote, why, and (by name only) how it did."""

    __tablename__ = "roll_entry"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id", ondelete="CASCADE"))
    attendance_id: Mapped[int] = mapped_column(ForeignKey("attendance.id"), index=True)
    seat_label: Mapped[str]
    votes: Mapped[int] = mapped_column(default=1, server_default="1")
    may_vote: Mapped[bool]
    reason: Mapped[str]
    """„anwesend", „Vertretung für …", „befangen", „beratend" …: why the seat may or may not vote."""
    ballot: Mapped[Ballot | None] = mapped_column(text_enum(Ballot))
    """Only in a vote by name."""
    has_voted: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """In a secret vote: that a ballot was cast, never which."""

    vote: Mapped[Vote] = relationship(back_populates="roll")
    attendance: Mapped[Attendance] = relationship()

    __table_args__ = (
        UniqueConstraint("vote_id", "attendance_id"),
        CheckConstraint("ballot IS NULL OR may_vote", name="only_who_may_vote"),
        CheckConstraint("votes > 0", name="votes_positive"),
    )


class SecretBallot(Base):
    """A ballot of a secret vote. Nothing in it leads to a voter: random key, no time, no order (D-38)."""

    __tablename__ = "secret_ballot"
    __audit__ = None

    key: Mapped[str] = mapped_column(primary_key=True)
    """128 random bits, so that not even the order of arrival is kept."""
    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id", ondelete="CASCADE"), index=True)
    ballot: Mapped[Ballot] = mapped_column(text_enum(Ballot))

    __table_args__ = {"sqlite_with_rowid": False}


class RecusalReason(StrEnum):
    """Why somebody is recused (GO NRW § 31 by analogy); anything more stays private."""

    SELF = "self"
    RELATIVE = "relative"
    EMPLOYER = "employer"
    REPRESENTED = "represented"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            "self": "selbst betroffen",
            "relative": "Angehörige betroffen",
            "employer": "Arbeitgeber betroffen",
            "represented": "vertretene oder geleitete Institution betroffen",
            "other": "anderer Grund",
        }[self.value]


class Recusal(Base):
    """A seat takes no part in an item (Befangenheit, E-08). The reason in words is private and never recorded."""

    __tablename__ = "recusal"
    __audit__ = {}
    __audit_root__ = ("meeting", "meeting_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id", ondelete="CASCADE"))
    attendance_id: Mapped[int] = mapped_column(ForeignKey("attendance.id", ondelete="CASCADE"), index=True)
    reason: Mapped[RecusalReason] = mapped_column(text_enum(RecusalReason))
    note: Mapped[str | None]
    """Private: for the chair and the minute-takers only."""
    has_left_room: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    declared_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    item: Mapped[AgendaItem] = relationship(back_populates="recusals")
    attendance: Mapped[Attendance] = relationship()

    __table_args__ = (UniqueConstraint("item_id", "attendance_id"),)

    @property
    def meeting_id(self) -> int:
        """The meeting of the item."""
        return self.item.meeting_id


class QuorumFinding(Base):
    """That the quorum was found given or missing, at a moment (E-06). Append-only."""

    __tablename__ = "quorum_finding"
    __audit__ = {"is_quorate": "beschlussfähig", "votes_present": "Stimmen", "note": "Anmerkung"}
    __audit_root__ = ("meeting", "meeting_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id", ondelete="CASCADE"), index=True)
    found_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    is_quorate: Mapped[bool]
    votes_present: Mapped[int]
    votes_needed: Mapped[int]
    note: Mapped[str | None]
    """E.g. who doubted it."""

    meeting: Mapped[Meeting] = relationship(back_populates="quorum_findings")
    committee: Mapped[Committee] = relationship()
    item: Mapped[AgendaItem | None] = relationship()

    __table_args__ = (Index("ix_quorum_finding_meeting_id", "meeting_id"),)

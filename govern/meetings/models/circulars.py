"""Circular resolutions (Umlaufbeschlüsse): decided in writing between two meetings (E-11)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.committees.models import Committee, Seat
from govern.db import Base, UtcDateTime, now, text_enum
from govern.mail import OutgoingMail
from govern.people.models import Person, User

if TYPE_CHECKING:
    from govern.meetings.models.agendas import AgendaItem
    from govern.meetings.models.papers import Paper
    from govern.meetings.models.resolutions import Resolution


class CircularState(StrEnum):
    """Where a circular resolution stands."""

    DRAFT = "draft"
    RUNNING = "running"
    STOPPED = "stopped"
    ADOPTED = "adopted"
    REJECTED = "rejected"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return {
            "draft": "in Vorbereitung",
            "running": "läuft",
            "stopped": "gestoppt: dem Verfahren wurde widersprochen",
            "adopted": "angenommen",
            "rejected": "nicht angenommen",
            "cancelled": "abgebrochen",
        }[self.value]


CIRCULAR_TRANSITIONS: dict[CircularState, frozenset[CircularState]] = {
    CircularState.DRAFT: frozenset({CircularState.RUNNING, CircularState.CANCELLED}),
    CircularState.RUNNING: frozenset(
        {CircularState.STOPPED, CircularState.ADOPTED, CircularState.REJECTED, CircularState.CANCELLED}
    ),
    CircularState.STOPPED: frozenset(),
    CircularState.ADOPTED: frozenset(),
    CircularState.REJECTED: frozenset(),
    CircularState.CANCELLED: frozenset(),
}
"""Which state may follow which."""


class MajorityBase(StrEnum):
    """What the majority is counted from."""

    ALL_SEATS = "all_seats"
    ANSWERS = "answers"

    @property
    def label(self) -> str:
        return {"all_seats": "alle stimmberechtigten Sitze", "answers": "abgegebene Stimmen"}[self.value]


class SilenceRule(StrEnum):
    """What it means when somebody does not answer."""

    NO_VOTE = "no_vote"
    CONSENT = "consent"

    @property
    def label(self) -> str:
        return {"no_vote": "Schweigen zählt nicht als Stimme", "consent": "Schweigen gilt als Zustimmung"}[self.value]


class CircularResolution(Base):
    """A matter sent round for a vote in writing; the result is a resolution and is told in the next minutes."""

    __tablename__ = "circular_resolution"
    __audit__ = {
        "title": "Gegenstand",
        "explanation": "Erläuterung",
        "proposed_resolution": "Beschlussvorschlag",
        "reason": "Grund für das Umlaufverfahren",
        "state": "Stand",
        "ends_at": "Frist",
        "majority_base": "Grundlage der Mehrheit",
        "silence": "Schweigen",
        "is_public": "öffentlich",
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    title: Mapped[str]
    explanation: Mapped[str] = mapped_column(default="", server_default="")
    proposed_resolution: Mapped[str]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why it cannot wait for a meeting."""
    is_public: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    state: Mapped[CircularState] = mapped_column(text_enum(CircularState), default=CircularState.DRAFT)
    majority_base: Mapped[MajorityBase] = mapped_column(text_enum(MajorityBase), default=MajorityBase.ALL_SEATS)
    silence: Mapped[SilenceRule] = mapped_column(text_enum(SilenceRule), default=SilenceRule.NO_VOTE)
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Last moment for an answer."""
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[str | None]
    """Who objected to the procedure, or why it was broken off."""
    rules: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    """The rules of procedure that held when it was sent (E-19)."""
    resolution_id: Mapped[int | None] = mapped_column(ForeignKey("resolution.id"), unique=True)
    told_item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    """The item of the next meeting at which the result is told."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    committee: Mapped[Committee] = relationship()
    resolution: Mapped[Resolution | None] = relationship()
    told_item: Mapped[AgendaItem | None] = relationship()
    created_by: Mapped[User | None] = relationship()
    papers: Mapped[list[Paper]] = relationship(
        back_populates="circular_resolution", order_by="(Paper.position, Paper.id)", cascade="all, delete-orphan"
    )
    answers: Mapped[list[CircularAnswer]] = relationship(
        back_populates="circular_resolution", cascade="all, delete-orphan", order_by="CircularAnswer.id"
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        Index("ix_circular_resolution_committee_id_state", "committee_id", "state"),
        CheckConstraint("length(trim(title)) > 0", name="title_not_blank"),
        CheckConstraint("length(trim(proposed_resolution)) > 0", name="proposed_resolution_not_blank"),
        CheckConstraint("state = 'draft' OR state = 'cancelled' OR starts_at IS NOT NULL", name="starts_at"),
        CheckConstraint("(state = 'adopted') <= (resolution_id IS NOT NULL)", name="adopted_is_resolution"),
    )


class CircularChoice(StrEnum):
    """What a member answers to a circular resolution."""

    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"
    OBJECTION = "objection"

    @property
    def label(self) -> str:
        return {
            "yes": "Zustimmung",
            "no": "Ablehnung",
            "abstain": "Enthaltung",
            "objection": "Widerspruch gegen das Verfahren",
        }[self.value]


class CircularAnswer(Base):
    """One seat asked in a circular vote, with its answer. The seats are frozen when it is sent."""

    __tablename__ = "circular_answer"
    __audit__ = {"choice": "Antwort", "answered_at": "geantwortet"}
    __audit_root__ = ("circular_resolution", "circular_resolution_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    circular_resolution_id: Mapped[int] = mapped_column(ForeignKey("circular_resolution.id", ondelete="CASCADE"))
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    seat_label: Mapped[str]
    votes: Mapped[int] = mapped_column(default=1, server_default="1")
    may_vote: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    choice: Mapped[CircularChoice | None] = mapped_column(text_enum(CircularChoice))
    note: Mapped[str | None]
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    """Who noted it; None: the member by the link of the mail."""
    nonce: Mapped[str] = mapped_column(unique=True)
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("outgoing_mail.id"))

    circular_resolution: Mapped[CircularResolution] = relationship(back_populates="answers")
    seat: Mapped[Seat] = relationship()
    person: Mapped[Person | None] = relationship()
    answered_by: Mapped[User | None] = relationship()
    mail: Mapped[OutgoingMail | None] = relationship()

    __table_args__ = (
        UniqueConstraint("circular_resolution_id", "seat_id", "person_id"),
        CheckConstraint("(choice IS NULL) = (answered_at IS NULL)", name="answer_complete"),
        CheckConstraint("votes > 0", name="votes_positive"),
    )

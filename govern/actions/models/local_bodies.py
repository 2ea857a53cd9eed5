"""Table of local bodies that municipalities register, or want to found with the coordination (A6)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.committees.models import Committee, CommitteeKind
from govern.db import Base, UtcDateTime, now, text_enum
from govern.people.models import Organisation


class RegistrationState(StrEnum):
    """Where a registration stands; a decision is never taken back, what was declined may be registered anew."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"

    @property
    def label(self) -> str:
        return {"waiting": "wartet", "accepted": "aufgenommen", "declined": "nicht aufgenommen"}[self.value]

    @property
    def tone(self) -> str:
        return {"waiting": "warning", "accepted": "success", "declined": "neutral"}[self.value]


class LocalBodyRegistration(Base):
    """What a municipality told of its Runder Tisch or Arbeitskreis. Accepted, it is a committee."""

    __tablename__ = "local_body_registration"
    __audit__ = {"name": "Name", "kind": "Art", "state": "Stand", "answer": "Antwort"}
    __audit_root__ = ("organisation", "municipality_id")
    is_confidential = True
    """Everybody reads the history of a municipality; registrations are for the municipality and the coordination."""

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str]
    kind: Mapped[CommitteeKind] = mapped_column(text_enum(CommitteeKind))
    is_existing: Mapped[bool]
    """False: it is to be founded together with the coordination."""
    since: Mapped[str] = mapped_column(default="", server_default="")
    purpose: Mapped[str]
    members: Mapped[str] = mapped_column(default="", server_default="")
    """Institutions and functions, no names."""
    chair_function: Mapped[str] = mapped_column(default="", server_default="")
    cadence: Mapped[str] = mapped_column(default="", server_default="")
    function: Mapped[str]
    """Who registered it, by function."""
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    registered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    state: Mapped[RegistrationState] = mapped_column(text_enum(RegistrationState), default=RegistrationState.WAITING)
    answer: Mapped[str] = mapped_column(default="", server_default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    committee_id: Mapped[int | None] = mapped_column(ForeignKey("committee.id"), unique=True)

    municipality: Mapped[Organisation] = relationship()
    committee: Mapped[Committee | None] = relationship()

    __table_args__ = (
        CheckConstraint("length(trim(name)) > 0 AND length(trim(purpose)) > 0", name="words_not_blank"),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided_complete"),
        CheckConstraint("(state = 'accepted') = (committee_id IS NOT NULL)", name="accepted_is_a_committee"),
        CheckConstraint("state <> 'declined' OR length(trim(answer)) > 0", name="declined_with_reason"),
    )

    @property
    def is_waiting(self) -> bool:
        return self.state is RegistrationState.WAITING

    @property
    def wish(self) -> str:
        """What the municipality asks for."""
        return "besteht schon" if self.is_existing else "soll gemeinsam gegründet werden"

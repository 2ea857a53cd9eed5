"""Resolutions (Beschlüsse)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.committees.models import Committee
from govern.db import Base, UtcDateTime, text_enum
from govern.people.models import Organisation

if TYPE_CHECKING:
    from govern.meetings.models.agendas import AgendaItem
    from govern.meetings.models.votes import Vote


class ResolutionOutcome(StrEnum):
    """How a resolution came about (C10)."""

    CONSENSUS = "consensus"
    UNANIMOUS = "unanimous"
    MAJORITY = "majority"
    COUNTED = "counted"

    @property
    def label(self) -> str:
        return {
            "consensus": "einvernehmlich",
            "unanimous": "einstimmig",
            "majority": "mehrheitlich",
            "counted": "gezählt",
        }[self.value]


class Implementation(StrEnum):
    """How far a resolution is carried out, for the Beschlusskontrolle (D4)."""

    NOT_TRACKED = "not_tracked"
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        return {
            "not_tracked": "ohne Umsetzung",
            "open": "noch nicht begonnen",
            "in_progress": "in Umsetzung",
            "done": "umgesetzt",
            "dropped": "nicht weiter verfolgt",
        }[self.value]


class Resolution(Base):
    """A Beschluss: taken at an item of a meeting, numbered gap-free per committee and year at closing (E-21)."""

    __tablename__ = "resolution"
    __audit__ = {
        "text": "Beschlusstext",
        "outcome": "Abstimmung",
        "is_adopted": "angenommen",
        "votes_yes": "Ja",
        "votes_no": "Nein",
        "votes_abstain": "Enthaltung",
        "proviso": "Vorbehalt",
        "number": "Nummer",
        "cancelled_at": "aufgehoben",
        "responsible_organisation_id": "zuständig",
        "due_on": "Frist",
        "implementation": "Umsetzung",
        "implementation_note": "Stand der Umsetzung",
    }
    __audit_root__ = ("meeting", "meeting_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))
    """None for resolutions recorded from before the product was used."""
    text: Mapped[str]
    """Markdown."""
    outcome: Mapped[ResolutionOutcome] = mapped_column(text_enum(ResolutionOutcome))
    is_adopted: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    votes_yes: Mapped[int | None]
    votes_no: Mapped[int | None]
    votes_abstain: Mapped[int | None]
    proviso: Mapped[str | None]
    """Condition, shown wherever the resolution is cited (C11)."""
    resolved_on: Mapped[date]
    is_public: Mapped[bool] = mapped_column(default=True)
    year: Mapped[int | None]
    sequence_number: Mapped[int | None]
    number: Mapped[str | None] = mapped_column(unique=True)
    """„LG-B-2026-07", given at closing; None: „vorläufig". Without a sequence number: as it stands on old paper."""
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancellation_reason: Mapped[str | None]
    responsible_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    """Who carries it out: an institution, never only a person (E-15)."""
    due_on: Mapped[date | None]
    implementation: Mapped[Implementation] = mapped_column(
        text_enum(Implementation), default=Implementation.OPEN, server_default="open"
    )
    implementation_note: Mapped[str | None]
    """The last word on it, e.g. the reason for a delay (E-16)."""
    implementation_changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acknowledged_item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id", use_alter=True))
    """The item at which the committee took note that it is carried out (E-16)."""
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    committee: Mapped[Committee] = relationship()
    item: Mapped[AgendaItem | None] = relationship(back_populates="resolutions", foreign_keys=[item_id])
    responsible_organisation: Mapped[Organisation | None] = relationship()
    acknowledged_item: Mapped[AgendaItem | None] = relationship(foreign_keys=[acknowledged_item_id], viewonly=True)
    votes: Mapped[list[Vote]] = relationship(
        back_populates="resolution", cascade="all, delete-orphan", order_by="Vote.id"
    )
    implementer_consents: Mapped[list[ImplementerConsent]] = relationship(
        back_populates="resolution", cascade="all, delete-orphan", order_by="ImplementerConsent.id"
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("committee_id", "year", "sequence_number"),
        Index("ix_resolution_item_id", "item_id"),
        Index("ix_resolution_resolved_on", "resolved_on"),
        Index(
            "ix_resolution_tracked",
            "committee_id",
            "implementation",
            "acknowledged_item_id",
            "due_on",
            "id",
            # Only so that the index alone answers: SQLite asks the rows for what its own condition says.
            "is_public",
            "number",
            "is_adopted",
            "cancelled_at",
            sqlite_where=sa.text("number IS NOT NULL AND is_adopted IS 1 AND cancelled_at IS NULL"),
            postgresql_where=sa.text("number IS NOT NULL AND is_adopted IS TRUE AND cancelled_at IS NULL"),
        ),
        CheckConstraint("length(trim(text)) > 0", name="text_not_blank"),
        CheckConstraint(
            "outcome <> 'counted' OR (votes_yes IS NOT NULL AND votes_no IS NOT NULL AND votes_abstain IS NOT NULL)",
            name="counted_has_votes",
        ),
        CheckConstraint(
            "coalesce(votes_yes, 0) >= 0 AND coalesce(votes_no, 0) >= 0 AND coalesce(votes_abstain, 0) >= 0",
            name="votes_not_negative",
        ),
        CheckConstraint("sequence_number IS NULL OR (number IS NOT NULL AND year IS NOT NULL)", name="number_complete"),
    )

    @property
    def meeting_id(self) -> int | None:
        """The meeting of its item, if it has one."""
        return self.item.meeting_id if self.item else None

    @property
    def is_being_voted(self) -> bool:
        """The vote on it is open: counted, but nothing is counted yet. Nobody can record such a count by hand."""
        votes = (self.votes_yes, self.votes_no, self.votes_abstain)
        return self.outcome is ResolutionOutcome.COUNTED and not any(votes)


class ConsentState(StrEnum):
    """Whether an institution agrees to carry something out (E-10)."""

    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        return {"asked": "Einvernehmen offen", "given": "Einvernehmen erteilt", "refused": "Einvernehmen verweigert"}[
            self.value
        ]


class ImplementerConsent(Base):
    """The consent (Einvernehmen) of an institution that must carry out a resolution, where the rule asks for it."""

    __tablename__ = "implementer_consent"
    __audit__ = {"organisation_id": "Umsetzende Institution", "state": "Einvernehmen", "note": "Anmerkung",
                 "answered_by_label": "geantwortet hat"}  # fmt: skip
    __audit_root__ = ("meeting", "meeting_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    resolution_id: Mapped[int] = mapped_column(ForeignKey("resolution.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    state: Mapped[ConsentState] = mapped_column(text_enum(ConsentState), default=ConsentState.ASKED)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_label: Mapped[str | None]
    """Function of who answered or noted the answer, as it was."""
    note: Mapped[str | None]

    resolution: Mapped[Resolution] = relationship(back_populates="implementer_consents")
    organisation: Mapped[Organisation] = relationship()

    __table_args__ = (
        UniqueConstraint("resolution_id", "organisation_id"),
        Index("ix_implementer_consent_state", "state"),
        CheckConstraint("(state = 'asked') = (answered_at IS NULL)", name="answer_complete"),
    )

    @property
    def meeting_id(self) -> int | None:
        """The meeting of the resolution, if it has one."""
        return self.resolution.meeting_id

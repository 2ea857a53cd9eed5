"""Drafts of concepts that lie before a committee, and what became of them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.db import Base, UtcDateTime, now, text_enum
from govern.documents.models import ConceptVersion
from govern.meetings.models.agendas import AgendaItem
from govern.meetings.models.resolutions import Resolution
from govern.meetings.models.topics import Topic
from govern.people.models import User


class SubmissionOutcome(StrEnum):
    """What became of a draft that lay before a committee."""

    ADOPTED = "adopted"
    REJECTED = "rejected"
    NOTED = "noted"
    REFERRED = "referred"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {
            "adopted": "beschlossen",
            "rejected": "abgelehnt",
            "noted": "zur Kenntnis genommen, ohne Beschluss",
            "referred": "verwiesen",
            "withdrawn": "zurückgezogen",
        }[self.value]


class ConceptSubmission(Base):
    """That a draft was submitted to a committee: its topic carries it; when it is decided the outcome is added."""

    __tablename__ = "concept_submission"
    __audit__ = {"in_force_from": "soll gelten ab", "outcome": "Ergebnis der Vorlage", "decided_on": "entschieden am"}
    __audit_root__ = ("topic", "topic_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("concept_version.id"), index=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), unique=True)
    in_force_from: Mapped[date | None]
    """From when on it is to be in force; None: from the day of the decision."""
    text_print: Mapped[str | None]
    """Fingerprint of the text that the papers show; None: no papers were made for this committee yet."""
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    """The item at which it was decided; without an outcome somebody has to say which resolution counts."""
    resolution_id: Mapped[int | None] = mapped_column(ForeignKey("resolution.id"), index=True)
    """The resolution that adopted or rejected it."""
    outcome: Mapped[SubmissionOutcome | None] = mapped_column(text_enum(SubmissionOutcome))
    decided_on: Mapped[date | None]

    version: Mapped[ConceptVersion] = relationship()
    topic: Mapped[Topic] = relationship()
    item: Mapped[AgendaItem | None] = relationship()
    resolution: Mapped[Resolution | None] = relationship()
    submitted_by: Mapped[User | None] = relationship()

    __table_args__ = (
        Index("uq_concept_submission_open", "version_id", unique=True, sqlite_where=sa.text("outcome IS NULL"),
              postgresql_where=sa.text("outcome IS NULL")),
        CheckConstraint("(outcome IS NULL) = (decided_on IS NULL)", name="outcome_dated"),
        CheckConstraint("outcome NOT IN ('adopted', 'rejected') OR resolution_id IS NOT NULL", name="resolution_named"),
    )  # fmt: skip

    @property
    def waits_for_choice(self) -> bool:
        """True if the committee has decided and somebody has to say what that means for the draft."""
        return self.outcome is None and self.item_id is not None

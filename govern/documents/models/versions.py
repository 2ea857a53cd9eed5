"""Tables of the versions of concepts: their facts, their text in sections, and where they were sent."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.committees.concept_words import AdoptionResult, VersionState
from govern.committees.models import Committee
from govern.db import Base, UtcDateTime, now, text_enum
from govern.documents.models.concepts import Concept
from govern.people.models import User

if TYPE_CHECKING:
    from govern.documents.models.annexes import ConceptAnnex
    from govern.documents.models.consultations import Consultation

OPEN_STATES = frozenset({VersionState.DRAFT, VersionState.CONSULTATION, VersionState.SUBMITTED})
"""Not decided yet: nobody but those who work on it reads it, or those who are asked."""


class ConceptVersion(Base):
    """One version of a concept: a fact at least, and mostly a text, which is frozen when it is adopted."""

    __tablename__ = "concept_version"
    __audit__ = {
        "label": "Fassung",
        "status_date": "Stand",
        "state": "Status",
        "adopted_by": "beschlossen von",
        "adopted_on": "beschlossen am",
        "result": "Ergebnis",
        "proviso": "Vorbehalt",
        "in_force_from": "in Kraft ab",
        "ended_on": "in Kraft bis",
        "sha256": "Prüfsumme",
        "note": "Anmerkung",
    }
    __audit_root__ = ("concept", "concept_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    concept_id: Mapped[int] = mapped_column(ForeignKey("concept.id"), index=True)
    key: Mapped[str | None]
    """In structure files."""
    number: Mapped[int]
    """Place in the history of the concept, from 1."""
    label: Mapped[str]
    """How people call it: „Fortschreibung Januar 2025"."""
    status_date: Mapped[str | None]
    """Stand, to the day, month or year; None: undated (F1)."""
    state: Mapped[VersionState] = mapped_column(text_enum(VersionState))
    adopted_by: Mapped[str | None]
    """Who adopted it, in words: a committee, the Kreistag (F2)."""
    adopted_committee_id: Mapped[int | None] = mapped_column(ForeignKey("committee.id"), index=True)
    """The same, where it is a committee kept here."""
    adopted_on: Mapped[str | None]
    result: Mapped[AdoptionResult | None] = mapped_column(text_enum(AdoptionResult))
    proviso: Mapped[str | None]
    in_force_from: Mapped[str | None]
    ended_on: Mapped[str | None]
    """From when on it was no longer in force."""
    note: Mapped[str | None]
    source: Mapped[str | None]
    """Where this is known from."""
    based_on_id: Mapped[int | None] = mapped_column(ForeignKey("concept_version.id"), index=True)
    """The version from which this draft started."""
    frozen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sha256: Mapped[str | None]
    """Of the canonical form of all sections and annexes, as hex; set when they are frozen."""
    annex_revision: Mapped[int] = mapped_column(default=0, server_default="0")
    """Counts the changes of its annexes, so that papers made of it are known to be older."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    concept: Mapped[Concept] = relationship(back_populates="versions")
    adopted_committee: Mapped[Committee | None] = relationship()
    based_on: Mapped[ConceptVersion | None] = relationship(remote_side=[id])
    created_by: Mapped[User | None] = relationship()
    sections: Mapped[list[ConceptSection]] = relationship(
        back_populates="version", cascade="all, delete-orphan", order_by="ConceptSection.position"
    )
    sendings: Mapped[list[ConceptSending]] = relationship(
        back_populates="version", cascade="all, delete-orphan", order_by="ConceptSending.id"
    )
    annexes: Mapped[list[ConceptAnnex]] = relationship(
        back_populates="version", cascade="all, delete-orphan", order_by="ConceptAnnex.position, ConceptAnnex.id"
    )
    consultations: Mapped[list[Consultation]] = relationship(viewonly=True, order_by="Consultation.id")

    __table_args__ = (
        UniqueConstraint("concept_id", "number"),
        UniqueConstraint("concept_id", "key"),
        Index("uq_concept_version_in_force", "concept_id", unique=True, sqlite_where=sa.text("state = 'in_force'"),
              postgresql_where=sa.text("state = 'in_force'")),
        CheckConstraint("length(trim(label)) > 0", name="label_not_blank"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("(frozen_at IS NULL) = (sha256 IS NULL)", name="frozen_complete"),
        CheckConstraint(
            "(status_date IS NULL OR length(status_date) IN (4, 7, 10)) "
            "AND (adopted_on IS NULL OR length(adopted_on) IN (4, 7, 10)) "
            "AND (in_force_from IS NULL OR length(in_force_from) IN (4, 7, 10)) "
            "AND (ended_on IS NULL OR length(ended_on) IN (4, 7, 10))",
            name="dates_precision",
        ),
    )  # fmt: skip

    @property
    def is_open(self) -> bool:
        """True while it is not decided on."""
        return self.state in OPEN_STATES

    @property
    def starts_on(self) -> str | None:
        """From when on it is in force, as far as that is known: else when it was adopted, else its Stand."""
        return self.in_force_from or self.adopted_on or self.status_date

    @property
    def was_in_force(self) -> bool:
        """True if it is, was or is going to be in force."""
        if self.state in (VersionState.IN_FORCE, VersionState.SUPERSEDED):
            return True
        return self.state in (VersionState.ADOPTED, VersionState.WITHDRAWN) and self.in_force_from is not None


class ConceptSection(Base):
    """One section of a version: a heading with its text, perhaps below another one."""

    __tablename__ = "concept_section"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("concept_version.id"))
    key: Mapped[str]
    """The same in every version, so that a moved or renumbered section is known again."""
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("concept_section.id"), index=True)
    position: Mapped[int]
    """Place among its siblings, from 1."""
    heading: Mapped[str]
    printed_number: Mapped[str | None]
    """As the original has it; None: worked out, empty: without a number."""
    text: Mapped[str]
    """Markdown without headings."""
    html: Mapped[str]
    """The text as safe HTML, kept so that nobody waits for it."""
    words: Mapped[int]
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    """Counts the saves of a draft; whoever saves names the one that was read."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    version: Mapped[ConceptVersion] = relationship(back_populates="sections")
    parent: Mapped[ConceptSection | None] = relationship(remote_side=[id])
    changed_by: Mapped[User | None] = relationship()

    __table_args__ = (
        UniqueConstraint("version_id", "key"),
        CheckConstraint("length(trim(heading)) > 0", name="heading_not_blank"),
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_below_itself"),
    )


class ConceptSending(Base):
    """That a version was sent to an office of the Land, and when (F9). Append-only."""

    __tablename__ = "concept_sending"
    __audit__ = {"recipient": "Empfänger", "sent_on": "gesendet"}
    __audit_root__ = ("concept_version", "version_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("concept_version.id"), index=True)
    recipient: Mapped[str]
    sent_on: Mapped[str | None]
    """To the day, month or year; None: not stated."""
    note: Mapped[str | None]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    version: Mapped[ConceptVersion] = relationship(back_populates="sendings")
    recorded_by: Mapped[User | None] = relationship()

    __table_args__ = (
        CheckConstraint("length(trim(recipient)) > 0", name="recipient_not_blank"),
        CheckConstraint("sent_on IS NULL OR length(sent_on) IN (4, 7, 10)", name="sent_on_precision"),
    )

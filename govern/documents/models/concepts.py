"""Tables of concepts: what is kept in versions, who revises it, what it rests on."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.committees.concept_words import ConceptKind
from govern.committees.models import Committee
from govern.db import Base, SortText, UtcDateTime, now, text_enum
from govern.people.models import Body, Organisation

if TYPE_CHECKING:
    from govern.documents.models.versions import ConceptVersion


class Concept(Base):
    """Something that is revised (Fortschreibung): its versions follow each other, one is in force."""

    __tablename__ = "concept"
    __audit__ = {
        "title": "Titel",
        "kind": "Art",
        "responsible_id": "zuständige Stelle",
        "responsible_words": "zuständig, in Worten",
        "revision_rule": "Regel der Fortschreibung",
        "is_confidential": "nicht öffentlich",
        "merged_into_id": "aufgegangen in",
        "ended_on": "beendet am",
        "note": "Anmerkung",
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    key: Mapped[str | None]
    """In structure files; None: entered by hand and not exported yet."""
    title: Mapped[str]
    sort_title: Mapped[str] = mapped_column(SortText)
    kind: Mapped[ConceptKind] = mapped_column(text_enum(ConceptKind))
    responsible_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    """Who revises it (F4)."""
    responsible_words: Mapped[str | None]
    """The same in the words of the source: „Koordinierungsstelle 1"."""
    revision_rule: Mapped[str | None]
    """When and how it is revised (F4)."""
    note: Mapped[str | None]
    is_confidential: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Confidential: only seat holders, office and coordination of its committees."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("concept.id"), index=True)
    """The concept that took its place, alone or together with others (F8)."""
    ended_on: Mapped[date | None]
    """Last day on which it was kept; it stays readable with its versions."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    body: Mapped[Body] = relationship()
    responsible: Mapped[Organisation | None] = relationship()
    merged_into: Mapped[Concept | None] = relationship(remote_side=[id], back_populates="predecessors")
    predecessors: Mapped[list[Concept]] = relationship(back_populates="merged_into", order_by="Concept.sort_title")
    filings: Mapped[list[ConceptFiling]] = relationship(
        back_populates="concept", cascade="all, delete-orphan", order_by="ConceptFiling.committee_id"
    )
    bases: Mapped[list[ConceptBasis]] = relationship(
        back_populates="concept", cascade="all, delete-orphan", order_by="ConceptBasis.position"
    )
    versions: Mapped[list[ConceptVersion]] = relationship(
        back_populates="concept", order_by="ConceptVersion.number.desc()", cascade="all, delete-orphan"
    )

    __table_args__ = (
        UniqueConstraint("body_id", "key"),
        CheckConstraint("length(trim(title)) > 0", name="title_not_blank"),
        CheckConstraint("merged_into_id IS NULL OR merged_into_id <> id", name="not_merged_into_itself"),
    )

    @property
    def responsible_name(self) -> str | None:
        """Who revises it, as people read it."""
        return self.responsible_words or (self.responsible.name if self.responsible is not None else None)


class ConceptFiling(Base):
    """Under which committee a concept is filed, and which of them answers for it."""

    __tablename__ = "concept_filing"
    __audit__ = {"committee_id": "Gremium", "is_responsible": "verantwortlich"}
    __audit_root__ = ("concept", "concept_id")

    concept_id: Mapped[int] = mapped_column(ForeignKey("concept.id", ondelete="CASCADE"), primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"), primary_key=True, index=True)
    is_responsible: Mapped[bool] = mapped_column(default=False, server_default=sa.false())

    concept: Mapped[Concept] = relationship(back_populates="filings")
    committee: Mapped[Committee] = relationship()

    __table_args__ = (
        Index("uq_concept_filing_responsible", "concept_id", unique=True, sqlite_where=sa.text("is_responsible = 1"),
              postgresql_where=sa.text("is_responsible")),
    )  # fmt: skip


class ConceptBasis(Base):
    """A document of the Land that a concept rests on: guideline, Handlungskonzept, strategy (F10)."""

    __tablename__ = "concept_basis"
    __audit__ = {"title": "Grundlage"}
    __audit_root__ = ("concept", "concept_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    concept_id: Mapped[int] = mapped_column(ForeignKey("concept.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    title: Mapped[str]

    concept: Mapped[Concept] = relationship(back_populates="bases")

    __table_args__ = (CheckConstraint("length(trim(title)) > 0", name="title_not_blank"),)

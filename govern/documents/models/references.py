"""What a reference to a concept holds, whoever refers: fixed to a version or to the one in force, perhaps a section."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from govern.db import UtcDateTime, now
from govern.documents.models.concepts import Concept
from govern.documents.models.versions import ConceptVersion
from govern.people.models import User


class ConceptReference:
    """Columns of a reference (F3). Rows are added and marked as removed, never rewritten."""

    id: Mapped[int] = mapped_column(primary_key=True)
    concept_id: Mapped[int] = mapped_column(ForeignKey("concept.id"), index=True)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("concept_version.id"), index=True)
    """Fixed: this version; None: always the one in force („in seiner jeweiligen Fortschreibung")."""
    section_key: Mapped[str | None]
    """The section meant, the same in every version; None: the whole."""
    section_title: Mapped[str | None]
    """Its number and heading when the reference was made."""
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    @declared_attr
    @classmethod
    def concept(cls) -> Mapped[Concept]:
        """What is referred to."""
        return relationship(Concept)

    @declared_attr
    @classmethod
    def version(cls) -> Mapped[ConceptVersion | None]:
        """The version, where the reference is fixed."""
        return relationship(ConceptVersion)

    @declared_attr
    @classmethod
    def added_by(cls) -> Mapped[User | None]:
        """Who made it."""
        return relationship(User, foreign_keys=[cls.added_by_id])

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Any, ...]:
        """A section has a title; who removes says when."""
        return (
            CheckConstraint("(section_key IS NULL) = (section_title IS NULL)", name="section_titled"),
            CheckConstraint("(removed_at IS NULL) = (removed_by_id IS NULL)", name="removal_complete"),
        )

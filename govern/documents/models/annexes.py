"""The table of annexes (Anlagen): files that are handed in with a version of a concept and frozen with it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.db import Base, UtcDateTime, now
from govern.documents.models.versions import ConceptVersion
from govern.people.models import User


class ConceptAnnex(Base):
    """A file that belongs to a version. A draft that starts from the version in force shares its stored files."""

    __tablename__ = "concept_annex"
    __audit__ = {"title": "Anlage", "position": "Nummer", "file_name": "Datei", "sha256": "Prüfsumme"}
    __audit_root__ = ("concept_version", "version_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("concept_version.id"))
    key: Mapped[str]
    """The same in every version, so that a renamed or replaced annex is known again."""
    position: Mapped[int]
    """Its number, from 1."""
    title: Mapped[str]
    file_name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    """Bytes."""
    sha256: Mapped[str]
    stored_name: Mapped[str] = mapped_column(index=True)
    """Outside the web root (D-15); several versions may share a file, which never changes."""
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    """When this file came to this version."""
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    version: Mapped[ConceptVersion] = relationship(back_populates="annexes")
    added_by: Mapped[User | None] = relationship()

    __table_args__ = (
        UniqueConstraint("version_id", "key"),
        CheckConstraint("length(trim(title)) > 0", name="title_not_blank"),
        CheckConstraint("position > 0", name="position_positive"),
        CheckConstraint("size > 0", name="size_positive"),
    )

    @property
    def number(self) -> str:
        """„Anlage 1"."""
        return f"Anlage {self.position}"

    @property
    def label(self) -> str:
        """„Anlage 1: Karte der Kommunen"."""
        return f"{self.number}: {self.title}"

"""Tables of drafting: why a section changed, and texts that came too late. Rows are added, never changed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.db import Base, UtcDateTime, now, text_enum
from govern.documents.models.versions import ConceptSection
from govern.people.models import User


class ChangeKind(StrEnum):
    """What happened to a section of a draft."""

    EDITED = "edited"
    ADDED = "added"
    MOVED = "moved"
    SPLIT = "split"
    REMOVED = "removed"
    REPLACED = "replaced"

    @property
    def label(self) -> str:
        return {
            "edited": "geändert",
            "added": "neu",
            "moved": "verschoben",
            "split": "geteilt",
            "removed": "entfallen",
            "replaced": "Wörter ersetzt",
        }[self.value]


class ConceptChange(Base):
    """Why a section of a draft is not what it was; of one that was removed also its words. Append-only."""

    __tablename__ = "concept_change"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("concept_version.id"), index=True)
    section_key: Mapped[str]
    kind: Mapped[ChangeKind] = mapped_column(text_enum(ChangeKind))
    heading: Mapped[str]
    """As it was called then."""
    text: Mapped[str | None]
    """The words of a section that was removed."""
    reason: Mapped[str | None]
    link: Mapped[str | None]
    """Address of what led to it: a law, a resolution, a matter."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    changed_by: Mapped[User | None] = relationship()

    __table_args__ = (CheckConstraint("kind <> 'removed' OR text IS NOT NULL", name="removed_words_kept"),)


class LateText(Base):
    """A text of a section that came too late to be saved: kept, shown and merged by hand, so that no words are lost."""

    __tablename__ = "late_text"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("concept_section.id", ondelete="CASCADE"), index=True)
    text: Mapped[str]
    based_on_revision: Mapped[int]
    typed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    typed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    section: Mapped[ConceptSection] = relationship()
    typed_by: Mapped[User | None] = relationship()

"""The table of pictures in the texts of versions, and of texts that are read in and not saved yet."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.db import Base
from govern.documents.models.imports import ConceptImport
from govern.documents.models.versions import ConceptVersion


class ConceptImage(Base):
    """A picture that texts name by its key (`![words](bild:key)`). Never changed, frozen with its version."""

    __tablename__ = "concept_image"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("concept_version.id"))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("concept_import.id"))
    key: Mapped[str]
    """Made of its bytes."""
    media_type: Mapped[str]
    size: Mapped[int]
    """Bytes."""
    sha256: Mapped[str]
    stored_name: Mapped[str] = mapped_column(index=True)
    """Outside the web root (D-15); several versions may share a file, which never changes."""

    version: Mapped[ConceptVersion | None] = relationship()
    read_in: Mapped[ConceptImport | None] = relationship()

    __table_args__ = (
        UniqueConstraint("version_id", "key"),
        UniqueConstraint("import_id", "key"),
        CheckConstraint("(version_id IS NULL) <> (import_id IS NULL)", name="in_one_text"),
        CheckConstraint("size > 0", name="size_positive"),
    )

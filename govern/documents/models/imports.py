"""The table of texts that were read from a file and are being mended before they become a version."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.db import Base, UtcDateTime, now
from govern.documents.models.concepts import Concept


class ConceptImport(Base):
    """A file read in for a concept: working material, gone once it is saved as a version or thrown away."""

    __tablename__ = "concept_import"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    concept_id: Mapped[int] = mapped_column(ForeignKey("concept.id", ondelete="CASCADE"), index=True)
    file_name: Mapped[str]
    title: Mapped[str] = mapped_column(default="", server_default="")
    """As the file names itself."""
    sections: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    """Flat, in the order of reading: level, heading, text, printed_number, key."""
    notes: Mapped[list[list[str]]] = mapped_column(sa.JSON, default=list)
    """What was unsure: place and sentence."""
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    """Counts the steps of mending; whoever mends names the one that was read."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    concept: Mapped[Concept] = relationship()

    __table_args__ = (CheckConstraint("revision > 0", name="revision_positive"),)

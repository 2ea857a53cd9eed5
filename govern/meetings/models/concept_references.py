"""Table of the concepts that resolutions refer to."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.db import Base
from govern.documents.models import ConceptReference
from govern.meetings.models.resolutions import Resolution


class ResolutionReference(ConceptReference, Base):
    """That a resolution refers to a concept; may be added to an old one, whose words stay as they are."""

    __tablename__ = "resolution_reference"
    __audit__ = {"section_title": "Abschnitt", "removed_at": "entfernt"}
    __audit_root__ = ("resolution", "resolution_id")

    resolution_id: Mapped[int] = mapped_column(ForeignKey("resolution.id"), index=True)

    resolution: Mapped[Resolution] = relationship()

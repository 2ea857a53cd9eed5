"""Tables of filed documents."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.committees.models import Committee
from govern.db import Base, SortText, UtcDateTime, now, text_enum
from govern.people.models import Body, User


class DocumentKind(StrEnum):
    """Kinds of document (domain.md 3.10)."""

    RULES_OF_PROCEDURE = "rules_of_procedure"
    CONCEPT = "concept"
    COOPERATION_AGREEMENT = "cooperation_agreement"
    FUNDING_NOTICE = "funding_notice"
    FORM = "form"
    PRESENTATION = "presentation"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            "rules_of_procedure": "Geschäftsordnung",
            "concept": "Konzept",
            "cooperation_agreement": "Kooperationsvereinbarung",
            "funding_notice": "Zuwendungsbescheid",
            "form": "Formular",
            "presentation": "Präsentation",
            "other": "Sonstiges",
        }[self.value]


class Document(Base):
    """A document filed under committees; who may read one of them may read it."""

    __tablename__ = "document"
    __audit__ = {
        "title": "Titel",
        "kind": "Art",
        "adopted_on": "beschlossen",
        "adopted_by": "beschlossen von",
        "status_date": "Stand",
        "is_confidential": "nicht öffentlich",
        "file_name": "Datei",
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    title: Mapped[str]
    sort_title: Mapped[str] = mapped_column(SortText)
    kind: Mapped[DocumentKind] = mapped_column(text_enum(DocumentKind))
    adopted_on: Mapped[str | None]
    """To the day, month or year."""
    adopted_by: Mapped[str | None]
    status_date: Mapped[str | None]
    """Stand: to the day, month or year; None: undated."""
    note: Mapped[str | None]
    is_confidential: Mapped[bool] = mapped_column(default=False)
    """Confidential: only seat holders, office and coordination of its committees."""
    stored_name: Mapped[str | None]
    """Random name among the stored files; None while only the fact is recorded."""
    file_name: Mapped[str | None]
    media_type: Mapped[str | None]
    size: Mapped[int | None]
    sha256: Mapped[str | None]
    filed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    filed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    body: Mapped[Body] = relationship()
    filed_by: Mapped[User | None] = relationship()
    filings: Mapped[list[DocumentFiling]] = relationship(back_populates="document", cascade="all, delete-orphan")

    __table_args__ = (
        CheckConstraint("length(trim(title)) > 0", name="title_not_blank"),
        CheckConstraint("adopted_on IS NULL OR length(adopted_on) IN (4, 7, 10)", name="adopted_on_precision"),
        CheckConstraint("status_date IS NULL OR length(status_date) IN (4, 7, 10)", name="status_date_precision"),
        CheckConstraint("(stored_name IS NULL) = (file_name IS NULL)", name="file_complete"),
    )


class DocumentFiling(Base):
    """Under which committee a document is filed."""

    __tablename__ = "document_filing"
    __audit__ = {"committee_id": "Gremium"}
    __audit_root__ = ("document", "document_id")

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"), primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"), primary_key=True, index=True)

    document: Mapped[Document] = relationship(back_populates="filings")
    committee: Mapped[Committee] = relationship()

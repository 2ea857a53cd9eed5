"""Tables of the Ist- und Bedarfsanalyse of a municipality (E12): needs, offers, missing offers, as dated versions."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.db import Base, UtcDateTime, now, text_enum
from govern.people.models import Organisation


class FindingSort(StrEnum):
    """What a line of an analysis says."""

    NEED = "need"
    OFFER = "offer"
    MISSING = "missing"

    @property
    def label(self) -> str:
        return {"need": "Bedarf", "offer": "Angebot", "missing": "fehlendes Angebot"}[self.value]

    @property
    def heading(self) -> str:
        return {"need": "Bedarfe", "offer": "Vorhandene Angebote", "missing": "Fehlende Angebote"}[self.value]


class NeedsAnalysis(Base):
    """A version of the analysis of a municipality. A row never changes: whoever goes on adds a newer one."""

    __tablename__ = "needs_analysis"
    __audit__ = {"number": "Fassung", "as_of": "Stand", "function": "geschrieben von"}
    __audit_root__ = ("organisation", "municipality_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[int]
    as_of: Mapped[date]
    """The day whose state it describes."""
    function: Mapped[str]
    """Who wrote it, by function."""
    summary: Mapped[str] = mapped_column(default="", server_default="")
    sources: Mapped[str] = mapped_column(default="", server_default="")
    """Where it is known from: statistics, talks, networks."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    municipality: Mapped[Organisation] = relationship()
    lines: Mapped[list[AnalysisLine]] = relationship(
        back_populates="analysis", cascade="all, delete-orphan", order_by="AnalysisLine.position"
    )

    __table_args__ = (
        UniqueConstraint("municipality_id", "number"),
        CheckConstraint("length(trim(function)) > 0", name="function_not_blank"),
    )

    def lines_of(self, sort: FindingSort) -> list[AnalysisLine]:
        """The lines of one sort, in their order."""
        return [line for line in self.lines if line.sort is sort]


class AnalysisLine(Base):
    """One need, offer or missing offer."""

    __tablename__ = "analysis_line"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    analysis_id: Mapped[int] = mapped_column(ForeignKey("needs_analysis.id", ondelete="CASCADE"))
    position: Mapped[int]
    sort: Mapped[FindingSort] = mapped_column(text_enum(FindingSort))
    action_field: Mapped[str]
    target_group: Mapped[str | None]
    text: Mapped[str]
    provider: Mapped[str] = mapped_column(default="", server_default="")
    """Who offers it, or might."""

    analysis: Mapped[NeedsAnalysis] = relationship(back_populates="lines")

    __table_args__ = (
        UniqueConstraint("analysis_id", "position"),
        CheckConstraint("length(trim(text)) > 0", name="text_not_blank"),
    )

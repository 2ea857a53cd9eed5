"""Tables of figures: what was published is kept as it was shown, what is counted is kept in step by the database."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.db import Base, UtcDateTime, now
from govern.people.models import Body, Organisation


class FigureRelease(Base):
    """The figures of gap reports of a half-year as everybody reads them. Never changed, never computed again (D-53)."""

    __tablename__ = "figure_release"
    __audit__ = {"starts_on": "Halbjahr ab", "threshold": "Kleinste ausgewiesene Zahl", "is_rounded": "gerundet"}

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    threshold: Mapped[int]
    """The one that held when it was released."""
    is_rounded: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    """Lines with the words of that day, and visible counts only: what is hidden is not here either."""
    released_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    body: Mapped[Body] = relationship()

    __table_args__ = (
        UniqueConstraint("body_id", "starts_on"),
        CheckConstraint("starts_on < ends_on", name="starts_before_it_ends"),
        CheckConstraint("threshold >= 3", name="threshold_at_least_three"),
    )


class YearlyReport(Base):
    """The yearly report for the Land and council (E-35): edition 0 is the draft, every other is frozen for good."""

    __tablename__ = "yearly_report"
    __audit__ = {"year": "Jahr", "edition": "Ausgabe", "frozen_at": "eingefroren", "sha256": "Prüfsumme"}

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    year: Mapped[int]
    edition: Mapped[int] = mapped_column(default=0, server_default="0")
    texts: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)
    """What the coordination wrote, by chapter; a chapter that is missing here follows the figures."""
    content: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    """Figures and texts of the day it was frozen; None in the draft, which is worked out anew each time."""
    sha256: Mapped[str | None]
    frozen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    frozen_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    body: Mapped[Body] = relationship()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("body_id", "year", "edition"),
        CheckConstraint("year >= 2000 AND edition >= 0", name="numbers_possible"),
        CheckConstraint(
            "(frozen_at IS NULL) = (edition = 0) AND (content IS NULL) = (edition = 0) "
            "AND (sha256 IS NULL) = (edition = 0)",
            name="frozen_complete",
        ),
    )

    @property
    def is_frozen(self) -> bool:
        return self.edition > 0

    @property
    def title(self) -> str:
        """„Jahresbericht 2025, Ausgabe 1"."""
        return f"Jahresbericht {self.year}, Ausgabe {self.edition}" if self.is_frozen else f"Jahresbericht {self.year}"


class TargetGroupYear(Base):
    """The figures of target groups of a year, as one table brought them (E14). The newest version counts."""

    __tablename__ = "target_group_year"
    __audit__ = {"year": "Jahr", "number": "Fassung", "as_of": "Stichtag", "source": "Quelle",
                 "function": "eingelesen von"}  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    year: Mapped[int]
    number: Mapped[int]
    as_of: Mapped[date]
    source: Mapped[str]
    """Where the figures come from: a statistic, a register, an office."""
    file_name: Mapped[str]
    function: Mapped[str]
    """Who brought them, by function."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    body: Mapped[Body] = relationship()
    counts: Mapped[list[TargetGroupCount]] = relationship(
        back_populates="version", cascade="all, delete-orphan", order_by="TargetGroupCount.id"
    )

    __table_args__ = (
        UniqueConstraint("body_id", "year", "number"),
        CheckConstraint("year >= 2000 AND number >= 1", name="numbers_possible"),
        CheckConstraint("length(trim(source)) > 0", name="source_not_blank"),
    )


class TargetGroupCount(Base):
    """How many people of a target group live in a municipality; no row where it is not known."""

    __tablename__ = "target_group_count"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("target_group_year.id", ondelete="CASCADE"))
    municipality_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    target_group: Mapped[str]
    """Key of the body's list of target groups."""
    amount: Mapped[int]
    cell: Mapped[str]
    """Where it stood in the table: „C7"."""

    version: Mapped[TargetGroupYear] = relationship(back_populates="counts")
    municipality: Mapped[Organisation] = relationship()

    __table_args__ = (
        UniqueConstraint("version_id", "municipality_id", "target_group"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
    )


class TargetGroupRelease(Base):
    """The masked figures of target groups of a year as everybody reads them. Never changed, never computed again."""

    __tablename__ = "target_group_release"
    __audit__ = {"year": "Jahr", "threshold": "Kleinste ausgewiesene Zahl", "is_rounded": "gerundet"}

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    year: Mapped[int]
    version_id: Mapped[int] = mapped_column(ForeignKey("target_group_year.id"))
    """What was released of it."""
    threshold: Mapped[int]
    """The one that held when it was released."""
    is_rounded: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    """Lines with the words of that day, and visible counts only: what is hidden is not here either."""
    released_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    body: Mapped[Body] = relationship()
    version: Mapped[TargetGroupYear] = relationship()

    __table_args__ = (
        UniqueConstraint("body_id", "year"),
        CheckConstraint("threshold >= 3", name="threshold_at_least_three"),
    )


class ReportCount(Base):
    """How many gap reports came or went, without the withdrawn ones: triggers add a row for each change (ADR 0031).

    Counts are sums of rows. Each morning rows that were counted alike become one.
    """

    __tablename__ = "report_count"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int]
    action_field: Mapped[str]
    municipality_id: Mapped[int | None]
    quarter: Mapped[str]
    """In which it was reported, by the clocks of Berlin: „2026-Q3"."""
    amount: Mapped[int]
    """Negative where a report left."""


class OrderCount(Base):
    """How many work orders were given to an addressee, and what became of them; rows as in :class:`ReportCount`.

    What is overdue is not here: that changes with the day alone.
    """

    __tablename__ = "order_count"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int | None]
    committee_id: Mapped[int | None]
    seat_id: Mapped[int | None]
    half_year: Mapped[str | None]
    """In which it was given: „2026-1"."""
    given: Mapped[int]
    """Without drafts and withdrawn ones."""
    open: Mapped[int]
    on_time: Mapped[int]
    """Done by the due date."""
    late: Mapped[int]


class MatterWay(Base):
    """The days a matter took from its first report, as they were last worked out."""

    __tablename__ = "matter_way"
    __audit__ = None

    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id", ondelete="CASCADE"), primary_key=True)
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    days_to_matter: Mapped[int]
    days_to_resolution: Mapped[int | None]
    days_to_effect: Mapped[int | None]

    __table_args__ = (
        Index("ix_matter_way_first_at", "first_at", "matter_id"),
        # Along these is counted how often each number of days occurs, but for the matters that changed.
        Index("ix_matter_way_days_to_matter", "days_to_matter", "matter_id"),
        Index("ix_matter_way_days_to_resolution", "days_to_resolution", "matter_id"),
        Index("ix_matter_way_days_to_effect", "days_to_effect", "matter_id"),
    )


class MatterWayChange(Base):
    """Where in the chain something changed since the ways were kept: triggers note it, readers look upwards from it."""

    __tablename__ = "matter_way_change"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int | None]
    item_id: Mapped[int | None]
    topic_id: Mapped[int | None]

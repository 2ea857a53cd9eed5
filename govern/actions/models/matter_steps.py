"""Tables of the way a matter has gone: one row for each step it took. Rows are added, never changed."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.actions.models.matters import Matter
from govern.committees.models import Committee, RouteStep, StepDirection
from govern.db import Base, UtcDateTime, now, text_enum
from govern.meetings.models import Resolution


class StepKind(StrEnum):
    """How a matter came to a step."""

    BEGUN = "begun"
    FORWARD = "forward"
    SHORTCUT = "shortcut"
    BACK = "back"
    MOVED = "moved"

    @property
    def label(self) -> str:
        return {
            "begun": "Weg begonnen",
            "forward": "weitergegeben",
            "shortcut": "auf direktem Weg weitergegeben",
            "back": "zurückgegeben",
            "moved": "auf einen neuen Weg gesetzt",
        }[self.value]


class LocalOutcome(StrEnum):
    """Why a matter leaves the place where a solution was tried on the spot (E7)."""

    UNSOLVED = "unsolved"
    SUPRA_LOCAL = "supra_local"

    @property
    def label(self) -> str:
        return {"unsolved": "lokal nicht gelöst", "supra_local": "überörtlich"}[self.value]


class MatterStep(Base):
    """One step of a matter on the route of its body: who, which way, when, why, by which resolution (E6, E-31)."""

    __tablename__ = "matter_step"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id", ondelete="CASCADE"))
    number: Mapped[int]
    """1, 2, 3 … within the matter; the highest is where it stands."""
    step_id: Mapped[int] = mapped_column(ForeignKey("route_step.id"), index=True)
    needs_resolution: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """What the step of the route says; the database compares both."""
    from_step_id: Mapped[int | None] = mapped_column(ForeignKey("route_step.id"))
    kind: Mapped[StepKind] = mapped_column(text_enum(StepKind))
    direction: Mapped[StepDirection] = mapped_column(text_enum(StepDirection))
    committee_id: Mapped[int | None] = mapped_column(ForeignKey("committee.id"), index=True)
    """The committee with which the matter lies, where the step is at one."""
    taken_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    function: Mapped[str]
    """Who took it, as a function: „Koordination", „Lenkungsgruppe"."""
    reason: Mapped[str | None]
    outcome: Mapped[LocalOutcome | None] = mapped_column(text_enum(LocalOutcome))
    resolution_id: Mapped[int | None] = mapped_column(ForeignKey("resolution.id"), index=True)

    matter: Mapped[Matter] = relationship()
    step: Mapped[RouteStep] = relationship(foreign_keys=[step_id])
    from_step: Mapped[RouteStep | None] = relationship(foreign_keys=[from_step_id])
    committee: Mapped[Committee | None] = relationship()
    resolution: Mapped[Resolution | None] = relationship()

    __table_args__ = (
        UniqueConstraint("matter_id", "number"),
        ForeignKeyConstraint(
            ["step_id", "needs_resolution"],
            ["route_step.id", "route_step.needs_resolution"],
            name="fk_matter_step_needs_resolution_route_step",
        ),
        CheckConstraint("NOT needs_resolution OR resolution_id IS NOT NULL", name="resolution_where_needed"),
        CheckConstraint("(number = 1) = (from_step_id IS NULL)", name="from_somewhere"),
        CheckConstraint(
            "kind IN ('begun', 'forward') OR length(trim(coalesce(reason, ''))) > 0", name="detours_have_reasons"
        ),
        CheckConstraint("outcome IS NULL OR length(trim(coalesce(reason, ''))) > 0", name="outcome_has_reason"),
    )

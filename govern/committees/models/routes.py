"""Tables of the route: the way a matter goes from case work to a decision and back, as the body's concept has it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.committees.models.committees import Committee, CommitteeKind, Level
from govern.db import Base, UtcDateTime, now, text_enum
from govern.people.models import Body, User


class RoutePhase(StrEnum):
    """The six phases of the cycle (E11); every step of a route belongs to one."""

    COLLECT = "collect"
    ANALYSE = "analyse"
    PLAN = "plan"
    IMPLEMENT = "implement"
    EVALUATE = "evaluate"
    ADJUST = "adjust"

    @property
    def label(self) -> str:
        return {
            "collect": "Erhebung",
            "analyse": "Analyse",
            "plan": "Planung und Steuerung",
            "implement": "Umsetzung",
            "evaluate": "Evaluation",
            "adjust": "Nachsteuerung",
        }[self.value]


class StepDirection(StrEnum):
    """Which way a matter goes when it takes a step."""

    UP = "up"
    DOWN = "down"
    SIDE = "side"
    BACK = "back"
    OUT = "out"

    @property
    def label(self) -> str:
        return {
            "up": "nach oben",
            "down": "nach unten",
            "side": "auf gleicher Ebene",
            "back": "zurück",
            "out": "nach außen",
        }[self.value]


class StepPlace(StrEnum):
    """With whom a matter lies at a step."""

    CASE_WORK = "case_work"
    COORDINATION = "coordination"
    COMMITTEE = "committee"
    ORGANISATIONS = "organisations"
    MUNICIPALITIES = "municipalities"
    STATE = "state"

    @property
    def label(self) -> str:
        return {
            "case_work": "Fallarbeit",
            "coordination": "Koordination",
            "committee": "Gremium",
            "organisations": "zuständige Stellen",
            "municipalities": "Kommunen",
            "state": "Land",
        }[self.value]


class Route(Base):
    """The route of a body from a day on. A row never changes: whoever edits the route adds a newer one."""

    __tablename__ = "route"
    __audit__ = {"name": "Weg", "starts_on": "gilt ab", "note": "Anmerkung", "source": "Fundstelle"}

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    name: Mapped[str]
    """„Arbeitskreise, Koordination, Lenkungsgruppe"."""
    note: Mapped[str | None]
    source: Mapped[str | None]
    starts_on: Mapped[date]
    """First day; `SINCE_EVER` where the source names none. Of two rows of one day the later one counts."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    body: Mapped[Body] = relationship()
    created_by: Mapped[User | None] = relationship()
    steps: Mapped[list[RouteStep]] = relationship(
        back_populates="route", cascade="all, delete-orphan", order_by="RouteStep.position"
    )

    __table_args__ = (
        Index("ix_route_body_id_starts_on", "body_id", "starts_on"),
        CheckConstraint("length(trim(name)) > 0", name="name_not_blank"),
    )


class RouteStep(Base):
    """One step of a route: with whom the matter lies then, which way it goes, what it needs."""

    __tablename__ = "route_step"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    route_id: Mapped[int] = mapped_column(ForeignKey("route.id", ondelete="CASCADE"))
    position: Mapped[int]
    key: Mapped[str]
    name: Mapped[str]
    text: Mapped[str | None]
    """What happens there, in the words of the concept."""
    phase: Mapped[RoutePhase] = mapped_column(text_enum(RoutePhase))
    direction: Mapped[StepDirection] = mapped_column(text_enum(StepDirection))
    place: Mapped[StepPlace] = mapped_column(text_enum(StepPlace))
    committee_id: Mapped[int | None] = mapped_column(ForeignKey("committee.id"))
    committee_kind: Mapped[CommitteeKind | None] = mapped_column(text_enum(CommitteeKind))
    """Any committee of this kind, where no single one is named."""
    level: Mapped[Level | None] = mapped_column(text_enum(Level))
    """Any committee of this level, where no single one is named."""
    needs_resolution: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """True where the step is taken only with a resolution of the highest committee (E-31)."""
    is_optional: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """True where a matter may pass by without that being a shortcut („bei Bedarf")."""
    is_local: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """True where a solution is tried on the spot; onwards goes what is not solved there or reaches further (E7)."""
    shortcut_to: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    """Keys of later steps to which a matter may go straight from here, with a reason (E8)."""
    note: Mapped[str | None]
    source: Mapped[str | None]

    route: Mapped[Route] = relationship(back_populates="steps")
    committee: Mapped[Committee | None] = relationship()

    __table_args__ = (
        UniqueConstraint("route_id", "position"),
        UniqueConstraint("route_id", "key"),
        UniqueConstraint("id", "needs_resolution"),
        CheckConstraint("length(trim(name)) > 0", name="name_not_blank"),
        CheckConstraint(
            "place = 'committee' OR (committee_id IS NULL AND committee_kind IS NULL AND level IS NULL)",
            name="committee_only_there",
        ),
        CheckConstraint("position > 1 OR NOT needs_resolution", name="first_step_is_free"),
    )

    @property
    def where(self) -> str:
        """With whom the matter lies, in words."""
        if self.committee is not None:
            return self.committee.name
        if self.committee_kind is not None:
            return self.committee_kind.label
        return f"{self.level.label}" if self.level is not None else self.place.label

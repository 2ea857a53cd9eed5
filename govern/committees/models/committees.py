"""Committees, their names and parents."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.db import Base, SortText, sort_key, text_enum
from govern.people.models import Body, Organisation

if TYPE_CHECKING:
    from govern.committees.models.mandates import CommitteeOfficer
    from govern.committees.models.seats import CompositionRule, Seat, SeatGroup


class CommitteeKind(StrEnum):
    """Kinds of committee (domain.md 3.6)."""

    STEERING_GROUP = "steering_group"
    WORKING_GROUP = "working_group"
    WORKING_CIRCLE = "working_circle"
    PROJECT_GROUP = "project_group"
    CONFERENCE = "conference"
    JOUR_FIXE = "jour_fixe"
    TEAM_MEETING = "team_meeting"
    REGIONAL_TEAM = "regional_team"
    EXCHANGE_FORMAT = "exchange_format"
    COORDINATION_UNIT = "coordination_unit"
    CASE_RECONSTRUCTION = "case_reconstruction"
    QUALITY_CIRCLE = "quality_circle"
    ROUND_TABLE = "round_table"
    CORE_GROUP = "core_group"
    WELFARE_FORUM = "welfare_forum"
    INTEGRATION_COUNCIL = "integration_council"
    COUNCIL = "council"
    COUNCIL_COMMITTEE = "council_committee"
    EXPERT_COMMISSION = "expert_commission"
    ADVISORY_COMMITTEE = "advisory_committee"
    NETWORK = "network"
    MANAGEMENT_BOARD = "management_board"

    @property
    def label(self) -> str:
        return COMMITTEE_KIND_LABELS[self]


COMMITTEE_KIND_LABELS = {
    CommitteeKind.STEERING_GROUP: "Lenkungsgruppe",
    CommitteeKind.WORKING_GROUP: "Arbeitsgruppe",
    CommitteeKind.WORKING_CIRCLE: "Arbeitskreis",
    CommitteeKind.PROJECT_GROUP: "Projektgruppe",
    CommitteeKind.CONFERENCE: "Konferenz",
    CommitteeKind.JOUR_FIXE: "Jour fixe",
    CommitteeKind.TEAM_MEETING: "Teambesprechung",
    CommitteeKind.REGIONAL_TEAM: "Regionalteam",
    CommitteeKind.EXCHANGE_FORMAT: "Austauschformat",
    CommitteeKind.COORDINATION_UNIT: "Koordinierende Stelle",
    CommitteeKind.CASE_RECONSTRUCTION: "Fallrekonstruktion",
    CommitteeKind.QUALITY_CIRCLE: "Qualitätszirkel",
    CommitteeKind.ROUND_TABLE: "Runder Tisch",
    CommitteeKind.CORE_GROUP: "Kerngruppe",
    CommitteeKind.WELFARE_FORUM: "AG Wohlfahrtspflege",
    CommitteeKind.INTEGRATION_COUNCIL: "Integrationsrat",
    CommitteeKind.COUNCIL: "Kreistag oder Rat",
    CommitteeKind.COUNCIL_COMMITTEE: "Fachausschuss",
    CommitteeKind.EXPERT_COMMISSION: "Fachkommission",
    CommitteeKind.ADVISORY_COMMITTEE: "Begleitausschuss",
    CommitteeKind.NETWORK: "Netzwerk",
    CommitteeKind.MANAGEMENT_BOARD: "Verwaltungsvorstand",
}


class Level(StrEnum):
    """On which level a committee works."""

    STRATEGIC = "strategic"
    STRUCTURAL = "structural"
    CASE = "case"
    OPERATIVE = "operative"
    NETWORK = "network"

    @property
    def label(self) -> str:
        return {
            "strategic": "Strategische Ebene",
            "structural": "Strukturebene",
            "case": "Fallebene",
            "operative": "Arbeitsebene",
            "network": "Netzwerk",
        }[self.value]


class CommitteeStatus(StrEnum):
    """Where a committee stands (A18, and „vorgeschlagen")."""

    PROPOSED = "proposed"
    PLANNED = "planned"
    POSSIBLE = "possible"
    BEING_SET_UP = "being_set_up"
    ACTIVE = "active"
    AS_NEEDED = "as_needed"
    COMPLETED = "completed"

    @property
    def label(self) -> str:
        return {
            "proposed": "vorgeschlagen",
            "planned": "geplant",
            "possible": "möglich",
            "being_set_up": "im Aufbau",
            "active": "aktiv",
            "as_needed": "bei Bedarf",
            "completed": "abgeschlossen",
        }[self.value]


class CadenceInterval(StrEnum):
    """Rhythm of the meetings as far as it can be counted (A13)."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"
    TWO_MONTHLY = "two_monthly"
    QUARTERLY = "quarterly"
    THREE_PER_YEAR = "three_per_year"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"

    @property
    def label(self) -> str:
        return {
            "weekly": "wöchentlich",
            "fortnightly": "alle 14 Tage",
            "monthly": "monatlich",
            "two_monthly": "alle zwei Monate",
            "quarterly": "viermal im Jahr",
            "three_per_year": "dreimal im Jahr",
            "half_yearly": "zweimal im Jahr",
            "yearly": "einmal im Jahr",
        }[self.value]

    @property
    def days(self) -> int:
        """Length of the interval in days, for the next proposed date and for „fällig"."""
        return {
            "weekly": 7,
            "fortnightly": 14,
            "monthly": 30,
            "two_monthly": 61,
            "quarterly": 91,
            "three_per_year": 122,
            "half_yearly": 182,
            "yearly": 365,
        }[self.value]


class Committee(Base):
    """A Gremium: anything from the Lenkungsgruppe to a round table, in KIM or in its network."""

    __tablename__ = "committee"
    __audit__ = {
        "name": "Name",
        "short_name": "Kurzname",
        "kind": "Art",
        "level": "Ebene",
        "status": "Status",
        "is_kim": "KIM-Gremium",
        "is_highest": "höchstes KIM-Gremium",
        "parent_id": "übergeordnetes Gremium",
        "network_relation": "Beziehung",
        "purpose": "Zweck",
        "opening_reason": "Anlass der Einrichtung",
        "chair_function": "Vorsitz",
        "chair_seat_id": "Vorsitz (Sitz)",
        "office_function": "Geschäftsführung",
        "office_organisation_id": "Geschäftsführung (Institution)",
        "cadence_interval": "Turnus",
        "cadence_text": "Turnus (Wortlaut)",
        "cadence_as_needed": "nach Bedarf",
        "founded_on": "gegründet",
        "founding_event": "Gründungsanlass",
        "ended_on": "beendet am",
        "max_size": "Höchstgröße",
        "max_size_approximate": "Höchstgröße ungefähr",
        "rules_adopted_on": "Geschäftsordnung vom",
        "tasks": "Aufgaben",
        "competences": "Entscheidungsbefugnisse",
        "composition_rule": "Regel zur Zusammensetzung",
        "guests_rule": "Regel zu Gästen",
        "meetings_public": "Sitzungen öffentlich",
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    key: Mapped[str | None]
    """Stable key of the structure file; None for committees entered by hand."""
    name: Mapped[str]
    """Name in use today; names of other days are in `names`."""
    sort_name: Mapped[str] = mapped_column(SortText)
    short_name: Mapped[str | None]
    """Short name, e.g. „LG"; part of resolution numbers („LG-B-2026-07")."""
    kind: Mapped[CommitteeKind] = mapped_column(text_enum(CommitteeKind))
    level: Mapped[Level | None] = mapped_column(text_enum(Level))
    status: Mapped[CommitteeStatus] = mapped_column(text_enum(CommitteeStatus))
    is_kim: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    """False for bodies outside KIM, kept as network with relation and source (A9)."""
    is_highest: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """The highest KIM committee of the body; at most one (A2)."""
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    """Order among the committees of the same parent."""
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("committee.id"))
    """Parent of today; parents of other days are in `parents`."""
    network_relation: Mapped[str | None]
    source: Mapped[str | None]
    """Where the facts are stated, e.g. „KIM-Konzept, Abschnitt 2.3.2"."""
    purpose: Mapped[str | None]
    note: Mapped[str | None]
    opening_reason: Mapped[str | None]
    """Why it was opened, where no resolution is needed (A5)."""
    opening_resolution_id: Mapped[int | None]
    """Resolution that set it up (A4). No foreign key: resolutions lie above this package."""
    chair_function: Mapped[str | None]
    """Chair as a function, with or without a seat, or None (A11)."""
    chair_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    chair_seat_id: Mapped[int | None] = mapped_column(ForeignKey("seat.id", use_alter=True))
    office_function: Mapped[str | None]
    """Unit that runs the committee (Geschäftsführung, A12)."""
    office_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    moderation: Mapped[str | None]
    minute_taking: Mapped[str | None]
    preparation: Mapped[str | None]
    invitation: Mapped[str | None]
    cadence_interval: Mapped[CadenceInterval | None] = mapped_column(text_enum(CadenceInterval))
    cadence_as_needed: Mapped[bool | None]
    cadence_text: Mapped[str | None]
    """The rhythm as the concept words it."""
    founded_on: Mapped[str | None]
    """To the day, month or year: `2021-03-17`, `2021-03` or `2021` (A14)."""
    founding_event: Mapped[str | None]
    ended_on: Mapped[date | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("committee.id"))
    """The committee it turned out to be, or was merged into (A19)."""
    max_size: Mapped[int | None]
    max_size_approximate: Mapped[bool | None]
    rules_exist: Mapped[bool | None]
    """Whether rules of procedure (Geschäftsordnung) exist; None: not stated."""
    rules_adopted_on: Mapped[str | None]
    """To the day, month or year."""
    rules_note: Mapped[str | None]
    tasks: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    competences: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    composition_rule: Mapped[str | None]
    guests_rule: Mapped[str | None]
    unresolved_rule: Mapped[str | None]
    minutes_content: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    meetings_public: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Default for new meetings: public = every signed-in person may read them."""
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    body: Mapped[Body] = relationship()
    parent: Mapped[Committee | None] = relationship(
        remote_side=[id], foreign_keys=[parent_id], back_populates="children"
    )
    children: Mapped[list[Committee]] = relationship(
        back_populates="parent", foreign_keys=[parent_id], order_by="(Committee.position, Committee.sort_name)"
    )
    merged_into: Mapped[Committee | None] = relationship(remote_side=[id], foreign_keys=[merged_into_id])
    chair_organisation: Mapped[Organisation | None] = relationship(foreign_keys=[chair_organisation_id])
    chair_seat: Mapped[Seat | None] = relationship(foreign_keys=[chair_seat_id], post_update=True)
    office_organisation: Mapped[Organisation | None] = relationship(foreign_keys=[office_organisation_id])
    names: Mapped[list[CommitteeName]] = relationship(
        back_populates="committee", cascade="all, delete-orphan", order_by="CommitteeName.id"
    )
    parents: Mapped[list[CommitteeParent]] = relationship(
        back_populates="committee",
        cascade="all, delete-orphan",
        foreign_keys="CommitteeParent.committee_id",
        order_by="CommitteeParent.id",
    )
    seats: Mapped[list[Seat]] = relationship(
        back_populates="committee",
        cascade="all, delete-orphan",
        foreign_keys="Seat.committee_id",
        order_by="(Seat.position, Seat.id)",
    )
    seat_groups: Mapped[list[SeatGroup]] = relationship(
        back_populates="committee", cascade="all, delete-orphan", order_by="(SeatGroup.position, SeatGroup.id)"
    )
    officers: Mapped[list[CommitteeOfficer]] = relationship(
        back_populates="committee", cascade="all, delete-orphan", order_by="CommitteeOfficer.id"
    )
    composition_rules: Mapped[list[CompositionRule]] = relationship(
        back_populates="committee", cascade="all, delete-orphan", order_by="CompositionRule.id"
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("body_id", "key"),
        Index(
            "uq_committee_highest",
            "body_id",
            unique=True,
            sqlite_where=sa.text("is_highest"),
            postgresql_where=sa.text("is_highest"),
        ),
        Index("ix_committee_sort_name", "sort_name"),
        CheckConstraint("length(trim(name)) > 0", name="name_not_blank"),
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_its_own_parent"),
        CheckConstraint("max_size IS NULL OR max_size > 0", name="max_size_positive"),
        CheckConstraint("founded_on IS NULL OR length(founded_on) IN (4, 7, 10)", name="founded_on_precision"),
        CheckConstraint(
            "rules_adopted_on IS NULL OR length(rules_adopted_on) IN (4, 7, 10)", name="rules_adopted_on_precision"
        ),
        CheckConstraint("is_kim OR NOT is_highest", name="highest_is_kim"),
    )

    @property
    def label(self) -> str:
        """Short name where there is one, else the name."""
        return self.short_name or self.name

    @property
    def is_over(self) -> bool:
        """Completed, merged or ended: kept for reading, no longer worked with."""
        return self.ended_on is not None or self.merged_into_id is not None


class CommitteeNameKind(StrEnum):
    """Why a committee is found under this name."""

    FORMER = "former"
    ALIAS = "alias"
    PREDECESSOR = "predecessor"

    @property
    def label(self) -> str:
        return {"former": "früherer Name", "alias": "auch genannt", "predecessor": "hervorgegangen aus"}[self.value]


class CommitteeName(Base):
    """Another name: a former one with its dates, a second spelling, or a predecessor (A10)."""

    __tablename__ = "committee_name"
    __audit__ = {"name": "weiterer Name", "kind": "Art des Namens", "starts_on": "von", "ends_on": "bis"}
    __audit_root__ = ("committee", "committee_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    short_name: Mapped[str | None]
    sort_name: Mapped[str] = mapped_column(SortText)
    kind: Mapped[CommitteeNameKind] = mapped_column(text_enum(CommitteeNameKind))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    note: Mapped[str | None]

    committee: Mapped[Committee] = relationship(back_populates="names")


class CommitteeParent(Base):
    """Under which committee it hung from a day to a day (A8); no parent row means top of the tree."""

    __tablename__ = "committee_parent"
    __audit__ = {"parent_id": "übergeordnetes Gremium", "starts_on": "von", "ends_on": "bis"}
    __audit_root__ = ("committee", "committee_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id", ondelete="CASCADE"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("committee.id"))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    reason: Mapped[str | None]

    committee: Mapped[Committee] = relationship(back_populates="parents", foreign_keys=[committee_id])
    parent: Mapped[Committee | None] = relationship(foreign_keys=[parent_id])

    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("parent_id IS NULL OR parent_id <> committee_id", name="not_its_own_parent"),
    )


@sa.event.listens_for(Committee, "before_insert")
@sa.event.listens_for(Committee, "before_update")
@sa.event.listens_for(CommitteeName, "before_insert")
@sa.event.listens_for(CommitteeName, "before_update")
def _set_sort_name(_mapper: Any, _connection: Any, row: Committee | CommitteeName) -> None:
    row.sort_name = sort_key(row.name)

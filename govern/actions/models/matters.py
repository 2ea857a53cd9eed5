"""Tables of matters (on screen „Lücke"): several reports as one thing to be decided, and what happened to it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.actions.models.vocabularies import ChainPlace, GapKind
from govern.db import Base, SortText, UtcDateTime, now, sort_key, text_enum
from govern.meetings.models import Topic
from govern.people.models import Body

if TYPE_CHECKING:
    from govern.actions.models.gap_reports import GapReport


class MatterState(StrEnum):
    """Where a matter stands."""

    OPEN = "open"
    SETTLED = "settled"
    DROPPED = "dropped"
    MERGED = "merged"

    @property
    def label(self) -> str:
        return {
            "open": "in Bearbeitung",
            "settled": "gelöst",
            "dropped": "nicht weiterverfolgt",
            "merged": "mit einer anderen zusammengeführt",
        }[self.value]


MATTER_TRANSITIONS: dict[MatterState, frozenset[MatterState]] = {
    MatterState.OPEN: frozenset({MatterState.SETTLED, MatterState.DROPPED, MatterState.MERGED}),
    MatterState.SETTLED: frozenset({MatterState.OPEN}),
    MatterState.DROPPED: frozenset({MatterState.OPEN}),
    MatterState.MERGED: frozenset(),
}
"""Which state may follow which."""


class Matter(Base):
    """A Lücke: what several reports have in common, in the coordination's words and with its own classification."""

    __tablename__ = "matter"
    __audit__ = {
        "title": "Titel",
        "summary": "Worum es geht",
        "state": "Stand",
        "closing_note": "Begründung",
        "shared_at": "freigegeben am",
        "gap_kind": "Art der Lücke",
        "chain_place": "Stelle in der Kette",
        "merged_into_id": "zusammengeführt mit",
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    number: Mapped[str] = mapped_column(unique=True)
    """„L-2026-014"."""
    year: Mapped[int]
    sequence_number: Mapped[int]
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="", server_default="")
    sort_text: Mapped[str] = mapped_column(SortText, default="")
    state: Mapped[MatterState] = mapped_column(text_enum(MatterState), default=MatterState.OPEN)
    closed_on: Mapped[date | None]
    closing_note: Mapped[str | None]
    shared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when others than the coordination read it."""
    action_field: Mapped[str]
    further_fields: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    """Keys of further fields of action it touches."""
    legal_area_from: Mapped[str | None]
    legal_area_to: Mapped[str | None]
    target_group: Mapped[str | None]
    gap_kind: Mapped[GapKind] = mapped_column(text_enum(GapKind))
    chain_place: Mapped[ChainPlace | None] = mapped_column(text_enum(ChainPlace))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("matter.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    body: Mapped[Body] = relationship()
    merged_into: Mapped[Matter | None] = relationship(remote_side=[id])
    reports: Mapped[list[GapReport]] = relationship(back_populates="matter", order_by="GapReport.id")
    topics: Mapped[list[MatterTopic]] = relationship(
        back_populates="matter", cascade="all, delete-orphan", order_by="MatterTopic.id"
    )
    events: Mapped[list[MatterEvent]] = relationship(
        back_populates="matter", cascade="all, delete-orphan", order_by="MatterEvent.id",
        foreign_keys="MatterEvent.matter_id",
    )  # fmt: skip

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("body_id", "year", "sequence_number"),
        Index("ix_matter_state_created_at", "state", "created_at", "shared_at"),
        Index("ix_matter_created_at", "created_at", "state", "shared_at"),
        Index("ix_matter_closed_on", "closed_on", "state", "shared_at"),
        Index(
            "ix_matter_shared",
            "created_at",
            "id",
            sqlite_where=sa.text("shared_at IS NOT NULL"),
            postgresql_where=sa.text("shared_at IS NOT NULL"),
        ),
        CheckConstraint("length(trim(title)) > 0", name="title_not_blank"),
        CheckConstraint("length(trim(action_field)) > 0", name="action_field_not_blank"),
        CheckConstraint("(state = 'merged') = (merged_into_id IS NOT NULL)", name="merged_into"),
        CheckConstraint("(state IN ('settled', 'dropped')) = (closed_on IS NOT NULL)", name="closed_on"),
    )

    @property
    def is_public(self) -> bool:
        """False while it is the coordination's own; entries of its history are then restricted, too."""
        return self.shared_at is not None

    @property
    def is_open(self) -> bool:
        return self.state is MatterState.OPEN


class MatterTopic(Base):
    """A topic of a committee that was made from a matter: the link between both, walkable both ways."""

    __tablename__ = "matter_topic"
    __audit__ = {"topic_id": "Thema"}
    __audit_root__ = ("matter", "matter_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id", ondelete="CASCADE"))
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    matter: Mapped[Matter] = relationship(back_populates="topics")
    topic: Mapped[Topic] = relationship()

    __table_args__ = (UniqueConstraint("matter_id", "topic_id"),)


class MatterEventKind(StrEnum):
    """What happened to a matter."""

    CREATED = "created"
    REPORT_ADDED = "report_added"
    REPORT_TAKEN_OUT = "report_taken_out"
    CLASSIFIED = "classified"
    MERGED_FROM = "merged_from"
    MERGED_INTO = "merged_into"
    SPLIT_OFF = "split_off"
    SPLIT_FROM = "split_from"
    SHARED = "shared"
    HIDDEN = "hidden"
    TOPIC = "topic"
    SETTLED = "settled"
    DROPPED = "dropped"
    REOPENED = "reopened"

    @property
    def label(self) -> str:
        return {
            "created": "Aus Meldungen gebündelt",
            "report_added": "Meldung zugeordnet",
            "report_taken_out": "Meldung herausgenommen",
            "classified": "Einordnung oder Text geändert",
            "merged_from": "Andere Lücke aufgenommen",
            "merged_into": "In einer anderen Lücke aufgegangen",
            "split_off": "Teil abgetrennt",
            "split_from": "Von einer anderen Lücke abgetrennt",
            "shared": "Für die Beteiligten freigegeben",
            "hidden": "Freigabe zurückgenommen",
            "topic": "Als Thema eingebracht",
            "settled": "Gelöst",
            "dropped": "Wird nicht weiterverfolgt",
            "reopened": "Wieder aufgenommen",
        }[self.value]

    @property
    def label_of_many(self) -> str:
        """Of several at once: „Meldungen zugeordnet"."""
        return self.label.replace("Meldung ", "Meldungen ")

    @property
    def is_internal(self) -> bool:
        """True for steps from which others could count the reports; only the coordination reads them."""
        return self in (
            MatterEventKind.REPORT_ADDED, MatterEventKind.REPORT_TAKEN_OUT, MatterEventKind.CLASSIFIED,
            MatterEventKind.MERGED_FROM, MatterEventKind.MERGED_INTO, MatterEventKind.SPLIT_OFF,
            MatterEventKind.SPLIT_FROM, MatterEventKind.HIDDEN,
        )  # fmt: skip


class Direction(StrEnum):
    """Which way a step goes between case work and steering group (E6)."""

    UP = "up"
    SIDE = "side"
    DOWN = "down"

    @property
    def label(self) -> str:
        return {"up": "nach oben", "side": "auf gleicher Ebene", "down": "zurück"}[self.value]


class MatterEvent(Base):
    """One step of a matter: who (by function), which way, when and why. Append-only."""

    __tablename__ = "matter_event"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id", ondelete="CASCADE"), index=True)
    kind: Mapped[MatterEventKind] = mapped_column(text_enum(MatterEventKind))
    direction: Mapped[Direction] = mapped_column(text_enum(Direction), default=Direction.SIDE)
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    function: Mapped[str]
    reason: Mapped[str | None]
    changes: Mapped[dict[str, list[Any]]] = mapped_column(sa.JSON, default=dict)
    """German field → [before, after], of a changed classification."""
    report_id: Mapped[int | None] = mapped_column(ForeignKey("gap_report.id", ondelete="SET NULL"))
    other_matter_id: Mapped[int | None] = mapped_column(ForeignKey("matter.id"))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id", ondelete="SET NULL"))

    matter: Mapped[Matter] = relationship(back_populates="events", foreign_keys=[matter_id])
    report: Mapped[GapReport | None] = relationship()
    other_matter: Mapped[Matter | None] = relationship(foreign_keys=[other_matter_id])
    topic: Mapped[Topic | None] = relationship()


class MatterStem(Base):
    """A word stem of a matter's own words, to find it for similar reports."""

    __tablename__ = "matter_stem"
    __audit__ = None

    stem: Mapped[str] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id", ondelete="CASCADE"), primary_key=True)

    __table_args__ = (Index("ix_matter_stem_matter_id", "matter_id"),)


@sa.event.listens_for(Matter, "before_insert")
@sa.event.listens_for(Matter, "before_update")
def _set_sort_text(_mapper: Any, _connection: Any, matter: Matter) -> None:
    matter.sort_text = sort_key(f"{matter.title} {matter.summary or ''}")

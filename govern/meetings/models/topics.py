"""The topic store (Themenspeicher)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.committees.models import Committee, Seat
from govern.db import Base, UtcDateTime, now, text_enum
from govern.meetings.models.agendas import ItemKind
from govern.people.models import User

if TYPE_CHECKING:
    from govern.meetings.models.agendas import AgendaItem
    from govern.meetings.models.papers import Paper


class TopicInput(StrEnum):
    """Kind of input a topic brings (domain.md 3.7)."""

    MEMBER_REPORT = "member_report"
    NEED_OR_GAP = "need_or_gap"
    BUNDLED_GAPS = "bundled_gaps"
    WORKING_GROUP_PROPOSAL = "working_group_proposal"
    DECISION_PAPER = "decision_paper"
    WORKING_GROUP_RESULT = "working_group_result"
    BIG_TOPIC = "big_topic"
    MEMBER_TOPIC = "member_topic"
    EXPERT_INPUT = "expert_input"
    LAW_CHANGE = "law_change"
    CONCEPT_VERSION = "concept_version"
    NEW_SUBGROUP = "new_subgroup"
    MEMBERSHIP_CHANGE = "membership_change"
    FOLLOW_UP = "follow_up"
    EVALUATION = "evaluation"

    @property
    def label(self) -> str:
        return {
            "member_report": "Bericht über die Umsetzung",
            "need_or_gap": "Handlungsbedarf oder Lücke",
            "bundled_gaps": "gebündelte Bedarfe",
            "working_group_proposal": "Vorschlag einer Arbeitsgruppe",
            "decision_paper": "Entscheidungsvorlage",
            "working_group_result": "Ergebnis einer Arbeitsgruppe",
            "big_topic": "großes Thema aus dem Case-Management",
            "member_topic": "Beratungsthema eines Mitglieds",
            "expert_input": "Fachbeitrag",
            "law_change": "Gesetzesänderung, Verfahren",
            "concept_version": "Konzept, Fortschreibung",
            "new_subgroup": "Einrichtung einer Untergruppe",
            "membership_change": "weitere Mitglieder",
            "follow_up": "Stand der Arbeitsaufträge",
            "evaluation": "Überprüfung der Umsetzung",
        }[self.value]


class TopicState(StrEnum):
    """Where a topic stands."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    DONE = "done"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {
            "proposed": "vorgeschlagen",
            "accepted": "angenommen",
            "scheduled": "auf der Tagesordnung",
            "done": "behandelt",
            "returned": "zurückgegeben",
            "withdrawn": "zurückgezogen",
        }[self.value]


class Topic(Base):
    """A proposed subject in the topic store (Themenspeicher) of a committee (C3)."""

    __tablename__ = "topic"
    __audit__ = {
        "title": "Titel",
        "committee_id": "Gremium",
        "purpose": "Worum es geht",
        "wished_outcome": "gewünschtes Ergebnis",
        "state": "Stand",
        "state_reason": "Begründung",
        "input_kind": "Art des Eingangs",
        "late_consent_note": "Zustimmung zum späten Thema",
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    title: Mapped[str]
    purpose: Mapped[str] = mapped_column(default="", server_default="")
    wished_outcome: Mapped[str] = mapped_column(default="", server_default="")
    input_kind: Mapped[TopicInput] = mapped_column(text_enum(TopicInput), default=TopicInput.MEMBER_TOPIC)
    wished_kind: Mapped[ItemKind] = mapped_column(text_enum(ItemKind), default=ItemKind.DISCUSSION)
    planned_minutes: Mapped[int | None]
    is_public: Mapped[bool] = mapped_column(default=True)
    state: Mapped[TopicState] = mapped_column(text_enum(TopicState), default=TopicState.PROPOSED)
    state_reason: Mapped[str | None]
    """Why it was returned or moved; the proposer reads it."""
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    proposed_for_seat_id: Mapped[int | None] = mapped_column(ForeignKey("seat.id"))
    moved_from_id: Mapped[int | None] = mapped_column(ForeignKey("committee.id"))
    from_committee_id: Mapped[int | None] = mapped_column(ForeignKey("committee.id"))
    """The working group whose result it is (C6)."""
    from_item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id", use_alter=True))
    """The item of an earlier meeting it comes from: postponed, referred, or the result of a working group."""
    late_consent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When somebody agreed that it may still come on the agenda although its deadline had passed."""
    late_consent_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    late_consent_note: Mapped[str | None]
    """Who agreed and why, e.g. „Vorsitz, telefonisch: duldet keinen Aufschub"."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    committee: Mapped[Committee] = relationship(foreign_keys=[committee_id])
    moved_from: Mapped[Committee | None] = relationship(foreign_keys=[moved_from_id])
    from_committee: Mapped[Committee | None] = relationship(foreign_keys=[from_committee_id])
    from_item: Mapped[AgendaItem | None] = relationship(foreign_keys=[from_item_id], viewonly=True)
    proposed_by: Mapped[User | None] = relationship(foreign_keys=[proposed_by_id])
    late_consent_by: Mapped[User | None] = relationship(foreign_keys=[late_consent_by_id])
    proposed_for_seat: Mapped[Seat | None] = relationship()
    items: Mapped[list[AgendaItem]] = relationship(
        back_populates="topic", foreign_keys="AgendaItem.topic_id", order_by="AgendaItem.id"
    )
    papers: Mapped[list[Paper]] = relationship(
        back_populates="topic", order_by="(Paper.position, Paper.id)", cascade="all, delete-orphan"
    )

    @property
    def is_carried_over(self) -> bool:
        """Comes from an earlier meeting of its own committee, where it was postponed, not reached or taken off."""
        return self.from_item_id is not None and self.from_committee_id is None and self.moved_from_id is None

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        Index("ix_topic_committee_id_state", "committee_id", "state"),
        Index("ix_topic_state_created_at", "state", "created_at"),
        Index(
            "ix_topic_from_item_id",
            "from_item_id",
            sqlite_where=sa.column("from_item_id").is_not(None),
            postgresql_where=sa.column("from_item_id").is_not(None),
        ),
        CheckConstraint("length(trim(title)) > 0", name="title_not_blank"),
        CheckConstraint("planned_minutes IS NULL OR planned_minutes BETWEEN 0 AND 600", name="planned_minutes_range"),
    )

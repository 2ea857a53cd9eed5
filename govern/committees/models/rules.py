"""Rules of procedure of a committee: dated rows with their source, so that old meetings keep the rules of their day."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.committees.models.committees import Committee
from govern.db import Base, UtcDateTime, now, text_enum
from govern.people.models import Body, User

SINCE_EVER = date(1900, 1, 1)
"""First day of rules that are stated without the day since when they hold."""


class RuleKind(StrEnum):
    """What a rule of procedure settles."""

    NOTICE_PERIOD = "notice_period"
    SHORTENED_NOTICE = "shortened_notice"
    TOPIC_DEADLINE = "topic_deadline"
    PAPER_DEADLINE = "paper_deadline"
    QUORUM = "quorum"
    SECOND_MEETING = "second_meeting"
    MAJORITY = "majority"
    TIE = "tie"
    DEPUTIES = "deputies"
    VOTES_PER_SEAT = "votes_per_seat"
    VOTING = "voting"
    MINUTES_MODE = "minutes_mode"
    MINUTES_DEADLINE = "minutes_deadline"
    OBJECTION_PERIOD = "objection_period"
    MINUTES_APPROVAL = "minutes_approval"
    CIRCULAR_RESOLUTIONS = "circular_resolutions"
    TABLE_PAPERS = "table_papers"
    URGENT_ITEMS = "urgent_items"
    IMPLEMENTER_CONSENT = "implementer_consent"
    RECUSAL = "recusal"
    MEMBER_REPORTS = "member_reports"
    RESOLUTION_TRACKING = "resolution_tracking"
    ORDER_ACKNOWLEDGEMENT = "order_acknowledgement"
    SUBGROUP_RESOLUTION = "subgroup_resolution"
    MEMBER_CONFIRMATION = "member_confirmation"

    @property
    def label(self) -> str:
        return {
            "notice_period": "Ladungsfrist",
            "shortened_notice": "verkürzte Ladungsfrist",
            "topic_deadline": "Frist für Themen",
            "paper_deadline": "Frist für Unterlagen",
            "quorum": "Beschlussfähigkeit",
            "second_meeting": "zweite Sitzung zum selben Punkt",
            "majority": "Mehrheit",
            "tie": "Stimmengleichheit",
            "deputies": "Stellvertretung",
            "votes_per_seat": "Stimmen je Sitz",
            "voting": "Form der Abstimmung",
            "minutes_mode": "Form des Protokolls",
            "minutes_deadline": "Frist für den Protokollentwurf",
            "objection_period": "Einwendungsfrist",
            "minutes_approval": "Genehmigung des Protokolls",
            "circular_resolutions": "Umlaufbeschlüsse",
            "table_papers": "Tischvorlagen",
            "urgent_items": "Dringlichkeitsanträge",
            "implementer_consent": "Einvernehmen der Umsetzenden",
            "recusal": "Befangenheit",
            "member_reports": "Berichte der Mitglieder",
            "resolution_tracking": "ständige Beschlusskontrolle",
            "order_acknowledgement": "Kenntnisnahme erledigter Aufträge",
            "subgroup_resolution": "Untergruppen nur durch Beschluss",
            "member_confirmation": "Bestätigung weiterer Mitglieder",
        }[self.value]


class RuleState(StrEnum):
    """Whether a rule holds. „Not settled" is a value of its own and never guessed."""

    ON = "on"
    OFF = "off"
    NOT_SETTLED = "not_settled"

    @property
    def label(self) -> str:
        return {"on": "gilt", "off": "gilt nicht", "not_settled": "nicht geregelt"}[self.value]


class ProcedureRule(Base):
    """One rule of one committee from a day on; of the body as a whole where it names no committee.

    The row with the latest ``starts_on`` up to a day holds on that day. Earlier rows stay, so that a meeting is
    always judged by the rules of its own day (E-19).
    """

    __tablename__ = "procedure_rule"
    __audit__ = {
        "kind": "Regel",
        "state": "Stand",
        "number": "Zahl",
        "mode": "Zählweise oder Art",
        "text": "Wortlaut",
        "source": "Fundstelle",
        "is_proposal": "Vorschlag",
        "starts_on": "gilt ab",
    }
    __audit_root__ = ("committee", "committee_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    committee_id: Mapped[int | None] = mapped_column(ForeignKey("committee.id", ondelete="CASCADE"))
    kind: Mapped[RuleKind] = mapped_column(text_enum(RuleKind))
    state: Mapped[RuleState] = mapped_column(text_enum(RuleState))
    number: Mapped[int | None]
    """Days, votes or members, as the kind says."""
    mode: Mapped[str | None]
    """One of the ways the kind knows, e.g. how days are counted; `procedures.MODES` lists them."""
    text: Mapped[str | None]
    """The rule in words, e.g. what circular resolutions are allowed for."""
    source: Mapped[str | None]
    """„Geschäftsordnung § 5", „KIM-Konzept, Abschnitt 2.3.2"."""
    is_proposal: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Taken from a preset: a proposal of the product, not a rule of the county."""
    starts_on: Mapped[date]
    """First day; :data:`SINCE_EVER` where the source names none."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    body: Mapped[Body] = relationship()
    committee: Mapped[Committee | None] = relationship()
    created_by: Mapped[User | None] = relationship()

    __table_args__ = (
        Index(
            "uq_procedure_rule_committee",
            "committee_id",
            "kind",
            "starts_on",
            unique=True,
            sqlite_where=sa.text("committee_id IS NOT NULL"),
            postgresql_where=sa.text("committee_id IS NOT NULL"),
        ),
        Index(
            "uq_procedure_rule_body",
            "body_id",
            "kind",
            "starts_on",
            unique=True,
            sqlite_where=sa.text("committee_id IS NULL"),
            postgresql_where=sa.text("committee_id IS NULL"),
        ),
        CheckConstraint("number IS NULL OR number BETWEEN 0 AND 1000", name="number_range"),
        CheckConstraint("state = 'on' OR (number IS NULL AND mode IS NULL)", name="details_only_when_on"),
    )

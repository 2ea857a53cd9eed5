"""Tables of evaluations (Wirkungsprüfungen): planned for a day, asked of several, concluded, adjusted after (D8).

Nothing is overwritten: a later answer and a corrected result are further rows, a moved day stands in the history.
Answers of institutions may speak of single cases in spite of the guard, so none of this goes into the general audit
trail; an evaluation keeps its own history, where everybody appears by function.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.actions.models.gap_reports import ConfirmReason
from govern.actions.models.matters import Matter
from govern.actions.models.work_orders import Effect, WorkOrder
from govern.committees.models import Committee
from govern.db import Base, UtcDateTime, now, text_enum
from govern.meetings.models import Resolution, Topic
from govern.people.models import Organisation

QUESTIONS: dict[str, str] = {
    "breaks_avoided": "Wurden Lücken und Brüche vermieden?",
    "offers_improved": "Sind die Angebote wirksamer geworden?",
    "process_improved": "Sind Verwaltungsprozess und soziale Dienste effizienter und besser geworden?",
}
"""The three questions of Aachen (concept, 4.4.3 a), by the columns that hold the answers."""


class Verdict(StrEnum):
    """The answer to one of the three questions."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        return {"yes": "ja", "partly": "teilweise", "no": "nein", "unknown": "lässt sich nicht sagen"}[self.value]

    @property
    def tone(self) -> str:
        """How a badge shows it; the word says it all the same."""
        return {"yes": "success", "partly": "warning", "no": "danger", "unknown": "neutral"}[self.value]


class EvaluationState(StrEnum):
    """Where an evaluation stands."""

    PLANNED = "planned"
    CONCLUDED = "concluded"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return {"planned": "geplant", "concluded": "abgeschlossen", "cancelled": "abgesagt"}[self.value]


EVALUATION_TRANSITIONS: dict[EvaluationState, frozenset[EvaluationState]] = {
    EvaluationState.PLANNED: frozenset({EvaluationState.CONCLUDED, EvaluationState.CANCELLED}),
    EvaluationState.CONCLUDED: frozenset(),
    EvaluationState.CANCELLED: frozenset(),
}
"""Which state may follow which. A wrong result is corrected by a further one; who must look again plans anew."""


class Evaluation(Base):
    """A Wirkungsprüfung: on a day, the coordination looks whether what was decided on a matter has helped."""

    __tablename__ = "evaluation"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"))
    number: Mapped[int]
    """The how manieth of its matter."""
    due_on: Mapped[date]
    compared_from: Mapped[date]
    """Since when what was decided should help: reports are counted before and from this day on."""
    resolution_id: Mapped[int | None] = mapped_column(ForeignKey("resolution.id", ondelete="SET NULL"), index=True)
    """Whose effect is looked at; None: of everything that was done."""
    work_order_id: Mapped[int | None] = mapped_column(ForeignKey("work_order.id"), index=True)
    state: Mapped[EvaluationState] = mapped_column(text_enum(EvaluationState), default=EvaluationState.PLANNED)
    asked_text: Mapped[str] = mapped_column(default="", server_default="")
    """What those who are asked read of the matter: released by the coordination, checked by the guard."""
    answers_until: Mapped[date | None]
    reminded_on: Mapped[date | None]
    """When the coordination was told that the present day has come."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    matter: Mapped[Matter] = relationship(lazy="joined", innerjoin=True)
    resolution: Mapped[Resolution | None] = relationship()
    work_order: Mapped[WorkOrder | None] = relationship()
    requests: Mapped[list[EvaluationRequest]] = relationship(
        back_populates="evaluation", cascade="all, delete-orphan", order_by="EvaluationRequest.id"
    )
    results: Mapped[list[EvaluationResult]] = relationship(
        back_populates="evaluation", cascade="all, delete-orphan", order_by="EvaluationResult.number"
    )
    events: Mapped[list[EvaluationEvent]] = relationship(
        back_populates="evaluation", cascade="all, delete-orphan", order_by="EvaluationEvent.id"
    )
    adjustments: Mapped[list[Adjustment]] = relationship(
        back_populates="evaluation", cascade="all, delete-orphan", order_by="Adjustment.id"
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("matter_id", "number"),
        Index("ix_evaluation_state_due_on", "state", "due_on"),
        CheckConstraint("compared_from <= due_on", name="compared_before_due"),
    )

    @property
    def result(self) -> EvaluationResult | None:
        """What holds now: the last result."""
        return self.results[-1] if self.results else None

    @property
    def title(self) -> str:
        """„2. Wirkungsprüfung zu L-2026-014"."""
        return f"{self.number}. Wirkungsprüfung zu {self.matter.number}"


class EvaluationRequest(Base):
    """Who is asked for an answer: an institution, or a committee for which its chair or office answers."""

    __tablename__ = "evaluation_request"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluation.id", ondelete="CASCADE"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    committee_id: Mapped[int | None] = mapped_column(ForeignKey("committee.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    reminded_on: Mapped[date | None]
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the question was taken back unanswered."""

    evaluation: Mapped[Evaluation] = relationship(back_populates="requests")
    organisation: Mapped[Organisation | None] = relationship()
    committee: Mapped[Committee | None] = relationship()
    answers: Mapped[list[EvaluationAnswer]] = relationship(
        back_populates="request", cascade="all, delete-orphan", order_by="EvaluationAnswer.number"
    )

    __table_args__ = (
        UniqueConstraint("evaluation_id", "organisation_id"),
        UniqueConstraint("evaluation_id", "committee_id"),
        CheckConstraint("(organisation_id IS NULL) <> (committee_id IS NULL)", name="one_asked"),
    )

    @property
    def label(self) -> str:
        """Institution or committee that is asked."""
        if self.organisation is not None:
            return self.organisation.name
        return self.committee.name if self.committee is not None else ""

    @property
    def answer(self) -> EvaluationAnswer | None:
        """What holds now: the last answer."""
        return self.answers[-1] if self.answers else None


class EvaluationAnswer(Base):
    """What somebody who was asked answers to the three questions. Append-only; the last one holds."""

    __tablename__ = "evaluation_answer"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("evaluation_request.id", ondelete="CASCADE"))
    number: Mapped[int]
    breaks_avoided: Mapped[Verdict] = mapped_column(text_enum(Verdict, name="breaks_avoided"))
    breaks_avoided_note: Mapped[str] = mapped_column(default="", server_default="")
    offers_improved: Mapped[Verdict] = mapped_column(text_enum(Verdict, name="offers_improved"))
    offers_improved_note: Mapped[str] = mapped_column(default="", server_default="")
    process_improved: Mapped[Verdict] = mapped_column(text_enum(Verdict, name="process_improved"))
    process_improved_note: Mapped[str] = mapped_column(default="", server_default="")
    wants_adjustment: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Holds a Nachsteuerung to be necessary."""
    confirmed_kinds: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    """What the guard found and was sent all the same; kinds only, never the words."""
    confirm_reason: Mapped[ConfirmReason | None] = mapped_column(text_enum(ConfirmReason))
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    function: Mapped[str]
    """Who gave it, by function; „Koordination" where it was noted for an institution without an account."""

    request: Mapped[EvaluationRequest] = relationship(back_populates="answers")

    __table_args__ = (UniqueConstraint("request_id", "number"),)


class EvaluationResult(Base):
    """What the evaluation found, with the figures of that day. Append-only: a correction is a further one."""

    __tablename__ = "evaluation_result"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluation.id", ondelete="CASCADE"))
    number: Mapped[int]
    effect: Mapped[Effect] = mapped_column(text_enum(Effect))
    breaks_avoided: Mapped[Verdict] = mapped_column(text_enum(Verdict, name="breaks_avoided"))
    offers_improved: Mapped[Verdict] = mapped_column(text_enum(Verdict, name="offers_improved"))
    process_improved: Mapped[Verdict] = mapped_column(text_enum(Verdict, name="process_improved"))
    reason: Mapped[str]
    """Read by everybody who may read the matter."""
    compared_from: Mapped[date]
    compared_days: Mapped[int]
    """So many days before and after were compared."""
    reports_before: Mapped[int]
    reports_after: Mapped[int]
    """True counts, as they stood that day; others than the coordination get them rounded."""
    decided_on: Mapped[date]
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    function: Mapped[str]

    evaluation: Mapped[Evaluation] = relationship(back_populates="results")

    __table_args__ = (
        UniqueConstraint("evaluation_id", "number"),
        CheckConstraint("length(trim(reason)) > 0", name="reason_not_blank"),
        CheckConstraint(
            "reports_before >= 0 AND reports_after >= 0 AND compared_days >= 0", name="counts_not_negative"
        ),
    )


class EvaluationEventKind(StrEnum):
    """What happened to an evaluation."""

    PLANNED = "planned"
    MOVED = "moved"
    ASKED = "asked"
    TAKEN_BACK = "taken_back"
    REMINDED = "reminded"
    ANSWERED = "answered"
    CONCLUDED = "concluded"
    CORRECTED = "corrected"
    CANCELLED = "cancelled"
    ADJUSTED = "adjusted"

    @property
    def label(self) -> str:
        return {
            "planned": "Geplant",
            "moved": "Termin geändert",
            "asked": "Um Antwort gebeten",
            "taken_back": "Bitte um Antwort zurückgenommen",
            "reminded": "Erinnert",
            "answered": "Geantwortet",
            "concluded": "Ergebnis festgehalten",
            "corrected": "Ergebnis berichtigt",
            "cancelled": "Abgesagt",
            "adjusted": "Nachsteuerung begonnen",
        }[self.value]


class EvaluationEvent(Base):
    """One step of an evaluation, read by the coordination. Append-only."""

    __tablename__ = "evaluation_event"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluation.id", ondelete="CASCADE"), index=True)
    kind: Mapped[EvaluationEventKind] = mapped_column(text_enum(EvaluationEventKind))
    text: Mapped[str] = mapped_column(default="", server_default="")
    due_before: Mapped[date | None]
    due_after: Mapped[date | None]
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    function: Mapped[str]

    evaluation: Mapped[Evaluation] = relationship(back_populates="events")


class Adjustment(Base):
    """A Nachsteuerung: what was begun because an evaluation found too little effect, linked both ways. Append-only."""

    __tablename__ = "adjustment"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluation.id"), index=True)
    matter_id: Mapped[int | None] = mapped_column(ForeignKey("matter.id"), index=True)
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"), index=True)
    work_order_id: Mapped[int | None] = mapped_column(ForeignKey("work_order.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    function: Mapped[str]

    evaluation: Mapped[Evaluation] = relationship(back_populates="adjustments")
    matter: Mapped[Matter | None] = relationship()
    topic: Mapped[Topic | None] = relationship()
    work_order: Mapped[WorkOrder | None] = relationship()

    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN matter_id IS NULL THEN 0 ELSE 1 END + CASE WHEN topic_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN work_order_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_object",
        ),
    )

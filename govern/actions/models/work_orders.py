"""Tables of work orders, of everything that happened to them, and of the papers handed in."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.actions.models.matters import Matter
from govern.committees.models import Committee, Seat
from govern.db import Base, UtcDateTime, now, text_enum
from govern.meetings.models import AgendaItem, Resolution
from govern.people.models import Body, Organisation, Person, User


class WorkOrderState(StrEnum):
    """Where a work order stands."""

    DRAFT = "draft"
    ISSUED = "issued"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    IN_PROGRESS = "in_progress"
    REPORTED_DONE = "reported_done"
    ACKNOWLEDGED = "acknowledged"
    EFFECT_CHECKED = "effect_checked"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {
            "draft": "Entwurf",
            "issued": "erteilt",
            "accepted": "angenommen",
            "declined": "abgelehnt",
            "in_progress": "in Arbeit",
            "reported_done": "als erledigt gemeldet",
            "acknowledged": "erledigt",
            "effect_checked": "Wirkung geprüft",
            "withdrawn": "zurückgezogen",
        }[self.value]

    @property
    def is_open(self) -> bool:
        return self in OPEN_STATES

    @property
    def is_done(self) -> bool:
        return self in DONE_STATES


WORKING_STATES = (WorkOrderState.ISSUED, WorkOrderState.ACCEPTED, WorkOrderState.IN_PROGRESS)
"""The addressee is to act."""

OPEN_STATES = (*WORKING_STATES, WorkOrderState.DECLINED)
"""Given, and neither done nor withdrawn; a declined order waits for the office."""

DONE_STATES = (WorkOrderState.REPORTED_DONE, WorkOrderState.ACKNOWLEDGED, WorkOrderState.EFFECT_CHECKED)
"""The addressee has done it; whether that is accepted, the state says."""

WORK_ORDER_TRANSITIONS: dict[WorkOrderState, frozenset[WorkOrderState]] = {
    WorkOrderState.DRAFT: frozenset({WorkOrderState.ISSUED}),
    WorkOrderState.ISSUED: frozenset({
        WorkOrderState.ACCEPTED, WorkOrderState.DECLINED, WorkOrderState.IN_PROGRESS, WorkOrderState.REPORTED_DONE,
        WorkOrderState.WITHDRAWN,
    }),
    WorkOrderState.ACCEPTED: frozenset({
        WorkOrderState.IN_PROGRESS, WorkOrderState.REPORTED_DONE, WorkOrderState.WITHDRAWN,
    }),
    WorkOrderState.DECLINED: frozenset({WorkOrderState.ISSUED, WorkOrderState.WITHDRAWN}),
    WorkOrderState.IN_PROGRESS: frozenset({WorkOrderState.REPORTED_DONE, WorkOrderState.WITHDRAWN}),
    WorkOrderState.REPORTED_DONE: frozenset({WorkOrderState.ACKNOWLEDGED, WorkOrderState.IN_PROGRESS}),
    WorkOrderState.ACKNOWLEDGED: frozenset({WorkOrderState.EFFECT_CHECKED, WorkOrderState.IN_PROGRESS}),
    WorkOrderState.EFFECT_CHECKED: frozenset({WorkOrderState.IN_PROGRESS}),
    WorkOrderState.WITHDRAWN: frozenset(),
}  # fmt: skip
"""Which state may follow which. Whoever reports on an issued order has thereby accepted it."""


class Priority(StrEnum):
    """How urgent a work order is beside others."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"

    @property
    def label(self) -> str:
        return {"high": "hoch", "normal": "mittel", "low": "niedrig"}[self.value]


class Effect(StrEnum):
    """What the check of a finished order found."""

    EFFECTIVE = "effective"
    PARTLY = "partly"
    NONE = "none"

    @property
    def label(self) -> str:
        return {"effective": "wirksam", "partly": "teilweise wirksam", "none": "nicht wirksam"}[self.value]


class WorkOrder(Base):
    """An Arbeitsauftrag: who shall do what until when, from which meeting, item and resolution (D1, D2, D3)."""

    __tablename__ = "work_order"
    __audit__ = {
        "task": "Auftrag",
        "details": "Erläuterung",
        "due_on": "fällig am",
        "asked_due_on": "erbetene Frist",
        "resubmit_on": "Wiedervorlage",
        "effect_check_on": "Wirkung prüfen am",
        "effect": "Wirkung",
        "state": "Stand",
        "priority": "Dringlichkeit",
        "success_measure": "Woran Erfolg zu erkennen ist",
        "addressee_organisation_id": "an Institution",
        "addressee_seat_id": "an Sitz",
        "addressee_committee_id": "an Gremium",
        "number": "Nummer",
        "withdrawal_reason": "Grund des Zurückziehens",
        "matter_id": "aus der Lücke",
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    """The committee that gives the order."""
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))
    resolution_id: Mapped[int | None] = mapped_column(ForeignKey("resolution.id", ondelete="SET NULL"))
    matter_id: Mapped[int | None] = mapped_column(ForeignKey("matter.id"))
    """The matter it was given for directly, without a resolution (D6)."""
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("work_order.id"), index=True)
    """The order this is a part of: one order to several municipalities at once."""
    number: Mapped[str | None] = mapped_column(unique=True)
    """„A-2026-012", given when the meeting is closed."""
    year: Mapped[int | None]
    sequence_number: Mapped[int | None]
    task: Mapped[str]
    """What is to be done, in one sentence that is understood without its topic."""
    details: Mapped[str] = mapped_column(default="", server_default="")
    success_measure: Mapped[str] = mapped_column(default="", server_default="")
    """By what one sees that it is reached (E-33)."""
    priority: Mapped[Priority] = mapped_column(text_enum(Priority), default=Priority.NORMAL, server_default="normal")
    addressee_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    addressee_seat_id: Mapped[int | None] = mapped_column(ForeignKey("seat.id"))
    addressee_committee_id: Mapped[int | None] = mapped_column(ForeignKey("committee.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who takes care of it there; the addressee stays the institution (E-15)."""
    due_on: Mapped[date | None]
    asked_due_on: Mapped[date | None]
    """The later day the addressee asks for, until the office decides."""
    resubmit_on: Mapped[date | None]
    """Wiedervorlage (D7)."""
    state: Mapped[WorkOrderState] = mapped_column(text_enum(WorkOrderState), default=WorkOrderState.DRAFT)
    percent: Mapped[int | None]
    """How far it is, as last reported."""
    is_public: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    """False when its item is confidential."""
    issued_on: Mapped[date | None]
    minuted_task: Mapped[str | None]
    """The task as minuted, frozen when the meeting is closed."""
    minuted_facts: Mapped[str | None]
    """Addressee and due date as minuted."""
    done_on: Mapped[date | None]
    """When it was reported done."""
    acknowledged_item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))
    """The item at which the committee took note that it is done (E-16)."""
    effect_check_on: Mapped[date | None]
    """When the committee wants to look at the effect."""
    effect: Mapped[Effect | None] = mapped_column(text_enum(Effect))
    withdrawal_reason: Mapped[str | None]
    withdrawn_by_resolution_id: Mapped[int | None] = mapped_column(ForeignKey("resolution.id", ondelete="SET NULL"))
    reminded_on: Mapped[date | None]
    """When the mailbox of the addressee was reminded of the present due date; the later steps likewise."""
    escalated_on: Mapped[date | None]
    put_on_agenda_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    body: Mapped[Body] = relationship()
    committee: Mapped[Committee] = relationship(foreign_keys=[committee_id])
    item: Mapped[AgendaItem | None] = relationship(foreign_keys=[item_id])
    resolution: Mapped[Resolution | None] = relationship(foreign_keys=[resolution_id])
    matter: Mapped[Matter | None] = relationship()
    parent: Mapped[WorkOrder | None] = relationship(remote_side=[id], back_populates="parts")
    parts: Mapped[list[WorkOrder]] = relationship(back_populates="parent", order_by="WorkOrder.id")
    addressee_organisation: Mapped[Organisation | None] = relationship()
    addressee_seat: Mapped[Seat | None] = relationship()
    addressee_committee: Mapped[Committee | None] = relationship(foreign_keys=[addressee_committee_id])
    person: Mapped[Person | None] = relationship()
    acknowledged_item: Mapped[AgendaItem | None] = relationship(foreign_keys=[acknowledged_item_id])
    withdrawn_by_resolution: Mapped[Resolution | None] = relationship(foreign_keys=[withdrawn_by_resolution_id])
    events: Mapped[list[OrderEvent]] = relationship(
        back_populates="work_order", cascade="all, delete-orphan", order_by="OrderEvent.id"
    )
    files: Mapped[list[OrderFile]] = relationship(
        back_populates="work_order", cascade="all, delete-orphan", order_by="OrderFile.id"
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("body_id", "year", "sequence_number"),
        Index("ix_work_order_state_due_on", "state", "due_on"),
        Index("ix_work_order_item_id", "item_id"),
        Index("ix_work_order_created_by_id_state", "created_by_id", "state"),
        Index("ix_work_order_committee_id_state_due_on", "committee_id", "state", "due_on"),
        Index("ix_work_order_addressee_organisation_id_state", "addressee_organisation_id", "state", "due_on"),
        Index(
            "ix_work_order_addressee_seat_id",
            "addressee_seat_id",
            sqlite_where=sa.text("addressee_seat_id IS NOT NULL"),
            postgresql_where=sa.text("addressee_seat_id IS NOT NULL"),
        ),
        Index(
            "ix_work_order_addressee_committee_id",
            "addressee_committee_id",
            sqlite_where=sa.text("addressee_committee_id IS NOT NULL"),
            postgresql_where=sa.text("addressee_committee_id IS NOT NULL"),
        ),
        Index(
            "ix_work_order_resolution_id",
            "resolution_id",
            sqlite_where=sa.text("resolution_id IS NOT NULL"),
            postgresql_where=sa.text("resolution_id IS NOT NULL"),
        ),
        Index(
            "ix_work_order_matter_id",
            "matter_id",
            sqlite_where=sa.text("matter_id IS NOT NULL"),
            postgresql_where=sa.text("matter_id IS NOT NULL"),
        ),
        CheckConstraint("length(trim(task)) > 0", name="task_not_blank"),
        CheckConstraint(
            "(CASE WHEN addressee_organisation_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN addressee_seat_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN addressee_committee_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_addressee",
        ),
        CheckConstraint("(state = 'draft') = (number IS NULL)", name="numbered_when_issued"),
        CheckConstraint(
            "(state IN ('reported_done', 'acknowledged', 'effect_checked')) = (done_on IS NOT NULL)", name="done_on"
        ),
        CheckConstraint("state <> 'effect_checked' OR effect IS NOT NULL", name="effect_said"),
        CheckConstraint("state <> 'withdrawn' OR withdrawal_reason IS NOT NULL", name="withdrawal_said"),
        CheckConstraint(
            "asked_due_on IS NULL OR state IN ('issued', 'accepted', 'in_progress')", name="asked_while_open"
        ),
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_its_own_parent"),
        CheckConstraint("percent IS NULL OR percent BETWEEN 0 AND 100", name="percent_range"),
    )

    @property
    def addressee_label(self) -> str:
        """Institution, seat or committee the order is addressed to."""
        if self.addressee_organisation:
            return self.addressee_organisation.name
        if self.addressee_seat:
            return self.addressee_seat.label
        return self.addressee_committee.name if self.addressee_committee else ""


class OrderEventKind(StrEnum):
    """What happened to a work order."""

    ISSUED = "issued"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REPORTED = "reported"
    REPORTED_DONE = "reported_done"
    ACKNOWLEDGED = "acknowledged"
    EFFECT_CHECKED = "effect_checked"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    DEADLINE_ASKED = "deadline_asked"
    DEADLINE_GRANTED = "deadline_granted"
    DEADLINE_REFUSED = "deadline_refused"
    DEADLINE_CHANGED = "deadline_changed"
    QUESTION = "question"
    ANSWER = "answer"
    REMINDED = "reminded"
    ESCALATED = "escalated"
    PUT_ON_AGENDA = "put_on_agenda"
    RESUBMITTED = "resubmitted"

    @property
    def label(self) -> str:
        return {
            "issued": "Erteilt",
            "accepted": "Angenommen",
            "declined": "Abgelehnt",
            "reported": "Zwischenstand",
            "reported_done": "Als erledigt gemeldet",
            "acknowledged": "Zur Kenntnis genommen",
            "effect_checked": "Wirkung geprüft",
            "reopened": "Wieder aufgenommen",
            "withdrawn": "Zurückgezogen",
            "deadline_asked": "Spätere Frist erbeten",
            "deadline_granted": "Spätere Frist gewährt",
            "deadline_refused": "Spätere Frist abgelehnt",
            "deadline_changed": "Frist geändert",
            "question": "Rückfrage",
            "answer": "Antwort",
            "reminded": "Erinnerung verschickt",
            "escalated": "An die Geschäftsführung gemeldet",
            "put_on_agenda": "Für die nächste Sitzung vorgemerkt",
            "resubmitted": "Wiedervorlage",
        }[self.value]


class OrderEvent(Base):
    """One thing that happened to a work order, with what was said (D5). Append-only."""

    __tablename__ = "order_event"
    __audit__ = {"kind": "Was", "new_state": "neuer Stand", "due_before": "Frist bisher", "due_after": "Frist neu"}
    __audit_root__ = ("work_order", "work_order_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    work_order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id", ondelete="CASCADE"), index=True)
    kind: Mapped[OrderEventKind] = mapped_column(text_enum(OrderEventKind))
    text: Mapped[str] = mapped_column(default="", server_default="")
    new_state: Mapped[WorkOrderState | None] = mapped_column(
        sa.Enum(
            WorkOrderState,
            values_callable=lambda members: [m.value for m in members],
            native_enum=False,
            create_constraint=True,
            name="new_state",
            length=40,
        )
    )
    due_before: Mapped[date | None]
    due_after: Mapped[date | None]
    percent: Mapped[int | None]
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    noted_by_function: Mapped[str]
    """Function under which it appears, never a name; „System" for what happens by itself."""

    work_order: Mapped[WorkOrder] = relationship(back_populates="events")
    noted_by: Mapped[User | None] = relationship()
    files: Mapped[list[OrderFile]] = relationship(back_populates="event", order_by="OrderFile.id")

    __table_args__ = (CheckConstraint("percent IS NULL OR percent BETWEEN 0 AND 100", name="percent_range"),)


class OrderFile(Base):
    """A paper the addressee hands in. It lies outside the web root under a random name (D-15)."""

    __tablename__ = "order_file"
    __audit__ = {"file_name": "Datei", "withdrawn_at": "zurückgezogen"}
    __audit_root__ = ("work_order", "work_order_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    work_order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id", ondelete="CASCADE"), index=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("order_event.id", ondelete="CASCADE"), index=True)
    file_name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    """Bytes."""
    sha256: Mapped[str]
    stored_name: Mapped[str] = mapped_column(unique=True)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    work_order: Mapped[WorkOrder] = relationship(back_populates="files")
    event: Mapped[OrderEvent] = relationship(back_populates="files")

    __table_args__ = (CheckConstraint("size > 0", name="size_positive"),)

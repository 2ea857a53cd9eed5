"""Tables of work orders and their progress."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.committees.models import Committee, Seat
from govern.db import Base, SortText, UtcDateTime, now, sort_key, text_enum
from govern.meetings.models import AgendaItem, Resolution
from govern.people.models import Body, Organisation, User


class WorkOrderState(StrEnum):
    """Where a work order stands."""

    DRAFT = "draft"
    ISSUED = "issued"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {
            "draft": "Entwurf",
            "issued": "erteilt",
            "in_progress": "in Arbeit",
            "done": "erledigt",
            "withdrawn": "zurückgezogen",
        }[self.value]

    @property
    def is_open(self) -> bool:
        return self in OPEN_STATES


OPEN_STATES = (WorkOrderState.ISSUED, WorkOrderState.IN_PROGRESS)
"""Given, and neither done nor withdrawn."""

WORK_ORDER_TRANSITIONS: dict[WorkOrderState, frozenset[WorkOrderState]] = {
    WorkOrderState.DRAFT: frozenset({WorkOrderState.ISSUED}),
    WorkOrderState.ISSUED: frozenset({WorkOrderState.IN_PROGRESS, WorkOrderState.DONE, WorkOrderState.WITHDRAWN}),
    WorkOrderState.IN_PROGRESS: frozenset({WorkOrderState.DONE, WorkOrderState.WITHDRAWN}),
    WorkOrderState.DONE: frozenset({WorkOrderState.IN_PROGRESS}),
    WorkOrderState.WITHDRAWN: frozenset(),
}
"""Which state may follow which."""


class WorkOrder(Base):
    """An Arbeitsauftrag: who shall do what until when, from which meeting, item and resolution (D1, D2, D3)."""

    __tablename__ = "work_order"
    __audit__ = {
        "task": "Auftrag",
        "details": "Erläuterung",
        "due_on": "fällig am",
        "resubmit_on": "Wiedervorlage",
        "state": "Stand",
        "addressee_organisation_id": "an Institution",
        "addressee_seat_id": "an Sitz",
        "addressee_committee_id": "an Gremium",
        "number": "Nummer",
        "withdrawal_reason": "Grund des Zurückziehens",
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"), index=True)
    """The committee that gives the order."""
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))
    resolution_id: Mapped[int | None] = mapped_column(ForeignKey("resolution.id", ondelete="SET NULL"), index=True)
    number: Mapped[str | None] = mapped_column(unique=True)
    """„A-2026-012", given when the meeting is closed."""
    year: Mapped[int | None]
    sequence_number: Mapped[int | None]
    task: Mapped[str]
    """What is to be done, in one sentence that is understood without its topic."""
    details: Mapped[str] = mapped_column(default="", server_default="")
    sort_text: Mapped[str] = mapped_column(SortText, default="")
    addressee_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    addressee_seat_id: Mapped[int | None] = mapped_column(ForeignKey("seat.id"), index=True)
    addressee_committee_id: Mapped[int | None] = mapped_column(ForeignKey("committee.id"), index=True)
    due_on: Mapped[date | None]
    resubmit_on: Mapped[date | None]
    """Wiedervorlage (D7)."""
    state: Mapped[WorkOrderState] = mapped_column(text_enum(WorkOrderState), default=WorkOrderState.DRAFT)
    is_public: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    """False when its item is confidential."""
    issued_on: Mapped[date | None]
    minuted_task: Mapped[str | None]
    """The task as minuted, frozen when the meeting is closed."""
    minuted_facts: Mapped[str | None]
    """Addressee and due date as minuted."""
    done_on: Mapped[date | None]
    withdrawal_reason: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    body: Mapped[Body] = relationship()
    committee: Mapped[Committee] = relationship(foreign_keys=[committee_id])
    item: Mapped[AgendaItem | None] = relationship()
    resolution: Mapped[Resolution | None] = relationship()
    addressee_organisation: Mapped[Organisation | None] = relationship()
    addressee_seat: Mapped[Seat | None] = relationship()
    addressee_committee: Mapped[Committee | None] = relationship(foreign_keys=[addressee_committee_id])
    progress_notes: Mapped[list[ProgressNote]] = relationship(
        back_populates="work_order", cascade="all, delete-orphan", order_by="ProgressNote.id"
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("body_id", "year", "sequence_number"),
        Index("ix_work_order_state_due_on", "state", "due_on"),
        Index("ix_work_order_item_id", "item_id"),
        Index("ix_work_order_addressee_organisation_id", "addressee_organisation_id"),
        CheckConstraint("length(trim(task)) > 0", name="task_not_blank"),
        CheckConstraint(
            "(CASE WHEN addressee_organisation_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN addressee_seat_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN addressee_committee_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_addressee",
        ),
        CheckConstraint("(state = 'draft') = (number IS NULL)", name="numbered_when_issued"),
        CheckConstraint("(state = 'done') = (done_on IS NOT NULL)", name="done_on"),
    )

    @property
    def addressee_label(self) -> str:
        """Institution, seat or committee the order is addressed to."""
        if self.addressee_organisation:
            return self.addressee_organisation.name
        if self.addressee_seat:
            return self.addressee_seat.label
        return self.addressee_committee.name if self.addressee_committee else ""


class ProgressNote(Base):
    """What the addressee or the office reports on a work order (D5). Append-only."""

    __tablename__ = "progress_note"
    __audit__ = {"new_state": "neuer Stand"}
    __audit_root__ = ("work_order", "work_order_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    work_order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id", ondelete="CASCADE"), index=True)
    text: Mapped[str]
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
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    noted_by_function: Mapped[str]
    """Function under which the note appears."""

    work_order: Mapped[WorkOrder] = relationship(back_populates="progress_notes")
    noted_by: Mapped[User | None] = relationship()


@sa.event.listens_for(WorkOrder, "before_insert")
@sa.event.listens_for(WorkOrder, "before_update")
def _set_sort_text(_mapper: Any, _connection: Any, order: WorkOrder) -> None:
    order.sort_text = sort_key(f"{order.task} {order.details or ''}")

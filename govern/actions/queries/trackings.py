"""Open work orders as lines of the Beschlusskontrolle of their committee (D4)."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.actions.models import OPEN_STATES, OrderEvent, WorkOrder, WorkOrderState
from govern.actions.queries.work_orders import last_words
from govern.committees.models import Committee, Seat
from govern.db import db
from govern.formats import date_numeric, local
from govern.meetings.models import AgendaItem
from govern.meetings.tracking import TrackingRow, light_of, when

TRACKED = (*OPEN_STATES, WorkOrderState.REPORTED_DONE)
"""What the committee still has to look at."""


def tracking_rows(committee: Committee, day: date) -> list[TrackingRow]:
    """Every open work order that ``committee`` gave, and what was done and waits for its note (E-16).

    The meetings decide who reads which.
    """
    orders = db.session.scalars(
        sa.select(WorkOrder)
        .where(WorkOrder.committee_id == committee.id, WorkOrder.state.in_(TRACKED))
        .options(
            joinedload(WorkOrder.item).load_only(AgendaItem.id, AgendaItem.meeting_id).joinedload(AgendaItem.meeting),
            joinedload(WorkOrder.addressee_organisation),
            joinedload(WorkOrder.addressee_seat).selectinload(Seat.organisations),
            joinedload(WorkOrder.addressee_committee),
        )
        .order_by(WorkOrder.id)
    ).all()
    words = last_words(orders)
    return [_row(order, words.get(order.id), day) for order in orders]


def tracking_counts(committee_id: int, day: date, public_only: bool) -> list[sa.ScalarSelect[int]]:
    """How many open work orders a committee gave, and how many of them are overdue on ``day``."""
    mine = sa.select(sa.func.count(WorkOrder.id)).where(
        WorkOrder.committee_id == committee_id, WorkOrder.state.in_(TRACKED)
    )
    if public_only:
        mine = mine.where(WorkOrder.is_public)
    overdue = mine.where(WorkOrder.state.in_(OPEN_STATES), WorkOrder.due_on < day)
    return [mine.scalar_subquery(), overdue.scalar_subquery()]


def _row(order: WorkOrder, last: OrderEvent | None, day: date) -> TrackingRow:
    is_done = order.state is WorkOrderState.REPORTED_DONE
    words = [order.state.label, "zur Kenntnisnahme" if is_done else when(order.due_on, day)]
    if order.put_on_agenda_on is not None and not is_done:
        words.append("trotz Erinnerung offen")
    if order.asked_due_on is not None:
        words.append(f"um Frist bis {date_numeric(order.asked_due_on)} gebeten")
    return TrackingRow(
        number=order.number,
        text=order.task,
        responsible=order.addressee_label,
        due_on=order.due_on,
        light=light_of(order.due_on, day, is_done=is_done),
        state_text=", ".join(w for w in words if w),
        last_word=f"{last.text} ({last.noted_by_function}, {local(last.noted_at):%d.%m.%Y})" if last else None,
        is_public=order.is_public,
        is_open=order.item is None or order.item.meeting.is_public,
        work_order_id=order.id,
    )

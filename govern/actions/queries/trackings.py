"""Open work orders as lines of the Beschlusskontrolle of their committee (D4)."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from govern.actions.models import OPEN_STATES, WorkOrder
from govern.committees.models import Committee, Seat
from govern.db import db
from govern.formats import local
from govern.meetings.models import AgendaItem
from govern.meetings.tracking import TrackingRow, light_of, when


def tracking_rows(committee: Committee, day: date) -> list[TrackingRow]:
    """Every open work order that ``committee`` gave; the meetings decide who reads which."""
    orders = db.session.scalars(
        sa.select(WorkOrder)
        .where(WorkOrder.committee_id == committee.id, WorkOrder.state.in_(OPEN_STATES))
        .options(
            joinedload(WorkOrder.item).load_only(AgendaItem.id, AgendaItem.meeting_id).joinedload(AgendaItem.meeting),
            joinedload(WorkOrder.addressee_organisation),
            joinedload(WorkOrder.addressee_seat).selectinload(Seat.organisations),
            joinedload(WorkOrder.addressee_committee),
            selectinload(WorkOrder.progress_notes),
        )
        .order_by(WorkOrder.id)
    ).all()
    return [_row(order, day) for order in orders]


def tracking_counts(committee_id: int, day: date, public_only: bool) -> list[sa.ScalarSelect[int]]:
    """How many open work orders a committee gave, and how many of them are overdue on ``day``."""
    mine = sa.select(sa.func.count(WorkOrder.id)).where(
        WorkOrder.committee_id == committee_id, WorkOrder.state.in_(OPEN_STATES)
    )
    if public_only:
        mine = mine.where(WorkOrder.is_public)
    return [mine.scalar_subquery(), mine.where(WorkOrder.due_on < day).scalar_subquery()]


def _row(order: WorkOrder, day: date) -> TrackingRow:
    last = order.progress_notes[-1] if order.progress_notes else None
    words = [order.state.label, when(order.due_on, day)]
    return TrackingRow(
        number=order.number,
        text=order.task,
        responsible=order.addressee_label,
        due_on=order.due_on,
        light=light_of(order.due_on, day),
        state_text=", ".join(w for w in words if w),
        last_word=f"{last.text} ({last.noted_by_function}, {local(last.noted_at):%d.%m.%Y})" if last else None,
        is_public=order.is_public,
        is_open=order.item is None or order.item.meeting.is_public,
        work_order_id=order.id,
    )

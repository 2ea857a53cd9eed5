"""Open work orders as lines of the Beschlusskontrolle of their committee (D4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.actions.models import OPEN_STATES, OrderEvent, WorkOrder, WorkOrderState
from govern.committees.models import Committee, Seat
from govern.db import db
from govern.formats import date_numeric, local
from govern.meetings.models import AgendaItem, Meeting
from govern.meetings.queries.asked import ASKED
from govern.meetings.tracking import TrackingRow, TrackingSource, light_of, when
from govern.people.models import Organisation

TRACKED = (*OPEN_STATES, WorkOrderState.REPORTED_DONE)
"""What the committee still has to look at."""


def _open_orders(committee_id: int) -> list[sa.ColumnElement[bool]]:
    return [WorkOrder.committee_id == committee_id, WorkOrder.state.in_(TRACKED)]


def _keys(committee_id: int, public_only: bool) -> list[sa.Select[int, date | None, int]]:
    return [_keys_in(committee_id, state, public_only) for state in TRACKED]


def _keys_in(committee_id: int, state: WorkOrderState, public_only: bool) -> sa.Select[int, date | None, int]:
    is_done = state is WorkOrderState.REPORTED_DONE
    keys = sa.select(
        sa.literal(int(is_done)).label("is_done"), WorkOrder.due_on.label("due_on"), WorkOrder.id.label("id")
    ).where(WorkOrder.committee_id == committee_id, WorkOrder.state == state)
    return keys.where(WorkOrder.is_public) if public_only else keys


def _counts(committee_id: int, day: date, public_only: bool) -> tuple[sa.ScalarSelect[int], sa.ScalarSelect[int]]:
    mine = sa.select(sa.func.count(WorkOrder.id)).where(*_open_orders(committee_id))
    if public_only:
        mine = mine.where(WorkOrder.is_public)
    overdue = sa.select(sa.func.count(WorkOrder.id)).where(
        WorkOrder.committee_id == committee_id, WorkOrder.state.in_(OPEN_STATES), WorkOrder.due_on < day
    )
    if public_only:
        overdue = overdue.where(WorkOrder.is_public)
    return mine.scalar_subquery(), overdue.scalar_subquery()


def _rows(committee_id: int, day: date, ids: Sequence[int] | None) -> list[TrackingRow]:
    values = {"committee_id": committee_id} if ids is None else {"ids": ids}
    found = db.session.execute(_orders(ids is None), values).unique()
    return [_row(order, last, day) for order, last in found]


@cache
def _orders(every: bool) -> sa.Select[WorkOrder, OrderEvent | None]:
    """All open ones of a committee, or those with the ids of a page; each with what was last said on it."""
    said = sa.orm.aliased(OrderEvent)
    last = (
        sa.select(sa.func.max(said.id))
        .where(said.work_order_id == WorkOrder.id, said.text != "")
        .correlate(WorkOrder)
        .scalar_subquery()
    )
    chosen = WorkOrder.id.in_(sa.bindparam("ids", expanding=True))
    return (
        sa.select(WorkOrder, OrderEvent)
        .outerjoin(OrderEvent, OrderEvent.id == last)
        .where(*(_open_orders(ASKED.committee_id) if every else [chosen]))
        .options(
            joinedload(WorkOrder.item)
            .load_only(AgendaItem.meeting_id)
            .joinedload(AgendaItem.meeting)
            .load_only(Meeting.is_public),
            joinedload(WorkOrder.addressee_organisation).load_only(Organisation.name),
            joinedload(WorkOrder.addressee_seat).joinedload(Seat.organisations),
            joinedload(WorkOrder.addressee_committee).load_only(Committee.name),
        )
    )


def _row(order: WorkOrder, last: OrderEvent | None, day: date) -> TrackingRow:
    is_done = order.state is WorkOrderState.REPORTED_DONE
    is_late = order.due_on is not None and order.due_on < day
    is_expected = order.state is not WorkOrderState.DECLINED or is_late  # nobody works towards the day of the others
    words = [order.state.label, "zur Kenntnisnahme" if is_done else when(order.due_on, day) if is_expected else ""]
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


ORDERS = TrackingSource(keys=_keys, counts=_counts, rows=_rows)
"""Every open work order of a committee, and what was done and waits for its note (E-16)."""

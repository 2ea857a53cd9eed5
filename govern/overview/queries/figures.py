"""Figures about work orders and how they are kept: counted in SQL, and only what the person may see anyway."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from govern.actions.models import OPEN_STATES, WorkOrder, WorkOrderState
from govern.actions.periods import Period
from govern.actions.policies import viewable_by as orders_viewable_by
from govern.committees.models import Committee, Seat
from govern.db import db
from govern.overview.order_figures import OrderFigures
from govern.people.models import Organisation, User

_GIVEN = WorkOrder.state.not_in((WorkOrderState.DRAFT, WorkOrderState.WITHDRAWN))


def orders_by_addressee(user: User, day: date, period: Period | None = None) -> list[OrderFigures]:
    """Work orders ``user`` may see, given in ``period``, by addressee; one statement, the most overdue first."""
    label = sa.func.coalesce(
        Organisation.name,
        sa.case((WorkOrder.addressee_committee_id.is_not(None), Committee.name), else_=Seat.function),
    )
    is_open = WorkOrder.state.in_(OPEN_STATES)
    is_done = WorkOrder.done_on.is_not(None)
    overdue = _sum(sa.and_(is_open, WorkOrder.due_on < day))
    statement = (
        sa.select(
            label.label("addressee"),
            WorkOrder.addressee_organisation_id.label("organisation_id"),
            sa.func.count(WorkOrder.id),
            _sum(is_open),
            overdue,
            _sum(sa.and_(is_done, WorkOrder.done_on <= WorkOrder.due_on)),
            _sum(sa.and_(is_done, WorkOrder.done_on > WorkOrder.due_on)),
        )
        .outerjoin(Organisation, Organisation.id == WorkOrder.addressee_organisation_id)
        .outerjoin(Committee, Committee.id == WorkOrder.addressee_committee_id)
        .outerjoin(Seat, Seat.id == WorkOrder.addressee_seat_id)
        .where(orders_viewable_by(user), _GIVEN, *_within(WorkOrder.issued_on, period))
        .group_by(label, WorkOrder.addressee_organisation_id)
        .order_by(overdue.desc(), label)
    )
    return [OrderFigures(*row) for row in db.session.execute(statement)]


def _within(column: Any, period: Period | None) -> list[sa.ColumnElement[bool]]:
    return [column.between(period.starts_on, period.ends_on)] if period else []


def _sum(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0))

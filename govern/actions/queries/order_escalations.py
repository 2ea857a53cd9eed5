"""Which work orders are late and were not followed up for their present due date, and which are to come up again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from govern.actions.models import OPEN_STATES, WORKING_STATES, OrderEvent, OrderEventKind, WorkOrder
from govern.actions.queries.work_orders import with_parts
from govern.db import db
from govern.people.models import Body


def list_bodies() -> Sequence[Body]:
    """Every body, each with its own days."""
    return db.session.scalars(sa.select(Body).order_by(Body.id)).all()


def list_late(body: Body, due_by: date, step: InstrumentedAttribute[date | None]) -> Sequence[WorkOrder]:
    """Orders the addressee should act on, due on ``due_by`` or before, for which ``step`` was not taken yet."""
    return db.session.scalars(
        with_parts()
        .where(
            WorkOrder.body_id == body.id, WorkOrder.state.in_(WORKING_STATES), WorkOrder.due_on <= due_by,
            step.is_(None),
        )
        .order_by(WorkOrder.due_on, WorkOrder.id)
    ).all()  # fmt: skip


def list_resubmitted(day: date) -> Sequence[WorkOrder]:
    """Open orders whose Wiedervorlage has come and of which the office was not told yet (D7)."""
    told = sa.exists().where(
        OrderEvent.work_order_id == WorkOrder.id, OrderEvent.kind == OrderEventKind.RESUBMITTED,
        OrderEvent.due_after == WorkOrder.resubmit_on,
    )  # fmt: skip
    return db.session.scalars(
        with_parts()
        .where(WorkOrder.state.in_(OPEN_STATES), WorkOrder.resubmit_on <= day, ~told)
        .order_by(WorkOrder.resubmit_on, WorkOrder.id)
    ).all()

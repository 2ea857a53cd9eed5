"""What every step of a work order has in common: it is locked, it moves along its states, and it leaves an event."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from govern.actions.models import WORK_ORDER_TRANSITIONS, OrderEvent, OrderEventKind, WorkOrder, WorkOrderState
from govern.db import db
from govern.errors import Conflict, DomainError
from govern.people.models import User

SYSTEM = "System"


def lock(order: WorkOrder, version: int | None = None) -> None:
    """Keep everybody else from changing ``order``. Raises Conflict when somebody changed it after ``version``."""
    db.session.execute(sa.select(WorkOrder.id).where(WorkOrder.id == order.id).with_for_update())
    db.session.refresh(order)
    if version is not None and order.version != version:
        raise Conflict("Der Auftrag wurde inzwischen geändert. Nichts wurde überschrieben.")


def move(order: WorkOrder, state: WorkOrderState) -> None:
    """Give ``order`` its next state; what was asked of the old one is settled by it."""
    if state not in WORK_ORDER_TRANSITIONS[order.state]:
        raise DomainError(f"Das geht nicht: Stand des Auftrags ist „{order.state.label}“.")
    order.state = state
    if not state.is_open or state is WorkOrderState.DECLINED:
        order.asked_due_on = None


def note(
    order: WorkOrder,
    kind: OrderEventKind,
    text: str = "",
    *,
    by: User | None,
    state: WorkOrderState | None = None,
    due: tuple[date | None, date | None] = (None, None),
    percent: int | None = None,
) -> OrderEvent:
    """Write down what happened; ``by`` None: it happened by itself."""
    event = OrderEvent(
        work_order=order, kind=kind, text=text.strip(), new_state=state, due_before=due[0], due_after=due[1],
        percent=percent, noted_by_id=by.id if by else None, noted_by_function=by.function_label if by else SYSTEM,
    )  # fmt: skip
    db.session.add(event)
    db.session.flush()
    return event


def demand(text: str | None, sentence: str, *, field: str = "text") -> str:
    """``text`` without spaces around it; raises DomainError with ``sentence`` when there is none."""
    words = (text or "").strip()
    if not words:
        raise DomainError(sentence, field=field)
    return words

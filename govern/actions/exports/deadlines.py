"""A work order as a deadline in a calendar; the task of a confidential order is not named (B-17)."""

from __future__ import annotations

from datetime import datetime, time

from govern.actions.models import OrderEvent, Priority, WorkOrder, WorkOrderState
from govern.calendars import Deadline
from govern.formats import at


def deadline_of(order: WorkOrder, changed_at: datetime, base_url: str, host: str) -> Deadline | None:
    """The deadline of ``order``, which was last changed at ``changed_at``; None without a due date."""
    if order.due_on is None:
        return None
    url = f"{base_url}/arbeitsauftraege/{order.id}"
    title = f"{order.number}: {order.task}" if order.is_public else f"{order.number} (nicht öffentlich)"
    return Deadline(
        uid=f"auftrag-{order.id}@{host}",
        title=f"Zurückgezogen: {title}" if order.state is WorkOrderState.WITHDRAWN else f"Frist: {title}",
        day=order.due_on,
        changed_at=changed_at,
        sequence=order.version,
        url=url,
        description=f"{order.committee.name}\nStand: {order.state.label}\nZum Auftrag: {url}",
        done_at=at(order.done_on, time(12, 0)) if order.done_on else None,
        is_started=order.state is WorkOrderState.IN_PROGRESS,
        is_cancelled=order.state is WorkOrderState.WITHDRAWN,
        percent=order.percent,
        is_urgent=order.priority is Priority.HIGH,
    )


def last_change(order: WorkOrder, event: OrderEvent | None) -> datetime:
    """When the order last changed in a way people see."""
    return event.noted_at if event is not None else order.created_at

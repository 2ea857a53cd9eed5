"""Work orders of the example year: noted in the minutes, issued at closing, then dated back with their progress."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta

from govern.actions.models import Effect, OrderEvent, OrderEventKind, Priority, WorkOrder, WorkOrderState
from govern.actions.services import work_orders as services
from govern.actions.services.work_orders import Order
from govern.db import db
from govern.demo.days import due_day
from govern.demo.meetings import Surroundings
from govern.demo.texts import Text
from govern.formats import at, local
from govern.meetings.models import AgendaItem
from govern.people.models import User

KINDS = {
    WorkOrderState.ACCEPTED: OrderEventKind.ACCEPTED,
    WorkOrderState.DECLINED: OrderEventKind.DECLINED,
    WorkOrderState.IN_PROGRESS: OrderEventKind.REPORTED,
    WorkOrderState.REPORTED_DONE: OrderEventKind.REPORTED_DONE,
    WorkOrderState.ACKNOWLEDGED: OrderEventKind.ACKNOWLEDGED,
    WorkOrderState.EFFECT_CHECKED: OrderEventKind.EFFECT_CHECKED,
    None: OrderEventKind.REPORTED,
}
"""What a note of the example year says by the state it brings."""
OF_THE_OFFICE = (OrderEventKind.ACKNOWLEDGED, OrderEventKind.EFFECT_CHECKED, OrderEventKind.ANSWER)

Noted = tuple[WorkOrder, Text, date]


def note_orders(around: Surroundings, said: Sequence[tuple[AgendaItem, Text]], *, by: User) -> list[Noted]:
    """Type the work orders of a running meeting at their items."""
    noted: list[Noted] = []
    for item, text in said:
        held_on = local(item.meeting.starts_at).date()
        for order in text.get("orders", ()):
            wanted = Order(
                task=order["task"], details=order.get("details", ""),
                addressee=f"organisation:{around.organisations[order['to']].id}",
                due_on=due_day(order["due"], today=around.today, held_on=held_on),
                success_measure=order.get("measure", ""), priority=Priority(order.get("priority", "normal")),
            )  # fmt: skip
            noted.append((services.draft_order(item, wanted, by=by), order, held_on))
    return noted


def date_back(around: Surroundings, noted: Sequence[Noted], *, by: User) -> None:
    """Give issued orders the days and the progress they would have by today."""
    for order, text, held_on in noted:
        order.created_at = at(held_on, time(16, 0))
        for event in order.events:
            event.noted_at = at(held_on, time(17, 0))
        if "resubmit" in text:
            order.resubmit_on = due_day(text["resubmit"], today=around.today, held_on=held_on)
        for note in text.get("notes", ()):
            order.events.append(_event(order, note, held_on))
        order.state = WorkOrderState(text["state"])
        order.percent = text.get("percent")
        order.effect = Effect(text["effect"]) if "effect" in text else None
        if "asked" in text:
            order.asked_due_on = due_day(text["asked"], today=around.today, held_on=held_on)
        if order.state.is_done:
            order.done_on = due_day(text["done"], today=around.today, held_on=held_on)
        db.session.flush()
        if "parts" in text:
            _split(around, order, text["parts"], held_on, by=by)


def _split(around: Surroundings, order: WorkOrder, keys: Sequence[str], held_on: date, *, by: User) -> None:
    wanted = Order(task=order.task, addressee="", due_on=order.due_on, details=order.details,
                   success_measure=order.success_measure)  # fmt: skip
    ids = dict.fromkeys(f"organisation:{around.organisations[key].id}" for key in keys)
    for n, part in enumerate(services.split_order(order, list(ids), wanted, by=by)):
        part.issued_on, part.created_at = held_on, at(held_on, time(17, 30))
        for event in part.events:
            event.noted_at = at(held_on, time(17, 30))
        if n:  # the first has not answered yet
            part.state = WorkOrderState.ACCEPTED
            part.events.append(_event(part, {"after": 5 + n, "state": "accepted"}, held_on))
    db.session.flush()


def _event(order: WorkOrder, text: Text, held_on: date) -> OrderEvent:
    state = WorkOrderState(text["state"]) if "state" in text else None
    kind = OrderEventKind(text.get("kind") or KINDS[state])
    return OrderEvent(
        kind=kind, text=text.get("text", ""), new_state=state, percent=text.get("percent"),
        noted_at=at(held_on + timedelta(days=text["after"]), time(11, 30)),
        noted_by_function="Koordination" if kind in OF_THE_OFFICE else order.addressee_label,
    )  # fmt: skip

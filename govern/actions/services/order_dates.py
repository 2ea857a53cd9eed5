"""Due dates of work orders: asked for, granted, refused, changed; and the day on which they come up again (D7)."""

from __future__ import annotations

from datetime import date

from govern.actions.models import WORKING_STATES, OrderEventKind, WorkOrder
from govern.actions.services.order_events import demand, lock, note
from govern.actions.services.order_news import tell_addressee, tell_office
from govern.db import db
from govern.errors import DomainError
from govern.formats import date_text, today
from govern.people.models import User


def ask_deadline(order: WorkOrder, wanted: date | None, reason: str | None, *, version: int, by: User) -> None:
    """The addressee asks for more time; a delay needs a reason (E-16)."""
    lock(order, version)
    _demand_working(order)
    if wanted is None or wanted <= max(order.due_on or today(), today()):
        raise DomainError("Bitte einen Tag nach der bisherigen Frist und nach heute wählen.", field="due_on")
    words = demand(reason, "Bitte den Grund für die spätere Frist angeben.", field="reason")
    order.asked_due_on = wanted
    note(order, OrderEventKind.DEADLINE_ASKED, words, by=by, due=(order.due_on, wanted))
    tell_office(order, OrderEventKind.DEADLINE_ASKED, words, by=by)


def decide_deadline(order: WorkOrder, *, is_granted: bool, reason: str | None, version: int, by: User) -> None:
    """The office grants the later day, or refuses it with a reason."""
    lock(order, version)
    if order.asked_due_on is None:
        raise DomainError("Um eine spätere Frist ist nicht gebeten.")
    before, wanted = order.due_on, order.asked_due_on
    order.asked_due_on = None
    if is_granted:
        _put_off(order, wanted)
        kind, words = OrderEventKind.DEADLINE_GRANTED, (reason or "").strip()
        note(order, kind, words, by=by, due=(before, wanted))
    else:
        kind, words = OrderEventKind.DEADLINE_REFUSED, demand(reason, "Bitte den Grund angeben.", field="reason")
        note(order, kind, words, by=by)
    tell_addressee(order, kind, words, by=by)


def change_dates(
    order: WorkOrder,
    *,
    due_on: date | None,
    resubmit_on: date | None,
    effect_check_on: date | None = None,
    reason: str | None,
    version: int,
    by: User,
) -> None:
    """The office changes due date, resubmission (D7) and the day of the check; a new due date needs a reason."""
    lock(order, version)
    if due_on != order.due_on:
        _demand_working(order)
        words = demand(reason, "Bitte den Grund für die neue Frist angeben.", field="reason")
        before = order.due_on
        _put_off(order, due_on)
        order.asked_due_on = None
        note(order, OrderEventKind.DEADLINE_CHANGED, words, by=by, due=(before, due_on))
        tell_addressee(order, OrderEventKind.DEADLINE_CHANGED, words, by=by)
    order.resubmit_on, order.effect_check_on = resubmit_on, effect_check_on
    db.session.flush()


def resubmit(order: WorkOrder, day: date | None, *, by: User) -> None:
    """Set or clear the day on which the order comes up again for the office."""
    lock(order)
    order.resubmit_on = day
    db.session.flush()


def begin_anew(order: WorkOrder, due_on: date | None) -> tuple[date | None, date | None]:
    """The deadline of an order that is given or taken up again: ``due_on``, or the old one while it is not over.

    Returns what the history notes of it: before and after, none of both where nothing changed.
    """
    before = order.due_on
    if due_on is None or due_on == before:
        if before is not None and before < today():
            raise DomainError(f"Die bisherige Frist ({date_text(before)}) ist vorbei: Bitte eine neue angeben.",
                              field="due_on")  # fmt: skip
        return None, None
    if due_on < today():
        raise DomainError("Bitte einen Tag ab heute wählen.", field="due_on")
    _put_off(order, due_on)
    order.asked_due_on = None
    return before, due_on


def _put_off(order: WorkOrder, day: date | None) -> None:
    order.due_on = day
    order.reminded_on = order.escalated_on = order.put_on_agenda_on = None


def _demand_working(order: WorkOrder) -> None:
    if order.state not in WORKING_STATES:
        raise DomainError(f"Der Auftrag ist nicht mehr offen: {order.state.label}.")

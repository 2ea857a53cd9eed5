"""Work orders that are late come up again by themselves: to the addressee, to the office, to the next meeting.

The daily job may run twice or miss days: every step is kept at the order and taken once for each due date.
"""

from __future__ import annotations

from datetime import date, timedelta

from govern.actions.models import WORKING_STATES, OrderEventKind, WorkOrder
from govern.actions.queries import order_escalations as queries
from govern.actions.services.order_events import lock, note
from govern.actions.services.order_news import tell_addressee, tell_office
from govern.db import db
from govern.errors import DomainError
from govern.formats import today
from govern.people.models import Body, User


def remind(order: WorkOrder, *, by: User | None) -> None:
    """Remind the mailbox of the addressee."""
    lock(order)
    if order.state not in WORKING_STATES:
        raise DomainError(f"Der Auftrag ist nicht mehr offen: {order.state.label}.")
    if not tell_addressee(order, OrderEventKind.REMINDED, by=by):
        raise DomainError("Zu dieser Stelle ist kein Postfach bekannt.")
    order.reminded_on = today()
    note(order, OrderEventKind.REMINDED, by=by)


def follow_up_orders(day: date) -> None:
    """What is late on ``day``, and what is to come up again: each step once for each due date."""
    for body in queries.list_bodies():
        _remind_late(body, day)
        _tell_offices(body, day)
        _put_on_agenda(body, day)
    for order in queries.list_resubmitted(day):
        tell_office(order, OrderEventKind.RESUBMITTED, by=None)
        note(order, OrderEventKind.RESUBMITTED, by=None, due=(None, order.resubmit_on))
    db.session.flush()


def _remind_late(body: Body, day: date) -> None:
    for order in queries.list_late(body, day - timedelta(days=body.order_remind_days), WorkOrder.reminded_on):
        order.reminded_on = day
        if tell_addressee(order, OrderEventKind.REMINDED, by=None):
            note(order, OrderEventKind.REMINDED, by=None)
        else:
            _tell_office(order, day)  # nobody there can be reached: the office must know at once


def _tell_offices(body: Body, day: date) -> None:
    for order in queries.list_late(body, day - timedelta(days=body.order_escalate_days), WorkOrder.escalated_on):
        _tell_office(order, day)


def _tell_office(order: WorkOrder, day: date) -> None:
    order.escalated_on = day
    tell_office(order, OrderEventKind.ESCALATED, by=None)
    note(order, OrderEventKind.ESCALATED, by=None)


def _put_on_agenda(body: Body, day: date) -> None:
    for order in queries.list_late(body, day - timedelta(days=body.order_agenda_days), WorkOrder.put_on_agenda_on):
        order.put_on_agenda_on = day
        note(order, OrderEventKind.PUT_ON_AGENDA, by=None)

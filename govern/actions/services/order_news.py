"""Tell the office or the addressee what happened to a work order, by mail."""

from __future__ import annotations

from govern.actions.mails import work_orders as mails
from govern.actions.models import OrderEventKind, WorkOrder
from govern.actions.queries.order_mailboxes import addressee_mailboxes, office_mailboxes
from govern.people.models import User


def tell_office(order: WorkOrder, kind: OrderEventKind, words: str = "", *, by: User | None) -> int:
    """Tell the office of the committee that gave the order; returns how many mails that are."""
    return mails.tell_office(order, office_mailboxes(order.committee), kind, words, by=by)


def tell_addressee(order: WorkOrder, kind: OrderEventKind, words: str = "", *, by: User | None) -> int:
    """Tell the mailbox of the addressee; returns how many mails that are, 0 where no mailbox is known."""
    return mails.tell_addressee(order, addressee_mailboxes(order), kind, words, by=by)

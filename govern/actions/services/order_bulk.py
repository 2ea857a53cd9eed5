"""Do the same with several work orders at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from govern.actions import policies
from govern.actions.models import WorkOrder
from govern.actions.services import order_dates, order_life, order_reminders
from govern.errors import DomainError
from govern.formats import count
from govern.people.models import User


class BulkAction(StrEnum):
    """What can be done with several orders."""

    RESUBMIT = "resubmit"
    REMIND = "remind"
    ACKNOWLEDGE = "acknowledge"

    @property
    def label(self) -> str:
        return {
            "resubmit": "Wiedervorlage setzen",
            "remind": "Erinnerung senden",
            "acknowledge": "Erledigung zur Kenntnis nehmen",
        }[self.value]


RULES = {
    BulkAction.RESUBMIT: policies.can_change_dates,
    BulkAction.REMIND: policies.can_remind,
    BulkAction.ACKNOWLEDGE: policies.can_acknowledge,
}


def do_with_all(orders: Sequence[WorkOrder], action: BulkAction, *, day: date | None, by: User) -> str:
    """Do ``action`` with every order on which ``by`` may; says with how many, and why not with the others.

    Raises DomainError when there is none.
    """
    if action is BulkAction.RESUBMIT and day is None:
        raise DomainError("Bitte den Tag der Wiedervorlage angeben.")
    allowed = [order for order in orders if RULES[action](by, order)]
    done, refused = 0, []
    for order in allowed:
        try:
            _do(order, action, day, by)
            done += 1
        except DomainError as error:
            refused.append(f"{order.number}: {error}")
    skipped = len(orders) - len(allowed)
    words = [f"{action.label}: {count(done, 'Auftrag', 'Aufträge')}."]
    if skipped:
        words.append(f"Bei {count(skipped, 'Auftrag', 'Aufträgen')} geht das zurzeit nicht.")
    if not done:
        raise DomainError(" ".join(["Bei keinem gewählten Auftrag geht das zurzeit.", *refused]))
    return " ".join([*words, *refused])


def _do(order: WorkOrder, action: BulkAction, day: date | None, by: User) -> None:
    if action is BulkAction.RESUBMIT:
        order_dates.resubmit(order, day, by=by)
    elif action is BulkAction.REMIND:
        order_reminders.remind(order, by=by)
    else:
        order_life.acknowledge(order, version=order.version, by=by)

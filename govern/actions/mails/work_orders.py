"""Mails between the office that gave a work order and the mailbox of the function that carries it out.

The task of a confidential order is not named, only its number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app

from govern import mail
from govern.actions.mailboxes import Mailbox
from govern.actions.models import OrderEventKind, WorkOrder
from govern.formats import date_text
from govern.people.mails import sender
from govern.people.models import User
from govern.web import absolute_url


@dataclass(frozen=True)
class _News:
    subject: str
    opening: str


TO_OFFICE = {
    OrderEventKind.DECLINED: _News("abgelehnt", "{who} hat den Auftrag abgelehnt."),
    OrderEventKind.REPORTED_DONE: _News("als erledigt gemeldet", "{who} hat den Auftrag als erledigt gemeldet."),
    OrderEventKind.QUESTION: _News("Rückfrage", "{who} hat eine Frage zu dem Auftrag."),
    OrderEventKind.DEADLINE_ASKED: _News("spätere Frist erbeten", "{who} bittet um eine Frist bis {asked}."),
    OrderEventKind.ESCALATED: _News("überfällig", "Der Auftrag an {addressee} ist seit {due} überfällig."),
    OrderEventKind.RESUBMITTED: _News("Wiedervorlage", "Sie wollten an den Auftrag an {addressee} erinnert werden."),
}
TO_ADDRESSEE = {
    OrderEventKind.ISSUED: _News("neuer Auftrag", "{committee} hat Ihnen einen Auftrag erteilt; bitte annehmen."),
    OrderEventKind.ANSWER: _News("Antwort", "die Geschäftsführung von {committee} hat Ihnen geschrieben."),
    OrderEventKind.DEADLINE_GRANTED: _News("spätere Frist gewährt", "die neue Frist des Auftrags ist {due}."),
    OrderEventKind.DEADLINE_REFUSED: _News("spätere Frist abgelehnt", "es bleibt bei der bisherigen Frist: {due}."),
    OrderEventKind.DEADLINE_CHANGED: _News("neue Frist", "die Frist des Auftrags hat sich geändert: {due}."),
    OrderEventKind.REOPENED: _News("wieder aufgenommen", "der Auftrag ist wieder offen."),
    OrderEventKind.WITHDRAWN: _News("zurückgezogen", "der Auftrag ist zurückgezogen und gilt nicht mehr."),
    OrderEventKind.REMINDED: _News("Erinnerung", "der Auftrag war am {due} fällig. Bitte melden Sie, wie weit es ist."),
}


def tell_office(
    order: WorkOrder, boxes: Sequence[Mailbox], kind: OrderEventKind, words: str = "", *, by: User | None
) -> int:
    """Tell the office of the committee that gave the order; returns how many mails that are."""
    return _send(order, boxes, TO_OFFICE[kind], words, by=by)


def tell_addressee(
    order: WorkOrder, boxes: Sequence[Mailbox], kind: OrderEventKind, words: str = "", *, by: User | None
) -> int:
    """Tell the mailbox of the addressee; returns how many mails that are, 0 where no mailbox is known."""
    return _send(order, boxes, TO_ADDRESSEE[kind], words, by=by)


def _send(order: WorkOrder, boxes: Sequence[Mailbox], news: _News, words: str, *, by: User | None) -> int:
    name, address = sender(order.committee.body)
    opening = news.opening.format(
        who=by.function_label if by else "", addressee=order.addressee_label, committee=order.committee.name,
        due=date_text(order.due_on) if order.due_on else "ohne Frist",
        asked=date_text(order.asked_due_on) if order.asked_due_on else "",
    )  # fmt: skip
    text = mail.compose(
        "mail/work_order.txt", sender=name, order=order, opening=opening, words=words if order.is_public else "",
        link=absolute_url(f"/arbeitsauftraege/{order.id}"),
    )  # fmt: skip
    others = [box for box in boxes if by is None or box.address != by.email]
    for box in others:
        mail.queue(
            body_id=order.body_id, to_address=box.address, to_name=box.name, from_address=address, from_name=name,
            subject=f"Auftrag {order.number}: {news.subject}", text=text, host=current_app.config["SETTINGS"].host,
        )  # fmt: skip
    return len(others)

"""The mail to the coordination when the Land has not answered in time; it names the number of the matter only."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app

from govern import mail
from govern.actions.mailboxes import Mailbox
from govern.actions.models import StateForwarding
from govern.formats import date_text
from govern.people.mails import sender
from govern.web import absolute_url


def tell_late(forwarding: StateForwarding, boxes: Sequence[Mailbox]) -> int:
    """Tell the coordination that the answer is missing; returns how many mails that are."""
    body = forwarding.matter.body
    name, address = sender(body)
    text = mail.compose(
        "mail/forwarding.txt", sender=name, number=forwarding.matter.number, due=date_text(forwarding.answer_due_on),
        link=absolute_url(f"/meldungen-an-das-land/{forwarding.id}"),
    )  # fmt: skip
    for box in boxes:
        mail.queue(
            body_id=body.id, to_address=box.address, to_name=box.name, from_address=address, from_name=name,
            subject=f"Antwort des Landes zu {forwarding.matter.number} steht aus", text=text,
            host=current_app.config["SETTINGS"].host,
        )  # fmt: skip
    return len(boxes)

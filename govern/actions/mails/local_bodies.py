"""Mails about local bodies: to the coordination when one is registered, to the municipality when it was decided."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app

from govern import mail
from govern.actions.mailboxes import Mailbox
from govern.actions.models import LocalBodyRegistration
from govern.people.mails import sender
from govern.people.models import Body
from govern.web import absolute_url


def tell_registered(registration: LocalBodyRegistration, body: Body, boxes: Sequence[Mailbox]) -> None:
    """Tell the coordination that a municipality registered a local body."""
    _send(registration, body, boxes, "mail/local_body.txt", f"Örtliches Gremium angemeldet: {registration.name}")


def tell_decided(registration: LocalBodyRegistration, body: Body, boxes: Sequence[Mailbox]) -> None:
    """Tell the municipality what was decided; nothing where no mailbox of it is known."""
    _send(registration, body, boxes, "mail/local_body_decided.txt",
          f"Örtliches Gremium {registration.state.label}: {registration.name}")  # fmt: skip


def _send(
    registration: LocalBodyRegistration, body: Body, boxes: Sequence[Mailbox], template: str, subject: str
) -> None:
    name, address = sender(body)
    text = mail.compose(template, sender=name, registration=registration,
                        link=absolute_url(f"/oertliche-gremien/{registration.id}"))  # fmt: skip
    for box in boxes:
        mail.queue(
            body_id=body.id, to_address=box.address, to_name=box.name, from_address=address, from_name=name,
            subject=subject, text=text, host=current_app.config["SETTINGS"].host,
        )  # fmt: skip

"""The outbox at work: what the worker sends, and what people do about mails that did not arrive."""

from __future__ import annotations

from collections.abc import Callable

from govern.config import Settings
from govern.db import db, now
from govern.delivery import WIPED, deliver, try_again
from govern.errors import Conflict
from govern.mail import MailState, OutgoingMail
from govern.people.models import User
from govern.people.queries.accounts import find_body


def send_waiting(settings: Settings, is_stopping: Callable[[], bool]) -> tuple[int, int]:
    """Send what waits; nothing leaves a demo, nor a house without a mail server. Returns sent and failed."""
    body = find_body()
    leaves_house = settings.mail_url and body is not None and not body.is_demo
    db.session.rollback()  # only read so far; the sender opens transactions of its own
    return deliver(settings.mail_url, is_stopping=is_stopping) if leaves_house and settings.mail_url else (0, 0)


def resend(mail: OutgoingMail, *, by: User) -> None:
    """Try once more to send a mail that did not arrive, or of which nobody knows."""
    if mail.state not in (MailState.FAILED, MailState.UNCLEAR):
        raise Conflict("Diese Mail wartet schon auf den Versand oder wurde inzwischen gesendet.")
    if mail.text == WIPED:
        raise Conflict(
            "Der Text mit dem Einmal-Link ist gelöscht. Bitte geben Sie dort, wo er herkam, einen neuen aus."
        )
    try_again(mail)


def note_bounce(mail: OutgoingMail, *, by: User) -> None:
    """Note that a mail which was sent came back later."""
    if mail.state not in (MailState.SENT, MailState.UNCLEAR):
        raise Conflict("Nur eine gesendete Mail kann zurückkommen.")
    mail.state, mail.bounced_at, mail.last_error = MailState.FAILED, now(), "Die Mail kam zurück."
    db.session.flush()

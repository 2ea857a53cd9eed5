"""Reports of barriers: taken from anybody, sent to the office that answers, and kept (C-18)."""

from __future__ import annotations

from datetime import timedelta

from govern.db import db
from govern.errors import DomainError, TooManyTries
from govern.formats import today
from govern.mail import queue
from govern.people.models import AccessibilityFeedback, Body, User
from govern.people.services.throttling import Limit, network_of, take_attempt

LIMIT = Limit(free=5, window=timedelta(hours=1), first_pause=timedelta(minutes=2), longest=timedelta(minutes=30))


def count_report(network: str | None) -> None:
    """Count one report of a network, before anything is changed. Raises TooManyTries."""
    if wait := take_attempt("feedback", {network_of(network): LIMIT}):
        raise TooManyTries(wait)


def report_barrier(
    body: Body, *, text: str, page: str | None, sender_name: str | None, sender_email: str | None,
    sender: tuple[str, str], host: str,
) -> AccessibilityFeedback:  # fmt: skip
    """Keep a report and send it to the address of the settings, if there is one.

    ``sender`` is name and address under which the product's mails leave.
    """
    feedback = AccessibilityFeedback(body_id=body.id, text=text.strip(), page=page, sender_name=sender_name,
                                     sender_email=sender_email)  # fmt: skip
    db.session.add(feedback)
    db.session.flush()
    if body.accessibility_email:
        queue(
            body_id=body.id, to_address=body.accessibility_email, to_name=None, from_address=sender[1],
            from_name=sender[0], subject="Rückmeldung zur Barrierefreiheit", text=_mail_text(feedback), host=host,
        )  # fmt: skip
    return feedback


def note_answer(feedback: AccessibilityFeedback, *, by: User) -> None:
    """The report was answered today."""
    if feedback.answered_on is not None:
        raise DomainError("Diese Rückmeldung ist bereits beantwortet.")
    feedback.answered_on = today()
    db.session.flush()


def _mail_text(feedback: AccessibilityFeedback) -> str:
    who = " · ".join(part for part in (feedback.sender_name, feedback.sender_email) if part) or "ohne Angabe"
    return (
        "Jemand hat eine Barriere gemeldet oder fragt nach einer barrierefreien Fassung.\n\n"
        f"Seite: {feedback.page or 'nicht angegeben'}\n"
        f"Von: {who}\n\n"
        f"{feedback.text}\n\n"
        "Bitte antworten Sie in angemessener Frist (§ 10b Absatz 3 BGG NRW) und vermerken Sie die Antwort in Govern "
        "unter Einstellungen, Rückmeldungen.\n"
    )

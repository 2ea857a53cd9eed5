"""Mails about evaluations: to the mailboxes of those who are asked, to the coordination on the day.

They name the number of the matter only; title, words and figures are read after signing in.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app

from govern import mail
from govern.actions.mailboxes import Mailbox
from govern.actions.models import Evaluation, EvaluationRequest
from govern.formats import date_text
from govern.people.mails import sender
from govern.web import absolute_url


def ask(request: EvaluationRequest, boxes: Sequence[Mailbox], *, is_reminder: bool = False) -> int:
    """Ask for an answer, or remind of it; returns how many mails that are, 0 where no mailbox is known."""
    evaluation = request.evaluation
    opening = (
        f"hat sich durch das, was zu {evaluation.matter.number} beschlossen wurde, etwas gebessert? {_wish(request)}"
    )
    subject = f"{'Erinnerung: ' if is_reminder else ''}Bitte um Ihre Einschätzung zu {evaluation.matter.number}"
    return _send(evaluation, boxes, subject, opening, f"/wirkungsbefragungen/{request.id}",
                 "Sie erhalten sie, weil Ihre Stelle nach der Wirkung gefragt ist.")  # fmt: skip


def tell_due(evaluation: Evaluation, boxes: Sequence[Mailbox]) -> int:
    """Tell the coordination that the day of an evaluation has come."""
    return _send(
        evaluation, boxes, f"Wirkungsprüfung zu {evaluation.matter.number} ist fällig",
        f"die {evaluation.title} ist seit {date_text(evaluation.due_on)} fällig.",
        f"/wirkungspruefungen/{evaluation.id}", "Sie erhalten sie, weil Sie zur Koordination gehören.",
    )  # fmt: skip


def _wish(request: EvaluationRequest) -> str:
    until = request.evaluation.answers_until
    by = f" bis {date_text(until)}" if until else ""
    return f"Bitte beantworten Sie drei kurze Fragen{by}; es dauert etwa zwei Minuten."


def _send(
    evaluation: Evaluation, boxes: Sequence[Mailbox], subject: str, opening: str, path: str, why: str
) -> int:  # fmt: skip
    body = evaluation.matter.body
    name, address = sender(body)
    text = mail.compose("mail/evaluation.txt", sender=name, opening=opening, link=absolute_url(path), why=why)
    for box in boxes:
        mail.queue(
            body_id=body.id, to_address=box.address, to_name=box.name, from_address=address, from_name=name,
            subject=subject, text=text, host=current_app.config["SETTINGS"].host,
        )  # fmt: skip
    return len(boxes)

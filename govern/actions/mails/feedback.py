"""The mail to authors that there is news. It says nothing of a report: whoever reads along must not learn of it.

Only the coordination sees it in the outbox (`is_veiled`), because its recipient is who reported.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app

from govern import mail
from govern.people.mails import sender
from govern.people.models import Body, User
from govern.web import absolute_url


def tell_authors(authors: Sequence[User], body: Body) -> None:
    """Tell each of ``authors`` that something waits on the overview."""
    name, address = sender(body)
    text = mail.compose("mail/feedback.txt", sender=name, link=absolute_url("/"))
    for author in authors:
        if not author.is_locked:
            mail.queue(
                body_id=body.id, to_address=author.email, to_name=None, from_address=address, from_name=name,
                subject="Neues für Sie in Govern", text=text, host=current_app.config["SETTINGS"].host, is_veiled=True,
            )  # fmt: skip

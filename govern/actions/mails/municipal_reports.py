"""The mail with which a report goes to every municipality: to its mailbox, or to the accounts that act for it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app

from govern import mail
from govern.actions.mailboxes import Mailbox
from govern.actions.models import MunicipalReport
from govern.mail import Attachment
from govern.people.mails import sender
from govern.web import absolute_url


def send(report: MunicipalReport, boxes: Sequence[Mailbox], document: Attachment) -> int:
    """One mail to each address, with the report as a file; returns how many that are."""
    name, address = sender(report.body)
    text = mail.compose("mail/municipal_report.txt", sender=name, report=report,
                        link=absolute_url(f"/berichte-an-kommunen/{report.id}"))  # fmt: skip
    for box in boxes:
        mail.queue(
            body_id=report.body_id, to_address=box.address, to_name=box.name,
            from_address=address, from_name=name, subject=report.title, text=text,
            host=current_app.config["SETTINGS"].host, attachments=[document],
        )  # fmt: skip
    return len(boxes)

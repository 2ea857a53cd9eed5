"""The mail with which a report goes to the mailbox of every municipality."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app

from govern import mail
from govern.actions.models import MunicipalReport
from govern.mail import Attachment
from govern.people.mails import sender
from govern.people.models import Organisation
from govern.web import absolute_url


def send(report: MunicipalReport, municipalities: Sequence[Organisation], document: Attachment) -> int:
    """One mail to each municipality, with the report as a file; returns how many that are."""
    name, address = sender(report.body)
    text = mail.compose("mail/municipal_report.txt", sender=name, report=report,
                        link=absolute_url(f"/berichte-an-kommunen/{report.id}"))  # fmt: skip
    for municipality in municipalities:
        mail.queue(
            body_id=report.body_id, to_address=municipality.email or "", to_name=municipality.name,
            from_address=address, from_name=name, subject=report.title, text=text,
            host=current_app.config["SETTINGS"].host, attachments=[document],
        )  # fmt: skip
    return len(municipalities)

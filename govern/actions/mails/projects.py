"""The mail about a report of a project group that is late; it names the group and the day, not the matter."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app

from govern import mail
from govern.actions.mailboxes import Mailbox
from govern.actions.models import ProjectReportDay
from govern.formats import date_text
from govern.people.mails import sender
from govern.web import absolute_url


def tell_late(late: ProjectReportDay, boxes: Sequence[Mailbox]) -> int:
    """Tell ``boxes`` that a report is missing; returns how many mails that are."""
    project = late.project
    body = project.committee.body
    name, address = sender(body)
    text = mail.compose(
        "mail/project.txt", sender=name, group=project.committee.name, addressee=project.reports_to.name,
        due=date_text(late.due_on), link=absolute_url(f"/projektgruppen/{project.id}"),
    )  # fmt: skip
    for box in boxes:
        mail.queue(
            body_id=body.id, to_address=box.address, to_name=box.name, from_address=address, from_name=name,
            subject=f"Bericht steht aus: {project.committee.name}", text=text,
            host=current_app.config["SETTINGS"].host,
        )  # fmt: skip
    return len(boxes)

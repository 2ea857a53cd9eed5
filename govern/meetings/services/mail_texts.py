"""Keep the committee's own words for invitations, other dispatches and the call for topics."""

from __future__ import annotations

from govern.committees.models import Committee
from govern.db import db
from govern.errors import Conflict
from govern.meetings.models import MailText, TextKind
from govern.meetings.queries.invitations import mail_text_of
from govern.meetings.services.changes import STALE
from govern.meetings.words import demand_known
from govern.people.models import User


def save_mail_text(
    committee: Committee, kind: TextKind, *, version: int, subject: str | None, text: str,
    informs_deputies: bool = False, days_before: int | None = None, by: User,
) -> None:  # fmt: skip
    """Write the words of ``committee`` for ``kind``; empty ones mean the product's. Version 0: there were none yet.

    Raises Conflict when somebody saved in the meantime, DomainError for a placeholder that does not exist.
    """
    subject, text = " ".join((subject or "").split()) or None, text.strip()
    demand_known(subject or "", "subject", kind)
    demand_known(text, "text", kind)
    row = mail_text_of(committee.id, kind)
    if version != (row.version if row is not None else 0):
        raise Conflict(STALE)
    if row is None:
        row = MailText(committee=committee, kind=kind)
        db.session.add(row)
    row.subject, row.text = subject, text
    row.informs_deputies = informs_deputies if kind is TextKind.INVITATION else False
    row.days_before = days_before if kind is TextKind.REMINDER else None
    db.session.flush()

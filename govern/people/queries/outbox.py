"""Read the outbox. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from govern.db import db
from govern.mail import MailState, OutgoingMail, shown_as
from govern.people.models import User
from govern.people.policies import mails_viewable_by

PAGE_SIZE = 25


def list_outbox(
    user: User, *, words: str = "", state: MailState | None = None, page: int = 1
) -> tuple[Sequence[OutgoingMail], int]:
    """Mails ``user`` may see, newest first, by recipient or subject and state, with how many there are."""
    found = sa.select(OutgoingMail).where(mails_viewable_by(user))
    if state is not None:
        found = found.where(shown_as(state))
    for word in words.split()[:6]:
        columns = (OutgoingMail.subject, OutgoingMail.to_address, OutgoingMail.to_name)
        found = found.where(sa.or_(*(column.icontains(word, autoescape=True) for column in columns)))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0
    mails = db.session.scalars(
        found.options(selectinload(OutgoingMail.attachments))
        .order_by(OutgoingMail.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return mails, total


def count_by_state(user: User) -> dict[MailState, int]:
    """How many of the mails ``user`` may see stand where, as people are told."""
    rows = db.session.execute(
        sa.select(OutgoingMail.state, OutgoingMail.is_resent, sa.func.count())
        .where(mails_viewable_by(user))
        .group_by(OutgoingMail.state, OutgoingMail.is_resent)
    )
    counts = dict.fromkeys(MailState, 0)
    for state, is_resent, number in rows:
        counts[MailState.UNCLEAR if is_resent and state is MailState.SENT else state] += number
    return counts

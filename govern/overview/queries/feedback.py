"""Read reports of barriers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa

from govern.db import count_rows, db
from govern.formats import local
from govern.people.models import AccessibilityFeedback

ANSWER_WITHIN = timedelta(weeks=4)
"""What the product takes for an „angemessene Frist“; the law names no number."""
PAGE_SIZE = 25


def list_feedback(page: int = 1) -> tuple[Sequence[AccessibilityFeedback], int]:
    """One page of the reports, those that wait for an answer first, oldest first among them; and how many there are."""
    rows = db.session.scalars(
        sa.select(AccessibilityFeedback)
        .order_by(
            AccessibilityFeedback.answered_on.is_not(None),
            sa.case((AccessibilityFeedback.answered_on.is_(None), AccessibilityFeedback.id), else_=0),
            AccessibilityFeedback.id.desc(),
        )
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return rows, count_rows(sa.select(AccessibilityFeedback.id), seen=page * PAGE_SIZE)


def answer_by(feedback: AccessibilityFeedback) -> date:
    """The day until which the report should be answered."""
    return local(feedback.received_at).date() + ANSWER_WITHIN

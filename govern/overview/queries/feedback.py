"""Read reports of barriers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa

from govern.db import db
from govern.formats import local
from govern.people.models import AccessibilityFeedback

ANSWER_WITHIN = timedelta(weeks=4)
"""What the product takes for an „angemessene Frist“; the law names no number."""
MOST = 100


def list_feedback() -> Sequence[AccessibilityFeedback]:
    """Reports, those that wait for an answer first, oldest first among them."""
    return db.session.scalars(
        sa.select(AccessibilityFeedback)
        .order_by(
            AccessibilityFeedback.answered_on.is_not(None),
            sa.case((AccessibilityFeedback.answered_on.is_(None), AccessibilityFeedback.id), else_=0),
            AccessibilityFeedback.id.desc(),
        )
        .limit(MOST)
    ).all()


def answer_by(feedback: AccessibilityFeedback) -> date:
    """The day until which the report should be answered."""
    return local(feedback.received_at).date() + ANSWER_WITHIN

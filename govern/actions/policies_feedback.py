"""Who releases feedback to authors, and who reads it (E6)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, false, select, true

from govern.access import presumes
from govern.actions.models import AuthorFeedback, FeedbackNotice, GapReport, Matter, MatterState
from govern.actions.policies_gaps import can_report_gaps, can_view_matter
from govern.people.models import User
from govern.people.policies import can_coordinate


def can_choose_feedback(user: User) -> bool:
    """Whoever may report gaps says about which stages to be told."""
    return can_report_gaps(user)


@presumes(can_view_matter)
def can_release_feedback(user: User, matter: Matter) -> bool:
    """The coordination releases feedback to the authors of a matter that was not merged."""
    return can_coordinate(user) and matter.state is not MatterState.MERGED


def can_view_feedback(user: User, feedback: AuthorFeedback) -> bool:
    """The coordination reads all feedback; an author what was released while the own report was in the matter."""
    if can_coordinate(user):
        return True
    if not user.is_authenticated or feedback.revoked_at is not None:
        return False
    return any(notice.report.author_id == user.id for notice in feedback.notices)


def feedback_viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view_feedback`, as SQL."""
    if not user.is_authenticated:
        return false()
    if can_coordinate(user):
        return true()
    own = select(GapReport.id).where(GapReport.author_id == user.id)
    return AuthorFeedback.revoked_at.is_(None) & exists().where(
        FeedbackNotice.feedback_id == AuthorFeedback.id, FeedbackNotice.report_id.in_(own)
    )


@presumes(can_view_feedback)
def can_revoke_feedback(user: User, feedback: AuthorFeedback) -> bool:
    """The coordination takes a feedback back; the authors do not read it any more."""
    return can_coordinate(user) and feedback.revoked_at is None

"""Who plans evaluations, answers them, and reads what they found."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from govern.access import presumes
from govern.actions.models import (
    Effect,
    Evaluation,
    EvaluationRequest,
    EvaluationState,
    Matter,
    MatterState,
)
from govern.actions.policies_gaps import can_report_gaps, can_view_matter, matters_viewable_by
from govern.people.models import User
from govern.people.policies import can_coordinate


def can_see_evaluations(user: User) -> bool:
    """Whoever may report gaps has a page of evaluations: those to answer, and those that are concluded."""
    return can_report_gaps(user)


def can_view_evaluation(user: User, evaluation: Evaluation) -> bool:
    """The coordination sees every evaluation; whoever may read the matter sees the concluded ones.

    Answers of single institutions and true counts stay with the coordination.
    """
    if can_coordinate(user):
        return True
    return evaluation.state is EvaluationState.CONCLUDED and can_view_matter(user, evaluation.matter)


def evaluations_viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view_evaluation`, as SQL."""
    if can_coordinate(user):
        return true()
    readable = select(Matter.id).where(matters_viewable_by(user))
    return and_(Evaluation.state == EvaluationState.CONCLUDED, Evaluation.matter_id.in_(readable))


@presumes(can_view_matter)
def can_plan_evaluation(user: User, matter: Matter) -> bool:
    """The coordination plans evaluations of matters that are open or settled."""
    return can_coordinate(user) and matter.state in (MatterState.OPEN, MatterState.SETTLED)


@presumes(can_view_evaluation)
def can_keep_evaluation(user: User, evaluation: Evaluation) -> bool:
    """The coordination moves, asks, concludes and cancels evaluations that are planned."""
    return can_coordinate(user) and evaluation.state is EvaluationState.PLANNED


@presumes(can_view_evaluation)
def can_correct_evaluation(user: User, evaluation: Evaluation) -> bool:
    """The coordination corrects the result of a concluded evaluation; the earlier one stays visible."""
    return can_coordinate(user) and evaluation.state is EvaluationState.CONCLUDED


@presumes(can_view_evaluation)
def can_adjust(user: User, evaluation: Evaluation) -> bool:
    """The coordination starts an adjustment where the last result was „teilweise“ or „nicht wirksam“ (D8)."""
    result = evaluation.result
    return can_correct_evaluation(user, evaluation) and result is not None and result.effect is not Effect.EFFECTIVE


def reads_answers(user: User) -> bool:
    """True for those who read the answers of all and see true counts of reports."""
    return can_coordinate(user)


def can_view_request(user: User, request: EvaluationRequest) -> bool:
    """The coordination, and whoever is asked: accounts of the institution, chair and office of the committee."""
    if can_coordinate(user):
        return True
    return bool(user.is_authenticated) and request.withdrawn_at is None and is_asked(user, request)


def requests_viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view_request`, as SQL."""
    if not user.is_authenticated:
        return false()
    return true() if can_coordinate(user) else and_(EvaluationRequest.withdrawn_at.is_(None), asked_of(user))


@presumes(can_view_request)
def can_answer_request(user: User, request: EvaluationRequest) -> bool:
    """Whoever is asked answers until the evaluation is concluded; the coordination notes it for those without account.

    A later answer replaces the earlier one, both are kept.
    """
    return request.withdrawn_at is None and request.evaluation.state is EvaluationState.PLANNED


@presumes(can_view_request)
def can_take_back_request(user: User, request: EvaluationRequest) -> bool:
    """The coordination takes a question back that was not answered."""
    return can_coordinate(user) and can_answer_request(user, request) and not request.answers


def is_asked(user: User, request: EvaluationRequest) -> bool:
    """True if ``user`` acts for the institution that is asked, or leads the committee."""
    standing = user.standing
    if request.organisation_id is not None:
        return request.organisation_id in standing.organisations
    return request.committee_id in standing.chair_committees | standing.office_committees


def asked_of(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`is_asked`, as SQL."""
    standing = user.standing
    return or_(
        EvaluationRequest.organisation_id.in_(sorted(standing.organisations)),
        EvaluationRequest.committee_id.in_(sorted(standing.chair_committees | standing.office_committees)),
    )

"""Read evaluations: the list, one with its answers, reports before and after, and what other pages show of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload
from sqlalchemy.orm.strategy_options import _AbstractLoad

from govern.actions.masking import about
from govern.actions.models import (
    QUESTIONS,
    Adjustment,
    Evaluation,
    EvaluationAnswer,
    EvaluationRequest,
    EvaluationResult,
    EvaluationState,
    GapReport,
    Matter,
    Verdict,
)
from govern.actions.policies_evaluations import asked_of, evaluations_viewable_by, reads_answers, requests_viewable_by
from govern.actions.queries.matters import Chain
from govern.db import db, kept
from govern.formats import at, count, local, today
from govern.people.models import User

KEPT = timedelta(days=730)
"""So long calendars show what is over."""

PAGE_SIZE = 25
HALF_A_YEAR = timedelta(days=182)
COMPARED_AT_MOST = timedelta(days=365)
STATES = {"offen": "geplant", "faellig": "fällig", "abgeschlossen": "abgeschlossen", "alle": "alle"}


@dataclass(frozen=True)
class Proposal:
    """What the form to plan an evaluation starts with, and where that comes from."""

    due_on: date
    compared_from: date
    why: str
    source: str = ""
    """`order:5`, `resolution:3` or nothing."""


@dataclass(frozen=True)
class Comparison:
    """Reports of a matter in the days before and from a day on, equally many of each."""

    compared_from: date
    days: int
    before: int
    after: int


@dataclass(frozen=True)
class EvaluationPage:
    """One page of evaluations."""

    rows: Sequence[Evaluation]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def propose(matter: Matter, chain: Chain) -> Proposal:
    """When to look at the effect: the day an order names, else half a year after what was done, else after today."""
    finished = sorted((o for o in chain.orders if o.done_on), key=lambda o: (o.done_on or date.min, o.id))
    decided = [r for r in chain.resolutions if r.is_adopted and r.number]
    since = today()
    if finished and finished[-1].done_on:
        since = finished[-1].done_on
    elif decided and decided[-1].item is not None:
        since = min(local(decided[-1].item.meeting.starts_at).date(), since)
    in_half_a_year = max(since + HALF_A_YEAR, today())
    named = [(order.effect_check_on, order.id, order) for order in chain.orders if order.effect_check_on]
    if named:
        day, _, order = min(named)
        why = f"Tag der Wirkungsprüfung im Auftrag {order.number}"
        return Proposal(max(day, today()), since, why, f"order:{order.id}")
    if finished:
        why = f"ein halbes Jahr, nachdem {finished[-1].number} erledigt war"
        return Proposal(in_half_a_year, since, why, f"order:{finished[-1].id}")
    if decided:
        why = f"ein halbes Jahr nach Beschluss {decided[-1].number}"
        return Proposal(in_half_a_year, since, why, f"resolution:{decided[-1].id}")
    return Proposal(today() + HALF_A_YEAR, since, "in einem halben Jahr; beschlossen ist noch nichts")


def load_evaluation(evaluation: Evaluation) -> Evaluation:
    """``evaluation`` with who was asked and what was answered, results, history and adjustments."""
    return db.session.scalars(
        sa.select(Evaluation)
        .where(Evaluation.id == evaluation.id)
        .options(
            joinedload(Evaluation.matter), joinedload(Evaluation.work_order), joinedload(Evaluation.resolution),
            selectinload(Evaluation.requests).options(
                joinedload(EvaluationRequest.organisation), joinedload(EvaluationRequest.committee),
                selectinload(EvaluationRequest.answers),
            ),
            selectinload(Evaluation.results), selectinload(Evaluation.events),
            selectinload(Evaluation.adjustments).options(
                joinedload(Adjustment.matter), joinedload(Adjustment.topic), joinedload(Adjustment.work_order),
            ),
        )
        .execution_options(populate_existing=True)
    ).unique().one()  # fmt: skip


def compare_reports(matter: Matter, compared_from: date, day: date) -> Comparison:
    """Reports of ``matter`` from a day on until the evening of ``day``, and in as many days before; at most a year."""
    span = max(min(day - compared_from + timedelta(days=1), COMPARED_AT_MOST), timedelta())
    middle = at(compared_from, time())
    first, last = at(compared_from - span, time()), at(compared_from + span, time())
    row = db.session.execute(
        sa.select(
            sa.func.count(sa.case((GapReport.reported_at < middle, 1))),
            sa.func.count(sa.case((GapReport.reported_at >= middle, 1))),
        ).where(GapReport.matter_id == matter.id, GapReport.reported_at >= first, GapReport.reported_at < last)
    ).one()
    return Comparison(compared_from, span.days, row[0], row[1])


def comparison_of(result: EvaluationResult) -> Comparison:
    """The figures as they stood when the result was written down."""
    return Comparison(result.compared_from, result.compared_days, result.reports_before, result.reports_after)


def in_words(user: User, comparison: Comparison, threshold: int) -> tuple[str, str]:
    """Reports before and after for ``user``: true counts for the coordination, rounded ones for everybody else."""
    if reads_answers(user):
        return (count(comparison.before, "Meldung", "Meldungen"), count(comparison.after, "Meldung", "Meldungen"))
    return (f"{about(comparison.before, threshold)} Meldungen", f"{about(comparison.after, threshold)} Meldungen")


def tally(evaluation: Evaluation) -> dict[str, dict[Verdict, int]]:
    """How often each verdict was given to each question; for the coordination, with the answers themselves beside."""
    answers = [r.answer for r in evaluation.requests if r.answer is not None]
    return {name: {v: sum(getattr(a, name) is v for a in answers) for v in Verdict} for name in QUESTIONS}


def list_evaluations(user: User, state: str, number: int) -> EvaluationPage:
    """One page of the evaluations ``user`` may see; those to come by their day, then the concluded, newest first."""
    conditions = [evaluations_viewable_by(user)]
    if state in ("offen", "faellig"):
        conditions.append(Evaluation.state == EvaluationState.PLANNED)
    if state == "faellig":
        conditions.append(Evaluation.due_on <= today())
    if state == "abgeschlossen":
        conditions.append(Evaluation.state == EvaluationState.CONCLUDED)
    total = db.session.scalar(sa.select(sa.func.count(Evaluation.id)).where(*conditions)) or 0
    is_planned = Evaluation.state == EvaluationState.PLANNED
    rows = db.session.scalars(
        sa.select(Evaluation)
        .where(*conditions)
        .options(joinedload(Evaluation.matter), selectinload(Evaluation.results), *_asked_parts())
        .order_by(
            sa.case((is_planned, 0), else_=1), sa.case((is_planned, Evaluation.due_on)), Evaluation.due_on.desc(),
            Evaluation.id.desc(),
        )
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    ).all()  # fmt: skip
    return EvaluationPage(rows, total, number)


def list_of_matter(user: User, matter: Matter) -> Sequence[Evaluation]:
    """The evaluations of a matter that ``user`` may see, the newest first, with their results."""
    return list_around(user, matter)[0]


def list_around(user: User, matter: Matter) -> tuple[list[Evaluation], list[Evaluation]]:
    """The evaluations of a matter, and those after which it was begun, as far as ``user`` may see them; one statement.

    The newest come first, with their results.
    """
    found = db.session.scalars(_around(user), {"matter": matter.id}).unique().all()
    return [e for e in found if e.matter_id == matter.id], [e for e in found if e.matter_id != matter.id]


@kept
def _around(user: User) -> sa.Select[Evaluation]:
    matter: Any = sa.bindparam("matter", type_=sa.Integer)
    begun_after = sa.select(Adjustment.evaluation_id).where(Adjustment.matter_id == matter)
    return (
        sa.select(Evaluation)
        .join(Evaluation.matter)
        .where(sa.or_(Evaluation.matter_id == matter, Evaluation.id.in_(begun_after)), evaluations_viewable_by(user))
        .options(contains_eager(Evaluation.matter), joinedload(Evaluation.results))
        .order_by(Evaluation.number.desc(), Evaluation.id.desc())
    )


def list_open_requests(user: User, *, most: int = 25) -> Sequence[EvaluationRequest]:
    """What ``user`` is asked and nobody has answered yet, the most urgent first."""
    return db.session.scalars(
        sa.select(EvaluationRequest)
        .join(EvaluationRequest.evaluation)
        .join(Evaluation.matter)
        .where(waits_for(user))
        .options(contains_eager(EvaluationRequest.evaluation).contains_eager(Evaluation.matter))
        .order_by(Evaluation.answers_until, EvaluationRequest.id)
        .limit(most)
    ).all()


def list_answered_requests(user: User, *, most: int = 25) -> Sequence[EvaluationRequest]:
    """What ``user`` was asked and was answered, the newest first."""
    return db.session.scalars(
        sa.select(EvaluationRequest)
        .join(EvaluationRequest.evaluation)
        .join(Evaluation.matter)
        .where(asked_of(user), EvaluationRequest.withdrawn_at.is_(None), EvaluationRequest.answers.any())
        .options(
            contains_eager(EvaluationRequest.evaluation).contains_eager(Evaluation.matter),
            selectinload(EvaluationRequest.answers),
        )
        .order_by(EvaluationRequest.id.desc())
        .limit(most)
    ).all()


def list_own_days(user: User) -> tuple[Sequence[Evaluation], Sequence[EvaluationRequest]]:
    """For the calendar: evaluations the coordination plans, and questions to ``user``; past ones for two years."""
    kept = today() - KEPT
    planned: Sequence[Evaluation] = []
    if reads_answers(user):
        planned = db.session.scalars(
            sa.select(Evaluation)
            .where(evaluations_viewable_by(user), Evaluation.due_on >= kept)
            .options(selectinload(Evaluation.events))
            .order_by(Evaluation.due_on, Evaluation.id)
        ).all()
    asked = db.session.scalars(
        sa.select(EvaluationRequest)
        .join(EvaluationRequest.evaluation)
        .where(asked_of(user), requests_viewable_by(user), Evaluation.answers_until >= kept)
        .options(
            contains_eager(EvaluationRequest.evaluation).selectinload(Evaluation.events),
            selectinload(EvaluationRequest.answers),
        )
        .order_by(Evaluation.answers_until, EvaluationRequest.id)
    ).all()
    return planned, asked


def waits_for(user: User) -> sa.ColumnElement[bool]:
    """Requests to ``user`` without an answer; the statement must join Evaluation."""
    return sa.and_(asked_of(user), is_unanswered())


def is_unanswered() -> sa.ColumnElement[bool]:
    """Requests that wait for an answer; the statement must join Evaluation."""
    return sa.and_(
        EvaluationRequest.withdrawn_at.is_(None),
        Evaluation.state == EvaluationState.PLANNED,
        ~sa.exists().where(EvaluationAnswer.request_id == EvaluationRequest.id),
    )


def is_due(day: date) -> sa.ColumnElement[bool]:
    """Planned evaluations whose day has come."""
    return sa.and_(Evaluation.state == EvaluationState.PLANNED, Evaluation.due_on <= day)


def load_request(request: EvaluationRequest) -> EvaluationRequest:
    """``request`` with its evaluation, matter and answers."""
    return db.session.scalars(
        sa.select(EvaluationRequest)
        .where(EvaluationRequest.id == request.id)
        .options(
            joinedload(EvaluationRequest.evaluation).joinedload(Evaluation.matter),
            joinedload(EvaluationRequest.organisation), joinedload(EvaluationRequest.committee),
            selectinload(EvaluationRequest.answers),
        )
        .execution_options(populate_existing=True)
    ).one()  # fmt: skip


def adjustments_behind(user: User, **links: int) -> Sequence[Adjustment]:
    """Of which evaluations a matter, topic or order is the adjustment, as far as ``user`` may see them."""
    return db.session.scalars(_adjustments(user, tuple(links)), links).all()


@kept
def _adjustments(user: User, links: tuple[str, ...]) -> sa.Select[Adjustment]:
    linked = (getattr(Adjustment, name) == sa.bindparam(name, type_=sa.Integer) for name in links)
    return (
        sa.select(Adjustment)
        .join(Adjustment.evaluation)
        .join(Evaluation.matter)
        .where(*linked, evaluations_viewable_by(user))
        .options(contains_eager(Adjustment.evaluation).contains_eager(Evaluation.matter))
        .order_by(Adjustment.id)
    )


def list_to_tell(day: date) -> Sequence[Evaluation]:
    """Planned evaluations whose day has come and of which the coordination was not told."""
    return db.session.scalars(
        sa.select(Evaluation)
        .where(is_due(day), Evaluation.reminded_on.is_(None))
        .options(joinedload(Evaluation.matter))
        .order_by(Evaluation.id)
    ).all()


def list_late_requests(until: date) -> Sequence[EvaluationRequest]:
    """Requests due by ``until`` without answer that were not reminded of."""
    return db.session.scalars(
        sa.select(EvaluationRequest)
        .join(EvaluationRequest.evaluation)
        .where(is_unanswered(), Evaluation.answers_until <= until, EvaluationRequest.reminded_on.is_(None))
        .options(joinedload(EvaluationRequest.organisation), joinedload(EvaluationRequest.committee))
        .order_by(EvaluationRequest.id)
    ).all()


def next_number(matter: Matter) -> int:
    """The number of the next evaluation of ``matter``."""
    return (
        db.session.scalar(sa.select(sa.func.max(Evaluation.number)).where(Evaluation.matter_id == matter.id)) or 0
    ) + 1


def _asked_parts() -> list[_AbstractLoad]:
    return [selectinload(Evaluation.requests).selectinload(EvaluationRequest.answers)]

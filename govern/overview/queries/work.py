"""How much work waits for somebody: the counts of the navigation, in one statement."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from govern.actions.models import (
    OPEN_STATES,
    Evaluation,
    EvaluationRequest,
    GapReport,
    LocalBodyRegistration,
    WorkOrder,
)
from govern.actions.policies import viewable_by as orders_viewable_by
from govern.actions.policies_gaps import new_reports
from govern.actions.policies_local_bodies import waiting_registrations
from govern.actions.queries.evaluations import is_due, waits_for
from govern.db import COUNTED, UtcDateTime, at_most, db, kept, now
from govern.mail import MailState, OutgoingMail
from govern.meetings.models import Meeting, MeetingState, Topic, TopicState
from govern.meetings.policies import prepared_by
from govern.overview.policies import can_change_settings
from govern.people.models import AccessibilityFeedback, User
from govern.people.policies import can_coordinate, mails_viewable_by


@dataclass(frozen=True)
class WaitingWork:
    """What waits for one person today."""

    meetings: int
    """Coming meetings the person prepares."""
    topics: int
    """Proposed topics the person decides on."""
    overdue_orders: int
    """Open work orders past their day, as far as the person sees them."""
    reports: int = 0
    """Reports of barriers without an answer, for those who answer them (C-18)."""
    gap_reports: int = 0
    """New gap reports, for the coordination; counted so far as lists are."""
    failed_mails: int = 0
    """Mails that could not be delivered, or of which nobody knows; for those who see the outbox."""
    due_evaluations: int = 0
    """Evaluations whose day has come, for the coordination."""
    asked_evaluations: int = 0
    """Questions about the effect that wait for an answer of the person."""
    local_bodies: int = 0
    """Registered local bodies that wait for the coordination."""


def count_waiting_work(user: User, day: date) -> WaitingWork:
    """The counts for ``user`` on ``day``; each starts from what the user may see."""
    work = WaitingWork(*db.session.execute(_counts(user), {"now": now(), "day": day}).one())
    return replace(work, gap_reports=at_most(work.gap_reports, COUNTED))


@kept
def _counts(user: User) -> sa.Select[*tuple[int, ...]]:
    # Asked on every page.
    at: Any = sa.bindparam("now", type_=UtcDateTime)
    day: Any = sa.bindparam("day", type_=sa.Date)
    return sa.select(
        _count(Meeting).where(coming_prepared_by(user, at)).scalar_subquery(),
        _count(Topic).where(decided_by(user), Topic.state == TopicState.PROPOSED).scalar_subquery(),
        _count(WorkOrder).where(orders_viewable_by(user), _is_overdue(day)).scalar_subquery(),
        _count(AccessibilityFeedback).where(_answered_by(user)).scalar_subquery(),
        _count_so_far(GapReport, new_reports(user)),
        _count(OutgoingMail).where(_failed_for(user)).scalar_subquery(),
        _count(Evaluation).where(is_due(day) if can_coordinate(user) else sa.false()).scalar_subquery(),
        _count(EvaluationRequest).join(EvaluationRequest.evaluation).where(waits_for(user)).scalar_subquery(),
        _count(LocalBodyRegistration).where(waiting_registrations(user)).scalar_subquery(),
    )


def coming_prepared_by(user: User, at: datetime) -> sa.ColumnElement[bool]:
    """Meetings that at this moment are not over and not cancelled, prepared by ``user``."""
    return sa.and_(
        prepared_by(user),
        Meeting.deleted_at.is_(None),
        Meeting.state.in_([MeetingState.PREPARING, MeetingState.PUBLISHED]),
        Meeting.ends_at >= at,
    )


def decided_by(user: User) -> sa.ColumnElement[bool]:
    """Topics that ``user`` accepts or returns."""
    return sa.true() if can_coordinate(user) else Topic.committee_id.in_(sorted(user.standing.office_committees))


def _is_overdue(day: date) -> sa.ColumnElement[bool]:
    return sa.and_(WorkOrder.state.in_(OPEN_STATES), WorkOrder.due_on < day)


def _answered_by(user: User) -> sa.ColumnElement[bool]:
    return AccessibilityFeedback.answered_on.is_(None) if can_change_settings(user) else sa.false()


def _failed_for(user: User) -> sa.ColumnElement[bool]:
    failed = OutgoingMail.state.in_([MailState.FAILED, MailState.UNCLEAR])
    return sa.and_(failed, mails_viewable_by(user))


def _count(
    model: type[Meeting | Topic | WorkOrder | AccessibilityFeedback | OutgoingMail | GapReport]
    | type[Evaluation | EvaluationRequest | LocalBodyRegistration],
) -> sa.Select[int]:
    # Of rows, not of ids: PostgreSQL then reads the index alone.
    return sa.select(sa.func.count()).select_from(model)


def _count_so_far(model: type[GapReport], condition: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    # Of reports an office may have thousands: every page would take the longer the more wait.
    found = sa.select(sa.literal(1)).select_from(model).where(condition).limit(COUNTED + 1).subquery()
    return sa.select(sa.func.count()).select_from(found).scalar_subquery()

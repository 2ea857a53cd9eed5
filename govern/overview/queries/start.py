"""What the overview shows: the next meetings, topics, work orders and results of one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from govern.actions.models import (
    OPEN_STATES,
    AuthorFeedback,
    Evaluation,
    EvaluationRequest,
    FeedbackNotice,
    GapReport,
    Matter,
    WorkOrder,
    WorkOrderState,
)
from govern.actions.policies import viewable_by as orders_viewable_by
from govern.actions.queries.evaluations import is_due, waits_for
from govern.actions.queries.feedback import RECENT as NEWS
from govern.actions.queries.feedback import is_news_for
from govern.actions.queries.projects import due_reports
from govern.committees.models import Committee, Seat
from govern.committees.policies import viewable_by as committees_viewable_by
from govern.db import UtcDateTime, db, kept, now
from govern.documents.queries.agreements import waiting_agreements
from govern.documents.queries.consultations import waiting_for
from govern.meetings.contributions import Check
from govern.meetings.models import CLOSED_STATES, AgendaItem, Meeting, MeetingState, Resolution, Topic, TopicState
from govern.meetings.policies import can_prepare, resolutions_viewable_by, viewable_by
from govern.meetings.queries.agendas import build_agenda
from govern.meetings.queries.meetings import BEGUN_AFTER, begun_after, not_over
from govern.meetings.queries.readiness import items_in_short, mended_by, own_readiness
from govern.overview.queries.work import coming_prepared_by, decided_by
from govern.people.models import Standing, User
from govern.people.policies import can_administer, can_coordinate

MOST, MOST_MEETINGS = 5, 8
SOON = timedelta(days=21)
RECENT = timedelta(days=120)
NOW: Any = sa.bindparam("now", type_=UtcDateTime)
SINCE: Any = sa.bindparam("since", type_=UtcDateTime)
UNTIL: Any = sa.bindparam("until", type_=sa.Date)
TODAY: Any = sa.bindparam("today", type_=sa.Date)


@dataclass(frozen=True)
class ComingMeeting:
    """A coming meeting of the person; what it still lacks, if the person prepares it."""

    meeting: Meeting
    is_prepared_here: bool
    lacking: list[Check]


@dataclass(frozen=True)
class Result:
    """A meeting that was closed lately, with how many of its resolutions the person may read."""

    meeting: Meeting
    resolutions: int


def list_coming_meetings(user: User) -> list[ComingMeeting]:
    """The next meetings ``user`` prepares, or attends through a mandate; three statements however many there are."""
    at = now()
    values = {"now": at, "begun_after": begun_after(at)}
    meetings = db.session.scalars(_coming_meetings(user), values).all()
    prepared = [m.id for m in meetings if _is_prepared(m, user)]
    items = items_in_short(prepared) if prepared else {}
    return [
        _coming(m, user, items.get(m.id, [])) if m.id in prepared else ComingMeeting(m, False, []) for m in meetings
    ]


@kept
def _coming_meetings(user: User) -> sa.Select[Meeting]:
    parts = [selectinload(Meeting.roles)]
    return (
        sa.select(Meeting)
        # Said once more for both: the index by which they are put in order finds them.
        .where(
            not_over(NOW, BEGUN_AFTER),
            Meeting.deleted_at.is_(None),
            sa.or_(coming_prepared_by(user, NOW), _attended_by(user)),
        )
        .options(
            joinedload(Meeting.committee), joinedload(Meeting.place), *(parts if prepares_meetings(user) else [])
        )
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(MOST_MEETINGS)
    )  # fmt: skip


def prepares_meetings(user: User) -> bool:
    """True for those who prepare meetings of some committee."""
    standing = user.standing
    return can_coordinate(user) or bool(
        standing.office_committees or standing.chair_committees or standing.minute_meetings
    )


def only_administers(user: User) -> bool:
    """True for administrators who do nothing else here."""
    return can_administer(user) and not can_coordinate(user) and user.standing == Standing()


def _is_prepared(meeting: Meeting, user: User) -> bool:
    return can_prepare(user, meeting) and meeting.state in (MeetingState.PREPARING, MeetingState.PUBLISHED)


def _coming(meeting: Meeting, user: User, items: Sequence[AgendaItem]) -> ComingMeeting:
    checks = mended_by(user, meeting, own_readiness(meeting, build_agenda(meeting, items)))
    return ComingMeeting(meeting, True, [check for check in checks if check.state != "ok"])


def _attended_by(user: User) -> sa.ColumnElement[bool]:
    standing = user.standing
    return sa.and_(
        viewable_by(user),
        Meeting.deleted_at.is_(None),
        Meeting.state.not_in(CLOSED_STATES),
        Meeting.ends_at >= NOW,
        sa.or_(
            Meeting.committee_id.in_(sorted(standing.member_committees | standing.chair_committees)),
            Meeting.id.in_(
                sorted(
                    standing.attended_meetings
                    | standing.minute_meetings
                    | standing.joint_member_meetings
                    | standing.joint_led_meetings
                )
            ),
        ),
    )


def list_waiting_topics(user: User) -> Sequence[Topic]:
    """Proposed topics that wait for a decision of ``user``, and own ones that are not settled yet; oldest first."""
    return db.session.scalars(_waiting_topics(user)).all()


@kept
def _waiting_topics(user: User) -> sa.Select[Topic]:
    unsettled = Topic.state.in_([TopicState.PROPOSED, TopicState.RETURNED])
    return (
        sa.select(Topic)
        .where(
            sa.or_(
                sa.and_(decided_by(user), Topic.state == TopicState.PROPOSED),
                sa.and_(Topic.proposed_by_id == user.id, unsettled),
            )
        )
        .options(joinedload(Topic.committee))
        .order_by(Topic.created_at, Topic.id)
        .limit(MOST)
    )


def list_due_orders(user: User, day: date) -> Sequence[WorkOrder]:
    """Open work orders that ``user`` sees and that are overdue or due soon; the most urgent first.

    Who acts for an institution also finds those that it still has to accept, whenever they are due.
    """
    return db.session.scalars(_due_orders(user), {"until": day + SOON}).unique().all()


@kept
def _due_orders(user: User) -> sa.Select[WorkOrder]:
    wanted: sa.ColumnElement[bool] = WorkOrder.due_on <= UNTIL
    order: list[Any] = [WorkOrder.due_on, WorkOrder.id]
    if own := sorted(user.standing.organisations):
        new = sa.and_(WorkOrder.state == WorkOrderState.ISSUED, WorkOrder.addressee_organisation_id.in_(own))
        wanted, order = sa.or_(wanted, new), [WorkOrder.due_on.is_(None), *order]
    return (
        sa.select(WorkOrder)
        .where(orders_viewable_by(user), WorkOrder.state.in_(OPEN_STATES), wanted)
        .options(
            joinedload(WorkOrder.committee),
            joinedload(WorkOrder.addressee_organisation),
            joinedload(WorkOrder.addressee_committee),
            joinedload(WorkOrder.addressee_seat).joinedload(Seat.organisations),
        )
        .order_by(*order)
        .limit(MOST)
    )


def list_results(user: User) -> list[Result]:
    """Meetings closed lately that ``user`` may see, the latest first."""
    rows = db.session.execute(_results(user), {"since": now() - RECENT})
    return [Result(meeting, count) for meeting, count in rows]


@kept
def _results(user: User) -> sa.Select[Meeting, int]:
    readable = (
        sa.select(sa.func.count(Resolution.id))
        .join(AgendaItem, Resolution.item_id == AgendaItem.id)
        .where(AgendaItem.meeting_id == Meeting.id, resolutions_viewable_by(user))
        .correlate(Meeting)
        .scalar_subquery()
    )
    return (
        sa.select(Meeting, readable)
        .where(
            viewable_by(user),
            Meeting.deleted_at.is_(None),
            Meeting.state.in_(CLOSED_STATES),
            Meeting.starts_at >= SINCE,
        )
        .options(joinedload(Meeting.committee))
        .order_by(Meeting.starts_at.desc(), Meeting.id.desc())
        .limit(MOST)
    )


def list_own_committees(user: User) -> Sequence[Committee]:
    """The committees in which ``user`` has a mandate, the chair or the office today."""
    standing = user.standing
    own = standing.member_committees | standing.chair_committees | standing.office_committees
    if not own:
        return []
    return db.session.scalars(
        sa.select(Committee)
        .where(committees_viewable_by(user), Committee.id.in_(sorted(own)))
        .order_by(Committee.is_highest.desc(), Committee.sort_name)
        .limit(12)
    ).all()


def has_committees() -> bool:
    """True once a committee exists; before that the overview says how to begin."""
    return db.session.scalar(sa.select(sa.exists().where(Committee.id.is_not(None)))) or False


@dataclass(frozen=True)
class Waiting:
    """A question about the effect, an evaluation or a project group's report that is due, news of an own report, or a
    draft that is laid open for comments, or an agreement to be reviewed or about to end."""

    kind: str
    """`asked`, `due`, `told`, `report` of a project group, `consulted`, `agreement_review` or `agreement_end`."""
    id: int
    """Of the request, the evaluation, the report, the project, the consultation, or the agreement."""
    number: str
    """Of the matter or the report; of a project the committee it reports to; of a draft what it is called; of an
    agreement its kind, or when it ends."""
    words: str
    due_on: date | None


def list_waiting(user: User, day: date) -> list[Waiting]:
    """What waits for ``user`` between gap report and effect, or to be read; one statement, the most urgent first."""
    rows = db.session.execute(_waiting(user), {"until": day + SOON, "since": now() - NEWS, "today": day})
    return [Waiting(*row) for row in rows]


@kept
def _waiting(user: User) -> sa.CompoundSelect[Any]:
    asked = (
        sa.select(sa.literal("asked").label("kind"), EvaluationRequest.id, Matter.number,
                  Evaluation.asked_text.label("words"), Evaluation.answers_until.label("due_on"))
        .join(EvaluationRequest.evaluation)
        .join(Evaluation.matter)
        .where(waits_for(user))
        .order_by(Evaluation.answers_until, EvaluationRequest.id)
        .limit(MOST)
    )  # fmt: skip
    due = (
        sa.select(sa.literal("due"), Evaluation.id, Matter.number, Matter.title, Evaluation.due_on)
        .join(Evaluation.matter)
        .where(is_due(UNTIL) if can_coordinate(user) else sa.false())
        .order_by(Evaluation.due_on, Evaluation.id)
        .limit(MOST)
    )
    told = (
        sa.select(sa.literal("told"), GapReport.id, GapReport.number, sa.type_coerce(AuthorFeedback.stage, sa.String),
                  sa.cast(sa.null(), sa.Date))
        .select_from(FeedbackNotice)
        .join(FeedbackNotice.feedback)
        .join(FeedbackNotice.report)
        .where(is_news_for(user, SINCE))
        .order_by(FeedbackNotice.id.desc())
        .limit(MOST)
    )  # fmt: skip
    reports = due_reports(user, UNTIL, MOST)
    consulted = waiting_for(user, TODAY, MOST)
    agreements = waiting_agreements(user, UNTIL, MOST)
    parts = (sa.select(part.subquery()) for part in (asked, due, told, reports, consulted, *agreements))
    return sa.union_all(*parts)

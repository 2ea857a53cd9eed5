"""Read the topic store. Lists start from what a person may see."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, load_only, selectinload

from govern import search
from govern.committees.models import Committee, Seat
from govern.committees.policies import viewable_by as committees_viewable_by
from govern.db import UtcDateTime, count_rows, db, now
from govern.meetings.models import AgendaItem, Meeting, MeetingState, Topic, TopicState
from govern.meetings.policies import topics_proposable_by, topics_viewable_by
from govern.meetings.queries.asked import ASKED, values_of
from govern.people.models import Person, PersonFunction, User

PAGE = 25
LAST_MOMENT = datetime(9999, 1, 1, tzinfo=UTC)
OPEN = (TopicState.PROPOSED, TopicState.ACCEPTED, TopicState.SCHEDULED, TopicState.RETURNED)


@dataclass(frozen=True)
class TopicPage:
    """One page of the topic store."""

    topics: Sequence[Topic]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def list_topics(
    user: User,
    *,
    text: str = "",
    state: TopicState | None = None,
    committee_id: int | None = None,
    only_own: bool = False,
    number: int = 1,
) -> TopicPage:
    """Topics ``user`` may see, waiting ones first, then the oldest.

    Open ones, unless a state is asked for or ``text`` is looked for.
    """
    conditions = [topics_viewable_by(user)]
    states = (state,) if state is not None else OPEN
    if committee_id is not None:
        conditions.append(Topic.committee_id == committee_id)
    if only_own:
        conditions.append(Topic.proposed_by_id == user.id)
    waiting_first = ((Topic.state != TopicState.PROPOSED).asc(), Topic.created_at, Topic.id)
    if text.strip():
        ids = search.newest(Topic, text).where(*conditions, *([Topic.state == state] if state is not None else []))
        chosen, total = search.one_page(ids, waiting_first, size=PAGE, number=number)
        topics = sa.select(Topic).where(Topic.id.in_(chosen))
    else:
        total = count_rows(sa.select(Topic.id).where(*conditions, Topic.state.in_(states)), seen=number * PAGE)
        shown = _in_order(conditions, states, number).subquery("shown")
        topics = sa.select(Topic).join(shown, shown.c.id == Topic.id)
    rows = db.session.scalars(
        topics.options(joinedload(Topic.committee), joinedload(Topic.proposed_for_seat)).order_by(*waiting_first)
    ).all()
    return TopicPage(rows, total, number)


def _in_order(
    conditions: Sequence[sa.ColumnElement[bool]], states: Sequence[TopicState], number: int
) -> sa.Select[int]:
    # The first of each state, as its index has them, not all that wait put in order.
    firsts = [
        sa.select(Topic.id, Topic.state, Topic.created_at)
        .where(*conditions, Topic.state == state)
        .order_by(Topic.created_at, Topic.id)
        .limit(number * PAGE)
        .subquery()
        for state in states
    ]
    found = sa.union_all(*(sa.select(first) for first in firsts)).subquery("found_by_state")
    waiting_first = ((found.c.state != TopicState.PROPOSED).asc(), found.c.created_at, found.c.id)
    return sa.select(found.c.id).order_by(*waiting_first).limit(PAGE).offset((number - 1) * PAGE)


_PROPOSER = joinedload(Topic.proposed_by)
WITH_ITS_WAY = (
    joinedload(Topic.committee),
    joinedload(Topic.moved_from),
    joinedload(Topic.from_committee),
    joinedload(Topic.late_consent_by).joinedload(User.roles),
    joinedload(Topic.from_item).joinedload(AgendaItem.meeting),
    joinedload(Topic.proposed_for_seat).joinedload(Seat.organisations),
    _PROPOSER.joinedload(User.roles),
    _PROPOSER.joinedload(User.body),  # often the reader's own account: the frame asks for it again
    _PROPOSER.joinedload(User.person).selectinload(Person.functions).joinedload(PersonFunction.organisation),
    selectinload(Topic.papers),
    selectinload(Topic.items).joinedload(AgendaItem.meeting).joinedload(Meeting.committee),
    selectinload(Topic.items).joinedload(AgendaItem.resolutions),
)
"""What the page of a topic loads along: committee, papers, proposer and the meetings it is on."""


LEFT_OVER_FIRST = (
    Topic.from_item_id.is_(None),
    (Topic.state != TopicState.ACCEPTED).asc(),
    (Topic.state != TopicState.PROPOSED).asc(),
    Topic.created_at,
    Topic.id,
)
MOST_TOLD = 100
"""So many topics the page of a meeting tells apart; beyond that it says „mindestens“."""
_IN_SHORT = (
    load_only(
        Topic.committee_id, Topic.title, Topic.state, Topic.from_item_id, Topic.from_committee_id, Topic.moved_from_id,
        Topic.created_at,
    ),
    joinedload(Topic.from_item)
    .load_only(AgendaItem.meeting_id, AgendaItem.result, AgendaItem.result_note)
    .joinedload(AgendaItem.meeting)
    .load_only(Meeting.title, Meeting.number, Meeting.starts_at),
)  # fmt: skip
"""What the page of a meeting shows of topics that could still come on its agenda."""


def list_waiting(meeting: Meeting, *, text: str = "", number: int = 1) -> TopicPage:
    """Topics of the committee that may go on the agenda of ``meeting`` and are not on it yet: left-over ones first."""
    if text.strip():
        ids = search.newest(Topic, text).where(*_waits(meeting))
        total = count_rows(ids, most=search.CAP)
        found = sa.select(Topic.id).where(Topic.id.in_(sa.select(ids.cte("found").c.id)))
    else:
        found = sa.select(Topic.id).where(*_waits(meeting))
        total = count_rows(found, seen=number * PAGE)
    shown = found.order_by(*LEFT_OVER_FIRST).limit(PAGE).offset((number - 1) * PAGE).subquery("shown")
    topics = db.session.scalars(_to_choose().join(shown, shown.c.id == Topic.id)).all()
    return TopicPage(topics, total, number)


def find_waiting(meeting: Meeting, ids: Collection[int]) -> Sequence[Topic]:
    """Those of :func:`list_waiting` with one of ``ids``, on whichever page; without ids it asks nothing."""
    if not ids:
        return []
    return db.session.scalars(_to_choose().where(*_waits(meeting), Topic.id.in_(ids))).all()


def topics_to_tell(meeting: Meeting, late_from: datetime | None = None) -> Sequence[Topic]:
    """Those of :func:`list_waiting` that ask for something: left over, undecided, or brought since ``late_from``.

    The first :data:`MOST_TOLD` of them, in the same order. What was accepted in time can wait in any number.
    """
    values = {**values_of(meeting), "late_from": late_from or LAST_MOMENT}
    return db.session.scalars(_topics_to_tell(), values).all()


@cache
def _topics_to_tell() -> sa.Select[Topic]:
    left_over = sa.and_(
        Topic.from_item_id.is_not(None), Topic.from_committee_id.is_(None), Topic.moved_from_id.is_(None)
    )
    late = Topic.created_at >= sa.bindparam("late_from", type_=UtcDateTime)
    asks = sa.or_(Topic.state == TopicState.PROPOSED, sa.and_(Topic.state == TopicState.ACCEPTED, left_over | late))
    waiting = sa.select(Topic).where(*_waits(ASKED), asks).order_by(*LEFT_OVER_FIRST)
    return waiting.options(*_IN_SHORT).limit(MOST_TOLD)


def _to_choose() -> sa.Select[Topic]:
    shown_with = (joinedload(Topic.from_item).joinedload(AgendaItem.meeting), selectinload(Topic.papers))
    return sa.select(Topic).options(*shown_with).order_by(*LEFT_OVER_FIRST)


def _waits(meeting: Any) -> tuple[sa.ColumnElement[bool], ...]:
    there = sa.select(AgendaItem.topic_id).where(AgendaItem.meeting_id == meeting.id, AgendaItem.topic_id.is_not(None))
    states = (TopicState.ACCEPTED, TopicState.PROPOSED, TopicState.SCHEDULED)
    return (Topic.committee_id == meeting.committee_id, Topic.state.in_(states), Topic.id.not_in(there))


def is_left_over(topic: Topic) -> bool:
    """True if an earlier meeting left ``topic`` undecided and no agenda has it yet."""
    return topic.is_carried_over and topic.state is TopicState.ACCEPTED


def left_over(committee: Committee) -> Sequence[Topic]:
    """What earlier meetings of ``committee`` left undecided and no agenda has yet, the oldest first; one statement."""
    return db.session.scalars(
        sa.select(Topic)
        .where(
            Topic.committee_id == committee.id,
            Topic.state == TopicState.ACCEPTED,
            Topic.from_item_id.is_not(None),
            Topic.from_committee_id.is_(None),
            Topic.moved_from_id.is_(None),
        )
        .options(joinedload(Topic.from_item).joinedload(AgendaItem.meeting))
        .order_by(Topic.id)
    ).all()


def highest_committee(user: User) -> Committee | None:
    """The committee at the top, to which results of working groups go."""
    return db.session.scalars(
        sa.select(Committee).where(
            committees_viewable_by(user),
            Committee.is_highest,
            Committee.ended_on.is_(None),
            Committee.merged_into_id.is_(None),
        )
    ).first()


def meetings_for(topic: Topic) -> Sequence[Meeting]:
    """Coming meetings of the topic's committee on whose agenda it is not yet."""
    there = sa.select(AgendaItem.meeting_id).where(AgendaItem.topic_id == topic.id)
    found = db.session.scalars(
        sa.select(Meeting)
        .where(
            Meeting.committee_id == topic.committee_id,
            Meeting.deleted_at.is_(None),
            Meeting.state.in_([MeetingState.PREPARING, MeetingState.PUBLISHED, MeetingState.IN_SESSION]),
            Meeting.ends_at >= now(),
            Meeting.id.not_in(there),
        )
        .options(joinedload(Meeting.committee), joinedload(Meeting.moves))
        .order_by(Meeting.starts_at, Meeting.id)
    )
    return found.unique().all()


def committees_for_topics(user: User) -> Sequence[Committee]:
    """Committees for which ``user`` may bring topics."""
    return db.session.scalars(
        sa.select(Committee)
        .where(
            committees_viewable_by(user),
            topics_proposable_by(user),
            Committee.ended_on.is_(None),
            Committee.merged_into_id.is_(None),
        )
        .order_by(Committee.is_highest.desc(), Committee.sort_name)
    ).all()


def committees_to_move_to(topic: Topic, user: User) -> Sequence[Committee]:
    """Other committees that work and could take the topic."""
    return db.session.scalars(
        sa.select(Committee)
        .where(
            committees_viewable_by(user),
            Committee.id != topic.committee_id,
            Committee.ended_on.is_(None),
            Committee.merged_into_id.is_(None),
        )
        .order_by(Committee.is_highest.desc(), Committee.sort_name)
    ).all()

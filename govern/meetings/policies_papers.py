"""Who may see and change papers of items and topics."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_, true

from govern.access import presumes
from govern.meetings.announced import announced, is_announced
from govern.meetings.models import AgendaItem, Meeting, Paper, Topic, TopicState
from govern.meetings.policies import (
    can_edit,
    can_edit_topic,
    can_prepare,
    can_view_item,
    can_view_topic,
    items_viewable_by,
    prepared_by,
    topics_viewable_by,
)
from govern.people.models import User
from govern.people.policies import can_coordinate


def can_view_paper(user: User, paper: Paper) -> bool:
    """A paper is read by whoever may read its item or its topic; a withdrawn one only by who may change these."""
    if paper.withdrawn_at is not None:
        return _keeps(user, paper)
    if paper.item is not None:
        return can_view_item(user, paper.item) and (is_announced(paper) or can_prepare(user, paper.item.meeting))
    return paper.topic is not None and can_view_topic(user, paper.topic)


def papers_viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view_paper`, as SQL; needs outer joins to AgendaItem, Meeting and Topic."""
    if not user.is_authenticated:
        return false()
    of_item, of_topic = AgendaItem.id.is_not(None), and_(AgendaItem.id.is_(None), Topic.id.is_not(None))
    read = or_(
        and_(of_item, items_viewable_by(user), papers_announced_to(user)), and_(of_topic, topics_viewable_by(user))
    )
    office = user.standing.office_committees
    planned = true() if can_coordinate(user) else Meeting.committee_id.in_(sorted(office))
    decided = true() if can_coordinate(user) else Topic.committee_id.in_(sorted(office))
    own = and_(Topic.proposed_by_id == user.id, Topic.state.in_((TopicState.PROPOSED, TopicState.RETURNED)))
    changeable = and_(Topic.state.not_in((TopicState.SCHEDULED, TopicState.DONE)), or_(decided, own))
    kept = or_(and_(of_item, planned), and_(of_topic, changeable))
    return or_(and_(Paper.withdrawn_at.is_(None), read), and_(Paper.withdrawn_at.is_not(None), kept))


def papers_announced_to(user: User) -> ColumnElement[bool]:
    """Papers of items that ``user`` may read as far as supplements go (E-04); the statement must join Meeting."""
    return or_(announced(Paper), prepared_by(user))


@presumes(can_view_paper)
def can_edit_paper(user: User, paper: Paper) -> bool:
    """The office withdraws papers of items; who may change a topic, its papers."""
    return _keeps(user, paper)


def _keeps(user: User, paper: Paper) -> bool:
    if not user.is_authenticated:
        return False
    if paper.item is not None:
        return can_edit(user, paper.item.meeting)
    return paper.topic is not None and can_edit_topic(user, paper.topic)

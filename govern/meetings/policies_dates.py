"""Who may see and change date polls, series of meetings and events."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, false, or_, true

from govern.access import presumes
from govern.committees.models import Committee
from govern.committees.policies import can_view as can_view_committee
from govern.committees.policies import is_office
from govern.meetings.models import DatePoll, Event, MeetingSeries, event_committee
from govern.people.models import User
from govern.people.policies import can_coordinate


@presumes(can_view_committee)
def can_follow(user: User, committee: Committee) -> bool:
    """Members, chair, office and coordination subscribe to a committee's calendar; all signed-in to a public one's."""
    return is_office(user, committee.id) or committee.meetings_public or committee.id in _own(user)


def committees_followed_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_follow`, as SQL."""
    if not user.is_authenticated:
        return false()
    if can_coordinate(user):
        return true()
    return or_(Committee.meetings_public, Committee.id.in_(sorted(_own(user) | user.standing.office_committees)))


def can_view_poll(user: User, poll: DatePoll) -> bool:
    """Members, deputies and chair of the committee see a date poll once they were asked; the office sees drafts too."""
    if not user.is_authenticated:
        return False
    if is_office(user, poll.committee_id):
        return True
    return poll.asked_at is not None and poll.committee_id in _own(user)


def polls_viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view_poll`, as SQL."""
    if not user.is_authenticated:
        return false()
    if can_coordinate(user):
        return true()
    return or_(
        DatePoll.committee_id.in_(sorted(user.standing.office_committees)),
        and_(DatePoll.asked_at.is_not(None), DatePoll.committee_id.in_(sorted(_own(user)))),
    )


@presumes(can_view_poll)
def can_answer_poll(user: User, poll: DatePoll) -> bool:
    """Whoever was asked answers, signed in or through the personal link."""
    return poll.asked_at is not None and any(invitee.person_id == user.person_id for invitee in poll.invitees)


@presumes(can_view_poll)
def can_edit_poll(user: User, poll: DatePoll) -> bool:
    """The coordination and the office of the committee ask for dates, remind, and take one."""
    return is_office(user, poll.committee_id)


def can_view_series(user: User, series: MeetingSeries) -> bool:
    """A series is seen by members, deputies, chair and office of its committee; its meetings follow their own rule."""
    return is_office(user, series.committee_id) or bool(user.is_authenticated and series.committee_id in _own(user))


def series_viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view_series`, as SQL."""
    if not user.is_authenticated:
        return false()
    if can_coordinate(user):
        return true()
    return MeetingSeries.committee_id.in_(sorted(_own(user) | user.standing.office_committees))


def can_view_event(user: User, event: Event) -> bool:
    """Members, deputies and chairs of its committees see an announced event; their offices see drafts too."""
    if not user.is_authenticated:
        return False
    ids = {committee.id for committee in event.committees}
    if can_coordinate(user) or ids & user.standing.office_committees:
        return True
    return event.announced_at is not None and bool(ids & _own(user))


def events_viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view_event`, as SQL."""
    if not user.is_authenticated:
        return false()
    if can_coordinate(user):
        return true()
    return or_(
        for_committees(user.standing.office_committees),
        and_(Event.announced_at.is_not(None), for_committees(_own(user))),
    )


@presumes(can_view_event)
def can_edit_event(user: User, event: Event) -> bool:
    """The coordination, and the office of all committees an event is for, change, announce and cancel it."""
    ids = {committee.id for committee in event.committees}
    return can_coordinate(user) or (bool(ids) and ids <= user.standing.office_committees)


@presumes(can_view_event)
def can_register(user: User, event: Event) -> bool:
    """Members, deputies and chairs of its committees register for an announced event and withdraw."""
    ids = {committee.id for committee in event.committees}
    return user.person_id is not None and event.announced_at is not None and bool(ids & _own(user))


def for_committees(ids: frozenset[int]) -> ColumnElement[bool]:
    """Events for one of these committees."""
    return exists().where(event_committee.c.event_id == Event.id, event_committee.c.committee_id.in_(sorted(ids)))


def _own(user: User) -> frozenset[int]:
    return user.standing.member_committees | user.standing.chair_committees

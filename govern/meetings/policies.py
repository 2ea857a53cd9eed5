"""Who may see and change meetings, agendas, topics, papers, minutes and resolutions.

„Öffentlich" means: every signed-in person may read it. „Nicht öffentlich": only seat holders, the deputy who attends,
the office and the coordination. A meeting that is not public as a whole is for the members of its committee.
A joint meeting is for the members of every committee that meets; the office of its own committee plans it (E-20).
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_, true

from govern.access import presumes
from govern.committees.models import Committee
from govern.committees.policies import can_view as can_view_committee
from govern.committees.policies import is_office
from govern.meetings.announced import announced, is_announced
from govern.meetings.models import (
    CLOSED_STATES,
    AgendaItem,
    Attendance,
    Meeting,
    MeetingGuest,
    Place,
    Resolution,
    StandingItem,
    Topic,
    TopicState,
)
from govern.people.models import Standing, User
from govern.people.policies import can_coordinate


def can_view(user: User, meeting: Meeting) -> bool:
    """Members, deputies, chair, minute-takers, office and coordination see a meeting; all signed-in a public one.

    In a joint meeting members, deputies, chair and office of every committee that meets.
    """
    if not user.is_authenticated:
        return False
    if is_office(user, meeting.committee_id):
        return True
    if meeting.deleted_at is not None:
        return False
    return meeting.is_public or _belongs_to(user, meeting)


def viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view`, as SQL."""
    if not user.is_authenticated:
        return false()
    if can_coordinate(user):
        return true()
    standing = user.standing
    return or_(
        Meeting.committee_id.in_(sorted(standing.office_committees)),
        and_(
            Meeting.deleted_at.is_(None),
            or_(
                Meeting.is_public,
                Meeting.committee_id.in_(sorted(standing.member_committees | standing.chair_committees)),
                Meeting.id.in_(sorted(standing.minute_meetings | standing.attended_meetings | _joint(standing))),
            ),
        ),
    )


@presumes(can_view)
def can_view_agenda(user: User, meeting: Meeting) -> bool:
    """The agenda is read by those who prepare it; by everyone who sees the meeting once it was published."""
    if not can_view(user, meeting):
        return False
    return meeting.published_at is not None or meeting.is_closed or _prepares(user, meeting)


def can_view_item(user: User, item: AgendaItem) -> bool:
    """Whoever may read the agenda reads its public items; confidential ones only the circle of the committee.

    What a supplement adds is read by those who prepare the meeting until it is sent (E-04).
    """
    if not can_view_agenda(user, item.meeting) or not (is_announced(item) or _prepares(user, item.meeting)):
        return False
    return item.is_public or in_circle(user, item.meeting)


def items_viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view_item`, as SQL; the statement must join Meeting."""
    if not user.is_authenticated:
        return false()
    if can_coordinate(user):
        return true()
    standing = user.standing
    prepares = prepared_by(user)
    published = or_(Meeting.published_at.is_not(None), Meeting.state.in_(CLOSED_STATES))
    circle = or_(
        prepares,
        Meeting.committee_id.in_(sorted(standing.holder_committees)),
        Meeting.id.in_(sorted(standing.attended_meetings | standing.joint_holder_meetings)),
    )
    sent = or_(announced(AgendaItem), prepares)
    return and_(viewable_by(user), or_(published, prepares), or_(AgendaItem.is_public, circle), sent)


@presumes(can_view)
def can_edit(user: User, meeting: Meeting) -> bool:
    """The coordination and the office of the committee plan and change its meetings; a closed one refuses it."""
    return is_office(user, meeting.committee_id)


@presumes(can_view)
def can_prepare(user: User, meeting: Meeting) -> bool:
    """Chair, minute-takers, office (of every committee that meets) and coordination see what a meeting still lacks."""
    return _prepares(user, meeting)


def prepared_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_prepare`, as SQL."""
    if not user.is_authenticated:
        return false()
    if can_coordinate(user):
        return true()
    standing = user.standing
    others = Meeting.committee_id.in_(sorted(standing.chair_committees))
    minutes = Meeting.id.in_(sorted(standing.minute_meetings | standing.joint_led_meetings))
    office = Meeting.committee_id.in_(sorted(standing.office_committees))
    return or_(office, and_(Meeting.deleted_at.is_(None), or_(others, minutes)))


@presumes(can_view)
def can_read_history(user: User, meeting: Meeting) -> bool:
    """Those who prepare a meeting read its history; it holds drafts that others do not see yet."""
    return _prepares(user, meeting)


@presumes(can_view)
def can_minute(user: User, meeting: Meeting) -> bool:
    """The office and the minute-takers named for the meeting minute it."""
    return is_office(user, meeting.committee_id) or meeting.id in user.standing.minute_meetings


@presumes(can_view)
def can_read_internal_notes(user: User, meeting: Meeting) -> bool:
    """The chair, the office and the coordination read internal notes."""
    return is_office(user, meeting.committee_id) or meeting.committee_id in user.standing.chair_committees


@presumes(can_view)
def can_read_minutes(user: User, meeting: Meeting) -> bool:
    """Released minutes are for whoever may read the agenda; a draft only for those who minute, and the chair."""
    if meeting.is_released:
        return can_view_agenda(user, meeting)
    return can_minute(user, meeting) or meeting.committee_id in user.standing.chair_committees


@presumes(can_view_item)
def can_edit_item(user: User, item: AgendaItem) -> bool:
    """Whoever may change the meeting may change its items."""
    return can_edit(user, item.meeting)


@presumes(can_view_item)
def can_minute_item(user: User, item: AgendaItem) -> bool:
    """Whoever may minute the meeting may minute its items."""
    return can_minute(user, item.meeting)


def can_view_resolution(user: User, resolution: Resolution) -> bool:
    """A resolution is read like its item once the meeting is closed; while it runs, by the circle of the committee."""
    if not user.is_authenticated:
        return False
    if is_office(user, resolution.committee_id):
        return True
    if resolution.item is None:
        standing = user.standing
        return resolution.is_public or resolution.committee_id in standing.holder_committees | standing.chair_committees
    meeting = resolution.item.meeting
    if not can_view_item(user, resolution.item):
        return False
    return meeting.is_closed or can_read_minutes(user, meeting) or in_circle(user, meeting)


def resolutions_viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view_resolution`, as SQL; needs outer joins to AgendaItem and Meeting."""
    if not user.is_authenticated:
        return false()
    if can_coordinate(user):
        return true()
    standing = user.standing
    joint = standing.joint_led_meetings | standing.joint_holder_meetings
    circle = or_(
        Meeting.id.in_(sorted(standing.minute_meetings | standing.attended_meetings | joint)),
        Meeting.committee_id.in_(sorted(standing.chair_committees | standing.holder_committees)),
    )
    closed = Meeting.state.in_(CLOSED_STATES)
    return or_(
        Resolution.committee_id.in_(sorted(standing.office_committees)),
        and_(
            Resolution.item_id.is_(None),
            or_(
                Resolution.is_public,
                Resolution.committee_id.in_(sorted(standing.holder_committees | standing.chair_committees)),
            ),
        ),
        and_(Resolution.item_id.is_not(None), items_viewable_by(user), or_(closed, circle)),
    )


def can_view_topic(user: User, topic: Topic) -> bool:
    """A topic is seen by its proposer, the office, the chair and, once accepted, by holders of seats."""
    if not user.is_authenticated:
        return False
    if is_office(user, topic.committee_id) or topic.proposed_by_id == user.id:
        return True
    if topic.committee_id in user.standing.chair_committees:
        return True
    return topic.state in SHARED_TOPIC_STATES and topic.committee_id in user.standing.holder_committees


SHARED_TOPIC_STATES = (TopicState.ACCEPTED, TopicState.SCHEDULED, TopicState.DONE)


def topics_viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view_topic`, as SQL."""
    if not user.is_authenticated:
        return false()
    if can_coordinate(user):
        return true()
    standing = user.standing
    return or_(
        Topic.proposed_by_id == user.id,
        Topic.committee_id.in_(sorted(standing.office_committees | standing.chair_committees)),
        and_(Topic.state.in_(SHARED_TOPIC_STATES), Topic.committee_id.in_(sorted(standing.holder_committees))),
    )


@presumes(can_view_topic)
def can_edit_topic(user: User, topic: Topic) -> bool:
    """The proposer changes a topic until it is accepted; the office until it is on an agenda."""
    if topic.state in (TopicState.SCHEDULED, TopicState.DONE):
        return False
    if is_office(user, topic.committee_id):
        return True
    return topic.proposed_by_id == user.id and topic.state in (TopicState.PROPOSED, TopicState.RETURNED)


@presumes(can_view_topic)
def can_decide_topic(user: User, topic: Topic) -> bool:
    """The office accepts, returns or moves topics and puts them on an agenda."""
    return is_office(user, topic.committee_id)


@presumes(can_view_committee)
def can_propose_topic(user: User, committee: Committee) -> bool:
    """Members of the committee (holders, deputies), chair and office bring topics; case managers to the highest."""
    standing = user.standing
    if is_office(user, committee.id) or committee.id in standing.member_committees | standing.chair_committees:
        return True
    return user.is_case_manager and committee.is_highest


def topics_proposable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_propose_topic`, as SQL."""
    if not user.is_authenticated:
        return false()
    if can_coordinate(user):
        return true()
    standing = user.standing
    own = standing.member_committees | standing.chair_committees | standing.office_committees
    return or_(Committee.id.in_(sorted(own)), and_(Committee.is_highest, true() if user.is_case_manager else false()))


@presumes(can_view_committee)
def can_plan(user: User, committee: Committee) -> bool:
    """The coordination and the office plan meetings of a committee."""
    return is_office(user, committee.id)


def in_circle(user: User, meeting: Meeting) -> bool:
    """Seat holders, the deputy who attends, chair, minute-takers, office and coordination: they read all items."""
    if not user.is_authenticated:
        return False
    standing = user.standing
    return (
        _prepares(user, meeting)
        or meeting.committee_id in standing.holder_committees
        or meeting.id in standing.attended_meetings | standing.joint_holder_meetings
    )


def can_plan_meetings(user: User) -> bool:
    """The coordination, and whoever acts for the office of a committee, plan meetings and keep the list of places."""
    return can_coordinate(user) or bool(user.is_authenticated and user.standing.office_committees)


def can_view_place(user: User, place: Place) -> bool:
    """Every signed-in person may see the places where meetings are held."""
    return bool(user.is_authenticated)


@presumes(can_view_place)
def can_edit_place(user: User, place: Place) -> bool:
    """Those who plan meetings keep the list of places."""
    return can_plan_meetings(user)


def can_view_standing_item(user: User, item: StandingItem) -> bool:
    """Whoever may see the committee sees its public standing items; those who plan its meetings see all."""
    return can_view_committee(user, item.committee) and (item.is_public or can_plan(user, item.committee))


@presumes(can_view_standing_item)
def can_edit_standing_item(user: User, item: StandingItem) -> bool:
    """Those who plan the meetings of a committee keep its standing items."""
    return can_plan(user, item.committee)


def can_view_guest(user: User, guest: MeetingGuest) -> bool:
    """Guests of a meeting are known to the circle of its committee."""
    return can_view(user, guest.meeting) and in_circle(user, guest.meeting)


@presumes(can_view_guest)
def can_edit_guest(user: User, guest: MeetingGuest) -> bool:
    """The office invites guests and takes invitations back."""
    return can_edit(user, guest.meeting)


def planning_committees(user: User) -> ColumnElement[bool]:
    """Committees ``user`` may plan meetings for, as SQL."""
    if not user.is_authenticated:
        return false()
    return true() if can_coordinate(user) else Committee.id.in_(sorted(user.standing.office_committees))


def _prepares(user: User, meeting: Meeting) -> bool:
    return (
        is_office(user, meeting.committee_id)
        or meeting.committee_id in user.standing.chair_committees
        or meeting.id in user.standing.minute_meetings | user.standing.joint_led_meetings
    )


def _belongs_to(user: User, meeting: Meeting) -> bool:
    standing = user.standing
    return (
        meeting.committee_id in standing.member_committees | standing.chair_committees
        or meeting.id in standing.minute_meetings | standing.attended_meetings | _joint(standing)
    )


def _joint(standing: Standing) -> frozenset[int]:
    """Meetings of other committees that are held jointly with one of the person's own."""
    return standing.joint_member_meetings | standing.joint_led_meetings


@presumes(can_view)
def can_close(user: User, meeting: Meeting) -> bool:
    """Whoever may minute a meeting may open and close it."""
    return can_minute(user, meeting)


@presumes(can_view)
def can_release(user: User, meeting: Meeting) -> bool:
    """The office releases the minutes."""
    return is_office(user, meeting.committee_id)


def can_view_attendance(user: User, attendance: Attendance) -> bool:
    """The attendance list is for the circle of the committee."""
    return can_view(user, attendance.meeting) and in_circle(user, attendance.meeting)


@presumes(can_view_attendance)
def can_record_attendance(user: User, attendance: Attendance) -> bool:
    """Whoever may minute a meeting records who attends."""
    return can_minute(user, attendance.meeting)


@presumes(can_view_guest)
def can_record_guest(user: User, guest: MeetingGuest) -> bool:
    """Whoever may minute a meeting records which guests came."""
    return can_minute(user, guest.meeting)


@presumes(can_view_item)
def can_revise_item(user: User, item: AgendaItem) -> bool:
    """The office corrects released minutes, visibly and with a reason."""
    return is_office(user, item.meeting.committee_id)


@presumes(can_view_resolution)
def can_cancel_resolution(user: User, resolution: Resolution) -> bool:
    """The office cancels a numbered resolution; its number stays."""
    return is_office(user, resolution.committee_id)


def can_record_past_resolutions(user: User) -> bool:
    """The coordination, and whoever acts for the office of a committee, record its earlier resolutions."""
    return can_coordinate(user) or bool(user.is_authenticated and user.standing.office_committees)

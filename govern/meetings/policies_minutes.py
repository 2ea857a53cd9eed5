"""Who may check, read, correct and object to minutes, and who sees their versions."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_, true

from govern.access import presumes
from govern.committees.policies import is_office
from govern.meetings.models import (
    CircularResolution,
    CircularState,
    Meeting,
    MeetingRoleKind,
    MeetingState,
    MinutesVersion,
    Objection,
    ObjectionState,
    Resolution,
)
from govern.meetings.policies import can_read_minutes, can_release, can_view, can_view_resolution, in_circle
from govern.people.models import User
from govern.people.policies import can_coordinate


@presumes(can_view)
def can_check(user: User, meeting: Meeting) -> bool:
    """The chair of the committee or whoever chaired checks the draft; the office may note that they did."""
    if is_office(user, meeting.committee_id) or meeting.committee_id in user.standing.chair_committees:
        return True
    return user.person_id is not None and any(
        role.kind is MeetingRoleKind.CHAIR and role.person_id == user.person_id for role in meeting.roles
    )


@presumes(can_read_minutes)
def can_object(user: User, meeting: Meeting) -> bool:
    """Holders of seats and the deputies who attended object to released minutes until they are approved."""
    if meeting.state is not MeetingState.RELEASED:
        return False
    standing = user.standing
    return meeting.committee_id in standing.holder_committees or meeting.id in standing.attended_meetings


def can_view_objection(user: User, objection: Objection) -> bool:
    """Objections are read by the circle of the committee."""
    return can_read_minutes(user, objection.meeting) and in_circle(user, objection.meeting)


def objections_viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view_objection`, as SQL; the statement must join Meeting."""
    if not user.is_authenticated:
        return false()
    if can_coordinate(user):
        return true()
    standing = user.standing
    return or_(
        Meeting.committee_id.in_(
            sorted(standing.office_committees | standing.chair_committees | standing.holder_committees)
        ),
        Meeting.id.in_(sorted(standing.minute_meetings | standing.attended_meetings)),
    )


@presumes(can_view_objection)
def can_answer_objection(user: User, objection: Objection) -> bool:
    """The office answers objections and records what the committee decided on them."""
    return is_office(user, objection.meeting.committee_id)


@presumes(can_view_objection)
def can_withdraw_objection(user: User, objection: Objection) -> bool:
    """Whoever raised an objection takes it back while it is open."""
    return objection.raised_by_id == user.id and objection.state is ObjectionState.OPEN


def can_view_version(user: User, version: MinutesVersion) -> bool:
    """Members and the circle of the committee read every version of released minutes."""
    meeting = version.meeting
    belongs = meeting.committee_id in user.standing.member_committees if user.is_authenticated else False
    return can_read_minutes(user, meeting) and (belongs or in_circle(user, meeting))


@presumes(can_view)
def can_approve(user: User, meeting: Meeting) -> bool:
    """The office states that silence has approved the minutes."""
    return can_release(user, meeting)


TOLD_STATES = (CircularState.ADOPTED, CircularState.REJECTED)


def can_view_circular(user: User, circular: CircularResolution) -> bool:
    """Office and chair see all circular resolutions, holders what was sent round, members and all public results."""
    if not user.is_authenticated:
        return False
    standing, committee_id = user.standing, circular.committee_id
    if is_office(user, committee_id) or committee_id in standing.chair_committees:
        return True
    if circular.starts_at is None:
        return False
    if committee_id in standing.holder_committees:
        return True
    return circular.is_public and (committee_id in standing.member_committees or circular.state in TOLD_STATES)


def circulars_viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view_circular`, as SQL."""
    if not user.is_authenticated:
        return false()
    if can_coordinate(user):
        return true()
    standing = user.standing
    prepared = CircularResolution.committee_id.in_(sorted(standing.office_committees | standing.chair_committees))
    shared = or_(
        CircularResolution.committee_id.in_(sorted(standing.holder_committees)),
        and_(
            CircularResolution.is_public,
            or_(
                CircularResolution.committee_id.in_(sorted(standing.member_committees)),
                CircularResolution.state.in_(TOLD_STATES),
            ),
        ),
    )
    return or_(prepared, and_(CircularResolution.starts_at.is_not(None), shared))


@presumes(can_view_circular)
def can_manage_circular(user: User, circular: CircularResolution) -> bool:
    """The office prepares circular resolutions, sends them round and breaks them off."""
    return is_office(user, circular.committee_id)


@presumes(can_view_circular)
def can_answer_circular(user: User, circular: CircularResolution) -> bool:
    """Whoever was asked answers while they hold a seat of the committee."""
    if user.person_id is None or circular.committee_id not in user.standing.holder_committees:
        return False
    return any(a.person_id == user.person_id for a in circular.answers)


@presumes(can_view_resolution)
def can_read_extract(user: User, resolution: Resolution) -> bool:
    """Whoever reads a resolution gets its extract once its meeting is closed."""
    return resolution.item is None or resolution.item.meeting.is_closed


@presumes(can_view_resolution)
def can_send_extract(user: User, resolution: Resolution) -> bool:
    """The office sends the extract of an adopted resolution that holds to those charged with something."""
    holds = resolution.is_adopted and resolution.cancelled_at is None
    return holds and is_office(user, resolution.committee_id) and can_read_extract(user, resolution)


@presumes(can_view)
def can_send_extracts(user: User, meeting: Meeting) -> bool:
    """The office sends the extracts of a closed meeting."""
    return meeting.is_closed and can_release(user, meeting)

"""Who may do what in the room: project, vote, record ballots and recusals."""

from __future__ import annotations

from govern.access import presumes
from govern.meetings.models import Meeting, Recusal, Resolution, Vote
from govern.meetings.policies import (
    can_minute,
    can_view,
    can_view_item,
    can_view_resolution,
    in_circle,
)
from govern.people.models import User


@presumes(can_view)
def can_project(user: User, meeting: Meeting) -> bool:
    """Whoever may minute a meeting, and its chair, open the projector's view."""
    return can_minute(user, meeting) or meeting.committee_id in user.standing.chair_committees


def can_view_vote(user: User, vote: Vote) -> bool:
    """A vote is seen by whoever reads its resolution."""
    return vote.resolution.item is not None and can_view_resolution(user, vote.resolution)


@presumes(can_view_resolution)
def can_minute_resolution(user: User, resolution: Resolution) -> bool:
    """Whoever may minute the meeting of a resolution may change it; a closed meeting refuses it."""
    return resolution.item is not None and can_minute(user, resolution.item.meeting)


@presumes(can_view_vote)
def can_minute_vote(user: User, vote: Vote) -> bool:
    """Whoever may minute the meeting of a vote records its ballots."""
    return can_minute_resolution(user, vote.resolution)


@presumes(can_view_vote)
def can_cast(user: User, vote: Vote) -> bool:
    """Who sits in the room on a seat that may vote casts a secret ballot."""
    return user.person_id is not None and any(
        entry.may_vote and entry.attendance.person_id == user.person_id for entry in vote.roll
    )


def can_view_recusal(user: User, recusal: Recusal) -> bool:
    """That a seat is recused is known to whoever reads the item and the attendance."""
    return can_view_item(user, recusal.item) and in_circle(user, recusal.item.meeting)


@presumes(can_view_recusal)
def can_edit_recusal(user: User, recusal: Recusal) -> bool:
    """Whoever may minute the meeting takes back a recusal recorded by mistake."""
    return can_minute(user, recusal.item.meeting)


@presumes(can_view)
def can_read_recusal_notes(user: User, meeting: Meeting) -> bool:
    """The private note on a recusal is for the minute-takers, the office and the chair."""
    return can_minute(user, meeting) or meeting.committee_id in user.standing.chair_committees

"""Who may carry things from one agenda to another, and read and keep the Beschlusskontrolle."""

from __future__ import annotations

from enum import StrEnum

from govern.access import presumes
from govern.committees.models import Committee
from govern.committees.policies import can_view as can_view_committee
from govern.committees.policies import is_office
from govern.meetings.models import AgendaItem, Meeting, Resolution
from govern.meetings.policies import can_read_internal_notes, can_view_item, can_view_resolution, in_circle
from govern.people.models import User


@presumes(can_view_item)
def can_hand_up(user: User, item: AgendaItem) -> bool:
    """The office and the chair of a committee hand results of its meetings to the highest one, as a topic (C6)."""
    committee = item.meeting.committee
    return item.meeting.is_closed and not committee.is_highest and can_read_internal_notes(user, item.meeting)


class TrackingScope(StrEnum):
    """How much of a Beschlusskontrolle somebody reads."""

    ALL = "all"
    PUBLIC = "public"
    NONE = "none"


def tracking_scope(user: User, committee_id: int, meeting: Meeting | None = None) -> TrackingScope:
    """Members read the public lines of the Beschlusskontrolle of their committee, the circle all of them.

    In the minutes of ``meeting``, for whoever may read these, everybody reads the public lines.
    """
    if not user.is_authenticated:
        return TrackingScope.NONE
    standing = user.standing
    circle = standing.holder_committees | standing.chair_committees
    if is_office(user, committee_id) or committee_id in circle:
        return TrackingScope.ALL
    if meeting is not None and meeting.committee_id == committee_id and in_circle(user, meeting):
        return TrackingScope.ALL
    is_minuted = meeting is not None and meeting.is_closed
    return TrackingScope.PUBLIC if is_minuted or committee_id in standing.member_committees else TrackingScope.NONE


@presumes(can_view_committee)
def can_view_tracking(user: User, committee: Committee) -> bool:
    """Members, chair, office and coordination read the Beschlusskontrolle of a committee (D4)."""
    return tracking_scope(user, committee.id) is not TrackingScope.NONE


@presumes(can_view_resolution)
def can_track_resolution(user: User, resolution: Resolution) -> bool:
    """The office says who carries a numbered resolution out, until when and how far it is (E-15)."""
    return is_office(user, resolution.committee_id)

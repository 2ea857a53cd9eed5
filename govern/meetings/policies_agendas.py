"""Who may carry things from one agenda to another, and read and keep the Beschlusskontrolle."""

from __future__ import annotations

from govern.access import presumes
from govern.meetings.models import AgendaItem
from govern.meetings.policies import can_read_internal_notes, can_view_item
from govern.people.models import User


@presumes(can_view_item)
def can_hand_up(user: User, item: AgendaItem) -> bool:
    """The office and the chair of a committee hand results of its meetings to the highest one, as a topic (C6)."""
    committee = item.meeting.committee
    return item.meeting.is_closed and not committee.is_highest and can_read_internal_notes(user, item.meeting)

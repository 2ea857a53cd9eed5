"""Who prepares and reads supplements of a frozen agenda, and who records the consent to treat something late."""

from __future__ import annotations

from govern.access import presumes
from govern.meetings.models import AgendaSupplement
from govern.meetings.policies import can_edit, can_prepare, can_view, can_view_agenda
from govern.people.models import User


def can_view_supplement(user: User, supplement: AgendaSupplement) -> bool:
    """A supplement is seen by whoever may read the agenda; until it is sent only by those who prepare the meeting."""
    if supplement.sent_at is not None:
        return can_view_agenda(user, supplement.meeting)
    return can_view(user, supplement.meeting) and can_prepare(user, supplement.meeting)


@presumes(can_view_supplement)
def can_edit_supplement(user: User, supplement: AgendaSupplement) -> bool:
    """The office sends a supplement, and takes out of it what is not to be."""
    return can_edit(user, supplement.meeting)

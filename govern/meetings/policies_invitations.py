"""Who sees and answers invitations, reads what was sent, and writes the words of mails."""

from __future__ import annotations

from govern.access import presumes
from govern.committees.models import Committee
from govern.committees.policies import can_view as can_view_committee
from govern.committees.policies import is_office
from govern.meetings.models import Dispatch, Invitation
from govern.meetings.policies import can_plan, can_view, can_view_agenda, in_circle
from govern.people.models import User


def can_view_invitation(user: User, invitation: Invitation) -> bool:
    """Invitations and answers are known to the invited person and to the circle of the committee."""
    if not can_view(user, invitation.meeting):
        return False
    return _is_own(user, invitation) or in_circle(user, invitation.meeting)


@presumes(can_view_invitation)
def can_answer(user: User, invitation: Invitation) -> bool:
    """The invited person answers; the office notes what it was told by telephone."""
    return _is_own(user, invitation) or is_office(user, invitation.meeting.committee_id)


@presumes(can_view_invitation)
def can_send_again(user: User, invitation: Invitation) -> bool:
    """The office sends a single invitation once more, or notes that its mail came back."""
    return is_office(user, invitation.meeting.committee_id)


def can_view_dispatch(user: User, dispatch: Dispatch) -> bool:
    """The circle of the committee reads what was sent when; the agenda in it as far as the reader may see it."""
    return can_view_agenda(user, dispatch.meeting) and in_circle(user, dispatch.meeting)


@presumes(can_view_committee)
def can_edit_mail_texts(user: User, committee: Committee) -> bool:
    """Those who plan the meetings of a committee write the words of its invitations."""
    return can_plan(user, committee)


def _is_own(user: User, invitation: Invitation) -> bool:
    return bool(user.is_authenticated) and user.person_id is not None and invitation.person_id == user.person_id

"""What may change in which phase of a meeting: every change of the minutes asks here first (D-11, D-12)."""

from __future__ import annotations

from govern.db import db
from govern.errors import DomainError
from govern.meetings.models import MEETING_TRANSITIONS, Meeting, MeetingState

NOT_OPEN = "Die Sitzung ist noch nicht eröffnet."
LOCKED = "Die Sitzung ist geschlossen. Anwesenheit, Stimmen und Ergebnisse stehen fest."
RELEASED = "Das Protokoll ist freigegeben. Eine Änderung ist nur noch als Berichtigung mit Begründung möglich."

APPROVED = "Das Protokoll ist genehmigt. Daran lässt sich nichts mehr ändern."


def lock(meeting: Meeting, *, exclusively: bool = False) -> None:
    """Read the meeting's state afresh and keep it as it is until this transaction ends.

    Several may write into a running meeting at once; who closes it waits for them, and they for the closing.
    """
    db.session.refresh(meeting, ["state"], with_for_update=True if exclusively else {"read": True})


def require_in_session(meeting: Meeting) -> None:
    """Results, votes and attendance change only while the meeting runs."""
    lock(meeting)
    if meeting.is_closed:
        raise DomainError(LOCKED)
    if meeting.state is not MeetingState.IN_SESSION:
        raise DomainError(NOT_OPEN)


def require_open_wording(meeting: Meeting) -> None:
    """The wording of the minutes is a draft while the meeting runs and until the minutes are released."""
    lock(meeting)
    if meeting.state is MeetingState.APPROVED:
        raise DomainError(APPROVED)
    if meeting.is_released:
        raise DomainError(RELEASED)
    if meeting.state not in (MeetingState.IN_SESSION, MeetingState.CLOSED):
        raise DomainError(NOT_OPEN)


def note_change_of_wording(meeting: Meeting) -> None:
    """Whoever checked the draft has not seen this wording."""
    db.session.refresh(meeting, ["minutes_checked_at"])
    if meeting.minutes_checked_at is not None:
        meeting.minutes_checked_at = meeting.minutes_checked_by_id = None


def move_to(meeting: Meeting, state: MeetingState) -> None:
    """Change the state along the allowed ways; the caller holds the exclusive lock."""
    if state not in MEETING_TRANSITIONS[meeting.state]:
        raise DomainError(f"Das geht nicht: Stand der Sitzung ist „{meeting.state.label}“.")
    meeting.state = state

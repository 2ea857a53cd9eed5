"""Record whether a missed notice period is healed (E-02)."""

from __future__ import annotations

from govern.db import db
from govern.errors import DomainError
from govern.meetings.models import Meeting
from govern.meetings.services import phases
from govern.people.models import User


def heal_notice(meeting: Meeting, *, is_healed: bool, by: User) -> None:
    """Note what the meeting found: all present or deputised and nobody objects, or not."""
    phases.require_in_session(meeting)
    if meeting.short_notice_reason is None:
        raise DomainError("Die Ladungsfrist war eingehalten; es ist nichts zu heilen.")
    meeting.is_notice_healed = is_healed
    db.session.flush()

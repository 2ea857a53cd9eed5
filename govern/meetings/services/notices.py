"""Record whether a missed notice period is healed (E-02)."""

from __future__ import annotations

from govern.db import db
from govern.errors import DomainError
from govern.formats import count
from govern.meetings.models import Meeting
from govern.meetings.queries.attendances import list_attendances, list_missing
from govern.meetings.services import phases
from govern.people.models import User


def heal_notice(meeting: Meeting, *, is_healed: bool, by: User) -> None:
    """Note what the meeting found: all present or deputised and nobody objects, or not.

    Refused as healed while the list of attendance says that somebody is missing: the minutes print both.
    """
    phases.require_in_session(meeting)
    if meeting.short_notice_reason is None:
        raise DomainError("Die Ladungsfrist war eingehalten; es ist nichts zu heilen.")
    if is_healed:
        _demand_everybody(meeting)
    meeting.is_notice_healed = is_healed
    db.session.flush()


def _demand_everybody(meeting: Meeting) -> None:
    missing = list_missing(list_attendances(meeting))
    if missing:
        raise DomainError(
            "Geheilt ist der Mangel nur, wenn alle anwesend oder vertreten sind. "
            f"Bei {count(len(missing), 'Sitz', 'Sitzen')} sagt die Anwesenheitsliste etwas anderes."
        )

"""Rules that every change of a meeting keeps: closed ones stay as they are, stale saves are refused."""

from __future__ import annotations

from govern.db import db, now
from govern.errors import Conflict, DomainError
from govern.meetings.models import AgendaItem, Meeting

STALE = "In der Zwischenzeit hat jemand anderes gespeichert. Bitte vergleichen Sie die beiden Fassungen."


def demand_open(meeting: Meeting) -> None:
    """Raise DomainError when nothing of ``meeting`` may be changed any more; wait for whoever changes it just now."""
    db.session.refresh(meeting, ["state", "deleted_at", "published_at", "invited_at", "version"], with_for_update=True)
    if (sentence := why_fixed(meeting)) is not None:
        raise DomainError(sentence)


def why_fixed(meeting: Meeting) -> str | None:
    """Why nothing of ``meeting`` may be changed any more; None while something may."""
    if meeting.deleted_at is not None:
        return "Die Sitzung liegt im Papierkorb. Stellen Sie sie zuerst wieder her."
    if meeting.is_cancelled:
        return "Die Sitzung ist abgesagt; an ihr wird nichts mehr geändert."
    if meeting.is_closed:
        return "Die Sitzung ist geschlossen. Tagesordnung und Termin stehen fest."
    return None


def demand_version(row: Meeting | AgendaItem, version: int | None) -> None:
    """Raise Conflict when ``row`` was changed since the form was opened with ``version``; else count the change."""
    if version is not None and version != row.version:
        raise Conflict(STALE)
    row.version += 1


def note_calendar_change(meeting: Meeting, *, is_scheduling: bool) -> None:
    """Calendars show something new; ``is_scheduling`` when time or place changed, or it was cancelled (B-09)."""
    meeting.ical_changed_at = max(now(), meeting.ical_changed_at)
    if is_scheduling:
        meeting.ical_sequence += 1

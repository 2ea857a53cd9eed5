"""Correct released minutes: visibly, with a reason, and never after they were approved."""

from __future__ import annotations

from govern.db import db
from govern.documents.merging import clean_text
from govern.errors import Conflict, DomainError
from govern.meetings.models import AgendaItem, MeetingState, MinutesRevision, MinutesVersionKind
from govern.meetings.services import phases
from govern.meetings.services.minutes import TOO_LATE
from govern.meetings.services.minutes_versions import keep_version
from govern.people.models import User


def revise_minutes(item: AgendaItem, text: str, *, reason: str, version: int, by: User) -> MinutesRevision:
    """Correct the released minutes of an item, visibly and with its reason, and keep them as a new version."""
    revision = correct_wording(item, text, reason=reason, version=version, by=by)
    keep_version(item.meeting, MinutesVersionKind.CORRECTED, by=by)
    return revision


def correct_wording(item: AgendaItem, text: str, *, reason: str, version: int, by: User) -> MinutesRevision:
    """The correction alone, for whoever changes more of the minutes and keeps the version after that."""
    phases.lock(item.meeting)
    if item.meeting.state is MeetingState.APPROVED:
        raise DomainError(phases.APPROVED)
    if not item.meeting.is_released:
        raise DomainError("Das Protokoll ist noch ein Entwurf; der Wortlaut lässt sich direkt ändern.")
    db.session.refresh(item, ["minutes_text", "minutes_version"], with_for_update=True)
    if version != item.minutes_version:
        raise Conflict(TOO_LATE)
    if not reason.strip():
        raise DomainError("Bitte den Grund der Berichtigung angeben.", field="reason")
    text = clean_text(text)
    if text == item.minutes_text:
        raise DomainError("Der Wortlaut ist unverändert.", field="minutes_text")
    revision = MinutesRevision(
        item=item, number=len(item.revisions) + 1, old_text=item.minutes_text, new_text=text, reason=reason.strip(),
        revised_by_id=by.id,
    )  # fmt: skip
    db.session.add(revision)
    item.minutes_text = text
    item.minutes_version += 1
    return revision

"""The life of minutes after closing: checked, released and sent, approved in a meeting or by silence (E-14)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.committees.deadlines import objections_until
from govern.committees.models import RuleKind
from govern.committees.procedures import ApprovalMode
from govern.db import db, now
from govern.errors import DomainError
from govern.formats import count, date_text, today
from govern.meetings.models import (
    AgendaItem,
    ItemResult,
    Meeting,
    MeetingState,
    MinutesApproval,
    MinutesVersion,
    MinutesVersionKind,
)
from govern.meetings.queries.objections import open_objections_of
from govern.meetings.queries.procedures import procedure_of_meeting
from govern.meetings.services import phases
from govern.meetings.services.minutes_versions import keep_version
from govern.meetings.services.own_items import announce_approval
from govern.people.models import User


def check_minutes(meeting: Meeting, *, by: User) -> None:
    """Note that the chair has checked the draft; a later change of the wording makes the note void."""
    phases.lock(meeting, exclusively=True)
    if meeting.is_released:
        raise DomainError("Das Protokoll ist schon freigegeben.")
    if meeting.state is not MeetingState.CLOSED:
        raise DomainError("Geprüft wird der Entwurf, wenn die Sitzung geschlossen ist.")
    meeting.minutes_checked_at, meeting.minutes_checked_by_id = now(), by.id
    db.session.flush()


def release_minutes(meeting: Meeting, *, by: User) -> MinutesVersion | None:
    """Release the minutes: they are kept as a version, and a correction is a visible revision from now on.

    Where the committee has a period for objections it begins. Released before: nothing happens, None.
    """
    phases.lock(meeting, exclusively=True)
    if meeting.is_released:
        return None
    phases.move_to(meeting, MeetingState.RELEASED)
    meeting.released_at = now()
    start_objection_period(meeting, today())
    version = keep_version(meeting, MinutesVersionKind.SENT, by=by)
    announce_approval(meeting)
    return version


def start_objection_period(meeting: Meeting, sent_on: date) -> None:
    """Work out until when members may object; without a rule there is no end and no period."""
    meeting.objections_until = objections_until(procedure_of_meeting(meeting), sent_on)


def approve_by_silence(meeting: Meeting, *, by: User | None, day: date | None = None) -> MinutesVersion | None:
    """Approve released minutes whose period for objections is over, where the rule says so. Approved before: None."""
    phases.lock(meeting, exclusively=True)
    if meeting.state is MeetingState.APPROVED:
        return None
    if procedure_of_meeting(meeting).mode(RuleKind.MINUTES_APPROVAL) is not ApprovalMode.SILENCE:
        raise DomainError("Für dieses Gremium gilt keine Genehmigung durch Fristablauf.")
    if meeting.objections_until is None:
        raise DomainError("Für dieses Protokoll läuft keine Einwendungsfrist; die Regel nennt keine Zahl von Tagen.")
    if (day or today()) <= meeting.objections_until:
        raise DomainError(f"Die Einwendungsfrist läuft noch bis zum {date_text(meeting.objections_until)}.")
    return _approve(meeting, MinutesApproval.SILENCE, by=by)


def approve_due(day: date, *, by: User | None = None) -> list[Meeting]:
    """Approve all minutes that silence has approved up to ``day``; called twice it does nothing the second time."""
    waiting = db.session.scalars(
        sa.select(Meeting)
        .where(Meeting.state == MeetingState.RELEASED, Meeting.objections_until < day)
        .options(joinedload(Meeting.committee))
        .order_by(Meeting.id)
    ).all()
    open_ones = open_objections_of([m.id for m in waiting])
    approved = []
    for meeting in waiting:
        by_silence = procedure_of_meeting(meeting).mode(RuleKind.MINUTES_APPROVAL) is ApprovalMode.SILENCE
        if by_silence and meeting.id not in open_ones and approve_by_silence(meeting, by=by, day=day) is not None:
            approved.append(meeting)
    return approved


def approve_minutes(day: date) -> None:
    """The daily job: minutes that silence has approved."""
    approve_due(day)


def hindrances(items: Iterable[AgendaItem]) -> list[str]:
    """Why minutes that these items approve cannot be approved yet, in German."""
    found = []
    approving = [item for item in items if _approves(item)]
    open_ones = open_objections_of([item.approves_meeting_id for item in approving if item.approves_meeting_id])
    for item in approving:
        meeting = item.approves_meeting
        assert meeting is not None  # noqa: S101 - asked for above
        if not meeting.is_released:
            found.append(f"Das Protokoll „{meeting.name}“ ist noch nicht freigegeben und kann nicht genehmigt werden")
        elif meeting.id in open_ones:
            number = count(open_ones[meeting.id], "Einwendung", "Einwendungen")
            found.append(f"Zum Protokoll „{meeting.name}“ sind noch offen: {number}")
    return found


def approve_in_meeting(items: Sequence[AgendaItem], *, by: User) -> None:
    """Approve the earlier minutes that a meeting which is being closed has approved."""
    for item in items:
        meeting = item.approves_meeting
        if meeting is None or not _approves(item):
            continue
        phases.lock(meeting, exclusively=True)
        if meeting.state is MeetingState.RELEASED:
            _approve(meeting, MinutesApproval.NEXT_MEETING, by=by)


def _approves(item: AgendaItem) -> bool:
    return item.approves_meeting_id is not None and item.result is ItemResult.DECIDED


def _approve(meeting: Meeting, how: MinutesApproval, *, by: User | None) -> MinutesVersion:
    number = open_objections_of([meeting.id]).get(meeting.id, 0)
    if number:
        raise DomainError(f"Noch offen: {count(number, 'Einwendung', 'Einwendungen')}. Bitte zuerst beantworten.")
    phases.move_to(meeting, MeetingState.APPROVED)
    meeting.approved_at, meeting.approval = now(), how
    return keep_version(meeting, MinutesVersionKind.APPROVED, by=by)

"""Close a meeting, release its minutes, correct them afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from govern.db import db, now
from govern.errors import Conflict, DomainError
from govern.meetings import contributions
from govern.meetings.models import (
    AgendaItem,
    Attendance,
    Meeting,
    MeetingState,
    MinutesRevision,
)
from govern.meetings.queries import attendances as attendance_queries
from govern.meetings.queries.closing import missing_for_closing
from govern.meetings.queries.minutes import item_numbers, list_items
from govern.meetings.queries.procedures import procedure_of_meeting
from govern.meetings.services import phases
from govern.meetings.services.carrying import carry_over
from govern.meetings.services.minutes import TOO_LATE, clean_text
from govern.meetings.services.own_items import announce_approval
from govern.meetings.services.resolutions import number_resolutions
from govern.meetings.services.trackings import freeze_trackings
from govern.people.models import User


def close_meeting(meeting: Meeting, *, ended_at: datetime, by: User) -> None:
    """Close the meeting: results, votes, attendance, composition and rules are frozen, resolutions numbered.

    Refused while anything is missing. The wording stays a draft until the minutes are released.
    """
    phases.lock(meeting, exclusively=True)
    if meeting.is_closed:
        return
    items = list_items(meeting)
    attendances = attendance_queries.list_attendances(meeting)
    _refuse_unfinished(meeting, items, attendances)
    if meeting.started_at is not None and ended_at < min(meeting.started_at, meeting.starts_at):
        raise DomainError("Das Ende liegt vor dem Beginn der Sitzung.", field="ended_at")
    moment = now()
    meeting.rules_at_closing = procedure_of_meeting(meeting).as_json()
    phases.move_to(meeting, MeetingState.CLOSED)
    meeting.closed_at, meeting.ended_at = moment, ended_at
    _freeze_items(items, moment)
    _freeze_attendances(meeting, attendances)
    freeze_trackings(meeting, items)
    number_resolutions(list(items))
    for item in items:
        carry_over(item, by=by)
    db.session.flush()
    for follow in contributions.after_closing:
        follow(meeting, by)


def release_minutes(meeting: Meeting, *, by: User) -> None:
    """Release the minutes: from now on a correction is a visible revision with a reason."""
    phases.lock(meeting, exclusively=True)
    if meeting.is_released:
        return
    phases.move_to(meeting, MeetingState.RELEASED)
    meeting.released_at = now()
    db.session.flush()
    announce_approval(meeting)


def revise_minutes(item: AgendaItem, text: str, *, reason: str, version: int, by: User) -> MinutesRevision:
    """Correct the released minutes of an item; old and new text and the reason stay visible."""
    phases.lock(item.meeting)
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
    db.session.flush()
    return revision


def _refuse_unfinished(meeting: Meeting, items: Sequence[AgendaItem], attendances: Sequence[Attendance]) -> None:
    if meeting.state is not MeetingState.IN_SESSION:
        raise DomainError(phases.NOT_OPEN)
    reasons = [m.text for m in missing_for_closing(meeting, items, attendances)]
    for check in contributions.before_closing:
        reasons += check(meeting)
    if reasons:
        raise DomainError("Die Sitzung lässt sich noch nicht schließen: " + "; ".join(reasons) + ".")


def _freeze_items(items: Sequence[AgendaItem], moment: datetime) -> None:
    numbers = item_numbers(items)
    for item in items:
        item.frozen_number = numbers[item.id]
        item.opened_at = item.opened_at or moment
        item.done_at = item.done_at or moment


def _freeze_attendances(meeting: Meeting, attendances: Sequence[Attendance]) -> None:
    seats = attendance_queries.seats_on_the_day(meeting)
    for row in attendances:
        holder = attendance_queries.place_on_the_day(seats, row).holder
        row.deputy_name = attendance_queries.deputy_label(row)
        row.group_label = attendance_queries.group_label(row) or None
        row.seat_label = row.seat.label
        row.holder_label = holder.name if holder else None
        row.voting = row.seat.voting

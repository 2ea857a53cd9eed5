"""Close a meeting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from govern.db import db, now
from govern.errors import DomainError
from govern.meetings import contributions
from govern.meetings.models import (
    AgendaItem,
    Attendance,
    ItemResult,
    Meeting,
    MeetingState,
)
from govern.meetings.queries import attendances as attendance_queries
from govern.meetings.queries.closing import is_only_noted, missing_for_closing
from govern.meetings.queries.minutes import item_numbers, list_items
from govern.meetings.queries.procedures import procedure_of_meeting
from govern.meetings.services import phases
from govern.meetings.services.attendances import record_everybody
from govern.meetings.services.carrying import carry_over
from govern.meetings.services.concept_outcomes import settle_submissions
from govern.meetings.services.minutes_life import approve_in_meeting, hindrances
from govern.meetings.services.papers import PaperStore
from govern.meetings.services.resolutions import number_resolutions
from govern.meetings.services.trackings import freeze_trackings
from govern.people.models import User

LONGEST = timedelta(days=7)
"""A meeting that ended later than so long after it began has a wrong date: the minutes would print it."""


def close_meeting(
    meeting: Meeting, *, ended_at: datetime, began_at: datetime | None = None, by: User, store: PaperStore | None = None
) -> None:
    """Close the meeting: results, votes, attendance, composition and rules are frozen, resolutions numbered.

    ``began_at`` says when it really began, where it was opened earlier or, written up later, only afterwards.
    Refused while anything is missing. The wording stays a draft until the minutes are released. Without a ``store``
    the papers of a draft that is referred do not come along: the other office lays them there by hand.
    """
    phases.lock(meeting, exclusively=True)
    if meeting.is_closed:
        return
    items = list_items(meeting)
    attendances = attendance_queries.list_attendances(meeting)
    _refuse_unfinished(meeting, items, attendances)
    _demand_after(meeting, ended_at, began_at)
    moment = now()
    meeting.rules_at_closing = procedure_of_meeting(meeting).as_json()
    phases.move_to(meeting, MeetingState.CLOSED)
    meeting.closed_at, meeting.ended_at = moment, ended_at
    meeting.started_at = began_at or meeting.started_at
    _freeze_items(items, moment)
    _freeze_attendances(meeting, attendances)
    freeze_trackings(meeting, items)
    number_resolutions(list(items))
    for item in items:
        carry_over(item, by=by)
    settle_submissions(items, store=store, by=by)
    db.session.flush()
    approve_in_meeting(items, by=by)
    for follow in contributions.after_closing:
        follow(meeting, by)


def close_in_one_go(
    meeting: Meeting, *, ended_at: datetime, began_at: datetime | None = None, notes_rest: bool, marks_everybody: bool,
    by: User, store: PaperStore | None = None,
) -> bool:  # fmt: skip
    """Close what a light circle leaves to one click: items without a result noted, everybody still open present.

    Where it cannot be closed nothing of that is recorded. False where somebody else, or a second click, closed it.
    """
    phases.lock(meeting, exclusively=True)  # at once: who holds it together with others could not get it alone
    if meeting.is_closed:
        return False
    with db.session.begin_nested():
        for item in list_items(meeting) if notes_rest else []:
            if is_only_noted(item):
                item.result = ItemResult.NOTED
        if marks_everybody:
            record_everybody(meeting, by=by)
        db.session.flush()
        close_meeting(meeting, ended_at=ended_at, began_at=began_at, by=by, store=store)
    return True


def _demand_after(meeting: Meeting, ended_at: datetime, began_at: datetime | None) -> None:
    began = began_at or min(meeting.started_at or meeting.starts_at, meeting.starts_at)
    if ended_at < began:
        raise DomainError("Das Ende liegt vor dem Beginn der Sitzung.", field="ended_at")
    if ended_at > max(began, meeting.started_at or began, meeting.starts_at) + LONGEST:
        raise DomainError("Das Ende liegt mehr als eine Woche nach dem Beginn der Sitzung. Bitte das Datum prüfen.",
                          field="ended_on")  # fmt: skip


def _refuse_unfinished(meeting: Meeting, items: Sequence[AgendaItem], attendances: Sequence[Attendance]) -> None:
    if meeting.state is not MeetingState.IN_SESSION:
        raise DomainError(phases.NOT_OPEN)
    reasons = [m.text for m in missing_for_closing(meeting, items, attendances)] + hindrances(items)
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
        place = attendance_queries.place_on_the_day(seats, row)
        row.deputy_name = attendance_queries.deputy_label(row)
        row.group_label = attendance_queries.group_label(row) or None
        row.seat_label = place.label
        row.holder_label = place.holder.name if place.holder else None
        row.voting = row.seat.voting

"""Open a meeting and record who attends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from govern.committees.models import RuleKind
from govern.committees.queries.compositions import FilledSeat
from govern.db import db, now
from govern.errors import DomainError
from govern.formats import at, local
from govern.meetings.agenda_numbers import in_order
from govern.meetings.models import (
    Attendance,
    AttendanceBreak,
    AttendanceState,
    ItemKind,
    Meeting,
    MeetingGuest,
    MeetingState,
)
from govern.meetings.queries import attendances as queries
from govern.meetings.queries.expected import expected_on
from govern.meetings.queries.procedures import procedure_of_meeting
from govern.meetings.queries.supplements import draft_of
from govern.meetings.services import agendas, phases
from govern.people.models import User


@dataclass(frozen=True, kw_only=True)
class Presence:
    """What is recorded for one place of a seat."""

    state: AttendanceState | None
    deputy_id: int | None = None
    """A deputy named for the seat."""
    deputy_name: str = ""
    """Who came instead, where no named deputy did."""
    arrived: time | None = None
    left: time | None = None


def may_begin_without_agenda(meeting: Meeting) -> bool:
    """Whether it is enough to say what the meeting is about as it is opened.

    Not where the committee has to be invited in time, or was: nobody decides on what was not announced.
    """
    if meeting.items or meeting.is_cancelled or meeting.invited_at is not None:
        return False
    return not procedure_of_meeting(meeting).is_on(RuleKind.NOTICE_PERIOD)


def start_meeting(meeting: Meeting, *, by: User, about: str | None = None) -> None:
    """Open the meeting: one attendance row per place of the day's composition, the first item is called up.

    Whoever sits in the room follows and votes: an agenda nobody was invited with is published by opening the meeting.
    ``about`` becomes the first item of a meeting that :func:`may_begin_without_agenda`. Opening a running meeting again
    changes nothing.
    """
    phases.lock(meeting, exclusively=True)
    if meeting.state is MeetingState.IN_SESSION:
        return
    if about is not None and may_begin_without_agenda(meeting):
        agendas.add_item(
            meeting, title=about, kind=ItemKind.DISCUSSION, is_public=True, planned_minutes=None, rapporteur=None,
            description="", proposed_resolution="", internal_note="", by=by,
        )  # fmt: skip
    phases.move_to(meeting, MeetingState.IN_SESSION)
    if meeting.deleted_at is not None:
        raise DomainError("Die Sitzung liegt im Papierkorb.")
    if not meeting.items:
        raise DomainError("Die Tagesordnung ist leer. Bitte legen Sie zuerst mindestens einen Punkt an.")
    if (draft := draft_of(meeting)) is not None:
        raise DomainError(
            f"Der {draft.name} ist noch nicht versandt. Versenden oder verwerfen Sie ihn, bevor die Sitzung beginnt."
        )
    meeting.started_at = now()
    meeting.published_at = meeting.published_at or meeting.started_at
    first = in_order(meeting.items)[0]
    first.opened_at, meeting.called_item = meeting.started_at, first
    _add_missing_places(meeting, queries.seats_on_the_day(meeting))
    db.session.flush()


def renew_places(meeting: Meeting, *, by: User) -> None:
    """Read the composition again: new seats and persons are added, what was recorded stays."""
    phases.require_in_session(meeting)
    seats = queries.seats_on_the_day(meeting)
    for row in list(meeting.attendances):
        if row.state is None and row.seat_id not in seats:
            meeting.attendances.remove(row)
        elif row.state is not AttendanceState.DEPUTY:
            holder = queries.place_on_the_day(seats, row).holder
            row.person_id = holder.id if holder else None
    _add_missing_places(meeting, seats)
    db.session.flush()
    for row in meeting.attendances:
        db.session.expire(row, ["person"])


def record_attendance(attendance: Attendance, presence: Presence, *, by: User) -> None:
    """Record one place: present, deputy, excused or absent, with times."""
    record_attendances(attendance.meeting, {attendance.id: presence}, by=by)


def record_attendances(meeting: Meeting, presences: Mapping[int, Presence], *, by: User) -> None:
    """Record several places at once, by attendance id. Raises DomainError with `field` = attendance id."""
    phases.require_in_session(meeting)
    seats = queries.seats_on_the_day(meeting)
    rows = queries.list_attendances(meeting)
    for row in rows:
        if row.id in presences:
            _record(row, presences[row.id], seats)
    _refuse_doubles(rows, set(presences))
    db.session.flush()
    for row in rows:
        if row.id in presences:
            db.session.expire(row, ["person"])  # the column was set, so that the history sees it


QUICK = ("kommt", "geht", "pause", "zurueck", "entschuldigt")
"""What one click in the Sitzungsmodus records."""


def record_quickly(attendance: Attendance, what: str, *, by: User) -> None:
    """Somebody comes, goes, leaves for a while, comes back, or is excused: now, with one click."""
    meeting = attendance.meeting
    phases.require_in_session(meeting)
    moment = now()
    same_day = local(moment).date() == local(meeting.starts_at).date()
    if what in ("geht", "pause", "zurueck") and not same_day:
        raise DomainError("Mit einem Klick geht das nur am Tag der Sitzung; bitte die Zeiten in der Liste angeben.")
    if what in ("geht", "pause") and not (attendance.state and attendance.state.in_the_room):
        raise DomainError("Dieser Sitz ist nicht im Raum.")
    away = next((b for b in attendance.breaks if b.returned_at is None), None)
    if what == "kommt":
        _arrive(attendance, moment if same_day else None)
        _refuse_doubles(queries.list_attendances(meeting), {attendance.id})
    elif what == "geht":
        if away is not None:
            attendance.breaks.remove(away)
        attendance.left_at = away.left_at if away is not None else moment
    elif what == "pause" and away is None:
        attendance.breaks.append(AttendanceBreak(left_at=moment))
    elif what == "zurueck" and away is not None:
        away.returned_at = moment
    elif what == "entschuldigt":
        attendance.state, attendance.arrived_at, attendance.left_at = AttendanceState.EXCUSED, None, None
    db.session.flush()
    db.session.expire(attendance, ["person"])


def _arrive(attendance: Attendance, moment: datetime | None) -> None:
    # Who left and comes again was away for a while; a holder takes the seat back from the deputy.
    if attendance.left_at is not None and attendance.state is not None and attendance.state.in_the_room:
        if moment is not None:
            attendance.breaks.append(AttendanceBreak(left_at=attendance.left_at, returned_at=moment))
        attendance.left_at = None
        return
    if attendance.state is not AttendanceState.PRESENT:
        holder = queries.place_on_the_day(queries.seats_on_the_day(attendance.meeting), attendance).holder
        attendance.state, attendance.deputy_name = AttendanceState.PRESENT, None
        attendance.person_id = holder.id if holder else None
        attendance.arrived_at, attendance.left_at = moment, None


def record_everybody(meeting: Meeting, *, by: User) -> int:
    """Mark every place that is still open and held as present; returns how many.

    Where no names are kept at all, every standing seat counts as held. Nobody is marked twice.
    """
    phases.require_in_session(meeting)
    rows = queries.list_attendances(meeting)
    counted = {(a.seat.committee_id, a.person_id) for a in rows if a.state is not None and a.state.in_the_room}
    marked = 0
    for row in queries.list_open(rows):
        place = (row.seat.committee_id, row.person_id)
        if row.person_id is None or place not in counted:
            row.state = AttendanceState.PRESENT
            counted.add(place)
            marked += 1
    db.session.flush()
    return marked


def take_over_answers(meeting: Meeting, *, by: User) -> int:
    """Record what the answers to the invitation say, for places where nothing is recorded yet; returns for how many.

    Nobody is marked twice, and a deputy only where named for the seat on the day.
    """
    phases.require_in_session(meeting)
    rows, seats = queries.list_attendances(meeting), queries.seats_on_the_day(meeting)
    expected = expected_on(meeting, rows)
    counted = {(a.seat.committee_id, a.person_id) for a in rows if a.state is not None and a.state.in_the_room}
    taken = 0
    for row in rows:
        answer = expected.get(row.id)
        if row.state is not None or answer is None or answer.state is None:
            continue
        deputies = {p.id for p in queries.place_on_the_day(seats, row).deputies}
        person_id = answer.deputy.id if answer.deputy is not None else row.person_id
        place = (row.seat.committee_id, person_id)
        is_named = answer.deputy is None or person_id in deputies
        if not is_named or (answer.state.in_the_room and place in counted):
            continue
        row.state, row.person_id = answer.state, person_id
        counted |= {place} if answer.state.in_the_room else set()
        taken += 1
    db.session.flush()
    for row in rows:
        db.session.expire(row, ["person"])
    return taken


def record_guest(guest: MeetingGuest, *, attended: bool, by: User) -> None:
    """Record whether a guest came."""
    phases.require_in_session(guest.meeting)
    guest.attended = attended
    db.session.flush()


def _add_missing_places(meeting: Meeting, seats: Mapping[int, FilledSeat]) -> None:
    known = {(a.seat_id, a.place_in_seat): a for a in meeting.attendances}
    for position, filled in enumerate(seats.values()):
        places = max(filled.seat.person_count or 1, len(filled.holders))
        for place in range(1, places + 1):
            row = known.get((filled.seat.id, place))
            if row is None:
                row = Attendance(seat_id=filled.seat.id, place_in_seat=place)
                if place <= len(filled.holders):
                    row.person_id = filled.holders[place - 1].person_id
                meeting.attendances.append(row)
            row.position = position


def _record(row: Attendance, presence: Presence, seats: dict[int, FilledSeat]) -> None:
    place = queries.place_on_the_day(seats, row)
    row.state = presence.state
    row.person_id = place.holder.id if place.holder else None
    row.deputy_name = None
    if presence.state is AttendanceState.DEPUTY:
        _record_deputy(row, presence, place)
    in_the_room = presence.state is not None and presence.state.in_the_room
    row.arrived_at = _moment(row.meeting, presence.arrived) if in_the_room else None
    row.left_at = _moment(row.meeting, presence.left) if in_the_room else None
    if row.arrived_at and row.left_at and row.left_at < row.arrived_at:
        raise _refusal(row, "Das Ende der Anwesenheit liegt vor ihrem Beginn.")


def _record_deputy(row: Attendance, presence: Presence, place: queries.SeatOnTheDay) -> None:
    name = presence.deputy_name.strip()
    if presence.deputy_id is not None:
        if presence.deputy_id not in {p.id for p in place.deputies}:
            raise _refusal(row, "Diese Person ist am Tag der Sitzung nicht als Stellvertretung benannt.")
        row.person_id = presence.deputy_id
    elif name:
        row.person_id, row.deputy_name = None, name
    else:
        raise _refusal(row, "Bitte angeben, wer vertritt.")


def _refuse_doubles(rows: Sequence[Attendance], changed: set[int]) -> None:
    # One person is one voice in a committee: who is present for two of its seats would be counted twice.
    # In a joint meeting each committee counts for itself, so the same person may sit in both (E-20).
    seen: dict[object, Attendance] = {}
    for row in sorted(rows, key=lambda a: a.id in changed):
        if row.state is None or not row.state.in_the_room:
            continue
        who: object = row.person_id or (row.deputy_name.casefold() if row.deputy_name else None)
        if who is None:
            continue
        who = (row.seat.committee_id, who)
        if who in seen and row.id in changed:
            raise _refusal(row, f"Diese Person ist schon für „{seen[who].label}“ erfasst; "
                                "sie zählt nur einmal.")  # fmt: skip
        seen[who] = row


def _moment(meeting: Meeting, clock: time | None) -> datetime | None:
    return at(local(meeting.starts_at).date(), clock) if clock is not None else None


def _refusal(row: Attendance, sentence: str) -> DomainError:
    return DomainError(sentence, field=str(row.id))

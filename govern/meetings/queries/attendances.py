"""Read who attended a meeting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from govern.committees.models import Mandate, MandateKind, Participation, Seat
from govern.committees.queries.compositions import Composition, FilledSeat, compositions, mandate_is_held
from govern.db import db
from govern.formats import clock_time, local
from govern.meetings.models import Attendance, AttendanceState, Meeting, MeetingGuest
from govern.meetings.queries.asked import ASKED, DAY, values_of
from govern.people.models import Organisation, Person


@dataclass(frozen=True)
class AttendanceFigures:
    """How many came, in words and numbers."""

    present: int
    deputies: int
    excused: int
    absent: int
    vacant: int
    optional: int
    """As needed, by topic or invited, and nothing recorded."""
    open: int
    guests: int

    @property
    def total(self) -> int:
        return self.present + self.deputies + self.excused + self.absent + self.vacant + self.optional + self.open

    @property
    def text(self) -> str:
        """„20 anwesend, 3 vertreten, 5 entschuldigt"; what is zero is left out."""
        parts = [(self.present, "anwesend"), (self.deputies, "vertreten"), (self.excused, "entschuldigt"),
                 (self.absent, "abwesend"), (self.vacant, "nicht besetzt"), (self.open, "noch offen")]  # fmt: skip
        words = [f"{number} {word}" for number, word in parts if number]
        if self.guests:
            words.append(f"{self.guests} {'Gast' if self.guests == 1 else 'Gäste'}")
        return ", ".join(words) or "noch nichts erfasst"


@dataclass(frozen=True)
class SeatOnTheDay:
    """Who may sit on one place of a seat on the day of the meeting."""

    holder: Person | None
    deputies: tuple[Person, ...]
    label: str
    """Institution and function; of several institutions the one the holder sits there for."""


def list_attendances(meeting: Meeting) -> Sequence[Attendance]:
    """One row per place of every seat, in the order of the composition, with all that its labels need.

    The committees that meet are there with the meeting: they need not come along with each row. Where persons sit for
    several institutions on one seat, the row knows for which its holder does.
    """
    rows = db.session.execute(_attendances(), values_of(meeting)).unique().all()
    for row, institution in rows:
        is_shared = row.seat_label is None and len(row.seat.organisations) > 1
        set_committed_value(row, "institution", institution if is_shared else None)
    return [row for row, _ in rows]


@cache
def _attendances() -> sa.Select[Attendance, str]:
    held = (
        sa.select(
            Mandate.seat_id,
            Mandate.organisation_id,
            sa.func.row_number()
            .over(partition_by=Mandate.seat_id, order_by=(Mandate.starts_on, Mandate.id))
            .label("place"),
        )
        .where(
            Mandate.seat_id.in_(sa.select(Attendance.seat_id).where(Attendance.meeting_id == ASKED.id)),
            Mandate.kind == MandateKind.HOLDER,
            mandate_is_held(DAY),
        )
        .subquery("held")
    )
    return (
        sa.select(Attendance, Organisation.name)
        .outerjoin(held, sa.and_(held.c.seat_id == Attendance.seat_id, held.c.place == Attendance.place_in_seat))
        .outerjoin(Organisation, Organisation.id == held.c.organisation_id)
        .where(Attendance.meeting_id == ASKED.id)
        .options(
            joinedload(Attendance.person),
            joinedload(Attendance.seat).options(joinedload(Seat.group), joinedload(Seat.organisations)),
            joinedload(Attendance.breaks),
        )
        .order_by(Attendance.position, Attendance.id)
    )


def list_guests(meeting: Meeting) -> Sequence[MeetingGuest]:
    """The guests of a meeting whose invitation stands."""
    return db.session.scalars(_guests(), values_of(meeting)).unique().all()


@cache
def _guests() -> sa.Select[MeetingGuest]:
    return (
        sa.select(MeetingGuest)
        .where(MeetingGuest.meeting_id == ASKED.id, MeetingGuest.revoked_at.is_(None))
        .options(joinedload(MeetingGuest.organisation), joinedload(MeetingGuest.items))
        .order_by(MeetingGuest.id)
    )


def figures(attendances: Iterable[Attendance], guests: Iterable[MeetingGuest] = ()) -> AttendanceFigures:
    """Count the attendance; a place nobody holds and nothing was recorded for counts as vacant."""
    rows = list(attendances)
    states = Counter(a.state for a in rows)
    vacant = sum(is_vacant(a, rows) for a in rows)
    remaining = list_open(rows)
    return AttendanceFigures(
        present=states[AttendanceState.PRESENT],
        deputies=states[AttendanceState.DEPUTY],
        excused=states[AttendanceState.EXCUSED],
        absent=states[AttendanceState.ABSENT],
        vacant=vacant,
        optional=states[None] - vacant - len(remaining),
        open=len(remaining),
        guests=sum(bool(g.attended) for g in guests),
    )


def is_vacant(attendance: Attendance, all_of_meeting: Sequence[Attendance]) -> bool:
    """True if nobody holds the seat, where others are held: then nothing need be recorded for it."""
    return (
        attendance.state is None
        and attendance.person_id is None
        and any(a.person_id is not None or a.state is not None for a in all_of_meeting)
    )


def list_open(attendances: Sequence[Attendance]) -> list[Attendance]:
    """Places for which something must still be recorded: standing seats that somebody holds."""
    return [
        a
        for a in attendances
        if a.state is None and a.seat.participation is Participation.STANDING and not is_vacant(a, attendances)
    ]


def list_missing(attendances: Sequence[Attendance]) -> list[Attendance]:
    """Standing seats that somebody holds and where neither the holder nor a deputy is recorded as having come.

    Whoever holds several seats of a committee can sit on one of them only: the others are not missing.
    """
    came = {(a.seat.committee_id, a.person_id) for a in attendances if a.state is not None and a.state.in_the_room}
    return [
        a
        for a in attendances
        if a.seat.participation is Participation.STANDING
        and not is_vacant(a, attendances)
        and not (a.state is not None and a.state.in_the_room)
        and not (a.person_id is not None and (a.seat.committee_id, a.person_id) in came)
    ]


def seats_on_the_day(meeting: Meeting) -> dict[int, FilledSeat]:
    """Holders and deputies of every seat of every committee that meets, on the day of the meeting, by seat id."""
    return {filled.seat.id: filled for composed in compositions_of(meeting) for filled in composed}


def compositions_of(meeting: Meeting) -> list[Composition]:
    """The composition on the day of every committee that meets, the one the meeting belongs to first (E-20)."""
    composed = compositions(meeting.committees, local(meeting.starts_at).date())
    return [composed[committee.id] for committee in meeting.committees]


def place_on_the_day(seats: dict[int, FilledSeat], attendance: Attendance) -> SeatOnTheDay:
    """Holder and deputies of the place of ``attendance``."""
    filled = seats.get(attendance.seat_id)
    if filled is None:
        return SeatOnTheDay(None, (), attendance.seat.label)
    place = attendance.place_in_seat - 1
    holder = filled.holders[place].person if place < len(filled.holders) else None
    return SeatOnTheDay(holder, _persons(filled.deputies), filled.label_of_place(attendance.place_in_seat))


def short_seat_label(attendance: Attendance) -> str:
    """The seat in few words, for narrow lists: the institution's name, else the function."""
    if attendance.seat_label is not None or not attendance.seat.organisations:
        return attendance.label
    if attendance.institution:
        return attendance.institution
    names = ", ".join(o.name for o in attendance.seat.organisations)
    return names if attendance.place_in_seat == 1 else f"{names} ({attendance.place_in_seat})"


def group_label(attendance: Attendance) -> str:
    """The heading under which the seat stands, or an empty string; in a joint meeting with the committee's name."""
    if attendance.seat_label is not None:
        return attendance.group_label or ""
    group = attendance.seat.group.name if attendance.seat.group else ""
    if not attendance.meeting.joint_committees:
        return group
    return ": ".join(part for part in (attendance.seat.committee.name, group) if part)


def deputy_label(attendance: Attendance) -> str | None:
    """Who came as deputy."""
    if attendance.state is not AttendanceState.DEPUTY:
        return None
    if attendance.deputy_name:
        return attendance.deputy_name
    return attendance.person.name if attendance.person else None


def times_text(attendance: Attendance) -> str:
    """„ab 14:20", „bis 15:10", „14:20–15:10" or an empty string."""
    if attendance.arrived_at and attendance.left_at:
        return f"{clock_time(attendance.arrived_at)}–{clock_time(attendance.left_at)}"
    if attendance.arrived_at:
        return f"ab {clock_time(attendance.arrived_at)}"
    return f"bis {clock_time(attendance.left_at)}" if attendance.left_at else ""


def _persons(mandates: Iterable[Mandate]) -> tuple[Person, ...]:
    return tuple({m.person_id: m.person for m in mandates}.values())

"""Who is expected in the room, for attendance sheet and name cards: the composition on the day of the meeting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from govern.committees.queries.compositions import FilledSeat
from govern.db import now
from govern.formats import date_numeric, timespan
from govern.meetings.models import Attendance, AttendanceState, InvitationAnswer, Meeting, MeetingGuest
from govern.meetings.queries.answers import Answered, answers_of
from govern.meetings.queries.attendances import compositions_of, deputy_label, list_attendances, list_guests
from govern.meetings.queries.heads import place_of
from govern.meetings.queries.invitations import invitations_of
from govern.meetings.queries.procedures import procedure_of_meeting
from govern.meetings.room_content import AttendanceSheet, NameCard, SheetGroup, SheetLine

FREE_LINES = 4
"""Empty places at the end of the sheet, for those nobody expected."""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """One place of a seat and who is expected on it."""

    seat: str
    group: str | None
    holder: str
    stand_in: str
    """Who comes for the holder, as promised or recorded."""
    deputies: tuple[str, ...]
    is_away: bool
    """Refused or excused, and nobody stands in."""

    @property
    def line(self) -> SheetLine:
        """The place on the sheet."""
        if self.stand_in:
            return SheetLine(seat=self.seat, name=self.stand_in, note=f"für {self.holder}" if self.holder else "")
        note = "abgesagt" if self.is_away else ""
        if self.deputies and not note:
            note = f"oder Vertretung: {', '.join(self.deputies)}"
        return SheetLine(seat=self.seat, name=self.holder, note=note if self.holder else note.removeprefix("oder "))

    @property
    def card(self) -> NameCard | None:
        """The card on the table; None where nobody is expected."""
        if self.stand_in:
            return NameCard(name=self.stand_in, seat=self.seat, role="Vertretung")
        return NameCard(name=self.holder, seat=self.seat) if self.holder and not self.is_away else None


def attendance_sheet(meeting: Meeting) -> AttendanceSheet:
    """The sheet to sign: every place of the day, who leads and minutes without a seat, guests, and free lines."""
    expected = expected_in(meeting)
    groups: dict[str | None, list[SheetLine]] = {}
    for one in expected:
        groups.setdefault(one.group, []).append(one.line)
    found = [SheetGroup(heading, tuple(lines)) for heading, lines in groups.items()]
    others = [SheetLine(seat=card.role, name=card.name) for card in _without_seat(meeting, expected)]
    guests = [SheetLine(seat=_institution(g), name=g.name) for g in list_guests(meeting)]
    free = tuple(SheetLine(seat="", name="") for _ in range(FREE_LINES))
    found += [SheetGroup(h, tuple(rows)) for h, rows in (("Leitung und Protokoll", others), ("Gäste", guests)) if rows]
    return AttendanceSheet(
        body=meeting.committee.body.name,
        committee=", ".join(c.name for c in meeting.committees),
        meeting=meeting.full_name,
        when=timespan(meeting.starts_at, meeting.ends_at),
        place=place_of(meeting) or "",
        groups=(*found, SheetGroup("Weitere Anwesende", free)),
        file_name=_file_name("Anwesenheitsliste", meeting),
        made_at=now(),
    )


def name_cards(meeting: Meeting) -> list[NameCard]:
    """A card for everybody who is expected: holders or who stands in, who leads and minutes, guests."""
    expected = expected_in(meeting)
    seated = [card for one in expected if (card := one.card) is not None]
    guests = [NameCard(name=g.name, seat=_institution(g, ""), role="Gast") for g in list_guests(meeting)]
    return [*seated, *_without_seat(meeting, expected), *guests]


def cards_file_name(meeting: Meeting) -> str:
    """Without ending."""
    return _file_name("Tischkärtchen", meeting)


def expected_in(meeting: Meeting) -> list[Expected]:
    """Every place of every seat on the day of the meeting, in the order of the composition."""
    rows = {(a.seat_id, a.place_in_seat): a for a in list_attendances(meeting)}
    answered = {
        (a.invitation.person_id, a.invitation.seat_id): a
        for a in answers_of(invitations_of(meeting), procedure_of_meeting(meeting))
    }
    is_joint = bool(meeting.joint_committees)
    found: list[Expected] = []
    for composed in compositions_of(meeting):
        for group in composed.groups:
            names = [composed.committee.name if is_joint else None, group.name]
            heading = ": ".join(name for name in names if name) or None
            for filled in group.seats:
                found += _places(filled, heading, rows, answered)
    return found


def _places(
    filled: FilledSeat, heading: str | None, rows: dict[tuple[int, int], Attendance],
    answered: dict[tuple[int | None, int | None], Answered],
) -> Iterable[Expected]:  # fmt: skip
    for n in range(max(filled.seat.person_count or 1, len(filled.holders))):
        holder = filled.holders[n].person if n < len(filled.holders) else None
        answer = answered.get((holder.id, filled.seat.id)) if holder is not None else None
        row = rows.get((filled.seat.id, n + 1))
        stand_in = (deputy_label(row) if row is not None else None) or _promised(answer)
        yield Expected(
            seat=filled.label_of_place(n + 1),
            group=heading,
            holder=holder.name if holder is not None else "",
            stand_in=stand_in or "",
            deputies=tuple(dict.fromkeys(m.person.name for m in filled.deputies)),
            is_away=not stand_in and _is_away(row, answer),
        )


def _promised(answer: Answered | None) -> str | None:
    if answer is None or answer.stand_in is None or answer.stand_in.person is None:
        return None
    return answer.stand_in.person.name


def _is_away(row: Attendance | None, answer: Answered | None) -> bool:
    if row is not None and row.state is not None:
        return row.state in (AttendanceState.EXCUSED, AttendanceState.ABSENT)
    return answer is not None and answer.invitation.answer in (InvitationAnswer.NO, InvitationAnswer.DEPUTY)


def _without_seat(meeting: Meeting, expected: list[Expected]) -> list[NameCard]:
    seated = {name for one in expected for name in (one.holder, one.stand_in) if name}
    roles: dict[str, list[str]] = {}
    for role in sorted(meeting.roles, key=lambda r: r.id):
        if role.person.name not in seated:
            roles.setdefault(role.person.name, []).append(role.kind.label)
    return [NameCard(name=name, seat="", role=", ".join(kinds)) for name, kinds in roles.items()]


def _institution(guest: MeetingGuest, none: str = "Gast") -> str:
    institution = guest.organisation.name if guest.organisation else guest.organisation_name
    return ": ".join(part for part in (institution, guest.function) if part) or none


def _file_name(what: str, meeting: Meeting) -> str:
    return f"{what} {meeting.committee.label} {date_numeric(meeting.starts_at)}".replace("/", "-")

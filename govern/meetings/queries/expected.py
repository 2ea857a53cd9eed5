"""Who is expected on each place of the attendance list, from the answers to the invitation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from govern.committees.procedures import Procedure
from govern.meetings.models import Attendance, AttendanceState, InvitationAnswer, Meeting
from govern.meetings.queries.answers import Answered, answers_of
from govern.meetings.queries.invitations import invitations_of
from govern.people.models import Person

PROPOSED = {InvitationAnswer.YES: AttendanceState.PRESENT, InvitationAnswer.NO: AttendanceState.EXCUSED}


@dataclass(frozen=True)
class Expected:
    """What was answered for one place, and what follows from it for the list."""

    text: str
    """„zugesagt", „abgesagt, Vertretung: Kim Muster (zugesagt)"."""
    note: str
    """A word to the office."""
    state: AttendanceState | None
    """None: the answers leave it open."""
    deputy: Person | None = None


def expected_on(meeting: Meeting, rows: Sequence[Attendance]) -> dict[int, Expected]:
    """What was answered for the places ``rows``, by attendance id; one statement, none where nobody was invited."""
    if meeting.invited_at is None:
        return {}
    found = {
        (a.invitation.seat_id, a.invitation.person_id): a for a in answers_of(invitations_of(meeting), Procedure())
    }
    held = {row.id: found.get((row.seat_id, _holder_id(row, found))) for row in rows}
    return {identity: _expected(answered) for identity, answered in held.items() if answered is not None}


def _holder_id(row: Attendance, found: dict[tuple[int | None, int | None], Answered]) -> int | None:
    # Where a deputy sits, the place no longer names its holder: it is the one this deputy was invited for.
    if row.state is not AttendanceState.DEPUTY:
        return row.person_id
    stood_for = [
        a.invitation.person_id
        for a in found.values()
        if a.invitation.seat_id == row.seat_id and a.stand_in is not None and a.stand_in.person_id == row.person_id
    ]
    return stood_for[0] if stood_for else None


def _expected(answered: Answered) -> Expected:
    answer, stand_in = answered.invitation.answer, answered.stand_in
    words = answer.label if answer is not None else "ohne Antwort"
    note = answered.invitation.answer_note or ""
    if stand_in is None or stand_in.person is None:
        return Expected(words, note, PROPOSED.get(answer) if answer is not None else None)
    reply = stand_in.answer.label if stand_in.answer is not None else "ohne Antwort"
    said = "abgesagt" if answer is InvitationAnswer.NO else "lässt sich vertreten"
    text = f"{said}, Vertretung: {stand_in.person.name} ({reply})"
    comes = stand_in.answer is InvitationAnswer.YES
    return Expected(text, note, AttendanceState.DEPUTY if comes else None, stand_in.person if comes else None)

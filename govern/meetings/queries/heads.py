"""What every page of one meeting shows above its tabs: the steps with dates, and the counts of the tabs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import sqlalchemy as sa

from govern.committees.deadlines import minutes_due
from govern.committees.models import Mandate, MandateKind, Participation, RuleKind, Seat, Voting
from govern.committees.procedures import ApprovalMode, Procedure, procedure_from_json
from govern.committees.queries.compositions import mandate_is_held, seat_is_there
from govern.committees.queries.procedures import procedures_of
from govern.db import db, kept
from govern.formats import count, date_short, date_text, local, relative_day, today
from govern.meetings.models import AgendaItem, Attendance, AttendanceState, Meeting, MeetingState, Paper, Resolution
from govern.meetings.policies import items_viewable_by, resolutions_viewable_by
from govern.meetings.policies_papers import papers_announced_to
from govern.meetings.queries.asked import ASKED, DAY, values_of
from govern.meetings.queries.invitations import told_sequences
from govern.meetings.queries.joint import is_of_meeting
from govern.meetings.queries.meetings import with_parts
from govern.meetings.queries.notices import Notice, notice_of
from govern.people.models import User


@dataclass(frozen=True)
class Step:
    """One step in the life of a meeting: `done`, `now`, `next` or `stopped`."""

    label: str
    note: str
    state: str


@dataclass(frozen=True)
class Head:
    """The head of a meeting's pages."""

    meeting: Meeting
    steps: list[Step]
    present: int
    expected: int
    """Persons of the attendance list, or places of the standing seats before it exists."""
    papers: int
    resolutions: int
    awaits_telling: bool = False
    """Time, place or cancellation have changed and the invited do not know yet."""
    procedure: Procedure | None = None
    """The rules of the day, while they decide on the invitation."""
    procedures: Mapping[int, Procedure] = field(default_factory=dict)
    """The same for every committee that meets, by its id."""

    @property
    def attendance(self) -> str:
        """„18/27"; before the meeting only how many are expected."""
        return f"{self.present}/{self.expected}" if self.present else str(self.expected)

    @property
    def is_due(self) -> bool:
        """The day of the meeting has come."""
        return local(self.meeting.starts_at).date() <= today()

    @property
    def place(self) -> str | None:
        """Room and „online" in one phrase."""
        return place_of(self.meeting)

    @property
    def chair(self) -> str | None:
        return chair_of(self.meeting)


@dataclass(frozen=True)
class SeatFigures:
    """How the composition stands on the day of the meeting."""

    seats: int
    places: int
    is_exact: bool
    vacant: int
    voting: int
    not_stated: int
    parts: Mapping[int, SeatFigures] = field(default_factory=dict)
    """The same for each committee that meets, by its id (E-20)."""


def head_of(meeting: Meeting, user: User) -> Head:
    """The head of ``meeting`` for ``user``; one statement, two until the meeting has begun."""
    row = db.session.execute(_with_counts(user), values_of(meeting)).unique().one()
    found, present, listed, expected, papers, resolutions, told = tuple(row)
    waits = found.invited_at is not None and not found.is_closed and (told or 0) < found.ical_sequence
    is_before = found.state in (MeetingState.PREPARING, MeetingState.PUBLISHED)
    procedures = procedures_of(found.committees, local(found.starts_at).date()) if is_before else {}
    procedure = procedures.get(found.committee_id)
    steps = steps_of(found, _notice(found, procedure) if procedure is not None else None, procedure)
    return Head(found, steps, present, listed or expected, papers, resolutions, waits, procedure, procedures)


def seat_figures(meeting: Meeting) -> SeatFigures:
    """Standing seats of the committee on the day of the meeting, vacant ones and rights to vote; one statement."""
    rows = db.session.execute(_seats(), values_of(meeting)).all()
    owners = {owner for *_seat, owner in rows}
    parts = {owner: _figures([row for row in rows if row[3] == owner]) for owner in owners}
    return replace(_figures(rows), parts=parts)


def _figures(rows: Sequence[sa.Row[int | None, Voting, int, int]]) -> SeatFigures:
    return SeatFigures(
        seats=len(rows),
        places=sum(count or 0 for count, *_more in rows),
        is_exact=all(count is not None for count, *_more in rows),
        vacant=sum(max(0, (count or 0) - held) for count, _voting, held, _owner in rows),
        voting=sum(count or 0 for count, voting, *_more in rows if voting is Voting.YES),
        not_stated=sum(1 for _count, voting, *_more in rows if voting is Voting.NOT_STATED),
    )


def steps_of(meeting: Meeting, notice: Notice | None = None, procedure: Procedure | None = None) -> list[Step]:
    """The six steps of a meeting with their dates.

    ``notice`` says until when to invite, ``procedure`` what comes after the minutes, before the rules are frozen.
    """
    day = date_text(meeting.starts_at)
    notes = [
        ("Terminiert", date_text(meeting.created_at)),
        ("In Vorbereitung", _preparing_note(meeting, notice)),
        _invited_step(meeting, notice),
        ("Sitzung", day),
        ("Protokoll", _minutes_note(meeting, procedure)),
        _last_step(meeting, procedure),
    ]
    if meeting.is_cancelled:
        at = 3
        notes[at] = ("Abgesagt", date_text(meeting.cancelled_at))
        states = [_state(n, at, "stopped") for n in range(len(notes))]
        states[2] = "done" if meeting.published_at else "next"
        return [Step(label, note, state) for (label, note), state in zip(notes, states, strict=True)]
    now_at = {
        MeetingState.PREPARING: 1,
        MeetingState.PUBLISHED: 2,
        MeetingState.IN_SESSION: 3,
        MeetingState.CLOSED: 4,
        MeetingState.RELEASED: 5 if _approval_of(meeting) else 6,
        MeetingState.APPROVED: 6,
    }[meeting.state]
    return [Step(label, note, _state(n, now_at, "now")) for n, (label, note) in enumerate(notes)]


def _notice(meeting: Meeting, procedure: Procedure) -> Notice:
    sent_on = local(meeting.invited_at).date() if meeting.invited_at is not None else today()
    return notice_of(meeting, procedure, sent_on)


def _preparing_note(meeting: Meeting, notice: Notice | None) -> str:
    if meeting.state is not MeetingState.PREPARING:
        return ""
    if notice is None or notice.due is None:
        return "Tagesordnung wird erstellt"
    return f"Einladung bis {date_short(notice.due)} ({relative_day(notice.due)})"


def _invited_step(meeting: Meeting, notice: Notice | None) -> tuple[str, str]:
    if meeting.invited_at is None and meeting.published_at is not None:
        return "Veröffentlicht", date_text(meeting.published_at)
    if meeting.invited_at is None:
        days = notice.rule.number if notice is not None and notice.due is not None else None
        return "Eingeladen", f"Ladungsfrist {count(days, 'Tag', 'Tage')}" if days is not None else "noch nicht"
    late = " · Ladungsfrist verkürzt" if meeting.short_notice_reason else ""
    return "Eingeladen", date_text(meeting.invited_at) + late


def _minutes_note(meeting: Meeting, procedure: Procedure | None) -> str:
    if meeting.closed_at is None:
        days = procedure.number(RuleKind.OBJECTION_PERIOD) if procedure is not None else None
        return f"Einwendungen {count(days, 'Tag', 'Tage')}" if days is not None else "nach der Sitzung"
    if meeting.state is MeetingState.RELEASED and meeting.objections_until is not None:
        return f"Einwendungen bis {date_text(meeting.objections_until)}"
    if meeting.is_released:
        return f"freigegeben am {date_text(meeting.released_at)}"
    if meeting.minutes_checked_at is not None:
        return f"geprüft am {date_text(meeting.minutes_checked_at)}"
    due_on = minutes_due(_frozen_rules(meeting), local(meeting.starts_at).date())
    draft = f"Entwurf vom {date_text(meeting.closed_at)}"
    return f"{draft}, fällig bis {date_text(due_on)}" if due_on else draft


def _last_step(meeting: Meeting, procedure: Procedure | None) -> tuple[str, str]:
    approval = procedure.mode(RuleKind.MINUTES_APPROVAL) if procedure is not None else _approval_of(meeting)
    if meeting.approval is not None:
        return "Genehmigt", f"{date_text(meeting.approved_at)}, {meeting.approval.label}"
    if approval is not None:
        return "Genehmigt", approval.label
    return "Freigegeben", date_text(meeting.released_at) if meeting.released_at else "nach Prüfung"


def _approval_of(meeting: Meeting) -> ApprovalMode | None:
    mode: ApprovalMode | None = _frozen_rules(meeting).mode(RuleKind.MINUTES_APPROVAL)
    return mode


def _frozen_rules(meeting: Meeting) -> Procedure:
    # Only those frozen at closing: before it, asking would cost every page of a meeting a statement.
    return procedure_from_json(meeting.rules_at_closing) if meeting.rules_at_closing else Procedure()


def place_of(meeting: Meeting) -> str | None:
    """Where it takes place, in one phrase: „Kreishaus, Raum 130", „online", „Kreishaus und online"; None while open."""
    room = ", ".join(part for part in (meeting.place.name if meeting.place else None, meeting.place_note) if part)
    if meeting.mode.value == "online":
        return "online"
    if meeting.mode.value == "mixed":
        return f"{room} und online" if room else "vor Ort und online"
    return room or None


def chair_of(meeting: Meeting) -> str | None:
    """Who leads, as a function where one is stated, else the persons named."""
    if meeting.chair_function:
        return meeting.chair_function
    return ", ".join(role.person.name for role in meeting.roles if role.kind.value == "chair") or None


def _state(n: int, at: int, word: str) -> str:
    return "done" if n < at else word if n == at else "next"


@cache
def _seats() -> sa.Select[int | None, Voting, int, int]:
    held = (
        sa.select(sa.func.count(Mandate.id))
        .where(Mandate.seat_id == Seat.id, Mandate.kind == MandateKind.HOLDER, mandate_is_held(DAY))
        .correlate(Seat)
        .scalar_subquery()
    )
    return sa.select(Seat.person_count, Seat.voting, held, Seat.committee_id).where(_is_standing_seat())


def _is_standing_seat() -> sa.ColumnElement[bool]:
    return sa.and_(
        is_of_meeting(Seat.committee_id, ASKED), seat_is_there(DAY), Seat.participation == Participation.STANDING
    )


@kept
def _with_counts(user: User) -> sa.Select[Any]:
    attended = sa.select(sa.func.count(Attendance.id)).where(Attendance.meeting_id == ASKED.id)
    in_the_room = [s for s in AttendanceState if s.in_the_room]
    expected = sa.select(sa.func.coalesce(sa.func.sum(sa.func.coalesce(Seat.person_count, 1)), 0)).where(
        _is_standing_seat()
    )
    papers = (
        sa.select(sa.func.count(Paper.id))
        .join(AgendaItem, AgendaItem.id == Paper.item_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(Meeting.id == ASKED.id, Paper.withdrawn_at.is_(None), items_viewable_by(user), papers_announced_to(user))
    )
    resolutions = (
        sa.select(sa.func.count(Resolution.id))
        .join(AgendaItem, AgendaItem.id == Resolution.item_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(Meeting.id == ASKED.id, Resolution.cancelled_at.is_(None), resolutions_viewable_by(user))
    )
    present = attended.where(Attendance.state.in_(in_the_room))
    counts = (present, attended, expected, papers, resolutions, told_sequences(ASKED))
    return with_parts().add_columns(*(count.scalar_subquery() for count in counts))

"""Read what the Sitzungsmodus shows at once: items with their state, the item at hand, attendance, votes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.committees.models import Committee, RuleKind
from govern.committees.procedures import TieRule, VotingForm
from govern.committees.queries.addressees import Addressees, addressees_of
from govern.db import db, now
from govern.meetings.models import (
    AgendaItem,
    Attendance,
    AttendanceState,
    Ballot,
    ConflictingText,
    JointCommittee,
    Meeting,
    MeetingGuest,
    QuorumFinding,
    Recusal,
    RecusalReason,
    Vote,
)
from govern.meetings.queries import attendances as attendance_queries
from govern.meetings.queries import rolls
from govern.meetings.queries.agendas import rapporteur_of
from govern.meetings.queries.consents import ConsentQuestion, consent_question
from govern.meetings.queries.minutes import (
    ITEM_PARTS,
    ItemLine,
    Others,
    item_numbers,
    list_conflicting_texts,
    list_items,
    list_lines,
    others_asked,
    others_of,
)
from govern.meetings.queries.procedures import procedures_of_meeting
from govern.meetings.queries.votes import doubts, load_rolls, shows_roll
from govern.meetings.rolls import Reason, Roll
from govern.meetings.votes import moment_of
from govern.people.models import User

ROOM = (
    joinedload(Meeting.committee),
    joinedload(Meeting.quorum_findings),
    joinedload(Meeting.joint_committees).joinedload(JointCommittee.committee),
    joinedload(Meeting.guests).options(joinedload(MeetingGuest.organisation), joinedload(MeetingGuest.items)),
)
"""What the Sitzungsmodus needs of the meeting itself: load it with the meeting."""
FOLDED = 7
"""Seats in view while the list is folded."""


@dataclass(frozen=True, kw_only=True)
class SeatLine:
    """A place in the right column: where it stands and what can be said about it with one click."""

    row: Attendance
    recusal: Recusal | None
    reason: Reason

    @property
    def is_vacant(self) -> bool:
        return self.reason is Reason.VACANT

    @property
    def is_away(self) -> datetime | None:
        """Since when the person is on a break."""
        return next((b.left_at for b in self.row.breaks if b.returned_at is None), None)

    @property
    def is_there(self) -> bool:
        state = self.row.state
        return state is not None and state.in_the_room and self.row.left_at is None and self.is_away is None

    @property
    def is_notable(self) -> bool:
        """Out of the ordinary, so that it stays in view."""
        return bool(self.recusal or self.is_away or self.row.left_at or self.row.state is AttendanceState.DEPUTY)

    @property
    def actions(self) -> list[tuple[str, str]]:
        """What one click records."""
        if self.is_away:
            return [("zurueck", "zurück"), ("geht", "geht")]
        if self.is_there:
            return [("geht", "geht"), ("pause", "Pause")]
        if self.row.state is AttendanceState.EXCUSED:
            return [("kommt", "kommt")]
        return (
            [("kommt", "kommt"), ("entschuldigt", "entschuldigt")] if self.row.left_at is None else [("kommt", "kommt")]
        )


@dataclass(frozen=True, kw_only=True)
class LiveScreen:
    """The Sitzungsmodus at one item."""

    meeting: Meeting
    items: Sequence[ItemLine]
    numbers: dict[int, str]
    item: AgendaItem | None
    rapporteur: str | None
    attendances: Sequence[Attendance]
    guests: Sequence[MeetingGuest]
    figures: attendance_queries.AttendanceFigures
    committees: Sequence[Committee]
    rolls: dict[int, Roll]
    """Committee id → who may vote at the item at hand."""
    findings: Sequence[QuorumFinding]
    recusals: dict[int, Recusal]
    """Attendance id → its recusal at the item at hand."""
    votes: dict[int, list[Vote]]
    """Resolution id → its votes, of the item at hand."""
    doubts: dict[int, list[str]]
    consent: ConsentQuestion | None = None
    """What of the item at hand is late, and whether the committee has to agree (E-05)."""
    chair_decides: bool
    voting_form: VotingForm | None
    ballots: Sequence[Ballot] = tuple(Ballot)
    recusal_reasons: Sequence[RecusalReason] = tuple(RecusalReason)
    also_here: list[str]
    conflicts: Sequence[ConflictingText]
    addressees: Addressees
    """Who can be charged with something, and what the item at hand can be referred to; nobody once it is closed."""
    at: datetime

    @property
    def seats(self) -> list[SeatLine]:
        """The attendance list of the right column, in the order of the composition."""
        reasons = {line.place.key: line.reason for roll in self.rolls.values() for line in roll.lines}
        return [
            SeatLine(row=row, recusal=self.recusals.get(row.id), reason=reasons.get(row.id, Reason.OPEN))
            for row in self.attendances
        ]

    @property
    def first_seats(self) -> list[SeatLine]:
        """What stays in view when the list is folded: the first seats, and whatever is out of the ordinary."""
        seats = self.seats
        if len(seats) <= FOLDED + 2:
            return seats
        return [line for n, line in enumerate(seats) if n < FOLDED or line.is_notable]

    @property
    def more_seats(self) -> list[SeatLine]:
        """The seats that folding hides."""
        shown = {line.row.id for line in self.first_seats}
        return [line for line in self.seats if line.row.id not in shown]

    @property
    def guest_items(self) -> dict[int, str]:
        """Guest id → „nur TOP 4"."""
        return {
            guest.id: "nur TOP " + ", ".join(self.numbers[i.id] for i in guest.items if i.id in self.numbers)
            if guest.items else ""
            for guest in self.guests
        }  # fmt: skip

    @property
    def next(self) -> ItemLine | None:
        """The item after the one at hand."""
        return self._beside(1)

    @property
    def previous(self) -> ItemLine | None:
        """The item before the one at hand."""
        return self._beside(-1)

    def elapsed(self, item: AgendaItem | ItemLine) -> int | None:
        """Minutes an item has taken so far, or took; None if it was not called up."""
        if item.opened_at is None:
            return None
        return max(0, int(((item.done_at or self.at) - item.opened_at).total_seconds() // 60))

    def _beside(self, step: int) -> ItemLine | None:
        if self.item is None:
            return None
        at = [i.id for i in self.items].index(self.item.id) + step
        return self.items[at] if 0 <= at < len(self.items) else None


def live_screen(meeting: Meeting, user: User, item_id: int | None) -> LiveScreen:
    """The Sitzungsmodus of ``meeting`` at ``item_id``, else at the item that was called up and is not done."""
    meeting = _with_room(meeting)
    items = list_lines(meeting)
    line = next((i for i in items if i.id == item_id), None) or _at_hand(items)
    at_hand = _find_item(line.id, user) if line is not None else None
    item = at_hand.item if at_hand is not None else None
    attendances = attendance_queries.list_attendances(meeting)
    guests = [guest for guest in meeting.guests if guest.revoked_at is None]
    at = now()
    recusals = list(item.recusals) if item is not None else []
    findings = meeting.quorum_findings
    votes = {r.id: list(r.votes) for r in (item.resolutions if item else [])}
    load_rolls([v for found in votes.values() for v in found if shows_roll(v) or recusals])
    procedures = procedures_of_meeting(meeting)
    procedure = procedures[meeting.committee_id]
    others = at_hand.others if at_hand is not None else Others([], has_conflicts=False)
    return LiveScreen(
        meeting=meeting,
        items=items,
        numbers=item_numbers(items),
        item=item,
        rapporteur=rapporteur_of(item) if item else None,
        attendances=attendances,
        guests=guests,
        figures=attendance_queries.figures(attendances, guests),
        committees=meeting.committees,
        rolls=rolls.rolls_of(
            meeting, item, moment_of(item, at) if item else None, attendances=attendances,
            recused={r.attendance_id for r in recusals}, findings=findings, committees=meeting.committees,
            procedures=procedures, is_called_again=at_hand is not None and at_hand.is_called_again,
        ),
        findings=findings,
        recusals={r.attendance_id: r for r in recusals},
        votes=votes,
        doubts={
            r.id: [line for vote in votes.get(r.id, []) for line in doubts(vote, r, recusals)]
            for r in (item.resolutions if item else [])
        },
        consent=consent_question(item, procedure) if item else None,
        chair_decides=procedure.mode(RuleKind.TIE) is TieRule.CHAIR_DECIDES,
        voting_form=procedure.mode(RuleKind.VOTING),
        also_here=others.functions,
        conflicts=list_conflicting_texts(item) if item and others.has_conflicts else [],
        addressees=Addressees() if item is None or meeting.is_closed else addressees_of(meeting.committee),
        at=at,
    )  # fmt: skip


@dataclass(frozen=True)
class _AtHand:
    """The item at hand with all its parts."""

    item: AgendaItem
    is_called_again: bool
    """A second call: the predecessor lacked a quorum (E-06)."""
    others: Others


def _find_item(item_id: int, user: User) -> _AtHand:
    """An item and who else writes there; one statement."""
    rows = db.session.execute(_item(), others_asked(item_id, user)).unique().all()
    item, was_quorate, waits, _label = rows[0]
    labels = [label for *_same, label in rows if label is not None]
    return _AtHand(item, item.is_second_call and was_quorate is False, Others(labels, has_conflicts=waits))


@cache
def _item() -> sa.Select[AgendaItem, bool | None, bool, str | None]:
    asked: Any = sa.bindparam("item_id", type_=sa.Integer)
    before = rolls.finding_about(AgendaItem.predecessor_id).correlate(AgendaItem).scalar_subquery()
    waits, recent = others_of(asked)
    return (
        sa.select(AgendaItem, before, waits, recent.c.function_label)
        .outerjoin(recent, sa.true())
        .where(AgendaItem.id == asked)
        .options(*ITEM_PARTS)
        .order_by(recent.c.last.desc())
    )


def following(item: AgendaItem) -> AgendaItem | None:
    """The item after ``item``."""
    items = list_items(item.meeting)
    at = [i.id for i in items].index(item.id) + 1
    return items[at] if at < len(items) else None


def _with_room(meeting: Meeting) -> Meeting:
    # No statement where the page was asked for with it; after a change of something it may not be there.
    if not {"committee", "quorum_findings", "joint_committees", "guests"} & sa.inspect(meeting).unloaded:
        return meeting
    return db.session.scalars(sa.select(Meeting).where(Meeting.id == meeting.id).options(*ROOM)).unique().one()


def find_committee(identity: int) -> Committee | None:
    """A committee by id, or None."""
    return db.session.get(Committee, identity)


def _at_hand(items: Sequence[ItemLine]) -> ItemLine | None:
    called = [i for i in items if i.opened_at is not None and i.done_at is None]
    waiting = [i for i in items if i.done_at is None]
    return next(iter([*called, *waiting, *items]), None)

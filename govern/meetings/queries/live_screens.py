"""Read what the Sitzungsmodus shows at once: items with their state, the item at hand, attendance, votes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from govern.committees.models import Committee
from govern.db import db, now
from govern.meetings.models import AgendaItem, Attendance, ConflictingText, Meeting, MeetingGuest
from govern.meetings.queries import attendances as attendance_queries
from govern.meetings.queries.agendas import rapporteur_of
from govern.meetings.queries.minutes import item_numbers, list_also_here, list_conflicting_texts, list_items
from govern.meetings.votes import VotingBase, moment_of, voting_base
from govern.people.models import User


@dataclass(frozen=True, kw_only=True)
class LiveScreen:
    """The Sitzungsmodus at one item."""

    meeting: Meeting
    items: Sequence[AgendaItem]
    numbers: dict[int, str]
    item: AgendaItem | None
    rapporteur: str | None
    attendances: Sequence[Attendance]
    guests: Sequence[MeetingGuest]
    figures: attendance_queries.AttendanceFigures
    votes: VotingBase
    also_here: list[str]
    conflicts: Sequence[ConflictingText]
    at: datetime

    @property
    def next(self) -> AgendaItem | None:
        """The item after the one at hand."""
        return self._beside(1)

    @property
    def previous(self) -> AgendaItem | None:
        """The item before the one at hand."""
        return self._beside(-1)

    def elapsed(self, item: AgendaItem) -> int | None:
        """Minutes an item has taken so far, or took; None if it was not called up."""
        if item.opened_at is None:
            return None
        return max(0, int(((item.done_at or self.at) - item.opened_at).total_seconds() // 60))

    def _beside(self, step: int) -> AgendaItem | None:
        if self.item is None:
            return None
        at = [i.id for i in self.items].index(self.item.id) + step
        return self.items[at] if 0 <= at < len(self.items) else None


def live_screen(meeting: Meeting, user: User, item_id: int | None) -> LiveScreen:
    """The Sitzungsmodus of ``meeting`` at ``item_id``, else at the item that was called up and is not done."""
    items = list_items(meeting)
    item = next((i for i in items if i.id == item_id), None) or _at_hand(items)
    attendances, guests = attendance_queries.list_attendances(meeting), attendance_queries.list_guests(meeting)
    at = now()
    return LiveScreen(
        meeting=meeting,
        items=items,
        numbers=item_numbers(items),
        item=item,
        rapporteur=rapporteur_of(item) if item else None,
        attendances=attendances,
        guests=guests,
        figures=attendance_queries.figures(attendances, guests),
        votes=voting_base(attendances, moment_of(item, at) if item else None),
        also_here=list_also_here(item, user, at) if item else [],
        conflicts=list_conflicting_texts(item) if item else [],
        at=at,
    )


def list_referral_committees(meeting: Meeting) -> Sequence[Committee]:
    """Committees an item can be referred to: all others that still work."""
    return db.session.scalars(
        sa.select(Committee)
        .where(
            Committee.id != meeting.committee_id,
            Committee.ended_on.is_(None),
            Committee.merged_into_id.is_(None),
        )
        .order_by(Committee.is_kim.desc(), Committee.sort_name)
    ).all()


def find_committee(identity: int) -> Committee | None:
    """A committee by id, or None."""
    return db.session.get(Committee, identity)


def _at_hand(items: Sequence[AgendaItem]) -> AgendaItem | None:
    called = [i for i in items if i.opened_at is not None and i.done_at is None]
    waiting = [i for i in items if i.done_at is None]
    return next(iter([*called, *waiting, *items]), None)

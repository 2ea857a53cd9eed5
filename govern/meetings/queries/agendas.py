"""Read the agenda of a meeting as a person may see it: numbers, clock times, rapporteurs, papers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload
from sqlalchemy.orm.strategy_options import _AbstractLoad

from govern.committees.models import Seat
from govern.db import db
from govern.meetings.agenda_numbers import in_order, numbering, timetable
from govern.meetings.models import AgendaItem, Meeting, Paper
from govern.meetings.policies import in_circle, items_viewable_by
from govern.people.models import User


@dataclass(frozen=True)
class Entry:
    """An agenda item as it stands on the page."""

    item: AgendaItem
    number: str
    starts_at: datetime
    minutes: int
    """Minutes with those of the sub-items; 0 when none are planned."""
    papers: tuple[Paper, ...]
    """Papers not withdrawn."""
    is_first: bool
    """First among its siblings."""
    is_last: bool
    sub_entries: tuple[Entry, ...] = ()

    @property
    def label(self) -> str:
        """„TOP 4", „TOP N 1"."""
        return f"TOP {self.number}"

    @property
    def rapporteur(self) -> str | None:
        """Who reports: the seat, the person or the guest."""
        return rapporteur_of(self.item)


@dataclass(frozen=True)
class Agenda:
    """The visible agenda of a meeting with its times."""

    meeting: Meeting
    entries: tuple[Entry, ...]
    minutes: int
    """Minutes of all items, visible or not."""

    @property
    def flat(self) -> list[Entry]:
        """Items and sub-items in order."""
        return [each for entry in self.entries for each in (entry, *entry.sub_entries)]

    @property
    def items(self) -> list[AgendaItem]:
        return [entry.item for entry in self.flat]

    @property
    def ends_at(self) -> datetime:
        """When the last item would be done."""
        return self.meeting.starts_at + timedelta(minutes=self.minutes)

    @property
    def planned_minutes(self) -> int:
        """Minutes between the planned start and end of the meeting."""
        return int((self.meeting.ends_at - self.meeting.starts_at).total_seconds() // 60)

    @property
    def is_too_long(self) -> bool:
        return self.minutes > self.planned_minutes

    def find(self, item_id: int) -> Entry | None:
        """The entry of an item, or None if it is not visible."""
        return next((entry for entry in self.flat if entry.item.id == item_id), None)


def agenda_of(meeting: Meeting, user: User) -> Agenda:
    """The agenda of ``meeting`` as ``user`` may see it; one statement, two for those outside the circle."""
    statement = visible_items(user).where(AgendaItem.meeting_id == meeting.id)
    visible: Sequence[AgendaItem] = (
        db.session.scalars(statement.order_by(AgendaItem.position, AgendaItem.id)).unique().all()
    )
    times: Sequence[AgendaItem] = visible if in_circle(user, meeting) else _times_of(meeting)
    return build_agenda(meeting, visible, times)


def build_agenda(
    meeting: Meeting, items: Sequence[AgendaItem], all_items: Sequence[AgendaItem] | None = None
) -> Agenda:
    """Put loaded ``items`` together; clock times follow ``all_items``, hidden ones included."""
    everything = items if all_items is None else all_items
    numbers, slots = numbering(items), timetable(everything, meeting.starts_at)
    ids = {item.id for item in items}
    siblings: dict[int | None, list[AgendaItem]] = {}
    for item in in_order(items):
        siblings.setdefault(item.parent_id if item.parent_id in ids else None, []).append(item)

    def entries(parent_id: int | None) -> tuple[Entry, ...]:
        found = siblings.get(parent_id, [])
        return tuple(
            Entry(
                item,
                numbers[item.id],
                slots[item.id].starts_at,
                slots[item.id].minutes,
                tuple(p for p in item.papers if p.withdrawn_at is None),
                is_first=n == 0,
                is_last=n == len(found) - 1,
                sub_entries=entries(item.id) if parent_id is None else (),
            )
            for n, item in enumerate(found)
        )

    return Agenda(meeting, entries(None), sum(item.planned_minutes or 0 for item in everything))


def visible_items(user: User) -> sa.Select[AgendaItem]:
    """Items ``user`` may see, with meeting, papers and rapporteurs loaded; call `.unique()` on the answer."""
    return (
        sa.select(AgendaItem)
        .join(AgendaItem.meeting)
        .where(items_viewable_by(user))
        .options(contains_eager(AgendaItem.meeting), *item_parts())
    )


def item_parts() -> list[_AbstractLoad]:
    """What the page shows of an item, in the same statement."""
    return [
        joinedload(AgendaItem.rapporteur_seat).joinedload(Seat.organisations),
        joinedload(AgendaItem.rapporteur_person),
        joinedload(AgendaItem.rapporteur_guest),
        joinedload(AgendaItem.papers),
    ]


def rapporteur_of(item: AgendaItem) -> str | None:
    """Who reports on ``item``: the seat, the person or the guest; None while open."""
    if item.rapporteur_seat is not None:
        return item.rapporteur_seat.label
    if item.rapporteur_person is not None:
        return item.rapporteur_person.name
    if item.rapporteur_guest is not None:
        return f"{item.rapporteur_guest.name} (Gast)"
    return None


def next_position(items: Iterable[AgendaItem]) -> int:
    """The position after the last of ``items``."""
    return max((item.position for item in items), default=0) + 1


def _times_of(meeting: Meeting) -> Sequence[AgendaItem]:
    # Only what a clock time needs; what the items say is not read.
    rows = db.session.execute(
        sa.select(
            AgendaItem.id,
            AgendaItem.parent_id,
            AgendaItem.position,
            AgendaItem.is_public,
            AgendaItem.planned_minutes,
        ).where(AgendaItem.meeting_id == meeting.id)
    )
    return rows.all()  # type: ignore[return-value]

"""The agenda put together for reading: entries with number, clock time, rapporteur and papers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from govern.meetings.agenda_numbers import Timed, in_order, numbers_of, placed, slots_of
from govern.meetings.announced import is_announced, planned_moves
from govern.meetings.models import AgendaItem, Meeting, Paper

SECOND_CALL = (
    "Zweite Sitzung zum selben Punkt: Das Gremium ist hierzu ohne Rücksicht auf die Zahl der Anwesenden beschlussfähig."
)
"""What the invitation has to say so that the number does not matter this time (E-06)."""


@dataclass(frozen=True)
class Entry:
    """An agenda item as it stands on the page."""

    item: AgendaItem
    number: str
    starts_at: datetime
    minutes: int
    """Minutes with those of the sub-items; 0 when none are planned."""
    papers: tuple[Paper, ...]
    """Papers not withdrawn, and announced unless the agenda is one with drafts."""
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
    def paper_count(self) -> int:
        """Papers of all items, as the tab of papers counts them."""
        return sum(len(entry.papers) for entry in self.flat)

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


def build_agenda(
    meeting: Meeting, items: Sequence[AgendaItem], all_items: Sequence[AgendaItem] | None = None, *,
    with_drafts: bool = False,
) -> Agenda:  # fmt: skip
    """Put loaded ``items`` together; clock times follow ``all_items``, hidden ones included.

    ``with_drafts`` shows papers of a supplement in preparation, too, and the order it is going to bring.
    """
    everything = items if all_items is None else all_items
    moves = planned_moves(change for item in items for change in item.changes) if with_drafts else {}
    standing: Sequence[Timed] = placed(items, moves) if moves else items
    ordered = in_order(standing)
    numbers = numbers_of(ordered)
    slots = slots_of(ordered if moves or everything is items else in_order(everything), meeting.starts_at)
    by_id = {item.id: item for item in items}
    siblings: dict[int | None, list[AgendaItem]] = {}
    for each in ordered:
        siblings.setdefault(each.parent_id if each.parent_id in by_id else None, []).append(by_id[each.id])

    def entries(parent_id: int | None) -> tuple[Entry, ...]:
        found = siblings.get(parent_id, [])
        return tuple(
            Entry(
                item,
                numbers[item.id],
                slots[item.id].starts_at,
                slots[item.id].minutes,
                tuple(p for p in item.papers if p.withdrawn_at is None and (with_drafts or is_announced(p))),
                is_first=n == 0,
                is_last=n == len(found) - 1,
                sub_entries=entries(item.id) if parent_id is None else (),
            )
            for n, item in enumerate(found)
        )

    return Agenda(meeting, entries(None), sum(item.planned_minutes or 0 for item in everything))


def rapporteur_of(item: AgendaItem) -> str | None:
    """Who reports on ``item``: the seat, the person or the guest; None while open."""
    if item.rapporteur_seat is not None:
        return item.rapporteur_seat.label
    if item.rapporteur_person is not None:
        return item.rapporteur_person.name
    if item.rapporteur_guest is not None:
        return f"{item.rapporteur_guest.name} (Gast)"
    return None

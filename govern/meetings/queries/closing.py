"""Read what a meeting still lacks before it can be closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from govern.formats import count
from govern.meetings.models import AgendaItem, Attendance, Meeting, ResolutionOutcome
from govern.meetings.queries.attendances import list_open
from govern.meetings.queries.minutes import item_numbers, what_is_missing
from govern.meetings.votes import count_of, moment_of, voting_base


@dataclass(frozen=True)
class Missing:
    """One thing that must be mended before closing, and where."""

    text: str
    item_id: int | None = None
    """The item it concerns; None: the attendance."""


def missing_for_closing(
    meeting: Meeting, items: Sequence[AgendaItem], attendances: Sequence[Attendance]
) -> list[Missing]:
    """Everything that stands against closing, items first in their order."""
    numbers = item_numbers(items)
    found: list[Missing] = []
    for item in items:
        lack = what_is_missing(item)
        if lack:
            found.append(Missing(f"TOP {numbers[item.id]} {item.title}: {lack}", item.id))
        found += [Missing(f"TOP {numbers[item.id]}: {text}", item.id) for text in _too_many_votes(item, attendances)]
    unrecorded = list_open(attendances)
    if unrecorded:
        found.append(Missing(f"Anwesenheit: {count(len(unrecorded), 'Sitz ist', 'Sitze sind')} noch offen"))
    return found


def _too_many_votes(item: AgendaItem, attendances: Sequence[Attendance]) -> list[str]:
    counted = [c for r in item.resolutions if r.outcome is ResolutionOutcome.COUNTED and (c := count_of(r))]
    if not counted:
        return []
    moment = moment_of(item, item.done_at) if item.done_at else None
    possible = voting_base(attendances, moment).possible
    return [
        f"{c.total} Stimmen gezählt, aber nur {possible} Stimmen im Raum" for c in counted if c.total > possible
    ]

"""Whether a committee is due by its rhythm, from the dates that meetings contribute (A13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from govern.committees.contributions import CommitteeDates, committee_dates
from govern.committees.models import Committee, CommitteeStatus

DUE_BEFORE = timedelta(days=14)
"""How long before the rhythm ends a committee counts as due."""


@dataclass(frozen=True)
class Cadence:
    """Whether a committee is due by its rhythm (A13), with the working-out in words of dates."""

    due_on: date
    last_held: date
    is_overdue: bool


def cadence_of(committee: Committee, dates: CommitteeDates, today: date) -> Cadence | None:
    """Due or overdue by the rhythm, counted from the last meeting; None if not due, planned, or not to be counted."""
    is_working = committee.status in (CommitteeStatus.ACTIVE, CommitteeStatus.BEING_SET_UP) and not committee.is_over
    if committee.cadence_interval is None or not is_working or dates.last_held is None:
        return None
    due_on = dates.last_held + timedelta(days=committee.cadence_interval.days)
    if dates.next_planned is not None and dates.next_planned >= today:
        return None
    ahead = min(DUE_BEFORE, timedelta(days=committee.cadence_interval.days // 2))
    if today < due_on - ahead:
        return None
    return Cadence(due_on, dates.last_held, is_overdue=today > due_on)


def dates_of(committee_ids: Sequence[int]) -> dict[int, CommitteeDates]:
    """Last and next meeting of each committee, as meetings contribute them."""
    found: dict[int, CommitteeDates] = {}
    for contribute in committee_dates:
        found.update(contribute(committee_ids))
    return found

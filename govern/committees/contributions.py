"""What higher packages add to a committee's page: a list that `govern.app` fills, one visible line each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from govern.committees.models import Committee
from govern.people.models import User
from govern.web import Section


@dataclass(frozen=True)
class CommitteeDates:
    """When a committee met last and meets next, as far as meetings are kept here."""

    last_held: date | None = None
    next_planned: date | None = None


committee_dates: list[Callable[[Sequence[int]], dict[int, CommitteeDates]]] = []
"""Last and next meeting of each committee, by id, in a constant number of queries; for „fällig/überfällig" (A13).

Committees without a meeting may be missing from the answer. Dates say nothing of what a meeting is about, so the
lists may show them to everyone who sees the committee.
"""

committee_sections: list[Callable[[User, Committee], Section | None]] = []
"""Sections below the committee's own facts (meetings, documents, work orders), in order; obey the user's rights."""

last_closed_meeting: list[Callable[[Committee | None], date | None]] = []
"""The day of the last closed meeting of a committee, or (None) of any: what it relied on is not rewritten (E-19)."""

"""What higher packages add to a committee's page: a list that `govern.app` fills, one visible line each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from govern.committees.models import Committee
from govern.committees.structure.concepts import KnownConcepts, WantedConcepts
from govern.people.models import Body, User
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


@dataclass(frozen=True)
class CommitteeTab:
    """A further page of a committee, named among its tabs."""

    key: str
    label: str
    endpoint: str
    """Takes the id of the committee."""


committee_tabs: list[CommitteeTab] = []
"""Tabs of higher packages, between the composition and the history; whoever sees the committee may open them."""

last_closed_meeting: list[Callable[[Committee | None], date | None]] = []
"""The day of the last closed meeting of a committee, or (None) of any: what it relied on is not rewritten (E-19)."""


@dataclass(frozen=True)
class KnownResolution:
    """A resolution as committees know it: enough to name it, and where it can be read."""

    id: int
    committee_id: int
    label: str
    """„LG-B-2026-07, 12. März 2026: Ein Arbeitskreis Sprache wird eingerichtet"."""
    resolved_on: date


adopted_resolutions: list[Callable[[User, Sequence[int]], list[KnownResolution]]] = []
"""Adopted resolutions of these committees that the person may read; cancelled ones are left out (A4, B17)."""

resolution_links: list[Callable[[User, int], tuple[str, str] | None]] = []
"""Words and address of one resolution by id, None where the person may not read it."""


@dataclass(frozen=True)
class ConceptStore:
    """Where the concepts of a structure file are kept."""

    read: Callable[[Body, Mapping[int, str], Mapping[int, str]], KnownConcepts]
    """All concepts of a body; takes the keys of organisations and committees by id."""
    take: Callable[[WantedConcepts], None]
    """Brings the rows to what a file says."""


concept_stores: list[ConceptStore] = []
"""At most one: the package that keeps concepts."""

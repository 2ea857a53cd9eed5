"""Read papers. Lists start from what a person may see."""

from __future__ import annotations

from dataclasses import dataclass

from govern.meetings.models import Paper
from govern.meetings.queries.agendas import Agenda, Entry


@dataclass(frozen=True)
class ItemPapers:
    """The papers of one item."""

    entry: Entry
    papers: tuple[Paper, ...]


def papers_of(agenda: Agenda, *, with_withdrawn: bool) -> list[ItemPapers]:
    """Papers of all visible items; withdrawn ones only for the office."""
    found = []
    for entry in agenda.flat:
        papers = tuple(entry.item.papers) if with_withdrawn else entry.papers
        if papers:
            found.append(ItemPapers(entry, papers))
    return found

"""Write the needs analysis of a municipality: each save adds a version with its own date (E12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from govern.actions.models import AnalysisLine, FindingSort, NeedsAnalysis
from govern.actions.queries.needs_analyses import newest_number
from govern.actions.services.gap_reports import Confirmation, demand_harmless
from govern.actions.small_numbers import demand_no_small_numbers
from govern.db import db
from govern.errors import Conflict, DomainError
from govern.formats import today
from govern.people.models import Organisation, User

STALE = "Die Analyse wurde inzwischen fortgeschrieben; die neuere Fassung steht unten. Nichts wurde überschrieben."


@dataclass(frozen=True, kw_only=True)
class Line:
    """One need, offer or missing offer as it was typed."""

    sort: FindingSort
    action_field: str
    text: str
    target_group: str | None = None
    provider: str = ""


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """A whole version as it was typed."""

    as_of: date
    lines: Sequence[Line]
    summary: str = ""
    sources: str = ""

    @property
    def words(self) -> str:
        """Everything that was written freely."""
        return "\n".join(
            [self.summary, self.sources, *(part for line in self.lines for part in (line.text, line.provider))]
        )


def write_analysis(
    municipality: Organisation, wanted: Analysis, *, confirmation: Confirmation, version: int, by: User
) -> NeedsAnalysis:
    """Add a version. Raises Conflict when somebody added one since ``version`` was read."""
    db.session.execute(sa.select(Organisation.id).where(Organisation.id == municipality.id).with_for_update())
    if newest_number(municipality) != version:
        raise Conflict(STALE)
    if wanted.as_of > today():
        raise DomainError("Der Stand liegt in der Zukunft.", field="as_of")
    if not wanted.lines:
        raise DomainError("Bitte nennen Sie mindestens einen Bedarf, ein Angebot oder ein fehlendes Angebot.")
    demand_no_small_numbers(wanted.words, by.body.small_count_threshold, "summary")
    demand_harmless(wanted.words, confirmation, "summary")
    analysis = NeedsAnalysis(
        municipality_id=municipality.id, number=version + 1, as_of=wanted.as_of, function=by.function_label,
        summary=wanted.summary, sources=wanted.sources, created_by_id=by.id,
        lines=[
            AnalysisLine(position=position, sort=line.sort, action_field=line.action_field, text=line.text,
                         target_group=line.target_group, provider=line.provider)
            for position, line in enumerate(wanted.lines, 1)
        ],
    )  # fmt: skip
    db.session.add(analysis)
    db.session.flush()
    return analysis

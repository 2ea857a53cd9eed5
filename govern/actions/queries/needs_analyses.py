"""Read needs analyses: of all municipalities at a glance, and of one with its earlier versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, selectinload

from govern.actions.models import AnalysisLine, FindingSort, NeedsAnalysis
from govern.actions.policies_planning import analyses_viewable_by
from govern.db import db
from govern.people.models import Organisation, User

PAGE_SIZE = 50


@dataclass(frozen=True)
class AnalysisRow:
    """A municipality, its newest analysis if there is one, and how much it names."""

    municipality: Organisation
    analysis: NeedsAnalysis | None
    counts: dict[FindingSort, int]


@dataclass(frozen=True)
class AnalysisPage:
    """One page of municipalities."""

    rows: Sequence[AnalysisRow]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def list_analyses(user: User, number: int) -> AnalysisPage:
    """One page of municipalities with the newest analysis of each; three statements."""
    conditions = (analyses_viewable_by(user), Organisation.ended_on.is_(None))
    total = db.session.scalar(sa.select(sa.func.count(Organisation.id)).where(*conditions)) or 0
    found: Sequence[Any] = db.session.execute(
        sa.select(Organisation, NeedsAnalysis)
        .outerjoin(NeedsAnalysis, NeedsAnalysis.id == _newest())
        .where(*conditions)
        .order_by(Organisation.sort_name, Organisation.id)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    ).all()
    counts = _counts([analysis.id for _, analysis in found if analysis is not None])
    rows = [
        AnalysisRow(m, a, {} if a is None else {sort: counts.get((a.id, sort), 0) for sort in FindingSort})
        for m, a in found
    ]
    return AnalysisPage(rows, total, number)


def load_analysis(municipality: Organisation, number: int | None = None) -> NeedsAnalysis | None:
    """The newest version, or the one of a number, with its lines; two statements."""
    statement = sa.select(NeedsAnalysis).where(NeedsAnalysis.municipality_id == municipality.id)
    if number is not None:
        statement = statement.where(NeedsAnalysis.number == number)
    newest = statement.order_by(NeedsAnalysis.number.desc()).limit(1)
    return db.session.scalars(newest.options(selectinload(NeedsAnalysis.lines))).one_or_none()


def list_versions(municipality: Organisation) -> Sequence[NeedsAnalysis]:
    """All versions without their lines, the newest first."""
    return db.session.scalars(
        sa.select(NeedsAnalysis)
        .where(NeedsAnalysis.municipality_id == municipality.id)
        .order_by(NeedsAnalysis.number.desc())
    ).all()


def find_row(user: User, organisation_id: int) -> AnalysisRow | None:
    """What the page of a municipality says of its analysis; None for other institutions. Two statements at most."""
    row: Any = db.session.execute(
        sa.select(Organisation, NeedsAnalysis)
        .outerjoin(NeedsAnalysis, NeedsAnalysis.id == _newest())
        .where(analyses_viewable_by(user), Organisation.id == organisation_id)
    ).one_or_none()
    if row is None:
        return None
    municipality, analysis = row
    counts = _counts([analysis.id]) if analysis is not None else {}
    return AnalysisRow(municipality, analysis, {sort: amount for (_id, sort), amount in counts.items()})


def newest_number(municipality: Organisation) -> int:
    """What a form that writes a newer version is based on; 0 before the first."""
    return (
        db.session.scalar(
            sa.select(sa.func.max(NeedsAnalysis.number)).where(NeedsAnalysis.municipality_id == municipality.id)
        )
        or 0
    )


def _newest() -> sa.ScalarSelect[int]:
    """The id of the newest analysis of the municipality of a row."""
    other = aliased(NeedsAnalysis)
    return (
        sa.select(other.id)
        .where(other.municipality_id == Organisation.id)
        .order_by(other.number.desc())
        .limit(1)
        .correlate(Organisation)
        .scalar_subquery()
    )


def _counts(ids: Sequence[int]) -> dict[tuple[int, FindingSort], int]:
    if not ids:
        return {}
    rows = db.session.execute(
        sa.select(AnalysisLine.analysis_id, AnalysisLine.sort, sa.func.count(AnalysisLine.id))
        .where(AnalysisLine.analysis_id.in_(ids))
        .group_by(AnalysisLine.analysis_id, AnalysisLine.sort)
    )
    return {(analysis_id, sort): amount for analysis_id, sort, amount in rows}

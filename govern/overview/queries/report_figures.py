"""Figures of gap reports: counted for those who read them, and what was released of them for everybody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import sqlalchemy as sa

from govern.actions.models import TermKind
from govern.actions.periods import Period, Quarter, last_quarters
from govern.actions.queries.vocabularies import Terms
from govern.db import db
from govern.overview.models import FigureRelease, ReportCount
from govern.overview.report_figures import (
    EARLIER,
    NO_PLACE,
    NO_PLACE_LABEL,
    Line,
    ReportFigures,
    from_content,
    published_figures,
    true_figures,
)
from govern.people.models import Body, Organisation

QUARTERS_SHOWN = 8


@dataclass(frozen=True)
class Counted:
    """Lines and true counts of a period, before anybody sees them."""

    fields: Sequence[Line]
    places: Sequence[Line]
    quarters: Sequence[Line]
    counts: dict[tuple[str, str], int]


def count_reports(body: Body, terms: Terms, period: Period | None, day: date) -> Counted:
    """Reports by field, municipality and quarter, without the withdrawn ones; two statements.

    Without a period: all of them by municipality, and the last two years by quarter.
    """
    quarters = period.quarters if period else last_quarters(day, QUARTERS_SHOWN)
    counts: dict[tuple[str, str], int] = {}
    values = {"body_id": body.id, "first": quarters[0].key, "last": quarters[-1].key}
    for row in db.session.execute(_amounts(only_between=period is not None), values):
        place = NO_PLACE if row.place is None else str(row.place)
        for column in (place, row.quarter):
            counts[row.field, column] = counts.get((row.field, column), 0) + row.amount
    return Counted(
        _fields(terms, {field for field, _ in counts}), _places(body, {column for _, column in counts}),
        _quarters(quarters, {column for _, column in counts}), counts,
    )  # fmt: skip


def figures_for_readers(counted: Counted) -> ReportFigures:
    """True figures, for those who read the reports."""
    return true_figures(counted.fields, counted.places, counted.quarters, counted.counts)


def figures_to_publish(body: Body, counted: Counted) -> ReportFigures:
    """What everybody would read of it."""
    return published_figures(
        counted.fields, counted.places, counted.quarters, counted.counts, threshold=body.small_count_threshold,
        is_rounded=body.rounds_counts,
    )  # fmt: skip


def list_releases(body: Body) -> Sequence[FigureRelease]:
    """The half-years that were released, the newest first; one statement."""
    return db.session.scalars(
        sa.select(FigureRelease).where(FigureRelease.body_id == body.id).order_by(FigureRelease.starts_on.desc())
    ).all()


def released_figures(release: FigureRelease) -> ReportFigures:
    """What was released, as it was shown then."""
    return from_content(release.content, threshold=release.threshold, is_rounded=release.is_rounded)


def period_of(release: FigureRelease) -> Period:
    """The half-year of a release."""
    return Period(release.starts_on.year, 1 if release.starts_on.month == 1 else 2)


@cache
def _amounts(*, only_between: bool) -> sa.Select[str, int | None, str, int]:
    """How many reports each field has in each place and quarter: sums of what the database keeps (ADR 0031).

    Without a period what lies before the quarters counts as EARLIER, what lies after them to the last one.
    """
    first, last = (sa.bindparam(name, type_=sa.Text) for name in ("first", "last"))
    quarter = ReportCount.quarter
    shown = sa.case((quarter < first, EARLIER), (quarter > last, last), else_=quarter).label("quarter")
    amount = sa.func.sum(ReportCount.amount).label("amount")
    field, place = ReportCount.action_field.label("field"), ReportCount.municipality_id.label("place")
    found = (
        sa.select(field, place, shown, amount)
        .where(ReportCount.body_id == sa.bindparam("body_id", type_=sa.Integer))
        .group_by(field, place, sa.text("3"))
        .having(amount != 0)
    )
    return found.where(quarter.between(first, last)) if only_between else found


def _fields(terms: Terms, found: set[str]) -> list[Line]:
    offered = terms.offered(TermKind.ACTION_FIELD)
    known = {key for key, _ in offered}
    return [*offered, *((key, terms.action_field(key) or key) for key in sorted(found - known))]


def _places(body: Body, found: set[str]) -> list[Line]:
    rows = db.session.execute(
        sa.select(Organisation.id, Organisation.name, Organisation.ended_on, Organisation.is_municipality)
        .where(Organisation.body_id == body.id)
        .where(sa.or_(Organisation.is_municipality, Organisation.id.in_([int(key) for key in found if key.isdigit()])))
        .order_by(Organisation.sort_name)
    )
    places = [(str(row.id), row.name) for row in rows if row.ended_on is None or str(row.id) in found]
    return [*places, (NO_PLACE, NO_PLACE_LABEL)]


def _quarters(quarters: Sequence[Quarter], found: set[str]) -> list[Line]:
    earlier = [(EARLIER, f"vor dem {quarters[0].label}")] if EARLIER in found else []
    return [*earlier, *((quarter.key, quarter.label) for quarter in quarters)]

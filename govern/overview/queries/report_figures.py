"""Figures of gap reports: counted for those who read them, and what was released of them for everybody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from govern.actions.models import GapReport, ReportState, TermKind
from govern.actions.periods import Period, Quarter, last_quarters, moments_of
from govern.actions.queries.vocabularies import Terms
from govern.db import UtcDateTime, db
from govern.overview.models import FigureRelease
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
_EARLIEST, _LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_SPAN: dict[str, Any] = {"quarter": sa.Text, "begins": UtcDateTime, "ends": UtcDateTime}


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
    spans = _spans(quarters, period)
    named = {f"{name}{n}": value for n, span in enumerate(spans) for name, value in zip(_SPAN, span, strict=True)}
    for row in db.session.execute(_amounts(len(spans)), {"body_id": body.id, **named}):
        if row.amount:
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


def _spans(quarters: Sequence[Quarter], period: Period | None) -> list[tuple[str, datetime, datetime]]:
    """Key, first moment and end of each quarter; without a period what lies before and after belongs to it."""
    begins = [quarter.begins for quarter in quarters]
    ends = [*begins[1:], moments_of(period)[1] if period else _LATEST]
    earlier = [] if period else [(EARLIER, _EARLIEST, begins[0])]
    return [*earlier, *zip((quarter.key for quarter in quarters), begins, ends, strict=True)]


@cache
def _amounts(number: int) -> sa.Select[str, int | None, str, int]:
    """How many reports each field has in each place and in each of so many spans.

    Each amount is one range of the index; sorting the reports by span would take many times as long.
    """
    span = sa.union_all(
        *(
            sa.select(*(sa.bindparam(f"{name}{n}", type_=kind).label(name) for name, kind in _SPAN.items()))
            for n in range(number)
        )
    ).cte("span")
    body_id = sa.bindparam("body_id", type_=sa.Integer)
    pair = (
        sa.select(GapReport.action_field.label("field"), GapReport.municipality_id.label("place"))
        .where(GapReport.body_id == body_id)
        .distinct()
        .cte("pair")
    )
    counted = (
        sa.select(sa.func.count())
        .select_from(GapReport)
        .where(
            GapReport.body_id == body_id, GapReport.action_field == pair.c.field,
            GapReport.reported_at >= span.c.begins, GapReport.reported_at < span.c.ends,
            GapReport.state != ReportState.WITHDRAWN,
        )
        .correlate(pair, span)
    )  # fmt: skip
    nowhere = counted.where(GapReport.municipality_id.is_(None)).scalar_subquery()
    somewhere = counted.where(GapReport.municipality_id == pair.c.place).scalar_subquery()
    amount = sa.case((pair.c.place.is_(None), nowhere), else_=somewhere)
    columns = (pair.c.field, pair.c.place, span.c.quarter, amount.label("amount"))
    return sa.select(*columns).join_from(pair, span, sa.true())


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

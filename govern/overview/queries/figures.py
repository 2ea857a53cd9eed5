"""What the page „Auswertung" shows somebody: only what they may list anyway, or what was released."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from govern.actions.models import OPEN_STATES, WorkOrder, WorkOrderState
from govern.actions.periods import Period
from govern.actions.policies import can_view_all
from govern.actions.policies import viewable_by as orders_viewable_by
from govern.actions.policies_gaps import can_report_gaps, counts_of_reports_are_open_to
from govern.actions.queries.vocabularies import terms_of
from govern.committees.models import Committee, Seat
from govern.db import db, kept
from govern.overview.matter_figures import WAYS_SHOWN, MatterFigures, Ways
from govern.overview.models import FigureRelease, OrderCount
from govern.overview.order_figures import OrderFigures
from govern.overview.queries.matter_figures import matter_figures
from govern.overview.queries.report_figures import (
    count_reports,
    figures_for_readers,
    list_releases,
    period_of,
    released_figures,
)
from govern.overview.queries.ways import ways_of_matters
from govern.overview.report_figures import ReportFigures, shares
from govern.people.models import Organisation, User


@dataclass(frozen=True)
class FigurePage:
    """Everything the page and its workbook say, for one reader and period."""

    period: Period | None
    orders: Sequence[OrderFigures]
    matters: MatterFigures
    releases: Sequence[FigureRelease]
    reports: ReportFigures | None
    """True for those who read the reports; for others what was released of a half-year, if it was."""
    reports_period: Period | None
    ways: Ways | None
    """For those who read the reports."""

    @property
    def trend(self) -> list[tuple[str, str, int | None]]:
        """Reports by quarter: of the period, or, for those who read releases, of all that were released."""
        if self.ways is not None or self.period is not None:
            return self.reports.trend() if self.reports else []
        return [line for release in reversed(self.releases) for line in released_figures(release).trend()]

    @property
    def bars(self) -> list[float | None]:
        """The heights of the bars of the trend."""
        return shares([amount for _key, _words, amount in self.trend])

    @property
    def released(self) -> list[Period]:
        """The half-years that were released, the newest first."""
        return [period_of(release) for release in self.releases]

    @property
    def is_released(self) -> bool:
        return self.period in self.released


def figure_page(user: User, period: Period | None, day: date, *, ways_shown: int | None = WAYS_SHOWN) -> FigurePage:
    """All figures for ``user``; nine statements at most. ``ways_shown``: None for the ways of all matters."""
    releases = list_releases(user.body)
    reports, shown, ways = None, period, None
    if counts_of_reports_are_open_to(user):
        reports = figures_for_readers(count_reports(user.body, terms_of(user.body), period, day))
        ways = ways_of_matters(period, most=ways_shown)
    elif can_report_gaps(user):
        found = next((r for r in releases if period is None or period_of(r) == period), None)
        reports, shown = (released_figures(found), period_of(found)) if found else (None, period)
    else:
        releases = []
    return FigurePage(
        period,
        orders_by_addressee(user, day, period),
        matter_figures(user, day, period),
        releases,
        reports,
        shown,
        ways,
    )


_GIVEN = WorkOrder.state.not_in((WorkOrderState.DRAFT, WorkOrderState.WITHDRAWN))


def orders_by_addressee(user: User, day: date, period: Period | None = None) -> list[OrderFigures]:
    """Work orders ``user`` may see, given in ``period``, by addressee; one statement, the most overdue first."""
    return [OrderFigures(*row) for row in db.session.execute(_by_addressee(user, day, period))]


@kept
def _by_addressee(user: User, day: date, period: Period | None) -> sa.Select[*tuple[Any, ...]]:
    # Names are looked up for the addressees, not for every order.
    counted = (_kept_counts(day, period) if can_view_all(user) else _counted(user, day, period)).subquery("counted").c
    organisation, committee, seat, *amounts = counted
    names = sa.case((committee.is_not(None), Committee.name), else_=Seat.function)
    label = sa.func.coalesce(Organisation.name, names).label("addressee")
    return (
        sa.select(label, organisation, committee, seat, *amounts)
        .outerjoin(Organisation, Organisation.id == organisation)
        .outerjoin(Committee, Committee.id == committee)
        .outerjoin(Seat, Seat.id == seat)
        .order_by(counted.overdue.desc(), label, seat)
    )


_ADDRESSEE = (WorkOrder.addressee_organisation_id, WorkOrder.addressee_committee_id, WorkOrder.addressee_seat_id)
_KEPT_ADDRESSEE = (OrderCount.organisation_id, OrderCount.committee_id, OrderCount.seat_id)
_AMOUNTS = ("given", "open", "overdue", "on_time", "late")


def _kept_counts(day: date, period: Period | None) -> sa.Select[*tuple[Any, ...]]:
    """The same for those who see every order: sums of what the database keeps (ADR 0031), with what is overdue now."""
    none = sa.literal(0, sa.Integer)
    amounts = (OrderCount.given, OrderCount.open, none, OrderCount.on_time, OrderCount.late)
    kept_rows: sa.Select[*tuple[Any, ...]] = sa.select(
        *_KEPT_ADDRESSEE, *(a.label(name) for a, name in zip(amounts, _AMOUNTS, strict=True))
    )
    if period:
        kept_rows = kept_rows.where(OrderCount.half_year.in_([half.code for half in period.half_years]))
    overdue = (
        sa.select(*_ADDRESSEE, none, none, sa.func.count(WorkOrder.id), none, none)
        .where(WorkOrder.state.in_(OPEN_STATES), WorkOrder.due_on < day, *_within(WorkOrder.issued_on, period))
        .group_by(*_ADDRESSEE)
    )
    *addressee, given, open_ones, late_ones, on_time, late = sa.union_all(kept_rows, overdue).subquery("rows").c
    sums = (sa.func.sum(amount) for amount in (given, open_ones, late_ones, on_time, late))
    return (
        sa.select(*addressee, *(amount.label(name) for amount, name in zip(sums, _AMOUNTS, strict=True)))
        .group_by(*addressee)
        .having(sa.func.sum(given) > 0)
    )


def _counted(user: User, day: date, period: Period | None) -> sa.Select[*tuple[Any, ...]]:
    is_open = WorkOrder.state.in_(OPEN_STATES)
    is_done = WorkOrder.done_on.is_not(None)
    amounts = (
        sa.func.count(WorkOrder.id), _sum(is_open), _sum(sa.and_(is_open, WorkOrder.due_on < day)),
        _sum(sa.and_(is_done, WorkOrder.done_on <= WorkOrder.due_on)),
        _sum(sa.and_(is_done, WorkOrder.done_on > WorkOrder.due_on)),
    )  # fmt: skip
    return (
        sa.select(*_ADDRESSEE, *(amount.label(name) for name, amount in zip(_AMOUNTS, amounts, strict=True)))
        .where(orders_viewable_by(user), _GIVEN, *_within(WorkOrder.issued_on, period))
        .group_by(*_ADDRESSEE)
    )


def _within(column: Any, period: Period | None) -> list[sa.ColumnElement[bool]]:
    return [column.between(period.starts_on, period.ends_on)] if period else []


def _sum(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0))

"""Figures of matters: how many come and go, how long they take, and the way from a report to its effect in days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from statistics import median

import sqlalchemy as sa

from govern.actions.models import (
    Evaluation,
    EvaluationResult,
    GapReport,
    Matter,
    MatterState,
    MatterTopic,
    OrderEvent,
    OrderEventKind,
    WorkOrder,
)
from govern.actions.periods import Period, Quarter, last_quarters
from govern.actions.policies_gaps import matters_viewable_by
from govern.actions.queries.chains import edges_of_items
from govern.actions.queries.matters import Age
from govern.db import db, kept
from govern.formats import local_day
from govern.meetings.models import AgendaItem, Resolution
from govern.overview.matter_figures import MatterFigures, QuarterOfMatters, Way, Ways
from govern.people.models import User

QUARTERS_SHOWN = 8


def matter_figures(user: User, day: date, period: Period | None = None) -> MatterFigures:
    """Matters ``user`` may see by quarter and age; two statements."""
    quarters = period.quarters if period else last_quarters(day, QUARTERS_SHOWN)
    created, closed = {quarter.key: 0 for quarter in quarters}, {quarter.key: 0 for quarter in quarters}
    ages, total = {age.value: 0 for age in Age}, 0
    for row in db.session.execute(_by_quarter_and_age(user, quarters, day)):
        total += row.amount
        for counts, key in ((created, row.began), (closed, row.ended), (ages, row.age)):
            if key is not None:
                counts[key] += row.amount
    return MatterFigures(
        total, sum(ages.values()), [QuarterOfMatters(q, created[q.key], closed[q.key]) for q in quarters],
        [(age, ages[age.value]) for age in Age], _days_to_close(user, quarters),
    )  # fmt: skip


def _visible(user: User) -> sa.ColumnElement[bool]:
    return sa.and_(matters_viewable_by(user), Matter.state != MatterState.MERGED)


@kept
def _by_quarter_and_age(
    user: User, quarters: tuple[Quarter, ...], day: date
) -> sa.Select[str | None, str | None, str | None, int]:
    began, ended = _quarter_of_creation(quarters).label("began"), _quarter_of_closing(quarters).label("ended")
    age = sa.case(
        *((sa.and_(*age.condition(day)), age.value) for age in reversed(Age) if age is not Age.NEW), else_=Age.NEW.value
    )
    is_open = sa.case((Matter.state == MatterState.OPEN, age)).label("age")
    return (
        sa.select(began, ended, is_open, sa.func.count().label("amount"))
        .where(_visible(user))
        .group_by(sa.text("began"), sa.text("ended"), sa.text("age"))
    )


def _quarter_of_creation(quarters: Sequence[Quarter]) -> sa.ColumnElement[str]:
    whens = [(Matter.created_at >= quarter.begins, sa.literal(quarter.key)) for quarter in reversed(quarters)]
    return sa.case((Matter.created_at >= quarters[-1].next.begins, sa.null()), *whens)


def _quarter_of_closing(quarters: Sequence[Quarter]) -> sa.ColumnElement[str]:
    return sa.case(*((Matter.closed_on.between(q.starts_on, q.ends_on), sa.literal(q.key)) for q in quarters))


def _days_to_close(user: User, quarters: Sequence[Quarter]) -> float | None:
    closed = Matter.closed_on.between(quarters[0].starts_on, quarters[-1].ends_on)
    rows = db.session.execute(sa.select(Matter.created_at, Matter.closed_on).where(_visible(user), closed))
    lasted = [(closed_on - local_day(created_at)).days for created_at, closed_on in rows if closed_on]
    return median(lasted) if lasted else None


def ways_of_matters(period: Period | None = None) -> Ways:
    """From the first report of each matter to its resolution and its checked effect; for those who read reports.

    The effect is checked by the first result of an evaluation, or at the first order whose effect was checked.
    With a period: the matters whose first report came in it. One statement.
    """
    # Left out and put in order here: the database would look for the first report of each matter three times.
    rows = sorted(
        (row for row in db.session.execute(_ways()) if row.first), key=lambda r: (r.first, r.id), reverse=True
    )
    ways = [_way(*row) for row in rows]
    return Ways([w for w in ways if period is None or period.starts_on <= w.first_on <= period.ends_on])


@cache
def _ways() -> sa.Select[int, str, str, datetime, datetime, date | None, datetime | None, date | None]:
    items = items_of_matters()
    first = sa.select(sa.func.min(GapReport.reported_at)).where(GapReport.matter_id == Matter.id).scalar_subquery()
    decided = (
        sa.select(items.c.matter_id, sa.func.min(Resolution.resolved_on).label("decided"))
        .join(Resolution, Resolution.item_id == items.c.item_id)
        .where(Resolution.is_adopted, Resolution.cancelled_at.is_(None))
        .group_by(items.c.matter_id)
        .subquery()
    )
    through_items = sa.select(items.c.matter_id, WorkOrder.id.label("order_id")).join(
        WorkOrder, WorkOrder.item_id == items.c.item_id
    )
    directly = sa.select(WorkOrder.matter_id, WorkOrder.id).where(WorkOrder.matter_id.is_not(None))
    orders = through_items.union(directly).subquery()
    checked = (
        sa.select(orders.c.matter_id, sa.func.min(OrderEvent.noted_at).label("checked"))
        .join(OrderEvent, OrderEvent.work_order_id == orders.c.order_id)
        .where(OrderEvent.kind == OrderEventKind.EFFECT_CHECKED)
        .group_by(orders.c.matter_id)
        .subquery()
    )
    evaluated = (
        sa.select(Evaluation.matter_id, sa.func.min(EvaluationResult.decided_on).label("evaluated"))
        .join(EvaluationResult, EvaluationResult.evaluation_id == Evaluation.id)
        .group_by(Evaluation.matter_id)
        .subquery()
    )
    return (
        sa.select(
            Matter.id, Matter.number, Matter.title, Matter.created_at, first.label("first"), decided.c.decided,
            checked.c.checked, evaluated.c.evaluated,
        )
        .outerjoin(decided, decided.c.matter_id == Matter.id)
        .outerjoin(checked, checked.c.matter_id == Matter.id)
        .outerjoin(evaluated, evaluated.c.matter_id == Matter.id)
    )  # fmt: skip


def items_of_matters() -> sa.CTE:
    """Pairs of matter and agenda item: the items of its topics, and those that carry them on (see chains)."""
    edges = edges_of_items()
    start = sa.select(MatterTopic.matter_id, AgendaItem.id.label("item_id")).join(
        AgendaItem, AgendaItem.topic_id == MatterTopic.topic_id
    )
    walk = start.cte("matter_items", recursive=True)
    return walk.union(sa.select(walk.c.matter_id, edges.c.target).join(edges, edges.c.source == walk.c.item_id))


def _way(
    matter_id: int, number: str, title: str, created: datetime, first: datetime, decided_on: date | None,
    checked: datetime | None, evaluated_on: date | None,
) -> Way:  # fmt: skip
    first_on = local_day(first)
    checked_on = local_day(checked) if checked else None
    effect_on = min(checked_on, evaluated_on) if checked_on and evaluated_on else checked_on or evaluated_on
    return Way(
        matter_id, number, title, first_on, _days(first_on, local_day(created)),
        _days(first_on, decided_on) if decided_on else None, _days(first_on, effect_on) if effect_on else None,
    )  # fmt: skip


def _days(first: date, last: date) -> int:
    return max(0, (last - first).days)

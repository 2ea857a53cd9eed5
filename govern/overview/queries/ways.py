"""The way of each matter from its first report to its resolution and its checked effect, kept and worked out anew.

What was kept (`matter_way`) holds for every matter but those above a change that was noted since: these are worked out
whenever somebody asks, until a job keeps them, too. So the figures are always true, and cost what has changed.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from govern.actions.models import (
    Evaluation,
    EvaluationResult,
    GapReport,
    Matter,
    MatterTopic,
    OrderEvent,
    OrderEventKind,
    WorkOrder,
)
from govern.actions.periods import Period, moments_of
from govern.actions.queries.chains import edges_of_items
from govern.db import UtcDateTime, db, number_of_rows
from govern.formats import local_day
from govern.meetings.models import AgendaItem, Resolution, Topic
from govern.overview.matter_figures import DAYS, WAYS_SHOWN, Way, Ways
from govern.overview.models import MatterWay, MatterWayChange


class WorkedOut(NamedTuple):
    """The way of a matter as its chain says it now; ``first_at`` is None where it has no reports any more."""

    matter_id: int
    number: str
    title: str
    first_at: datetime | None
    days: tuple[int, int | None, int | None]
    """As in DAYS."""


def ways_of_matters(period: Period | None = None, *, most: int | None = WAYS_SHOWN) -> Ways:
    """From the first report of each matter to what came of it, for those who read reports; two statements.

    With a period: the matters whose first report came in it. ``most``: so many of them one by one, the newest.
    """
    changed = [WorkedOut(*row[:4], _days(*row[3:])) for row in db.session.execute(_ways_anew(only_changed=True))]
    begins, ends = moments_of(period) if period else (None, None)
    values = {"changed": [way.matter_id for way in changed], "begins": begins, "ends": ends, "most": most}
    statement = _kept_ways(has_period=period is not None, is_whole=most is None)
    rows: list[tuple[datetime, Way]] = []
    counts: dict[str, dict[int, int]] = {name: {} for name in DAYS}
    given = {name: value for name, value in values.items() if value is not None}
    for what, number_of, number, title, first_at, *days in db.session.execute(statement, given):
        if what == _ROW:
            rows.append((first_at, Way(number_of, number, title, local_day(first_at), *days)))
        else:
            counts[what][days[0]] = number_of
    for way in changed:
        if way.first_at and (begins is None or ends is None or begins <= way.first_at < ends):
            rows.append((way.first_at, Way(*way[:3], local_day(way.first_at), *way.days)))
            for name, reached in zip(DAYS, way.days, strict=True):
                if reached is not None:
                    counts[name][reached] = counts[name].get(reached, 0) + 1
    rows.sort(key=lambda row: (row[0], row[1].matter_id), reverse=True)
    return Ways([way for _first, way in rows[:most]], counts)


def ways_anew() -> list[WorkedOut]:
    """The way of every matter with reports, worked out from its chain; takes as long as there are matters."""
    rows = db.session.execute(_ways_anew(only_changed=False))
    return [WorkedOut(*row[:4], _days(*row[3:])) for row in rows if row.first_at]


def changed_ways() -> list[WorkedOut]:
    """The same for the matters above a noted change, also those that lost their reports."""
    return [WorkedOut(*row[:4], _days(*row[3:])) for row in db.session.execute(_ways_anew(only_changed=True))]


_ROW = "row"
"""Marks a matter among the amounts."""


@cache
def _kept_ways(*, has_period: bool, is_whole: bool) -> sa.CompoundSelect[Any]:
    """The newest ways one by one, and how often each number of days occurs, of the matters that did not change."""
    which: list[sa.ColumnElement[bool]] = [
        MatterWay.matter_id.not_in(sa.bindparam("changed", expanding=True, type_=sa.Integer))
    ]
    if has_period:
        begins, ends = (sa.bindparam(name, type_=UtcDateTime) for name in ("begins", "ends"))
        which += [MatterWay.first_at >= begins, MatterWay.first_at < ends]
    newest = (
        sa.select(
            sa.literal(_ROW, sa.Text).label("what"), MatterWay.matter_id.label("number_of"), Matter.number,
            Matter.title, MatterWay.first_at, *(getattr(MatterWay, name) for name in DAYS),
        )
        .join(Matter, Matter.id == MatterWay.matter_id)
        .where(*which)
        .order_by(MatterWay.first_at.desc(), MatterWay.matter_id.desc())
    )  # fmt: skip
    if not is_whole:
        newest = newest.limit(number_of_rows("most"))
    return sa.union_all(sa.select(newest.subquery("newest")), *(_amounts(name, which) for name in DAYS))


def _amounts(name: str, which: list[sa.ColumnElement[bool]]) -> sa.Select[Any]:
    days = getattr(MatterWay, name)
    text, number, moment = sa.cast(sa.null(), sa.Text), sa.cast(sa.null(), sa.Integer), sa.cast(sa.null(), UtcDateTime)
    return (
        sa.select(sa.literal(name, sa.Text), sa.func.count(), text, text, moment, days, number, number)
        .where(*which, days.is_not(None))
        .group_by(days)
    )


@cache
def _ways_anew(
    *, only_changed: bool
) -> sa.Select[int, str, str, datetime, datetime, date | None, datetime | None, date | None]:
    """First report, resolution and check of each matter.

    The effect is checked by the first result of an evaluation, or at the first order whose effect was checked.
    """
    wanted = sa.select(_changed_matters().c.id) if only_changed else sa.select(Matter.id)
    items = _items_of_matters(wanted)
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
    directly = sa.select(WorkOrder.matter_id, WorkOrder.id).where(WorkOrder.matter_id.in_(wanted))
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
        .where(Evaluation.matter_id.in_(wanted))
        .group_by(Evaluation.matter_id)
        .subquery()
    )
    return (
        sa.select(
            Matter.id, Matter.number, Matter.title, first.label("first_at"), Matter.created_at, decided.c.decided,
            checked.c.checked, evaluated.c.evaluated,
        )
        .outerjoin(decided, decided.c.matter_id == Matter.id)
        .outerjoin(checked, checked.c.matter_id == Matter.id)
        .outerjoin(evaluated, evaluated.c.matter_id == Matter.id)
        .where(Matter.id.in_(wanted))
    )  # fmt: skip


def _changed_matters() -> sa.CTE:
    """The matters above each noted change: named there, or found upwards from its topic or item."""
    change, edges = MatterWayChange, edges_of_items()
    items = sa.select(change.item_id.label("id")).where(change.item_id.is_not(None))
    before_topics = (
        sa.select(Topic.from_item_id)
        .join(change, change.topic_id == Topic.id)
        .where(Topic.from_item_id.is_not(None))
    )  # fmt: skip
    start: sa.Select[int | None] = sa.select(items.union(before_topics).subquery("changed_items").c.id)
    above = start.cte("items_above_change", recursive=True)
    above = above.union(sa.select(edges.c.source).join(above, above.c.id == edges.c.target))
    return sa.union(
        sa.select(change.matter_id.label("id")).where(change.matter_id.is_not(None)),
        sa.select(MatterTopic.matter_id).join(change, change.topic_id == MatterTopic.topic_id),
        sa.select(MatterTopic.matter_id)
        .join(AgendaItem, AgendaItem.topic_id == MatterTopic.topic_id)
        .join(above, above.c.id == AgendaItem.id),
    ).cte("changed_matters")


def _items_of_matters(wanted: sa.Select[int]) -> sa.CTE:
    """Pairs of matter and agenda item: the items of its topics, and those that carry them on (see chains)."""
    edges = edges_of_items()
    start = (
        sa.select(MatterTopic.matter_id, AgendaItem.id.label("item_id"))
        .join(AgendaItem, AgendaItem.topic_id == MatterTopic.topic_id)
        .where(MatterTopic.matter_id.in_(wanted))
    )
    walk = start.cte("matter_items", recursive=True)
    return walk.union(sa.select(walk.c.matter_id, edges.c.target).join(edges, edges.c.source == walk.c.item_id))


def _days(
    first: datetime | None, created: datetime, decided_on: date | None, checked: datetime | None,
    evaluated_on: date | None,
) -> tuple[int, int | None, int | None]:  # fmt: skip
    first_on = local_day(first or created)
    checked_on = local_day(checked) if checked else None
    effect_on = min(checked_on, evaluated_on) if checked_on and evaluated_on else checked_on or evaluated_on
    return (
        _between(first_on, local_day(created)),
        _between(first_on, decided_on) if decided_on else None,
        _between(first_on, effect_on) if effect_on else None,
    )


def _between(first: date, last: date) -> int:
    return max(0, (last - first).days)

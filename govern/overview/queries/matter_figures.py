"""Figures of matters: how many come and go, and how long they take."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from statistics import median

import sqlalchemy as sa

from govern.actions.models import Matter, MatterState
from govern.actions.periods import Period, Quarter, last_quarters
from govern.actions.policies_gaps import matters_viewable_by
from govern.actions.queries.matters import Age
from govern.db import db, kept
from govern.formats import local_day
from govern.overview.matter_figures import MatterFigures, QuarterOfMatters
from govern.people.models import User

QUARTERS_SHOWN = 8


def matter_figures(user: User, day: date, period: Period | None = None) -> MatterFigures:
    """Matters ``user`` may see by quarter and age; two statements."""
    quarters = period.quarters if period else last_quarters(day, QUARTERS_SHOWN)
    found = {(row.what, row.of): row.amount for row in db.session.execute(_amounts(user, quarters, day))}
    ages = [(age, found["open", age.value]) for age in Age]
    return MatterFigures(
        found["all", ""], sum(amount for _age, amount in ages),
        [QuarterOfMatters(q, found["created", q.key], found["closed", q.key]) for q in quarters], ages,
        _days_to_close(user, quarters),
    )  # fmt: skip


def _visible(user: User) -> sa.ColumnElement[bool]:
    return sa.and_(matters_viewable_by(user), Matter.state != MatterState.MERGED)


@kept
def _amounts(user: User, quarters: tuple[Quarter, ...], day: date) -> sa.CompoundSelect[str, str, int]:
    """Each amount is one range of an index; sorting the matters by quarter and age would take many times as long."""
    created, is_open = Matter.created_at, Matter.state == MatterState.OPEN
    which: dict[tuple[str, str], list[sa.ColumnElement[bool]]] = {("all", ""): []}
    for quarter in quarters:
        which["created", quarter.key] = [created >= quarter.begins, created < quarter.next.begins]
        which["closed", quarter.key] = [Matter.closed_on.between(quarter.starts_on, quarter.ends_on)]
    for age in Age:
        which["open", age.value] = [is_open, *age.condition(day)]
    return sa.union_all(
        *(
            sa.select(
                sa.literal(what, sa.Text).label("what"), sa.literal(of, sa.Text).label("of"),
                sa.func.count().label("amount"),
            )
            .select_from(Matter)
            .where(_visible(user), *conditions)
            for (what, of), conditions in which.items()
        )
    )  # fmt: skip


def _days_to_close(user: User, quarters: Sequence[Quarter]) -> float | None:
    closed = Matter.closed_on.between(quarters[0].starts_on, quarters[-1].ends_on)
    rows = db.session.execute(sa.select(Matter.created_at, Matter.closed_on).where(_visible(user), closed))
    lasted = [(closed_on - local_day(created_at)).days for created_at, closed_on in rows if closed_on]
    return median(lasted) if lasted else None

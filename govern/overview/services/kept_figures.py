"""Figures kept beside what they count: put together each morning, counted anew on demand (ADR 0031)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from govern.actions.models import OPEN_STATES, GapReport, ReportState, WorkOrder, WorkOrderState
from govern.actions.periods import Quarter, half_year_of
from govern.db import db
from govern.formats import local_day
from govern.overview.models import MatterWay, MatterWayChange, OrderCount, ReportCount
from govern.overview.queries.ways import WorkedOut, changed_ways, ways_anew

BATCH = 5_000
"""So many rows go into one statement at most."""
Key = tuple[Any, ...]
Amounts = tuple[int, ...]

_REPORTS = (("body_id", "action_field", "municipality_id", "quarter"), ("amount",))
_ORDERS = (("organisation_id", "committee_id", "seat_id", "half_year"), ("given", "open", "on_time", "late"))


@dataclass(frozen=True)
class Recounted:
    """How many of the kept figures were others than those counted from scratch; 0 where all is well."""

    reports: int
    orders: int
    ways: int


def keep_figures(_day: date) -> None:
    """Keep the ways of matters that changed, and one row for all that was counted alike. Nothing is committed."""
    keep_ways()
    fold_counts()


def keep_ways() -> None:
    """Work out the ways of the matters above noted changes and keep them."""
    # Locked first: of two that do this at once, the second waits, and then works out what the first has not seen.
    noted = db.session.scalars(sa.select(MatterWayChange.id).with_for_update()).all()
    if not noted:
        return
    ways = changed_ways()
    _delete(MatterWay.matter_id, [way.matter_id for way in ways])
    _insert(MatterWay, [_row_of(way) for way in ways if way.first_at])
    _delete(MatterWayChange.id, noted)


def fold_counts() -> None:
    """Put rows that were counted alike into one."""
    for model, (key, amounts) in ((ReportCount, _REPORTS), (OrderCount, _ORDERS)):
        columns = [getattr(model, name) for name in (*key, *amounts)]
        gone = sa.delete(model).returning(*columns).execution_options(synchronize_session=False)
        rows: Sequence[Sequence[Any]] = db.session.execute(gone).all()
        _insert(model, _as_rows(_summed(rows, len(key)), key, amounts))


def compare() -> Recounted:
    """Count everything from scratch and say how much of what is kept differs from it."""
    db.session.flush()
    reports = len(_kept(ReportCount, *_REPORTS).items() ^ _count_reports().items())
    orders = len(_kept(OrderCount, *_ORDERS).items() ^ _count_orders().items())
    changed = {way.matter_id for way in changed_ways()}
    names = list(MatterWay.__table__.columns.keys())
    kept = {tuple(row) for row in db.session.execute(sa.select(*(getattr(MatterWay, name) for name in names)))}
    true = {tuple(_row_of(way)[name] for name in names) for way in ways_anew()}
    return Recounted(reports, orders, len({row[0] for row in kept ^ true} - changed))


def recount() -> Recounted:
    """The same, and put what was counted from scratch in its place. Nothing is committed.

    Until then nobody changes reports or orders, so that nothing is counted twice or not at all.
    """
    db.session.flush()
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(sa.text("LOCK TABLE gap_report, work_order, matter_way_change IN SHARE ROW EXCLUSIVE MODE"))
    differed = compare()
    for model, (key, amounts), true in (
        (ReportCount, _REPORTS, _count_reports()), (OrderCount, _ORDERS, _count_orders()),
    ):  # fmt: skip
        db.session.execute(sa.delete(model))
        _insert(model, _as_rows(true, key, amounts))
    db.session.execute(sa.delete(MatterWay))
    _insert(MatterWay, [_row_of(way) for way in ways_anew()])
    db.session.execute(sa.delete(MatterWayChange))
    return differed


def _kept(model: type[Any], key: Sequence[str], amounts: Sequence[str]) -> dict[Key, Amounts]:
    rows = db.session.execute(sa.select(*(getattr(model, name) for name in (*key, *amounts)))).all()
    return _summed(rows, len(key))


def _count_reports() -> dict[Key, Amounts]:
    report = GapReport
    rows = db.session.execute(
        sa.select(report.body_id, report.action_field, report.municipality_id, report.reported_at).where(
            report.state != ReportState.WITHDRAWN
        )
    )
    counts = Counter((body, field, place, Quarter.of(local_day(moment)).key) for body, field, place, moment in rows)
    return {key: (amount,) for key, amount in counts.items()}


def _count_orders() -> dict[Key, Amounts]:
    order = WorkOrder
    columns = (
        order.addressee_organisation_id, order.addressee_committee_id, order.addressee_seat_id, order.issued_on,
        order.state, order.due_on, order.done_on,
    )  # fmt: skip
    given = order.state.not_in((WorkOrderState.DRAFT, WorkOrderState.WITHDRAWN))
    lines = []
    rows: Sequence[Sequence[Any]] = db.session.execute(sa.select(*columns).where(given)).all()
    for *addressee, issued_on, state, due_on, done_on in rows:
        has_both = due_on is not None and done_on is not None
        amounts = (1, state in OPEN_STATES, has_both and done_on <= due_on, has_both and done_on > due_on)
        half_year = half_year_of(issued_on).code if issued_on else None
        lines.append((*addressee, half_year, *(int(amount) for amount in amounts)))
    return _summed(lines, len(_ORDERS[0]))


def _summed(rows: Sequence[Sequence[Any]], length: int) -> dict[Key, Amounts]:
    """Amounts by key, the first ``length`` values of each row; what comes to nothing is left out."""
    found: dict[Key, Amounts] = {}
    for row in rows:
        key, amounts = tuple(row[:length]), tuple(row[length:])
        found[key] = tuple(map(sum, zip(found[key], amounts, strict=True))) if key in found else amounts
    return {key: amounts for key, amounts in found.items() if any(amounts)}


def _as_rows(counts: Mapping[Key, Amounts], key: Sequence[str], amounts: Sequence[str]) -> list[dict[str, Any]]:
    return [dict(zip((*key, *amounts), (*of, *values), strict=True)) for of, values in counts.items()]


def _row_of(way: WorkedOut) -> dict[str, Any]:
    to_matter, to_resolution, to_effect = way.days
    return {"matter_id": way.matter_id, "first_at": way.first_at, "days_to_matter": to_matter,
            "days_to_resolution": to_resolution, "days_to_effect": to_effect}  # fmt: skip


def _insert(model: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    for part in _parts(rows):
        db.session.execute(sa.insert(model.__table__), part)


def _delete(column: sa.orm.InstrumentedAttribute[int], values: Sequence[int]) -> None:
    for part in _parts(values):
        db.session.execute(sa.delete(column.class_.__table__).where(column.in_(part)))


def _parts(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (values[start : start + BATCH] for start in range(0, len(values), BATCH))

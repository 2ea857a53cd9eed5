"""What the page „Auswertung" keeps beside what it counts is always what counting from scratch finds (ADR 0031)."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from govern.actions.models import (
    OPEN_STATES,
    QUESTIONS,
    Effect,
    EvaluationResult,
    GapReport,
    Matter,
    MatterTopic,
    OrderEvent,
    OrderEventKind,
    ReportState,
    Verdict,
    WorkOrder,
    WorkOrderState,
)
from govern.actions.periods import Period, Quarter, half_year_of
from govern.db import db
from govern.formats import at, local_day
from govern.meetings.models import AgendaItem, Resolution, Topic
from govern.overview.matter_figures import DAYS, Ways, middle
from govern.overview.models import MatterWay, MatterWayChange, OrderCount, ReportCount
from govern.overview.queries.figures import orders_by_addressee
from govern.overview.queries.ways import ways_anew, ways_of_matters
from govern.overview.services.kept_figures import Recounted, compare, fold_counts, keep_figures, recount
from govern.people.models import Organisation, User
from tests.factories import (
    make,
    make_body,
    make_committee,
    make_coordinator,
    make_evaluation,
    make_gap_report,
    make_item,
    make_matter,
    make_meeting,
    make_municipality,
    make_resolution,
    make_seat,
    make_topic,
    make_user,
    make_work_order,
)

DAY = date(2026, 5, 20)
"""From which the figures are looked at."""
NOTHING = Recounted(0, 0, 0)
DONE = (WorkOrderState.REPORTED_DONE, WorkOrderState.ACKNOWLEDGED, WorkOrderState.EFFECT_CHECKED)


class Office:
    """A small office whose rows are changed at random, past the session as often as not."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.coordinator, self.author = make_coordinator(), make_user()
        self.towns = [make_municipality() for _ in range(2)]
        committee = make_committee()
        self.addressees = [
            *({"addressee_organisation_id": town.id} for town in self.towns),
            {"addressee_committee_id": committee.id}, {"addressee_seat_id": make_seat(committee).id},
        ]  # fmt: skip
        meeting = make_meeting(committee)
        self.committee_id = committee.id
        self.matters = [make_matter(created_at=self.moment()).id for _ in range(4)]
        self.items = [make_item(meeting).id for _ in range(6)]
        self.topics = [make_topic(committee).id for _ in range(4)]
        self.evaluations = [make_evaluation(db.session.get_one(Matter, matter)).id for matter in self.matters[:2]]
        for topic in self.topics:
            self.link(topic)
        for _ in range(6):
            self.report(), self.order(), self.carry_on(), self.resolve(), self.check()

    def moment(self) -> datetime:
        """Some moment, often close to the turn of a quarter or a half-year."""
        turn = at(date(2024, 1, 1), time()) + timedelta(days=self.chance.randrange(900))
        if self.chance.random() < 0.6:
            turn = at(self.chance.choice([Quarter(2024, 4), Quarter(2025, 2), Quarter(2026, 1)]).next.starts_on, time())
        return turn + timedelta(minutes=self.chance.randrange(-150, 150))

    def day(self) -> date | None:
        return self.chance.choice([None, local_day(self.moment()), local_day(self.moment())])

    def change(self, model: type[Any], **values: Any) -> None:
        """Change any row of ``model``, by the session or past it."""
        ids = db.session.scalars(sa.select(model.id).order_by(model.id)).all()
        if not ids:
            return
        identity = self.chance.choice(ids)
        if self.chance.random() < 0.5:
            db.session.execute(sa.update(model).where(model.id == identity).values(values))
            return
        row = db.session.get_one(model, identity, populate_existing=True)
        for name, value in values.items():
            setattr(row, name, value)
        db.session.flush()

    def drop(self, model: type[Any]) -> None:
        ids = db.session.scalars(sa.select(model.id)).all()
        if len(ids) > 3:
            db.session.execute(sa.delete(model).where(model.id == self.chance.choice(ids)))

    def report(self) -> None:
        town = self.chance.choice([None, *self.towns])
        matter = self.chance.choice([None, *self.matters])
        field = self.chance.choice(["education", "housing"])
        found = None if matter is None else db.session.get_one(Matter, matter)
        make_gap_report(self.author, municipality=town, action_field=field, reported_at=self.moment(), matter=found)

    def move_report(self) -> None:
        matter = self.chance.choice([None, *self.matters])
        leaves = self.chance.choice([ReportState.RECEIVED, ReportState.WITHDRAWN, ReportState.DECLINED])
        self.change(GapReport, state=ReportState.ASSIGNED if matter else leaves, matter_id=matter)

    def classify_report(self) -> None:
        town = self.chance.choice([None, *self.towns])
        self.change(GapReport, municipality_id=town.id if town else None, reported_at=self.moment(),
                    action_field=self.chance.choice(["education", "housing"]))  # fmt: skip

    def order(self) -> None:
        values = {**self.chance.choice(self.addressees), "matter_id": self.chance.choice([None, *self.matters]),
                  "item_id": self.chance.choice([None, *self.items]), "due_on": self.day(),
                  "issued_on": self.day()}  # fmt: skip
        make(WorkOrder(body_id=make_body().id, committee_id=self.committee_id, task="x", **values))

    def move_order(self) -> None:
        state = self.chance.choice(list(WorkOrderState))
        number = None if state is WorkOrderState.DRAFT else f"A-{self.chance.randrange(10**9)}"
        done_on = local_day(self.moment()) if state in DONE else None
        self.change(WorkOrder, state=state, number=number, done_on=done_on, effect=Effect.PARTLY,
                    withdrawal_reason="x", asked_due_on=None)  # fmt: skip

    def date_order(self) -> None:
        self.change(WorkOrder, due_on=self.day(), issued_on=self.day())

    def address_order(self) -> None:
        names = ("addressee_organisation_id", "addressee_committee_id", "addressee_seat_id")
        self.change(WorkOrder, **{**dict.fromkeys(names), **self.chance.choice(self.addressees)})

    def link_order(self) -> None:
        self.change(WorkOrder, matter_id=self.chance.choice([None, *self.matters]),
                    item_id=self.chance.choice([None, *self.items]))  # fmt: skip

    def link(self, topic: int | None = None) -> None:
        pair = {"matter_id": self.chance.choice(self.matters), "topic_id": topic or self.chance.choice(self.topics)}
        if db.session.scalar(sa.select(MatterTopic.id).filter_by(**pair)) is None:
            db.session.execute(sa.insert(MatterTopic).values(pair))

    def unlink(self) -> None:
        self.drop(MatterTopic)

    def carry_on(self) -> None:
        self.change(AgendaItem, topic_id=self.chance.choice([None, *self.topics]),
                    predecessor_id=self.chance.choice([None, *self.items]))  # fmt: skip

    def begin_topic(self) -> None:
        self.change(Topic, from_item_id=self.chance.choice([None, *self.items]))

    def resolve(self) -> None:
        item = db.session.get_one(AgendaItem, self.chance.choice(self.items))
        make_resolution(item, resolved_on=local_day(self.moment()), is_adopted=self.chance.random() < 0.8)

    def change_resolution(self) -> None:
        self.change(Resolution, cancelled_at=self.chance.choice([None, None, self.moment()]),
                    is_adopted=self.chance.random() < 0.8, resolved_on=local_day(self.moment()),
                    item_id=self.chance.choice(self.items))  # fmt: skip

    def drop_resolution(self) -> None:
        self.drop(Resolution)

    def check(self) -> None:
        order = self.chance.choice(db.session.scalars(sa.select(WorkOrder.id).order_by(WorkOrder.id)).all())
        kind = self.chance.choice([OrderEventKind.EFFECT_CHECKED, OrderEventKind.REPORTED])
        make(OrderEvent(work_order_id=order, kind=kind, noted_by_function="Büro", noted_at=self.moment()))

    def change_check(self) -> None:
        self.change(OrderEvent, noted_at=self.moment())

    def drop_order(self) -> None:
        self.drop(WorkOrder)

    def drop_report(self) -> None:
        self.drop(GapReport)

    def conclude(self) -> None:
        evaluation = self.chance.choice(self.evaluations)
        number = db.session.scalar(sa.select(sa.func.count()).where(EvaluationResult.evaluation_id == evaluation))
        make(EvaluationResult(evaluation_id=evaluation, number=(number or 0) + 1, effect=Effect.PARTLY, reason="x",
                              compared_days=30, compared_from=date(2026, 1, 1), reports_before=1, reports_after=0,
                              function="Koordination", decided_on=local_day(self.moment()),
                              **dict.fromkeys(QUESTIONS, Verdict.PARTLY)))  # fmt: skip

    def change_matter(self) -> None:
        self.change(Matter, created_at=self.moment())

    def deeds(self) -> list[Callable[[], None]]:
        names = [name for name, value in vars(Office).items() if callable(value) and not name.startswith("_")]
        deeds = [getattr(self, name) for name in names if name not in ("moment", "day", "change", "drop", "deeds")]
        return [*deeds, *(self.link, self.unlink, self.carry_on, self.begin_topic) * 3]


@pytest.mark.parametrize("seed", range(2))
def test_kept_figures_are_those_counted_from_scratch_whatever_happens(app: Flask, seed: int) -> None:
    office = Office(seed)
    reached: set[str] = set()
    for step in range(200):
        office.chance.choice(office.deeds())()
        if step % 2 == 0:
            assert compare() == NOTHING, step
            ways = _ways(None)
            assert ways_of_matters(most=None) == ways, step
            reached |= {name for name in DAYS if ways.counts[name]}
            assert ways_of_matters(Period(2025), most=None) == _ways(Period(2025)), step
            for period in (None, Period(2025), Period(2025, 2)):
                assert _shown_orders(office.coordinator, period) == _true_orders(period), step
            if office.chance.random() < 0.7:
                keep_figures(DAY)  # only what changes from now on may be noted
    assert reached == {*DAYS}
    assert recount() == NOTHING
    assert db.session.scalar(sa.select(sa.func.count()).select_from(MatterWayChange)) == 0
    assert ways_of_matters(most=None) == _ways(None)


def _ways(period: Period | None) -> Ways:
    """From scratch, in the order of the page."""
    anew = [way for way in ways_anew() if way.first_at]
    if period:
        anew = [way for way in anew if period.starts_on <= local_day(way.first_at or at(DAY, time())) <= period.ends_on]
    counts = {
        name: dict(Counter(way.days[n] for way in anew if way.days[n] is not None)) for n, name in enumerate(DAYS)
    }
    page = ways_of_matters(period, most=None)
    assert [way.matter_id for way in page.rows] == [
        way.matter_id for way in sorted(anew, key=lambda way: (way.first_at, way.matter_id), reverse=True)
    ]
    days = {way.matter_id: way.days for way in anew}
    assert all(tuple(way[-3:]) == days[way.matter_id] for way in page.rows)
    return Ways(page.rows, counts)  # type: ignore[arg-type]


def _shown_orders(user: User, period: Period | None) -> dict[str, tuple[int, ...]]:
    return {line.key: (line.given, line.open, line.overdue, line.on_time, line.late)
            for line in orders_by_addressee(user, DAY, period)}  # fmt: skip


def _true_orders(period: Period | None) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for order in db.session.scalars(sa.select(WorkOrder).execution_options(populate_existing=True)):
        if order.state in (WorkOrderState.DRAFT, WorkOrderState.WITHDRAWN):
            continue
        if period and (not order.issued_on or half_year_of(order.issued_on) not in period.half_years):
            continue
        key = (
            str(order.addressee_organisation_id) if order.addressee_organisation_id
            else f"gremium-{order.addressee_committee_id}" if order.addressee_committee_id
            else f"sitz-{order.addressee_seat_id}"
        )  # fmt: skip
        is_open, has_both = order.state in OPEN_STATES, bool(order.done_on and order.due_on)
        amounts = (True, is_open, bool(is_open and order.due_on and order.due_on < DAY),
                   has_both and order.done_on <= order.due_on, has_both and order.done_on > order.due_on)  # type: ignore[operator]  # fmt: skip
        line = found.setdefault(key, [0] * 5)
        for place, amount in enumerate(amounts):
            line[place] += amount
    return {key: tuple(line) for key, line in found.items()}


def test_a_report_counts_in_the_quarter_that_clocks_in_berlin_show(app: Flask) -> None:
    sample = make_gap_report()
    columns = [column for column in sa.inspect(GapReport).columns if column.name not in ("id", "number")]
    same = {column.name: getattr(sample, column.name) for column in columns}
    db.session.execute(sa.delete(GapReport))
    turns = [Quarter(year, number).begins for year in range(2000, 2060) for number in (1, 2, 3, 4)]
    moments = [turn + timedelta(seconds=seconds) for turn in turns for seconds in (-3601, -1, 0, 3600)]
    moments += [datetime(2026, month, 15, 12, tzinfo=UTC) for month in range(1, 13)]
    rows = [
        {**same, "number": f"Q-{n}", "year": 1900, "sequence_number": n, "reported_at": moment}
        for n, moment in enumerate(moments)
    ]
    db.session.execute(sa.insert(GapReport), rows)
    amount = sa.func.sum(ReportCount.amount)
    rows_kept = db.session.execute(sa.select(ReportCount.quarter, amount).group_by("quarter").having(amount != 0))
    kept = {quarter: number for quarter, number in rows_kept}
    assert kept == Counter(Quarter.of(local_day(moment)).key for moment in moments)


def test_what_was_changed_by_hand_is_found_and_mended(app: Flask) -> None:
    report = make_gap_report(matter=make_matter())
    make_work_order()
    keep_figures(DAY)
    db.session.commit()
    run = app.test_cli_runner()
    assert run.invoke(args=["figures", "recount"]).exit_code == 0
    db.session.execute(sa.update(ReportCount).values(amount=7))
    db.session.execute(sa.update(OrderCount).values(open=0))
    db.session.execute(sa.update(MatterWay).values(days_to_matter=400))
    assert compare() == Recounted(2, 2, 1)
    db.session.commit()
    answer = run.invoke(args=["figures", "recount"])
    assert answer.exit_code == 1 and answer.output.count("berichtigt") == 3
    assert compare() == NOTHING
    assert db.session.scalars(sa.select(ReportCount.amount)).all() == [1]
    assert [way.days_to_matter for way in ways_of_matters().rows] == [0]
    assert report.matter_id is not None


def test_each_morning_what_was_counted_alike_becomes_one_row(app: Flask) -> None:
    town: Organisation = make_municipality()
    author = make_user()
    for _ in range(5):
        make_gap_report(author, municipality=town, matter=make_matter())
    gone = make_gap_report(author)
    db.session.delete(gone)
    db.session.flush()
    before = ways_of_matters()
    fold_counts()
    assert db.session.scalars(sa.select(ReportCount.amount)).all() == [5]
    keep_figures(DAY)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(MatterWayChange)) == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(MatterWay)) == 5
    assert ways_of_matters() == before and compare() == NOTHING


@pytest.mark.parametrize("values", [[4], [1, 2], [3, 1, 2], [5, 5, 1, 9], [0, 0, 0, 7, 8]])
def test_the_middle_of_counted_values_is_their_median(values: list[int]) -> None:
    ordered = sorted(values)
    place = len(values) // 2
    median = ordered[place] if len(values) % 2 else (ordered[place - 1] + ordered[place]) / 2
    assert middle(Counter(values)) == median

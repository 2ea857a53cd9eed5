"""What the past leaves behind costs nothing: lists read what they show by an index, however many years there are."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from govern.actions.models import WorkOrderState
from govern.actions.queries import order_lists
from govern.actions.queries.areas import matters_of_area
from govern.actions.queries.order_lists import OrderCounts, OwnCounts
from govern.committees.models import Committee
from govern.db import More, db, now
from govern.formats import local, today
from govern.meetings.models import Implementation, ItemResult, Meeting, MeetingState, TopicState
from govern.meetings.policies_agendas import TrackingScope
from govern.meetings.queries import topics, trackings
from govern.meetings.queries.meetings import LONGEST, dates_of, list_meetings, next_of_committee
from govern.meetings.queries.series import meetings_in_municipality
from govern.meetings.services.meetings import move_meeting
from govern.meetings.tracking import TrackingRow
from govern.overview.matter_figures import DAYS
from govern.overview.queries.start import list_coming_meetings
from govern.overview.queries.ways import ways_of_matters
from govern.overview.standings import load_standing
from tests.factories import (
    make_committee,
    make_coordinator,
    make_gap_report,
    make_item,
    make_matter,
    make_meeting,
    make_organisation,
    make_resolution,
    make_topic,
    make_user,
    make_work_order,
)


def plans_of(ask: Callable[[], object]) -> str:
    """How the database in use would run every statement of ``ask`` if its tables were large."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        asked.append((statement, values))

    db.session.flush()
    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    connection = db.session.connection()
    on_sqlite = connection.dialect.name == "sqlite"
    if not on_sqlite:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # in small tables it would read all rows
        connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
    explain = "EXPLAIN QUERY PLAN" if on_sqlite else "EXPLAIN"
    lines = []
    for statement, values in asked:
        if statement.startswith(("SELECT", "WITH")):
            lines += [str(row[-1]) for row in connection.exec_driver_sql(f"{explain} {statement}", values)]
    return "\n".join(lines)


def past(committee: Committee, **values: Any) -> Meeting:
    return make_meeting(committee, starts_at=now() - timedelta(days=30), **values)


def test_coming_meetings_are_read_from_now_on(app: Flask) -> None:
    user = make_coordinator()
    load_standing(user, today())
    committee = make_committee()
    past(committee)
    running = make_meeting(committee, starts_at=now() - timedelta(hours=1))
    next_one = make_meeting(committee)

    assert list(list_meetings(user).meetings) == [running, next_one]
    assert [each.meeting for each in list_coming_meetings(user)] == [running, next_one]
    assert next_of_committee(user, committee)[0] == [running, next_one]
    for ask in (lambda: list_meetings(user), lambda: list_coming_meetings(user)):
        plan = plans_of(ask)
        assert "ix_meeting_starts_at (starts_at>?)" in plan or "Cond: (starts_at >=" in plan


def test_the_next_day_of_a_committee_is_read_without_those_before(app: Flask) -> None:
    committee = make_committee()
    make_meeting(committee, starts_at=now() + timedelta(days=2), state=MeetingState.CLOSED, published_at=now(),
                 closed_at=now())  # fmt: skip
    past(committee)
    following = make_meeting(committee)
    assert dates_of([committee.id])[committee.id].next_planned == local(following.starts_at).date()
    plan = plans_of(lambda: dates_of([committee.id]))
    assert "(committee_id=? AND starts_at>?)" in plan or "(committee_id = committee.id) AND (starts_at >=" in plan


def test_no_meeting_lasts_longer_than_lists_reckon_with(app: Flask) -> None:
    meeting, by = make_meeting(), make_coordinator()
    longest = date(2027, 10, 31)  # with an hour more, when the clocks are put back
    move_meeting(meeting, by=by, version=None, day=longest, starts=time(0), ends=time(23, 59), reason="")
    assert timedelta(hours=24) < meeting.ends_at - meeting.starts_at < LONGEST


def test_meetings_in_a_municipality_are_found_by_it(app: Flask) -> None:
    user, town = make_coordinator(), make_organisation(is_municipality=True)
    there = make_meeting(municipality=town)
    make_meeting()
    assert list(meetings_in_municipality(user, town.id)) == [there]
    assert "ix_meeting_municipality_id" in plans_of(lambda: meetings_in_municipality(user, town.id))


def test_reports_from_an_area_are_counted_by_matter(app: Flask) -> None:
    town = make_organisation(is_municipality=True)
    user = make_user(organisation=town)
    load_standing(user, today())
    matter, other = make_matter(shared_at=now()), make_matter(shared_at=now())
    for _ in range(user.body.small_count_threshold):
        make_gap_report(matter=matter, municipality_id=town.id)
    make_gap_report(matter=other, municipality_id=town.id)
    assert [each.matter for each in matters_of_area(user)] == [matter]
    plan = plans_of(lambda: matters_of_area(user))
    assert "ix_gap_report_matter_id_municipality_id" in plan
    assert "ix_matter_shared" in plan


def _tracked(committee: Committee, n: int, **values: Any) -> None:
    item = make_item(make_meeting(committee), result=ItemResult.DECIDED)
    make_resolution(item, number=f"B-{n}", **values)


def test_the_beschlusskontrolle_keeps_its_order_page_by_page(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    committee = make_committee()
    day = today()
    for n, implementation in enumerate(list(trackings.TRACKED) * 3):
        due = None if n % 3 == 1 else day + timedelta(days=7 - n)
        _tracked(committee, n, implementation=implementation, due_on=due, is_public=n % 2 == 0)
    _tracked(committee, 99, implementation=Implementation.DONE, acknowledged_item=make_item(make_meeting(committee)))
    for n, state in enumerate([WorkOrderState.ISSUED, WorkOrderState.REPORTED_DONE, WorkOrderState.IN_PROGRESS] * 2):
        is_done = state is WorkOrderState.REPORTED_DONE
        make_work_order(committee, state=state, done_on=day if is_done else None, is_public=n % 2 == 0,
                        due_on=None if n > 3 else day + timedelta(days=n))  # fmt: skip
    monkeypatch.setattr(trackings, "PAGE", 4)
    trackings._page.cache_clear()
    for scope in (TrackingScope.ALL, TrackingScope.PUBLIC):
        pages = [trackings.live_page(committee.id, scope, number) for number in range(1, 7)]
        every = trackings.live_rows(committee, scope)
        assert [_line(row) for page in pages for row in page.rows] == [_line(row) for row in every]
        assert {page.total for page in pages} == {len(every)}
        assert pages[0].figures == trackings.figures_of(every)


def _line(row: TrackingRow) -> tuple[int | None, int | None]:
    return row.resolution_id, row.work_order_id


def test_a_page_of_the_beschlusskontrolle_reads_the_first_lines_of_each_state(app: Flask) -> None:
    committee = make_committee()
    _tracked(committee, 1, implementation=Implementation.DONE)
    plan = plans_of(lambda: trackings.live_page(committee.id, TrackingScope.ALL, 1))
    assert "ix_resolution_tracked" in plan
    assert "SCAN resolution" not in plan
    assert "pk_resolution on resolution resolution_" not in plan  # through all there are, by their ids


def test_counts_of_work_orders_stop_where_lists_stop(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_coordinator()
    load_standing(user, today())
    for n in range(3):
        make_work_order(due_on=today() - timedelta(days=n), created_by_id=user.id if n else None)
    make_work_order(state=WorkOrderState.REPORTED_DONE, done_on=today())
    assert order_lists.count_orders(user, "alle") == OrderCounts(
        mine=0, of_my_committees=0, all=3, minuted=2, overdue=2, soon=1, done=1
    )
    monkeypatch.setattr(order_lists, "COUNTED", 2)
    monkeypatch.setattr(order_lists, "_counts", inspect.unwrap(order_lists._counts))
    counts = order_lists.count_orders(user, "alle")
    assert isinstance(counts.all, More)
    assert counts.all == 2
    assert not isinstance(counts.overdue, More)


def test_work_orders_are_counted_by_indexes(app: Flask) -> None:
    user = make_coordinator()
    load_standing(user, today())
    make_work_order(created_by_id=user.id)
    plan = plans_of(lambda: order_lists.count_orders(user, "protokolliert"))
    assert "ix_work_order_created_by_id_state" in plan
    assert "SCAN work_order\n" not in plan
    assert "Seq Scan on work_order" not in plan


def test_the_topic_store_reads_the_first_of_each_state(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    user, committee = make_coordinator(), make_committee()
    load_standing(user, today())
    states = [TopicState.SCHEDULED, TopicState.PROPOSED, TopicState.DONE, TopicState.ACCEPTED, TopicState.PROPOSED]
    made = [make_topic(committee, state=state, created_at=now() - timedelta(days=9 - n)) for n, state in
            enumerate(states * 2)]  # fmt: skip
    is_open = [topic for topic in made if topic.state is not TopicState.DONE]
    wanted = sorted(is_open, key=lambda t: (t.state is not TopicState.PROPOSED, t.created_at))
    monkeypatch.setattr(topics, "PAGE", 3)
    assert [t for number in range(1, 5) for t in topics.list_topics(user, number=number).topics] == wanted
    assert topics.list_topics(user, state=TopicState.DONE).topics == [made[2], made[7]]
    plan = plans_of(lambda: topics.list_topics(user))
    assert "ix_topic_state_created_at" in plan
    assert "SCAN topic\n" not in plan


def test_own_counts_leave_what_is_done_alone(app: Flask) -> None:
    organisation = make_organisation()
    user = make_user(organisation=organisation)
    load_standing(user, today())
    make_work_order(addressee_organisation=organisation, state=WorkOrderState.REPORTED_DONE, done_on=today())
    make_work_order(addressee_organisation=organisation, due_on=today() - timedelta(days=1))
    assert order_lists.count_own(user) == OwnCounts(open=1, overdue=1, waiting=1)
    plan = plans_of(lambda: order_lists.count_own(user))
    assert "ix_work_order_addressee_organisation_id_state" in plan
    assert "AND state=?)" in plan or "AND ((state)::text = ANY" in plan


def test_days_of_matters_are_counted_along_their_indexes(app: Flask) -> None:
    plan = plans_of(ways_of_matters)
    for days in DAYS:
        assert f"ix_matter_way_{days}" in plan
    assert "SCAN matter_way\n" not in plan
    assert "Seq Scan on matter_way " not in plan

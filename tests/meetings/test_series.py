"""Meetings planned in one go: a year by the cadence, one meeting per municipality (C14)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from govern.committees.models import CadenceInterval
from govern.db import db
from govern.formats import at, local
from govern.meetings.cadence_dates import dates_by_cadence, pattern_words
from govern.meetings.models import Meeting, MeetingSeries, SeriesKind, StandingItem
from govern.meetings.queries.series import plan_for_year
from tests.conftest import Client
from tests.factories import (
    make,
    make_committee,
    make_coordinator,
    make_meeting,
    make_member,
    make_municipality,
    make_office_user,
)


@pytest.fixture(autouse=True)
def spring() -> Iterator[None]:
    with time_machine.travel("2026-11-12 10:00+01:00", tick=True):
        yield


@pytest.mark.proves("W-10")
def test_the_weekday_of_the_month_stays_and_public_holidays_are_avoided() -> None:
    first = date(2027, 1, 28)  # the fourth Thursday
    found = dates_by_cadence(first, CadenceInterval.MONTHLY, date(2027, 12, 31))
    days = [d.day for d in found]
    assert days[:4] == [date(2027, 1, 28), date(2027, 2, 25), date(2027, 3, 25), date(2027, 4, 22)]
    assert date(2027, 5, 27) not in days  # Corpus Christi
    assert found[4].day == date(2027, 6, 3)
    assert found[4].moved_because == "27.05. ist Fronleichnam"
    assert found[6].school_holiday == "Sommerferien"
    assert len(days) == 12
    assert {d.weekday() for d in days} == {3}
    assert pattern_words(first, CadenceInterval.MONTHLY) == "monatlich, am 4. Donnerstag"


def test_a_fifth_weekday_becomes_the_last_one() -> None:
    days = [d.day for d in dates_by_cadence(date(2027, 3, 31), CadenceInterval.MONTHLY, date(2027, 6, 30))]
    assert days == [date(2027, 3, 31), date(2027, 4, 28), date(2027, 5, 26), date(2027, 6, 30)]
    assert pattern_words(date(2027, 3, 31), CadenceInterval.MONTHLY) == "monatlich, am letzten Mittwoch"


def test_weekly_cadences_count_days() -> None:
    days = [d.day for d in dates_by_cadence(date(2027, 2, 1), CadenceInterval.FORTNIGHTLY, date(2027, 3, 1))]
    assert days == [date(2027, 2, 1), date(2027, 2, 15), date(2027, 3, 1)]


@pytest.mark.proves("W-10")
def test_the_proposal_goes_on_from_the_last_meeting(app: Flask) -> None:
    committee = make_committee(cadence_interval=CadenceInterval.QUARTERLY)
    make_meeting(committee, number=4, starts_at=at(date(2026, 9, 9), time(15, 0)))  # the second Wednesday
    plan = plan_for_year(committee, date(2026, 11, 12), first=None, until=None, interval=None)
    assert [d.day for d in plan.dates] == [date(2026, 12, 9), date(2027, 3, 10), date(2027, 6, 9), date(2027, 9, 8)]
    assert (plan.starts, plan.ends) == (time(15, 0), time(17, 0))


def year_form(*days: str, **more: str) -> dict[str, str]:
    form = {
        "title": "Sitzungen 2027",
        "mode": "on_site",
        "place_id": "0",
        "with_standing_items": "y",
        "is_past": "y",
        **more,
    }
    for n, day in enumerate(days):
        form |= {f"rows-{n}-day": day, f"rows-{n}-starts": "15:00", f"rows-{n}-ends": "17:00"}
    return form


@pytest.mark.proves("W-10")
def test_a_year_is_planned_at_once_and_numbered_on(client: Client) -> None:
    committee = make_committee(cadence_interval=CadenceInterval.QUARTERLY)
    make(StandingItem(committee=committee, title="Berichte", kind="report", is_public=True))
    make_meeting(committee, number=4, starts_at=at(date(2026, 9, 9), time(15, 0)))
    client.sign_in(make_office_user(committee))
    page = client.get(f"/gremien/{committee.id}/jahresplan").get_data(as_text=True)
    assert 'value="2027-03-10"' in page
    assert "viermal im Jahr, am 2. Mittwoch" in page
    asked = client.get(f"/gremien/{committee.id}/jahresplan?turnus=monthly&von=2027-05-27&bis=2027-08-01")
    assert "verlegt: 27.05. ist Fronleichnam" in asked.get_data(as_text=True)
    assert "Sommerferien" in asked.get_data(as_text=True)
    sent = year_form("2027-03-10", "", "2027-06-09", "2026-12-09")
    assert client.post(f"/gremien/{committee.id}/jahresplan", data=sent).status_code == 303
    series = db.session.scalars(sa.select(MeetingSeries)).one()
    assert series.kind is SeriesKind.CADENCE
    planned = [(m.number, local(m.starts_at).date(), [i.title for i in m.items]) for m in series.meetings]
    assert planned == [
        (5, date(2026, 12, 9), ["Berichte"]),
        (6, date(2027, 3, 10), ["Berichte"]),
        (7, date(2027, 6, 9), ["Berichte"]),
    ]
    assert len({m.ical_uid for m in series.meetings}) == 3


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (year_form(), "mindestens einen Termin"),
        (year_form("2027-03-10", "2027-03-10"), "zur selben Zeit"),
        ({**year_form("2027-03-10"), "rows-0-ends": "14:00"}, "späteres Ende"),
    ],
)
def test_faulty_plans_are_refused_and_kept(client: Client, form: dict[str, str], words: str) -> None:
    committee = make_committee()
    client.sign_in(make_coordinator())
    answer = client.post(f"/gremien/{committee.id}/jahresplan", data={**form, "title": "Mein Jahr"})
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert "Mein Jahr" in answer.get_data(as_text=True)
    assert db.session.scalar(sa.select(sa.func.count(Meeting.id))) == 0


@pytest.mark.proves("W-10", "B-13")
def test_moving_and_cancelling_one_keeps_the_old_date_in_sight(client: Client) -> None:
    committee = make_committee()
    client.sign_in(make_coordinator())
    client.post(f"/gremien/{committee.id}/jahresplan", data=year_form("2027-03-10", "2027-06-09"))
    series = db.session.scalars(sa.select(MeetingSeries)).one()
    first, second = series.meetings
    moved = {"day": "2027-03-17", "starts": "15:00", "ends": "17:00", "reason": "Raum belegt", "version": "1",
             "is_past": "y"}  # fmt: skip
    assert client.post(f"/sitzungen/{first.id}/verschieben", data=moved).status_code == 303
    assert client.post(f"/sitzungen/{second.id}/absagen", data={"reason": "kein Thema"}).status_code == 303
    page = client.get(f"/reihen/{series.id}").get_data(as_text=True)
    assert "Mi., 17. März 2027" in page
    assert "<del>Mi., 10. März 2027" in page
    assert "Raum belegt" in page
    assert "<del>Mi., 9. Juni 2027" in page
    assert "Abgesagt" in page
    assert f"/reihen/{series.id}" in client.get(f"/sitzungen/{first.id}").get_data(as_text=True)


@pytest.mark.proves("C14", "C12")
def test_a_tour_has_one_meeting_per_municipality_and_its_page_shows_it(client: Client) -> None:
    committee = make_committee()
    towns = [make_municipality(name="Stadt Jülich"), make_municipality(name="Stadt Linnich")]
    left_out, ended = make_municipality(name="Gemeinde Merzenich"), make_municipality(ended_on=date(2020, 1, 1))
    client.sign_in(make_coordinator())
    path = f"/gremien/{committee.id}/kommunentour"
    page = client.get(path).get_data(as_text=True)
    assert all(town.name in page for town in (*towns, left_out))
    assert ended.name not in page
    form = {"title": "Tour 2027", "meeting_title": "Auftakt in {Kommune}", "mode": "on_site", "is_past": "y"}
    for n, (town, day) in enumerate(zip([*towns, left_out], ["2027-02-03", "2027-02-10", ""], strict=True)):
        form |= {f"rows-{n}-municipality_id": str(town.id), f"rows-{n}-day": day, f"rows-{n}-starts": "10:00",
                 f"rows-{n}-ends": "12:00", f"rows-{n}-place_note": f"Rathaus {n}"}  # fmt: skip
    same = client.post(path, data={**form, "meeting_title": "Auftakt"})
    assert same.status_code == 422
    assert client.post(path, data=form).status_code == 303
    series = db.session.scalars(sa.select(MeetingSeries)).one()
    facts = [(m.name, m.municipality_id, m.place_note, m.number) for m in series.meetings]
    assert facts == [
        ("Auftakt in Stadt Jülich", towns[0].id, "Rathaus 0", None),
        ("Auftakt in Stadt Linnich", towns[1].id, "Rathaus 1", None),
    ]
    assert "Auftakt in Stadt Jülich" in client.get(f"/organisationen/{towns[0].id}").get_data(as_text=True)
    assert "Auftakt in" not in client.get(f"/organisationen/{left_out.id}").get_data(as_text=True)
    assert "in Stadt Jülich" in client.get(f"/sitzungen/{series.meetings[0].id}").get_data(as_text=True)
    stranger = make_member(make_committee())
    client.sign_in(stranger)
    assert "Auftakt in" not in client.get(f"/organisationen/{towns[0].id}").get_data(as_text=True)
    assert client.get(f"/reihen/{series.id}").status_code == 404
    assert "Tour 2027" not in client.get("/reihen").get_data(as_text=True)


def test_the_pages_of_series_cost_the_same_for_many(client: Client, count_queries) -> None:  # type: ignore[no-untyped-def]
    client.sign_in(make_coordinator())

    def cost(meetings: int) -> tuple[int, int]:
        committee = make_committee()
        days = [f"2027-03-{day:02d}" for day in range(1, meetings + 1)]
        client.post(f"/gremien/{committee.id}/jahresplan", data=year_form(*days))
        series = db.session.scalars(sa.select(MeetingSeries).order_by(MeetingSeries.id.desc())).first()
        assert series is not None
        identity = series.id
        with count_queries() as one:
            assert client.get(f"/reihen/{identity}").status_code == 200
        with count_queries() as many:
            assert client.get("/reihen").status_code == 200
        return len(one), len(many)

    assert cost(2) == cost(14)
    assert max(cost(3)) <= 12

"""Numbers of resolutions: gap-free per committee and year, kept when cancelled, made of the short name."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from govern.db import db, now
from govern.formats import local
from tests.conftest import Client
from tests.factories import make_committee, make_coordinator, make_office_user
from tests.meetings.held import close, decide, finished_meeting


@pytest.mark.proves("E-21")
def test_the_review_offers_a_short_name_for_the_numbers(client: Client) -> None:
    committee = make_committee(name="Arbeitskreis Frühe Bildung", short_name=None)
    user = make_office_user(committee)
    meeting = finished_meeting(user, committee)
    decide(meeting.items[0], user)
    path = f"/sitzungen/{meeting.id}/schliessen"
    page = client.sign_in(user).get(path).text
    assert f"„G{committee.id}-B-" in page and "Vorschlag: „AK FB“" in page
    assert f'href="/gremien/{committee.id}/kurzname?zurueck={path}"' in page
    committee.short_name = "AK FB"
    db.session.commit()
    page = client.get(path).text
    assert "AKFB-B-" in page and "keinen Kurznamen" not in page


@pytest.mark.proves("E-21")
def test_numbers_are_gap_free_per_committee_and_year(app: Flask) -> None:
    user = make_coordinator()
    steering, circle = make_committee(short_name="LG"), make_committee(short_name="AK M")
    year = local(now()).year
    for committee, expected in (
        (steering, [f"LG-B-{year}-01", f"LG-B-{year}-02"]),
        (circle, [f"AKM-B-{year}-01", f"AKM-B-{year}-02"]),
        (steering, [f"LG-B-{year}-03", f"LG-B-{year}-04"]),
    ):
        meeting = finished_meeting(user, committee, items=2)
        taken = [decide(item, user) for item in meeting.items]
        assert [r.number for r in taken] == [None, None]  # vorläufig
        close(meeting, user)
        assert [r.number for r in taken] == expected


@pytest.mark.proves("E-21")
def test_a_cancelled_number_is_kept_and_not_given_again(client: Client) -> None:
    user = make_coordinator()
    committee = make_committee(short_name="LG")
    numbers = []
    for _ in range(2):
        meeting = finished_meeting(user, committee)
        resolution = decide(meeting.items[0], user)
        close(meeting, user)
        numbers.append(resolution.number)
        url = f"/beschluesse/{resolution.id}/aufheben"
        assert client.sign_in(user).post(url, data={"reason": ""}).status_code == 422
        assert client.post(url, data={"reason": "Falsche Rechtsgrundlage"}).status_code == 303
        assert client.post(url, data={"reason": "noch einmal"}).status_code == 422
    assert [n[-3:] for n in numbers] == ["-01", "-02"]
    assert resolution.cancelled_at is not None
    page = client.get(f"/beschluesse/{resolution.id}").text
    assert "Falsche Rechtsgrundlage" in page
    assert numbers[1] in page


@pytest.mark.proves("E-21")
def test_two_committees_with_one_short_name_get_different_numbers(app: Flask) -> None:
    user = make_coordinator()
    numbers = set()
    for short_name in ("AK", "AK", None):
        committee = make_committee(short_name=short_name)
        meeting = finished_meeting(user, committee)
        resolution = decide(meeting.items[0], user)
        close(meeting, user)
        numbers.add(resolution.number)
    assert len(numbers) == 3


def test_years_follow_the_day_of_the_meeting(app: Flask) -> None:
    user = make_coordinator()
    committee = make_committee(short_name="LG")
    meeting = finished_meeting(user, committee)
    resolution = decide(meeting.items[0], user)
    resolution.resolved_on = date(2024, 5, 3)
    db.session.commit()
    close(meeting, user)
    assert resolution.number == "LG-B-2024-01"

"""What days and times of a meeting may be typed, without slips, and what becomes of its number in another year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from govern.committees.models import Committee
from govern.db import db
from govern.formats import today
from govern.meetings.models import Meeting
from tests.conftest import Client
from tests.factories import make_committee, make_meeting, make_office_user


def typed(**values: str) -> dict[str, str]:
    day = (today() + timedelta(days=30)).isoformat()
    return {"day": day, "starts": "14:00", "ends": "16:00", "mode": "on_site", "place_id": "0", **values}


def planned(client: Client, committee: Committee) -> str:
    client.sign_in(make_office_user(committee))
    return f"/gremien/{committee.id}/sitzungen/neu"


@pytest.mark.proves("B-09")
@pytest.mark.parametrize("starts", ["14:00:30", "١٤:٠٠", "14:0", "zwei", "14.00.01"])
def test_a_time_with_seconds_or_foreign_digits_is_refused_at_its_field(client: Client, starts: str) -> None:
    path = planned(client, make_committee())
    refused = client.post(path, data=typed(starts=starts, title="Klausurtagung"))
    assert refused.status_code == 422 and db.session.query(Meeting).count() == 0
    assert "Bitte eine Uhrzeit wie 14:00 angeben, ohne Sekunden." in refused.text
    assert f'value="{starts}"' in refused.text and 'value="Klausurtagung"' in refused.text


@pytest.mark.proves("B-09")
@pytest.mark.parametrize("starts", ["14:00", "14.00", "14:00:00"])
def test_a_time_as_people_and_browsers_send_it_is_taken(client: Client, starts: str) -> None:
    assert client.post(planned(client, make_committee()), data=typed(starts=starts)).status_code == 303
    assert db.session.query(Meeting).one().ends_at.minute == 0


@pytest.mark.proves("B-09")
@pytest.mark.parametrize(
    ("years", "words"), [(6, "mehr als fünf Jahre voraus"), (973, "fünf Jahre voraus"), (-51, "fünfzig Jahre zurück")]
)
def test_a_day_that_only_a_slip_in_the_year_explains_is_refused(client: Client, years: int, words: str) -> None:
    day = today().replace(year=today().year + years, day=1)
    refused = client.post(planned(client, make_committee()), data=typed(day=day.isoformat(), is_past="y"))
    assert refused.status_code == 422 and db.session.query(Meeting).count() == 0
    assert f"{words}. Bitte das Jahr prüfen." in refused.text and f'value="{day.isoformat()}"' in refused.text


@pytest.mark.proves("B-09")
@pytest.mark.parametrize("page", ["verschieben", "jahresplan", "terminfragen/neu"])
def test_the_same_is_asked_wherever_a_meeting_gets_its_day(client: Client, page: str) -> None:
    meeting = make_meeting()
    client.sign_in(make_office_user(meeting.committee))
    times = {"day": "2999-03-01", "starts": "14:00", "ends": "16:00"}
    row = {f"{rows}-0-{name}": value for rows in ("rows", "offers") for name, value in times.items()}
    path = f"/sitzungen/{meeting.id}/" if page == "verschieben" else f"/gremien/{meeting.committee_id}/"
    values = {**times, **row, "title": "Reihe", "mode": "on_site", "place_id": "0", "version": str(meeting.version)}
    refused = client.post(f"{path}{page}", data=values)
    assert refused.status_code == 422 and "mehr als fünf Jahre voraus" in refused.text and "2999-03-01" in refused.text


@pytest.mark.proves("B-09")
def test_a_day_in_foreign_digits_is_refused(client: Client) -> None:
    refused = client.post(planned(client, make_committee()), data=typed(day="٢٠٢٧-٠٣-١٧"))
    assert refused.status_code == 422 and "٢٠٢٧-٠٣-١٧" in refused.text


@pytest.mark.proves("B-09")
@pytest.mark.parametrize("is_known", [False, True])
def test_a_number_taken_in_the_new_year_counts_on_for_a_draft_and_stops_what_members_know(
    client: Client, is_known: bool
) -> None:
    committee, year = make_committee(), today().year + 1
    make_meeting(committee, number=1, starts_at=datetime(year + 1, 1, 12, 9, tzinfo=UTC))
    moved = make_meeting(committee, number=1, starts_at=datetime(year, 12, 15, 9, tzinfo=UTC))
    moved.published_at = datetime(year, 11, 1, tzinfo=UTC) if is_known else None
    db.session.commit()
    client.sign_in(make_office_user(committee))
    data = typed(day=f"{year + 1}-01-20", version=str(moved.version), reason="Raum belegt")
    answer = client.post(f"/sitzungen/{moved.id}/verschieben", data=data)
    db.session.expire_all()
    if is_known:
        assert answer.status_code == 422 and moved.number == 1
        assert "Die 1. Sitzung gibt es schon" in answer.text and "ändern Sie vorher die Nummer" in answer.text
    else:
        assert answer.status_code == 303 and moved.number == 2
        page = client.get(answer.location).text
        assert "Die Nummer 1 ist in dem Jahr vergeben; sie ist jetzt die 2. Sitzung." in page


@pytest.mark.proves("B-09")
def test_a_number_that_is_free_in_the_new_year_stays_and_the_office_is_told(client: Client) -> None:
    year = today().year + 1
    moved = make_meeting(number=4, starts_at=datetime(year, 12, 15, 9, tzinfo=UTC))
    client.sign_in(make_office_user(moved.committee))
    data = typed(version=str(moved.version))
    page = client.post(f"/sitzungen/{moved.id}/verschieben", data={**data, "day": f"{year + 1}-01-20"},
                       follow_redirects=True).text  # fmt: skip
    assert "Sie bleibt die 4. Sitzung; die Nummer ändern Sie unter „Angaben bearbeiten“." in page

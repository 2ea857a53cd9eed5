"""Calendars: what standards.md, section B, demands of feeds, each with its number."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event

from govern.calendars import CalendarEntry, calendar_bytes
from govern.committees.models import Committee
from govern.db import db, now
from govern.formats import BERLIN, today
from govern.meetings import policies_dates
from govern.meetings.models import Meeting, MeetingMove, MeetingState
from govern.overview.standings import load_standing
from govern.people.models import Feed, Role, User
from govern.people.queries.feeds import list_feeds
from govern.people.services.feeds import open_feed, renew_feed, revoke_feed
from govern.tokens import sign
from tests.conftest import SECRET, Client
from tests.environment import ICAL_JS, node
from tests.factories import (
    make_committee,
    make_coordinator,
    make_item,
    make_mandate,
    make_meeting,
    make_member,
    make_municipality,
    make_place,
    make_seat,
    make_user,
)


def feed_path(feed: Feed) -> str:
    return f"/kalender/{sign('feed', feed.nonce, SECRET)}.ics"


def personal_feed(user: User) -> str:
    feed = open_feed(user, committee_id=None)
    db.session.commit()
    return feed_path(feed)


def events(data: bytes) -> list[Event]:
    return list(Calendar.from_ical(data).walk("VEVENT"))


@pytest.mark.proves("B-01", "B-04", "B-05", "B-14")
def test_a_feed_opens_without_signing_in_and_says_what_it_is(client: Client) -> None:
    committee = make_committee()
    make_meeting(committee)
    answer = client.get(personal_feed(make_member(committee)))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "Set-Cookie" not in answer.headers
    calendar = Calendar.from_ical(answer.data)
    assert calendar["VERSION"] == "2.0"
    assert calendar["PRODID"].startswith("-//Govern//")
    assert calendar["CALSCALE"] == "GREGORIAN"
    assert calendar["NAME"] == calendar["X-WR-CALNAME"] != ""
    assert "METHOD" not in calendar
    assert "UID" not in calendar
    assert answer.data.count(b"REFRESH-INTERVAL;VALUE=DURATION:PT4H") == 1
    assert answer.data.count(b"X-PUBLISHED-TTL:PT4H") == 1


@pytest.mark.proves("B-16", "D-10")
def test_calendars_are_offered_only_where_the_reader_sees_meetings(client: Client) -> None:
    own = make_committee(name="Eigener Kreis")
    public = make_committee(name="Offener Kreis", meetings_public=True)
    closed = make_committee(name="Geschlossener Kreis")
    account = make_user(Role.ORGANISATION, organisation=make_municipality())
    for user, seen in (
        (account, {public}),
        (make_member(own), {own, public}),
        (make_coordinator(), {own, public, closed}),
    ):
        load_standing(user, today())
        offered = set(db.session.scalars(sa.select(Committee).where(policies_dates.committees_followed_by(user))))
        assert offered == seen == {c for c in (own, public, closed) if policies_dates.can_follow(user, c)}
        page = client.sign_in(user).get("/kalender").text
        for committee in (own, public, closed):
            assert (f'action="/kalender/gremien/{committee.id}"' in page) is (committee in seen), committee.name
            expected = 303 if committee in seen else 403
            assert client.post(f"/kalender/gremien/{committee.id}").status_code == expected
    own.ended_on = today()
    db.session.commit()
    assert "Eigener Kreis" in page and "Eigener Kreis" in client.get("/kalender").text  # to revoke it


@pytest.mark.proves("B-02")
def test_lines_are_folded_at_75_octets_with_crlf(client: Client) -> None:
    committee = make_committee(name="Ä" * 120, short_name="ÄÖÜß–" * 30)
    make_meeting(committee, title="Über „Größe“ – ÄÖÜß € " * 12)
    data = client.get(personal_feed(make_member(committee))).data
    assert data.count(b"\n") == data.count(b"\r\n")
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode("utf-8")


@pytest.mark.proves("B-03")
@settings(max_examples=60)
@given(st.text(st.characters(blacklist_categories=("Cs", "Cc"), whitelist_characters="\n\\;,"), min_size=1))
def test_text_survives_escaping(text: str) -> None:
    start = datetime(2026, 5, 26, 12, tzinfo=UTC)
    entry = CalendarEntry(uid="1@x.example", title=text, starts_at=start, ends_at=start + timedelta(hours=1),
                          changed_at=start, sequence=0, url="https://x.example/", location=text,
                          description=text)  # fmt: skip
    (event,) = events(calendar_bytes("Test", [entry]))
    assert str(event["SUMMARY"]) == str(event["DESCRIPTION"]) == str(event["LOCATION"]) == text


@pytest.mark.proves("B-06", "B-10")
def test_each_event_has_what_readers_need(client: Client) -> None:
    committee = make_committee()
    make_meeting(committee, place_id=make_place(name="Kreishaus").id)
    data = client.get(personal_feed(make_member(committee))).data
    (event,) = events(data)
    for name in ("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE", "LAST-MODIFIED", "STATUS", "URL"):
        assert name in event, name
    assert event["DTEND"].dt > event["DTSTART"].dt
    assert event["LOCATION"] == "Kreishaus"
    assert event["DTSTART"].params["TZID"] == "Europe/Berlin"
    calendar = Calendar.from_ical(data)
    assert not calendar.get_missing_tzids()
    assert [z["TZID"] for z in calendar.walk("VTIMEZONE")] == ["Europe/Berlin"]


@pytest.mark.proves("B-07", "B-09", "B-13")
def test_a_moved_meeting_keeps_its_uid_and_rises_in_sequence(client: Client) -> None:
    committee = make_committee()
    meeting = make_meeting(committee, state=MeetingState.PUBLISHED, published_at=now())
    path = personal_feed(make_member(committee))
    (before,) = events(client.get(path).data)
    meeting = db.session.get_one(Meeting, meeting.id)
    meeting.moves.append(MeetingMove(old_starts_at=meeting.starts_at, old_ends_at=meeting.ends_at))
    meeting.starts_at, meeting.ends_at = (t + timedelta(days=1) for t in (meeting.starts_at, meeting.ends_at))
    meeting.ical_sequence += 1
    db.session.commit()
    (after,) = events(client.get(path).data)
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert after["DTSTART"].dt - before["DTSTART"].dt == timedelta(days=1)
    assert after["STATUS"] == "CONFIRMED"
    assert "Verschoben, bisher" in after["DESCRIPTION"]


@pytest.mark.proves("B-08", "B-15")
def test_two_calls_give_the_same_bytes_and_the_second_costs_nothing(client: Client) -> None:
    committee = make_committee()
    meeting = make_meeting(committee)
    path = personal_feed(make_member(committee))
    with time_machine.travel("2026-05-01T00:00:00Z"):
        first = client.get(path)
    with time_machine.travel("2026-05-02T00:00:00Z"):
        second = client.get(path)
    assert first.data == second.data
    (event,) = events(first.data)
    assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == db.session.get_one(Meeting, meeting.id).ical_changed_at
    unchanged = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert unchanged.status_code == 304
    assert unchanged.data == b""


CLOCK_CASES = [
    # (date, clock in Berlin, clock in UTC): the week ends of both changes of 2026
    ((2026, 3, 28), 10, 9), ((2026, 3, 30), 10, 8), ((2026, 10, 24), 10, 8), ((2026, 10, 26), 10, 9),
]  # fmt: skip


def clock_calendar() -> bytes:
    entries = []
    for n, ((year, month, day), berlin, _utc) in enumerate(CLOCK_CASES):
        start = datetime(year, month, day, berlin, tzinfo=BERLIN)
        entries.append(
            CalendarEntry(uid=f"{n}@x.example", title=f"Sitzung {n}", starts_at=start.astimezone(UTC),
                          ends_at=start.astimezone(UTC) + timedelta(hours=1), changed_at=start.astimezone(UTC),
                          sequence=0, url="https://x.example/")
        )  # fmt: skip
    return calendar_bytes("Umstellung", entries)


def expected_instants() -> list[datetime]:
    return [datetime(*day, utc, tzinfo=UTC) for day, _berlin, utc in CLOCK_CASES]


@pytest.mark.proves("B-11")
def test_summer_and_winter_are_right_in_icalendar_and_vobject() -> None:
    data = clock_calendar()
    assert [e["DTSTART"].dt.astimezone(UTC) for e in events(data)] == expected_instants()
    read = vobject.readOne(data.decode())
    assert [e.dtstart.value.astimezone(UTC) for e in read.vevent_list] == expected_instants()


ICAL_JS_SCRIPT = """
const ICAL = require(process.argv[1]);
ICAL.design.strict = true;
const root = new ICAL.Component(ICAL.parse(require('fs').readFileSync(0, 'utf8')));
for (const zone of root.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone);
console.log(JSON.stringify(root.getAllSubcomponents('vevent').map(c => {
  const e = new ICAL.Event(c);
  return [e.startDate.toJSDate().toISOString(), e.summary];
})));
"""


@pytest.mark.node
@pytest.mark.proves("B-11")
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_summer_and_winter_are_right_in_the_parser_of_thunderbird(zone: str) -> None:
    program = node()
    assert program is not None
    done = subprocess.run([program, "-e", ICAL_JS_SCRIPT, str(ICAL_JS)], input=clock_calendar(), capture_output=True,
                          check=True, env={"TZ": zone})  # fmt: skip
    read: list[Any] = json.loads(done.stdout)
    assert [datetime.fromisoformat(start) for start, _title in read] == expected_instants()


@pytest.mark.proves("B-12")
def test_a_cancelled_meeting_stays_and_says_so(client: Client) -> None:
    committee = make_committee(short_name="LG")
    long_ago = now() - timedelta(days=89)
    make_meeting(committee, number=9, starts_at=long_ago, state=MeetingState.CANCELLED, cancelled_at=now(),
                 ical_sequence=1)  # fmt: skip
    make_meeting(committee, deleted_at=now(), place_note="Hintereingang", video_url="https://video.example/9")
    cancelled, trashed = events(client.get(personal_feed(make_member(committee))).data)
    assert cancelled["STATUS"] == trashed["STATUS"] == "CANCELLED"
    assert cancelled["SUMMARY"] == "Abgesagt: LG: 9. Sitzung"
    assert cancelled["SEQUENCE"] == 1
    assert "LOCATION" not in trashed and "DESCRIPTION" not in trashed  # nor on any page


@pytest.mark.proves("B-16")
def test_addresses_are_unguessable_and_die_when_revoked(client: Client) -> None:
    user = make_member(make_committee())
    feed = open_feed(user, committee_id=None)
    db.session.commit()
    path = feed_path(feed)
    assert len(path) > 60
    assert feed.nonce not in (None, "")
    assert client.get(path).status_code == 200
    assert client.get(path[:-6] + "xx.ics").status_code == 404
    assert client.get(f"/kalender/{feed.nonce}.ics").status_code == 404
    assert client.get("/kalender/unsinn.ics").status_code == 404
    new = renew_feed(db.session.get_one(Feed, feed.id))
    db.session.commit()
    assert client.get(path).status_code == 404
    assert client.get(feed_path(new)).status_code == 200
    revoke_feed(new)
    db.session.commit()
    assert client.get(feed_path(new)).status_code == 404


@pytest.mark.proves("B-16")
def test_only_the_owner_revokes_an_address(client: Client) -> None:
    feed = open_feed(make_member(make_committee()), committee_id=None)
    db.session.commit()
    client.sign_in(make_user(Role.COORDINATOR))
    assert client.post(f"/kalender/{feed.id}/widerrufen").status_code == 404


@pytest.mark.proves("B-17", "I8")
def test_a_feed_shows_what_its_owner_may_see_now(client: Client) -> None:
    committee, other = make_committee(), make_committee()
    meeting = make_meeting(committee, state=MeetingState.PUBLISHED, published_at=now())
    make_item(meeting, title="Geheime Personalie", is_public=False)
    make_meeting(other, title="Fremde Sitzung")
    seat = make_seat(committee)
    user = make_user()
    mandate = make_mandate(seat, user.person)
    path = personal_feed(user)
    (event,) = events(client.get(path).data)
    assert event["CLASS"] == "PRIVATE"
    assert b"Geheime" not in client.get(path).data
    mandate = db.session.merge(mandate)
    mandate.ends_on = now().date() - timedelta(days=1)
    db.session.commit()
    answer = client.get(path)
    assert answer.status_code == 200
    assert events(answer.data) == []
    user = db.session.merge(user)
    user.is_locked = True
    db.session.commit()
    assert client.get(path).status_code == 404


@pytest.mark.proves("B-17")
def test_a_committee_feed_obeys_the_rights_of_its_owner(client: Client) -> None:
    committee = make_committee()
    make_meeting(committee, title="Für alle", is_public=True)
    make_meeting(committee, title="Nur für Mitglieder")
    outsider = make_user()
    feed = open_feed(outsider, committee_id=committee.id)
    db.session.commit()
    titles = [str(e["SUMMARY"]) for e in events(client.get(feed_path(feed)).data)]
    assert titles == [f"{committee.short_name}: Für alle"]


@pytest.mark.proves("B-19")
def test_past_meetings_stay(client: Client) -> None:
    committee = make_committee()
    make_meeting(committee, starts_at=now() - timedelta(days=400))
    assert len(events(client.get(personal_feed(make_member(committee))).data)) == 1


def test_the_page_gives_out_and_renews_addresses(client: Client) -> None:
    committee = make_committee(name="Arbeitskreis Migration")
    user = make_member(committee)
    client.sign_in(user)
    page = client.get("/kalender")
    assert page.status_code == 200
    assert "Arbeitskreis Migration" in page.text
    assert client.post("/kalender/adresse").status_code == 303
    assert client.post(f"/kalender/gremien/{committee.id}").status_code == 303
    feeds = list_feeds(user)
    assert [f.committee_id for f in feeds] == [None, committee.id]
    assert feed_path(feeds[0]) in client.get("/kalender").text
    assert client.post(f"/kalender/{feeds[0].id}/erneuern").status_code == 303
    assert feed_path(feeds[0]) not in client.get("/kalender").text


def test_a_single_meeting_can_be_taken_along(client: Client) -> None:
    committee = make_committee()
    meeting = make_meeting(committee)
    path = f"/sitzungen/{meeting.id}/termin.ics"
    client.sign_in(make_member(committee))
    answer = client.get(path)
    assert len(events(answer.data)) == 1
    assert "attachment" in answer.headers["Content-Disposition"]
    client.sign_in(make_user())
    assert client.get(path).status_code == 404


def test_a_feed_costs_the_same_for_many_meetings(client: Client, count_queries: Any) -> None:
    committee = make_committee()
    user = make_member(committee)
    path = personal_feed(user)
    make_meeting(committee)
    with count_queries() as few:
        client.get(path)
    for _ in range(5):
        make_meeting(committee, place_id=make_place().id)
    with count_queries() as many:
        client.get(path)
    assert len(few) == len(many) <= 8
    load_standing(user, now().date())

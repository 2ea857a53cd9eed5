"""Planning, moving, publishing and cancelling meetings; the trash; the lists."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from lxml import html

from govern.committees.models import CadenceInterval, Committee
from govern.db import db, now
from govern.formats import at, local, today
from govern.meetings.models import (
    AgendaItem,
    ItemKind,
    Meeting,
    MeetingMode,
    MeetingRole,
    MeetingRoleKind,
    MeetingState,
    StandingItem,
    TopicState,
)
from govern.meetings.queries.meetings import dates_of, next_day, propose
from govern.meetings.services import meetings as services
from govern.people.models import Person
from tests.conftest import Client
from tests.factories import (
    make,
    make_committee,
    make_coordinator,
    make_guest,
    make_item,
    make_meeting,
    make_member,
    make_office_user,
    make_person,
    make_place,
    make_steering_group,
    make_topic,
    make_user,
)

Counter = Callable[[], AbstractContextManager[list[str]]]

PLAN: dict[str, Any] = {"day": "2027-03-16", "starts": "14:00", "ends": "16:30", "mode": "on_site", "number": "9",
                        "place_id": "0", "is_past": "y"}  # fmt: skip


def only_meeting(committee: Committee) -> Meeting:
    return db.session.query(Meeting).filter_by(committee_id=committee.id).one()


# Planning


@pytest.mark.proves("C8", "C12", "B-07")
def test_a_meeting_is_planned_with_place_form_and_three_roles(client: Client) -> None:
    committee = make_steering_group()
    place = make_place(video_url="https://video.muster.example/lg", address="Musterweg 5")
    chair, moderator, taker, second = (make_person() for _ in range(4))
    answer = client.sign_in(make_office_user(committee)).post(
        f"/gremien/{committee.id}/sitzungen/neu",
        data={**PLAN, "mode": "mixed", "place_id": place.id, "chair_function": "Landrat", "chair_id": chair.id,
              "moderator_id": moderator.id, "minute_taker_1": taker.id, "minute_taker_3": second.id},
    )  # fmt: skip
    meeting = only_meeting(committee)
    assert answer.status_code == 303
    assert answer.location == f"/sitzungen/{meeting.id}"
    assert (meeting.mode, meeting.place, meeting.video_url) == (MeetingMode.MIXED, place, place.video_url)
    assert {(r.kind, r.person_id) for r in meeting.roles} == {
        (MeetingRoleKind.CHAIR, chair.id), (MeetingRoleKind.MODERATOR, moderator.id),
        (MeetingRoleKind.MINUTE_TAKER, taker.id), (MeetingRoleKind.MINUTE_TAKER, second.id),
    }  # fmt: skip
    assert meeting.ical_uid.endswith("@127.0.0.1")
    page = client.get(answer.location).text
    assert "9. Sitzung der Lenkungsgruppe KIM" in page
    assert "Di., 16. März 2027, 14:00–16:30" in page
    assert "Leitung: Landrat" in page
    assert "Musterweg 5 · Leitung" in " ".join(page.split())
    assert 'href="https://video.muster.example/lg"' in page, "whoever opens the page may join from there"
    assert "https://video.muster.example/lg" in client.get(f"{answer.location}/termin.ics").text.replace("\r\n ", "")
    meeting.mode = MeetingMode.ON_SITE
    db.session.commit()
    assert "video.muster.example" not in client.get(answer.location).text
    assert "video.muster.example" not in client.get(f"{answer.location}/termin.ics").text


@pytest.mark.proves("C8")
def test_weekends_and_holidays_are_said_and_not_refused(client: Client) -> None:
    committee = make_committee()
    client.sign_in(make_office_user(committee))
    path, special = f"/gremien/{committee.id}/sitzungen/neu", "Hinweis zum 26. Dezember 2026: Samstag, Zweiter Weihnac"
    field = html.fromstring(client.get(path).text).get_element_by_id("day")
    asked = client.get(field.get("data-hx-get"), query_string={"day": "2026-12-26"}).text
    assert f'<p class="field meta">{special}htstag, Weihnachtsferien.</p>' in asked
    assert f'id="{field.get("data-hx-target").removeprefix("#")}"' in asked
    for ordinary in ("2026-12-10", "", "unsinn"):
        assert "Hinweis" not in client.get(field.get("data-hx-get"), query_string={"day": ordinary}).text
    assert (
        special in client.post(path, data={**PLAN, "day": "2026-12-26", "ends": ""}).text
    )  # refused for something else
    answer = client.post(path, data={**PLAN, "day": "2026-12-26"})
    assert (answer.status_code, special in client.get(answer.location).text) == (303, True)
    meeting = only_meeting(committee)
    times = {"starts": "10:00", "ends": "12:00", "is_past": "y"}
    for day, words in (("2026-07-21", "Sommerferien."), ("2026-06-04", "Fronleichnam."), ("2026-06-10", None)):
        data = {**times, "version": meeting.version, "day": day}
        answer = client.post(f"/sitzungen/{meeting.id}/verschieben", data=data)
        page = client.get(answer.location).text
        assert (answer.status_code, "Hinweis zum" in page) == (303, words is not None)
        assert words is None or f"2026: {words}" in page
    assert client.sign_in(make_user()).get("/sitzungen/tag?day=2026-12-26").status_code == 403


@pytest.mark.proves("C8", "C-06")
def test_who_leads_is_found_by_searching_and_everything_typed_stays(client: Client) -> None:
    committee = make_committee()
    far, gone = make_person(family_name="Weitfort"), make_person(family_name="Vergangen", ended_on=date(2020, 1, 1))
    user = make_office_user(committee)
    path = f"/gremien/{committee.id}/sitzungen/neu"
    page = client.sign_in(user).get(path).text
    assert f'id="chair_id-{user.person_id}"' in page  # the office is near
    assert "Weitfort" not in page
    searched = {**PLAN, "title": "Klausurtagung", "chair_id_q": "weitf", "chair_id_search": "1"}
    answer = client.post(path, data=searched)
    assert answer.status_code == 422
    assert f'value="{far.id}"' in answer.text and "1 Treffer: bitte auswählen." in answer.text
    assert 'value="Klausurtagung"' in answer.text
    listed = client.get(f"/gremien/{committee.id}/sitzungen/personen?feld=minute_taker_1&minute_taker_1_q=weitf").text
    assert f'id="minute_taker_1-{far.id}"' in listed
    for nobody in (str(gone.id), "999999", "unsinn"):
        answer = client.post(path, data={**PLAN, "moderator_id": nobody, "title": "Klausurtagung"})
        assert answer.status_code == 422
        assert 'id="moderator_id-error"' in answer.text and 'value="Klausurtagung"' in answer.text


def test_two_clicks_plan_one_meeting_and_no_number_is_given_twice_a_year(client: Client) -> None:
    committee = make_steering_group()
    client.sign_in(make_office_user(committee))
    path = f"/gremien/{committee.id}/sitzungen/neu"
    assert client.post(path, data=PLAN).status_code == 303
    again = client.post(path, data=PLAN)
    assert again.status_code == 422 and "Die 9. Sitzung gibt es schon: Di., 16. März 2027." in again.text
    meeting = only_meeting(committee)
    assert client.post(path, data={**PLAN, "number": "10", "day": "2027-06-16"}).status_code == 303
    assert client.post(path, data={**PLAN, "day": "2028-03-16"}).status_code == 303, "counts may start anew each year"
    other = db.session.query(Meeting).filter_by(number=10).one()
    values = {**PLAN, "version": str(other.version)}
    assert client.post(f"/sitzungen/{other.id}/bearbeiten", data=values).status_code == 422
    client.post(f"/sitzungen/{meeting.id}/loeschen")
    assert client.post(path, data=PLAN).status_code == 303, "what lies in the trash does not count"
    back = client.post(f"/papierkorb/{meeting.id}/wiederherstellen")
    assert back.status_code == 422 and "Die 9. Sitzung gibt es schon" in back.text, (
        "nor does it come back a second time"
    )


def test_a_video_link_just_typed_is_not_dropped_without_a_word(client: Client) -> None:
    committee = make_committee()
    client.sign_in(make_office_user(committee))
    typed = {**PLAN, "video_url": "https://video.muster.example/neu"}
    answer = client.post(f"/gremien/{committee.id}/sitzungen/neu", data=typed)
    assert answer.status_code == 422
    assert "vor Ort gibt es keinen Videolink" in answer.text and typed["video_url"] in answer.text
    client.post(f"/gremien/{committee.id}/sitzungen/neu", data={**typed, "mode": "online"})
    meeting = only_meeting(committee)
    answer = client.post(f"/sitzungen/{meeting.id}/bearbeiten", data={**typed, "version": meeting.version})
    assert (answer.status_code, meeting.video_url) == (303, None)  # the stored one goes with the change to on site


@pytest.mark.slow
def test_the_form_costs_the_same_with_thousands_of_persons(client: Client, count_queries: Counter) -> None:
    committee, chair = make_committee(), make_person()
    meeting = make_meeting(committee, roles=[MeetingRole(kind=MeetingRoleKind.CHAIR, person=chair)])
    paths = [f"/gremien/{committee.id}/sitzungen/neu", f"/sitzungen/{meeting.id}/bearbeiten",
             f"/sitzungen/{meeting.id}/tagesordnung/neu"]  # fmt: skip
    client.sign_in(make_office_user(committee))
    client.get(paths[0])
    costs = []
    for size in (0, 3_000):
        people = [{"given_name": "Ada", "family_name": f"Muster{n}", "sort_name": f"muster{n} ada",
                   "body_id": committee.body_id, "version": 1} for n in range(size)]  # fmt: skip
        if people:
            db.session.execute(sa.insert(Person), people)
        for path in paths:
            with count_queries() as statements:
                answer = client.get(path)
            costs.append((path, len(statements), len(answer.text)))
            assert len(statements) <= 12, (path, statements)
    assert costs[:3] == costs[3:]


@pytest.mark.parametrize(
    ("day", "starts", "summer"),
    [
        ("2027-03-27", "14:00", 13),
        ("2027-03-29", "14:00", 12),
        ("2027-10-30", "14:00", 12),
        ("2027-11-02", "14:00", 13),
    ],
)
@pytest.mark.proves("B-11")
def test_times_are_those_of_berlin(client: Client, day: str, starts: str, summer: int) -> None:
    committee = make_committee()
    client.sign_in(make_office_user(committee))
    client.post(f"/gremien/{committee.id}/sitzungen/neu", data={**PLAN, "day": day, "starts": starts})
    assert only_meeting(committee).starts_at.hour == summer


@pytest.mark.proves("A13")
def test_the_next_day_follows_the_cadence_and_is_never_a_weekend(app: Flask) -> None:
    committee = make_committee(cadence_interval=CadenceInterval.QUARTERLY)
    make_meeting(committee, starts_at=datetime(2026, 5, 26, 12, tzinfo=UTC), number=8)
    proposal = propose(committee, date(2026, 6, 1))
    assert (proposal.number, proposal.day) == (9, date(2026, 8, 25))
    assert "viermal im Jahr" in proposal.reason
    assert "26. Mai 2026" in proposal.reason


@pytest.mark.parametrize(
    ("last", "days", "today", "expected"),
    [
        (date(2026, 5, 26), 91, date(2026, 6, 1), date(2026, 8, 25)),
        (date(2026, 5, 26), 30, date(2026, 6, 1), date(2026, 6, 25)),
        (date(2026, 5, 28), 30, date(2026, 6, 1), date(2026, 6, 29)),  # a Saturday moves to Monday
        (date(2026, 5, 29), 30, date(2026, 6, 1), date(2026, 6, 29)),  # a Sunday too
        (date(2020, 1, 7), 7, date(2026, 6, 2), date(2026, 6, 9)),  # long ago: the first one after today
        (date(2026, 8, 4), 7, date(2026, 6, 2), date(2026, 8, 11)),  # the last one is still to come
    ],
)
def test_next_day(last: date, days: int, today: date, expected: date) -> None:
    assert next_day(last, days, today) == expected


def test_without_a_countable_cadence_no_day_is_proposed(client: Client) -> None:
    committee = make_committee()
    make_meeting(committee, starts_at=now() - timedelta(days=40))
    page = client.sign_in(make_office_user(committee)).get(f"/gremien/{committee.id}/sitzungen/neu").text
    assert "kein zählbarer Turnus angegeben" in page
    assert 'name="day" required type="date" value=""' in page


def test_the_new_agenda_takes_standing_items_and_the_last_structure(client: Client) -> None:
    committee = make_committee()
    last = make_meeting(committee, starts_at=now() - timedelta(days=30), number=8)
    standing = make(StandingItem(committee=committee, title="Eröffnung", kind=ItemKind.REPORT, planned_minutes=5))
    make(StandingItem(committee=committee, title="Verschiedenes", kind=ItemKind.DISCUSSION, at_end=True))
    make(StandingItem(committee=committee, title="Gestrichen", kind=ItemKind.REPORT, is_retired=True))
    make_item(last, title="Eröffnung", standing_item_id=standing.id, position=1)
    block = make_item(last, title="Berichte", position=2, planned_minutes=20, description="Was war", internal_note="x",
                      proposed_resolution="y", minutes_text="z", kind=ItemKind.REPORT)  # fmt: skip
    make_item(last, title="aus den Kommunen", position=1, parent=block)
    client.sign_in(make_office_user(committee)).post(
        f"/gremien/{committee.id}/sitzungen/neu", data={**PLAN, "with_standing_items": "y", "copy_last": "y"}
    )
    meeting = db.session.query(Meeting).filter(Meeting.committee_id == committee.id, Meeting.id != last.id).one()
    top = [item for item in meeting.items if item.parent_id is None]
    assert [item.title for item in top] == ["Eröffnung", "Berichte", "Verschiedenes"]
    copied = top[1]
    assert [sub.title for sub in copied.sub_items] == ["aus den Kommunen"]
    assert copied.planned_minutes == 20
    assert (copied.description, copied.internal_note, copied.proposed_resolution, copied.minutes_text) == ("",) * 4


def test_a_faulty_plan_says_where_and_keeps_what_was_typed(client: Client) -> None:
    committee = make_committee()
    answer = client.sign_in(make_office_user(committee)).post(
        f"/gremien/{committee.id}/sitzungen/neu",
        data={**PLAN, "ends": "13:00", "title": "Klausurtagung", "mode": "online", "video_url": "https://v.example/1"},
    )
    assert answer.status_code == 422
    assert "Das Ende muss nach dem Beginn liegen." in answer.text
    assert "Klausurtagung" in answer.text
    answer = client.post(
        f"/gremien/{committee.id}/sitzungen/neu", data={**PLAN, "mode": "online", "video_url": "javascript:alert(1)"}
    )
    assert answer.status_code == 422
    assert "https://" in answer.text
    assert not db.session.query(Meeting).filter_by(committee_id=committee.id).count()


def test_the_list_leads_to_the_only_committee_one_may_plan_for(client: Client) -> None:
    committee = make_committee()
    answer = client.sign_in(make_office_user(committee)).get("/sitzungen/neu")
    assert answer.location == f"/gremien/{committee.id}/sitzungen/neu"
    assert client.sign_in(make_member(committee)).get("/sitzungen/neu").status_code == 403


# Changing


def edit_data(meeting: Meeting, **changes: Any) -> dict[str, Any]:
    return {**{k: v for k, v in PLAN.items() if k not in ("day", "starts", "ends")}, "version": meeting.version,
            "number": meeting.number, "title": meeting.title or "", **changes}  # fmt: skip


@pytest.mark.proves("B-08", "B-09")
def test_a_new_place_tells_calendars_and_a_new_moderator_does_not(client: Client) -> None:
    committee = make_committee()
    meeting = make_meeting(committee, ical_changed_at=now() - timedelta(days=3))
    client.sign_in(make_office_user(committee))
    client.post(f"/sitzungen/{meeting.id}/bearbeiten", data=edit_data(meeting, moderator_function="Koordination"))
    assert (meeting.ical_sequence, meeting.moderator_function) == (0, "Koordination")
    before = meeting.ical_changed_at
    client.post(f"/sitzungen/{meeting.id}/bearbeiten", data=edit_data(meeting, title="Klausur"))
    assert meeting.ical_sequence == 0
    assert meeting.ical_changed_at > before
    client.post(f"/sitzungen/{meeting.id}/bearbeiten", data=edit_data(meeting, place_note="Saal 2"))
    assert (meeting.ical_sequence, meeting.place_note) == (1, "Saal 2")


def test_a_stale_save_shows_both_versions_and_overwrites_nothing(client: Client) -> None:
    committee = make_committee()
    meeting = make_meeting(committee)
    client.sign_in(make_office_user(committee))
    stale = edit_data(meeting, title="Meine Fassung")
    client.post(f"/sitzungen/{meeting.id}/bearbeiten", data=edit_data(meeting, title="Fassung der anderen"))
    answer = client.post(f"/sitzungen/{meeting.id}/bearbeiten", data=stale)
    assert answer.status_code == 409
    assert "Meine Fassung" in answer.text
    assert "Fassung der anderen" in answer.text
    assert meeting.title == "Fassung der anderen"
    assert f'name="version" type="hidden" value="{meeting.version}"' in answer.text


@pytest.mark.proves("B-07", "B-08", "B-09", "B-13")
def test_a_moved_meeting_keeps_its_old_date_visible(client: Client) -> None:
    committee = make_committee()
    meeting = make_meeting(committee, starts_at=datetime(2027, 3, 16, 13, tzinfo=UTC), published_at=now(),
                           state=MeetingState.PUBLISHED, ical_changed_at=now() - timedelta(days=9))  # fmt: skip
    guest = make_guest(meeting)
    uid, expires = meeting.ical_uid, guest.expires_at
    client.sign_in(make_office_user(committee))
    data = {"version": meeting.version, "day": "2027-03-17", "starts": "14:00", "ends": "16:00", "is_past": "y"}
    refused = client.post(f"/sitzungen/{meeting.id}/verschieben", data=data)
    assert refused.status_code == 422
    assert "Bitte einen Grund nennen" in refused.text
    client.post(f"/sitzungen/{meeting.id}/verschieben", data={**data, "reason": "Kreistag am selben Tag"})
    assert local(meeting.starts_at).date() == date(2027, 3, 17)
    assert (meeting.ical_uid, meeting.ical_sequence) == (uid, 1)
    assert meeting.ical_changed_at > now() - timedelta(days=1)
    assert guest.expires_at == expires + timedelta(days=1)
    page = client.sign_in(make_member(committee)).get(f"/sitzungen/{meeting.id}").text
    assert "Di., 16. März 2027" in page
    assert "Kreistag am selben Tag" in page


@pytest.mark.proves("B-07")
@pytest.mark.parametrize("page", ["plan", "move", "year"])
def test_a_day_that_is_over_is_asked_back_for_and_possible(client: Client, page: str) -> None:
    committee = make_committee()
    meeting = make_meeting(committee)
    yesterday = today() - timedelta(days=1)
    times = {"day": yesterday.isoformat(), "starts": "14:00", "ends": "16:00"}
    row = {f"rows-0-{name}": value for name, value in times.items()}
    address, typed = {
        "plan": (f"/gremien/{committee.id}/sitzungen/neu", {**times, "mode": "on_site", "place_id": "0"}),
        "move": (f"/sitzungen/{meeting.id}/verschieben", {**times, "version": str(meeting.version)}),
        "year": (f"/gremien/{committee.id}/jahresplan", {**row, "title": "Reihe", "mode": "on_site", "place_id": "0"}),
    }[page]
    typed |= {"title": "Klausurtagung", "reason": "Klausurtagung"}
    client.sign_in(make_office_user(committee))
    assert 'name="is_past"' not in client.get(address).text
    asked = client.post(address, data=typed)
    assert asked.status_code == 422
    assert "liegt in der Vergangenheit. Ist das gewollt?" in asked.text and "Klausurtagung" in asked.text
    over = db.session.query(Meeting).filter(Meeting.starts_at < at(today(), time()))
    assert over.all() == []
    assert client.post(address, data={**typed, "is_past": "y"}).status_code == 303
    assert [local(m.starts_at).date() for m in over] == [yesterday]


@pytest.mark.proves("B-09", "B-12")
def test_a_cancelled_meeting_stays_visible_and_frees_its_topics(client: Client) -> None:
    committee = make_committee()
    meeting = make_meeting(committee, state=MeetingState.PUBLISHED, published_at=now())
    topic = make_topic(committee, state=TopicState.SCHEDULED)
    make_item(meeting, topic=topic)
    client.sign_in(make_office_user(committee))
    assert client.post(f"/sitzungen/{meeting.id}/absagen", data={"reason": " "}).status_code == 422
    assert client.post(f"/sitzungen/{meeting.id}/absagen", data={"reason": "Sturmwarnung"}).status_code == 303
    assert (meeting.state, meeting.ical_sequence, topic.state) == (MeetingState.CANCELLED, 1, TopicState.ACCEPTED)
    member = client.sign_in(make_member(committee))
    assert "Sturmwarnung" in member.get(f"/sitzungen/{meeting.id}").text
    assert "Abgesagt" in member.get("/sitzungen").text
    client.sign_in(make_office_user(committee))
    again = client.post(f"/sitzungen/{meeting.id}/absagen", data={"reason": "Noch einmal"})
    assert again.status_code == 422
    assert meeting.cancellation_reason == "Sturmwarnung"


def test_publishing_opens_the_agenda_to_members(client: Client) -> None:
    committee = make_committee()
    meeting = make_meeting(committee)
    client.sign_in(make_office_user(committee))
    empty = client.post(f"/sitzungen/{meeting.id}/veroeffentlichen")
    assert empty.status_code == 422
    assert "noch leer" in empty.text
    make_item(meeting, title="Sprachkurse")
    asked = client.post(f"/sitzungen/{meeting.id}/veroeffentlichen")  # no place yet
    assert "Trotzdem veröffentlichen?" in asked.text
    assert meeting.state is MeetingState.PREPARING
    assert client.post(f"/sitzungen/{meeting.id}/veroeffentlichen", data={"trotzdem": "1"}).status_code == 303
    assert meeting.state is MeetingState.PUBLISHED
    assert "Sprachkurse" in client.sign_in(make_member(committee)).get(f"/sitzungen/{meeting.id}").text


@pytest.mark.parametrize("state", [MeetingState.CLOSED, MeetingState.RELEASED])
def test_a_closed_meeting_is_not_changed_any_more(client: Client, state: MeetingState) -> None:
    committee = make_committee()
    meeting = make_meeting(committee, state=state, closed_at=now(), released_at=now(), published_at=now())
    item = make_item(meeting)
    client.sign_in(make_coordinator())
    for path, data in (
        (f"/sitzungen/{meeting.id}/bearbeiten", edit_data(meeting, title="Neu")),
        (f"/sitzungen/{meeting.id}/absagen", {"reason": "zu spät"}),
        (f"/sitzungen/{meeting.id}/veroeffentlichen", {}),
        (f"/sitzungen/{meeting.id}/loeschen", {}),
        (f"/sitzungen/{meeting.id}/tagesordnung/ordnung", {"order": item.id}),
        (f"/tagesordnungspunkte/{item.id}/loeschen", {}),
        (f"/tagesordnungspunkte/{item.id}/verschieben", {"direction": "up"}),
        (f"/tagesordnungspunkte/{item.id}/absetzen", {"reason": "x"}),
    ):
        assert client.post(path, data=data).status_code == 422, path
    assert (meeting.title, meeting.state, item.result) == (None, state, None)


# Trash


def test_a_draft_goes_to_the_trash_and_comes_back(client: Client) -> None:
    committee = make_committee()
    meeting = make_meeting(committee, number=7)
    topic = make_topic(committee, state=TopicState.SCHEDULED)
    make_item(meeting, topic=topic)
    client.sign_in(make_office_user(committee))
    assert client.post(f"/sitzungen/{meeting.id}/loeschen").location == "/papierkorb"
    assert topic.state is TopicState.ACCEPTED
    assert "7. Sitzung" not in client.get("/sitzungen").text
    assert "7. Sitzung" in client.get("/papierkorb").text
    assert client.sign_in(make_member(committee)).get(f"/sitzungen/{meeting.id}").status_code == 404
    client.sign_in(make_office_user(committee)).post(f"/papierkorb/{meeting.id}/wiederherstellen")
    assert topic.state is TopicState.SCHEDULED
    assert "7. Sitzung" in client.get("/sitzungen").text


def test_what_was_published_is_only_cancelled(client: Client) -> None:
    meeting = make_meeting(state=MeetingState.PUBLISHED, published_at=now())
    answer = client.sign_in(make_coordinator()).post(f"/sitzungen/{meeting.id}/loeschen")
    assert answer.status_code == 422
    assert "abgesagt" in answer.text
    assert meeting.deleted_at is None


def test_the_trash_is_emptied_after_thirty_days(app: Flask) -> None:
    folder = app.config["SETTINGS"].files
    old = make_meeting(deleted_at=now() - timedelta(days=31))
    parent = make_item(old)
    make_item(old, parent=parent)
    follower = make_item(predecessor=parent)
    fresh = make_meeting(deleted_at=now() - timedelta(days=29))
    kept = make_meeting()
    old_id = old.id
    assert services.empty_trash(folder) == 1
    assert services.empty_trash(folder) == 0
    db.session.commit()
    assert db.session.get(Meeting, old_id) is None
    assert not db.session.query(AgendaItem).filter_by(meeting_id=old_id).count()
    assert db.session.get(Meeting, fresh.id) and db.session.get(Meeting, kept.id)
    assert db.session.get_one(AgendaItem, follower.id).predecessor_id is None


def test_the_command_empties_the_trash(app: Flask) -> None:
    make_meeting(deleted_at=now() - timedelta(days=31))
    assert "1 Sitzung endgültig gelöscht." in app.test_cli_runner().invoke(args=["empty-trash"]).output


# Lists and pages


def test_lists_keep_coming_and_past_apart_and_follow_the_filter(client: Client) -> None:
    committee, other = make_committee(name="Arbeitskreis Sprache"), make_committee(name="Arbeitskreis Wohnen")
    make_meeting(committee, title="Kommt noch")
    make_meeting(committee, title="War schon", starts_at=now() - timedelta(days=9))
    make_meeting(other, title="Woanders")
    client.sign_in(make_coordinator())
    page = client.get("/sitzungen").text
    assert "Kommt noch" in page and "Woanders" in page and "War schon" not in page
    assert "War schon" in client.get("/sitzungen?zeit=vergangen").text
    filtered = client.get(f"/sitzungen?gremium={committee.id}", headers={"HX-Request": "true"}).text
    assert "Kommt noch" in filtered and "Woanders" not in filtered and "<html" not in filtered
    assert client.get("/sitzungen?seite=2").status_code == 404


def test_the_committee_page_learns_its_dates(app: Flask) -> None:
    committee, empty = make_committee(), make_committee()
    past, coming = now() - timedelta(days=10), now() + timedelta(days=10)
    make_meeting(committee, starts_at=past)
    make_meeting(committee, starts_at=past - timedelta(days=5))
    make_meeting(committee, starts_at=coming)
    make_meeting(committee, starts_at=coming - timedelta(days=5), state=MeetingState.CANCELLED, cancelled_at=now())
    early = make_committee()
    make_meeting(early, starts_at=coming, state=MeetingState.CLOSED, published_at=now(), closed_at=now())
    found = dates_of([early.id])
    assert (found[early.id].last_held, found[early.id].next_planned) == (local(coming).date(), None)
    found = dates_of([committee.id, empty.id])
    assert (found[committee.id].last_held, found[committee.id].next_planned) == (
        local(past).date(),
        local(coming).date(),
    )
    assert empty.id not in found


def test_the_committee_page_shows_its_meetings(client: Client) -> None:
    committee = make_committee()
    meeting = make_meeting(committee, number=4)
    page = client.sign_in(make_office_user(committee)).get(f"/gremien/{committee.id}").text
    assert f'href="/sitzungen/{meeting.id}"' in page
    assert f'href="/gremien/{committee.id}/sitzungen/neu"' in page


@pytest.mark.parametrize("role", ["office", "member"])
def test_pages_take_the_same_few_statements_however_long(client: Client, count_queries: Counter, role: str) -> None:
    committee = make_committee()
    paths = ["/sitzungen/{}", "/sitzungen/{}/unterlagen", "/sitzungen/{}/teilnahme", "/sitzungen/{}/tagesordnung",
             "/sitzungen/{}/tagesordnung.docx", "/sitzungen/{}/beschluesse"]  # fmt: skip
    short, long = (make_meeting(committee, state=MeetingState.PUBLISHED, published_at=now()) for _ in range(2))
    user = make_office_user(committee) if role == "office" else make_member(committee)
    for meeting, size in ((short, 1), (long, 12)):
        for n in range(size):
            item = make_item(meeting, planned_minutes=5, rapporteur_person=make_person(), position=n + 1)
            make_item(meeting, parent=item, rapporteur_seat=committee.seats[0] if committee.seats else None)
            make_guest(meeting)
    ids, first_item = (short.id, long.id), long.items[0].id
    client.sign_in(user)
    client.get(f"/sitzungen/{ids[0]}")
    for path in paths:
        counts = []
        for meeting_id in ids:
            with count_queries() as statements:
                assert client.get(path.format(meeting_id)).status_code == 200
            counts.append(len(statements))
        assert counts[0] == counts[1], path
        assert counts[1] <= 12, (path, statements)
    for path in ("/sitzungen", "/themen", f"/tagesordnungspunkte/{first_item}"):
        with count_queries() as statements:
            assert client.get(path).status_code == 200
        assert len(statements) <= 12, (path, statements)

"""Closing freezes, numbers and issues; releasing locks the wording; corrections stay visible."""

from __future__ import annotations

import re
from datetime import time, timedelta
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govern.actions.models import WorkOrderState
from govern.actions.services.work_orders import Order, draft_order
from govern.committees.models import RuleKind, Voting
from govern.db import db, now
from govern.errors import DomainError
from govern.formats import at, local, today
from govern.mail import OutgoingMail
from govern.meetings.models import (
    MEETING_TRANSITIONS,
    AttendanceState,
    ItemKind,
    ItemResult,
    Meeting,
    MeetingState,
    MinutesRevision,
    Resolution,
    ResolutionOutcome,
    StandingItem,
    Topic,
    TopicState,
)
from govern.meetings.queries.attendances import list_attendances
from govern.meetings.queries.closing import proposed_times
from govern.meetings.services import attendances, closing, minutes, minutes_life, revisions
from govern.meetings.services.attendances import Presence
from govern.meetings.services.papers import PaperStore
from govern.meetings.services.resolutions import Decision
from govern.meetings.services.scheduling import take_topics
from tests.conftest import Client
from tests.factories import (
    make,
    make_committee,
    make_coordinator,
    make_item,
    make_meeting,
    make_member,
    make_municipality,
    make_office_user,
    make_procedure_rule,
    make_steering_group,
    make_topic,
)
from tests.meetings.held import close, decide, finished_meeting


@pytest.mark.proves("C-11")
def test_the_review_names_what_is_missing_and_where(client: Client) -> None:
    user, committee = make_coordinator(), make_committee()
    make_procedure_rule(committee, RuleKind.QUORUM, mode="more_than_half")
    meeting = finished_meeting(user, committee, items=2)
    first = meeting.items[0]
    first.result = None
    list_attendances(meeting)[0].state = None
    db.session.commit()
    page = client.sign_in(user).get(f"/sitzungen/{meeting.id}/schliessen").text
    assert f"TOP 1 {first.title}: Ergebnis fehlt" in page
    assert f"punkt={first.id}" in page
    assert "1 Sitz ist noch offen" in page
    data = {"ended_on": now().date().isoformat(), "ended_at": "23:59"}
    refused = client.post(f"/sitzungen/{meeting.id}/schliessen", data=data)
    assert refused.status_code == 422
    assert meeting.state is MeetingState.IN_SESSION


@pytest.mark.proves("C-11", "D-12")
def test_closing_by_form_and_closing_twice(client: Client) -> None:
    user = make_coordinator()
    meeting = finished_meeting(user)
    decide(meeting.items[0], user)
    client.sign_in(user)
    assert "LG-B-" in client.get(f"/sitzungen/{meeting.id}/schliessen").text  # the number it is going to get
    day = local(now()).date().isoformat()
    for _ in range(2):
        answer = client.post(f"/sitzungen/{meeting.id}/schliessen", data={"ended_on": day, "ended_at": "23:59"})
        assert answer.status_code == 303
    assert meeting.state is MeetingState.CLOSED
    assert db.session.query(Resolution).one().sequence_number == 1


@pytest.mark.proves("E-13")
def test_a_meeting_written_up_afterwards_begins_and_ends_when_it_did(client: Client) -> None:
    user = make_coordinator()
    meeting = finished_meeting(user)
    day = local(now()).date() - timedelta(days=1)
    meeting.starts_at, meeting.ends_at = at(day, time(14)), at(day, time(16))
    meeting.started_at = at(day, time(17, 30))
    db.session.commit()
    assert proposed_times(meeting) == {"began_at": time(14), "ended_on": day, "ended_at": time(16)}, (
        "not before it began"
    )
    meeting.started_at = at(day, time(14, 5))
    assert proposed_times(meeting)["began_at"] == time(14, 5)
    db.session.commit()
    path = f"/sitzungen/{meeting.id}/schliessen"
    page = client.sign_in(user).get(path).text
    assert 'name="began_at"' in page and 'value="14:05"' in page
    data = {"ended_on": day.isoformat(), "began_at": "14:10", "ended_at": "14:09"}
    refused = client.post(path, data=data)
    assert refused.status_code == 422 and "Das Ende liegt vor dem Beginn der Sitzung." in refused.text
    assert '<a href="#ended_at">Ende um</a>' in refused.text, "the summary says which time"
    wrong = client.post(path, data={**data, "ended_on": day.replace(year=day.year + 1, day=1).isoformat()})
    assert wrong.status_code == 422 and "mehr als eine Woche nach dem Beginn" in wrong.text, "a wrong year"
    assert 'value="14:10"' in wrong.text, "what was typed is kept"
    assert client.post(path, data={**data, "ended_at": "15.55"}).status_code == 303
    minutes = client.get(f"/sitzungen/{meeting.id}/protokoll").text
    assert "14:10 Uhr" in minutes and "15:55 Uhr" in minutes


def test_a_meeting_does_not_end_before_it_began(client: Client) -> None:
    user = make_coordinator()
    meeting = finished_meeting(user)
    with pytest.raises(DomainError, match="vor dem Beginn"):
        closing.close_meeting(meeting, ended_at=now() - timedelta(days=1), by=user)


@pytest.mark.proves("B12", "C16", "W-2", "L-2")
def test_closing_freezes_composition_attendance_and_numbers(app: Flask) -> None:
    user = make_coordinator()
    meeting = finished_meeting(user, items=2)
    seat, row = meeting.committee.seats[0], list_attendances(meeting)[0]
    label, holder = seat.label, row.person.name if row.person else ""
    close(meeting, user)
    seat.function, seat.voting = "Ganz anders", Voting.NO
    meeting.items[0].position = 99
    db.session.commit()
    assert (row.seat_label, row.holder_label, row.voting) == (label, holder, Voting.YES)
    assert [i.frozen_number for i in sorted(meeting.items, key=lambda i: i.id)] == ["1", "2"]


def test_a_deputy_is_frozen_by_name_beside_the_holder(app: Flask) -> None:
    user = make_coordinator()
    meeting = finished_meeting(user)
    row = list_attendances(meeting)[0]
    holder = row.person
    attendances.record_attendance(row, Presence(state=AttendanceState.DEPUTY, deputy_name="Robin Ersatz"), by=user)
    close(meeting, user)
    assert holder is not None
    assert (row.holder_label, row.deputy_name) == (holder.name, "Robin Ersatz")


@pytest.mark.proves("E-09", "E-07")
def test_votes_that_no_longer_fit_the_attendance_stand_against_closing(app: Flask) -> None:
    user = make_coordinator()
    meeting = finished_meeting(user)
    decide(meeting.items[0], user, Decision(text="x", outcome=ResolutionOutcome.COUNTED, votes_yes=1))
    row = list_attendances(meeting)[0]
    attendances.record_attendance(row, Presence(state=AttendanceState.EXCUSED), by=user)
    with pytest.raises(DomainError, match="1 Stimmen gezählt, aber nur 0 Stimmen im Raum"):
        closing.close_meeting(meeting, ended_at=now(), by=user)


@pytest.mark.proves("C3")
def test_postponed_items_wait_in_the_store_and_referred_ones_in_the_other_committee(app: Flask) -> None:
    user = make_coordinator()
    meeting = finished_meeting(user, items=4)
    postponed_new, postponed_old, referred, done = meeting.items
    old_topic = make_topic(meeting.committee, state=TopicState.SCHEDULED)
    done_topic = make_topic(meeting.committee, state=TopicState.SCHEDULED)
    postponed_old.topic, done.topic = old_topic, done_topic
    other = make_committee(name="AK Migration")
    minutes.record_result(postponed_new, ItemResult.POSTPONED, by=user)
    minutes.record_result(postponed_old, ItemResult.POSTPONED, by=user)
    minutes.record_result(referred, ItemResult.REFERRED, referred_to=other, by=user)
    db.session.commit()
    close(meeting, user)
    assert (old_topic.state, done_topic.state) == (TopicState.ACCEPTED, TopicState.DONE)
    assert postponed_new.topic is not None
    assert (postponed_new.topic.title, postponed_new.topic.state) == (postponed_new.title, TopicState.ACCEPTED)
    handed_over = db.session.query(Topic).filter_by(committee_id=other.id).one()
    assert (handed_over.title, handed_over.state) == (referred.title, TopicState.PROPOSED)
    assert handed_over.moved_from_id == meeting.committee_id


@pytest.mark.proves("C3")
def test_a_postponed_item_is_carried_on_with_a_link_to_where_it_was(app: Flask, tmp_path: Path) -> None:
    user = make_coordinator()
    meeting = finished_meeting(user)
    postponed = meeting.items[0]
    minutes.record_result(postponed, ItemResult.POSTPONED, by=user)
    close(meeting, user)
    assert postponed.topic is not None
    following = make_meeting(meeting.committee, starts_at=now() + timedelta(days=90))
    store = PaperStore(folder=tmp_path, most_bytes=1_000_000)
    carried_on = take_topics(following, [postponed.topic], store=store, by=user)[0]
    assert (carried_on.title, carried_on.predecessor_id) == (postponed.title, postponed.id)
    assert postponed.result is ItemResult.POSTPONED  # the old minutes stay as they were


@pytest.mark.proves("D1", "D2", "W-12")
def test_closing_issues_the_work_orders(app: Flask) -> None:
    user = make_coordinator()
    year = local(now()).year
    numbers = []
    for _ in range(2):
        meeting = finished_meeting(user)
        addressee = f"organisation:{make_municipality().id}"
        orders = [draft_order(meeting.items[0], Order(task=t, addressee=addressee), by=user) for t in ("Eins", "Zwei")]
        assert {o.state for o in orders} == {WorkOrderState.DRAFT}
        close(meeting, user)
        assert {o.state for o in orders} == {WorkOrderState.ISSUED}
        numbers += [o.number for o in orders]
    assert numbers == [f"A-{year}-{n:03d}" for n in range(1, 5)]


@pytest.mark.proves("C17", "D-11")
def test_released_minutes_change_only_by_a_visible_revision(client: Client) -> None:
    user = make_coordinator()
    meeting = finished_meeting(user)
    item = meeting.items[0]
    minutes.save_text(item, "Alter Wortlaut", version=0, by=user)
    close(meeting, user)
    client.sign_in(user)
    url = f"/sitzungen/{meeting.id}/punkte/{item.id}/berichtigen"
    draft = client.post(url, data={"minutes_text": "Neu", "reason": "Weil", "version": 1})
    assert draft.status_code == 422  # still a draft: change it directly
    assert "Protokoll freigeben" in client.get(f"/sitzungen/{meeting.id}/freigeben").text
    assert client.post(f"/sitzungen/{meeting.id}/freigeben").status_code == 303
    assert meeting.state is MeetingState.RELEASED
    text_url = f"/sitzungen/{meeting.id}/punkte/{item.id}/protokolltext"
    assert client.post(text_url, data={"minutes_text": "heimlich", "version": 1}).status_code == 422
    assert client.post(url, data={"minutes_text": "Neu", "reason": "", "version": 1}).status_code == 422
    assert client.post(url, data={"minutes_text": "Neu", "reason": "Weil", "version": 0}).status_code == 409
    corrected = client.post(url, data={"minutes_text": "Neuer Wortlaut", "reason": "Hörfehler", "version": 1})
    assert corrected.status_code == 303
    revision = db.session.query(MinutesRevision).one()
    assert (revision.old_text, revision.new_text, revision.number) == ("Alter Wortlaut", "Neuer Wortlaut", 1)
    page = client.get(f"/sitzungen/{meeting.id}/protokoll").text
    for words in ("1. Berichtigung", "Hörfehler", "Alter Wortlaut", "Neuer Wortlaut"):
        assert words in page


@pytest.mark.proves("C17", "D-10")
def test_members_read_the_minutes_once_released(client: Client) -> None:
    user = make_coordinator()
    meeting = finished_meeting(user)
    make_item(meeting, is_public=False, title="Vertraulicher Punkt", result=ItemResult.NOTED)
    db.session.commit()
    close(meeting, user)
    member, stranger = make_member(meeting.committee), make_member(make_committee())
    url = f"/sitzungen/{meeting.id}/protokoll"
    assert client.sign_in(member).get(url).status_code == 403
    minutes_life.release_minutes(meeting, by=user)
    db.session.commit()
    assert "Vertraulicher Punkt" in client.sign_in(member).get(url).text
    assert client.sign_in(stranger).get(url).status_code == 404
    meeting.is_public = True
    db.session.commit()
    page = client.sign_in(stranger).get(url)
    assert page.status_code == 200
    assert "Vertraulicher Punkt" not in page.text
    holder = meeting.attendances[0].holder_label
    assert holder is not None
    assert holder not in page.text  # names are for the circle
    assert holder in client.sign_in(member).get(url).text
    client.sign_in(stranger)
    assert client.post(f"/sitzungen/{meeting.id}/freigeben").status_code == 403


@pytest.mark.proves("D-12", "D-11")
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(st.sampled_from(["start", "close", "release", "result", "text", "vote", "revise"]), max_size=9))
def test_a_meeting_only_ever_moves_along_its_states(app: Flask, steps: list[str]) -> None:
    savepoint = db.session.begin_nested()
    try:
        _walk(steps)
    finally:
        if savepoint.is_active:
            savepoint.rollback()
        db.session.expire_all()


def _walk(steps: list[str]) -> None:
    user = make_coordinator()
    committee = make_committee()
    meeting = make_meeting(committee, starts_at=now(), published_at=now())
    item = make_item(meeting)
    calls = {
        "start": lambda: attendances.start_meeting(meeting, by=user),
        "close": lambda: closing.close_meeting(meeting, ended_at=now() + timedelta(minutes=1), by=user),
        "release": lambda: minutes_life.release_minutes(meeting, by=user),
        "result": lambda: minutes.record_result(item, ItemResult.NOTED, by=user),
        "text": lambda: minutes.save_text(item, f"Text {item.minutes_version}", version=item.minutes_version, by=user),
        "vote": lambda: minutes.reopen_item(item, by=user),
        "revise": lambda: revisions.revise_minutes(
            item, f"Neu {item.minutes_version}", reason="x", version=item.minutes_version, by=user
        ),
    }
    for step in steps:
        before, result, text = meeting.state, item.result, item.minutes_text
        try:
            calls[step]()
        except DomainError:
            assert (meeting.state, item.result) == (before, result)
        assert meeting.state is before or meeting.state in MEETING_TRANSITIONS[before]
        if before in (MeetingState.CLOSED, MeetingState.RELEASED):
            assert item.result is result
        if before is MeetingState.RELEASED and item.minutes_text != text:
            assert item.revisions[-1].old_text == text
        if meeting.is_closed:
            assert item.result is not None
            assert item.frozen_number == "1"


@pytest.mark.proves("C9", "C17")
def test_a_light_circle_needs_five_clicks_from_the_date_to_the_minutes_sent(client: Client) -> None:
    committee = make_committee(short_name="AK")
    member = make_member(committee)
    make(StandingItem(committee=committee, title="Austausch", kind=ItemKind.DISCUSSION, planned_minutes=60))
    client.sign_in(make_office_user(committee))
    data = {"day": today(), "starts": "00:00", "ends": "23:59", "mode": "on_site", "with_standing_items": "y"}
    planned = client.post(f"/gremien/{committee.id}/sitzungen/neu", data=data)  # 1
    page = client.get(planned.location).text
    meeting = db.session.query(Meeting).one()
    assert re.search(rf'<a class="[^"]*primary[^"]*" href="/sitzungen/{meeting.id}/protokollieren"', page)  # 2
    client.post(f"/sitzungen/{meeting.id}/eroeffnen")  # 3
    page = client.get(f"/sitzungen/{meeting.id}/schliessen").text  # 4
    assert "Es fehlt noch etwas" not in page
    ticked = ("notes_rest", "marks_everybody", "sends_minutes")
    assert all(re.search(rf'<input checked[^>]* name="{name}"', page) for name in ticked)
    end = {"ended_on": today(), "ended_at": "23:59"}
    assert client.post(f"/sitzungen/{meeting.id}/schliessen", data=end).status_code == 422
    client.post(f"/sitzungen/{meeting.id}/schliessen", data={**end, **dict.fromkeys(ticked, "y")})  # 5
    assert meeting.state is MeetingState.RELEASED
    assert [item.result for item in meeting.items] == [ItemResult.NOTED]
    assert member.person.email in {mail.to_address for mail in db.session.query(OutgoingMail)}


def test_with_rules_every_result_is_recorded_by_hand(client: Client) -> None:
    committee = make_committee()
    make_procedure_rule(committee, RuleKind.QUORUM, mode="more_than_half")
    meeting = make_meeting(committee, starts_at=now(), published_at=now(), state=MeetingState.IN_SESSION)
    make_item(meeting)
    page = client.sign_in(make_office_user(committee)).get(f"/sitzungen/{meeting.id}/schliessen").text
    assert "Es fehlt noch etwas" in page and "In einem Zug" not in page
    steering = make_meeting(make_steering_group(), starts_at=now(), published_at=now(), state=MeetingState.IN_SESSION)
    make_item(steering)
    page = client.sign_in(make_coordinator()).get(f"/sitzungen/{steering.id}/schliessen").text
    assert "Es fehlt noch etwas" in page and "In einem Zug" not in page

"""What comes onto the agenda: topics in time, late, from elsewhere, and what earlier meetings left over."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask

from govern.committees.models import Committee, ProcedureRule, RuleKind, RuleState
from govern.db import db, now
from govern.formats import local
from govern.mail import OutgoingMail
from govern.meetings.models import (
    AgendaItem,
    AttendanceState,
    ItemKind,
    ItemResult,
    Meeting,
    MeetingMove,
    MeetingState,
    PaperKind,
    StandingItem,
    Topic,
    TopicInput,
    TopicState,
)
from govern.meetings.queries.topic_deadlines import next_deadlines
from govern.meetings.services import carrying, closing
from govern.meetings.services.papers import PaperStore, Upload, add_papers
from govern.meetings.services.scheduling import take_topics
from govern.people.models import Role
from tests.conftest import Client
from tests.factories import (
    make,
    make_committee,
    make_coordinator,
    make_item,
    make_meeting,
    make_member,
    make_office_user,
    make_resolution,
    make_steering_group,
    make_topic,
    make_user,
)
from tests.meetings.test_topics import FORM

HOUR = timedelta(hours=1)


def rule(committee: Committee, kind: RuleKind, state: RuleState = RuleState.ON, **values: object) -> ProcedureRule:
    facts = {"starts_on": date(2020, 1, 1), **values}
    return make(ProcedureRule(body_id=committee.body_id, committee_id=committee.id, kind=kind, state=state, **facts))


def mails() -> list[OutgoingMail]:
    return db.session.query(OutgoingMail).order_by(OutgoingMail.id).all()


def held(committee: Committee, **values: object) -> Meeting:
    """A meeting in session whose attendance is complete: nobody has a seat."""
    return make_meeting(committee, state=MeetingState.IN_SESSION, starts_at=now() - timedelta(hours=1),
                        published_at=now(), started_at=now() - timedelta(hours=1), **values)  # fmt: skip


def close(meeting: Meeting) -> None:
    for row in meeting.attendances:
        row.state = AttendanceState.PRESENT
    closing.close_meeting(meeting, ended_at=now(), by=make_coordinator())
    db.session.commit()


@pytest.mark.proves("C3", "E-18", "W-8")
def test_the_author_is_told_by_mail_what_becomes_of_a_topic(client: Client) -> None:
    committee, other = make_committee(), make_committee(name="Arbeitskreis Wohnen")
    member = make_member(committee)
    topic = make_topic(committee, title="Kita-Zugang", proposed_by=member)
    client.sign_in(make_coordinator())
    client.post(f"/themen/{topic.id}/zurueckgeben", data={"reason": "Bitte mit Zahlen."})
    client.post(f"/themen/{topic.id}/annehmen")
    client.post(f"/themen/{topic.id}/anderes-gremium", data={"committee_id": other.id, "reason": "Passt dort besser"})
    meeting = make_meeting(other)
    client.post(f"/themen/{topic.id}/einplanen", data={"meetings": [meeting.id]})
    found = mails()
    assert [m.subject.split(": ")[-1] for m in found] == [
        "zurückgegeben", "angenommen", "an ein anderes Gremium gegeben", "für eine Sitzung vorgesehen",
    ]  # fmt: skip
    assert {m.to_address for m in found} == {member.email}
    assert "Bitte mit Zahlen." in found[0].text and "Passt dort besser" in found[2].text
    assert all(f"/themen/{topic.id}" in m.text and "Kita-Zugang" in m.subject for m in found)


@pytest.mark.proves("E-12")
def test_a_confidential_topic_is_never_named_in_a_mail(client: Client) -> None:
    committee = make_committee()
    member = make_member(committee)
    topic = make_topic(committee, title="Geheimthema", proposed_by=member, is_public=False)
    client.sign_in(make_coordinator())
    client.post(f"/themen/{topic.id}/zurueckgeben", data={"reason": "Wegen Frau Muster"})
    client.post(f"/themen/{topic.id}/annehmen")
    assert len(mails()) == 2
    for mail in mails():
        assert "Geheimthema" not in mail.subject + mail.text
        assert "Frau Muster" not in mail.text


def test_nobody_writes_to_oneself(client: Client) -> None:
    committee = make_committee()
    office = make_office_user(committee)
    topic = make_topic(committee, proposed_by=office)
    client.sign_in(office).post(f"/themen/{topic.id}/annehmen")
    assert mails() == []


@pytest.mark.proves("E-18")
def test_the_deadline_stands_where_topics_are_brought(client: Client) -> None:
    committee = make_committee()
    rule(committee, RuleKind.TOPIC_DEADLINE, number=14, source="Geschäftsordnung § 5")
    meeting = make_meeting(committee, starts_at=now() + timedelta(days=30))
    day = local(meeting.starts_at).date() - timedelta(days=14)
    page = client.sign_in(make_member(committee)).get(f"/gremien/{committee.id}/themen/neu").text
    assert f"{day.day}. " in page and "Geschäftsordnung § 5" in page and "Themen bis" in page
    assert next_deadlines([committee])[committee.id].day == day


@pytest.mark.proves("E-18", "E-19")
def test_the_deadline_follows_the_rule_of_the_day_of_the_meeting(app: Flask) -> None:
    committee = make_committee()
    starts_at = now() + timedelta(days=30)
    rule(committee, RuleKind.TOPIC_DEADLINE, number=14)
    rule(committee, RuleKind.TOPIC_DEADLINE, number=7, starts_on=local(starts_at).date() + timedelta(days=1))
    make_meeting(committee, starts_at=starts_at)
    found = next_deadlines([committee])[committee.id]
    assert found.day == local(starts_at).date() - timedelta(days=14)


@pytest.mark.proves("E-18")
@pytest.mark.parametrize("state", [None, RuleState.ON, RuleState.OFF])
def test_a_late_topic_needs_the_consent_the_rule_asks_for(client: Client, state: RuleState | None) -> None:
    committee = make_committee()
    rule(committee, RuleKind.TOPIC_DEADLINE, number=14)
    if state is not None:
        rule(committee, RuleKind.URGENT_ITEMS, state, mode="with_consent" if state is RuleState.ON else None)
    meeting = make_meeting(committee, starts_at=now() + timedelta(days=5))
    topic = make_topic(committee, state=TopicState.ACCEPTED, title="Eilig")
    client.sign_in(make_office_user(committee))
    assert "nach der Frist" in client.get("/themen").text
    url = f"/sitzungen/{meeting.id}/tagesordnung/themen"
    assert "nach der Frist" in client.get(url).text
    without = client.post(url, data={"topics": [topic.id]})
    assert without.status_code == 422 and not meeting.items
    answer = client.post(url, data={"topics": [topic.id], "late_note": "Vorsitz, telefonisch: Antragsfrist endet"})
    if state is RuleState.OFF:
        assert answer.status_code == 422 and not meeting.items
        return
    assert topic.late_consent_note == "Vorsitz, telefonisch: Antragsfrist endet"
    assert topic.late_consent_by is not None and topic.late_consent_at is not None
    assert meeting.items[0].consent_note == "Vorsitz, telefonisch: Antragsfrist endet"
    assert "Vorsitz, telefonisch" in client.get(f"/tagesordnungspunkte/{meeting.items[0].id}").text
    asks = "das Gremium muss zustimmen" in client.get(f"/sitzungen/{meeting.id}/bereitschaft").text
    assert asks is (state is RuleState.ON)


@pytest.mark.proves("E-18")
def test_a_topic_brought_in_time_is_not_late_afterwards(client: Client) -> None:
    committee = make_committee()
    rule(committee, RuleKind.TOPIC_DEADLINE, number=14)
    meeting = make_meeting(committee, starts_at=now() + timedelta(days=5))
    topic = make_topic(committee, state=TopicState.ACCEPTED, created_at=now() - timedelta(days=30))
    client.sign_in(make_office_user(committee))
    client.post(f"/sitzungen/{meeting.id}/tagesordnung/themen", data={"topics": [topic.id]})
    assert [i.topic for i in meeting.items] == [topic]
    assert topic.late_consent_at is None


@pytest.mark.proves("E-18", "B-09")
def test_moving_a_meeting_makes_no_topic_late_that_came_in_time(client: Client) -> None:
    committee = make_committee()
    rule(committee, RuleKind.TOPIC_DEADLINE, number=14)
    meeting = make_meeting(committee, starts_at=now() + timedelta(days=5))
    before = now() + timedelta(days=40)
    meeting.moves.append(MeetingMove(old_starts_at=before, old_ends_at=before, moved_at=now() - timedelta(hours=1)))
    early = make_topic(committee, state=TopicState.ACCEPTED, title="Davor", created_at=now() - timedelta(hours=2))
    make_topic(committee, state=TopicState.ACCEPTED, title="Danach")
    page = client.sign_in(make_office_user(committee)).get(f"/sitzungen/{meeting.id}/tagesordnung/themen").text
    assert page.count("nach der Frist ·") == 1 and "nach der Frist" in page.split("Danach")[1]
    url = f"/sitzungen/{meeting.id}/tagesordnung/themen"
    assert client.post(url, data={"topics": [early.id]}).status_code == 303


@pytest.mark.proves("C5")
def test_a_case_manager_brings_a_big_topic_to_the_highest_committee_only(client: Client) -> None:
    highest, other = make_steering_group(), make_committee()
    client.sign_in(make_user(Role.CASE_MANAGER))
    assert client.get("/themen/neu").location == f"/gremien/{highest.id}/themen/neu"
    page = client.get(f"/gremien/{highest.id}/themen/neu").text
    assert 'selected value="big_topic"' in page
    answer = client.post(f"/gremien/{highest.id}/themen/neu", data={**FORM, "input_kind": "big_topic"})
    topic = db.session.query(Topic).one()
    assert topic.input_kind is TopicInput.BIG_TOPIC and topic.committee == highest
    assert client.get(answer.location).status_code == 200
    assert client.post(f"/gremien/{other.id}/themen/neu", data=FORM).status_code == 403


@pytest.mark.proves("C5", "W-8")
def test_an_author_without_a_seat_learns_the_result_and_nothing_confidential(client: Client) -> None:
    highest = make_steering_group()
    manager = make_user(Role.CASE_MANAGER)
    topic = make_topic(highest, proposed_by=manager, state=TopicState.DONE)
    meeting = make_meeting(highest, state=MeetingState.CLOSED, closed_at=now(), published_at=now(), number=9)
    item = make_item(meeting, topic=topic, result=ItemResult.DECIDED, minutes_text="Vertrauliches Protokoll")
    make_resolution(item, text="Geheimer Wortlaut", number="LG-B-2026-01")
    page = client.sign_in(manager).get(f"/themen/{topic.id}").text
    assert "9. Sitzung" in page and "beschlossen" not in page
    meeting.state, meeting.released_at = MeetingState.RELEASED, now()
    db.session.commit()
    page = client.get(f"/themen/{topic.id}").text
    assert "beschlossen" in page
    assert "Geheimer Wortlaut" not in page and "Vertrauliches Protokoll" not in page
    item.is_public = False
    db.session.commit()
    assert "9. Sitzung" not in client.get(f"/themen/{topic.id}").text


@pytest.mark.proves("C6", "L-5")
def test_a_result_of_a_working_group_becomes_a_topic_of_the_steering_group_in_one_click(client: Client) -> None:
    highest, group = make_steering_group(), make_committee(name="AG Wohnen")
    meeting = make_meeting(group, state=MeetingState.CLOSED, closed_at=now(), published_at=now())
    item = make_item(
        meeting, title="Wohnraumkarte", result=ItemResult.NOTED, minutes_text="Die AG empfiehlt eine Karte."
    )
    make_resolution(item, text="Die Karte wird vorgelegt.")
    client.sign_in(make_coordinator())
    assert "/weitergeben" in client.get(f"/tagesordnungspunkte/{item.id}").text
    answer = client.post(f"/tagesordnungspunkte/{item.id}/weitergeben")
    client.post(f"/tagesordnungspunkte/{item.id}/weitergeben")
    topic = db.session.query(Topic).one()  # once
    assert answer.location == f"/themen/{topic.id}"
    assert (topic.committee, topic.from_committee, topic.from_item) == (highest, group, item)
    assert topic.input_kind is TopicInput.WORKING_GROUP_RESULT
    assert "Die AG empfiehlt eine Karte." in topic.purpose and "Die Karte wird vorgelegt." in topic.purpose
    assert f"/tagesordnungspunkte/{item.id}" in client.get(f"/themen/{topic.id}").text
    assert f"/themen/{topic.id}" in client.get(f"/tagesordnungspunkte/{item.id}").text
    member = make_member(group)
    assert client.sign_in(member).post(f"/tagesordnungspunkte/{item.id}/weitergeben").status_code == 403


@pytest.mark.proves("L-4", "W-11")
def test_what_was_not_reached_is_postponed_in_bulk_and_offered_first_to_the_next_meeting(client: Client) -> None:
    committee = make_committee()
    office = make_office_user(committee)
    meeting = held(committee, number=8)
    standing = make(StandingItem(committee=committee, title="Verschiedenes", kind=ItemKind.REPORT, at_end=True))
    for row in meeting.attendances:
        row.state = AttendanceState.PRESENT
    done = make_item(meeting, title="Erledigt", result=ItemResult.NOTED)
    open_items = [make_item(meeting, title=t, description="Worum es geht") for t in ("Offen A", "Offen B")]
    make_item(meeting, title="Verschiedenes", standing_item_id=standing.id)
    client.sign_in(office)
    assert "Als nicht erreicht vertagen" in client.get(f"/sitzungen/{meeting.id}/schliessen").text
    client.post(f"/sitzungen/{meeting.id}/rest-vertagen")
    assert [i.result for i in open_items] == [ItemResult.POSTPONED] * 2
    assert open_items[0].result_note == carrying.NOT_REACHED
    assert done.result is ItemResult.NOTED
    close(meeting)
    titles = {t.title: t for t in db.session.query(Topic)}
    assert set(titles) == {"Offen A", "Offen B"}  # a standing item comes again by itself
    assert titles["Offen A"].from_item == open_items[0]
    page = client.get(f"/gremien/{committee.id}/sitzungen/neu").text
    assert "Offen A; Offen B" in page


def postponed(committee: Committee) -> AgendaItem:
    meeting = held(committee, number=8)
    item = make_item(meeting, title="Kita-Zugang", description="Spät Zugezogene", result=ItemResult.POSTPONED)
    close(meeting)
    return item


@pytest.mark.proves("L-4", "L-5", "W-11")
def test_planning_puts_left_over_items_on_the_agenda_by_default(client: Client) -> None:
    committee = make_committee()
    before = postponed(committee)
    day = (now() + timedelta(days=60)).date()
    client.sign_in(make_office_user(committee))
    client.post(f"/gremien/{committee.id}/sitzungen/neu", data={
        "day": day.isoformat(), "starts": "14:00", "ends": "16:00", "mode": "on_site", "place_id": "0",
        "with_left_over": "y",
    })  # fmt: skip
    following = db.session.query(Meeting).order_by(Meeting.id.desc()).first()
    assert following is not None
    item = following.items[0]
    assert (item.title, item.predecessor) == ("Kita-Zugang", before)
    assert before.result is ItemResult.POSTPONED  # the old minutes stay as they were
    assert f"/tagesordnungspunkte/{item.id}" in client.get(f"/tagesordnungspunkte/{before.id}").text
    assert f"/tagesordnungspunkte/{before.id}" in client.get(f"/tagesordnungspunkte/{item.id}").text


@pytest.mark.proves("L-4", "W-11")
def test_an_agenda_offers_left_over_items_first_and_publishing_asks_back(client: Client) -> None:
    committee = make_committee()
    following = make_meeting(committee, starts_at=now() + timedelta(days=30), number=9)
    make_item(following, title="Begrüßung", planned_minutes=5)
    before = postponed(committee)
    topic = before.topic
    assert topic is not None
    client.sign_in(make_office_user(committee))
    page = client.get(f"/sitzungen/{following.id}").text
    assert "Aus früheren Sitzungen vertagt" in page and "8. Sitzung" in page
    assert f'value="{topic.id}" checked' in page
    assert "1 vertagter Punkt steht noch nicht auf der Tagesordnung" in page
    client.post(f"/sitzungen/{following.id}/veroeffentlichen")
    assert following.state is MeetingState.PREPARING
    client.post(f"/sitzungen/{following.id}/tagesordnung/themen", data={"topics": [topic.id]})
    assert {i.title: i.predecessor_id for i in following.items}["Kita-Zugang"] == before.id
    assert "Aus früheren Sitzungen vertagt" not in client.get(f"/sitzungen/{following.id}").text


@pytest.mark.proves("L-4")
def test_dropping_what_was_left_over_takes_a_click(client: Client) -> None:
    committee = make_committee()
    topic = postponed(committee).topic
    following = make_meeting(committee, starts_at=now() + timedelta(days=30))
    assert topic is not None
    client.sign_in(make_office_user(committee))
    client.post(f"/themen/{topic.id}/zurueckziehen")
    assert "Aus früheren Sitzungen vertagt" not in client.get(f"/sitzungen/{following.id}").text


def test_members_are_not_offered_what_was_left_over(client: Client) -> None:
    committee = make_committee()
    postponed(committee)
    following = make_meeting(committee, starts_at=now() + timedelta(days=30), published_at=now(),
                             state=MeetingState.PUBLISHED)  # fmt: skip
    make_item(following)
    page = client.sign_in(make_member(committee)).get(f"/sitzungen/{following.id}").text
    assert "Aus früheren Sitzungen vertagt" not in page


@pytest.mark.proves("L-4", "L-5")
def test_a_postponed_item_comes_back_with_its_proposal_and_papers_and_stays_confidential(
    client: Client, tmp_path: Path
) -> None:
    committee, office = make_committee(), make_office_user(make_committee())
    store = PaperStore(tmp_path, 1_000)
    meeting, topic = make_meeting(committee), make_topic(committee, title="Stellen")
    add_papers(topic, [Upload("Anlass.txt", b"aus dem Thema")], kind=PaperKind.PAPER, store=store, by=office)
    (item,) = take_topics(meeting, [topic], store=store, by=office)
    add_papers(item, [Upload("Vorlage.txt", b"am Punkt")], kind=PaperKind.DECISION_PAPER, store=store, by=office)
    item.proposed_resolution, item.is_public, item.result = "Zwei Stellen.", False, ItemResult.POSTPONED
    meeting.state, meeting.starts_at, meeting.started_at = MeetingState.IN_SESSION, now() - HOUR, now() - HOUR
    close(meeting)
    (again,) = take_topics(make_meeting(committee), [topic], store=store, by=office)
    assert (again.proposed_resolution, again.is_public) == ("Zwei Stellen.", False)
    assert sorted(paper.file_name for paper in again.papers) == ["Anlass.txt", "Vorlage.txt"]


@pytest.mark.proves("L-4")
def test_a_referred_item_points_to_where_it_came_from(app: Flask, tmp_path: Path) -> None:
    committee, other = make_committee(), make_committee()
    meeting = held(committee)
    item = make_item(meeting, title="Wohnen", result=ItemResult.REFERRED, referred_to=other)
    close(meeting)
    topic = db.session.query(Topic).filter_by(committee_id=other.id).one()
    assert (topic.from_item, topic.moved_from) == (item, committee)
    assert not topic.is_carried_over

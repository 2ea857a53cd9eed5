"""The overview and the navigation."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from govern.actions.models import WorkOrderState
from govern.committees.models import Committee, MandateKind
from govern.db import db, now
from govern.formats import today
from govern.mail import MailState, queue
from govern.meetings.models import MeetingState, TopicState
from govern.overview.queries.work import WaitingWork, count_waiting_work
from govern.overview.standings import load_standing
from govern.people.models import Organisation, Role, User
from tests.conftest import Client
from tests.factories import (
    make_administrator,
    make_body,
    make_committee,
    make_coordinator,
    make_item,
    make_mandate,
    make_meeting,
    make_member,
    make_office_user,
    make_officer,
    make_organisation,
    make_resolution,
    make_seat,
    make_topic,
    make_user,
    make_work_order,
)

Counter = Callable[[], AbstractContextManager[list[str]]]


def _closed(committee: Any, **values: Any) -> Any:
    past = now() - timedelta(days=10)
    return make_meeting(
        committee, starts_at=past, state=MeetingState.CLOSED, published_at=past, closed_at=past, **values
    )


def _everything(committee: Committee, organisation: Organisation) -> User:
    user = make_user(Role.ADMINISTRATOR, Role.COORDINATOR, organisation=organisation)
    assert user.person is not None
    make_mandate(make_seat(committee), user.person)
    make_officer(committee, user.person)
    return user


def test_a_signed_out_visitor_is_sent_to_sign_in(client: Client) -> None:
    assert client.get("/").location == "/anmelden?weiter=/"


def test_an_empty_house_says_how_to_begin(client: Client) -> None:
    page = client.sign_in(make_coordinator()).get("/").text
    assert "Noch kein Gremium" in page and 'href="/struktur"' in page


def test_the_coordination_sees_what_the_next_meeting_lacks(client: Client) -> None:
    meeting = make_meeting(make_committee(name="Lenkungsgruppe"), number=9)
    page = client.sign_in(make_coordinator()).get("/").text
    assert f'href="/sitzungen/{meeting.id}">9. Sitzung · Lenkungsgruppe</a>' in page
    assert "Ort der Sitzung fehlt" in page


def test_a_member_sees_own_meetings_and_no_preparation(client: Client) -> None:
    committee = make_committee(name="Arbeitskreis Sprache", short_name="AK")
    make_meeting(committee, number=4)
    make_meeting(make_committee(name="FREMD"), number=5)
    page = client.sign_in(make_member(committee)).get("/").text
    assert "4. Sitzung · Arbeitskreis Sprache" in page
    assert "FREMD" not in page and "was ihnen fehlt" not in page


def test_a_meeting_closed_before_its_day_is_no_longer_to_come(client: Client) -> None:
    committee = make_committee(name="Arbeitskreis Sprache", short_name="AK")
    meeting = make_meeting(committee, number=4, state=MeetingState.CLOSED, published_at=now(), closed_at=now())
    assert meeting.starts_at > now()
    page = client.sign_in(make_member(committee)).get("/").text
    assert "Zurzeit ist in Ihren Gremien keine Sitzung geplant." in page


@pytest.mark.proves("D-10")
def test_an_organisation_sees_its_orders_and_nothing_of_others(client: Client) -> None:
    ours, theirs = make_organisation(name="Stadt Musterbach"), make_organisation(name="Stadt Fremdheim")
    late = today() - timedelta(days=9)
    make_work_order(task="Ansprechstelle benennen", addressee_organisation=ours, due_on=late)
    make_work_order(task="Fremder Auftrag", addressee_organisation=theirs, due_on=late)
    make_work_order(task="Noch ein Entwurf", addressee_organisation=ours, due_on=late, state=WorkOrderState.DRAFT,
                    number=None, year=None, sequence_number=None, issued_on=None)  # fmt: skip
    page = client.sign_in(make_user(organisation=ours)).get("/").text
    assert "Ansprechstelle benennen" in page and "überfällig seit 9 Tagen" in page
    assert "Fremd" not in page and "Entwurf" not in page
    assert "Ihr Konto hat selbst keinen Sitz." in page and 'href="/meine-sitze"' in page


def test_an_institution_finds_new_orders_on_its_overview_until_it_accepts_them(client: Client) -> None:
    ours, theirs = make_organisation(name="Stadt Musterbach"), make_organisation(name="Stadt Fremdheim")
    later = today() + timedelta(days=64)
    orders = [make_work_order(task="Neu und spät fällig", addressee_organisation=ours, due_on=later),
              make_work_order(task="Neu ohne Frist", addressee_organisation=ours, due_on=None)]  # fmt: skip
    make_work_order(task="Fremder Auftrag", addressee_organisation=theirs, due_on=later)
    client.sign_in(make_user(organisation=ours))
    page = " ".join(client.get("/").text.split())
    assert page.index("Neu und spät fällig") < page.index("Neu ohne Frist")
    assert page.count("neu, bitte annehmen") == 2
    assert "Fremder Auftrag" not in page
    for order in orders:
        order.state = WorkOrderState.ACCEPTED
    db.session.commit()
    page = client.get("/").text
    assert "Neu und spät fällig" not in page
    assert "kein neuer Auftrag wartet auf Annahme" in page
    for order in orders:
        order.state = WorkOrderState.ISSUED
    db.session.commit()
    page = client.sign_in(make_coordinator()).get("/").text
    assert "Neu und spät fällig" not in page
    assert "bitte annehmen" not in page


def test_topics_wait_for_those_who_decide_and_return_to_those_who_asked(client: Client) -> None:
    committee = make_committee()
    member = make_member(committee)
    make_topic(committee, title="Sprachkurse am Abend", proposed_by=member)
    make_topic(make_committee(), title="Anderswo")
    make_topic(committee, title="Schon angenommen", state=TopicState.ACCEPTED)
    office = client.sign_in(make_office_user(committee)).get("/").text
    assert "Sprachkurse am Abend" in office and "Anderswo" not in office and "Schon angenommen" not in office
    assert "Sprachkurse am Abend" in client.sign_in(member).get("/").text
    assert "Sprachkurse am Abend" not in client.sign_in(make_member(committee)).get("/").text


@pytest.mark.proves("D-10")
def test_resolutions_are_counted_only_as_far_as_they_may_be_read(client: Client) -> None:
    committee = make_committee(name="Lenkungsgruppe")
    meeting = _closed(committee, number=8, is_public=True)
    make_resolution(make_item(meeting))
    make_resolution(make_item(meeting, is_public=False), is_public=False)
    assert "2 Beschlüsse" in client.sign_in(make_member(committee)).get("/").text
    outside = client.sign_in(make_user()).get("/").text
    assert "8. Sitzung · Lenkungsgruppe" in outside and "1 Beschluss<" in outside


def test_failed_mails_are_shown_to_those_who_see_the_outbox(client: Client) -> None:
    make_body()
    mail = queue(body_id=None, to_address="a@muster.example", to_name=None, from_address="b@muster.example",
                 from_name=None, subject="x", text="x", host="muster.example")  # fmt: skip
    mail.state = MailState.FAILED
    assert "1 nicht zugestellt" in client.sign_in(make_administrator()).get("/").text
    assert "nicht zugestellt" not in client.sign_in(make_user()).get("/").text


@pytest.mark.parametrize("who", ["coordinator", "office", "member", "organisation", "administrator", "all_at_once"])
def test_the_overview_needs_few_queries_however_much_there_is(client: Client, count_queries: Counter, who: str) -> None:
    committee, ours = make_committee(), make_organisation()
    users: dict[str, Callable[[], User]] = {
        "coordinator": make_coordinator, "office": lambda: make_office_user(committee),
        "member": lambda: make_member(committee), "organisation": lambda: make_user(organisation=ours),
        "administrator": make_administrator, "all_at_once": lambda: _everything(committee, ours),
    }  # fmt: skip
    user = users[who]()

    def fill() -> None:
        meeting = make_meeting(committee, is_public=True)
        make_item(meeting)
        make_topic(committee)
        seat = make_seat(committee, organisations=[ours])
        make_work_order(committee, due_on=today(), addressee_organisation=ours)
        make_work_order(committee, due_on=today(), addressee_seat=seat)
        make_resolution(make_item(_closed(committee, is_public=True)))

    fill()
    client.sign_in(user)
    with count_queries() as few:
        assert client.get("/").status_code == 200
    for _ in range(6):
        fill()
    client.sign_in(user)
    with count_queries() as many:
        client.get("/")
    assert len(few) == len(many) <= 12, "\n".join(many)


def test_the_navigation_shows_only_what_one_may_use(client: Client) -> None:
    committee = make_committee()
    make_topic(committee)
    coordinator = client.sign_in(make_coordinator()).get("/").text
    for path in ("/organisationen", "/personen", "/einstellungen"):
        assert f'<a href="{path}"' in coordinator
    outside = client.sign_in(make_user()).get("/").text
    assert '<a href="/organisationen"' in outside
    for path in ("/personen", "/einstellungen", "/konten", "/verlauf", "/struktur", "/themen"):
        assert f'<a href="{path}"' not in outside


@pytest.mark.proves("D-10")
def test_counts_mean_the_work_of_that_person_only(app: Flask) -> None:
    committee, late = make_committee(), today() - timedelta(days=1)
    make_topic(committee)
    make_meeting(committee)
    make_work_order(committee, due_on=late)
    make_work_order(committee, due_on=late, is_public=False)
    make_work_order(committee, due_on=today())
    expected = [
        (make_coordinator(), WaitingWork(1, 1, 2)),
        (make_office_user(committee), WaitingWork(1, 1, 2)),
        (make_member(committee), WaitingWork(0, 0, 2)),
        (make_member(committee, MandateKind.DEPUTY), WaitingWork(0, 0, 1)),
        (make_user(organisation=make_organisation()), WaitingWork(0, 0, 0)),
        (make_user(), WaitingWork(0, 0, 0)),
    ]
    for user, work in expected:
        load_standing(user, today())
        assert count_waiting_work(user, today()) == work


def test_the_navigation_marks_where_one_is_and_takes_one_statement(client: Client, count_queries: Counter) -> None:
    client.sign_in(make_coordinator())
    page = client.get("/organisationen").text
    assert page.count('<a href="/organisationen" aria-current="page">Organisationen') == 2  # bar and menu
    assert '<a href="/" aria-current' not in page
    analysis = client.get(f"/organisationen/{make_organisation(is_municipality=True).id}/bedarfsanalyse").text
    assert analysis.count('<a href="/bedarfsanalysen" aria-current="page">') == 2
    assert '<a href="/organisationen" aria-current' not in analysis
    with count_queries() as whole:
        client.get("/organisationen")
    with count_queries() as part:
        client.get("/organisationen", headers={"HX-Request": "true"})
    assert len(whole) == len(part) + 1

"""The municipality's own page, its files and its calendar: everything of ours, nothing of others."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from icalendar import Calendar

from govern.actions.models import EvaluationRequest, WorkOrder, WorkOrderState
from govern.actions.services import order_life as life
from govern.committees.models import Mandate, MandateKind, RepresentsMode, Voting
from govern.committees.services.seats import set_voting
from govern.db import db, now
from govern.formats import today
from govern.meetings.models import MeetingState
from govern.people.models import FeedPurpose, User
from govern.people.services.feeds import open_feed, renew_feed
from govern.tokens import sign
from tests.conftest import SECRET, Client
from tests.factories import (
    make,
    make_committee,
    make_coordinator,
    make_evaluation,
    make_item,
    make_mandate,
    make_meeting,
    make_municipality,
    make_resolution,
    make_seat,
    make_user,
    make_work_order,
)

State = WorkOrderState


@pytest.fixture
def city(app: Flask) -> User:
    """The account of a municipality."""
    return make_user(organisation=make_municipality(name="Stadt Jülich"))


def order_for(user: User, **values: object) -> WorkOrder:
    return make_work_order(make_committee(), addressee_organisation=user.roles[0].organisation, **values)


@pytest.mark.proves("B7", "D2", "L-14")
def test_a_city_works_its_orders_off_on_one_page_across_all_committees(client: Client, city: User) -> None:
    late = order_for(city, task="Hinweisblatt aushändigen", due_on=today() - timedelta(days=9), state=State.IN_PROGRESS)
    fresh = order_for(city, task="Ansprechstelle benennen", due_on=today() + timedelta(days=20))
    done = order_for(city, task="Verteiler melden", state=State.ACKNOWLEDGED, done_on=today())
    foreign = make_work_order(task="Geht uns nichts an", addressee_organisation=make_municipality())
    life.report(late, "Druck beauftragt", is_done=False, delay="Kein Papier", by=city)
    db.session.commit()
    page = client.sign_in(city).get("/unsere-auftraege").text
    assert "Stadt Jülich · 2 offen · 1 überfällig · 1 wartet auf Annahme" in page
    assert page.index(late.task) < page.index(fresh.task)  # what is late stands first
    assert "zuletzt: „Druck beauftragt. Grund für den Verzug: Kein Papier“" in page
    assert "neu, bitte annehmen" in page
    assert page.count("kern-btn--primary") == 1
    assert done.task not in page
    assert foreign.task not in page
    assert done.task in client.get("/unsere-auftraege?stand=erledigt").text
    assert late.task in client.get("/unsere-auftraege?stand=alle").text
    answer = client.post(f"/arbeitsauftraege/{fresh.id}/annehmen?zurueck=/unsere-auftraege",
                         data={"version": fresh.version})  # fmt: skip
    assert (answer.status_code, answer.location) == (303, "/unsere-auftraege")
    assert fresh.state is State.ACCEPTED
    assert client.get("/unsere-auftraege?seite=9").status_code == 404


@pytest.mark.proves("B7")
def test_the_page_says_who_speaks_for_the_city(client: Client, city: User) -> None:
    organisation = city.roles[0].organisation
    group = make_committee(name="Lenkungsgruppe KIM")
    make_seat(group, organisations=[organisation], function="Integrationsbeauftragte")
    make_seat(group, function="Sprecher:in der Bürgermeister:innen", represents_mode=RepresentsMode.SPOKESPERSON,
              represents=[organisation])  # fmt: skip
    page = client.sign_in(city).get("/unsere-auftraege").text
    assert "eigener Sitz (Integrationsbeauftragte)" in page
    assert "Sprecher:in der Bürgermeister:innen" in page


@pytest.mark.proves("B7", "D-10")
def test_who_has_no_orders_is_told_so(client: Client, city: User) -> None:
    page = client.sign_in(city).get("/unsere-auftraege").text
    assert "Nichts offen" in page
    assert "Noch keine Aufträge" in client.get("/unsere-auftraege?stand=alle").text


@pytest.mark.proves("D-10", "D-16")
@pytest.mark.parametrize("ending", ["xlsx", "csv", "docx"])
def test_the_files_hold_ours_only(client: Client, city: User, ending: str) -> None:
    order_for(city, task="=HYPERLINK(1)")
    make_work_order(task="Geht uns nichts an", addressee_organisation=make_municipality())
    answer = client.sign_in(city).get(f"/unsere-auftraege/liste.{ending}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    if ending == "csv":
        text = answer.data.decode("utf-8-sig")
        assert "'=HYPERLINK(1)" in text
        assert "Geht uns nichts an" not in text


@pytest.mark.proves("B-07", "B-08", "B-15", "B-16", "B-17")
def test_due_dates_stand_in_the_calendar_as_tasks_and_days(client: Client, city: User) -> None:
    order = order_for(city, task="Hinweisblatt", due_on=today() + timedelta(days=5))
    secret = order_for(city, task="Geheime Sache", due_on=today(), is_public=False)
    withdrawn = order_for(city, due_on=today(), state=State.WITHDRAWN, withdrawal_reason="x")
    make_work_order(task="Geht uns nichts an", due_on=today(), addressee_organisation=make_municipality())
    planned = make_evaluation(due_on=today() + timedelta(days=9), answers_until=today())
    asked = make(EvaluationRequest(evaluation=planned, organisation=city.roles[0].organisation))
    make(EvaluationRequest(evaluation=make_evaluation(answers_until=today()), organisation=make_municipality()))
    feed = open_feed(city, committee_id=None, purpose=FeedPurpose.WORK_ORDERS)
    assert open_feed(city, committee_id=None).id != feed.id  # one address for each purpose
    db.session.commit()
    path = f"/kalender/{sign('feed', feed.nonce, SECRET)}.ics"
    first = client.get(path)
    assert first.data == client.get(path).data
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert first.data.count(b"\n") == first.data.count(b"\r\n")
    text = first.data.decode().replace("\r\n ", "")
    assert "Geheime Sache" not in text
    assert "Geht uns nichts an" not in text
    calendar = Calendar.from_ical(first.data)
    tasks = {str(t["UID"]): t for t in calendar.walk("VTODO")}
    days = {str(e["UID"]): e for e in calendar.walk("VEVENT")}
    assert len(tasks) == len(days) == 4
    assert f"Einschätzung zur Wirkung: {asked.evaluation.matter.number}" in text
    assert asked.evaluation.matter.title not in text
    task = next(t for uid, t in tasks.items() if f"auftrag-{order.id}@" in uid)
    assert (task["STATUS"], task["DUE"].dt) == ("NEEDS-ACTION", order.due_on)
    day = next(e for uid, e in days.items() if f"auftrag-{order.id}@" in uid)
    assert (day["DTSTART"].dt, day["DTEND"].dt) == (order.due_on, order.due_on + timedelta(days=1))
    assert day["DTSTART"].params["VALUE"] == "DATE"
    assert next(t for uid, t in tasks.items() if f"auftrag-{withdrawn.id}@" in uid)["STATUS"] == "CANCELLED"
    assert str(secret.number) in text
    sequence = int(task["SEQUENCE"])
    life.report(order, "Liegt aus", is_done=True, by=city)
    db.session.commit()
    again = {str(t["UID"]): t for t in Calendar.from_ical(client.get(path).data).walk("VTODO")}
    assert set(again) == set(tasks)
    assert again[str(task["UID"])]["STATUS"] == "COMPLETED"
    assert int(again[str(task["UID"])]["SEQUENCE"]) > sequence
    renewed = renew_feed(feed)
    db.session.commit()
    assert client.get(path).status_code == 404
    assert renewed.purpose is FeedPurpose.WORK_ORDERS


def test_the_own_page_asks_no_more_for_more(
    client: Client, city: User, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    meeting = make_meeting(state=MeetingState.CLOSED, closed_at=now(), published_at=now())
    resolution = make_resolution(make_item(meeting))
    make_seat(meeting.committee, organisations=[city.roles[0].organisation])
    client.sign_in(city)
    counts = []
    for number in (2, 20):
        for _ in range(number):
            order = order_for(city, item=resolution.item, resolution=resolution)
            life.report(order, "Stand", is_done=False, by=city)
        db.session.commit()
        with count_queries() as statements:
            assert client.get("/unsere-auftraege").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 12


@pytest.mark.proves("B12", "D3")
@pytest.mark.parametrize("kind", list(MandateKind))
def test_an_order_to_a_seat_stays_with_it_however_often_the_list_is_changed(client: Client, kind: MandateKind) -> None:
    seat, user, stranger = make_seat(), make_user(), make_user()
    make_mandate(seat, user.person, kind=kind)
    make_mandate(make_seat(seat.committee), stranger.person)
    order = make_work_order(make_committee(), addressee_seat=seat, task="Bericht vorlegen", is_public=False)
    for back, voting in ((3, Voting.YES), (2, Voting.NO)):
        held = db.session.query(Mandate).filter_by(person=user.person, ends_on=None).one().seat
        before = today() - timedelta(days=back)
        assert set_voting(seat.committee, {held.id: voting}, seen={held.id: held.voting}, day=before,
                          from_day=before, by=make_coordinator()) == 1  # fmt: skip
        db.session.commit()
        db.session.expire_all()
    for reader, status in ((user, 200), (stranger, 404)):
        client.sign_in(reader)
        assert client.get(f"/arbeitsauftraege/{order.id}").status_code == status
        assert (order.task in client.get("/arbeitsauftraege?ansicht=mir").text) is (status == 200)

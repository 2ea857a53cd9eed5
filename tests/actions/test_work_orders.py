"""Work orders: written in the minutes, addressed, followed up."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from govern.actions.models import WorkOrder, WorkOrderState
from govern.actions.policies import addressed_to, can_view, is_addressee, viewable_by
from govern.actions.queries import meeting_orders
from govern.actions.queries import work_orders as queries
from govern.actions.services import order_dates as dates
from govern.actions.services import order_life as life
from govern.actions.services import work_orders as services
from govern.actions.services.work_orders import Order
from govern.committees.models import MandateKind
from govern.db import db, now
from govern.errors import Conflict, DomainError
from govern.formats import today
from govern.meetings.models import Meeting, MeetingRole, MeetingRoleKind, MeetingState, ResolutionOutcome
from govern.meetings.services import attendances
from govern.meetings.services.resolutions import Decision, remove_resolution, take_resolution
from govern.overview.standings import load_standing
from govern.people.models import Role, User
from tests.conftest import Client
from tests.factories import (
    make_committee,
    make_coordinator,
    make_item,
    make_mandate,
    make_meeting,
    make_member,
    make_municipality,
    make_office_user,
    make_organisation,
    make_resolution,
    make_seat,
    make_steering_group,
    make_user,
    make_work_order,
)

FRAGMENT = {"HX-Request": "true"}


def running_meeting(by: User) -> Meeting:
    meeting = make_meeting(make_steering_group(), starts_at=now(), published_at=now())
    make_item(meeting)
    attendances.start_meeting(meeting, by=by)
    db.session.commit()
    return meeting


@pytest.mark.proves("D1", "D3", "W-12")
@pytest.mark.parametrize("kind", ["organisation", "seat", "committee"])
def test_a_work_order_is_typed_in_the_minutes(client: Client, kind: str) -> None:
    user = make_coordinator()
    meeting = running_meeting(user)
    item = meeting.items[0]
    target = {
        "organisation": make_municipality(name="Stadt Jülich"),
        "seat": make_seat(meeting.committee),
        "committee": make_committee(name="AK Migration"),
    }[kind]
    data = {"task": "Hinweisblatt aushändigen", "addressee": f"{kind}:{target.id}", "due_on": "2030-08-15"}
    answer = client.sign_in(user).post(f"/arbeitsauftraege/zu-punkt/{item.id}", data=data, headers=FRAGMENT)
    assert answer.status_code == 200
    assert 'id="actions-minuting"' in answer.text
    assert "Hinweisblatt aushändigen" in answer.text
    assert "<html" not in answer.text
    order = db.session.query(WorkOrder).one()
    assert (order.state, order.number, order.due_on) == (WorkOrderState.DRAFT, None, date(2030, 8, 15))
    assert getattr(order, f"addressee_{kind}_id") == target.id
    page = client.get(f"/sitzungen/{meeting.id}/protokollieren").text
    assert "Hinweisblatt aushändigen" in page


@pytest.mark.proves("D1", "C-06")
def test_without_scripts_the_form_leads_back_to_the_item(client: Client) -> None:
    user = make_coordinator()
    item = running_meeting(user).items[0]
    url = f"/arbeitsauftraege/zu-punkt/{item.id}"
    client.sign_in(user)
    wrong = client.post(url, data={"task": "Halb fertig", "addressee": ""})
    assert wrong.status_code == 422
    assert "an wen der Auftrag geht" in wrong.text
    assert "Halb fertig" in wrong.text
    right = client.post(url, data={"task": "Ganz", "addressee": f"organisation:{make_organisation().id}"})
    assert right.status_code == 303
    assert f"/protokollieren?punkt={item.id}" in right.location


@pytest.mark.proves("D-12")
def test_what_is_sent_twice_is_written_down_once(app: Flask) -> None:
    user = make_coordinator()
    item = running_meeting(user).items[0]
    order = Order(task="Tun", addressee=f"organisation:{make_organisation().id}")
    assert services.draft_order(item, order, by=user) is services.draft_order(item, order, by=user)
    services.draft_order(item, Order(task="Tun", addressee=order.addressee, due_on=today()), by=user)
    vote = Decision(text="Ja", outcome=ResolutionOutcome.CONSENSUS)
    assert take_resolution(item, vote, by=user) is take_resolution(item, vote, by=user)
    assert (db.session.query(WorkOrder).count(), len(item.resolutions)) == (2, 1)


@pytest.mark.proves("D6")
def test_a_work_order_keeps_its_resolution(app: Flask) -> None:
    user = make_coordinator()
    item = running_meeting(user).items[0]
    resolution = take_resolution(item, Decision(text="Ja", outcome=ResolutionOutcome.CONSENSUS), by=user)
    order = Order(task="Tun", addressee=f"organisation:{make_organisation().id}")
    made = services.draft_order(item, order, by=user)
    assert made.resolution_id == resolution.id  # the only one there is
    foreign = make_resolution()
    with pytest.raises(DomainError, match="gehört nicht zu diesem Punkt"):
        services.draft_order(item, Order(task="x", addressee=order.addressee, resolution_id=foreign.id), by=user)
    db.session.commit()
    remove_resolution(item.resolutions[0], by=user)
    db.session.commit()
    db.session.refresh(made)
    assert made.resolution_id is None


def test_drafts_change_and_go_until_they_are_issued(client: Client) -> None:
    user = make_coordinator()
    item = running_meeting(user).items[0]
    organisation = make_organisation()
    order = services.draft_order(item, Order(task="Erst so", addressee=f"organisation:{organisation.id}"), by=user)
    db.session.commit()
    client.sign_in(user)
    data = {"task": "Dann so", "addressee": f"organisation:{organisation.id}", "version": order.version}
    assert client.post(f"/arbeitsauftraege/{order.id}/bearbeiten", data=data).status_code == 303
    assert order.task == "Dann so"
    stale = client.post(f"/arbeitsauftraege/{order.id}/bearbeiten", data={**data, "task": "Alt"})
    assert stale.status_code == 409
    assert client.post(f"/arbeitsauftraege/{order.id}/entfernen", headers=FRAGMENT).status_code == 200
    assert db.session.query(WorkOrder).count() == 0
    issued = make_work_order(item.meeting.committee)
    assert client.post(f"/arbeitsauftraege/{issued.id}/entfernen").status_code == 403
    with pytest.raises(DomainError, match="nur zurückgezogen"):
        services.remove_draft(issued, by=user)


@pytest.mark.proves("D-11")
def test_no_order_is_added_when_the_meeting_does_not_run(app: Flask) -> None:
    user = make_coordinator()
    item = running_meeting(user).items[0]
    item.meeting.state, item.meeting.closed_at = MeetingState.CLOSED, now()
    db.session.commit()
    with pytest.raises(DomainError, match="läuft nicht"):
        services.draft_order(item, Order(task="x", addressee=f"organisation:{make_organisation().id}"), by=user)


@pytest.mark.parametrize("addressee", ["", "organisation:", "organisation:0", "user:1", "seat:99999999999999", "x"])
def test_an_addressee_must_exist(app: Flask, addressee: str) -> None:
    user = make_coordinator()
    item = running_meeting(user).items[0]
    with pytest.raises(DomainError, match="an wen"):
        services.draft_order(item, Order(task="x", addressee=addressee), by=user)


@pytest.mark.proves("D5", "D2")
def test_the_addressee_reports_progress_and_completion(client: Client) -> None:
    stadt = make_municipality(name="Stadt Jülich")
    account = make_user(organisation=stadt)
    order = make_work_order(addressee_organisation=stadt)
    client.sign_in(account)
    url = f"/arbeitsauftraege/{order.id}/melden"
    assert client.post(url, data={"text": "", "done": "no"}).status_code == 422
    assert client.post(url, data={"text": "Druck beauftragt", "done": "no"}).status_code == 303
    assert order.state is WorkOrderState.IN_PROGRESS
    assert "Druck beauftragt" in client.get("/arbeitsauftraege").text
    assert client.post(url, data={"text": "Liegt aus", "done": "yes"}).status_code == 303
    assert (order.state, order.done_on) == (WorkOrderState.REPORTED_DONE, today())
    assert [n.noted_by_function for n in order.events] == ["Stadt Jülich", "Stadt Jülich"]
    assert client.get(url).status_code == 403  # nothing left to report
    assert client.post(f"/arbeitsauftraege/{order.id}/zurueckziehen", data={"reason": "x"}).status_code == 403


@pytest.mark.proves("D7", "D2")
def test_the_office_changes_dates_with_a_reason_and_sees_resubmissions(client: Client) -> None:
    committee = make_committee()
    order = make_work_order(committee, due_on=date(2026, 6, 30))
    client.sign_in(make_office_user(committee))
    url = f"/arbeitsauftraege/{order.id}/frist"
    data = {"due_on": "2026-09-30", "resubmit_on": today().isoformat(), "version": order.version}
    refused = client.post(url, data=data)
    assert refused.status_code == 422
    assert "Grund für die neue Frist" in refused.text
    assert client.post(url, data={**data, "reason": "Sommerpause"}).status_code == 303
    assert order.due_on == date(2026, 9, 30)
    page = client.get(f"/arbeitsauftraege/{order.id}").text
    assert "Frist geändert: von 30. Juni 2026 auf 30. September 2026" in page
    assert "Sommerpause" in page
    assert order.task in client.get("/arbeitsauftraege?stand=wiedervorlage").text
    with pytest.raises(Conflict):
        dates.change_dates(order, due_on=None, resubmit_on=None, reason="", version=1, by=make_coordinator())


@pytest.mark.proves("D6")
def test_the_minutes_keep_an_order_as_it_was_given(app: Flask) -> None:
    user = make_coordinator()
    item = running_meeting(user).items[0]
    organisation = make_organisation(name="Sozialamt")
    wanted = Order(task="Bericht vorlegen", addressee=f"organisation:{organisation.id}", due_on=date(2026, 6, 30))
    order = services.draft_order(item, wanted, by=user)
    db.session.flush()
    services.issue_orders(item.meeting, user)
    dates.change_dates(order, due_on=date(2026, 9, 30), resubmit_on=None, reason="Ferien", version=order.version,
                          by=user)  # fmt: skip
    organisation.name = "Amt für Soziales"
    life.report(order, "Liegt vor.", is_done=True, by=user)
    db.session.commit()
    (section,) = queries.item_sections(user, [item])[item.id]
    assert section.lines[0].text == "Bericht vorlegen"
    assert section.lines[0].detail == f"{order.number} · Sozialamt · Frist 30. Juni 2026"


@pytest.mark.proves("D2")
@pytest.mark.parametrize(
    ("days", "tone", "words"),
    [
        (-9, "danger", "überfällig seit 9 Tagen"),
        (-1, "danger", "überfällig seit gestern"),
        (0, "warning", "heute fällig"),
        (1, "warning", "morgen fällig"),
        (5, "warning", "fällig in 5 Tagen"),
        (40, "info", "fällig in 40 Tagen"),
        (None, "info", "ohne Frist"),
    ],
)
def test_the_light_says_it_in_words(days: int | None, tone: str, words: str) -> None:
    day = date(2026, 5, 26)
    due = day + timedelta(days=days) if days is not None else None
    light = queries.light_of(WorkOrder(state=WorkOrderState.ISSUED, due_on=due), day)
    assert (light.tone, light.text) == (tone, words)


def test_a_finished_order_is_never_overdue() -> None:
    done = WorkOrder(state=WorkOrderState.ACKNOWLEDGED, due_on=date(2020, 1, 1), done_on=date(2026, 6, 3))
    assert queries.light_of(done, date(2026, 7, 1)).text == "erledigt am 3. Juni 2026"


@pytest.mark.proves("D-09", "D-10")
def test_rule_and_list_agree_for_every_role_and_object(app: Flask) -> None:
    committee, other = make_committee(), make_committee()
    stadt = make_municipality()
    seat = make_seat(other, organisations=[stadt])
    holder = make_user()
    make_mandate(seat, holder.person)
    meeting = make_meeting(committee)
    item = make_item(meeting)
    minute_taker = make_user()
    db.session.add(MeetingRole(meeting=meeting, person=minute_taker.person, kind=MeetingRoleKind.MINUTE_TAKER))
    draft = {"state": WorkOrderState.DRAFT, "number": None, "sequence_number": None, "issued_on": None}
    for is_public in (True, False):
        for state in ({}, draft):
            make_work_order(committee, is_public=is_public, item=item, **state)
            make_work_order(committee, is_public=is_public, addressee_organisation=stadt, **state)
            make_work_order(committee, is_public=is_public, addressee_seat=seat, **state)
            make_work_order(committee, is_public=is_public, addressee_committee=other, **state)
    users = [
        make_coordinator(), make_user(Role.ADMINISTRATOR), make_user(Role.CASE_MANAGER), make_office_user(committee),
        make_office_user(other), make_member(committee), make_member(committee, MandateKind.DEPUTY),
        make_member(other), make_member(make_committee()), make_user(organisation=stadt), holder, minute_taker,
    ]  # fmt: skip
    everything = db.session.scalars(sa.select(WorkOrder)).all()
    for user in users:
        load_standing(user, today())
        listed = set(db.session.scalars(sa.select(WorkOrder.id).where(viewable_by(user))))
        assert listed == {o.id for o in everything if can_view(user, o)}
        mine = set(db.session.scalars(sa.select(WorkOrder.id).where(addressed_to(user))))
        assert mine == {o.id for o in everything if is_addressee(user, o)}


@pytest.mark.proves("D-10", "B7")
def test_the_account_of_a_city_sees_its_orders_and_nothing_else(client: Client) -> None:
    juelich, linnich = make_municipality(name="Stadt Jülich"), make_municipality(name="Stadt Linnich")
    committee = make_committee()
    make_seat(committee, organisations=[juelich])
    mine = make_work_order(committee, addressee_organisation=juelich, task="Für uns")
    theirs = make_work_order(committee, addressee_organisation=linnich, task="Für andere")
    client.sign_in(make_user(organisation=juelich))
    page = client.get("/arbeitsauftraege").text
    assert "Unsere Aufträge" in page
    assert "Für uns" in page
    assert "Von meinen Gremien" not in page
    for url in ("/arbeitsauftraege", "/arbeitsauftraege?ansicht=alle&stand=alle", f"/gremien/{committee.id}",
                f"/organisationen/{linnich.id}", "/suche?q=andere"):  # fmt: skip
        assert "Für andere" not in client.get(url).text
    assert client.get(f"/arbeitsauftraege/{mine.id}").status_code == 200
    assert client.get(f"/arbeitsauftraege/{theirs.id}").status_code == 404


@pytest.mark.proves("D6", "W-21")
def test_an_order_shows_meeting_item_and_resolution_with_proviso(client: Client) -> None:
    stadt = make_municipality()
    meeting = make_meeting(state=MeetingState.CLOSED, closed_at=now(), published_at=now(), number=9)
    item = make_item(meeting, title="Kita-Zugang", frozen_number="4")
    resolution = make_resolution(item, text="Vorrang.", proviso="Zustimmung", number="LG-B-2026-07", year=2026,
                                 sequence_number=7)  # fmt: skip
    order = make_work_order(meeting.committee, item=item, resolution=resolution, addressee_organisation=stadt)
    page = client.sign_in(make_user(organisation=stadt)).get(f"/arbeitsauftraege/{order.id}").text
    for words in ("9. Sitzung", "TOP 4 Kita-Zugang", "LG-B-2026-07", "Unter Vorbehalt:", "Zustimmung"):
        assert words in page
    assert f'href="/sitzungen/{meeting.id}"' not in page  # the meeting itself is not theirs to see


def test_the_topic_of_a_confidential_item_stays_with_the_circle(client: Client) -> None:
    stadt = make_municipality()
    meeting = make_meeting(state=MeetingState.CLOSED, closed_at=now(), published_at=now())
    item = make_item(meeting, title="Personalsache", is_public=False)
    resolution = make_resolution(item, text="Geheimer Beschluss", is_public=False)
    order = make_work_order(meeting.committee, item=item, resolution=resolution, addressee_organisation=stadt,
                            is_public=False)  # fmt: skip
    page = client.sign_in(make_user(organisation=stadt)).get(f"/arbeitsauftraege/{order.id}").text
    assert order.task in page
    assert "Personalsache" not in page
    assert "Geheimer Beschluss" not in page


@pytest.mark.proves("D2", "D4")
def test_tabs_filters_and_counts(client: Client) -> None:
    committee = make_committee()
    member = make_member(committee)
    overdue = make_work_order(committee, task="Längst dran", due_on=today() - timedelta(days=9))
    later = make_work_order(committee, task="Später dran", due_on=today() + timedelta(days=60))
    done = make_work_order(committee, task="Schon erledigt", state=WorkOrderState.ACKNOWLEDGED, done_on=today())
    mine = make_work_order(task="Geht an uns", addressee_committee=committee)
    client.sign_in(member)

    def shown(query: str) -> set[str]:
        page = client.get(f"/arbeitsauftraege?{query}", headers=FRAGMENT).text
        return {o.task for o in (overdue, later, done, mine) if o.task in page}

    assert shown("ansicht=mir") == {"Geht an uns"}
    assert shown("ansicht=gremien") == {"Längst dran", "Später dran"}
    assert shown("ansicht=alle") == {"Längst dran", "Später dran", "Geht an uns"}
    assert shown("ansicht=alle&stand=ueberfaellig") == {"Längst dran"}
    assert shown("ansicht=alle&stand=erledigt") == {"Schon erledigt"}
    assert shown("ansicht=alle&q=spater") == {"Später dran"}
    assert shown(f"ansicht=alle&bis={today().isoformat()}") == {"Längst dran"}
    assert shown("ansicht=alle&bis=unsinn&gremium=x&stand=y") == {"Längst dran", "Später dran", "Geht an uns"}
    page = client.get("/arbeitsauftraege?ansicht=gremien").text
    assert "2 offen · 1 überfällig" in page
    assert "überfällig seit 9 Tagen" in page


@pytest.mark.proves("D4")
def test_the_next_meeting_shows_what_is_still_open(app: Flask) -> None:
    user = make_coordinator()
    meeting = make_meeting()
    assert meeting_orders.open_lines(user, meeting) == []
    make_work_order(meeting.committee, task="Alt", due_on=today() - timedelta(days=2))
    make_work_order(meeting.committee, task="Neu", due_on=today() + timedelta(days=20))
    lines = meeting_orders.open_lines(user, meeting)
    assert [(line.state, line.text.split(" (")[0]) for line in lines] == [("bad", "Alt"), ("todo", "Neu")]
    assert [c.text for c in meeting_orders.readiness_checks(user, meeting)] == ["1 Auftrag ist überfällig"]


def test_sections_on_the_pages_of_committee_and_organisation(client: Client) -> None:
    stadt = make_municipality()
    order = make_work_order(addressee_organisation=stadt, task="Hinweisblatt drucken")
    client.sign_in(make_coordinator())
    assert "Hinweisblatt drucken" in client.get(f"/organisationen/{stadt.id}").text
    assert "Hinweisblatt drucken" in client.get(f"/gremien/{order.committee_id}").text


def test_the_list_asks_no_more_for_more(
    client: Client, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    committee = make_committee()
    client.sign_in(make_coordinator())
    counts = []
    for number in (2, 20):
        for _ in range(number):
            make_work_order(committee, addressee_seat=make_seat(committee))
        with count_queries() as statements:
            assert client.get("/arbeitsauftraege").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 12

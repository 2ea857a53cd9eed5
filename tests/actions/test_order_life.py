"""The life of a work order: accepted, declined, reported, put off, done, acknowledged, checked, withdrawn, in parts."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govern.actions.models import (
    WORK_ORDER_TRANSITIONS,
    Effect,
    OrderEvent,
    OrderEventKind,
    OrderFile,
    WorkOrder,
    WorkOrderState,
)
from govern.actions.queries.order_mailboxes import addressee_mailboxes
from govern.actions.services import order_dates as dates
from govern.actions.services import order_life as life
from govern.actions.services import order_reminders as reminders
from govern.actions.services import work_orders as services
from govern.actions.services.work_orders import Order
from govern.committees.models import Committee, OfficerRole, RuleKind
from govern.db import db, now
from govern.errors import Conflict, DomainError
from govern.formats import date_text, today
from govern.mail import OutgoingMail
from govern.meetings.models import ItemPurpose, ItemResult, MeetingState
from govern.meetings.services.closing import close_meeting
from govern.people.models import Role, User
from tests.conftest import Client
from tests.factories import (
    make_committee,
    make_coordinator,
    make_item,
    make_meeting,
    make_member,
    make_municipality,
    make_office_user,
    make_officer,
    make_procedure_rule,
    make_resolution,
    make_topic,
    make_user,
    make_work_order,
)

State = WorkOrderState


def mails() -> list[tuple[str, str]]:
    rows = db.session.scalars(sa.select(OutgoingMail).order_by(OutgoingMail.id))
    return [(row.to_address, row.subject.partition(": ")[2]) for row in rows]


def office_address(user: User) -> str:
    assert user.person is not None
    assert user.person.email is not None
    return user.person.email


@pytest.fixture
def city(app: Flask) -> User:
    """The account of a municipality with a mailbox."""
    return make_user(organisation=make_municipality(name="Stadt Jülich", email="stadt@juelich.example"))


def order_for(city: User, committee: Committee | None = None, **values: object) -> WorkOrder:
    return make_work_order(committee, addressee_organisation=city.roles[0].organisation, **values)


@pytest.mark.proves("D2", "E-15")
def test_the_addressee_accepts_with_one_button(client: Client, city: User) -> None:
    order = order_for(city)
    page = client.sign_in(city).get(f"/arbeitsauftraege/{order.id}").text
    assert "Annehmen" in page
    answer = client.post(f"/arbeitsauftraege/{order.id}/annehmen", data={"version": order.version})
    assert answer.status_code == 303
    assert order.state is State.ACCEPTED
    assert [(e.kind, e.noted_by_function) for e in order.events] == [(OrderEventKind.ACCEPTED, "Stadt Jülich")]


@pytest.mark.proves("D-12")
def test_a_stale_step_changes_nothing_and_says_so(client: Client, city: User) -> None:
    order = order_for(city)
    url = f"/arbeitsauftraege/{order.id}/ablehnen"
    seen = order.version
    dates.change_dates(order, due_on=date(2030, 1, 1), resubmit_on=None, reason="neu", version=seen,
                       by=make_coordinator())  # fmt: skip
    db.session.commit()
    stale = client.sign_in(city).post(url, data={"version": seen, "reason": "Nicht zuständig"})
    assert stale.status_code == 409
    assert "inzwischen geändert" in stale.text
    assert "Nicht zuständig" in stale.text
    assert order.state is State.ISSUED
    assert client.post(url, data={"reason": "ohne Stand"}).status_code == 409


@pytest.mark.proves("D2", "W-23")
def test_a_declined_order_waits_for_the_office_which_gives_it_to_another(client: Client, city: User) -> None:
    committee = make_committee()
    office = make_office_user(committee)
    order = order_for(city, committee)
    other = make_municipality(name="Stadt Linnich", email="stadt@linnich.example")
    client.sign_in(city)
    url = f"/arbeitsauftraege/{order.id}"
    assert client.post(f"{url}/ablehnen", data={"version": order.version, "reason": " "}).status_code == 422
    answer = client.post(f"{url}/ablehnen", data={"version": order.version, "reason": "Nicht zuständig"})
    assert answer.status_code == 303
    assert order.state is State.DECLINED
    assert order.state.is_open  # nobody may forget it
    assert client.get(f"{url}/melden").status_code == 403
    client.sign_in(office)
    data = {"version": order.version, "addressee": f"organisation:{other.id}", "reason": "Linnich ist zuständig"}
    assert client.post(f"{url}/erneut-erteilen", data=data).status_code == 303
    db.session.refresh(order)
    assert (order.state, order.addressee_label) == (State.ISSUED, "Stadt Linnich")
    assert order.events[-1].text.startswith("Jetzt an Stadt Linnich, bisher an Stadt Jülich.")
    assert mails() == [(office_address(office), "abgelehnt"), ("stadt@linnich.example", "neuer Auftrag")]


def test_before_an_institution_ends_its_open_orders_and_accounts_are_named(client: Client, city: User) -> None:
    order = order_for(city)
    address = f"/organisationen/{order.addressee_organisation_id}/aufloesen"
    client.sign_in(make_coordinator())
    page = client.get(address).text
    assert "Bei ihr liegen noch offene Aufträge." in page
    assert "1 Konto handelt nach diesem Tag nicht mehr für sie." in page
    order.state, order.withdrawal_reason, city.is_locked = State.WITHDRAWN, "x", True
    db.session.commit()
    page = client.get(address).text
    assert "offene Aufträge" not in page
    assert "nach diesem Tag nicht mehr" not in page


@pytest.mark.proves("B7", "E-15")
def test_an_account_acts_for_an_institution_up_to_the_day_it_ends(client: Client, city: User) -> None:
    order = order_for(city)
    organisation = order.addressee_organisation
    assert organisation is not None
    organisation.email = None
    client.sign_in(city)
    for ended_on, status in ((today(), 200), (today() - timedelta(days=1), 404)):
        organisation.ended_on = ended_on
        db.session.commit()
        reached = [box.address for box in addressee_mailboxes(order)]
        assert reached == ([city.email] if status == 200 else [])
        assert client.get(f"/arbeitsauftraege/{order.id}").status_code == status
        listed = f"/arbeitsauftraege/{order.id}" in client.get("/unsere-auftraege").text
        assert listed is (status == 200)
        assert ("Ihre Institution" in client.get("/").text) is (status == 200)
        assert f"(bis {date_text(ended_on)})" in client.get("/profil").text
        assert client.post(f"/arbeitsauftraege/{order.id}/fragen", data={"text": "Bis wann?"}).status_code == (
            303 if status == 200 else 404
        )
    organisation.ended_on = None
    db.session.commit()
    assert client.get(f"/arbeitsauftraege/{order.id}").status_code == 200


@pytest.mark.proves("D8", "E-16")
def test_what_begins_anew_after_its_deadline_gets_a_new_one(client: Client, city: User) -> None:
    over = today() - timedelta(days=3)
    done = order_for(city, state=State.ACKNOWLEDGED, done_on=today(), due_on=over, reminded_on=today(),
                     escalated_on=today(), put_on_agenda_on=today())  # fmt: skip
    declined = order_for(city, state=State.DECLINED, due_on=over)
    client.sign_in(make_coordinator())
    for order, path, more in ((done, "wieder-aufnehmen", {}), (declined, "erneut-erteilen", {
            "addressee": f"organisation:{city.roles[0].organisation_id}"})):  # fmt: skip
        url = f"/arbeitsauftraege/{order.id}/{path}"
        data = {"version": order.version, "reason": "Noch nicht fertig.", **more}
        refused = client.post(url, data=data)
        assert refused.status_code == 422
        assert "ist vorbei: Bitte eine neue angeben." in refused.text and "Noch nicht fertig." in refused.text
        assert "ab heute" in client.post(url, data=data | {"due_on": over.replace(year=2025).isoformat()}).text
        later = today() + timedelta(days=30)
        assert client.post(url, data=data | {"due_on": later.isoformat()}).status_code == 303
        db.session.refresh(order)
        assert (order.due_on, order.reminded_on, order.escalated_on, order.put_on_agenda_on) == (
            later,
            None,
            None,
            None,
        )
        page = client.get(f"/arbeitsauftraege/{order.id}").text
        assert f"Frist jetzt {date_text(later)}, bisher {date_text(over)}" in page
        assert "überfällig seit" not in page
    running = order_for(city, state=State.ACKNOWLEDGED, done_on=today(), due_on=today())
    client.post(f"/arbeitsauftraege/{running.id}/wieder-aufnehmen", data={"version": running.version, "reason": "x"})
    assert (running.state, running.due_on) == (State.IN_PROGRESS, today())  # its deadline still holds


@pytest.mark.usefixtures("app")
@pytest.mark.proves("E-16", "D2")
def test_an_institution_without_a_mailbox_is_reached_at_its_accounts() -> None:
    town = make_municipality(name="Stadt Titz")
    order = make_work_order(addressee_organisation=town, due_on=today() - timedelta(days=2))
    accounts = [make_user(Role.ORGANISATION, organisation=town) for _ in range(2)]
    make_user(Role.ORGANISATION, organisation=town, is_locked=True)
    make_user(Role.ORGANISATION, organisation=make_municipality())
    reminders.follow_up_orders(today())
    assert [address for address, _subject in mails()] == [account.email for account in accounts]
    assert [event.kind for event in order.events] == [OrderEventKind.REMINDED]
    assert order.escalated_on is None


@pytest.mark.proves("E-16", "D5", "C-10")
def test_a_report_on_an_overdue_order_says_why_it_is_late(client: Client, city: User) -> None:
    order = order_for(city, due_on=today() - timedelta(days=3))
    url = f"/arbeitsauftraege/{order.id}/melden"
    assert "Grund für den Verzug" in client.sign_in(city).get(url).text
    refused = client.post(url, data={"text": "Die Druckerei ist beauftragt.", "done": "no", "delay": " "})
    assert refused.status_code == 422
    assert "Bitte den Grund für den Verzug angeben." in refused.text and "Druckerei" in refused.text
    data = {"text": "Die Druckerei ist beauftragt.", "done": "no", "delay": "Das Papier kam zu spät."}
    assert client.post(url, data=data).status_code == 303
    assert "Grund für den Verzug: Das Papier kam zu spät." in client.get(f"/arbeitsauftraege/{order.id}").text
    assert client.post(url, data={"text": "Liegt aus.", "done": "yes", "delay": ""}).status_code == 303
    in_time = order_for(city, due_on=today())
    assert "Verzug" not in client.get(f"/arbeitsauftraege/{in_time.id}/melden").text


@pytest.mark.proves("D5", "D-15")
def test_papers_go_with_a_report_and_are_checked(client: Client, city: User) -> None:
    order = order_for(city)
    url = f"/arbeitsauftraege/{order.id}"
    client.sign_in(city)
    bad = {"text": "Siehe Anlage", "done": "no", "papers": (io.BytesIO(b"MZ"), "liste.exe")}
    refused = client.post(f"{url}/melden", data=bad, content_type="multipart/form-data")
    assert refused.status_code == 422
    assert "nicht erlaubt" in refused.text
    assert order.events == []
    good = {"text": "Siehe Anlage", "done": "no", "percent": "60", "papers": (io.BytesIO(b"%PDF-1.7 x"), "liste.pdf")}
    assert client.post(f"{url}/melden", data=good, content_type="multipart/form-data").status_code == 303
    assert (order.state, order.percent) == (State.IN_PROGRESS, 60)
    file = db.session.scalars(sa.select(OrderFile)).one()
    page = client.get(url).text
    assert "liste.pdf" in page
    assert "in Arbeit, 60 %" in page
    answer = client.get(f"/arbeitsauftraege/unterlagen/{file.id}")
    assert (answer.data, answer.headers["Content-Disposition"][:10]) == (b"%PDF-1.7 x", "attachment")
    stranger = make_user(organisation=make_municipality())
    assert client.sign_in(stranger).get(f"/arbeitsauftraege/unterlagen/{file.id}").status_code == 404
    client.sign_in(city)
    assert client.post(f"/arbeitsauftraege/unterlagen/{file.id}/zurueckziehen").status_code == 303
    assert client.get(f"/arbeitsauftraege/unterlagen/{file.id}").status_code == 404


@pytest.mark.proves("E-16", "D7", "W-23")
@pytest.mark.parametrize("decision", ["yes", "no"])
def test_more_time_is_asked_for_and_granted_or_refused(client: Client, city: User, decision: str) -> None:
    committee = make_committee()
    office = make_office_user(committee)
    order = order_for(city, committee, due_on=today() - timedelta(days=3), reminded_on=today())
    url, wanted = f"/arbeitsauftraege/{order.id}", today() + timedelta(days=30)
    client.sign_in(city)
    data = {"version": order.version, "due_on": wanted.isoformat(), "reason": ""}
    assert client.post(f"{url}/frist-erbitten", data=data).status_code == 422  # a delay needs a reason
    yesterday = {**data, "reason": "Druckerei", "due_on": (today() - timedelta(days=1)).isoformat()}
    assert client.post(f"{url}/frist-erbitten", data=yesterday).status_code == 422
    assert client.post(f"{url}/frist-erbitten", data={**data, "reason": "Druckerei"}).status_code == 303
    assert (order.asked_due_on, order.due_on) == (wanted, today() - timedelta(days=3))
    assert client.get(f"{url}/frist-erbitten").status_code == 403  # one question at a time
    assert client.get(f"{url}/frist-entscheiden").status_code == 403  # not for the one who asks
    client.sign_in(office)
    assert client.post(f"{url}/frist-entscheiden", data={"version": order.version}).status_code == 422
    answer = {"version": order.version, "granted": decision, "reason": ""}
    expected = 303 if decision == "yes" else 422
    assert client.post(f"{url}/frist-entscheiden", data=answer).status_code == expected
    if decision == "no":
        answer["reason"] = "Termin steht fest"
        assert client.post(f"{url}/frist-entscheiden", data=answer).status_code == 303
    assert order.asked_due_on is None
    assert order.due_on == (wanted if decision == "yes" else today() - timedelta(days=3))
    assert (order.reminded_on is None) is (decision == "yes")  # a new date is reminded of anew
    said = "spätere Frist gewährt" if decision == "yes" else "spätere Frist abgelehnt"
    assert mails() == [(office_address(office), "spätere Frist erbeten"), ("stadt@juelich.example", said)]


@pytest.mark.proves("D5")
def test_a_question_goes_to_the_office_and_the_answer_comes_back(client: Client, city: User) -> None:
    committee = make_committee()
    office = make_office_user(committee)
    order = order_for(city, committee)
    url = f"/arbeitsauftraege/{order.id}"
    assert client.sign_in(city).post(f"{url}/fragen", data={"text": "Wer druckt?"}).status_code == 303
    assert client.get(f"{url}/antworten").status_code == 403
    client.sign_in(office)
    assert client.get(f"{url}/fragen").status_code == 403
    assert client.post(f"{url}/antworten", data={"text": "Die Hausdruckerei."}).status_code == 303
    page = client.sign_in(city).get(url).text
    assert "Wer druckt?" in page
    assert "Die Hausdruckerei." in page
    assert mails() == [(office_address(office), "Rückfrage"), ("stadt@juelich.example", "Antwort")]
    assert order.state is State.ISSUED


@pytest.mark.proves("D-10", "E-12")
def test_mails_about_confidential_orders_name_only_the_number(city: User) -> None:
    order = order_for(city, is_public=False, task="Geheime Sache")
    life.ask(order, "Wie geheim ist das?", by=city)
    life.answer(order, "Sehr geheim.", by=make_coordinator())
    db.session.flush()
    for mail in db.session.scalars(sa.select(OutgoingMail)):
        assert order.number
        assert order.number in mail.subject
        assert "eheim" not in mail.text + mail.subject


@pytest.mark.proves("E-16")
def test_the_office_takes_note_unless_the_committee_must(client: Client, city: User) -> None:
    committee = make_committee()
    office = make_office_user(committee)
    order = order_for(city, committee)
    life.report(order, "Liegt aus", is_done=True, by=city)
    db.session.commit()
    url = f"/arbeitsauftraege/{order.id}"
    assert client.sign_in(city).get(f"{url}/zur-kenntnis").status_code == 403
    make_procedure_rule(committee, RuleKind.ORDER_ACKNOWLEDGEMENT)
    client.sign_in(office)
    assert "Zur Kenntnis nehmen" not in client.get(url).text
    refused = client.post(f"{url}/zur-kenntnis", data={"version": order.version})
    assert refused.status_code == 422
    assert "in der nächsten Beschlusskontrolle" in refused.text
    free = order_for(city)
    life.report(free, "Liegt aus", is_done=True, by=city)
    db.session.commit()
    client.sign_in(make_coordinator())
    assert client.post(f"/arbeitsauftraege/{free.id}/zur-kenntnis", data={"version": free.version}).status_code == 303
    assert free.state is State.ACKNOWLEDGED


@pytest.mark.proves("E-16", "E-15")
@pytest.mark.parametrize(("result", "state"), [(ItemResult.NOTED, State.ACKNOWLEDGED), (ItemResult.POSTPONED, None)])
def test_the_committee_takes_note_in_its_beschlusskontrolle(
    city: User, result: ItemResult, state: WorkOrderState | None
) -> None:
    user = make_coordinator()
    meeting = make_meeting(published_at=now(), state=MeetingState.IN_SESSION, starts_at=now())
    item = make_item(meeting, purpose=ItemPurpose.RESOLUTION_TRACKING, result=result)
    order = order_for(city, meeting.committee)
    late = order_for(city, meeting.committee, due_on=today() - timedelta(days=40), put_on_agenda_on=today())
    life.report(order, "Liegt aus", is_done=True, by=city)
    db.session.commit()
    close_meeting(meeting, ended_at=now(), by=user)
    db.session.commit()
    first, *others = sorted(item.tracking, key=lambda entry: entry.position)
    assert (first.work_order_id, "trotz Erinnerung offen" in first.state_text) == (late.id, True)
    assert any("zur Kenntnisnahme" in entry.state_text for entry in others if entry.work_order_id == order.id)
    assert order.state is (state or State.REPORTED_DONE)
    assert order.acknowledged_item_id == (item.id if state else None)


@pytest.mark.proves("D8")
def test_the_chair_checks_the_effect_and_takes_the_order_up_again(client: Client, city: User) -> None:
    committee = make_committee()
    chair = make_member(committee)
    assert chair.person is not None
    order = order_for(city, committee)
    life.report(order, "Liegt aus", is_done=True, by=city)
    life.acknowledge(order, version=order.version, by=make_coordinator())
    db.session.commit()
    url = f"/arbeitsauftraege/{order.id}"
    assert client.sign_in(chair).get(f"{url}/wirkung").status_code == 403  # a member only looks on
    make_officer(committee, chair.person, role=OfficerRole.CHAIR)
    data = {"version": order.version, "effect": "none", "text": "Niemand nimmt es mit"}
    assert client.post(f"{url}/wirkung", data={**data, "text": ""}).status_code == 422
    assert client.post(f"{url}/wirkung", data=data).status_code == 303
    assert (order.state, order.effect) == (State.EFFECT_CHECKED, Effect.NONE)
    assert "nicht wirksam" in client.get(url).text
    again = {"version": order.version, "reason": "Nachsteuerung: andere Stelle"}
    assert client.post(f"{url}/wieder-aufnehmen", data=again).status_code == 303
    assert (order.state, order.done_on, order.effect) == (State.IN_PROGRESS, None, None)


@pytest.mark.proves("D2")
def test_an_order_is_withdrawn_by_resolution_or_with_a_reason(client: Client) -> None:
    committee = make_committee()
    office = make_office_user(committee)
    first, second = make_work_order(committee), make_work_order(committee)
    ours = make_resolution(make_item(make_meeting(committee)), number="B-1", year=2026, sequence_number=1)
    foreign = make_resolution(number="B-2", year=2026, sequence_number=1)
    client.sign_in(office)
    url = f"/arbeitsauftraege/{first.id}/zurueckziehen"
    assert client.post(url, data={"version": first.version}).status_code == 422
    wrong = {"version": first.version, "resolution_id": str(foreign.id)}
    assert client.post(url, data=wrong).status_code == 422
    with pytest.raises(DomainError, match="desselben Gremiums"):
        life.withdraw(first, "", resolution=foreign, version=first.version, by=office)
    right = {"version": first.version, "resolution_id": str(ours.id)}
    assert client.post(url, data=right).status_code == 303
    assert (first.withdrawn_by_resolution_id, first.withdrawal_reason) == (ours.id, "Beschluss B-1")
    data = {"version": second.version, "reason": "Überholt"}
    assert client.post(f"/arbeitsauftraege/{second.id}/zurueckziehen", data=data).status_code == 303
    assert "Überholt" in client.get(f"/arbeitsauftraege/{second.id}").text
    assert (first.state, second.state) == (State.WITHDRAWN, State.WITHDRAWN)


@pytest.mark.proves("D1", "D6")
def test_an_order_is_given_from_a_resolution_after_the_meeting(client: Client, city: User) -> None:
    meeting = make_meeting(state=MeetingState.CLOSED, closed_at=now(), published_at=now())
    resolution = make_resolution(make_item(meeting, is_public=False), number="B-7", year=2026, sequence_number=7,
                                 is_public=False)  # fmt: skip
    client.sign_in(make_coordinator())
    assert "Auftrag erteilen" in client.get(f"/beschluesse/{resolution.id}").text
    url = f"/arbeitsauftraege/zu-beschluss/{resolution.id}"
    data = {"task": "Hinweisblatt drucken", "addressee": f"organisation:{city.roles[0].organisation_id}",
            "priority": "high", "success_measure": "Liegt in acht Sprachen aus"}  # fmt: skip
    assert client.post(url, data={**data, "task": ""}).status_code == 422
    assert client.post(url, data=data).status_code == 303
    assert client.post(url, data=data).status_code == 303  # sent twice
    order = db.session.scalars(sa.select(WorkOrder)).one()
    assert order.number == f"A-{today().year}-001"
    assert (order.resolution_id, order.item_id, order.is_public) == (resolution.id, resolution.item_id, False)
    assert client.sign_in(make_member(meeting.committee)).get(url).status_code == 403
    assert client.sign_in(city).get(url).status_code == 404
    assert mails() == [("stadt@juelich.example", "neuer Auftrag")]
    client.sign_in(make_coordinator())
    assert client.post(url, data=data).location != f"/arbeitsauftraege/{order.id}"  # another person means another order
    order.created_at -= timedelta(minutes=3)
    db.session.commit()
    client.sign_in(db.session.get_one(User, order.created_by_id))
    for change in ({}, {"details": "Auch in leichter Sprache"}, {"due_on": today().isoformat()}):
        assert client.post(url, data={**data, **change}).status_code == 303
    assert db.session.scalar(sa.select(sa.func.count(WorkOrder.id))) == 5


@pytest.mark.proves("E-33", "D2")
def test_one_order_goes_to_several_municipalities_with_one_overview(client: Client, city: User) -> None:
    committee = make_committee()
    juelich, linnich, aldenhoven = city.roles[0].organisation, make_municipality(), make_municipality()
    whole = make_work_order(committee, addressee_committee=committee, task="Ansprechstelle benennen")
    client.sign_in(make_office_user(committee))
    url = f"/arbeitsauftraege/{whole.id}/teilen"
    data = {"task": "Ansprechstelle benennen", "success_measure": "Stelle steht im Verzeichnis",
            "addressees": [f"organisation:{juelich.id}", f"organisation:{linnich.id}"]}  # fmt: skip
    assert client.post(url, data={**data, "addressees": []}).status_code == 422
    assert client.post(url, data=data).status_code == 303
    assert client.post(url, data=data).status_code == 303  # sent twice, given once
    assert len(whole.parts) == 2
    for other in ({"task": "Anderes"}, {"success_measure": "Anderes"}):
        assert client.post(url, data={**data, **other}).status_code == 422  # both have their part
    assert client.post(url, data={**data, "all_municipalities": "y"}).status_code == 303
    assert {p.addressee_organisation_id for p in whole.parts} == {juelich.id, linnich.id, aldenhoven.id}
    assert len(whole.parts) == 3
    mine = next(p for p in whole.parts if p.addressee_organisation_id == juelich.id)
    life.accept(mine, version=mine.version, by=city)
    db.session.commit()
    page = client.get(f"/arbeitsauftraege/{whole.id}").text
    assert f"angenommen am {today():%d.%m.%Y}" in page
    assert "3 Stellen" in page
    assert "Stelle steht im Verzeichnis" in page
    assert f'href="/arbeitsauftraege/{mine.id}"' in page
    assert f'href="/arbeitsauftraege/{whole.id}"' in client.get(f"/arbeitsauftraege/{mine.id}").text
    client.sign_in(city)
    assert client.get(f"/arbeitsauftraege/{whole.id}").status_code == 404  # nothing of others
    assert f"/arbeitsauftraege/{whole.id}" not in client.get(f"/arbeitsauftraege/{mine.id}").text
    with pytest.raises(DomainError, match="nicht selbst ein Teil"):
        services.split_order(mine, ["organisation:1"], Order(task="x", addressee=""), by=city)


def test_the_page_of_an_order_asks_no_more_for_a_longer_story(
    client: Client, city: User, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    meeting = make_meeting(state=MeetingState.CLOSED, closed_at=now(), published_at=now())
    topic = make_topic(meeting.committee)
    resolution = make_resolution(make_item(meeting, topic=topic), number="B-1", year=2026, sequence_number=1)
    whole = make_work_order(meeting.committee, addressee_committee=meeting.committee, item=resolution.item,
                            resolution=resolution)  # fmt: skip
    office, counts = make_office_user(meeting.committee), []
    client.sign_in(office)
    for number in (2, 10):
        for _ in range(number):
            order_for(city, meeting.committee, parent_id=whole.id)
            life.report(whole, "Stand", is_done=False, by=office)
        db.session.commit()
        path = f"/arbeitsauftraege/{whole.id}"  # asks for the order itself, which is not the page's doing
        with count_queries() as statements:
            page = client.get(path).text
        counts.append(len(statements))
    assert f'href="/themen/{topic.id}"' in page
    assert f'href="/tagesordnungspunkte/{resolution.item_id}"' in page
    assert counts[0] == counts[1] <= 12


@pytest.mark.slow
@pytest.mark.proves("D2", "D-12")
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(st.sampled_from(["accept", "decline", "report", "done", "note", "effect", "withdraw", "reopen",
                                       "reissue", "ask", "grant"]), max_size=10))  # fmt: skip
def test_an_order_only_ever_moves_along_its_states(app: Flask, steps: list[str]) -> None:
    savepoint = db.session.begin_nested()
    try:
        user, order = make_coordinator(), make_work_order(due_on=today())
        calls: dict[str, Callable[[int], object]] = {
            "accept": lambda v: life.accept(order, version=v, by=user),
            "decline": lambda v: life.decline(order, "x", version=v, by=user),
            "report": lambda v: life.report(order, "x", is_done=False, by=user),
            "done": lambda v: life.report(order, "x", is_done=True, by=user),
            "note": lambda v: life.acknowledge(order, version=v, by=user),
            "effect": lambda v: life.check_effect(order, Effect.PARTLY, "x", version=v, by=user),
            "withdraw": lambda v: life.withdraw(order, "x", version=v, by=user),
            "reopen": lambda v: life.reopen(order, "x", version=v, by=user),
            "reissue": lambda v: services.reissue(order, services.address_of(order), "x", version=v, by=user),
            "ask": lambda v: dates.ask_deadline(order, today() + timedelta(days=9), "x", version=v, by=user),
            "grant": lambda v: dates.decide_deadline(order, is_granted=True, reason="", version=v, by=user),
        }
        for step in steps:
            before, seen = order.state, order.version
            events = db.session.scalar(sa.select(sa.func.count(OrderEvent.id)))
            try:
                with db.session.begin_nested():
                    calls[step](seen)
            except Conflict:
                raise
            except DomainError:
                assert order.state is before
                assert db.session.scalar(sa.select(sa.func.count(OrderEvent.id))) == events
            assert order.state is before or order.state in WORK_ORDER_TRANSITIONS[before]
            assert order.state.is_done is (order.done_on is not None)
            assert order.number is not None
    finally:
        if savepoint.is_active:
            savepoint.rollback()
        db.session.expire_all()

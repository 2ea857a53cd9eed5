"""Events and trainings for the members of chosen committees (C15)."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from icalendar import Calendar
from openpyxl import load_workbook

from govern.committees.models import Committee, MandateKind
from govern.db import db
from govern.formats import today
from govern.mail import OutgoingMail
from govern.meetings.models import Event, EventRegistration
from govern.people.models import User
from govern.people.services.feeds import open_feed
from govern.tokens import sign
from tests.conftest import SECRET, Client
from tests.factories import (
    make_committee,
    make_coordinator,
    make_mandate,
    make_member,
    make_office_user,
    make_person,
    make_seat,
)

pytestmark = pytest.mark.proves("C15")


def sent(*committees: Committee, **more: str) -> dict[str, object]:
    day = today() + timedelta(days=30)
    form = {"kind": "training", "title": "Moderation lernen", "description": "Für alle", "day": day.isoformat(),
            "starts": "09:00", "ends": "12:00", "place_id": "0", "place_note": "Kreishaus"}  # fmt: skip
    return {**form, "committee_ids": [str(c.id) for c in committees], **more}


def planned(client: Client, *committees: Committee, **more: str) -> Event:
    answer = client.post("/veranstaltungen/neu", data=sent(*committees, **more))
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return db.session.scalars(sa.select(Event).order_by(Event.id.desc())).first()  # type: ignore[return-value]


def announced(client: Client, *committees: Committee, **more: str) -> Event:
    client.sign_in(make_coordinator())
    event = planned(client, *committees, **more)
    assert client.post(f"/veranstaltungen/{event.id}/ankuendigen").status_code == 303
    return event


def entries(client: Client, user: User, committee: Committee | None = None) -> list[dict[str, object]]:
    feed = open_feed(user, committee_id=committee.id if committee else None)
    db.session.commit()
    path = f"/kalender/{sign('feed', feed.nonce, SECRET)}.ics"
    first, second = client.get(path), client.get(path)
    assert first.data == second.data
    assert first.headers["ETag"] == second.headers["ETag"]
    return list(Calendar.from_ical(first.data).walk("VEVENT"))  # type: ignore[arg-type]


@pytest.mark.proves("L-10")
def test_the_office_sees_who_is_told_before_it_announces_once(client: Client) -> None:
    first, second = make_committee(), make_committee()
    both, deputy = make_person(), make_member(second, MandateKind.DEPUTY)
    for committee in (first, second):
        make_mandate(make_seat(committee), both)
    make_mandate(make_seat(first), make_person(email=None))
    make_member(make_committee())
    client.sign_in(make_coordinator())
    event = planned(client, first, second)
    page = client.get(f"/veranstaltungen/{event.id}").get_data(as_text=True)
    assert page.count(both.name) == 1
    assert "3 Personen" in page
    assert "keine Adresse" in page
    assert db.session.scalar(sa.select(sa.func.count(OutgoingMail.id))) == 0
    assert client.post(f"/veranstaltungen/{event.id}/ankuendigen").status_code == 303
    mails = db.session.scalars(sa.select(OutgoingMail)).all()
    assert deputy.person is not None
    assert {mail.to_address for mail in mails} == {both.email, deputy.person.email}
    assert all("Schulung: Moderation lernen" in mail.subject for mail in mails)
    assert client.post(f"/veranstaltungen/{event.id}/ankuendigen").status_code == 409
    assert db.session.scalar(sa.select(sa.func.count(OutgoingMail.id))) == 2


@pytest.mark.proves("D-10")
def test_drafts_are_for_the_office_and_announced_events_for_the_members(client: Client) -> None:
    committee, other = make_committee(), make_committee()
    office, member = make_office_user(committee), make_member(committee)
    stranger, elsewhere = make_member(other), make_office_user(other)
    client.sign_in(office)
    event = planned(client, committee)
    statuses = {"office": 200, "member": 404, "stranger": 404, "elsewhere": 404}
    people = {"office": office, "member": member, "stranger": stranger, "elsewhere": elsewhere}
    for expected in (statuses, {**statuses, "member": 200}):
        for name, user in people.items():
            client.sign_in(user)
            assert client.get(f"/veranstaltungen/{event.id}").status_code == expected[name], name
            listed = "Moderation lernen" in client.get("/veranstaltungen").get_data(as_text=True)
            assert listed == (expected[name] == 200), name
        client.sign_in(office).post(f"/veranstaltungen/{event.id}/ankuendigen")
    client.sign_in(member)
    assert client.get(f"/veranstaltungen/{event.id}/teilnahme.xlsx").status_code == 403
    assert client.post(f"/veranstaltungen/{event.id}/absagen").status_code == 403


def test_an_office_announces_only_to_its_own_committees(client: Client) -> None:
    own, other = make_committee(), make_committee()
    client.sign_in(make_office_user(own))
    assert client.post("/veranstaltungen/neu", data=sent(own, other)).status_code == 422
    assert client.post("/veranstaltungen/neu", data=sent()).status_code == 422
    assert client.post("/veranstaltungen/neu", data=sent(own)).status_code == 303


def test_members_register_until_it_is_full_and_withdraw(client: Client) -> None:
    committee = make_committee()
    first, second = make_member(committee), make_member(committee)
    event = announced(client, committee, most_participants="1")
    path = f"/veranstaltungen/{event.id}"
    assert client.sign_in(first).post(f"{path}/anmelden").status_code == 303
    assert client.post(f"{path}/anmelden").status_code == 303
    assert "Sie sind angemeldet" in client.get(path).get_data(as_text=True)
    refused = client.sign_in(second).post(f"{path}/anmelden")
    assert refused.status_code == 422
    assert "Alle Plätze sind vergeben" in refused.get_data(as_text=True)
    assert client.sign_in(first).post(f"{path}/abmelden").status_code == 303
    assert client.sign_in(second).post(f"{path}/anmelden").status_code == 303
    assert client.sign_in(first).post(f"{path}/abmelden").status_code == 409
    rows = db.session.scalars(sa.select(EventRegistration).order_by(EventRegistration.id)).all()
    assert [row.withdrawn_at is None for row in rows] == [False, True]


def test_nobody_registers_after_the_deadline(client: Client) -> None:
    committee = make_committee()
    member = make_member(committee)
    event = announced(client, committee, register_until=today().isoformat())
    assert client.sign_in(member).post(f"/veranstaltungen/{event.id}/anmelden").status_code == 303
    client.post(f"/veranstaltungen/{event.id}/abmelden")
    event.register_until = today() - timedelta(days=1)
    db.session.commit()
    refused = client.post(f"/veranstaltungen/{event.id}/anmelden")
    assert refused.status_code == 422
    assert "Anmeldefrist" in refused.get_data(as_text=True)


def test_the_list_of_participants_is_a_table_without_formulas(client: Client) -> None:
    committee = make_committee()
    member = make_member(committee)
    assert member.person is not None
    member.person.given_name = "=1+1"
    db.session.commit()
    event = announced(client, committee)
    client.sign_in(member).post(f"/veranstaltungen/{event.id}/anmelden")
    answer = client.sign_in(make_coordinator()).get(f"/veranstaltungen/{event.id}/teilnahme.xlsx")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    assert [row[2] for row in rows] == [member.person.email]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


@pytest.mark.proves("B-06", "B-07", "B-08", "B-09", "B-12", "B-13", "B-17", "L-11", "W-27")
def test_events_are_in_the_calendars_of_the_members_and_stay_when_cancelled(app: Flask, client: Client) -> None:
    committee = make_committee()
    member, stranger, coordinator = make_member(committee), make_member(make_committee()), make_coordinator()
    client.sign_in(coordinator)
    event = planned(client, committee)
    assert entries(client, member) == []
    client.post(f"/veranstaltungen/{event.id}/ankuendigen")
    [entry] = entries(client, member)
    assert entries(client, member, committee) == [entry]
    assert entries(client, stranger) == entries(client, stranger, committee) == []
    assert entry["SUMMARY"] == "Schulung: Moderation lernen"
    assert entry["LOCATION"] == "Kreishaus"
    day = today() + timedelta(days=31)
    changed = {**sent(committee, day=day.isoformat()), "version": str(event.version)}
    assert client.sign_in(coordinator).post(f"/veranstaltungen/{event.id}/bearbeiten", data=changed).status_code == 303
    [moved] = entries(client, member)
    assert moved["UID"] == entry["UID"]
    assert moved["SEQUENCE"] > entry["SEQUENCE"]
    assert moved["DTSTART"].dt.date() == day  # type: ignore[attr-defined]
    client.sign_in(coordinator).post(f"/veranstaltungen/{event.id}/absagen")
    [gone] = entries(client, member)
    assert (gone["UID"], gone["STATUS"]) == (entry["UID"], "CANCELLED")
    assert gone["SUMMARY"] == "Abgesagt: Schulung: Moderation lernen"
    assert gone["SEQUENCE"] > moved["SEQUENCE"]
    single = client.sign_in(member).get(f"/veranstaltungen/{event.id}/termin.ics")
    assert [e["UID"] for e in Calendar.from_ical(single.data).walk("VEVENT")] == [entry["UID"]]


def test_a_stale_save_is_refused_and_a_change_is_told_if_wished(client: Client) -> None:
    committee = make_committee()
    make_member(committee)
    event = announced(client, committee)
    before = db.session.scalar(sa.select(sa.func.count(OutgoingMail.id))) or 0
    form = {**sent(committee), "version": str(event.version)}
    path = f"/veranstaltungen/{event.id}/bearbeiten"
    assert client.post(path, data={**form, "title": "Neuer Titel", "inform": "y"}).status_code == 303
    assert db.session.scalar(sa.select(sa.func.count(OutgoingMail.id))) == before + 1
    stale = client.post(path, data={**form, "title": "Zu spät"})
    assert stale.status_code == 409
    assert "Neuer Titel" in stale.get_data(as_text=True)
    db.session.expire_all()
    assert event.title == "Neuer Titel"


def test_a_draft_is_thrown_away_and_an_announced_event_only_cancelled(client: Client) -> None:
    committee = make_committee()
    make_member(committee)
    client.sign_in(make_coordinator())
    draft = planned(client, committee)
    assert client.post(f"/veranstaltungen/{draft.id}/absagen").status_code == 422
    assert client.post(f"/veranstaltungen/{draft.id}/verwerfen").status_code == 303
    event = announced(client, committee)
    assert client.post(f"/veranstaltungen/{event.id}/verwerfen").status_code == 422
    assert client.post(f"/veranstaltungen/{event.id}/absagen", data={"inform": "y"}).status_code == 303
    last = db.session.scalars(sa.select(OutgoingMail).order_by(OutgoingMail.id.desc())).first()
    assert last is not None
    assert last.subject.startswith("Abgesagt: ")
    assert client.post(f"/veranstaltungen/{event.id}/bearbeiten", data=sent(committee)).status_code == 422


def test_the_list_costs_the_same_for_many(client: Client, count_queries) -> None:  # type: ignore[no-untyped-def]
    committee = make_committee()
    member = make_member(committee)

    def cost(events: int) -> int:
        for _ in range(events):
            announced(client, committee)
        client.sign_in(member)
        with count_queries() as statements:
            assert client.get("/veranstaltungen").status_code == 200
        return len(statements)

    few = cost(1)
    assert few == cost(6) <= 12

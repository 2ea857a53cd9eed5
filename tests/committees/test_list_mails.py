"""Mails to lists: who gets them, who may write them, and what is kept of them."""

from __future__ import annotations

import csv
import io
import re

import openpyxl
import pytest
import sqlalchemy as sa

from govern.committees.models import ListMail, MailTarget, MandateKind
from govern.db import db
from govern.mail import OutgoingMail
from govern.people.models import Role
from tests.conftest import Client
from tests.factories import (
    make_committee,
    make_coordinator,
    make_mandate,
    make_member,
    make_office_user,
    make_person,
    make_seat,
    make_user,
)

WORDS = {"subject": "Neue Termine", "text": "Guten Tag,\n\nbitte vormerken."}


def addresses() -> list[str]:
    return sorted(db.session.scalars(sa.select(OutgoingMail.to_address)))


def shown(page: str) -> str:
    found = re.search(r'name="shown"[^>]*value="(\w+)"', page)
    assert found
    return found[1]


@pytest.mark.proves("I1")
def test_one_mail_to_each_after_a_preview_of_exactly_who_gets_it(client: Client) -> None:
    first, second = make_committee(name="Erster Kreis"), make_committee(name="Zweiter Kreis")
    kim = make_person(email="kim@muster.example", family_name="Doppelt")
    for committee in (first, second):
        make_mandate(make_seat(committee), kim)
    make_mandate(make_seat(second, mailbox="amt@muster.example", mail_target=MailTarget.MAILBOX))
    make_mandate(make_seat(first), make_person(email=None, family_name="Ohneadresse"))
    make_mandate(make_seat(first), make_person(email="vertretung@muster.example"), kind=MandateKind.DEPUTY)
    user = make_coordinator()
    client.sign_in(user)
    data = {"committee_ids": [first.id, second.id], **WORDS}
    preview = client.post("/rundmails/neu", data=data)
    assert preview.status_code == 200
    assert addresses() == []
    assert "Das bekommen 2 Adressen" in preview.text
    assert "1 Person hat keine Adresse" in preview.text
    assert "Ohneadresse" in preview.text
    assert "kim@muster.example · Erster Kreis, Zweiter Kreis" in preview.text
    sent = client.post("/rundmails/neu", data={**data, "senden": "1", "shown": shown(preview.text)})
    assert sent.status_code == 303
    assert addresses() == ["amt@muster.example", "kim@muster.example"]
    row = db.session.scalars(sa.select(OutgoingMail)).first()
    assert row is not None
    assert (row.subject, row.reply_to) == ("Neue Termine", user.email)
    log = client.get(sent.location).text
    assert ("nicht angeschrieben" in log, "wartet" in log, "Ohneadresse" in log) == (True, True, True)
    assert "Neue Termine" in client.get("/rundmails").text


@pytest.mark.proves("I1")
def test_a_list_that_changed_since_the_preview_is_shown_again(client: Client) -> None:
    committee = make_committee()
    make_member(committee)
    client.sign_in(make_office_user(committee))
    data = {"committee_ids": [committee.id], **WORDS}
    preview = client.post("/rundmails/neu", data=data)
    make_member(committee)
    again = client.post("/rundmails/neu", data={**data, "senden": "1", "shown": shown(preview.text)})
    assert again.status_code == 409
    assert "hat sich seit der Vorschau geändert" in again.text
    assert "bitte vormerken." in again.text
    assert addresses() == []
    assert client.post("/rundmails/neu", data={**data, "senden": "1", "shown": shown(again.text)}).status_code == 303
    assert len(addresses()) == 2


@pytest.mark.proves("I2")
def test_case_managers_write_to_each_other_across_carriers(client: Client) -> None:
    user, colleague = make_user(Role.CASE_MANAGER), make_user(Role.CASE_MANAGER)
    make_user(Role.CASE_MANAGER, is_locked=True)
    committee = make_committee()
    make_member(committee)
    client.sign_in(user)
    data = {"to_case_managers": "y", **WORDS}
    preview = client.post("/rundmails/neu", data=data)
    assert client.post("/rundmails/neu", data={**data, "senden": "1", "shown": shown(preview.text)}).status_code == 303
    assert user.person is not None
    assert colleague.person is not None
    assert addresses() == sorted([str(user.person.email), str(colleague.person.email)])
    refused = client.post("/rundmails/neu", data={**data, "committee_ids": [committee.id]})
    assert refused.status_code == 422


@pytest.mark.proves("I1")
def test_an_office_writes_to_its_own_committees_only(client: Client) -> None:
    own, other = make_committee(), make_committee()
    make_member(other)
    client.sign_in(make_office_user(own))
    assert client.post("/rundmails/neu", data={"committee_ids": [other.id], **WORDS}).status_code == 422
    assert client.post("/rundmails/neu", data=WORDS).status_code == 422
    assert "Bitte mindestens einen Verteiler wählen." in client.post("/rundmails/neu", data=WORDS).text
    assert client.post("/rundmails/neu", data={"committee_ids": [own.id], "subject": "x"}).status_code == 422
    assert client.get(f"/gremien/{other.id}/verteiler.csv").status_code == 403
    foreign = ListMail(body_id=own.body_id, subject="x", text="x", sent_by_id=make_coordinator().id)
    db.session.add(foreign)
    db.session.commit()
    assert client.get(f"/rundmails/{foreign.id}").status_code == 404
    assert client.sign_in(make_member(own)).get("/rundmails").status_code == 403


@pytest.mark.proves("I1", "D-16")
def test_the_list_of_addresses_is_a_file(client: Client) -> None:
    committee = make_committee()
    make_mandate(make_seat(committee), make_person(family_name="=1+1", email="kim@muster.example"))
    make_mandate(make_seat(committee), make_person(email=None), kind=MandateKind.DEPUTY)
    client.sign_in(make_office_user(committee))
    text = client.get(f"/gremien/{committee.id}/verteiler.csv").data.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert [(line[0], line[5]) for line in lines[:2]] == [("Nachname", "Adresse"), ("'=1+1", "kim@muster.example")]
    assert lines[2][3:6:2] == ["Stellvertretung", "keine Adresse"]
    answer = client.get(f"/gremien/{committee.id}/verteiler.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=1+1", "s")


@pytest.mark.proves("C1")
def test_the_form_of_a_seat_says_where_its_mail_goes(client: Client) -> None:
    committee = make_committee()
    client.sign_in(make_office_user(committee))
    data = {"function": "Leitung", "person_count": "1", "participation": "standing", "voting": "yes",
            "mail_target": "mailbox"}  # fmt: skip
    path = f"/gremien/{committee.id}/sitze/neu"
    refused = client.post(path, data=data)
    assert refused.status_code == 422
    assert "Bitte die Adresse des Funktionspostfachs angeben." in refused.text
    assert client.post(path, data={**data, "mailbox": "amt@muster.example"}).status_code == 303
    db.session.refresh(committee)
    (seat,) = committee.seats
    assert (seat.mailbox, seat.mail_target) == ("amt@muster.example", MailTarget.MAILBOX)

"""The office calls for topics of a coming meeting: who gets the mail, what it proposes, and what is kept of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from govern.committees.models import MandateKind, RuleKind
from govern.db import db, now
from govern.formats import date_short, date_text, local
from govern.mail import OutgoingMail
from govern.meetings.models import JointCommittee, Meeting, MeetingState, TopicCall
from tests.conftest import Client
from tests.factories import (
    make,
    make_committee,
    make_mandate,
    make_meeting,
    make_member,
    make_office_user,
    make_person,
    make_procedure_rule,
    make_seat,
)

Counter = Callable[[], AbstractContextManager[list[str]]]


def planned(*, in_days: int = 40, **values: object) -> Meeting:
    meeting = make_meeting(
        make_committee(), starts_at=now() + timedelta(days=in_days),
        ends_at=now() + timedelta(days=in_days, hours=2), **values,
    )  # fmt: skip
    make_procedure_rule(meeting.committee, RuleKind.TOPIC_DEADLINE, number=14)
    make_procedure_rule(meeting.committee, RuleKind.PAPER_DEADLINE, number=7)
    make_mandate(make_seat(meeting.committee), make_person(email="mitglied@muster.example"))
    deputy = make_person(email="vertretung@muster.example")
    make_mandate(make_seat(meeting.committee), deputy, kind=MandateKind.DEPUTY)
    return meeting


def fields(page: str) -> dict[str, str]:
    shown = re.search(r'name="shown"[^>]*value="(\w+)"', page)
    subject = re.search(r'name="subject"[^>]*value="([^"]+)"', page)
    text = re.search(r'<textarea[^>]*name="text"[^>]*>\s*(.*?)</textarea>', page, re.DOTALL)
    assert shown and subject and text
    return {"shown": shown[1], "subject": subject[1], "text": text[1]}


@pytest.mark.proves("C3", "E-18", "I1")
def test_the_members_are_asked_for_topics_once_the_office_has_seen_who_gets_it(client: Client) -> None:
    meeting = planned()
    other = make_committee(name="Anderer Kreis")
    make(JointCommittee(meeting=meeting, committee=other))
    make_mandate(make_seat(other), make_person(email="drueben@muster.example"))
    client.sign_in(make_office_user(meeting.committee))
    address = f"/sitzungen/{meeting.id}/themenaufruf"
    assert "Aufruf zu Themen ist nicht versandt" in client.get(f"/sitzungen/{meeting.id}").text
    page = client.get(address).text
    form = fields(page)
    day = local(meeting.starts_at).date()
    for words in (date_short(day - timedelta(days=14)), date_short(day - timedelta(days=7)),
                  f"/gremien/{meeting.committee_id}/themen/neu"):  # fmt: skip
        assert words in form["text"]
    assert "Das bekommen 2 Adressen" in page and "vertretung@muster.example" not in page
    preview = client.post(address, data={**form, "text": "Eigene Worte", "with_deputies": "y", "vorschau": "1"})
    assert "Das bekommen 3 Adressen" in preview.text and "Eigene Worte" in preview.text
    # What was shown before is not what would be sent now: nothing goes out, everything typed stays.
    stale = client.post(address, data={**form, "with_deputies": "y", "text": "Eigene Worte", "senden": "1"})
    assert (stale.status_code, "Eigene Worte" in stale.text) == (422, True)
    assert db.session.scalar(sa.select(sa.func.count(OutgoingMail.id))) == 0
    twice = {**fields(preview.text), "with_deputies": "y", "senden": "1"}
    sent = client.post(address, data=twice)
    assert sent.status_code == 303
    mails = db.session.scalars(sa.select(OutgoingMail)).all()
    assert sorted(m.to_address for m in mails) == [
        "drueben@muster.example", "mitglied@muster.example", "vertretung@muster.example"]  # fmt: skip
    assert {m.text.strip() for m in mails} == {"Eigene Worte"}
    called = db.session.scalars(sa.select(TopicCall)).one()
    assert (called.topics_until, called.addresses) == (day - timedelta(days=14), 3)
    assert "Aufruf zu Themen versandt am" in client.get(f"/sitzungen/{meeting.id}").text
    history = client.get(f"/sitzungen/{meeting.id}/verlauf").text
    assert "Aufruf zu Themen" in history and "versandt" in history
    again = client.post(address, data=twice)
    assert (again.status_code, "Inzwischen wurde ein Aufruf versandt" in again.text) == (422, True)
    assert len(db.session.scalars(sa.select(TopicCall)).all()) == 1
    assert "an 3 Adressen" in again.text


@pytest.mark.proves("C3")
def test_nobody_is_called_to_a_meeting_that_has_begun_or_passed(client: Client) -> None:
    held, over = planned(state=MeetingState.IN_SESSION), planned(in_days=-1)
    for meeting in (held, over):
        client.sign_in(make_office_user(meeting.committee))
        address = f"/sitzungen/{meeting.id}/themenaufruf"
        answer = client.post(address, data={"subject": "x", "text": "x", "senden": "1"})
        assert answer.status_code in (409, 422), answer.status_code
    assert db.session.scalars(sa.select(OutgoingMail)).all() == []
    member = make_member(held.committee)
    assert client.sign_in(member).get(f"/sitzungen/{held.id}/themenaufruf").status_code == 403


@pytest.mark.proves("C3")
def test_the_panel_says_when_the_deadline_passed_without_a_call(client: Client, count_queries: Counter) -> None:
    meeting = planned(in_days=10)
    client.sign_in(make_office_user(meeting.committee))
    client.get(f"/sitzungen/{meeting.id}")
    with count_queries() as statements:
        page = client.get(f"/sitzungen/{meeting.id}").text
    assert "Die Frist für Themen endete am" in page
    assert len(statements) <= 12, statements


@pytest.mark.proves("C3")
def test_a_committee_calls_for_topics_in_its_own_words(client: Client) -> None:
    meeting = planned()
    client.sign_in(make_office_user(meeting.committee))
    address = f"/gremien/{meeting.committee_id}/anschreiben/bearbeiten"
    own = {"version": "0", "subject": "Themen für {datum}", "text": "Schreiben Sie uns {themenfrist}: {adresse}"}
    assert "Schreiben Sie uns bis Di., 12. Mai 2026" in client.post(
        f"{address}?anlass=topic_call", data={**own, "vorschau": "1"}).text  # fmt: skip
    # What means something in one kind of mail only is refused in the others.
    for kind, wrong in (("topic_call", "{anlass}"), ("invitation", "{themenfrist}")):
        refused = client.post(f"{address}?anlass={kind}", data={**own, "text": wrong})
        assert (refused.status_code, f"{wrong} gibt es nicht" in refused.text) == (422, True), kind
    assert client.post(f"{address}?anlass=topic_call", data=own).status_code == 303
    page = client.get(f"/sitzungen/{meeting.id}/themenaufruf").text
    day = local(meeting.starts_at).date()
    assert fields(page)["subject"] == f"Themen für {date_text(day)}"
    until = date_short(day - timedelta(days=14))
    link = f"/gremien/{meeting.committee_id}/themen/neu"
    assert fields(page)["text"].startswith(f"Schreiben Sie uns bis {until}: http") and link in fields(page)["text"]
    sent = client.post(f"/sitzungen/{meeting.id}/themenaufruf", data={**fields(page), "senden": "1"})
    assert sent.status_code == 303
    mails = db.session.scalars(sa.select(OutgoingMail)).all()
    assert mails and all("Schreiben Sie uns" in mail.text for mail in mails)
    # A committee without own words, and without rules, names no day.
    free = make_meeting(make_committee(name="Freier Kreis"), starts_at=meeting.starts_at, ends_at=meeting.ends_at)
    make_mandate(make_seat(free.committee), make_person(email="frei@muster.example"))
    page = client.sign_in(make_office_user(free.committee)).get(f"/sitzungen/{free.id}/themenaufruf").text
    assert fields(page)["subject"].startswith("Bitte Themen rechtzeitig vor der Sitzung vorschlagen: ")

"""After the invitation every change of the agenda is a numbered supplement, and members see only what changed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO

import pytest

from govern.db import db
from govern.mail import OutgoingMail
from govern.meetings.models import (
    AgendaItem,
    ChangeKind,
    Dispatch,
    DispatchKind,
    ItemResult,
    Paper,
    SupplementKind,
    TopicState,
)
from govern.meetings.queries.guests import guest_token
from tests.conftest import SECRET, Client
from tests.factories import (
    make_mandate,
    make_seat,
    make_topic,
    make_user,
)
from tests.meetings.invited import HIDDEN, PDF, Room

Counter = Callable[[], AbstractContextManager[list[str]]]


@pytest.mark.proves("E-04", "L-10", "W-9")
def test_what_is_added_after_the_invitation_waits_for_the_supplement(client: Client) -> None:
    room = Room(client)
    assert room.add("Neue Kita", papers=(BytesIO(PDF), "kita.pdf"), paper_kind="").status_code == 303
    draft = room.draft
    assert draft is not None and draft.number == 1 and draft.kind is SupplementKind.SUPPLEMENT
    item = db.session.query(AgendaItem).filter_by(title="Neue Kita").one()
    paper = item.papers[0]
    office = room.agenda_for(room.office)
    assert "Neue Kita" in office and "1. Nachtrag in Arbeit" in office and "neu, noch nicht versandt" in office
    assert "Unterlagen <span" in office or "Unterlagen" in office
    member = room.agenda_for(room.holder)
    assert "Neue Kita" not in member and "in Arbeit" not in member
    for path in (f"/tagesordnungspunkte/{item.id}", f"/unterlagen/{paper.id}", f"/nachtraege/{draft.id}"):
        assert client.get(path).status_code == 404, path
    assert "kita.pdf" not in client.get(room.path("unterlagen")).text
    assert "Neue Kita" not in client.get("/suche?q=Kita").text
    room.as_office()
    assert room.send().status_code == 303
    assert draft.sent_at is not None
    member = room.agenda_for(room.holder)
    assert "neu im 1. Nachtrag" in member and 'id="nachtrag-1"' in member and "kita.pdf" in member
    assert client.get(f"/unterlagen/{paper.id}").status_code == 200
    (dispatch,) = db.session.query(Dispatch).filter_by(kind=DispatchKind.SUPPLEMENT)
    assert dispatch.supplement_id == draft.id and dispatch.agenda is not None
    assert [row["title"] for row in dispatch.agenda] == ["Sprachkurse", "Haushalt", HIDDEN, "Neue Kita"]


@pytest.mark.proves("E-04", "L-10", "B14", "C13")
def test_each_gets_only_what_changed_and_only_what_they_may_read(client: Client) -> None:
    room = Room(client)
    room.add("Öffentliches Neues")
    room.add("Geheimes Neues", is_public="")
    draft = room.draft
    assert draft is not None
    page = client.get(f"/nachtraege/{draft.id}").text
    assert "disabled" in page.partition('id="nachtrag"')[2].partition("<button")[2].partition(">")[0]  # Enter sends not
    assert "Ohne Mail, weil nichts davon für sie bestimmt ist: Robin Gast" in page
    room.send()
    holder = room.mails(room.holder.person.email)[-1]  # type: ignore[union-attr, arg-type]
    assert "TOP 3  Öffentliches Neues: neuer Punkt" in holder and "TOP N 2  Geheimes Neues: neuer Punkt" in holder
    assert "Haushalt" not in holder, "only what changed"
    assert len(room.mails("robin@gast.example")) == 1, "nothing of it is for the guest"
    mailbox = room.mails("postfach@amt.example")[-1]
    assert "Öffentliches Neues" in mailbox and "Geheimes" not in mailbox
    calendars = [m.calendar for m in db.session.query(OutgoingMail) if "Nachtrag" in m.subject]
    assert calendars and not any(calendars), "neither time nor place changed"
    stranger = make_user()
    room.meeting.is_public = True
    db.session.commit()
    page = room.agenda_for(stranger)
    assert "Öffentliches Neues" in page and "Geheimes" not in page
    room.as_office()
    room.edit(room.first, title="Sprachkurse für Eltern")
    room.send()
    assert "Sprachkurse für Eltern" in room.mails("robin@gast.example")[-1]


@pytest.mark.proves("E-04")
def test_an_item_the_members_have_stays_as_sent_until_the_dispatch(client: Client) -> None:
    room = Room(client)
    version = room.first.version
    assert room.edit(room.first, title="Sprachkurse II", planned_minutes="45", description="Neu").status_code == 303
    assert (room.first.title, room.first.planned_minutes) == ("Sprachkurse", 20)
    office = room.agenda_for(room.office)
    assert "vorgemerkt im 1. Nachtrag" in office
    assert 'value="Sprachkurse II"' in client.get(f"/tagesordnungspunkte/{room.first.id}/bearbeiten").text
    assert "Sprachkurse II" not in room.agenda_for(room.holder)
    room.as_office()
    stale = room.edit(room.first, title="Zu spät", version=str(version))
    assert stale.status_code == 409
    room.edit(room.first, title="Sprachkurse", planned_minutes="45", description="Neu")
    draft = room.draft
    assert draft is not None
    assert {c.field for c in draft.changes} == {"planned_minutes", "description"}, "what says the same again is dropped"
    room.send()
    assert (room.first.title, room.first.planned_minutes, room.first.description) == ("Sprachkurse", 45, "Neu")
    member = room.agenda_for(room.holder)
    assert "geändert im 1. Nachtrag" in member
    assert "20 min</del>" in member and "45 min</ins>" in member, "old and new"
    room.as_office()
    room.edit(room.second, title="Haushalt 2027")
    room.edit(room.second, title="Haushalt")
    assert room.draft is None, "with the last change the supplement is gone"
    room.edit(room.second, title="Haushalt 2027")
    assert room.draft is not None and room.draft.number == 2


@pytest.mark.proves("E-04", "E-12")
def test_what_becomes_confidential_is_hidden_at_once_and_what_becomes_public_keeps_its_past(client: Client) -> None:
    room = Room(client)
    room.meeting.is_public = True
    db.session.commit()
    stranger = make_user()
    room.edit(room.second, is_public="", title="Neuer Name")
    assert "Haushalt" not in room.agenda_for(stranger), "hidden at once"
    room.as_office()
    room.edit(room.hidden, is_public="y", title="Stellenplan")
    assert "Stellenplan" not in room.agenda_for(stranger)
    room.as_office()
    room.send()
    page = room.agenda_for(stranger)
    assert "Stellenplan" in page and HIDDEN not in page and "Neuer Name" not in page
    assert HIDDEN in room.agenda_for(room.holder)
    mailbox = room.mails("postfach@amt.example")[-1]
    assert "Stellenplan" in mailbox and HIDDEN not in mailbox and "Neuer Name" not in mailbox


@pytest.mark.proves("E-04", "C3")
def test_the_author_of_a_topic_is_told_when_the_members_are(client: Client) -> None:
    room = Room(client)
    author = make_user()
    make_mandate(make_seat(room.meeting.committee), author.person)
    topic = make_topic(room.meeting.committee, title="Wartezeiten", proposed_by=author, state=TopicState.ACCEPTED)

    def told() -> list[str]:
        found = db.session.query(OutgoingMail).filter_by(to_address=author.email).order_by(OutgoingMail.id)
        return [mail.subject for mail in found]

    def page() -> str:
        client.sign_in(author)
        text = client.get(f"/themen/{topic.id}").text
        room.as_office()
        return text

    take = {"topics": [topic.id], "late_note": ""}
    assert client.post(room.path("tagesordnung/themen"), data=take).status_code == 303
    assert told() == [] and room.meeting.name not in page()
    client.post(f"/nachtraege/{room.draft.id}/verwerfen")  # type: ignore[union-attr]
    assert told() == []  # taken back before anybody knew
    assert client.post(room.path("tagesordnung/themen"), data=take).status_code == 303
    room.send()
    assert told() == ["Ihr Thema „Wartezeiten“: auf der Tagesordnung"]
    assert room.meeting.name in page()


@pytest.mark.proves("E-04")
def test_an_item_is_struck_with_the_supplement_and_its_topic_comes_back(client: Client) -> None:
    room = Room(client)
    topic = make_topic(room.meeting.committee, title="Haushalt", state=TopicState.SCHEDULED)
    room.second.topic = topic
    db.session.commit()
    path = f"/tagesordnungspunkte/{room.second.id}/absetzen"
    assert client.post(path, data={"reason": "erst im Herbst"}).status_code == 303
    db.session.expire_all()
    assert room.second.result is None and "abgesetzt im" not in room.agenda_for(room.holder)
    room.as_office()
    room.send()
    assert room.second.result is ItemResult.WITHDRAWN and room.second.result_note == "erst im Herbst"
    assert topic.state is TopicState.ACCEPTED
    assert "abgesetzt im 1. Nachtrag" in room.agenda_for(room.holder)


@pytest.mark.proves("E-04")
def test_a_supplement_can_be_emptied_and_nothing_else_is_lost(client: Client) -> None:
    room = Room(client)
    topic = make_topic(room.meeting.committee, title="Aus dem Speicher", state=TopicState.ACCEPTED)
    assert client.post(room.path("tagesordnung/themen"), data={"topics": str(topic.id)}).status_code == 303
    room.upload(room.first, "alt.pdf")
    room.edit(room.second, planned_minutes="5")
    draft = room.draft
    assert draft is not None and len(draft.changes) == 3
    line = next(c for c in draft.changes if c.kind is ChangeKind.PAPER_ADDED)
    assert client.post(f"/nachtraege/{draft.id}/zeilen/{line.id}/verwerfen").status_code == 303
    db.session.expire_all()
    assert db.session.query(Paper).count() == 0
    assert client.post(f"/nachtraege/{draft.id}/zeilen/{line.id}/verwerfen").status_code == 404
    assert client.post(f"/nachtraege/{draft.id}/verwerfen").status_code == 303
    assert room.draft is None and db.session.query(AgendaItem).count() == 3
    assert topic.state is TopicState.ACCEPTED and room.second.planned_minutes is None
    client.sign_in(room.holder)
    room.as_office()
    room.add("Wieder")
    assert room.draft is not None and room.draft.number == 1, "the number is free again"


def test_a_paper_taken_back_is_gone_at_once_and_the_supplement_says_so(client: Client) -> None:
    room = Room(client)
    room.upload(room.first, "zahlen.pdf")
    room.send()
    paper = db.session.query(Paper).one()
    client.post(f"/unterlagen/{paper.id}/zurueckziehen")
    page = room.agenda_for(room.holder)
    assert "zahlen.pdf" not in page and client.get(f"/unterlagen/{paper.id}").status_code == 404
    draft = room.draft
    assert draft is not None and [c.kind for c in draft.changes] == [ChangeKind.PAPER_WITHDRAWN]
    room.as_office()
    client.post(f"/unterlagen/{paper.id}/wieder-bereitstellen")
    assert room.draft is None


@pytest.mark.proves("C18", "E-04")
def test_what_a_guest_hands_in_late_goes_to_the_members_by_the_office(client: Client) -> None:
    room = Room(client)
    link = f"/gast/{guest_token(room.guest, SECRET)}"
    client.get("/abmelden")
    data = {"item_id": str(room.first.id), "papers": (BytesIO(PDF), "vortrag.pdf")}
    assert client.post(f"{link}/unterlagen", data=data).status_code == 303
    paper = db.session.query(Paper).one()
    assert "vortrag.pdf" in client.get(link).text
    assert client.get(f"{link}/unterlagen/{paper.id}").status_code == 200
    assert "vortrag.pdf" not in room.agenda_for(room.holder)
    room.as_office()
    room.send()
    assert "vortrag.pdf" in room.agenda_for(room.holder)


def test_what_was_shown_is_what_is_sent(client: Client) -> None:
    room = Room(client)
    room.add("Erstes")
    draft = room.draft
    assert draft is not None
    assert room.send(seen="etwas anderes").status_code == 422
    assert draft.sent_at is None and db.session.query(Dispatch).count() == 1
    assert room.send(subject="  ").status_code == 422
    assert draft.sent_at is None
    assert room.send(tisch="1").status_code == 303
    assert draft.sent_at is not None and db.session.query(Dispatch).count() == 1
    answer = client.post(
        f"/nachtraege/{draft.id}", data={"subject": "x", "kind": "supplement", "seen": "", "senden": "1"}
    )
    assert answer.status_code == 422 and "schon versandt" in answer.text


def test_the_page_costs_no_more_with_supplements(client: Client, count_queries: Counter) -> None:
    room = Room(client)
    path = room.path()
    client.get(path)
    with count_queries() as before:
        client.get(path)
    for n in range(3):
        room.add(f"Neu {n}")
        room.upload(room.first, f"datei{n}.pdf")
        room.edit(room.second, planned_minutes=str(10 + n))
        if n < 2:
            room.send()
    with count_queries() as after:
        client.get(path)
    assert len(after) <= len(before) <= 12, after

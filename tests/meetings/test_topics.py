"""The topic store: bring, accept, return, move, schedule (C3)."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from govern.committees.models import MandateKind
from govern.db import db, now
from govern.meetings.models import ItemKind, ItemResult, MeetingState, Topic, TopicInput, TopicState
from govern.meetings.services import topics as services
from tests.conftest import Client
from tests.factories import (
    make_committee,
    make_coordinator,
    make_item,
    make_meeting,
    make_member,
    make_office_user,
    make_topic,
    make_user,
)

FORM: dict[str, Any] = {"title": "Kita-Zugang", "purpose": "Spät Zugezogene bekommen keinen Platz.",
                        "wished_outcome": "Ein Auftrag an das Jugendamt", "input_kind": "need_or_gap",
                        "wished_kind": "decision", "planned_minutes": "25", "is_public": "y",
                        "paper_kind": "paper"}  # fmt: skip


@pytest.mark.proves("C3")
@pytest.mark.parametrize("kind", list(MandateKind))
def test_a_member_brings_a_topic_with_papers_and_sees_its_fate(client: Client, kind: MandateKind) -> None:
    committee = make_committee()
    member, office = make_member(committee, kind), make_office_user(committee)
    answer = client.sign_in(member).post(
        f"/gremien/{committee.id}/themen/neu",
        data={**FORM, "papers": [(io.BytesIO(b"a;b\n"), "Zahlen.csv")]}, content_type="multipart/form-data",
    )  # fmt: skip
    topic = db.session.query(Topic).one()
    assert answer.location == f"/themen/{topic.id}"
    assert (topic.state, topic.input_kind, topic.wished_kind) == (
        TopicState.PROPOSED, TopicInput.NEED_OR_GAP, ItemKind.DECISION,
    )  # fmt: skip
    assert topic.proposed_for_seat is not None
    page = client.get(answer.location).text
    assert "vorgeschlagen" in page and topic.proposed_for_seat.label in page
    client.sign_in(office).post(f"/themen/{topic.id}/zurueckgeben", data={"reason": "Bitte Zahlen nach Kommunen."})
    page = client.sign_in(member).get(answer.location).text
    assert "zurückgegeben" in page and "Bitte Zahlen nach Kommunen." in page
    client.post(f"/themen/{topic.id}/bearbeiten", data={**FORM, "version": topic.version, "purpose": "Mit Zahlen"})
    assert topic.state is TopicState.PROPOSED
    client.sign_in(office).post(f"/themen/{topic.id}/annehmen")
    assert "angenommen" in client.sign_in(member).get(answer.location).text


@pytest.mark.proves("C3")
def test_a_topic_sent_twice_is_one_unless_words_files_or_time_differ(client: Client) -> None:
    committee = make_committee()
    member = make_member(committee)
    client.sign_in(member)

    def send(*files: bytes, **values: str) -> str:
        papers = [(io.BytesIO(data), f"Datei {number}.csv") for number, data in enumerate(files)]
        answer = client.post(f"/gremien/{committee.id}/themen/neu", data={**FORM, "papers": papers, **values},
                             content_type="multipart/form-data")  # fmt: skip
        assert answer.status_code == 303
        return str(answer.location)

    first = send(b"a;b\n")
    assert send(b"a;b\n") == first
    assert db.session.query(Topic).one().papers[0].size == 4
    others = [send(b"c;d\n"), send(), send(b"a;b\n", purpose="Anderes"), send(b"a;b\n", paper_kind="table_paper")]
    assert len({first, *others}) == 5
    assert client.sign_in(make_member(committee)) and send(b"a;b\n") != first  # a colleague asks for the same
    topic = db.session.get_one(Topic, int(first.rsplit("/", 1)[1]))
    topic.created_at -= timedelta(minutes=3)
    db.session.commit()
    client.sign_in(member)
    assert send(b"a;b\n") != first


@pytest.mark.proves("C3")
def test_topics_are_brought_only_where_one_belongs(client: Client) -> None:
    committee = make_committee()
    client.sign_in(make_user())
    assert client.post(f"/gremien/{committee.id}/themen/neu", data=FORM).status_code == 403
    assert "Sie sind zurzeit in keinem Gremium" in client.get("/themen/neu").text
    member = make_member(committee)
    assert client.sign_in(member).get("/themen/neu").location == f"/gremien/{committee.id}/themen/neu"
    topic = make_topic(committee, proposed_by=member)
    for action in ("annehmen", "zurueckgeben", "anderes-gremium", "einplanen"):
        assert client.post(f"/themen/{topic.id}/{action}", data={"reason": "x"}).status_code == 403


@pytest.mark.proves("C3")
def test_the_office_moves_a_topic_and_the_other_office_decides_anew(client: Client) -> None:
    committee, other = make_committee(), make_committee(name="Arbeitskreis Wohnen")
    member, office, other_office = make_member(committee), make_office_user(committee), make_office_user(other)
    topic = make_topic(committee, proposed_by=member)
    answer = client.sign_in(office).post(
        f"/themen/{topic.id}/anderes-gremium", data={"committee_id": other.id, "reason": "Gehört zum Wohnen"}
    )
    assert answer.location == "/themen"  # it has left this office
    assert (topic.committee, topic.moved_from, topic.state) == (other, committee, TopicState.PROPOSED)
    assert client.get(f"/themen/{topic.id}").status_code == 404
    page = client.sign_in(member).get(f"/themen/{topic.id}").text
    assert "Gehört zum Wohnen" in page and "Arbeitskreis Wohnen" in page
    assert client.sign_in(other_office).post(f"/themen/{topic.id}/annehmen").status_code == 303


@pytest.mark.proves("C3")
def test_a_topic_goes_on_several_agendas_with_its_papers(client: Client) -> None:
    committee = make_committee()
    meetings = [make_meeting(committee) for _ in range(2)]
    foreign = make_meeting()
    office = make_office_user(committee)
    client.sign_in(office).post(
        f"/gremien/{committee.id}/themen/neu",
        data={**FORM, "papers": [(io.BytesIO(b"%PDF-1.7"), "Vorlage.pdf")]}, content_type="multipart/form-data",
    )  # fmt: skip
    topic = db.session.query(Topic).one()
    bad = client.post(f"/themen/{topic.id}/einplanen", data={"meetings": [foreign.id]})
    assert bad.status_code == 422
    client.post(f"/themen/{topic.id}/einplanen", data={"meetings": [m.id for m in meetings]})
    assert topic.state is TopicState.SCHEDULED
    for meeting in meetings:
        item = meeting.items[0]
        assert (item.title, item.kind, item.planned_minutes, item.topic) == (
            "Kita-Zugang",
            ItemKind.DECISION,
            25,
            topic,
        )
        assert "Ein Auftrag an das Jugendamt" in item.description
        assert [p.file_name for p in item.papers] == ["Vorlage.pdf"]
    names = {p.stored_name for m in meetings for p in m.items[0].papers} | {p.stored_name for p in topic.papers}
    assert len(names) == 3  # each copy lives its own life


@pytest.mark.proves("C3")
def test_an_agenda_takes_several_topics_at_once(client: Client) -> None:
    committee = make_committee()
    meeting = make_meeting(committee)
    first, second = (make_topic(committee, state=TopicState.ACCEPTED, title=t) for t in ("Eins", "Zwei"))
    returned = make_topic(committee, state=TopicState.RETURNED)
    client.sign_in(make_office_user(committee))
    url = f"/sitzungen/{meeting.id}/tagesordnung/themen"
    assert returned.title not in client.get(url).text
    assert client.post(url, data={}).status_code == 422
    client.post(url, data={"topics": [first.id, second.id]})
    assert [item.title for item in meeting.items] == ["Eins", "Zwei"]
    assert client.post(url, data={"topics": [first.id]}).status_code == 422  # it is there already
    assert len(meeting.items) == 2


def test_a_stale_topic_shows_both_versions(client: Client) -> None:
    committee = make_committee()
    topic = make_topic(committee, proposed_by=None)
    client.sign_in(make_office_user(committee))
    url = f"/themen/{topic.id}/bearbeiten"
    client.post(url, data={**FORM, "version": 1, "title": "Von der anderen"})
    answer = client.post(url, data={**FORM, "version": 1, "title": "Von mir"})
    assert answer.status_code == 409
    assert "Von der anderen" in answer.text and "Von mir" in answer.text
    assert topic.title == "Von der anderen"


def test_a_topic_on_an_agenda_is_no_longer_changed(client: Client) -> None:
    committee = make_committee()
    member = make_member(committee)
    topic = make_topic(committee, state=TopicState.SCHEDULED, proposed_by=member)
    for user in (member, make_office_user(committee)):
        assert client.sign_in(user).post(f"/themen/{topic.id}/bearbeiten", data=FORM).status_code == 403
        assert client.post(f"/themen/{topic.id}/zurueckziehen").status_code == 403


def test_the_proposer_takes_a_topic_back(client: Client) -> None:
    committee = make_committee()
    member = make_member(committee)
    topic = make_topic(committee, proposed_by=member)
    client.sign_in(member).post(f"/themen/{topic.id}/zurueckziehen")
    assert topic.state is TopicState.WITHDRAWN
    assert topic.title not in client.get("/themen").text
    assert topic.title in client.get("/themen?stand=withdrawn").text


def test_waiting_topics_come_first_and_filters_hold(client: Client) -> None:
    committee, other = make_committee(), make_committee()
    make_topic(committee, title="Angenommen zuerst", state=TopicState.ACCEPTED)
    make_topic(committee, title="Wartet noch")
    make_topic(other, title="Woanders")
    client.sign_in(make_coordinator())
    page = client.get("/themen").text
    assert page.index("Wartet noch") < page.index("Angenommen zuerst")
    assert "Woanders" not in client.get(f"/themen?gremium={committee.id}").text
    assert "Wartet noch" not in client.get("/themen?stand=accepted").text
    assert "Wartet noch" not in client.get("/themen?eigene=ja").text
    assert client.get("/themen?stand=unsinn").status_code == 404


def test_a_topic_waits_on_another_agenda_only_while_that_meeting_is_to_come(app: Flask) -> None:
    committee = make_committee()
    topic = make_topic(committee, state=TopicState.SCHEDULED)
    item = make_item(make_meeting(committee), topic=topic)
    assert not services.is_on_another_agenda(item)
    other = make_item(make_meeting(committee), topic=topic)
    assert services.is_on_another_agenda(item)
    other.result = ItemResult.WITHDRAWN
    assert not services.is_on_another_agenda(item)
    other.result, other.meeting.state, other.meeting.closed_at = None, MeetingState.CLOSED, now()
    assert not services.is_on_another_agenda(item)
    assert not services.is_on_another_agenda(make_item())

"""What the page of a meeting says of topics that wait: what asks for something, however many others there are."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from govern.committees.models import Committee, RuleKind
from govern.db import now
from govern.formats import local
from govern.meetings.models import ItemResult, Meeting, MeetingMove, Topic, TopicState
from govern.meetings.queries import readiness, topics
from govern.meetings.queries.procedures import procedure_of_meeting
from govern.meetings.queries.topic_deadlines import topic_deadline
from govern.meetings.queries.topics import topics_to_tell
from tests.conftest import Client
from tests.factories import (
    make_committee,
    make_coordinator,
    make_item,
    make_meeting,
    make_office_user,
    make_procedure_rule,
    make_topic,
)


def called(committee: Committee, **values: object) -> Meeting:
    """A meeting whose topics were due nine days ago."""
    meeting = make_meeting(committee, starts_at=now() + timedelta(days=5), **values)
    make_procedure_rule(committee, RuleKind.TOPIC_DEADLINE, local(now()).date() - timedelta(days=900), number=14)
    return meeting


def left_over(committee: Committee, title: str = "Vertagt") -> Topic:
    before = make_meeting(committee, starts_at=now() - timedelta(days=60))
    item = make_item(before, title=title, result=ItemResult.POSTPONED)
    return make_topic(committee, title=title, state=TopicState.ACCEPTED, from_item_id=item.id)


def told(meeting: Meeting) -> list[str]:
    deadline = topic_deadline(meeting, procedure_of_meeting(meeting))
    return [topic.title for topic in topics_to_tell(meeting, deadline.late_from)]


def test_what_was_accepted_in_time_is_not_read(app: Flask) -> None:
    committee = make_committee()
    meeting = called(committee)
    long_ago = now() - timedelta(days=30)
    make_topic(committee, title="Rechtzeitig", state=TopicState.ACCEPTED, created_at=long_ago)
    make_topic(committee, title="Anderswo", state=TopicState.SCHEDULED)
    make_topic(title="Fremd")
    make_topic(committee, title="Vorschlag", created_at=long_ago)
    make_topic(committee, title="Spät", state=TopicState.ACCEPTED)
    left_over(committee)
    assert told(meeting) == ["Vertagt", "Spät", "Vorschlag"]
    assert [topic.title for topic in topics_to_tell(meeting)] == ["Vertagt", "Vorschlag"]


def test_a_move_before_which_a_topic_was_late_is_reckoned_with(app: Flask) -> None:
    meeting = called(make_committee())
    make_topic(meeting.committee, title="Vor der Verlegung", state=TopicState.ACCEPTED,
               created_at=now() - timedelta(days=15))  # fmt: skip
    assert told(meeting) == []
    old = now() - timedelta(days=10)
    meeting.moves.append(MeetingMove(old_starts_at=old, old_ends_at=old, moved_at=now() - timedelta(days=12)))
    assert told(meeting) == ["Vor der Verlegung"]
    assert topic_deadline(meeting, procedure_of_meeting(meeting)).late_of(topics_to_tell(meeting, old - timedelta(30)))


def test_the_page_counts_late_topics_and_proposals(client: Client) -> None:
    meeting = called(make_committee())
    make_topic(meeting.committee, state=TopicState.ACCEPTED)
    make_topic(meeting.committee, created_at=now() - timedelta(days=30))
    page = client.sign_in(make_office_user(meeting.committee)).get(f"/sitzungen/{meeting.id}").text
    assert "1 Thema kam nach der Frist" in page
    assert "1 Vorschlag wartet auf eine Entscheidung" in page


def test_where_reading_stopped_the_page_says_at_least(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = called(make_committee())
    for _ in range(3):
        make_topic(meeting.committee, created_at=now() - timedelta(days=30))
    client.sign_in(make_coordinator())
    assert "3 Vorschläge warten" in client.get(f"/sitzungen/{meeting.id}").text
    monkeypatch.setattr(topics, "MOST_TOLD", 2)
    monkeypatch.setattr(readiness, "MOST_TOLD", 2)
    topics._topics_to_tell.cache_clear()
    assert "mindestens 2 Vorschläge warten" in client.get(f"/sitzungen/{meeting.id}").text
    topics._topics_to_tell.cache_clear()


def test_the_agenda_offers_the_first_of_many_left_over_items_and_a_way_to_the_others(client: Client) -> None:
    committee = make_committee()
    meeting = make_meeting(committee)
    for n in range(25):
        left_over(committee, f"Vertagt {n}")
    client.sign_in(make_office_user(committee))
    assert "Weitere sind" not in client.get(f"/sitzungen/{meeting.id}").text
    last = left_over(committee, "Vertagt zuletzt")
    page = client.get(f"/sitzungen/{meeting.id}").text
    assert page.count('name="topics"') == 25
    assert f'id="vertagt-{last.id}"' not in page
    assert "Weitere sind" in page
    assert "26 vertagte Punkte stehen noch nicht auf der Tagesordnung" in page
    assert "Vertagt zuletzt" in client.get(f"/sitzungen/{meeting.id}/tagesordnung/themen?seite=2").text


def choosing(client: Client, url: str, **data: object) -> BeautifulSoup:
    """The page for choosing topics as ``url`` answers, with what is chosen so far."""
    answer = client.post(url, data=data) if data else client.get(url)
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "lxml")


def offered(page: BeautifulSoup) -> list[str]:
    return [str(label.text) for label in page.select("#themen-waehlen .check label")]


def checked(page: BeautifulSoup) -> list[str]:
    return [str(box["value"]) for box in page.select("#themen-waehlen input[name=topics][checked]")]


def test_choosing_for_the_agenda_turns_pages_and_keeps_what_is_chosen(client: Client) -> None:
    committee = make_committee()
    meeting = make_meeting(committee)
    many = [make_topic(committee, title=f"Thema {n}", state=TopicState.ACCEPTED) for n in range(30)]
    client.sign_in(make_office_user(committee))
    url = f"/sitzungen/{meeting.id}/tagesordnung/themen"
    first = choosing(client, url)
    assert offered(first) == [f"Thema {n}" for n in range(25)]
    assert "30 Themen" in first.text and "Seite 1 von 2" in first.text
    weiter = first.find("button", string="Weiter")
    assert weiter is not None
    second = choosing(client, str(weiter["formaction"]), topics=[many[3].id])
    assert offered(second) == ["Thema 3", *(f"Thema {n}" for n in range(25, 30))]
    assert checked(second) == [str(many[3].id)] and "Was Sie schon gewählt haben" in second.text
    gone = choosing(client, f"{url}?blaettern=1&seite=9", topics=[])
    assert offered(gone) == offered(first) and "Seite 1 von 2" in gone.text, "others took what stood there"
    found = choosing(client, f"{url}?blaettern=1", topics=[many[3].id, many[27].id], q="Thema 12", late_note="Ja")
    assert offered(found) == ["Thema 3", "Thema 27", "Thema 12"]
    assert checked(found) == [str(many[3].id), str(many[27].id)]
    assert "Ja" in str(found.select_one("[name=late_note]"))
    nothing = choosing(client, f"{url}?blaettern=1", q="Gibtesnicht")
    assert offered(nothing) == [] and "Zu „Gibtesnicht“ wartet kein Thema." in nothing.text
    typed = choosing(client, f"{url}?blaettern=1", q="Gibtesnicht", late_note="Vorsitz, telefonisch")
    assert "Vorsitz, telefonisch" in str(typed.select_one("[name=late_note]")), "kept until something is found"
    back = nothing.find("a", string="Alle Themen zeigen")
    assert back is not None and back["href"] == url
    kept = choosing(client, f"{url}?blaettern=1", topics=[many[3].id], q="Gibtesnicht")
    assert checked(kept) == [str(many[3].id)] and "Alle Themen zeigen" not in kept.text, "it would drop what is chosen"
    assert not meeting.items
    taken = client.post(f"{url}?seite=2", data={"topics": [many[27].id, many[3].id], "q": "Thema 12"})
    assert taken.status_code == 303
    assert [item.title for item in meeting.items] == ["Thema 3", "Thema 27"]


def test_what_is_chosen_meanwhile_elsewhere_or_not_of_this_committee_is_not_offered(client: Client) -> None:
    committee = make_committee()
    meeting = make_meeting(committee)
    topic, foreign = make_topic(committee, title="Eigenes"), make_topic(title="Fremdes")
    client.sign_in(make_office_user(committee))
    url = f"/sitzungen/{meeting.id}/tagesordnung/themen"
    page = choosing(client, f"{url}?blaettern=1", topics=[topic.id, foreign.id, 2**40])
    assert offered(page) == ["Eigenes"] and checked(page) == [str(topic.id)]
    assert client.post(url, data={"topics": [topic.id, foreign.id]}).status_code == 422
    assert client.post(f"{url}?blaettern=1", data={"topics": "viele"}).status_code == 200
    assert not meeting.items


def test_scripts_get_the_list_alone(client: Client) -> None:
    meeting = make_meeting(make_committee())
    make_topic(meeting.committee, title="Wohnraum")
    client.sign_in(make_office_user(meeting.committee))
    url = f"/sitzungen/{meeting.id}/tagesordnung/themen"
    part = client.post(f"{url}?blaettern=1", data={"q": "Wohn"}, headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<div id="meetings-take-topics"') and "Wohnraum" in part
    assert "<!doctype" in client.post(url, data={"q": "Wohn"}, headers={"HX-Request": "true"}).text.lower()


def test_choosing_costs_the_same_however_many_wait(
    client: Client, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    committee = make_committee()
    meeting = make_meeting(committee)
    url = f"/sitzungen/{meeting.id}/tagesordnung/themen?blaettern=1"
    office = make_office_user(committee)
    chosen = [left_over(committee, "Wohnraum 0").id]
    client.sign_in(office)
    client.get("/themen")
    with count_queries() as few:
        assert offered(choosing(client, url, topics=chosen, q="Wohnraum")) == ["Wohnraum 0"]
    for n in range(1, 40):
        chosen.append(left_over(committee, f"Wohnraum {n}").id)
    with count_queries() as many:
        assert len(offered(choosing(client, url, topics=chosen, q="Wohnraum"))) == 40
    assert len(few) == len(many) <= 12

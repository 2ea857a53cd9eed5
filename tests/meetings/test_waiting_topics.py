"""What the page of a meeting says of topics that wait: what asks for something, however many others there are."""

from __future__ import annotations

from datetime import timedelta

import pytest
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
    assert "Vertagt zuletzt" in client.get(f"/sitzungen/{meeting.id}/tagesordnung/themen").text

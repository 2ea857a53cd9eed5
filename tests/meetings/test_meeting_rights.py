"""Who sees what of meetings, agendas, papers, topics and guests: the rule and its SQL twin agree (D-10)."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from govern.committees.models import Committee, MandateKind, OfficerRole
from govern.db import db, now
from govern.formats import today
from govern.meetings import policies, policies_papers
from govern.meetings.models import (
    AgendaItem,
    Attendance,
    AttendanceState,
    Meeting,
    MeetingRole,
    MeetingRoleKind,
    MeetingState,
    Paper,
    Topic,
    TopicState,
)
from govern.meetings.queries.agendas import visible_items
from govern.overview.standings import load_standing
from govern.people.models import Role, User
from tests.conftest import Client
from tests.factories import (
    make,
    make_administrator,
    make_committee,
    make_coordinator,
    make_item,
    make_meeting,
    make_member,
    make_office_user,
    make_officer,
    make_seat,
    make_topic,
    make_user,
)


def acting(user: User) -> User:
    """``user`` as a request sees them: with today's mandates and meetings."""
    load_standing(user, today())
    return user


def everybody(committee: Committee, meeting: Meeting) -> dict[str, User]:
    """One account of every relation to ``committee``, and an anonymous one is tested apart."""
    other = make_committee()
    parent_office = make_user()
    chair, minutes, attending = make_user(), make_user(), make_user()
    assert chair.person and minutes.person and attending.person and parent_office.person
    make_officer(committee, chair.person, OfficerRole.CHAIR)
    assert committee.parent is not None
    make_officer(committee.parent, parent_office.person)
    make(MeetingRole(meeting=meeting, person=minutes.person, kind=MeetingRoleKind.MINUTE_TAKER))
    make(Attendance(meeting=meeting, seat=make_seat(committee), person=attending.person, state=AttendanceState.DEPUTY))
    return {
        "coordinator": make_coordinator(),
        "administrator": make_administrator(),
        "case_manager": make_user(Role.CASE_MANAGER),
        "office": make_office_user(committee),
        "office_above": parent_office,
        "chair": chair,
        "holder": make_member(committee),
        "deputy": make_member(committee, MandateKind.DEPUTY),
        "attending_deputy": attending,
        "minute_taker": minutes,
        "member_elsewhere": make_member(other),
        "stranger": make_user(),
    }


STATES: list[dict[str, Any]] = [
    {"state": MeetingState.PREPARING},
    {"state": MeetingState.PUBLISHED, "published_at": now()},
    {"state": MeetingState.CLOSED, "closed_at": now()},
    {"state": MeetingState.CANCELLED, "cancelled_at": now()},
    {"state": MeetingState.PREPARING, "deleted_at": now()},
]


@pytest.mark.proves("D-10", "I8")
@pytest.mark.parametrize("values", STATES, ids=["preparing", "published", "closed", "cancelled", "trash"])
@pytest.mark.parametrize("is_public", [True, False], ids=["public", "closed"])
def test_lists_hold_what_may_be_seen(app: Flask, values: dict[str, Any], is_public: bool) -> None:
    committee = make_committee(parent=make_committee())
    meeting = make_meeting(committee, is_public=is_public, **values)
    items = [make_item(meeting, is_public=p) for p in (True, False)]
    for name, user in everybody(committee, meeting).items():
        user = acting(user)
        listed = set(db.session.scalars(sa.select(Meeting.id).where(policies.viewable_by(user))))
        assert (meeting.id in listed) == policies.can_view(user, meeting), name
        prepared = set(db.session.scalars(sa.select(Meeting.id).where(policies.prepared_by(user))))
        assert (meeting.id in prepared) == (policies.can_view(user, meeting) and policies.can_prepare(user, meeting)), (
            name
        )
        shown = {item.id for item in db.session.scalars(visible_items(user)).unique()}
        for item in items:
            assert (item.id in shown) == policies.can_view_item(user, item), (name, item.is_public)


@pytest.mark.proves("D-10", "C3")
@pytest.mark.parametrize("state", list(TopicState))
def test_the_topic_store_holds_what_may_be_seen(app: Flask, state: TopicState) -> None:
    committee = make_committee(parent=make_committee())
    people = everybody(committee, make_meeting(committee))
    topics = [make_topic(committee, state=state), make_topic(committee, state=state, proposed_by=people["deputy"])]
    for name, user in people.items():
        listed = set(db.session.scalars(sa.select(Topic.id).where(policies.topics_viewable_by(acting(user)))))
        for topic in topics:
            assert (topic.id in listed) == policies.can_view_topic(user, topic), (name, topic.proposed_by_id)


def paper_of(item: AgendaItem | None, **values: Any) -> Paper:
    defaults = {"item": item, "title": "Vorlage", "file_name": "Vorlage.pdf", "media_type": "application/pdf",
                "size": 1, "sha256": "x", "stored_name": f"stored{next(_numbers)}"}  # fmt: skip
    return make(Paper(**{**defaults, **values}))


_numbers = itertools.count(1)


@pytest.mark.proves("D-10")
def test_papers_follow_their_items_and_withdrawn_ones_are_for_the_office(app: Flask) -> None:
    committee = make_committee(parent=make_committee())
    meeting = make_meeting(committee, state=MeetingState.PUBLISHED, published_at=now())
    confidential = make_item(meeting, is_public=False)
    paper, withdrawn = paper_of(confidential), paper_of(confidential, withdrawn_at=now())
    people = everybody(committee, meeting)
    topics = [
        make_topic(committee, state=state, proposed_by=people[by])
        for state in (TopicState.RETURNED, TopicState.ACCEPTED, TopicState.DONE)
        for by in ("deputy", "coordinator")
    ]
    of_topics = [paper_of(None, topic=topic, withdrawn_at=moment) for topic in topics for moment in (None, now())]
    may = {"coordinator", "office", "office_above", "chair", "holder", "attending_deputy", "minute_taker"}
    for name, user in people.items():
        user = acting(user)
        statement = sa.select(Paper.id).outerjoin(Paper.item).outerjoin(AgendaItem.meeting).outerjoin(Paper.topic)
        listed = set(db.session.scalars(statement.where(policies_papers.papers_viewable_by(user))))
        for each in (paper, withdrawn, *of_topics):
            assert (each.id in listed) == policies_papers.can_view_paper(user, each), (
                name,
                each.topic,
                each.withdrawn_at,
            )
        assert policies_papers.can_view_paper(user, paper) == (name in may), name
        assert policies_papers.can_view_paper(user, withdrawn) == (name in {"coordinator", "office", "office_above"}), (
            name
        )


@pytest.mark.proves("D-10", "W-18")
def test_only_chair_and_office_read_internal_notes(client: Client) -> None:
    committee = make_committee(parent=make_committee())
    meeting = make_meeting(committee, state=MeetingState.PUBLISHED, published_at=now())
    item = make_item(meeting, internal_note="Vorsicht, Glatteis")
    for name, user in everybody(committee, meeting).items():
        answer = client.sign_in(user).get(f"/tagesordnungspunkte/{item.id}")
        reads = name in {"coordinator", "office", "office_above", "chair"}
        assert ("Glatteis" in answer.text) == reads, name


Path = Callable[[dict[str, int]], str]
READ: list[str] = [
    "/sitzungen/{m}", "/sitzungen/{m}/teilnahme", "/sitzungen/{m}/unterlagen", "/sitzungen/{m}/tagesordnung",
    "/sitzungen/{m}/tagesordnung.docx", "/sitzungen/{m}/beschluesse", "/tagesordnungspunkte/{i}", "/themen/{t}",
]  # fmt: skip
CHANGE: list[str] = [
    "/sitzungen/{m}/bearbeiten", "/sitzungen/{m}/verschieben", "/sitzungen/{m}/absagen", "/sitzungen/{m}/gaeste/neu",
    "/sitzungen/{m}/tagesordnung/neu", "/sitzungen/{m}/tagesordnung/themen", "/tagesordnungspunkte/{i}/bearbeiten",
    "/tagesordnungspunkte/{i}/unterlagen", "/tagesordnungspunkte/{i}/absetzen", "/themen/{t}/einplanen",
    "/themen/{t}/zurueckgeben", "/themen/{t}/anderes-gremium", "/gremien/{c}/sitzungen/neu",
    "/gremien/{c}/standardpunkte",
]  # fmt: skip


@pytest.mark.proves("D-10")
def test_members_read_strangers_find_nothing_and_the_office_changes(client: Client) -> None:
    committee = make_committee()
    meeting = make_meeting(committee, state=MeetingState.PUBLISHED, published_at=now())
    ids = {"m": meeting.id, "i": make_item(meeting).id, "c": committee.id,
           "t": make_topic(committee, state=TopicState.ACCEPTED).id}  # fmt: skip
    office, member, stranger = make_office_user(committee), make_member(committee), make_user()
    for path in READ:
        assert client.sign_in(office).get(path.format(**ids)).status_code == 200, path
        assert client.sign_in(member).get(path.format(**ids)).status_code == 200, path
        assert client.sign_in(stranger).get(path.format(**ids)).status_code == 404, path
    for path in CHANGE:
        assert client.sign_in(office).get(path.format(**ids)).status_code == 200, path
        assert client.sign_in(member).get(path.format(**ids)).status_code == 403, path
        expected = 403 if path.startswith("/gremien") else 404
        assert client.sign_in(stranger).get(path.format(**ids)).status_code == expected, path


@pytest.mark.proves("D-10")
def test_the_agenda_stays_closed_until_it_is_published(client: Client) -> None:
    committee = make_committee()
    meeting = make_meeting(committee)
    make_item(meeting, title="Noch geheim")
    member = make_member(committee)
    page = client.sign_in(member).get(f"/sitzungen/{meeting.id}")
    assert page.status_code == 200
    assert "Noch geheim" not in page.text
    assert "in Vorbereitung" in page.text
    for path in ("tagesordnung", "tagesordnung.docx", "unterlagen", "beschluesse"):
        assert client.get(f"/sitzungen/{meeting.id}/{path}").status_code == 403
    for path in ("verlauf", "bereitschaft"):
        assert client.get(f"/sitzungen/{meeting.id}/{path}").status_code == 403


@pytest.mark.proves("D-10")
def test_a_mandate_that_ended_yesterday_opens_nothing(client: Client) -> None:
    committee = make_committee()
    meeting = make_meeting(committee, state=MeetingState.PUBLISHED, published_at=now())
    member = make_member(committee)
    assert client.sign_in(member).get(f"/sitzungen/{meeting.id}").status_code == 200
    for seat in committee.seats:
        for mandate in seat.mandates:
            mandate.ends_on = today() - timedelta(days=1)
    db.session.commit()
    assert client.get(f"/sitzungen/{meeting.id}").status_code == 404

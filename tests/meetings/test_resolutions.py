"""The register of resolutions: who reads what, search, filters, the chain."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from govern.committees.models import MandateKind, OfficerRole
from govern.db import db, now
from govern.meetings.models import (
    AgendaItem,
    Meeting,
    MeetingRole,
    MeetingRoleKind,
    MeetingState,
    Resolution,
    ResolutionOutcome,
)
from govern.meetings.policies import can_view_resolution, resolutions_viewable_by
from govern.overview.standings import load_standing
from govern.people.models import Role, User
from tests.conftest import Client
from tests.factories import (
    make_committee,
    make_coordinator,
    make_item,
    make_meeting,
    make_member,
    make_office_user,
    make_officer,
    make_resolution,
    make_topic,
    make_user,
    make_work_order,
)

YEAR = date(2026, 5, 26)


def closed_item(**values: object) -> AgendaItem:
    meeting = make_meeting(published_at=now(), state=MeetingState.CLOSED, closed_at=now())
    return make_item(meeting, frozen_number="4", **values)


def numbered(item: AgendaItem, n: int = 1, **values: object) -> Resolution:
    values.setdefault("text", f"Beschlusstext {n}")
    prefix = item.meeting.committee.short_name
    return make_resolution(
        item, number=f"{prefix}-B-2026-{n:02d}", year=2026, sequence_number=n, resolved_on=YEAR,
        **values,
    )  # fmt: skip


@pytest.mark.proves("D-09", "D-10")
def test_rule_and_list_agree_for_every_role_and_object(app: Flask) -> None:
    committee = make_committee()
    states = [
        {"state": MeetingState.IN_SESSION, "published_at": now()},
        {"state": MeetingState.CLOSED, "published_at": now(), "closed_at": now()},
        {"state": MeetingState.RELEASED, "closed_at": now(), "released_at": now()},
        {"state": MeetingState.CLOSED, "published_at": now(), "closed_at": now(), "is_public": True},
    ]
    meetings = [make_meeting(committee, **values) for values in states]
    for meeting in meetings:
        for is_public in (True, False):
            make_resolution(make_item(meeting, is_public=is_public), is_public=is_public)
    for is_public in (True, False):
        db.session.add(
            Resolution(committee=committee, text="Von früher", outcome=ResolutionOutcome.CONSENSUS,
                       resolved_on=date(2019, 1, 1), is_public=is_public)
        )  # fmt: skip
    minute_taker = make_user()
    db.session.add(MeetingRole(meeting=meetings[0], person=minute_taker.person, kind=MeetingRoleKind.MINUTE_TAKER))
    db.session.commit()
    chair = make_user()
    assert chair.person is not None
    make_officer(committee, chair.person, OfficerRole.CHAIR)
    users = [
        make_coordinator(), make_user(Role.ADMINISTRATOR), make_user(Role.CASE_MANAGER), make_office_user(committee),
        make_member(committee), make_member(committee, MandateKind.DEPUTY), make_member(make_committee()), minute_taker,
        chair,
    ]  # fmt: skip
    everything = db.session.scalars(sa.select(Resolution)).all()
    seen = {}
    for user in users:
        load_standing(user, now().date())
        listed = set(
            db.session.scalars(
                sa.select(Resolution.id)
                .outerjoin(Resolution.item)
                .outerjoin(AgendaItem.meeting)
                .where(resolutions_viewable_by(user))
            )
        )
        assert listed == {r.id for r in everything if can_view_resolution(user, r)}
        seen[user.id] = len(listed)
    assert seen[users[0].id] == len(everything)
    assert seen[chair.id] >= seen[users[4].id]  # in the chair without a seat: no less than a member
    assert 0 < seen[users[6].id] < seen[users[5].id] < seen[users[4].id] <= seen[users[0].id]


@pytest.mark.proves("C10", "C11")
def test_the_register_shows_number_day_committee_item_and_proviso(client: Client) -> None:
    item = closed_item(title="Kita-Zugang")
    resolution = numbered(item, text="Kinder werden vorrangig berücksichtigt.", proviso="Zustimmung des Kreistags")
    make_work_order(item.meeting.committee, item=item, resolution=resolution)
    page = client.sign_in(make_coordinator()).get("/beschluesse").text
    for words in (resolution.number, "Di., 26. Mai 2026", item.meeting.committee.name, "Kita-Zugang",
                  "Zustimmung des Kreistags", "Arbeitsaufträge: 1", "einvernehmlich angenommen"):  # fmt: skip
        assert words in page


@pytest.mark.proves("C10")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=kinder", {1}),
        ("q=Küche", {2}),
        ("q=kuche", {2}),
        ("q=B-2026-02", {2}),
        ("q=100%", set()),
        ("vorbehalt=1", {1}),
        ("abstimmung=unanimous", {2}),
        ("stand=abgelehnt", {2}),
        ("stand=aufgehoben", {3}),
        ("jahr=2026", {1, 2, 3}),
        ("jahr=2025", set()),
        ("abstimmung=unsinn&jahr=x&gremium=y", {1, 2, 3}),
    ],
)
def test_search_and_filters(client: Client, query: str, found: set[int]) -> None:
    item = closed_item()
    made = {
        1: numbered(item, 1, text="Kinder zuerst", proviso="wenn Geld da ist"),
        2: numbered(item, 2, text="Eine Küche", outcome=ResolutionOutcome.UNANIMOUS, is_adopted=False),
        3: numbered(item, 3, text="Aufgehobenes", cancelled_at=now(), cancellation_reason="Irrtum"),
    }
    page = client.sign_in(make_coordinator()).get(f"/beschluesse?{query}", headers={"HX-Request": "true"}).text
    assert "<html" not in page
    assert {n for n, r in made.items() if f"/beschluesse/{r.id}" in page} == found


def test_the_register_is_paged_and_asks_no_more_for_more(
    client: Client, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    item = closed_item()
    client.sign_in(make_coordinator())
    counts = []
    for last in (2, 30):
        for n in range(last - 1, last + 1) if last == 2 else range(3, last + 1):
            numbered(item, n)
        with count_queries() as statements:
            page = client.get("/beschluesse").text
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 12
    assert "Seite 1 von 2" in page
    assert client.get("/beschluesse?seite=2").text.count("rows__title") == 5


@pytest.mark.proves("D6", "C6")
def test_the_chain_leads_from_earlier_items_to_the_orders(client: Client) -> None:
    item = closed_item(title="Kita-Zugang")
    topic = make_topic(item.meeting.committee)
    earlier_meeting = make_meeting(
        item.meeting.committee, number=7, state=MeetingState.CLOSED, closed_at=now(), published_at=now()
    )
    make_item(earlier_meeting, title="Erste Beratung", topic=topic, frozen_number="2")
    item.topic = topic
    resolution = numbered(item)
    order = make_work_order(item.meeting.committee, item=item, resolution=resolution, task="Hinweisblatt drucken")
    page = client.sign_in(make_coordinator()).get(f"/beschluesse/{resolution.id}").text
    for words in ("Erste Beratung", "7. Sitzung", "Kita-Zugang", "Hinweisblatt drucken", order.number):
        assert words in page


@pytest.mark.proves("D-10", "E-21")
def test_a_resolution_of_a_confidential_item_is_found_by_the_circle_only(client: Client) -> None:
    item = closed_item(is_public=False, title="Personalsache")
    public = numbered(closed_item(title="Kita"), text="Offener Beschluss")
    public.item.meeting.is_public = True
    item.meeting.is_public = True
    resolution = numbered(item, is_public=False, text="Geheimer Beschluss")
    member, stranger = make_member(item.meeting.committee), make_member(make_committee())
    assert "Geheimer Beschluss" in client.sign_in(member).get("/beschluesse").text
    client.sign_in(stranger)
    assert "Geheimer Beschluss" not in client.get("/beschluesse?q=geheimer").text
    register = client.get("/beschluesse").text
    assert resolution.number not in register and "Fehlt eine Nummer" in register  # a gap tells nothing but itself
    assert client.get(f"/beschluesse/{resolution.id}").status_code == 404


@pytest.mark.proves("C10")
def test_an_earlier_resolution_is_recorded_with_its_paper_number(client: Client) -> None:
    committee = make_committee()
    data = {"committee_id": str(committee.id), "resolved_on": "2021-03-17", "number": "B 3/2021", "text": "Von damals",
            "outcome": "unanimous", "adopted": "yes", "proviso": "Zustimmung des Landes", "is_public": "y"}  # fmt: skip
    client.sign_in(make_office_user(committee))
    answer = client.post("/beschluesse/neu", data=data)
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "B 3/2021" in page
    assert "Zustimmung des Landes" in page
    again = client.post("/beschluesse/neu", data=data)
    assert again.status_code == 422
    assert "schon vergeben" in again.text
    own = client.post("/beschluesse/neu", data={**data, "number": "LG-B-2026-07"})
    assert "vergibt Govern selbst" in own.text
    future = client.post("/beschluesse/neu", data={**data, "number": "", "resolved_on": "2999-01-01"})
    assert "liegt in der Zukunft" in future.text
    elsewhere = client.post("/beschluesse/neu", data={**data, "committee_id": str(make_committee().id)})
    assert elsewhere.status_code == 422


@pytest.mark.proves("D-09")
def test_who_may_cancel_and_record(client: Client) -> None:
    item = closed_item()
    resolution = numbered(item)
    member = make_member(item.meeting.committee)
    client.sign_in(member)
    assert client.get(f"/beschluesse/{resolution.id}").status_code == 200
    assert "Aufheben" not in client.get(f"/beschluesse/{resolution.id}").text
    assert client.post(f"/beschluesse/{resolution.id}/aufheben", data={"reason": "x"}).status_code == 403
    assert client.get("/beschluesse/neu").status_code == 403
    db.session.refresh(resolution)
    assert resolution.cancelled_at is None


def test_everybody_finds_an_empty_register_explained(client: Client) -> None:
    user: User = make_user(Role.CASE_MANAGER)
    page = client.sign_in(user).get("/beschluesse").text
    assert "Noch keine Beschlüsse" in page
    assert db.session.query(Meeting).count() == 0

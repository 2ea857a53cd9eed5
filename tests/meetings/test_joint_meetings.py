"""Joint meetings: planned once, seen by the members of every committee, counted for each apart (E-20)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from govern.committees.models import Committee, MandateKind, OfficerRole, RuleKind, Voting
from govern.committees.queries.cadences import dates_of
from govern.db import db, now
from govern.errors import DomainError
from govern.formats import local, today
from govern.meetings import policies
from govern.meetings.models import (
    AttendanceState,
    Invitation,
    InvitationAnswer,
    InviteeKind,
    JointCommittee,
    Meeting,
    MeetingState,
)
from govern.meetings.queries import attendances as queries
from govern.meetings.queries.agendas import visible_items
from govern.meetings.queries.feeds import list_committee_feed, list_personal_feed
from govern.meetings.queries.meetings import committees_with_meetings, list_meetings, next_of_committee
from govern.meetings.services import attendances as services
from govern.overview.standings import load_standing
from govern.people.models import User
from tests.conftest import Client
from tests.factories import (
    make,
    make_committee,
    make_coordinator,
    make_item,
    make_mandate,
    make_meeting,
    make_member,
    make_office_user,
    make_officer,
    make_person,
    make_procedure_rule,
    make_seat,
    make_user,
)

pytestmark = pytest.mark.proves("E-20")


def acting(user: User) -> User:
    load_standing(user, today())
    return user


def joint_meeting(own: Committee, *others: Committee, **values: object) -> Meeting:
    meeting = make_meeting(own, **values)
    meeting.joint_committees = [JointCommittee(committee=other) for other in others]
    db.session.commit()
    return meeting


def chair_of(committee: Committee) -> User:
    user = make_user()
    assert user.person is not None
    make_officer(committee, user.person, OfficerRole.CHAIR)
    return user


STATES = [
    {"state": MeetingState.PREPARING},
    {"state": MeetingState.PUBLISHED, "published_at": now()},
    {"state": MeetingState.CLOSED, "closed_at": now(), "published_at": now()},
    {"state": MeetingState.CANCELLED, "cancelled_at": now()},
    {"state": MeetingState.PREPARING, "deleted_at": now()},
]


@pytest.mark.proves("D-10", "I8")
@pytest.mark.parametrize("values", STATES, ids=["preparing", "published", "closed", "cancelled", "trash"])
def test_the_rule_and_its_statement_agree_for_everybody_of_the_other_committee(
    app: Flask, values: dict[str, object]
) -> None:
    above = make_committee()
    other = make_committee(parent=above)
    meeting = joint_meeting(make_committee(), other, **values)
    items = [make_item(meeting, is_public=is_public) for is_public in (True, False)]
    people = {
        "holder": make_member(other),
        "deputy": make_member(other, MandateKind.DEPUTY),
        "chair": chair_of(other),
        "office": make_office_user(other),
        "office above": make_office_user(above),
        "stranger": make_member(make_committee()),
    }
    for name, user in people.items():
        user = acting(user)
        listed = set(db.session.scalars(sa.select(Meeting.id).where(policies.viewable_by(user))))
        assert (meeting.id in listed) == policies.can_view(user, meeting), name
        prepared = set(db.session.scalars(sa.select(Meeting.id).where(policies.prepared_by(user))))
        may_prepare = policies.can_view(user, meeting) and policies.can_prepare(user, meeting)
        assert (meeting.id in prepared) == may_prepare, name
        shown = {item.id for item in db.session.scalars(visible_items(user)).unique()}
        for item in items:
            assert (item.id in shown) == policies.can_view_item(user, item), (name, item.is_public)


def test_members_of_every_committee_see_it_in_lists_and_feeds(app: Flask, client: Client) -> None:
    own, other = make_committee(), make_committee(name="Arbeitskreis Wohnen")
    meeting = joint_meeting(own, other, state=MeetingState.PUBLISHED, published_at=now())
    public, confidential = make_item(meeting, is_public=True), make_item(meeting, is_public=False)
    holder, deputy = make_member(other), make_member(other, MandateKind.DEPUTY)
    for user, sees_all in ((holder, True), (deputy, False)):
        acting(user)
        assert [m.id for m in list_meetings(user).meetings] == [meeting.id]
        assert [m.id for m in list_meetings(user, committee_id=other.id).meetings] == [meeting.id]
        assert [m.id for m in next_of_committee(user, other)[0]] == [meeting.id]
        assert [m.id for m in list_personal_feed(user)] == [meeting.id]
        assert [m.id for m in list_committee_feed(user, other.id)] == [meeting.id]
        assert {c.id for c in committees_with_meetings(user)} == {own.id, other.id}
        assert policies.can_view_item(user, public)
        assert policies.can_view_item(user, confidential) == sees_all
    page = client.sign_in(holder).get(f"/sitzungen/{meeting.id}").get_data(as_text=True)
    assert "gemeinsam mit Arbeitskreis Wohnen" in page
    assert client.get(f"/sitzungen/{meeting.id}/teilnahme").status_code == 200
    assert client.get(f"/sitzungen/{meeting.id}/bearbeiten").status_code == 403
    calendar = client.get(f"/sitzungen/{meeting.id}/termin.ics").get_data(as_text=True).replace("\r\n ", "")
    assert f"{own.name}\\, Arbeitskreis Wohnen" in calendar
    assert client.get(f"/gremien/{other.id}").get_data(as_text=True).count(f"/sitzungen/{meeting.id}") == 1


@pytest.mark.proves("A13")
def test_a_joint_meeting_counts_for_the_rhythm_of_every_committee(app: Flask) -> None:
    own, other = make_committee(), make_committee()
    meeting = joint_meeting(own, other, starts_at=now() + timedelta(days=9))
    dates = dates_of([own.id, other.id])
    assert dates[own.id] == dates[other.id]
    assert dates[other.id].next_planned == local(meeting.starts_at).date()


def test_who_sits_in_both_is_present_in_both_and_counts_once_in_each(app: Flask, client: Client) -> None:
    own, other = make_committee(name="Lenkungsgruppe"), make_committee(name="Arbeitskreis Wohnen")
    person = make_person()
    for committee in (own, other):
        make_mandate(make_seat(committee, voting=Voting.YES), person)
        make_mandate(make_seat(committee, voting=Voting.YES))
    make_mandate(make_seat(own, voting=Voting.YES), person)
    meeting = joint_meeting(own, other, starts_at=now())
    make_item(meeting)
    by = make_coordinator()
    services.start_meeting(meeting, by=by)
    db.session.commit()
    rows = queries.list_attendances(meeting)
    assert [row.seat.committee_id for row in rows] == [own.id] * 3 + [other.id] * 2
    assert services.record_everybody(meeting, by=by) == 4
    both = [row for row in rows if row.person_id == person.id and row.state is AttendanceState.PRESENT]
    assert [row.seat.committee_id for row in both] == [own.id, other.id]
    twice = next(row for row in rows if row.person_id == person.id and row.state is None)
    with pytest.raises(DomainError, match="zählt nur einmal"):
        services.record_attendance(twice, services.Presence(state=AttendanceState.PRESENT), by=by)
    db.session.rollback()
    assert {queries.group_label(row) for row in queries.list_attendances(meeting)} == {own.name, other.name}
    page = client.sign_in(by).get(f"/sitzungen/{meeting.id}/teilnahme").get_data(as_text=True)
    assert page.index("Lenkungsgruppe</span>") < page.index("Arbeitskreis Wohnen</span>")


def test_further_committees_are_chosen_when_planning_and_changed_later(app: Flask, client: Client) -> None:
    own, other, over = make_committee(), make_committee(name="Runde Ost"), make_committee(ended_on=today())
    third = make_committee(name="Runde West")
    client.sign_in(make_coordinator())
    day = (today() + timedelta(days=20)).isoformat()
    form = {"day": day, "starts": "14:00", "ends": "16:00", "number": "3", "mode": "on_site", "place_id": "0",
            "joint_ids": [str(other.id)]}  # fmt: skip
    refused = client.post(f"/gremien/{own.id}/sitzungen/neu", data={**form, "joint_ids": [str(over.id)]})
    assert refused.status_code == 422
    assert client.post(f"/gremien/{own.id}/sitzungen/neu", data=form).status_code == 303
    meeting = db.session.scalars(sa.select(Meeting)).one()
    assert [joint.committee_id for joint in meeting.joint_committees] == [other.id]
    page = client.get(f"/sitzungen/{meeting.id}/bearbeiten").get_data(as_text=True)
    assert f'value="{own.id}"' not in page.split("Gemeinsam mit")[1].split("</fieldset>")[0]
    changed = {**form, "joint_ids": [str(third.id)], "version": str(meeting.version)}
    assert client.post(f"/sitzungen/{meeting.id}/bearbeiten", data=changed).status_code == 303
    db.session.expire_all()
    assert [joint.committee_id for joint in meeting.joint_committees] == [third.id]
    verlauf = client.get(f"/sitzungen/{meeting.id}/verlauf").get_data(as_text=True)
    assert "weiteres Gremium" in verlauf


def test_a_running_meeting_keeps_its_committees(app: Flask, client: Client) -> None:
    own, other = make_committee(), make_committee()
    meeting = make_meeting(own, state=MeetingState.IN_SESSION, started_at=now(), starts_at=now(), number=1)
    client.sign_in(make_coordinator())
    form = {"number": "1", "mode": "on_site", "place_id": "0", "version": "1"}  # fmt: skip
    answer = client.post(f"/sitzungen/{meeting.id}/bearbeiten", data={**form, "joint_ids": [str(other.id)]})
    assert answer.status_code == 422
    assert "welche Gremien tagen, steht fest" in answer.get_data(as_text=True)
    assert client.post(f"/sitzungen/{meeting.id}/bearbeiten", data=form).status_code == 303


@pytest.mark.proves("E-20")
def test_the_forecast_counts_each_committee_apart(client: Client) -> None:
    own, other = make_committee(short_name="AKS"), make_committee(short_name="AKF")
    make_procedure_rule(own, RuleKind.QUORUM)
    make_procedure_rule(other, RuleKind.QUORUM, number=2)
    meeting = joint_meeting(own, other, state=MeetingState.PUBLISHED, published_at=now(), invited_at=now())
    for committee, seats, promised in ((own, 3, 2), (other, 2, 1)):
        for n in range(seats):
            seat, person = make_seat(committee, voting=Voting.YES), make_person()
            make_mandate(seat, person)
            answer = {"answer": InvitationAnswer.YES, "answered_at": now()} if n < promised else {}
            make(Invitation(meeting=meeting, kind=InviteeKind.HOLDER, person=person, seat=seat,
                            nonce=f"{committee.id}-{n}", expires_at=meeting.ends_at, **answer))  # fmt: skip
    page = client.sign_in(make_office_user(own)).get(f"/sitzungen/{meeting.id}").text
    assert "Beschlussfähigkeit: AKS" in page and "2 von 3 stimmberechtigten Sitzen zugesagt" in page
    assert "Beschlussfähigkeit: AKF" in page and "1 von 2 stimmberechtigten Sitzen zugesagt" in page
    assert page.count("Nötig: 2") == 2

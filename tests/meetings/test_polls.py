"""Finding a date: offer some, members answer from the mail or signed in, one is taken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from govern.committees.models import Committee, MandateKind, OfficerRole, Voting
from govern.db import db
from govern.formats import at, local, today
from govern.mail import OutgoingMail
from govern.meetings.models import DateAnswer, DateChoice, DatePoll, Meeting, MeetingState, PollInvitee
from govern.meetings.queries.polls import invitee_token, overview_of
from govern.people.models import User
from tests.conftest import SECRET, Client
from tests.factories import (
    make_committee,
    make_coordinator,
    make_mandate,
    make_meeting,
    make_member,
    make_office_user,
    make_officer,
    make_person,
    make_seat,
)

FIRST = date(2027, 5, 27)  # Corpus Christi, a Thursday
SECOND, THIRD = date(2027, 6, 2), date(2027, 7, 21)


@pytest.fixture(autouse=True)
def spring() -> Iterator[None]:
    with time_machine.travel("2027-04-12 10:00+02:00", tick=True):
        yield


def offers(*days: date, **more: str) -> dict[str, str]:
    sent = {"title": "Sommersitzung", "note": "Bitte bald", **more}
    for n, day in enumerate(days):
        sent |= {f"offers-{n}-day": day.isoformat(), f"offers-{n}-starts": "14:00", f"offers-{n}-ends": "16:00"}
    return sent


def asked_poll(client: Client, committee: Committee, *days: date, by: User | None = None) -> DatePoll:
    client.sign_in(by or make_coordinator())
    made = client.post(f"/gremien/{committee.id}/terminfragen/neu", data=offers(*(days or (FIRST, SECOND, THIRD))))
    assert made.status_code == 303, made.get_data(as_text=True)
    poll = db.session.scalars(sa.select(DatePoll).order_by(DatePoll.id.desc())).first()
    assert poll is not None
    assert client.post(f"/terminfragen/{poll.id}/fragen").status_code == 303
    return poll


def link_of(invitee: PollInvitee) -> str:
    return f"/termin/{invitee_token(invitee, SECRET)}"


def answers(poll: DatePoll, *choices: str) -> dict[str, str]:
    return {f"option_{option.id}": choice for option, choice in zip(poll.options, choices, strict=True)}


def test_nobody_is_asked_before_the_office_has_seen_what_speaks_against_the_dates(client: Client) -> None:
    committee, other = make_committee(), make_committee(name="Runde Ost", short_name="RO")
    holder = make_member(committee)
    make_mandate(make_seat(committee), make_person(email=None))
    make_meeting(other, starts_at=at(SECOND, time(15, 0)))
    client.sign_in(make_office_user(committee))
    client.post(f"/gremien/{committee.id}/terminfragen/neu", data=offers(FIRST, SECOND, THIRD))
    poll = db.session.scalars(sa.select(DatePoll)).one()
    page = client.get(f"/terminfragen/{poll.id}").get_data(as_text=True)
    assert "Fronleichnam" in page
    assert "RO 15:00–17:00" in page
    assert "Sommerferien" in page
    assert "keine Adresse" in page
    assert db.session.scalar(sa.select(sa.func.count(OutgoingMail.id))) == 0
    assert client.sign_in(holder).get(f"/terminfragen/{poll.id}").status_code == 404


def test_everybody_gets_a_personal_link_once_and_answers_without_signing_in(app: Flask, client: Client) -> None:
    committee = make_committee()
    holder, deputy = make_member(committee), make_member(committee, MandateKind.DEPUTY)
    chair = make_person()
    make_officer(committee, chair, OfficerRole.CHAIR)
    poll = asked_poll(client, committee)
    assert {i.person_id for i in poll.invitees} == {holder.person_id, chair.id}
    assert deputy.person_id not in {i.person_id for i in poll.invitees}
    mails = db.session.scalars(sa.select(OutgoingMail)).all()
    assert len(mails) == 2
    assert all(mail.is_secret and "Sommersitzung" in mail.subject for mail in mails)
    links = {re.search(r"/termin/\S+", mail.text).group() for mail in mails}  # type: ignore[union-attr]
    assert links == {link_of(i) for i in poll.invitees}
    assert client.post(f"/terminfragen/{poll.id}/fragen").status_code == 409
    nobody = app.test_client()
    invitee = next(i for i in poll.invitees if i.person_id == holder.person_id)
    assert nobody.get(link_of(invitee)).status_code == 200
    assert db.session.scalar(sa.select(sa.func.count(DateAnswer.id))) == 0
    assert invitee.answered_at is None
    assert nobody.post(link_of(invitee), data=answers(poll, "yes", "if_needed", "no")).status_code == 303
    assert (
        nobody.post(link_of(invitee), data={**answers(poll, "no", "yes", "no"), "note": "ab drei"}).status_code == 303
    )
    db.session.expire_all()
    found = overview_of(poll, today(), with_objections=False)
    assert [found.choices[invitee.id, option.id] for option in poll.options] == [
        DateChoice.NO,
        DateChoice.YES,
        DateChoice.NO,
    ]
    page = client.get(f"/terminfragen/{poll.id}").get_data(as_text=True)
    assert "ab drei" in page
    assert "1 von 2 haben geantwortet" in page


def test_an_incomplete_answer_is_refused_and_kept(client: Client) -> None:
    committee = make_committee()
    make_member(committee)
    poll = asked_poll(client, committee)
    sent = {f"option_{poll.options[0].id}": "yes", "note": "bleibt stehen"}
    answer = client.post(link_of(poll.invitees[0]), data=sent)
    assert answer.status_code == 422
    assert "bleibt stehen" in answer.get_data(as_text=True)


@pytest.mark.proves("W-29", "L-10")
def test_only_those_who_have_not_answered_are_reminded(client: Client) -> None:
    committee = make_committee()
    first, second = make_member(committee), make_member(committee)
    poll = asked_poll(client, committee)
    done = next(i for i in poll.invitees if i.person_id == first.person_id)
    client.post(link_of(done), data=answers(poll, "yes", "yes", "no"))
    before = set(db.session.scalars(sa.select(OutgoingMail.id)))
    assert client.post(f"/terminfragen/{poll.id}/erinnern").status_code == 303
    new = db.session.scalars(sa.select(OutgoingMail).where(OutgoingMail.id.not_in(before))).all()
    assert second.person is not None
    assert [mail.to_address for mail in new] == [second.person.email]
    assert "Erinnerung" in new[0].subject


def test_sums_count_persons_and_seats_with_a_vote(client: Client) -> None:
    committee = make_committee()
    two_seats = make_person()
    for _ in range(2):
        make_mandate(make_seat(committee, voting=Voting.YES), two_seats)
    advisers = [make_person(), make_person()]
    for person in advisers:
        make_mandate(make_seat(committee, voting=Voting.NO), person)
    poll = asked_poll(client, committee, FIRST, SECOND)
    for invitee in poll.invitees:
        choice = ("yes", "no") if invitee.person_id == two_seats.id else ("no", "yes")
        client.post(link_of(invitee), data=answers(poll, *choice))
    db.session.expire_all()
    found = overview_of(poll, today(), with_objections=False)
    assert [(s.can_come, s.votes) for s in found.sums] == [(1, 2), (2, 0)]
    assert found.best == {poll.options[0].id}


def test_taking_a_date_plans_the_meeting_with_everything_known_and_tells_all(client: Client) -> None:
    committee = make_committee(chair_function="Dezernatsleitung")
    holder = make_member(committee)
    poll = asked_poll(client, committee, FIRST, SECOND)
    path = f"/gremien/{committee.id}/sitzungen/neu?termin={poll.options[1].id}"
    page = client.get(path).get_data(as_text=True)
    assert 'value="2027-06-02"' in page
    assert 'value="14:00' in page
    assert "Dezernatsleitung" in page
    form = {"day": SECOND.isoformat(), "starts": "14:00", "ends": "16:00", "mode": "on_site",
            "place_id": "0"}  # fmt: skip
    before = set(db.session.scalars(sa.select(OutgoingMail.id)))
    assert client.post(path, data=form).status_code == 303
    meeting = db.session.scalars(sa.select(Meeting)).one()
    db.session.expire_all()
    assert poll.meeting_id == meeting.id
    assert [option.is_taken for option in poll.options] == [False, True]
    new = db.session.scalars(sa.select(OutgoingMail).where(OutgoingMail.id.not_in(before))).all()
    assert holder.person is not None
    assert [mail.to_address for mail in new] == [holder.person.email]
    assert f"/sitzungen/{meeting.id}" in new[0].text
    visit = client.get(link_of(poll.invitees[0])).get_data(as_text=True)
    assert "Die Terminfrage ist beendet" in visit
    assert "Mi., 2. Juni 2027" in visit
    refused = client.post(link_of(poll.invitees[0]), data=answers(poll, "yes", "yes"))
    assert refused.status_code == 422
    assert client.get(path).get_data(as_text=True).count("Aus der Terminfrage") == 0
    client.sign_in(holder)
    assert "Termin steht fest" in client.get("/terminfragen").get_data(as_text=True)


def test_links_that_are_wrong_expired_or_of_drafts_open_nothing(client: Client) -> None:
    committee = make_committee()
    make_member(committee)
    poll = asked_poll(client, committee, FIRST, SECOND)
    invitee = poll.invitees[0]
    good = link_of(invitee)
    assert client.get(good).status_code == 200
    assert client.get(good[:-1] + ("A" if good[-1] != "A" else "B")).status_code == 404
    poll.asked_at = None
    db.session.commit()
    assert client.get(good).status_code == 404
    poll.asked_at = poll.created_at
    db.session.commit()
    with time_machine.travel(at(SECOND, local(poll.options[1].ends_at).time()) + timedelta(days=15)):
        assert client.get(good).status_code == 404


def test_answers_stop_after_the_last_day(client: Client) -> None:
    committee = make_committee()
    make_member(committee)
    client.sign_in(make_coordinator())
    client.post(f"/gremien/{committee.id}/terminfragen/neu", data=offers(FIRST, SECOND, closes_on="2027-04-20"))
    poll = db.session.scalars(sa.select(DatePoll)).one()
    client.post(f"/terminfragen/{poll.id}/fragen")
    with time_machine.travel("2027-04-20 23:30+02:00"):
        assert client.post(link_of(poll.invitees[0]), data=answers(poll, "yes", "no")).status_code == 303
    with time_machine.travel("2027-04-21 00:30+02:00"):
        assert client.post(link_of(poll.invitees[0]), data=answers(poll, "no", "no")).status_code == 422
        assert "angenommen" in client.get(link_of(poll.invitees[0])).get_data(as_text=True)


def test_dates_are_only_added_once_members_were_asked_and_answers_stay(client: Client) -> None:
    committee = make_committee()
    make_member(committee)
    poll = asked_poll(client, committee, FIRST, SECOND)
    client.post(link_of(poll.invitees[0]), data=answers(poll, "yes", "no"))
    version = re.search(r'name="version"[^>]*value="(\w+)"', client.get(f"/terminfragen/{poll.id}/bearbeiten").text)
    assert version is not None
    fewer = client.post(f"/terminfragen/{poll.id}/bearbeiten", data=offers(FIRST, THIRD, version=version[1]))
    assert fewer.status_code == 422
    more = offers(FIRST, SECOND, THIRD, version=version[1])
    assert client.post(f"/terminfragen/{poll.id}/bearbeiten", data=more).status_code == 303
    stale = client.post(f"/terminfragen/{poll.id}/bearbeiten", data={**more, "title": "Zu spät"})
    assert stale.status_code == 409
    db.session.expire_all()
    assert (poll.title, len(poll.options)) == ("Sommersitzung", 3)
    assert poll.invitees[0].answered_at is None
    assert db.session.scalar(sa.select(sa.func.count(DateAnswer.id))) == 2


@pytest.mark.parametrize("days", [[], [FIRST], [FIRST, FIRST]])
def test_two_different_dates_at_least(client: Client, days: list[date]) -> None:
    committee = make_committee()
    make_member(committee)
    client.sign_in(make_coordinator())
    answer = client.post(f"/gremien/{committee.id}/terminfragen/neu", data=offers(*days))
    assert answer.status_code == 422
    assert "Sommersitzung" in answer.get_data(as_text=True)


@pytest.mark.proves("D-10")
def test_members_see_the_question_others_do_not(client: Client) -> None:
    committee = make_committee()
    holder, deputy, stranger = make_member(committee), make_member(committee, MandateKind.DEPUTY), make_member(
        make_committee())  # fmt: skip
    poll = asked_poll(client, committee, FIRST, SECOND)
    for user, status, listed in ((holder, 200, True), (deputy, 200, True), (stranger, 404, False)):
        client.sign_in(user)
        assert client.get(f"/terminfragen/{poll.id}").status_code == status
        assert ("Sommersitzung" in client.get("/terminfragen").get_data(as_text=True)) == listed
    assert client.sign_in(deputy).get(f"/terminfragen/{poll.id}/antwort").status_code == 403
    client.sign_in(holder)
    sent = client.post(f"/terminfragen/{poll.id}/antwort", data=answers(poll, "if_needed", "no"))
    assert sent.status_code == 303
    assert "zur Not" in client.get(f"/terminfragen/{poll.id}").get_data(as_text=True)
    assert client.post(f"/terminfragen/{poll.id}/erinnern").status_code == 403


def test_the_overview_costs_the_same_for_many(client: Client, count_queries) -> None:  # type: ignore[no-untyped-def]
    def cost(members: int) -> int:
        committee = make_committee()
        for _ in range(members):
            make_mandate(make_seat(committee, voting=Voting.YES))
        poll = asked_poll(client, committee)
        for invitee in poll.invitees:
            client.post(link_of(invitee), data=answers(poll, "yes", "no", "yes"))
        with count_queries() as statements:
            assert client.get(f"/terminfragen/{poll.id}").status_code == 200
        return len(statements)

    few, many = cost(2), cost(12)
    assert few == many
    assert many <= 12


def test_ending_without_a_date_tells_those_who_were_asked(client: Client) -> None:
    committee = make_committee()
    make_member(committee)
    poll = asked_poll(client, committee, FIRST, SECOND)
    assert client.post(f"/terminfragen/{poll.id}/beenden").status_code == 303
    last = db.session.scalars(sa.select(OutgoingMail).order_by(OutgoingMail.id.desc())).first()
    assert last is not None
    assert "ohne dass ein Termin gewählt wurde" in last.text
    assert client.post(f"/terminfragen/{poll.id}/verwerfen").status_code == 422


def test_a_draft_can_be_thrown_away(client: Client) -> None:
    committee = make_committee()
    make_member(committee)
    client.sign_in(make_coordinator())
    client.post(f"/gremien/{committee.id}/terminfragen/neu", data=offers(FIRST, SECOND))
    poll = db.session.scalars(sa.select(DatePoll)).one()
    assert client.post(f"/terminfragen/{poll.id}/verwerfen").status_code == 303
    assert db.session.scalar(sa.select(sa.func.count(DatePoll.id))) == 0


def test_a_cancelled_meeting_does_not_stand_in_the_way(client: Client) -> None:
    committee = make_committee()
    make_member(committee)
    starts_at = at(SECOND, time(15, 0))
    make_meeting(make_committee(short_name="WEG"), starts_at=starts_at, state=MeetingState.CANCELLED,
                 cancelled_at=starts_at)  # fmt: skip
    client.sign_in(make_coordinator())
    client.post(f"/gremien/{committee.id}/terminfragen/neu", data=offers(FIRST, SECOND))
    poll = db.session.scalars(sa.select(DatePoll)).one()
    assert "WEG" not in client.get(f"/terminfragen/{poll.id}").get_data(as_text=True)

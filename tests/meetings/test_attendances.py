"""Who attended: by seat, counted once, in a few clicks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import time, timedelta

import pytest
from flask import Flask

from govern.committees.models import Committee, MandateKind, Voting
from govern.db import db, now
from govern.errors import DomainError
from govern.meetings.models import (
    Attendance,
    AttendanceState,
    Invitation,
    InvitationAnswer,
    InviteeKind,
    ItemResult,
    Meeting,
    MeetingState,
)
from govern.meetings.queries import attendances as queries
from govern.meetings.services import attendances as services
from govern.meetings.services.attendances import Presence
from govern.meetings.services.closing import close_meeting
from govern.meetings.votes import Count, voting_base
from govern.people.models import User
from tests.conftest import Client
from tests.factories import (
    make,
    make_coordinator,
    make_guest,
    make_item,
    make_mandate,
    make_meeting,
    make_member,
    make_organisation,
    make_person,
    make_seat,
    make_seat_group,
    make_steering_group,
)

PRESENT, DEPUTY = AttendanceState.PRESENT, AttendanceState.DEPUTY


def filled_committee(seats: int, **seat_values: object) -> Committee:
    committee = make_steering_group()
    group = make_seat_group(committee)
    for _ in range(seats):
        make_mandate(make_seat(committee, group=group, **seat_values))
    return committee


def started(committee: Committee, by: User) -> Meeting:
    meeting = make_meeting(committee, starts_at=now())
    make_item(meeting)
    services.start_meeting(meeting, by=by)
    db.session.commit()
    return meeting


@pytest.mark.proves("C16")
def test_opening_lists_one_place_per_person_of_every_seat(app: Flask) -> None:
    committee = make_steering_group()
    two, open_number = make_seat(committee, person_count=2), make_seat(committee, person_count=None)
    make_seat(committee, ends_on=now().date() - timedelta(days=3))
    for seat in (two, two, open_number, open_number, open_number):
        make_mandate(seat)
    meeting = started(committee, make_coordinator())
    places = [(a.seat_id, a.place_in_seat) for a in queries.list_attendances(meeting)]
    assert places == [(two.id, 1), (two.id, 2), (open_number.id, 1), (open_number.id, 2), (open_number.id, 3)]
    assert meeting.state is MeetingState.IN_SESSION
    assert meeting.started_at is not None


@pytest.mark.proves("C16", "B3")
def test_each_place_of_a_shared_seat_bears_the_institution_of_its_holder(
    client: Client, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    committee = make_steering_group()
    towns = [make_organisation(name=f"Stadt {name}") for name in ("Neuss", "Dormagen", "Kaarst")]
    seat = make_seat(committee, organisations=towns, function="Dezernent:in", person_count=4)
    for town in (towns[1], towns[0], None):
        make_mandate(seat, organisation=town)
    user = make_coordinator()
    meeting = started(committee, user)
    everybody = "Stadt Neuss, Stadt Dormagen, Stadt Kaarst: Dezernent:in"
    labels = ["Stadt Dormagen: Dezernent:in", "Stadt Neuss: Dezernent:in", everybody, everybody]
    db.session.expire_all()
    with count_queries() as statements:
        rows = queries.list_attendances(meeting)
    assert [a.label for a in rows] == labels
    assert len([s for s in statements if "attendance" in s or "mandate" in s]) == 1
    # What the deputy is called changes nothing about whose place it is.
    services.record_attendance(rows[0], Presence(state=DEPUTY, deputy_name="Kim Probe"), by=user)
    services.record_everybody(meeting, by=user)
    db.session.commit()
    client.sign_in(user)
    live = client.get(f"/sitzungen/{meeting.id}/protokollieren").text
    assert ">Stadt Dormagen</a>" in live
    assert ">Stadt Dormagen, " not in live
    listed = client.get(f"/sitzungen/{meeting.id}/anwesenheit").text
    assert all(listed.count(f">{label}</b>") == labels.count(label) for label in labels)
    meeting.items[0].result = ItemResult.NOTED
    close_meeting(meeting, ended_at=now(), by=user)
    db.session.commit()
    assert [a.seat_label for a in queries.list_attendances(meeting)] == labels
    minutes = client.get(f"/sitzungen/{meeting.id}/protokoll").text
    assert "Stadt Dormagen: Dezernent:in" in minutes


@pytest.mark.proves("C9", "C17")
def test_who_sits_in_a_meeting_without_an_invitation_can_follow_it(client: Client) -> None:
    committee = make_steering_group()
    member = make_member(committee)
    meeting = make_meeting(committee)
    make_item(meeting, title="Austausch")
    follow = f"/sitzungen/{meeting.id}/mitverfolgen"
    assert client.sign_in(member).get(follow).status_code in (403, 404)
    services.start_meeting(meeting, by=make_coordinator())
    db.session.commit()
    assert "Austausch" in client.sign_in(member).get(follow).text


def test_an_open_seat_without_holders_still_has_a_place(app: Flask) -> None:
    committee = make_steering_group()
    make_seat(committee, person_count=None)
    assert len(started(committee, make_coordinator()).attendances) == 1


@pytest.mark.proves("D-12")
def test_opening_twice_changes_nothing_and_needs_an_agenda(app: Flask) -> None:
    user = make_coordinator()
    meeting = started(filled_committee(2), user)
    before = meeting.started_at
    services.start_meeting(meeting, by=user)
    assert (len(meeting.attendances), meeting.started_at) == (2, before)
    with pytest.raises(DomainError, match="leer"):
        services.start_meeting(make_meeting(), by=user)


@pytest.mark.proves("C16")
def test_twenty_present_three_deputies_five_excused_in_one_form(client: Client) -> None:
    committee = filled_committee(28)
    deputy = make_person()
    make_mandate(committee.seats[20], deputy, kind=MandateKind.DEPUTY)
    user = make_coordinator()
    meeting = started(committee, user)
    rows = queries.list_attendances(meeting)
    data = {f"platz{a.id}-state": "present" for a in rows[:20]}
    data |= {f"platz{rows[20].id}-state": "deputy", f"platz{rows[20].id}-deputy_id": str(deputy.id)}
    data |= {f"platz{a.id}-deputy_name": f"Robin {n}" for n, a in enumerate(rows[21:23])}
    data |= {f"platz{a.id}-state": "excused" for a in rows[23:]}
    answer = client.sign_in(user).post(f"/sitzungen/{meeting.id}/anwesenheit", data=data)
    assert answer.status_code == 303
    shown = queries.figures(queries.list_attendances(meeting))
    assert (shown.present, shown.deputies, shown.excused, shown.open) == (20, 3, 5, 0)
    assert shown.text == "20 anwesend, 3 vertreten, 5 entschuldigt"
    assert "20 anwesend, 3 vertreten, 5 entschuldigt" in client.get(f"/sitzungen/{meeting.id}/anwesenheit").text


def test_a_single_click_answers_with_its_line_and_the_new_figures(client: Client) -> None:
    user = make_coordinator()
    meeting = started(filled_committee(3), user)
    row = queries.list_attendances(meeting)[0]
    answer = client.sign_in(user).post(
        f"/sitzungen/{meeting.id}/anwesenheit/{row.id}", data={f"platz{row.id}-state": "excused"},
        headers={"HX-Request": "true"},
    )  # fmt: skip
    assert answer.status_code == 200
    assert f'id="platz{row.id}"' in answer.text
    assert 'id="meetings-attendance_figures"' in answer.text
    assert "<html" not in answer.text
    db.session.refresh(row)
    assert row.state is AttendanceState.EXCUSED


def test_saving_the_list_leaves_lines_alone_that_nobody_touched(client: Client) -> None:
    user = make_coordinator()
    meeting = started(filled_committee(2), user)
    first, second = queries.list_attendances(meeting)
    page = client.sign_in(user).get(f"/sitzungen/{meeting.id}/anwesenheit").text
    seen = {a.id: page.split(f'name="platz{a.id}-seen" value="')[1].split('"')[0] for a in (first, second)}
    services.record_attendance(first, Presence(state=AttendanceState.EXCUSED), by=user)  # somebody else, meanwhile
    db.session.commit()
    data = {f"platz{first.id}-seen": seen[first.id], f"platz{second.id}-seen": seen[second.id],
            f"platz{second.id}-state": "present"}  # fmt: skip
    client.post(f"/sitzungen/{meeting.id}/anwesenheit", data=data)
    assert [a.state for a in queries.list_attendances(meeting)] == [AttendanceState.EXCUSED, PRESENT]


def test_everybody_who_is_left_is_marked_present(app: Flask) -> None:
    user = make_coordinator()
    committee = filled_committee(4)
    make_seat(committee, group=committee.seats[0].group)  # vacant
    meeting = started(committee, user)
    rows = queries.list_attendances(meeting)
    services.record_attendance(rows[0], Presence(state=AttendanceState.ABSENT), by=user)
    assert services.record_everybody(meeting, by=user) == 3
    shown = queries.figures(queries.list_attendances(meeting))
    assert (shown.present, shown.absent, shown.vacant, shown.open) == (3, 1, 1, 0)


def test_without_any_names_every_seat_can_be_marked(app: Flask) -> None:
    user = make_coordinator()
    committee = make_steering_group()
    for _ in range(3):
        make_seat(committee)
    meeting = started(committee, user)
    assert services.record_everybody(meeting, by=user) == 3


@pytest.mark.proves("E-07", "L-3")
def test_a_person_is_counted_once_however_many_seats(app: Flask) -> None:
    user = make_coordinator()
    committee = filled_committee(2)
    person = make_person()
    group = committee.seats[0].group
    for seat in (make_seat(committee, group=group), make_seat(committee, group=group)):
        make_mandate(seat, person)
    meeting = started(committee, user)
    rows = queries.list_attendances(meeting)
    services.record_everybody(meeting, by=user)
    assert [a.state for a in rows] == [PRESENT, PRESENT, PRESENT, None]
    with pytest.raises(DomainError, match="nur einmal"):
        services.record_attendance(rows[3], Presence(state=PRESENT), by=user)


@pytest.mark.proves("E-07", "W-3", "L-3")
def test_a_deputy_takes_the_place_of_the_seat_and_must_be_named_for_it(app: Flask) -> None:
    user = make_coordinator()
    committee = filled_committee(2, voting=Voting.YES)
    named = make_person()
    make_mandate(committee.seats[0], named, kind=MandateKind.DEPUTY)
    meeting = started(committee, user)
    first, second = queries.list_attendances(meeting)
    services.record_attendance(first, Presence(state=DEPUTY, deputy_id=named.id), by=user)
    assert first.person_id == named.id
    with pytest.raises(DomainError, match="nicht als Stellvertretung benannt"):
        services.record_attendance(second, Presence(state=DEPUTY, deputy_id=named.id), by=user)
    db.session.rollback()
    with pytest.raises(DomainError, match="wer vertritt"):
        services.record_attendance(second, Presence(state=DEPUTY), by=user)
    services.record_attendance(first, Presence(state=PRESENT), by=user)
    assert first.person_id == committee.seats[0].mandates[0].person_id  # the holder again


@pytest.mark.proves("E-07", "W-5")
def test_guests_never_vote_and_rights_that_are_not_stated_are_possible_votes(app: Flask) -> None:
    user = make_coordinator()
    committee = make_steering_group()
    for right in (Voting.YES, Voting.YES, Voting.NO, Voting.NOT_STATED):
        make_mandate(make_seat(committee, voting=right))
    meeting = started(committee, user)
    guest = make_guest(meeting)
    services.record_everybody(meeting, by=user)
    services.record_guest(guest, attended=True, by=user)
    base = voting_base(queries.list_attendances(meeting), None)
    assert (base.in_the_room, base.voting, base.not_stated, base.advisory, base.possible) == (4, 2, 1, 1, 3)
    assert base.headline == "höchstens 3 Stimmen im Raum"
    assert "1 ohne Angabe zum Stimmrecht; sie zählen als mögliche Stimmen" in base.steps


def test_who_came_late_or_left_counts_only_while_there(app: Flask) -> None:
    user = make_coordinator()
    meeting = started(filled_committee(3, voting=Voting.YES), user)
    first, second, third = queries.list_attendances(meeting)
    services.record_attendance(first, Presence(state=PRESENT), by=user)
    services.record_attendance(second, Presence(state=PRESENT, arrived=time(0, 0), left=time(0, 1)), by=user)
    services.record_attendance(third, Presence(state=PRESENT, arrived=time(23, 59)), by=user)
    rows = [first, second, third]
    midnight = second.arrived_at
    assert midnight is not None
    assert voting_base(rows, midnight).possible == 2
    assert voting_base(rows, midnight + timedelta(minutes=1)).possible == 1
    assert voting_base(rows, midnight + timedelta(hours=23, minutes=59)).possible == 2
    with pytest.raises(DomainError, match="vor ihrem Beginn"):
        services.record_attendance(first, Presence(state=PRESENT, arrived=time(15), left=time(14)), by=user)


def test_a_new_seat_joins_the_list_and_what_was_recorded_stays(app: Flask) -> None:
    user = make_coordinator()
    committee = filled_committee(2)
    meeting = started(committee, user)
    services.record_everybody(meeting, by=user)
    make_mandate(make_seat(committee, group=committee.seats[0].group))
    services.renew_places(meeting, by=user)
    assert [a.state for a in queries.list_attendances(meeting)] == [PRESENT, PRESENT, None]


@pytest.mark.proves("D-11")
def test_attendance_is_refused_before_and_after_the_meeting(app: Flask) -> None:
    user = make_coordinator()
    meeting = started(filled_committee(1), user)
    row = queries.list_attendances(meeting)[0]
    meeting.state, meeting.closed_at = MeetingState.CLOSED, now()
    db.session.commit()
    for change in (
        lambda: services.record_attendance(row, Presence(state=PRESENT), by=user),
        lambda: services.record_everybody(meeting, by=user),
        lambda: services.renew_places(meeting, by=user),
    ):
        with pytest.raises(DomainError, match="geschlossen"):
            change()
    assert db.session.get_one(Attendance, row.id).state is None


def test_before_the_meeting_the_list_says_that_it_is_still_to_come(client: Client) -> None:
    meeting = make_meeting(filled_committee(1))
    page = client.sign_in(make_coordinator()).get(f"/sitzungen/{meeting.id}/anwesenheit").text
    assert "Die Sitzung läuft noch nicht." in page
    assert "steht fest" not in page
    assert "keine Sitze" not in page, "they stand in the list once the meeting has started"


def test_bad_input_keeps_what_was_typed_and_saves_nothing(client: Client) -> None:
    user = make_coordinator()
    meeting = started(filled_committee(2), user)
    first, second = queries.list_attendances(meeting)
    data = {f"platz{first.id}-state": "present", f"platz{second.id}-state": "deputy",
            f"platz{second.id}-arrived": "14:30"}  # fmt: skip
    answer = client.sign_in(user).post(f"/sitzungen/{meeting.id}/anwesenheit", data=data)
    assert answer.status_code == 422
    assert "Bitte angeben, wer vertritt." in answer.text
    assert 'value="14:30"' in answer.text
    assert [a.state for a in queries.list_attendances(meeting)] == [None, None]


@pytest.mark.proves("D-10")
def test_the_list_belongs_to_those_who_minute(client: Client) -> None:
    committee = filled_committee(1)
    meeting = started(committee, make_coordinator())
    row = queries.list_attendances(meeting)[0]
    member, stranger = make_member(committee), make_member(make_steering_group(is_highest=False))
    for user, status in ((member, 403), (stranger, 404)):
        client.sign_in(user)
        assert client.get(f"/sitzungen/{meeting.id}/anwesenheit").status_code == status
        assert client.post(f"/sitzungen/{meeting.id}/anwesenheit/{row.id}").status_code == status
        assert client.post(f"/sitzungen/{meeting.id}/anwesenheit/alle").status_code == status
    other = make_meeting(committee)
    assert client.sign_in(make_coordinator()).post(f"/sitzungen/{other.id}/anwesenheit/{row.id}").status_code == 404


@pytest.mark.parametrize(
    ("yes", "no", "abstain", "meaning"),
    [
        (15, 1, 2, "mehrheitlich angenommen"),
        (18, 0, 0, "einstimmig angenommen"),
        (16, 0, 2, "ohne Gegenstimme angenommen"),
        (9, 9, 0, "bei Stimmengleichheit abgelehnt"),
        (2, 9, 7, "mehrheitlich abgelehnt"),
        (0, 3, 0, "einstimmig abgelehnt"),
        (0, 3, 4, "ohne Zustimmung abgelehnt"),
        (0, 0, 5, "bei Stimmengleichheit abgelehnt"),
    ],
)
@pytest.mark.proves("C10", "E-09")
def test_what_a_count_means(yes: int, no: int, abstain: int, meaning: str) -> None:
    assert Count(yes, no, abstain).meaning == meaning


@pytest.mark.proves("C1", "C2", "E-17")
def test_answers_to_the_invitation_are_proposed_and_never_overwrite(
    client: Client, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    committee = filled_committee(6)
    comes, refuses, is_deputised, silent, recorded, waits = [seat.mandates[0].person for seat in committee.seats]
    deputies = [make_person(family_name="Vertretungsfeld") for _ in range(2)]
    for n, seat in enumerate((committee.seats[2], committee.seats[5])):
        make_mandate(seat, deputies[n], kind=MandateKind.DEPUTY)
    meeting = started(committee, make_coordinator())
    meeting.invited_at = now() - timedelta(days=20)
    answers = {comes: InvitationAnswer.YES, refuses: InvitationAnswer.NO, is_deputised: InvitationAnswer.DEPUTY,
               silent: None, recorded: InvitationAnswer.YES, waits: InvitationAnswer.NO}  # fmt: skip
    invited = {}
    for seat, (person, answer) in zip(committee.seats, answers.items(), strict=True):
        invited[person] = make(Invitation(
            meeting=meeting, kind=InviteeKind.HOLDER, person=person, seat=seat, answer=answer, nonce=f"n{person.id}",
            answered_at=now() if answer else None, expires_at=meeting.ends_at))  # fmt: skip
    invited[refuses].answer_note = "bin im Urlaub"
    yes = InvitationAnswer.YES
    for person, seat, answer in ((is_deputised, committee.seats[2], yes), (waits, committee.seats[5], None)):
        deputy = deputies[person is waits]
        make(Invitation(
            meeting=meeting, kind=InviteeKind.DEPUTY, person=deputy, seat=seat, answer=answer, nonce=f"n{deputy.id}",
            answered_at=now() if answer else None, expires_at=meeting.ends_at, stands_in_for=invited[person],
        ))  # fmt: skip
    rows = queries.list_attendances(meeting)
    services.record_attendance(rows[4], Presence(state=AttendanceState.ABSENT), by=make_coordinator())
    db.session.commit()
    client.sign_in(make_coordinator())
    address = f"/sitzungen/{meeting.id}/anwesenheit"
    client.get(address)
    with count_queries() as statements:
        page = client.get(address).text
    assert len(statements) <= 12, statements
    for words in ("Antwort: zugesagt", "bin im Urlaub", "Vertretungsfeld (zugesagt)", "Vertretungsfeld (ohne Antwort)",
                  "Antwort: ohne Antwort", "Antworten übernehmen"):  # fmt: skip
        assert words in page, words
    assert client.post(f"{address}/antworten").status_code == 303
    db.session.expire_all()
    assert [row.state for row in queries.list_attendances(meeting)] == [
        PRESENT, AttendanceState.EXCUSED, DEPUTY, None, AttendanceState.ABSENT, None]  # fmt: skip
    assert queries.list_attendances(meeting)[2].person_id == deputies[0].id
    page = client.get(address).text
    assert "Antworten übernehmen" not in page and "Vertretungsfeld (zugesagt)" in page

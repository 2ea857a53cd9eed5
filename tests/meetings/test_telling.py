"""What the invited and the office are told: what is counted, that a seat stays empty, that a task or a text is gone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from govern.committees.models import MandateKind, RuleState
from govern.db import db
from govern.meetings.models import Invitation, MeetingRole, MeetingRoleKind
from govern.meetings.queries.invitations import answer_token
from govern.people.models import User
from tests.conftest import SECRET, Client
from tests.factories import make, make_mandate, make_seat, make_user
from tests.meetings.invited import Room, started


def link_of(user: User) -> str:
    return f"/einladung/{answer_token(invitation_of(user), SECRET)}"


def invitation_of(user: User) -> Invitation:
    return db.session.query(Invitation).filter_by(person_id=user.person_id).one()


@pytest.mark.proves("C2", "E-17")
def test_the_figures_say_who_was_asked_so_that_they_add_up(client: Client) -> None:
    room = Room(client)
    page = client.get(room.path("teilnahme")).text
    assert "2 Sitze, 1 Gast eingeladen: 0 Zusagen, 0 Vertretungen, 0 Absagen, 3 ohne Antwort" in page
    assert '<span class="tabs__count">2<span class="visually-hidden"> Plätze</span></span>' in page


@pytest.mark.proves("E-17")
def test_whoever_refuses_without_a_deputy_reads_that_the_seat_stays_empty_and_what_to_do(client: Client) -> None:
    room = Room(client)
    client.sign_in(room.holder)
    invitation = invitation_of(room.holder)
    assert "Ihr Sitz bleibt leer" not in client.get(room.path()).text
    answered = client.post(f"/einladungen/{invitation.id}/antwort", data={"answer": "nein"}, follow_redirects=True).text
    naming = f'href="/sitze/{invitation.seat_id}/besetzen?art=deputy"'
    for page in (answered, client.get(room.path()).text):
        assert page.count("Ihr Sitz bleibt leer:</b> Es ist keine Stellvertretung benannt oder frei.") == 1
        assert naming in page and f"/einladungen/{invitation.id}/antwort" in page
    assert client.get(naming.split('"')[1]).status_code == 200
    assert "Ihr Sitz bleibt leer" in client.get(link_of(room.holder)).text

    # As the page says: name one, answer once more, and the deputy is invited.
    deputy = make_user()
    assert invitation.seat is not None
    make_mandate(invitation.seat, deputy.person, kind=MandateKind.DEPUTY)
    client.post(f"/einladungen/{invitation.id}/antwort", data={"answer": "nein"})
    assert invitation_of(deputy).stands_in_for_id == invitation.id
    for path in (room.path(), room.path("teilnahme"), link_of(room.holder)):
        assert "bleibt leer" not in client.get(path).text

    # The office tells the two dispatches apart, and the deputy from the holder.
    room.as_office()
    sent = client.get(room.path("teilnahme")).text.split('id="versand"')[1]
    assert sent.index("1 Empfänger:in<") < sent.index("3 Empfänger:innen<")
    room.add("Neuer Zuschuss")
    draft = room.draft
    assert draft is not None
    assert f"Vertretung: {invitation.seat.label}" in client.get(f"/nachtraege/{draft.id}").text


@pytest.mark.proves("E-17")
def test_the_office_reads_it_when_it_notes_the_refusal_and_nobody_where_deputies_are_ruled_out(client: Client) -> None:
    room = Room(client)
    path = f"/einladungen/{invitation_of(room.holder).id}/antwort"
    assert "Der Sitz bleibt leer" in client.post(path, data={"answer": "nein"}, follow_redirects=True).text
    page = client.post(path, data={"answer": "ja"}, follow_redirects=True).text
    assert "Die Antwort ist gespeichert." in page and "bleibt leer" not in page
    ruled = Room(client, deputies={"state": RuleState.OFF})
    path = f"/einladungen/{invitation_of(ruled.holder).id}/antwort"
    assert "bleibt leer" not in client.post(path, data={"answer": "nein"}, follow_redirects=True).text


@pytest.mark.proves("E-17")
def test_of_several_seats_the_one_that_stays_empty_is_told_of(client: Client) -> None:
    room = Room(client)
    deputy = make_user()
    first = invitation_of(room.holder)
    assert first.seat is not None
    make_mandate(first.seat, deputy.person, kind=MandateKind.DEPUTY)
    second = make_seat(room.meeting.committee)
    make_mandate(second, room.holder.person)
    room.invite()
    client.sign_in(room.holder)
    client.post(f"/einladungen/{first.id}/antwort", data={"answer": "nein"})
    assert invitation_of(deputy).stands_in_for_id == first.id
    page = client.get(room.path("teilnahme")).text
    assert "Ihr Sitz bleibt leer" in page and f"/sitze/{second.id}/besetzen?art=deputy" in page


@pytest.mark.proves("B-21", "B-22")
def test_whoever_lost_the_task_in_the_meeting_gets_nothing_more(client: Client) -> None:
    room = Room(client)
    before, after = make_user(), make_user()
    role = make(MeetingRole(meeting=room.meeting, person=before.person, kind=MeetingRoleKind.MINUTE_TAKER))
    room.invite()
    assert before.person is not None and len(room.mails(before.person.email or "")) == 1
    link = link_of(before)
    assert client.get(link).status_code == 200
    role.person = after.person
    db.session.commit()
    assert client.get(link).status_code == 404
    page = client.get(room.path("teilnahme")).text
    assert f"ausgenommen: {before.person.name}." in page and before.person.name not in page.split("<table", 1)[1]
    client.post(room.path("erinnern"))
    assert len(room.mails(before.person.email or "")) == 1
    room.invite()
    last = room.mails(before.person.email or "")[-1]
    assert "die Aufgabe, für die Sie eingeladen waren" in last and after.person is not None
    assert len(room.mails(after.person.email or "")) == 1 and invitation_of(before).revoked_at is not None


@pytest.mark.proves("B-21", "E-02")
def test_a_text_typed_while_somebody_else_told_the_change_is_kept_and_shown(client: Client) -> None:
    room = Room(client, notice_period={"number": 14, "mode": "full_days"})
    day = (room.meeting.starts_at - timedelta(days=35)).date()
    client.post(room.path("verschieben"), data={
        "version": str(room.meeting.version), "day": day.isoformat(), "starts": "10:00", "ends": "12:00",
        "reason": "Raum belegt"})  # fmt: skip
    first = {"subject": "Neuer Termin", "cover_text": "Von der Ersten.", "reason": "Raum belegt"}
    second = {"subject": "Verlegt", "cover_text": "Vom Zweiten, mit Wegbeschreibung.", "reason": "Brand im Rathaus"}
    assert client.post(room.path("mitteilung"), data=first).status_code == 303
    told = len(room.mails(room.holder.email))
    assert client.post(room.path("mitteilung"), data=first).status_code == 303  # sent twice
    assert len(room.mails(room.holder.email)) == told
    late = client.post(room.path("mitteilung"), data=second)
    assert late.status_code == 422 and "Die Eingeladenen kennen schon den jetzigen Stand." in late.text
    assert all(words in late.text for words in second.values())
    assert "Ihr Text ist nicht versandt" in late.text and "An alle Eingeladenen senden" not in late.text
    assert "Alle wissen Bescheid." in client.get(room.path("mitteilung")).text


@pytest.mark.proves("B-21")
def test_a_text_about_a_change_that_was_changed_again_is_looked_through_before_it_goes_out(client: Client) -> None:
    room = Room(client)
    move(room, days=2)
    seen = client.get(room.path("mitteilung")).text.split('name="seen" type="hidden" value="')[1].split('"')[0]
    move(room, days=3)
    typed = {"subject": "Neuer Termin, zwei Tage später", "cover_text": "Bitte umplanen.", "seen": seen}
    refused = client.post(room.path("mitteilung"), data=typed)
    assert refused.status_code == 422 and "Inzwischen hat sich die Sitzung noch einmal geändert." in refused.text
    assert typed["subject"] in refused.text and "An alle Eingeladenen senden" in refused.text
    again = refused.text.split('name="seen" type="hidden" value="')[1].split('"')[0]
    assert again != seen
    assert client.post(room.path("mitteilung"), data=typed | {"seen": again}).status_code == 303
    late = client.post(room.path("mitteilung"), data=typed | {"cover_text": "Etwas anderes."})
    assert "kennen schon den jetzigen Stand" in late.text and "noch einmal geändert" not in late.text
    assert "Grund der verkürzten Ladungsfrist" not in late.text  # nobody was asked for one


def move(room: Room, *, days: int) -> None:
    db.session.refresh(room.meeting)
    day = (room.meeting.starts_at + timedelta(days=days)).date()
    answer = room.client.post(room.path("verschieben"), data={
        "version": str(room.meeting.version), "day": day.isoformat(), "starts": "10:00", "ends": "12:00",
        "reason": "Raum belegt"})  # fmt: skip
    assert answer.status_code == 303


@pytest.mark.proves("E-02")
def test_the_reason_of_a_short_notice_ends_with_one_full_stop(client: Client) -> None:
    room = started(client)
    room.meeting.short_notice_reason = "Der Saal ist später belegt."
    db.session.commit()
    assert "Grund: Der Saal ist später belegt. Sind alle" in client.get(room.path("protokollieren")).text

"""Invitations: exactly who gets what, one deliberate dispatch, answers by link, deputies at once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from govern.committees.models import MailTarget, MandateKind, Participation, RuleKind
from govern.committees.procedures import DayCount
from govern.db import db, now
from govern.formats import today
from govern.mail import OutgoingMail, build_message
from govern.meetings.jobs import remind_unanswered
from govern.meetings.models import (
    Dispatch,
    DispatchKind,
    Invitation,
    InvitationMail,
    InviteeKind,
    Meeting,
    MeetingRole,
    MeetingRoleKind,
    MeetingState,
)
from govern.meetings.queries.guests import guest_token
from govern.meetings.queries.invitations import meetings_to_remind
from tests.conftest import SECRET, Client
from tests.factories import (
    FIRST_DAY,
    make,
    make_committee,
    make_guest,
    make_mandate,
    make_office_user,
    make_person,
    make_procedure_rule,
    make_seat,
    make_topic,
    make_user,
)
from tests.meetings.inviting import HIDDEN, invitation_of, invited, link_of, mails_to, member, planned, send

Counter = Callable[[], AbstractContextManager[list[str]]]
BEFORE_HOST = '<wbr><span class="address__host">'
"""What stands within a mail address on a page, so that it breaks well."""


@pytest.mark.proves("C1", "C2", "B14", "C13", "C18", "E-03", "B-20", "B-22")
def test_one_dispatch_invites_everybody_with_what_they_may_read(client: Client) -> None:
    meeting = planned()
    committee = meeting.committee
    holder, other = member(committee), member(committee)
    shared = make_seat(committee, mailbox="jugendamt@stadt.example", mail_target=MailTarget.BOTH)
    make_mandate(shared, make_person())
    make_seat(committee, mailbox="offen@stadt.example", mail_target=MailTarget.MAILBOX)
    as_needed = member(committee, participation=Participation.AS_NEEDED)
    taker = make_user()
    make(MeetingRole(meeting=meeting, person=taker.person, kind=MeetingRoleKind.MINUTE_TAKER))
    make(MeetingRole(meeting=meeting, person=other.person, kind=MeetingRoleKind.CHAIR))
    silent = make_person(email=None)
    make_mandate(make_seat(committee), silent)
    guest = make_guest(meeting, items=[meeting.items[0]], name="Robin Gast", email="robin@gast.example")
    client.sign_in(make_office_user(committee))
    page = client.get(f"/sitzungen/{meeting.id}/einladung").text.replace(BEFORE_HOST, "")
    for words in ("jugendamt@stadt.example", "nicht besetzt", "Robin Gast", "keine Adresse", "7 Personen werden"):
        assert words in page, words
    assert db.session.query(OutgoingMail).count() == 0
    assert send(client, meeting).status_code == 303
    db.session.expire_all()
    assert meeting.state is MeetingState.PUBLISHED and meeting.invited_at is not None
    assert db.session.query(Dispatch).one().kind is DispatchKind.INVITATION
    assert db.session.query(Invitation).count() == 7
    assert db.session.query(Invitation).filter_by(person_id=as_needed.person_id).count() == 0
    assert len(mails_to(other)) == 1, "chair and member: one invitation"
    assert invitation_of(taker).kind is InviteeKind.ROLE
    (mail,) = mails_to(holder)
    for words in ("Herzlich willkommen.", "Sprachkurse", HIDDEN, "?antwort=ja", "?antwort=vertretung", "Wann: "):
        assert words in mail.text, words
    assert HIDDEN not in (mail.calendar or "") and HIDDEN not in mail.subject
    assert f"http://127.0.0.1:8000{link_of(invitation_of(holder))}" in mail.text
    message = build_message(mail)
    calendars = [p for p in message.walk() if p.get_content_type() == "text/calendar"]
    assert len(calendars) == 1 and calendars[0].get_param("method") == "REQUEST"
    calendar = calendars[0].get_content().replace("\r\n", "\n").replace("\n ", "")
    assert "METHOD:REQUEST" in calendar and f"UID:{meeting.ical_uid}" in calendar and "RSVP=TRUE" in calendar
    (to_mailbox,) = db.session.query(OutgoingMail).filter_by(to_address="jugendamt@stadt.example")
    assert "Sprachkurse" in to_mailbox.text and HIDDEN not in to_mailbox.text
    (to_guest,) = db.session.query(OutgoingMail).filter_by(to_address="robin@gast.example")
    assert "Sprachkurse" in to_guest.text and HIDDEN not in to_guest.text
    assert guest_token(guest, SECRET) in to_guest.text and "/sitzungen/" not in to_guest.text
    (unreached,) = db.session.query(InvitationMail).filter(InvitationMail.mail_id.is_(None))
    assert unreached.invitation.person_id == silent.id
    tab = client.get(f"/sitzungen/{meeting.id}/teilnahme").text
    assert "keine Adresse" in tab and "wartet" in tab and "ohne Antwort" in tab
    mail.bounced_at = now()
    db.session.commit()
    assert "zurückgekommen" in client.get(f"/sitzungen/{meeting.id}/teilnahme").text


@pytest.mark.proves("C1")
def test_sixty_are_previewed_with_twelve_statements_and_invited_with_as_many_as_six(
    client: Client, count_queries: Counter
) -> None:
    def statements(people: int) -> int:
        meeting = planned()
        for _ in range(people):
            member(meeting.committee)
        past = make_seat(meeting.committee, ends_on=FIRST_DAY, participation=Participation.AS_NEEDED)
        make_seat(meeting.committee, replaces_id=past.id, participation=Participation.AS_NEEDED)
        make_seat(meeting.committee, parent_id=past.id, participation=Participation.AS_NEEDED)
        taker = make_user(person=make_person(email=None))
        make(MeetingRole(meeting=meeting, person=taker.person, kind=MeetingRoleKind.MINUTE_TAKER))
        make_guest(meeting, items=[meeting.items[0]], email="robin@gast.example")
        make_topic(meeting.committee)
        meeting_id, url, address = meeting.id, f"/sitzungen/{meeting.id}/einladung", taker.email
        office = make_office_user(meeting.committee)
        make(MeetingRole(meeting=meeting, person=office.person, kind=MeetingRoleKind.CHAIR))
        client.sign_in(office)
        db.session.expunge_all()
        with count_queries() as seen_statements:
            page = client.get(url).text
        assert len(seen_statements) <= 12 and address in page.replace(BEFORE_HOST, "")
        seen = page.split('name="seen" type="hidden" value="')[1].split('"')[0]
        with count_queries() as seen_statements:
            answer = client.post(url, data={"subject": "Einladung", "cover_text": "x", "seen": seen, "senden": "1"})
        assert answer.status_code == 303
        assert db.session.query(Invitation).filter_by(meeting_id=meeting_id).count() == people + 3
        member(db.session.get_one(Meeting, meeting_id).committee)
        db.session.expunge_all()
        with count_queries() as late_statements:
            page = client.get(url).text
        assert len(late_statements) <= 12 and "1 Person wird eingeladen" in page
        return len(seen_statements)

    assert statements(60) == statements(6)


@pytest.mark.proves("E-02")
def test_a_missed_notice_period_needs_a_reason_and_is_healed_in_the_meeting(client: Client) -> None:
    committee = make_committee()
    make_procedure_rule(committee, RuleKind.NOTICE_PERIOD, number=14, mode=DayCount.FULL_DAYS, source="GeschO § 2")
    meeting = planned(committee, days=5)
    member(committee)
    client.sign_in(make_office_user(committee))
    page = client.get(f"/sitzungen/{meeting.id}/einladung").text
    assert "Die Ladungsfrist ist nicht eingehalten." in page and "GeschO § 2" in page
    refused = send(client, meeting)
    assert refused.status_code == 422 and "Bitte den Grund nennen" in refused.text
    assert db.session.query(OutgoingMail).count() == 0 and meeting.state is MeetingState.PREPARING
    assert send(client, meeting, reason="Förderbescheid kam spät").status_code == 303
    assert meeting.short_notice_reason == "Förderbescheid kam spät"
    assert client.post(f"/sitzungen/{meeting.id}/ladung", data={"healed": "ja"}).status_code == 422
    client.post(f"/sitzungen/{meeting.id}/eroeffnen")
    db.session.expire_all()
    assert meeting.state is MeetingState.IN_SESSION
    assert "Ladungsfrist war nicht eingehalten" in client.get(f"/sitzungen/{meeting.id}/protokollieren").text
    refused = client.post(f"/sitzungen/{meeting.id}/ladung", data={"healed": "ja"}, follow_redirects=True)
    assert "Bei 1 Sitz sagt die Anwesenheitsliste etwas anderes" in refused.text and meeting.is_notice_healed is None
    client.post(f"/sitzungen/{meeting.id}/anwesenheit/alle")
    client.post(f"/sitzungen/{meeting.id}/ladung", data={"healed": "ja"})
    assert meeting.is_notice_healed is True
    minutes = client.get(f"/sitzungen/{meeting.id}/protokoll").text
    assert "Ladungsfrist verkürzt: Förderbescheid kam spät; Ladungsmangel geheilt" in minutes


@pytest.mark.proves("E-02")
def test_in_time_or_without_a_rule_nobody_asks_for_a_reason(client: Client) -> None:
    committee = make_committee()
    make_procedure_rule(committee, RuleKind.NOTICE_PERIOD, number=14, mode=DayCount.FULL_DAYS)
    for meeting in (planned(committee, days=16), planned(make_committee(), days=1)):
        member(meeting.committee)
        client.sign_in(make_office_user(meeting.committee))
        assert send(client, meeting).status_code == 303
        assert meeting.short_notice_reason is None


def test_a_changed_composition_between_preview_and_dispatch_is_a_conflict(client: Client) -> None:
    meeting = planned()
    member(meeting.committee)
    client.sign_in(make_office_user(meeting.committee))
    answer = send(client, meeting, seen="veraltet")
    assert answer.status_code == 422 and "Bitte prüfen Sie die Empfänger noch einmal" in answer.text
    assert db.session.query(OutgoingMail).count() == 0


def test_a_test_mail_goes_to_oneself_and_invites_nobody(client: Client) -> None:
    meeting = planned()
    member(meeting.committee)
    office = make_office_user(meeting.committee)
    client.sign_in(office)
    answer = client.post(f"/sitzungen/{meeting.id}/einladung",
                         data={"subject": "Einladung", "cover_text": "Probe", "test": "1"})  # fmt: skip
    assert answer.status_code == 200 and "Eingeladen ist noch niemand" in answer.text
    (mail,) = db.session.query(OutgoingMail)
    assert mail.to_address == office.email and mail.subject == "[Test] Einladung"
    assert db.session.query(Invitation).count() == 0 and meeting.state is MeetingState.PREPARING
    assert client.get("/einladung/probe").status_code == 404


def test_only_those_who_have_not_answered_are_reminded(client: Client) -> None:
    meeting, holder, _deputies = invited(client)
    late = member(meeting.committee)
    client.sign_in(make_office_user(meeting.committee))
    send(client, meeting)
    assert len(mails_to(holder)) == 1, "invited once"
    client.post(link_of(invitation_of(holder)), data={"answer": "ja"})
    assert client.post(f"/sitzungen/{meeting.id}/erinnern").status_code == 303
    assert len(mails_to(holder)) == 1 and len(mails_to(late)) == 2
    client.post(link_of(invitation_of(late)), data={"answer": "ja"})
    assert client.post(f"/sitzungen/{meeting.id}/erinnern").status_code == 422


def test_a_committee_reminds_by_itself_once(client: Client) -> None:
    meeting, _holder, _deputies = invited(client, days=3)
    client.sign_in(make_office_user(meeting.committee))
    url = f"/gremien/{meeting.committee_id}/anschreiben/bearbeiten?anlass=reminder"
    assert meetings_to_remind(today()) == []
    assert client.post(url, data={"version": "0", "days_before": "2", "text": ""}).status_code == 303
    assert meetings_to_remind(today()) == []
    client.post(url, data={"version": "1", "days_before": "3", "text": ""})
    assert meetings_to_remind(today()) == [meeting]
    before = db.session.query(OutgoingMail).count()
    remind_unanswered(today())
    db.session.commit()
    assert db.session.query(OutgoingMail).count() == before + 1
    assert meetings_to_remind(today()) == []


@pytest.mark.proves("B-21")
def test_a_move_and_a_cancellation_are_told_to_the_invited(client: Client) -> None:
    meeting, holder, _deputies = invited(client)
    client.post(link_of(invitation_of(holder)), data={"answer": "ja"})
    first = mails_to(holder)[0].calendar or ""
    client.sign_in(make_office_user(meeting.committee))
    day = (now() + timedelta(days=50)).date()
    moved = client.post(f"/sitzungen/{meeting.id}/verschieben", data={
        "version": str(meeting.version), "day": day.isoformat(), "starts": "10:00", "ends": "12:00",
        "reason": "Raum belegt"})  # fmt: skip
    assert moved.location.endswith(f"/sitzungen/{meeting.id}/mitteilung")
    assert "wissen davon noch nichts" in client.get(f"/sitzungen/{meeting.id}").text
    assert "Raum belegt" in client.get(moved.location).text
    letter = {"subject": "Verlegt", "cover_text": "Neuer Termin."}
    client.post(moved.location, data=letter)
    changed = mails_to(holder)[-1]
    assert "Bisher: " in changed.text and sequence(changed.calendar or "") > sequence(first)
    assert uid(changed.calendar or "") == uid(first)
    assert invitation_of(holder).answer is None, "the answer was for the old day"
    assert client.post(moved.location, data=letter).status_code == 303, "sent twice, told once"
    assert client.post(moved.location, data={**letter, "cover_text": "Noch einmal."}).status_code == 422
    assert len(mails_to(holder)) == 2
    assert client.get(link_of(invitation_of(holder))).status_code == 200
    off = client.post(f"/sitzungen/{meeting.id}/absagen", data={"reason": "Unwetter"})
    client.post(off.location, data={"subject": "Abgesagt", "cover_text": "Unwetter"})
    cancelled = mails_to(holder)[-1].calendar or ""
    assert "METHOD:CANCEL" in cancelled and "STATUS:CANCELLED" in cancelled
    assert sequence(cancelled) > sequence(changed.calendar or "")
    assert len(mails_to(holder)) == 3


@pytest.mark.proves("E-02")
def test_a_move_at_short_notice_needs_a_reason_and_one_to_a_later_day_needs_none(client: Client) -> None:
    committee = make_committee()
    make_procedure_rule(committee, RuleKind.NOTICE_PERIOD, number=14, mode=DayCount.FULL_DAYS)
    meeting, _holder, _deputies = invited(client, committee=committee)
    client.sign_in(make_office_user(committee))
    letter = {"subject": "Verlegt", "cover_text": "Neuer Termin."}

    def moved(days: int, starts: str = "10:00", reason: str = "Landrat verhindert") -> str:
        db.session.expire_all()
        for dispatch in meeting.dispatches:  # moments are kept to the second
            dispatch.sent_at -= timedelta(minutes=1)
        for move in meeting.moves:
            move.moved_at -= timedelta(minutes=2)
        db.session.commit()
        day = (now() + timedelta(days=days)).date().isoformat()
        values = {"version": str(meeting.version), "day": day, "starts": starts, "ends": "20:00", "reason": reason}
        answer = client.post(f"/sitzungen/{meeting.id}/verschieben", data=values)
        assert answer.status_code == 303
        return str(answer.location)

    tell = moved(5)
    page = client.get(tell).text
    assert "Die Ladungsfrist ist nicht eingehalten." in page and 'value="Landrat verhindert"' in page
    refused = client.post(tell, data=letter | {"reason": " "})
    assert refused.status_code == 422 and "Bitte den Grund nennen" in refused.text
    assert client.post(tell, data=letter | {"reason": "Landrat verhindert"}).status_code == 303
    db.session.expire_all()
    assert meeting.short_notice_reason == "Landrat verhindert"
    assert "Ladungsfrist verkürzt" in client.get(f"/sitzungen/{meeting.id}").text
    assert "Ladungsfrist ist nicht" not in client.get(moved(5, starts="11:00")).text, "the same day"
    client.post(tell, data=letter)
    assert "Ladungsfrist ist nicht" not in client.get(moved(30)).text
    client.post(tell, data=letter)
    db.session.expire_all()
    assert meeting.short_notice_reason is None, "the new day is told in time"


def sequence(calendar: str) -> int:
    return int(calendar.split("SEQUENCE:")[1].split("\r\n")[0])


def uid(calendar: str) -> str:
    return calendar.split("UID:")[1].split("\r\n")[0]


def test_the_committee_writes_its_own_words(client: Client) -> None:
    meeting = planned()
    deputy = make_user()
    holder = member(meeting.committee)
    make_mandate(meeting.committee.seats[0], deputy.person, kind=MandateKind.DEPUTY)
    client.sign_in(make_office_user(meeting.committee))
    url = f"/gremien/{meeting.committee_id}/anschreiben/bearbeiten?anlass=invitation"
    assert client.get(url).status_code == 200
    values = {"version": "0", "subject": "Ladung {gremium}", "text": "Kommen Sie am {datum}.", "informs_deputies": "y"}
    assert "Ladung Arbeitskreis Sprache" in client.post(url, data={**values, "vorschau": "1"}).text
    wrong = client.post(url, data={**values, "text": "{gremum}"})
    assert wrong.status_code == 422 and "{gremum} gibt es nicht" in wrong.text
    assert client.post(url, data=values).status_code == 303
    stale = client.post(url, data={**values, "text": "Anders."})
    assert stale.status_code == 409 and "Kommen Sie am {datum}." in stale.text
    page = client.get(f"/sitzungen/{meeting.id}/einladung").text
    assert "Ladung Arbeitskreis Sprache" in page and "zur Kenntnis" in page
    assert send(client, meeting, informs_deputies="y").status_code == 303
    (mail,) = mails_to(deputy)
    assert HIDDEN not in mail.text and "?antwort=" not in mail.text
    client.post("/abmelden")
    client.post(link_of(invitation_of(holder)), data={"answer": "nein"})
    assert invitation_of(deputy).stands_in_for_id is not None and HIDDEN in mails_to(deputy)[-1].text


def test_the_invitation_letter_goes_on_the_letterhead(client: Client) -> None:
    meeting = planned()
    client.sign_in(make_office_user(meeting.committee))
    answer = client.get(f"/sitzungen/{meeting.id}/einladung.docx")
    assert answer.status_code == 200 and answer.data.startswith(b"PK")


def test_the_steps_say_until_when_to_invite(client: Client) -> None:
    committee = make_committee()
    make_procedure_rule(committee, RuleKind.NOTICE_PERIOD, number=14, mode=DayCount.NTH_DAY_BEFORE)
    meeting = planned(committee, days=30)
    page = client.sign_in(make_office_user(committee)).get(f"/sitzungen/{meeting.id}").text
    assert "Einladung bis" in page and "Ladungsfrist 14 Tage" in page and "Einladung versenden …" in page

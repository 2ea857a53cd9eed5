"""Answers to invitations: by link, for oneself and the office, deputies at once, nothing for those who left."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from govern.committees.models import Mandate, MandateKind, RuleKind, RuleState, Voting
from govern.db import db, now
from govern.formats import today
from govern.meetings.models import (
    Invitation,
    InvitationAnswer,
    JointCommittee,
    MailText,
    MeetingRole,
    MeetingRoleKind,
    TextKind,
)
from govern.meetings.queries.invitations import find_invitation
from tests.conftest import SECRET, Client
from tests.factories import (
    make,
    make_committee,
    make_mandate,
    make_member,
    make_office_user,
    make_procedure_rule,
    make_seat,
    make_user,
)
from tests.meetings.inviting import HIDDEN, invitation_of, invited, link_of, mails_to, member, planned, send

Counter = Callable[[], AbstractContextManager[list[str]]]


@pytest.mark.proves("E-17", "W-5")
def test_a_refusal_by_link_invites_the_deputy_at_once_with_everything(client: Client) -> None:
    meeting, holder, (deputy,) = invited(client)
    link = link_of(invitation_of(holder))
    looked = client.get(f"{link}?antwort=nein")
    assert looked.status_code == 200 and invitation_of(holder).answer is None, "scanners look, people answer"
    assert 'name="robots"' in looked.text and "Sprachkurse" in looked.text and HIDDEN not in looked.text
    assert not mails_to(deputy)
    assert client.post(link, data={"answer": "nein", "note": "Urlaub"}).status_code == 303
    refused = invitation_of(holder)
    assert (refused.answer, refused.answer_note, refused.answered_by_id) == (InvitationAnswer.NO, "Urlaub", None)
    stand_in = invitation_of(deputy)
    assert stand_in.stands_in_for_id == refused.id
    (mail,) = mails_to(deputy)
    assert HIDDEN in mail.text and "als Vertretung" in mail.text and mail.calendar is not None
    assert HIDDEN in client.sign_in(deputy).get(f"/sitzungen/{meeting.id}").text
    client.sign_in(holder).post(f"/einladungen/{refused.id}/antwort", data={"answer": "ja"})
    assert refused.answer is InvitationAnswer.YES and invitation_of(deputy).revoked_at is not None
    told = mails_to(deputy)[-1]
    assert "METHOD:CANCEL" in (told.calendar or "") and HIDDEN not in told.text
    assert HIDDEN not in client.sign_in(deputy).get(f"/sitzungen/{meeting.id}").text
    assert client.get(link_of(invitation_of(deputy))).status_code == 404
    client.post(link, data={"answer": "nein"})
    assert invitation_of(deputy).revoked_at is None
    assert "SEQUENCE:2" in (mails_to(deputy)[-1].calendar or ""), "higher than the cancellation before"


@pytest.mark.proves("E-17")
def test_if_the_deputy_refuses_too_the_next_is_asked_and_at_last_the_office_told(client: Client) -> None:
    meeting, holder, (first, second) = invited(client, deputies=2)
    client.post(link_of(invitation_of(holder)), data={"answer": "vertretung"})
    client.post(link_of(invitation_of(first)), data={"answer": "nein"})
    assert invitation_of(second).stands_in_for_id == invitation_of(holder).id
    assert HIDDEN not in client.sign_in(first).get(f"/sitzungen/{meeting.id}").text
    client.post(link_of(invitation_of(second)), data={"answer": "nein"})
    page = client.sign_in(make_office_user(meeting.committee)).get(f"/sitzungen/{meeting.id}/teilnahme").text
    assert "ohne Vertretung" in page


@pytest.mark.proves("E-17")
def test_a_deputy_of_two_members_who_was_told_for_one_is_invited_for_the_other(client: Client) -> None:
    committee = make_committee()
    first, second = member(committee), member(committee)
    deputy, minute_taker = make_user(), make_user()
    for seat in committee.seats:
        make_mandate(seat, deputy.person, kind=MandateKind.DEPUTY)
    make_mandate(committee.seats[1], minute_taker.person, kind=MandateKind.DEPUTY)
    meeting = planned(committee)
    make(MeetingRole(meeting=meeting, person=minute_taker.person, kind=MeetingRoleKind.MINUTE_TAKER))
    make(MailText(committee=committee, kind=TextKind.INVITATION, informs_deputies=True))
    client.sign_in(make_office_user(committee))
    send(client, meeting, informs_deputies="y")
    assert "zur Kenntnis" in mails_to(deputy)[0].text
    client.post(link_of(invitation_of(second)), data={"answer": "nein"})
    (stand_in,) = db.session.query(Invitation).filter(Invitation.stands_in_for_id.is_not(None))
    assert (stand_in.person, stand_in.seat) == (deputy.person, committee.seats[1])
    client.post(link_of(invitation_of(first)), data={"answer": "nein"})
    assert db.session.query(Invitation).filter(Invitation.stands_in_for_id.is_not(None)).count() == 1, "sits once"
    client.post(link_of(stand_in), data={"answer": "nein"})
    asked = db.session.query(Invitation).filter_by(stands_in_for_id=invitation_of(second).id).order_by(Invitation.id)
    assert asked.all()[-1].person == minute_taker.person and "als Vertretung" in mails_to(minute_taker)[-1].text


@pytest.mark.proves("I8", "D-10")
def test_whoever_left_the_committee_gets_and_counts_nothing_more(client: Client) -> None:
    meeting, former, (deputy,) = invited(client)
    stays = member(meeting.committee)
    taker = member(meeting.committee)
    make(MeetingRole(meeting=meeting, person=taker.person, kind=MeetingRoleKind.MINUTE_TAKER))
    office = make_office_user(meeting.committee)
    client.sign_in(office)
    send(client, meeting)
    link = link_of(invitation_of(former))
    client.post(link, data={"answer": "nein"})
    stand_in = link_of(invitation_of(deputy))
    assert HIDDEN in client.sign_in(deputy).get(f"/sitzungen/{meeting.id}").text
    for mandate in db.session.query(Mandate).filter(Mandate.person_id.in_([former.person_id, deputy.person_id])):
        mandate.ends_on = today() - timedelta(days=1)
    successor = make_user()
    seat = invitation_of(former).seat
    assert seat is not None
    make_mandate(seat, successor.person, starts_on=today())
    before = len(mails_to(former)), len(mails_to(deputy))
    assert client.get(f"/sitzungen/{meeting.id}").status_code == 404, "the deputy reads nothing more"
    client.sign_in(office)
    client.post(f"/sitzungen/{meeting.id}/erinnern")
    page = client.get(f"/sitzungen/{meeting.id}/teilnahme").text
    assert "Am Sitzungstag nicht mehr im Gremium" in page and "0 Zusagen, 0 Vertretungen, 0 Absagen" in page
    assert (len(mails_to(former)), len(mails_to(deputy))) == before and len(mails_to(stays)) == 2
    client.post("/abmelden")
    assert client.get(link).status_code == 404 and client.get(stand_in).status_code == 404
    client.sign_in(office)
    noted = client.post(f"/einladungen/{invitation_of(former).id}/antwort", data={"answer": "ja"})
    assert noted.status_code == 422 and "Diese Einladung gilt nicht mehr" in noted.text
    assert send(client, meeting).status_code == 303
    assert len(mails_to(successor)) == 1
    db.session.query(Mandate).filter_by(person_id=taker.person_id).one().ends_on = today() - timedelta(days=1)
    db.session.commit()
    assert send(client, meeting).status_code == 303, "now invited as who takes the minutes"
    assert all("METHOD:CANCEL" not in (m.calendar or "") for m in mails_to(taker)), "the entry stays"
    for user in (former, deputy):
        told = mails_to(user)[-1]
        assert "METHOD:CANCEL" in (told.calendar or "") and HIDDEN not in told.text
    assert "nicht mehr im Gremium" not in client.get(f"/sitzungen/{meeting.id}/teilnahme").text
    db.session.query(Mandate).filter_by(person_id=stays.person_id).one().ends_on = today() - timedelta(days=1)
    db.session.commit()
    off = client.post(f"/sitzungen/{meeting.id}/absagen", data={"reason": "Unwetter"})
    client.post(off.location, data={"subject": "Abgesagt", "cover_text": "Unwetter"})
    last = mails_to(stays)[-1]
    assert "METHOD:CANCEL" in (last.calendar or "") and "Unwetter" not in last.text, "the entry goes, no more is told"


@pytest.mark.proves("B11", "W-5")
def test_whoever_holds_two_seats_gets_one_mail_and_answers_once(client: Client) -> None:
    committee = make_committee()
    make_procedure_rule(committee, RuleKind.QUORUM)
    user = member(committee, function="Sozialamt")
    make_mandate(make_seat(committee, voting=Voting.YES, function="Gleichstellung"), user.person)
    joint = make_committee(name="Arbeitskreis Wohnen")
    make_mandate(make_seat(joint, voting=Voting.YES, function="Wohnungsamt"), user.person)
    meeting = planned(committee)
    make(JointCommittee(meeting=meeting, committee=joint))
    office = make_office_user(committee)
    page = client.sign_in(office).get(f"/sitzungen/{meeting.id}/einladung").text
    assert "1 Person wird eingeladen, 1 Mail geht hinaus." in page and page.count("in derselben Mail") == 2
    send(client, meeting)
    (mail,) = mails_to(user)
    assert all(name in mail.text for name in ("Sozialamt", "Gleichstellung", "Wohnungsamt"))
    assert "Ihre Antwort, für alle Ihre Sitze, ohne Anmeldung:" in mail.text
    invitations = db.session.query(Invitation).filter_by(person_id=user.person_id).order_by(Invitation.id).all()
    assert client.get(f"/sitzungen/{meeting.id}/teilnahme").text.count(">wartet<") == 3
    link = link_of(invitations[0])
    assert "gilt für alle Ihre Sitze" in client.get(link).text
    client.post(link, data={"answer": "ja"})
    assert {i.answer for i in invitations} == {InvitationAnswer.YES}
    assert client.post(f"/sitzungen/{meeting.id}/erinnern").status_code == 422, "nobody is asked twice"
    page = client.get(f"/sitzungen/{meeting.id}").text
    assert "1 von 2 stimmberechtigten Sitzen zugesagt" in page, "nobody sits on two seats of one committee at once"
    client.post(f"/einladungen/{invitations[1].id}/antwort", data={"answer": "nein", "note": "am Telefon"})
    assert [i.answer for i in invitations] == [InvitationAnswer.YES, InvitationAnswer.NO, InvitationAnswer.YES]
    client.sign_in(user).post(f"/einladungen/{invitations[2].id}/antwort", data={"answer": "nein"})
    assert {i.answer for i in invitations} == {InvitationAnswer.NO}, "in person for every seat"


@pytest.mark.proves("E-17")
def test_where_the_rules_exclude_deputies_nobody_may_send_one(client: Client) -> None:
    committee = make_committee()
    make_procedure_rule(committee, RuleKind.DEPUTIES, state=RuleState.OFF)
    meeting = planned(committee)
    holder = member(committee)
    deputy = make_user()
    make_mandate(committee.seats[0], deputy.person, kind=MandateKind.DEPUTY)
    client.sign_in(make_office_user(committee))
    send(client, meeting)
    (mail,) = mails_to(holder)
    assert "vertretung" not in mail.text
    link = link_of(invitation_of(holder))
    page = client.get(f"{link}?antwort=nein").text
    assert "Meine Vertretung kommt" not in page
    assert re.search(r'<textarea[^>]* name="note"', page)  # Enter in a line would press „Ich nehme teil“
    assert client.post(link, data={"answer": "vertretung"}).status_code == 422
    client.post(link, data={"answer": "nein"})
    assert not mails_to(deputy)


@pytest.mark.proves("D-16")
def test_the_address_of_an_answer_is_the_only_key(client: Client) -> None:
    meeting, holder, _deputies = invited(client)
    invitation = invitation_of(holder)
    link = link_of(invitation)
    for wrong in (link[:-1] + ("a" if link[-1] != "a" else "b"), f"/einladung/{invitation.nonce}", "/einladung/ä.ö"):
        assert client.get(wrong).status_code == 404
        assert client.post(wrong, data={"answer": "ja"}).status_code == 404
    assert client.post(link, data={}).status_code == 422
    invitation.expires_at = now() - timedelta(seconds=1)
    db.session.commit()
    assert client.get(link).status_code == 404
    invitation.expires_at, invitation.revoked_at = meeting.ends_at, now()
    db.session.commit()
    assert client.post(link, data={"answer": "ja"}).status_code == 404
    assert find_invitation(link.split("/")[-1], SECRET) is None
    answers = [client.get(f"/einladung/falsch.{n}").status_code for n in range(24)]
    assert answers[-1] == 429


@pytest.mark.proves("W-5")
def test_answers_are_for_oneself_and_the_office(client: Client) -> None:
    meeting, holder, _deputies = invited(client)
    colleague = make_member(meeting.committee)
    url = f"/einladungen/{invitation_of(holder).id}/antwort"
    assert client.sign_in(colleague).post(url, data={"answer": "ja"}).status_code == 403
    assert client.sign_in(make_user()).get(url).status_code == 404
    office = make_office_user(meeting.committee)
    assert client.sign_in(office).post(url, data={"answer": "ja", "note": "am Telefon"}).status_code == 303
    assert (invitation_of(holder).answer, invitation_of(holder).answered_by_id) == (InvitationAnswer.YES, office.id)


def test_the_forecast_counts_promised_seats_against_the_quorum(client: Client, count_queries: Counter) -> None:
    committee = make_committee()
    make_procedure_rule(committee, RuleKind.QUORUM)
    members = [member(committee) for _ in range(4)]
    make_seat(committee, voting=Voting.YES)
    member(committee, voting=Voting.NO)
    meeting = planned(committee)
    client.sign_in(make_office_user(committee))
    send(client, meeting)
    for user, word in zip(members, ("ja", "ja", "nein"), strict=False):
        client.post(link_of(invitation_of(user)), data={"answer": word})
    url = f"/sitzungen/{meeting.id}"
    with count_queries() as statements:
        page = client.get(url).text
    assert len(statements) <= 12
    assert "2 von 5 stimmberechtigten Sitzen zugesagt" in page
    assert "Nötig: 3 · 0 Vertretungen · 1 ohne Antwort" in page
    light = planned(make_committee())
    member(light.committee)
    client.sign_in(make_office_user(light.committee))
    send(client, light)
    page = client.get(f"/sitzungen/{light.id}").text
    assert "0 von 1 Eingeladenen zugesagt" in page and "keine Beschlussfähigkeit geregelt" in page

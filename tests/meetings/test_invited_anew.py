"""Who was invited once is invited again: after the mandate ended and began anew, or from deputy to holder."""

from __future__ import annotations

from datetime import timedelta

import pytest

from govern.committees.models import Mandate
from govern.db import db
from govern.formats import today
from govern.meetings.models import InviteeKind
from tests.conftest import Client
from tests.factories import make_mandate, make_office_user
from tests.meetings.inviting import invitation_of, invited, link_of, mails_to, member, send

YESTERDAY = timedelta(days=1)


@pytest.mark.proves("W-5", "B-21")
def test_whoever_comes_back_after_the_invitation_was_taken_back_is_invited_again(client: Client) -> None:
    meeting, user, _deputies = invited(client)
    member(meeting.committee)
    client.sign_in(make_office_user(meeting.committee))
    first = link_of(invitation_of(user))
    client.post(first, data={"answer": "ja"})
    mandate = db.session.query(Mandate).filter_by(person_id=user.person_id).one()
    mandate.ends_on = today() - YESTERDAY
    db.session.commit()
    assert send(client, meeting).status_code == 303
    assert "den Sitz, die Vertretung oder die Aufgabe, für die Sie eingeladen waren" in mails_to(user)[-1].text
    mandate.ends_on = None
    db.session.commit()
    assert send(client, meeting).status_code == 303
    assert [mail.subject.split(":")[0] for mail in mails_to(user)] == [
        "Einladung AKS", "Einladung hinfällig", "Einladung AKS",
    ]  # fmt: skip
    invitation = invitation_of(user)
    assert invitation.revoked_at is None and invitation.answer is None, "asked anew"
    assert client.get(first).status_code == 404 and client.get(link_of(invitation)).status_code == 200
    sequences = [line for m in mails_to(user) for line in (m.calendar or "").splitlines() if "SEQUENCE" in line]
    assert len(set(sequences)) == 3, "calendars take the last for the newest"


@pytest.mark.proves("W-5", "E-17")
def test_a_deputy_who_takes_over_the_seat_is_invited_as_its_holder(client: Client) -> None:
    meeting, user, (deputy,) = invited(client)
    client.sign_in(make_office_user(meeting.committee))
    client.post(link_of(invitation_of(user)), data={"answer": "nein"})
    seat = invitation_of(user).seat
    assert seat is not None
    for mandate in db.session.query(Mandate).filter(Mandate.person_id.in_([user.person_id, deputy.person_id])):
        mandate.ends_on = today() - YESTERDAY
    make_mandate(seat, deputy.person, starts_on=today())
    db.session.commit()
    before = len(mails_to(deputy))
    assert send(client, meeting).status_code == 303
    (mail,) = mails_to(deputy)[before:]
    assert mail.subject == "Einladung AKS" and f"Sitz: {seat.label}" in mail.text and "Vertretung" not in mail.subject
    invitation = invitation_of(deputy)
    assert invitation.kind is InviteeKind.HOLDER and invitation.stands_in_for_id is None
    page = client.get(f"/sitzungen/{meeting.id}/teilnahme").text
    assert "nicht mehr im Gremium" not in page and "0 Zusagen, 0 Vertretungen, 0 Absagen" in page


@pytest.mark.proves("B-20")
def test_what_two_send_at_once_reaches_nobody_twice(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting, user, _deputies = invited(client)
    client.sign_in(make_office_user(meeting.committee))
    link = link_of(invitation_of(user))
    member(meeting.committee)
    # As it is for whoever opened the page before the other sent: everybody still seems to wait.
    monkeypatch.setattr("govern.meetings.queries.previews.not_yet_invited", lambda _meeting, everybody: list(everybody))
    assert send(client, meeting).status_code == 303
    assert len(mails_to(user)) == 1 and client.get(link).status_code == 200, "the first link goes on"
    again = send(client, meeting)
    assert again.status_code == 422 and "Es ist niemand mehr einzuladen." in again.text

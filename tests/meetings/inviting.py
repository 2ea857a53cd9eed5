"""A meeting to invite to, its members, the dispatch and what arrives, for tests of invitations."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from govern.committees.models import Committee, MandateKind, Voting
from govern.db import db, now
from govern.mail import OutgoingMail
from govern.meetings.models import Invitation, Meeting
from govern.meetings.queries.invitations import answer_token
from govern.people.models import User
from tests.conftest import SECRET, Client
from tests.factories import (
    make_committee,
    make_item,
    make_mandate,
    make_meeting,
    make_office_user,
    make_seat,
    make_user,
)

HIDDEN = "Personalfrage Muster"


def planned(committee: Committee | None = None, *, days: int = 40, **values: Any) -> Meeting:
    committee = committee or make_committee(name="Arbeitskreis Sprache", short_name="AKS")
    starts_at = now() + timedelta(days=days)
    meeting = make_meeting(committee, starts_at=starts_at, **values)
    make_item(meeting, title="Sprachkurse", position=1)
    make_item(meeting, title=HIDDEN, position=2, is_public=False)
    return meeting


def member(committee: Committee, **seat: Any) -> User:
    user = make_user()
    make_mandate(make_seat(committee, **{"voting": Voting.YES, **seat}), user.person)
    return user


def send(client: Client, meeting: Meeting, **data: Any) -> Any:
    page = client.get(f"/sitzungen/{meeting.id}/einladung")
    assert page.status_code == 200
    seen = page.text.split('name="seen" type="hidden" value="')[1].split('"')[0]
    values = {"subject": "Einladung AKS", "cover_text": "Herzlich willkommen.", "seen": seen, "senden": "1", **data}
    return client.post(f"/sitzungen/{meeting.id}/einladung", data=values)


def invitation_of(user: User) -> Invitation:
    return db.session.query(Invitation).filter_by(person_id=user.person_id).one()


def link_of(invitation: Invitation) -> str:
    return f"/einladung/{answer_token(invitation, SECRET)}"


def mails_to(user: User) -> list[OutgoingMail]:
    assert user.person is not None
    return db.session.query(OutgoingMail).filter_by(to_address=user.person.email).order_by(OutgoingMail.id).all()


def invited(client: Client, *, deputies: int = 1, **values: Any) -> tuple[Meeting, User, list[User]]:
    """A meeting with an invited holder and named deputies."""
    meeting = planned(**values)
    holder = member(meeting.committee)
    seat = next(s for s in meeting.committee.seats if s.mandates)
    named = [make_user() for _ in range(deputies)]
    for user in named:
        make_mandate(seat, user.person, kind=MandateKind.DEPUTY)
    client.sign_in(make_office_user(meeting.committee))
    assert send(client, meeting).status_code == 303
    client.post("/abmelden")
    return meeting, holder, named

"""Who reads what is sent to an address, and which secret words they may come across."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from govern.db import db
from govern.formats import today
from govern.meetings.models import MeetingGuest
from govern.overview.standings import load_standing
from govern.people.models import Organisation, Person, User
from tests.world.roles import WORD, World


def words_at(world: World, address: str, among: set[str] | None = None) -> set[str]:
    """The words for whoever opens the mails of ``address``: a person, an institution's office, or a guest.

    Of all there are, or those ``among`` some: each is a question to a policy.
    """
    person = db.session.scalars(
        sa.select(Person)
        .outerjoin(User, User.person_id == Person.id)
        .where(sa.or_(Person.email == address, User.email == address))
        .order_by(Person.id)
    ).first()
    if person is not None:
        return words_of_person(world, person, among)
    guest = db.session.scalars(sa.select(MeetingGuest).where(MeetingGuest.email == address)).first()
    if guest is not None:
        return words_of_guest(guest)
    office = db.session.scalars(sa.select(Organisation).where(Organisation.email == address)).first()
    accounts = db.session.scalars(sa.select(User).order_by(User.id)).all()
    staff = [user for user in accounts if office is not None and office in user.organisations_on(today())]
    return set().union(*(_words(world, user, among) for user in staff))


def words_of_person(world: World, person: Person, among: set[str] | None = None) -> set[str]:
    """What a person may read, with an account or, if there is none, as if there were."""
    if person.user is not None:
        return _words(world, person.user, among)
    account = User(body_id=person.body_id, email=f"{person.id}@ohne-konto.example", person=person)
    db.session.add(account)
    db.session.flush()
    return _words(world, account, among)


def words_of_guest(guest: MeetingGuest) -> set[str]:
    """Guests know of themselves, of date and place, and of the items they are invited to."""
    known: list[Any] = [guest.name, guest.email, guest.meeting.place_note]
    for item in guest.items:
        known += [item.title, item.description, item.proposed_resolution, *(paper.title for paper in item.papers),
                  *(paper.file_name for paper in item.papers)]  # fmt: skip
    return set(WORD.findall(" ".join(str(words) for words in known)))


def _words(world: World, user: User, among: set[str] | None) -> set[str]:
    load_standing(user, today())
    return world.words_for(user, among)

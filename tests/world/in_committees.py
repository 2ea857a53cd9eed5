"""Accounts, committees, seats and mandates of the small county."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app

from govern import files
from govern.committees import policies as committees
from govern.committees.models import (
    Committee,
    CommitteeName,
    CommitteeNameKind,
    CompositionRule,
    MandateKind,
    OfficerRole,
    Voting,
)
from govern.db import db, now
from govern.documents import policies as documents
from govern.documents.models import Document, DocumentFiling, DocumentKind
from govern.formats import today
from govern.meetings import policies as meetings
from govern.meetings.models import (
    ItemKind,
    Meeting,
    StandingItem,
)
from govern.meetings.queries.joint import belongs_to as meetings_of
from govern.people import policies as people
from govern.people.models import (
    Organisation,
    Person,
    Role,
    User,
)
from tests.factories import (
    make,
    make_administrator,
    make_coordinator,
    make_function,
    make_mandate,
    make_member,
    make_office_user,
    make_officer,
    make_organisation,
    make_person,
    make_seat,
    make_seat_group,
    make_user,
)
from tests.world.roles import ROLES, Rule, World


def add_users(world: World, above: Committee, own: Committee, elsewhere: Committee, ours: Organisation,
              theirs: Organisation) -> None:  # fmt: skip
    day = today()
    users = {
        "nobody": make_user(),
        "holder": make_member(own),
        "deputy": make_member(own, MandateKind.DEPUTY),
        "attending deputy": make_member(own, MandateKind.DEPUTY),
        "former holder": make_user(),
        "future holder": make_user(),
        "holder elsewhere": make_member(elsewhere),
        "chair": make_user(),
        "office": make_office_user(own),
        "office above": make_office_user(above),
        "office elsewhere": make_office_user(elsewhere),
        "minute-taker": make_user(),
        "coordinator": make_coordinator(),
        "case manager": make_user(Role.CASE_MANAGER),
        "organisation": make_user(organisation=ours),
        "organisation elsewhere": make_user(organisation=theirs),
        "administrator": make_administrator(),
    }
    assert tuple(users) == ROLES
    make_mandate(make_seat(own), users["former holder"].person, ends_on=day - timedelta(days=1))
    make_mandate(make_seat(own), users["future holder"].person, starts_on=day + timedelta(days=1))
    make_officer(own, users["chair"].person, OfficerRole.CHAIR)
    for role, user in users.items():
        world.users[role] = user.id
        world.note(role, user)
        person = world.note(role, user.person)
        make_function(person, make_organisation())
        person.email = f"{world.word_on(person, people.can_view_person)}@muster.example"
        person.phone = f"02421 {world.word_on(person, people.can_view_person)}"
        person.street = f"{world.word_on(person, people.can_view_person)} 7"
        user.email = f"{world.word_on(user, people.can_view_account)}@muster.example"
    db.session.commit()


def add_committee(world: World, name: str, committee: Committee, organisation: Organisation) -> None:
    group = world.note(name, make_seat_group(committee, name="Kommunen"))
    seat = world.note(name, make_seat(committee, organisations=[organisation], group_id=group.id, voting=Voting.YES))
    world.note(f"{name} vacant", make_seat(committee, voting=Voting.YES, person_count=None))
    person = world.note(f"{name} member", make_person())
    make_function(person, organisation)
    person.email = f"{world.word_on(person, people.can_view_person)}@muster.example"
    person.family_name = f"Name{world.word(may_read_name(person.id, committee.id))}"
    world.note(name, make_mandate(seat, person))
    world.note(name, make_officer(committee, make_person(), OfficerRole.OFFICE))
    world.note(name, make(CommitteeName(committee=committee, name="Runde am Montag", kind=CommitteeNameKind.FORMER)))
    world.note(name, make(CompositionRule(committee=committee, text="mindestens eine Bürgermeisterin oder ein "
                                          "Bürgermeister", function_contains="Bürgermeister")))  # fmt: skip
    for is_public in (True, False):
        standing = StandingItem(committee=committee, title="x", kind=ItemKind.REPORT, is_public=is_public)
        world.note(f"{name} {'public' if is_public else 'confidential'}", make(standing))
        standing.title = f"Bericht {world.word_on(standing, meetings.can_view_standing_item)}"


def may_read_name(person_id: int, committee_id: int) -> Rule:
    """Names of holders are for the circle of their committee, for those who may see the person, and colleagues."""

    def rule(user: User) -> bool:
        committee = db.session.get_one(Committee, committee_id)
        return (
            people.can_view_person(user, db.session.get_one(Person, person_id))
            or committees.can_view_holders(user, committee)
            or any(meetings.in_circle(user, m) for m in db.session.query(Meeting).where(meetings_of([committee_id])))
        )

    return rule


def add_documents(world: World, name: str, committee: Committee) -> None:
    for kind, values in {
        "open": {},
        "confidential": {"is_confidential": True},
        "withdrawn": {"withdrawn_at": now()},
    }.items():
        data = f"Dokument {name}".encode()
        stored = files.store(current_app.config["SETTINGS"].files, data, "dokument.txt", most_bytes=1000)
        facts = {k: getattr(stored, k) for k in ("stored_name", "file_name", "media_type", "size", "sha256")}
        document = Document(body_id=committee.body_id, title="x", sort_title="x", kind=DocumentKind.CONCEPT, **values,
                            **facts)  # fmt: skip
        document.filings = [DocumentFiling(committee=committee)]
        world.note(f"{name} {kind}", make(document))
        document.title = f"Konzept {world.word_on(document, documents.can_view)}"
        document.file_name = f"{world.word_on(document, documents.can_view)}.txt"
        document.note = f"Hinweis {world.word_on(document, documents.can_view)}"
        word = world.word_on(document, documents.can_view)
        (current_app.config["SETTINGS"].files / stored.stored_name).write_bytes(word.encode())
    db.session.commit()

"""Change persons and their functions: enter, correct, leave."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from govern.db import db, fingerprint, name_sort_key
from govern.errors import Conflict, DomainError
from govern.people.contributions import when_person_left
from govern.people.models import Body, Person, PersonFunction, User
from govern.people.queries.persons import find_same_named


def create_person(
    body: Body, *, title: str | None, given_name: str, family_name: str, email: str | None, phone: str | None,
    street: str | None = None, postal_code: str | None = None, town: str | None = None,
    is_another: bool = False, by: User,
) -> Person:  # fmt: skip
    """Enter a person.

    Raises SameName when a person of that name exists already and nobody said that it is another one.
    """
    person = Person(body_id=body.id, is_invented=body.is_demo)
    _set(person, title, given_name, family_name, is_another=is_another, by=by)
    _set_contact(person, email, phone, (street, postal_code, town))
    db.session.add(person)
    db.session.flush()
    return person


def update_person(
    person: Person, *, version: int, title: str | None, given_name: str, family_name: str, email: str | None,
    phone: str | None, street: str | None, postal_code: str | None, town: str | None, is_another: bool = False,
    by: User,
) -> None:  # fmt: skip
    """Correct name and contact data. Raises Conflict when somebody saved since ``version``."""
    if person.version != version:
        raise Conflict("Diese Person wurde inzwischen geändert.")
    _set(person, title, given_name, family_name, is_another=is_another, by=by)
    _set_contact(person, email, phone, (street, postal_code, town))
    db.session.flush()


def add_function(
    person: Person, *, organisation_id: int, function: str, starts_on: date | None, ends_on: date | None, by: User
) -> PersonFunction:
    """Note what the person is in an organisation, from–to; several at once are usual (B11)."""
    if person.ended_on is not None:
        raise DomainError("Diese Person ist ausgeschieden.")
    added = PersonFunction(organisation_id=organisation_id)
    _set_function(added, function, starts_on, ends_on)
    person.functions.append(added)
    db.session.flush()
    return added


def version_of_function(held: PersonFunction) -> str:
    """What a form for a function is based on."""
    return fingerprint(held.organisation_id, held.function, held.starts_on, held.ends_on)


def update_function(
    held: PersonFunction, *, version: str, organisation_id: int, function: str, starts_on: date | None,
    ends_on: date | None, by: User,
) -> None:  # fmt: skip
    """Correct a function, or end it with its last day. Raises Conflict when somebody saved since ``version``."""
    db.session.refresh(held, ["organisation_id", "function", "starts_on", "ends_on"], with_for_update=True)
    if version != version_of_function(held):
        raise Conflict("Diese Funktion wurde inzwischen geändert.")
    held.organisation_id = organisation_id
    _set_function(held, function, starts_on, ends_on)
    db.session.flush()


def note_leaving(person: Person, *, on: date, by: User) -> None:
    """The person leaves: functions, mandates and offices end with ``on``; the history stays."""
    if person.ended_on is not None:
        raise DomainError("Diese Person ist bereits ausgeschieden.")
    for function in person.functions:
        if function.starts_on is not None and function.starts_on > on:
            raise DomainError(f"Die Funktion „{function.function}“ beginnt erst später.", field="on")
        if function.ends_on is None or function.ends_on > on:
            function.ends_on = on
    for end in when_person_left:
        end(person, on, by)
    person.ended_on = on
    db.session.flush()


def note_return(person: Person, *, by: User) -> None:
    """The person is back, or never left; functions and mandates that ended are entered anew."""
    person.ended_on = None
    db.session.flush()


def _set(person: Person, title: str | None, given_name: str, family_name: str, *, is_another: bool, by: User) -> None:
    if not name_sort_key(family_name):
        raise DomainError("Bitte einen Nachnamen angeben.", field="family_name")
    is_renamed = name_sort_key(f"{family_name} {given_name}") != person.sort_name
    if is_renamed and not is_another and (same := find_same_named(by, given_name, family_name)):
        raise SameName(same)
    person.title = title
    person.given_name = " ".join(given_name.split())
    person.family_name = " ".join(family_name.split())


def _set_contact(
    person: Person, email: str | None, phone: str | None, address: tuple[str | None, str | None, str | None]
) -> None:
    person.email = email.lower() if email else None
    person.phone = phone
    person.street, person.postal_code, person.town = address


def _set_function(function: PersonFunction, name: str, starts_on: date | None, ends_on: date | None) -> None:
    if starts_on is not None and ends_on is not None and ends_on < starts_on:
        raise DomainError("Das Ende liegt vor dem Beginn.", field="ends_on")
    function.function = " ".join(name.split())
    function.starts_on = starts_on
    function.ends_on = ends_on


class SameName(DomainError):
    """Persons of that name exist already; ``found`` are they."""

    def __init__(self, found: Iterable[Person]) -> None:
        self.found = list(found)
        super().__init__("Eine Person dieses Namens gibt es schon.", field="family_name")

"""Finds what a line of the table means by a name: organisation, committee, seat, person."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from govern.committees.models import Committee, Mandate, Seat
from govern.committees.rosters.lines import RosterLine
from govern.db import db, name_sort_key, sort_key
from govern.errors import DomainError
from govern.people.models import Body, Organisation, Person, PersonFunction


class Named(Protocol):
    """What has a name."""

    name: str


NamedT = TypeVar("NamedT", bound=Named)


class Directory:
    """All names of one body, loaded once."""

    def __init__(self, body: Body) -> None:
        organisations = db.session.scalars(
            sa.select(Organisation)
            .where(Organisation.body_id == body.id, Organisation.ended_on.is_(None))
            .options(selectinload(Organisation.aliases))
        ).all()
        committees = db.session.scalars(
            sa.select(Committee)
            .where(Committee.body_id == body.id, Committee.ended_on.is_(None))
            .options(
                selectinload(Committee.names),
                selectinload(Committee.seats).selectinload(Seat.organisations),
                selectinload(Committee.seats).selectinload(Seat.mandates).selectinload(Mandate.person),
            )
        ).all()
        self.persons = list(
            db.session.scalars(
                sa.select(Person)
                .where(Person.body_id == body.id, Person.ended_on.is_(None))
                .options(selectinload(Person.functions).selectinload(PersonFunction.organisation))
            )
        )
        self._organisations = _index(
            (
                organisation,
                (organisation.name, organisation.short_name, organisation.key, *(a.name for a in organisation.aliases)),
            )
            for organisation in organisations
        )
        self._committees = _index(
            (committee, (committee.name, committee.short_name, committee.key, *(name.name for name in committee.names)))
            for committee in committees
        )

    def organisation(self, name: str) -> Organisation:
        """The organisation of that name; raises DomainError."""
        return _one(self._organisations, name, "Eine Organisation")

    def committee(self, name: str) -> Committee:
        """The committee of that name; raises DomainError."""
        return _one(self._committees, name, "Ein Gremium")

    def seat(self, committee: Committee, name: str | None, organisation: Organisation | None, day: date) -> Seat:
        """The seat of that name, or the one seat of the organisation; raises DomainError."""
        seats = [seat for seat in committee.seats if seat.ends_on is None or seat.ends_on >= day]
        if name is None:
            found = [seat for seat in seats if organisation is not None and organisation in seat.organisations]
            return _only(found, f"In „{committee.name}“ gibt es keinen Sitz dieser Organisation.")
        wanted = sort_key(name)
        for names in (lambda seat: (seat.label, seat.key), lambda seat: (seat.function,)):
            found = [seat for seat in seats if wanted in {sort_key(each) for each in names(seat) if each}]
            own = [seat for seat in found if organisation is not None and organisation in seat.organisations]
            if found:
                return _only(own or found, "")
        close = difflib.get_close_matches(name, [seat.label for seat in seats], n=1)
        hint = f" Meinten Sie „{close[0]}“?" if close else ""
        raise DomainError(f"Einen Sitz „{name}“ gibt es in „{committee.name}“ nicht.{hint}")

    def person(self, line: RosterLine, organisation: Organisation | None) -> Person | None:
        """The person whom the line means: by address, else by name; None for somebody new; raises DomainError."""
        if line.email:
            found = [person for person in self.persons if person.email == line.email]
            if found:
                return _checked(found[0], line)
        same = [person for person in self.persons if _name(person) == _name(line)]
        if line.email:
            # An address that is new may be the new address of somebody who is known, or that of a namesake.
            same = [person for person in same if person.email is None or _is_in(person, organisation)]
        if len(same) > 1:
            raise DomainError("Diesen Namen tragen mehrere Personen. Bitte die E-Mail-Adresse angeben.")
        return same[0] if same else None


def _index(entries: Iterable[tuple[NamedT, Iterable[str | None]]]) -> dict[str, list[NamedT]]:
    index: dict[str, list[NamedT]] = {}
    for entry, names in entries:
        for name in {sort_key(name) for name in names if name}:
            index.setdefault(name, []).append(entry)
    return index


def _one(index: dict[str, list[NamedT]], name: str, noun: str) -> NamedT:
    found = index.get(sort_key(name), [])
    exact = [entry for entry in found if entry.name == name]
    if len(exact) == 1:
        return exact[0]
    if len(found) == 1:
        return found[0]
    if found:
        raise DomainError(f"„{name}“ heißen mehrere. Bitte den vollen Namen angeben.")
    close = difflib.get_close_matches(sort_key(name), list(index), n=1)
    hint = f" Meinten Sie „{index[close[0]][0].name}“?" if close else ""
    raise DomainError(f"{noun} „{name}“ gibt es nicht.{hint}")


def _only(found: list[Seat], none: str) -> Seat:
    if not found:
        raise DomainError(none)
    if len(found) > 1:
        raise DomainError("Das trifft auf mehrere Sitze zu. Bitte „Institution: Funktion“ angeben.")
    return found[0]


def _checked(person: Person, line: RosterLine) -> Person:
    if name_sort_key(person.family_name) != name_sort_key(line.family_name) and name_sort_key(
        person.given_name
    ) != name_sort_key(line.given_name):
        raise DomainError("Unter dieser Adresse ist schon eine Person mit anderem Namen eingetragen.")
    return person


def _name(of: Person | RosterLine) -> str:
    return name_sort_key(f"{of.family_name} {of.given_name}")


def _is_in(person: Person, organisation: Organisation | None) -> bool:
    return organisation is not None and any(held.organisation_id == organisation.id for held in person.functions)

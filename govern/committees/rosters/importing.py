"""The table into the database: tried in full first, then done in full; a fault anywhere leaves everything as it was."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from govern.committees.models import Mandate, Seat
from govern.committees.rosters.directories import Directory
from govern.committees.rosters.lines import Roster, RosterLine, read_roster
from govern.committees.rosters.sheets import CellFault, FaultyRosterError
from govern.committees.services.mandates import end_mandate, name_person, too_many_holders
from govern.committees.structure.plans import Action, FieldChange, Plan, Step
from govern.db import db, sort_key
from govern.errors import DomainError
from govern.formats import date_text
from govern.people.models import Body, Organisation, Person, PersonFunction, User
from govern.people.services.persons import add_function, create_person, update_person

FoundT = TypeVar("FoundT")


@dataclass(frozen=True)
class RosterPlan:
    """What a table would change, and what is worth a second look."""

    plan: Plan
    warnings: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        """The same for the same changes."""
        return hashlib.sha256(repr(self.plan).encode()).hexdigest()


def plan_roster(data: bytes, *, body: Body, today: date, by: User) -> RosterPlan:
    """Try the table in a transaction that is taken back. Raises FaultyRosterError naming every faulty cell."""
    roster = read_roster(data)
    trial = db.session.begin_nested()
    try:
        return _RosterImport(roster, body, today, by).run()
    finally:
        trial.rollback()
        db.session.expire_all()


def import_roster(data: bytes, *, body: Body, today: date, by: User) -> RosterPlan:
    """Take over the table. Raises FaultyRosterError; then nothing of it was kept."""
    roster = read_roster(data)
    with db.session.begin_nested():
        return _RosterImport(roster, body, today, by).run()


class _RosterImport:
    """One run over the lines, top to bottom."""

    def __init__(self, roster: Roster, body: Body, today: date, by: User) -> None:
        self.roster = roster
        self.body = body
        self.today = today
        self.by = by
        self.directory = Directory(body)
        self.faults: list[CellFault] = []
        self.steps: list[Step] = []
        self.seats: dict[int, Seat] = {}
        self.said: dict[tuple[int, str], tuple[str, int]] = {}

    def run(self) -> RosterPlan:
        """Do every line; raise FaultyRosterError at the end if one could not be done."""
        for line in self.roster.lines:
            self._take(line)
        if self.faults:
            raise FaultyRosterError(self.faults)
        return RosterPlan(Plan(tuple(self.steps)), tuple(self._warnings()))

    def _take(self, line: RosterLine) -> None:
        count = len(self.faults)
        organisation = self._find(line, "organisation", lambda name: self.directory.organisation(name))
        seat = self._seat(line, organisation)
        if len(self.faults) > count:
            return
        with db.session.begin_nested() as attempt:
            try:
                person = self._take_person(line, organisation)
                if organisation is not None and line.function:
                    self._take_function(line, person, organisation)
                if seat is not None:
                    self._take_mandate(line, person, seat, organisation)
            except DomainError as error:
                attempt.rollback()
                self.directory.persons = [person for person in self.directory.persons if person in db.session]
                self._fault(line, _FIELDS.get(error.field or "", "family_name"), error)

    def _find(self, line: RosterLine, name: str, find: Callable[[str], FoundT]) -> FoundT | None:
        written = getattr(line, name)
        if written is None:
            return None
        try:
            return find(written)
        except DomainError as error:
            self._fault(line, name, error)
            return None

    def _seat(self, line: RosterLine, organisation: Organisation | None) -> Seat | None:
        committee = self._find(line, "committee", lambda name: self.directory.committee(name))
        if committee is None:
            return None
        try:
            seat = self.directory.seat(committee, line.seat, organisation, self.today)
        except DomainError as error:
            self._fault(line, "seat", error)
            return None
        self.seats[seat.id] = seat
        return seat

    def _take_person(self, line: RosterLine, organisation: Organisation | None) -> Person:
        try:
            person = self.directory.person(line, organisation)
        except DomainError as error:
            raise DomainError(str(error), field="email") from error
        if person is None:
            person = create_person(
                self.body, title=line.title, given_name=line.given_name, family_name=line.family_name, email=line.email,
                phone=line.phone, street=line.street, postal_code=line.postal_code, town=line.town, is_another=True,
                by=self.by,
            )  # fmt: skip
            self.directory.persons.append(person)
            shown = ("email", "street", "postal_code", "town")
            facts = [FieldChange(_PERSON_FIELDS[n], "", value) for n in shown if (value := getattr(line, n))]
            self._step(Action.NEW, "Person", person.name, changes=facts)
            self._remember(line, person)
            return person
        self._remember(line, person)
        changes = [
            FieldChange(label, getattr(person, name) or "nicht angegeben", new)
            for name, label in _PERSON_FIELDS.items()
            if (new := getattr(line, name)) is not None and new != getattr(person, name)
        ]
        if changes:
            update_person(
                person, version=person.version, title=line.title or person.title, given_name=line.given_name,
                family_name=line.family_name, email=line.email or person.email, phone=line.phone or person.phone,
                street=line.street or person.street, postal_code=line.postal_code or person.postal_code,
                town=line.town or person.town, is_another=True, by=self.by,
            )  # fmt: skip
            self._step(Action.CHANGED, "Person", person.name, changes=changes)
        return person

    def _remember(self, line: RosterLine, person: Person) -> None:
        for name, label in _PERSON_FIELDS.items():
            value = getattr(line, name)
            said, row = self.said.setdefault((person.id, name), (value, line.row)) if value else (value, line.row)
            if said != value:
                raise DomainError(f"{label} steht in Zeile {row} anders: „{said}“.", field=name)

    def _take_function(self, line: RosterLine, person: Person, organisation: Organisation) -> None:
        assert line.function is not None  # noqa: S101 - the caller asked
        starts_on, ends_on = (None, None) if line.committee else (line.starts_on, line.ends_on)
        for held in person.functions:
            if held.organisation_id == organisation.id and sort_key(held.function) == sort_key(line.function):
                self._end_function(held, ends_on, person)
                return
        add_function(
            person, organisation_id=organisation.id, function=line.function, starts_on=starts_on, ends_on=ends_on,
            by=self.by,
        )  # fmt: skip
        self._step(Action.NEW, "Funktion", f"{line.function}, {organisation.name}", within=person.name)

    def _end_function(self, held: PersonFunction, ends_on: date | None, person: Person) -> None:
        if ends_on is None or held.ends_on == ends_on:
            return
        if held.starts_on is not None and ends_on < held.starts_on:
            raise DomainError("Das Ende liegt vor dem Beginn.", field="ends_on")
        held.ends_on = ends_on
        self._step(Action.ENDS, "Funktion", held.function, within=person.name)

    def _take_mandate(
        self, line: RosterLine, person: Person, seat: Seat, organisation: Organisation | None
    ) -> None:  # fmt: skip
        assert line.starts_on is not None  # noqa: S101 - the reader asks for it with every committee
        name = f"{seat.label} ({line.kind.label})"
        for mandate in seat.mandates:
            if mandate.person_id == person.id and mandate.kind is line.kind and mandate.starts_on == line.starts_on:
                self._end_mandate(mandate, line, name)
                return
        several = len(seat.organisations) > 1 and organisation in seat.organisations
        name_person(
            seat, person, kind=line.kind, starts_on=line.starts_on, ends_on=line.ends_on, by=self.by,
            function_held=line.function if seat.alternatives else None,
            organisation=organisation if several else None,
        )  # fmt: skip
        since = FieldChange("von", "", date_text(line.starts_on))
        self._step(Action.NEW, "Mandat", name, within=person.name, changes=[since])

    def _end_mandate(self, mandate: Mandate, line: RosterLine, name: str) -> None:
        if mandate.ends_on == line.ends_on or line.ends_on is None:
            return
        before = date_text(mandate.ends_on) if mandate.ends_on else "bis auf Weiteres"
        end_mandate(mandate, ends_on=line.ends_on, by=self.by)
        change = FieldChange("bis", before, date_text(line.ends_on))
        self._step(Action.CHANGED, "Mandat", name, within=mandate.person.name, changes=[change])

    def _warnings(self) -> Iterable[str]:
        for seat in self.seats.values():
            more = too_many_holders(seat, self.today)
            if more:
                yield f"„{seat.label}“ hat dann {more} {'Person' if more == 1 else 'Personen'} mehr als Plätze."

    def _step(
        self, action: Action, noun: str, name: str, *, within: str | None = None, changes: Iterable[FieldChange] = ()
    ) -> None:
        self.steps.append(Step(action, noun, name, within=within, changes=tuple(changes)))

    def _fault(self, line: RosterLine, name: str, error: DomainError) -> None:
        self.faults.append(self.roster.fault(line, name, str(error)))


_PERSON_FIELDS = {"title": "Titel", "given_name": "Vorname", "family_name": "Nachname", "email": "E-Mail",
                  "phone": "Telefon", "street": "Straße", "postal_code": "PLZ", "town": "Ort"}  # fmt: skip
_FIELDS = {name: name for name in ("starts_on", "ends_on", *_PERSON_FIELDS)}
"""Field of an error → column; what belongs to no column is told at the name."""

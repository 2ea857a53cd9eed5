"""A `Structure` into the database: first the plan of what would change, then all of it in one go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import sqlalchemy as sa

from govern.committees import contributions
from govern.committees.models import Committee, CommitteeParent, CommitteeStatus
from govern.committees.structure import fields
from govern.committees.structure.concept_plans import concept_steps
from govern.committees.structure.concepts import KnownConcepts, WantedConcepts
from govern.committees.structure.entries import (
    CommitteeEntry,
    MunicipalityEntry,
    OrganisationEntry,
    ProcedureRuleEntry,
    Structure,
)
from govern.committees.structure.exporting import keys_of, known_concepts, seat_keys_of, stated_seat_keys, structure_of
from govern.committees.structure.loading import Rows, load_rows
from govern.committees.structure.plans import KeptKeys, Plan, aligned, compare, siblings
from govern.committees.structure.reading import read_structure
from govern.committees.structure.routes import add_routes, routes_of, with_new_routes
from govern.committees.structure.rows import (
    day,
    differences,
    keep_former_name,
    take_body,
    take_committee,
    take_organisation,
    take_procedure,
)
from govern.committees.structure.seats import SeatImport, end_seat
from govern.db import db
from govern.people.models import Body, BodyKind, Organisation
from govern.people.queries.accounts import find_body

Institution = MunicipalityEntry | OrganisationEntry


def read_for_body(data: bytes) -> Structure:
    """What the file says, if it is a file of the body of this installation.

    Raises FaultyStructureError. An installation without organisations and committees takes any body.
    """
    body = find_body()
    if body is None or not _has_structure(body):
        return read_structure(data)
    return read_structure(data, body=(body.key, body.name))


def plan_import(structure: Structure) -> Plan:
    """What taking over `structure` would change."""
    body = find_body()
    if body is None:
        steps = concept_steps(replace(structure, concepts=()), structure, KnownConcepts())
        return Plan((*compare(None, structure).steps, *steps))
    rows = load_rows(body)
    before = structure_of(rows)
    plan = compare(before, structure, kept=_kept_keys(rows))
    return replace(plan, steps=(*plan.steps, *concept_steps(before, structure, known_concepts(rows))))


def import_structure(structure: Structure, *, effective_on: date) -> Plan:
    """Take over `structure` and return what was changed; nothing is committed here.

    What the file no longer holds ends on `effective_on`; what is new in a committee that exists begins then.
    """
    plan = plan_import(structure)
    if plan.is_empty:
        return plan
    rows = load_rows(find_body() or _add_body(structure))
    _Import(structure, rows, effective_on).run()
    db.session.flush()
    db.session.expire_all()
    return plan


def end_committee(row: Committee, last: date) -> None:
    """End a committee with its seats, mandates and officers; everything stays readable."""
    row.ended_on = last
    row.status = CommitteeStatus.COMPLETED
    row.is_highest = False
    for seat in row.seats:
        if seat.ends_on is None:
            end_seat(seat, last)
    for officer in row.officers:
        if officer.ends_on is None or officer.ends_on > last:
            officer.ends_on = max(last, officer.starts_on)


def _has_structure(body: Body) -> bool:
    organisation = sa.select(Organisation.id).where(Organisation.body_id == body.id).limit(1)
    committee = sa.select(Committee.id).where(Committee.body_id == body.id).limit(1)
    return any(db.session.scalar(query) is not None for query in (organisation, committee))


def _institutions(structure: Structure) -> dict[str, Institution]:
    entries: list[Institution] = [*structure.municipalities, *structure.organisations]
    return {entry.key: entry for entry in entries}


def _add_body(structure: Structure) -> Body:
    entry = structure.body
    body = Body(key=entry.key, name=entry.name, short_name=entry.short_name, kind=BodyKind(entry.kind))
    db.session.add(body)
    db.session.flush()
    return body


def _kept_keys(rows: Rows) -> KeptKeys:
    # What was entered by hand and never stood in a file has not disappeared from it.
    organisations = keys_of(rows.organisations, lambda row: row.name)
    committees = keys_of(rows.committees, lambda row: row.name)
    seats = {}
    for row in rows.committees:
        keys, stated = seat_keys_of(row), stated_seat_keys(row)
        seats[committees[row.id]] = frozenset(keys[seat.id] for seat in row.seats if seat.id not in stated)
    return KeptKeys(
        organisations=frozenset(organisations[row.id] for row in rows.organisations if row.key is None),
        committees=frozenset(committees[row.id] for row in rows.committees if row.key is None),
        seats=seats,
    )


class _Import:
    """One import: looks every entry up by its key, adds, changes and ends rows."""

    def __init__(self, structure: Structure, rows: Rows, effective_on: date) -> None:
        self.structure = structure
        self.rows = rows
        self.effective_on = effective_on
        self.before = structure_of(rows)
        self.kept = _kept_keys(rows)
        self.known_concepts = known_concepts(rows)
        organisation_keys = keys_of(rows.organisations, lambda row: row.name)
        committee_keys = keys_of(rows.committees, lambda row: row.name)
        self.organisations = {organisation_keys[row.id]: row for row in rows.organisations}
        self.committees = {committee_keys[row.id]: row for row in rows.committees}

    def run(self) -> None:
        """Do everything, in an order in which every reference already has its row."""
        body = aligned(self.before.body, self.structure.body)
        take_body(self.rows.body, differences(fields.BODY.fields, self.before.body, body))
        self._take_procedure(None, body.procedure)
        self._take_organisations()
        self._take_committees()
        self._take_routes()
        self._take_concepts()

    # Organisations

    def _take_organisations(self) -> None:
        old, new = _institutions(self.before), _institutions(self.structure)
        for entry in new.values():
            self._take_organisation(old.get(entry.key), entry)
        db.session.flush()
        for entry in new.values():
            parent = entry.parent if isinstance(entry, OrganisationEntry) else None
            self.organisations[entry.key].parent_id = self.organisations[parent].id if parent else None
        for key, entry in old.items():
            if key not in new and entry.ended_on is None and key not in self.kept.organisations:
                self.organisations[key].ended_on = self.effective_on
        db.session.flush()

    def _take_organisation(self, old: Institution | None, entry: Institution) -> None:
        row = self.organisations.get(entry.key)
        if row is None:
            row = self.organisations[entry.key] = Organisation(body_id=self.rows.body.id)
            db.session.add(row)
        row.key = entry.key
        if old is not None and type(old) is not type(entry):
            old = None  # a municipality that the file now lists among the organisations, or the other way round
        if old is not None:
            entry = aligned(old, entry)
        is_municipality = isinstance(entry, MunicipalityEntry)
        shape = fields.MUNICIPALITY if is_municipality else fields.ORGANISATION
        take_organisation(row, differences(shape.fields, old, entry), is_municipality=is_municipality)

    # Committees

    def _take_committees(self) -> None:
        old = {entry.key: entry for entry in self.before.committees}
        new = {entry.key: entry for entry in self.structure.committees}
        added = new.keys() - self.committees.keys()
        self._make_room_for_the_highest(new)
        for entry in new.values():
            self._take_committee(old.get(entry.key), entry)
        db.session.flush()
        for entry in new.values():
            self._hang(self.committees[entry.key], entry, is_new=entry.key in added)
        db.session.flush()
        for entry in new.values():
            self._take_seats(old.get(entry.key), entry)
        self._order()
        for key, entry in old.items():
            if key not in new and entry.ended_on is None and key not in self.kept.committees:
                end_committee(self.committees[key], self.effective_on)

    def _make_room_for_the_highest(self, new: Mapping[str, CommitteeEntry]) -> None:
        # The database allows one highest committee at any moment.
        is_named = any(entry.is_highest for entry in new.values())
        for key, row in self.committees.items():
            if row.is_highest and (not new[key].is_highest if key in new else is_named):
                row.is_highest = False
        db.session.flush()

    def _take_committee(self, old: CommitteeEntry | None, entry: CommitteeEntry) -> None:
        row = self.committees.get(entry.key)
        if row is None:
            row = self.committees[entry.key] = Committee(body_id=self.rows.body.id)
            db.session.add(row)
        row.key = entry.key
        if old is not None:
            entry = aligned(old, entry)
        changed = differences(fields.COMMITTEE.fields, old, entry)
        is_renamed = old is not None and "name" in changed
        former = (row.name, row.short_name)
        take_committee(row, changed, self.organisations)
        self._take_procedure(row, entry.procedure)
        if is_renamed:
            keep_former_name(row, *former, last=self.effective_on)

    def _take_procedure(self, row: Committee | None, wanted: tuple[ProcedureRuleEntry, ...]) -> None:
        owner_id = row.id if row is not None else None
        held = [r for r in self.rows.procedure if r.committee_id == owner_id] if row is None or owner_id else []
        take_procedure(self.rows.body, row, held, wanted, effective_on=self.effective_on)

    def _take_routes(self) -> None:
        keys = {row.id: key for key, row in self.committees.items()}
        known = routes_of(self.rows.routes, keys)
        add_routes(
            self.rows.body, known, with_new_routes(known, self.structure.body.routes), self.committees,
            effective_on=self.effective_on,
        )  # fmt: skip

    def _take_concepts(self) -> None:
        for store in contributions.concept_stores if self.structure.concepts else []:
            store.take(
                WantedConcepts(
                    body=self.rows.body, wanted=self.structure.concepts, known=self.known_concepts,
                    organisations=self.organisations, committees=self.committees, effective_on=self.effective_on,
                )
            )  # fmt: skip

    def _hang(self, row: Committee, entry: CommitteeEntry, *, is_new: bool) -> None:
        row.merged_into_id = self._committee_id(entry.merged_into)
        parent_id, since = self._committee_id(entry.parent), day(entry.parent_since)
        running = next((parent for parent in row.parents if parent.ends_on is None), None)
        if is_new and (parent_id is not None or since is not None):
            row.parent_id = parent_id
            row.parents.append(CommitteeParent(parent_id=parent_id, starts_on=since, reason=entry.parent_reason))
        elif row.parent_id != parent_id:
            self._move(row, running, parent_id, since or self.effective_on)
            row.parents[-1].reason = entry.parent_reason
        elif running is not None:
            running.starts_on = since or running.starts_on
            running.reason = entry.parent_reason or running.reason
        present = {(parent.parent_id, parent.ends_on) for parent in row.parents}
        for former in entry.former_parents:
            above, last = self._committee_id(former.parent), former.ends_on.first_day
            if (above, last) not in present:
                starts_on, reason = day(former.starts_on), former.reason
                row.parents.append(CommitteeParent(parent_id=above, starts_on=starts_on, ends_on=last, reason=reason))

    def _move(self, row: Committee, running: CommitteeParent | None, parent_id: int | None, since: date) -> None:
        last = since - timedelta(days=1)
        if running is None:
            row.parents.append(CommitteeParent(parent_id=row.parent_id, ends_on=last))
        elif running.starts_on is not None and running.starts_on > last:
            row.parents.remove(running)  # moved twice on one day
        else:
            running.ends_on = last
        row.parents.append(CommitteeParent(parent_id=parent_id, starts_on=since))
        row.parent_id = parent_id

    def _committee_id(self, key: str | None) -> int | None:
        return None if key is None else self.committees[key].id

    def _take_seats(self, old: CommitteeEntry | None, new: CommitteeEntry) -> None:
        kept = self.kept.seats.get(new.key, frozenset())
        row = self.committees[new.key]
        SeatImport(
            row, old, new, organisations=self.organisations, kept=kept, effective_on=self.effective_on
        ).run()  # fmt: skip

    def _order(self) -> None:
        old = siblings(self.before)
        for parent, keys in siblings(self.structure).items():
            known = [key for key in old.get(parent, []) if key in keys]
            if set(keys) - set(known) or [key for key in keys if key in known] != known:
                for position, key in enumerate(keys, start=1):
                    self.committees[key].position = position

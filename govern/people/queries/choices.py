"""Find persons and organisations to choose from in a form: names and functions only, never contact data (D-37)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from govern.db import db
from govern.people import policies
from govern.people.models import Organisation, Person, PersonFunction, User
from govern.people.queries.organisations import organisation_matches
from govern.people.queries.persons import person_matches, running_functions

MOST = 12
"""How many a list offers at once; whoever is not among them is found by typing more."""


@dataclass(frozen=True)
class Choice:
    """One line to choose: a name and the facts that tell it from its namesakes."""

    id: int
    name: str
    facts: str


def list_person_choices(user: User, text: str, day: date) -> list[Choice]:
    """Persons whom ``user`` may choose and whom ``text`` fits; at most MOST + 1, so that „more" is known."""
    rows = db.session.scalars(
        _persons()
        .where(policies.persons_choosable_by(user, day), Person.ended_on.is_(None), person_matches(text))
        .limit(MOST + 1)
    ).all()
    return [person_choice(row, day) for row in rows]


def list_persons_chosen(user: User, ids: Iterable[int], day: date) -> list[Choice]:
    """Those of ``ids`` whom ``user`` may choose, in the order of their names."""
    rows = db.session.scalars(_persons().where(policies.persons_choosable_by(user, day), Person.id.in_(_valid(ids))))
    return [person_choice(row, day) for row in rows]


def list_organisation_choices(user: User, text: str, day: date) -> list[Choice]:
    """Organisations that have not ended and that ``text`` fits; at most MOST + 1."""
    rows = db.session.scalars(
        _organisations()
        .where(policies.organisations_viewable_by(user), organisation_matches(text))
        .where(sa.or_(Organisation.ended_on.is_(None), Organisation.ended_on >= day))
        .limit(MOST + 1)
    ).all()
    return [_organisation(row) for row in rows]


def list_organisations_chosen(user: User, ids: Iterable[int], _day: date) -> list[Choice]:
    """Those of ``ids`` that ``user`` may see, in the order of their names."""
    rows = db.session.scalars(
        _organisations().where(policies.organisations_viewable_by(user), Organisation.id.in_(_valid(ids)))
    ).all()
    return [_organisation(row) for row in rows]


def _persons() -> sa.Select[Person]:
    return (
        sa.select(Person)
        .options(selectinload(Person.functions).joinedload(PersonFunction.organisation))
        .order_by(Person.sort_name, Person.id)
    )


def _organisations() -> sa.Select[Organisation]:
    return (
        sa.select(Organisation)
        .options(joinedload(Organisation.parent))
        .order_by(Organisation.sort_name, Organisation.id)
    )


def person_choice(person: Person, day: date) -> Choice:
    """A person with the functions of a day; these have to be loaded."""
    facts = "; ".join(f.label for f in running_functions(person, day))
    return Choice(person.id, person.name, facts)


def _organisation(organisation: Organisation) -> Choice:
    parent = f" · {organisation.parent.name}" if organisation.parent else ""
    return Choice(organisation.id, organisation.name, organisation.kind_label + parent)


def _valid(ids: Iterable[int]) -> list[int]:
    return [identity for identity in ids if 0 < identity < 2**31]

"""Read persons: the directory, one page, and what a search finds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from govern import search
from govern.db import db, name_sort_key, search_words
from govern.people import policies
from govern.people.models import Person, PersonFunction, User

PAGE_SIZE = 50


def list_persons(
    user: User, *, text: str = "", with_ended: bool = False, page: int = 1
) -> tuple[Sequence[Person], int]:
    """One page of the persons ``user`` may see, by family name as in DIN 5007-2, and how many there are in all.

    ``text`` is looked for in the names of persons and of the institutions in which they have a function.
    """
    wanted = [policies.persons_viewable_by(user), person_matches(text)]
    if not with_ended:
        wanted.append(Person.ended_on.is_(None))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Person).where(*wanted)) or 0
    rows = db.session.scalars(
        sa.select(Person)
        .where(*wanted)
        .options(selectinload(Person.functions).joinedload(PersonFunction.organisation))
        .order_by(Person.sort_name, Person.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return rows, total


def person_matches(text: str) -> sa.ColumnElement[bool]:
    """Every word of ``text`` begins a part of the person's name or of the name of an institution of theirs."""
    return search.found_in(Person, text) if text.strip() else sa.true()


def named(text: str) -> sa.ColumnElement[bool]:
    """Every word of ``text`` occurs in the person's name."""
    return sa.and_(*(Person.sort_name.contains(word) for word in search_words(text, name_sort_key)))


def load_person(person: Person) -> Person:
    """The person with functions and their institutions."""
    return db.session.scalars(
        sa.select(Person)
        .where(Person.id == person.id)
        .options(selectinload(Person.functions).joinedload(PersonFunction.organisation))
    ).one()


def find_same_named(user: User, given_name: str, family_name: str) -> Sequence[Person]:
    """Persons of the same name whom ``user`` may see: perhaps the same one."""
    key = name_sort_key(f"{family_name} {given_name}")
    return db.session.scalars(
        sa.select(Person)
        .where(policies.persons_viewable_by(user), Person.sort_name == key)
        .options(selectinload(Person.functions).joinedload(PersonFunction.organisation))
        .order_by(Person.id)
    ).all()


def running_functions(person: Person, day: date) -> list[PersonFunction]:
    """The functions the person has on ``day``."""
    return [f for f in person.functions if f.is_held_on(day)]

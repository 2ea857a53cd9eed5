"""Read organisations: the directory, one page, and what a search finds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from govern import search
from govern.db import db, sort_key
from govern.formats import count
from govern.people import policies
from govern.people.models import (
    ORGANISATION_KINDS,
    Organisation,
    OrganisationAlias,
    Person,
    PersonFunction,
    User,
    UserRole,
)

PAGE_SIZE = 50
KINDS_BY_LABEL = dict(sorted(ORGANISATION_KINDS.items(), key=lambda kind: sort_key(kind[1])))


@dataclass(frozen=True)
class OrganisationCounts:
    """How many institutions the directory holds today; municipalities are counted apart."""

    organisations: int
    municipalities: int


def count_organisations(user: User) -> OrganisationCounts:
    """Organisations and municipalities that have not ended."""
    rows = db.session.execute(
        sa.select(Organisation.is_municipality, sa.func.count())
        .where(policies.organisations_viewable_by(user), Organisation.ended_on.is_(None))
        .group_by(Organisation.is_municipality)
    ).all()
    counts = {bool(is_municipality): count for is_municipality, count in rows}
    return OrganisationCounts(counts.get(False, 0), counts.get(True, 0))


def list_organisations(
    user: User, *, text: str = "", kind: str = "", with_ended: bool = False, page: int = 1
) -> tuple[Sequence[Organisation], int]:
    """One page of the directory in the order of DIN 5007, and how many there are in all.

    ``text`` is looked for in names, short names and aliases; ``kind`` is a key of ORGANISATION_KINDS.
    """
    wanted: list[sa.ColumnElement[bool]] = [policies.organisations_viewable_by(user), organisation_matches(text)]
    if kind:
        is_wanted = Organisation.is_municipality.is_(True) if kind == "municipality" else Organisation.kind == kind
        wanted.append(is_wanted)
    if not with_ended:
        wanted.append(Organisation.ended_on.is_(None))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Organisation).where(*wanted)) or 0
    rows = db.session.scalars(
        sa.select(Organisation)
        .where(*wanted)
        .options(joinedload(Organisation.parent), selectinload(Organisation.aliases))
        .order_by(Organisation.sort_name, Organisation.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return rows, total


def list_used_kinds(user: User) -> list[tuple[str, str]]:
    """Kinds that occur in the directory, as key and label, sorted by label."""
    keys = set(
        db.session.scalars(
            sa.select(
                sa.case((Organisation.is_municipality, sa.literal("municipality")), else_=Organisation.kind)
            ).distinct()
            .where(policies.organisations_viewable_by(user))
        )
    )  # fmt: skip
    return sorted(
        ((key, ORGANISATION_KINDS.get(key, ORGANISATION_KINDS["other"])) for key in keys),
        key=lambda kind: sort_key(kind[1]),
    )


def organisation_matches(text: str) -> sa.ColumnElement[bool]:
    """Every word of ``text`` begins a part of the name, the short name or an alias."""
    return search.found_in(Organisation, text) if text.strip() else sa.true()


WITH_UNITS = (
    joinedload(Organisation.parent),
    joinedload(Organisation.units),
    joinedload(Organisation.aliases),
)
"""What the page of an organisation loads along: parent, units, aliases."""


def list_functions_in(user: User, organisation: Organisation, day: date) -> Sequence[PersonFunction]:
    """Functions held in ``organisation`` on ``day`` by persons whom ``user`` may see."""
    return db.session.scalars(
        sa.select(PersonFunction)
        .join(PersonFunction.person)
        .where(
            PersonFunction.organisation_id == organisation.id,
            policies.function_is_held(day),
            Person.ended_on.is_(None),
            policies.persons_viewable_by(user),
        )
        .options(joinedload(PersonFunction.person))
        .order_by(Person.sort_name, PersonFunction.id)
        .limit(PAGE_SIZE)
    ).all()


def find_organisation(identity: int | None) -> Organisation | None:
    """An organisation by id, or None."""
    return db.session.get(Organisation, identity) if identity is not None else None


def find_organisations(ids: Iterable[int]) -> Sequence[Organisation]:
    """Organisations by id, in the order of their names."""
    return db.session.scalars(
        sa.select(Organisation).where(Organisation.id.in_(list(ids))).order_by(Organisation.sort_name)
    ).all()


def find_similar_organisations(user: User, names: Iterable[str], *, but: int | None = None) -> Sequence[Organisation]:
    """Organisations that already bear one of ``names`` (folded), as name or alias."""
    keys = {key for name in names if (key := sort_key(name))}
    if not keys:
        return []
    alias_owners = sa.select(OrganisationAlias.organisation_id).where(OrganisationAlias.sort_name.in_(keys))
    return db.session.scalars(
        sa.select(Organisation)
        .where(
            policies.organisations_viewable_by(user),
            sa.or_(Organisation.sort_name.in_(keys), Organisation.id.in_(alias_owners)),
            Organisation.id != (but or 0),
        )
        .order_by(Organisation.sort_name)
    ).all()


def list_ids_below(organisation: Organisation) -> set[int]:
    """The organisation and all units below it: none of them can be its parent."""
    below = sa.select(Organisation.id).where(Organisation.id == organisation.id).cte("below", recursive=True)
    below = below.union(sa.select(Organisation.id).join(below, Organisation.parent_id == below.c.id))
    return set(db.session.scalars(sa.select(below.c.id)))


def accounts_left(organisation: Organisation) -> list[str]:
    """A German sentence on the accounts that still act for an organisation that is about to end."""
    number = db.session.scalar(
        sa.select(sa.func.count(sa.distinct(User.id)))
        .join(UserRole, UserRole.user_id == User.id)
        .where(UserRole.organisation_id == organisation.id, User.is_locked.is_(False))
    )
    if not number:
        return []
    return [f"{count(number, 'Konto handelt', 'Konten handeln')} nach diesem Tag nicht mehr für sie. Die "
            "Administration kann die Rolle nehmen oder das Konto sperren."]  # fmt: skip

"""Change organisations: create, correct, end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from govern.db import db, sort_key
from govern.errors import Conflict, DomainError
from govern.people.models import ORGANISATION_KINDS, Body, Organisation, OrganisationAlias, User
from govern.people.queries.organisations import find_similar_organisations, list_ids_below


def create_organisation(
    body: Body, *, name: str, aliases: Iterable[str] = (), is_another: bool = False, by: User, **facts: Any
) -> Organisation:
    """Enter an organisation.

    Raises DomainError when one of that name (or alias) exists already and nobody said that it is another one.
    """
    organisation = Organisation(body_id=body.id, name="")
    _set(organisation, name=name, aliases=aliases, is_another=is_another, by=by, **facts)
    db.session.add(organisation)
    db.session.flush()
    return organisation


def update_organisation(
    organisation: Organisation, *, version: int, name: str, aliases: Iterable[str] = (), is_another: bool = False,
    parent_id: int | None = None, by: User, **facts: Any,
) -> None:  # fmt: skip
    """Correct an organisation. Raises Conflict when somebody saved since ``version``, DomainError on a broken rule."""
    if organisation.version != version:
        raise Conflict("Diese Institution wurde inzwischen geändert.")
    if parent_id in list_ids_below(organisation):
        raise DomainError("Eine Institution kann nicht zu sich selbst oder zu einer ihrer Stellen gehören.",
                          field="parent_id")  # fmt: skip
    _set(organisation, name=name, aliases=aliases, is_another=is_another, parent_id=parent_id, by=by, **facts)
    db.session.flush()


def end_organisation(organisation: Organisation, *, on: date, by: User) -> None:
    """Note that the organisation ended; it stays readable and is no longer offered for choice.

    Whoever acts for it does so up to and including that day.
    """
    if organisation.ended_on is not None:
        raise DomainError("Diese Institution ist bereits aufgelöst.")
    organisation.ended_on = on
    db.session.flush()


def resume_organisation(organisation: Organisation, *, by: User) -> None:
    """Take back that the organisation ended."""
    organisation.ended_on = None
    db.session.flush()


def _set(
    organisation: Organisation, *, name: str, kind: str, aliases: Iterable[str], is_another: bool, by: User,
    parent_id: int | None = None, **facts: Any,
) -> None:  # fmt: skip
    if not sort_key(name):
        raise DomainError("Bitte einen Namen mit Buchstaben oder Ziffern angeben.", field="name")
    if kind not in ORGANISATION_KINDS:
        raise DomainError("Bitte eine Art aus der Liste wählen.", field="kind")
    names = _without_repetition(aliases, but=name)
    known = {sort_key(n) for n in (organisation.name, *(alias.name for alias in organisation.aliases))}
    new = [n for n in (name, *names) if sort_key(n) not in known]
    if not is_another and (similar := find_similar_organisations(by, new, but=organisation.id)):
        raise SimilarNames(similar)
    organisation.name = " ".join(name.split())
    organisation.kind = kind
    organisation.is_municipality = kind == "municipality"
    organisation.parent_id = parent_id
    for field, value in facts.items():
        setattr(organisation, field, value)
    kept = {alias.name: alias for alias in organisation.aliases}
    organisation.aliases = [kept.get(alias) or OrganisationAlias(name=alias) for alias in names]


def _without_repetition(aliases: Iterable[str], *, but: str) -> list[str]:
    seen = {sort_key(but)}
    names = []
    for alias in (" ".join(a.split()) for a in aliases):
        if alias and sort_key(alias) not in seen:
            seen.add(sort_key(alias))
            names.append(alias)
    return names


class SimilarNames(DomainError):
    """Organisations of that name exist already; ``found`` are they."""

    def __init__(self, found: Iterable[Organisation]) -> None:
        self.found = list(found)
        names = ", ".join(f"„{o.name}“" for o in self.found)
        super().__init__(f"Unter diesem Namen gibt es schon {names}.", field="name")

"""Give the body another route of its matters from a day on; what held before stays readable."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa

from govern.committees.models import Committee, Route
from govern.committees.queries.routes import newest_route_id
from govern.committees.structure.entries import RouteEntry
from govern.committees.structure.routes import add_route, faults_of_steps
from govern.db import db
from govern.errors import Conflict, DomainError
from govern.formats import today
from govern.people.models import Body, User

STALE = "Der Weg wurde inzwischen geändert; die neuere Fassung steht unten."


def set_route(
    body: Body, wanted: RouteEntry, committees: Mapping[str, Committee], *, starts_on: date, version: int, by: User
) -> Route:
    """Add a version of the route. Raises Conflict when somebody added one since ``version`` was read."""
    db.session.execute(sa.select(Body.id).where(Body.id == body.id).with_for_update())
    if newest_route_id(body) != version:
        raise Conflict(STALE)
    if version and starts_on < today():
        raise DomainError("Ein neuer Weg gilt frühestens ab heute; was bisher galt, bleibt stehen.", field="starts_on")
    if not wanted.steps:
        raise DomainError("Ein Weg hat mindestens einen Schritt.")
    for place, _field, sentence in faults_of_steps(wanted.steps):
        raise DomainError(f"Schritt {place + 1} „{wanted.steps[place].name}“: {sentence}")
    return add_route(body, wanted, committees, starts_on=starts_on, by_id=by.id)

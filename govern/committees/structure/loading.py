"""Load everything of one body that a structure file speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from govern.committees import models
from govern.db import db
from govern.people.models import Body, Organisation


@dataclass(frozen=True)
class Rows:
    """Everything of one body that a structure file speaks of, loaded at once."""

    body: Body
    organisations: Sequence[Organisation]
    committees: Sequence[models.Committee]
    procedure: Sequence[models.ProcedureRule]
    """Rules of procedure of the body and of all its committees, oldest first."""
    routes: Sequence[models.Route]
    """The routes of matters with their steps, oldest first."""


def load_rows(body: Body) -> Rows:
    """Load organisations, committees, names, parents and seats of `body` in a constant number of queries."""
    organisations = db.session.scalars(
        sa.select(Organisation)
        .where(Organisation.body_id == body.id)
        .order_by(Organisation.id)
        .options(selectinload(Organisation.aliases))
    ).all()
    seats = selectinload(models.Committee.seats)
    committees = db.session.scalars(
        sa.select(models.Committee)
        .where(models.Committee.body_id == body.id)
        .order_by(models.Committee.position, models.Committee.sort_name, models.Committee.id)
        .options(
            selectinload(models.Committee.names),
            selectinload(models.Committee.parents),
            selectinload(models.Committee.seat_groups),
            selectinload(models.Committee.composition_rules),
            seats.selectinload(models.Seat.organisations),
            seats.selectinload(models.Seat.represents),
            seats.selectinload(models.Seat.mandates),
        )
    ).all()
    procedure = db.session.scalars(
        sa.select(models.ProcedureRule)
        .where(models.ProcedureRule.body_id == body.id)
        .order_by(models.ProcedureRule.starts_on, models.ProcedureRule.id)
    ).all()
    routes = db.session.scalars(
        sa.select(models.Route)
        .where(models.Route.body_id == body.id)
        .order_by(models.Route.starts_on, models.Route.id)
        .options(selectinload(models.Route.steps))
    ).all()
    return Rows(body, organisations, _in_tree_order(committees), procedure, routes)


def _in_tree_order(committees: Sequence[models.Committee]) -> list[models.Committee]:
    children: dict[int | None, list[models.Committee]] = {}
    known = {committee.id for committee in committees}
    for committee in committees:
        children.setdefault(committee.parent_id if committee.parent_id in known else None, []).append(committee)
    ordered: list[models.Committee] = []
    waiting = list(reversed(children.get(None, [])))
    while waiting:
        committee = waiting.pop()
        ordered.append(committee)
        waiting.extend(reversed(children.get(committee.id, [])))
    # Whoever hangs in a cycle (which the services refuse) is still not lost.
    return ordered + [committee for committee in committees if committee not in ordered]

"""Read the route of a body: the one of a day, and all its versions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from govern.committees.models import Committee, Route, RouteStep
from govern.db import db
from govern.people.models import Body


def route_on(body: Body, day: date) -> Route | None:
    """The route that holds on a day, with its steps; None where the body has none."""
    return db.session.scalars(
        sa.select(Route)
        .where(Route.body_id == body.id, Route.starts_on <= day)
        .order_by(Route.starts_on.desc(), Route.id.desc())
        .limit(1)
        .options(selectinload(Route.steps).joinedload(RouteStep.committee))
    ).one_or_none()


def list_routes(body: Body) -> Sequence[Route]:
    """All versions, the newest first; of two that begin on one day only the later one ever holds."""
    return db.session.scalars(
        sa.select(Route)
        .where(Route.body_id == body.id)
        .order_by(Route.starts_on.desc(), Route.id.desc())
        .options(selectinload(Route.steps).joinedload(RouteStep.committee), joinedload(Route.created_by))
    ).all()


def newest_route_id(body: Body) -> int:
    """What a form that writes a newer route is based on; 0 before the first."""
    return db.session.scalar(sa.select(sa.func.max(Route.id)).where(Route.body_id == body.id)) or 0


def list_committees_of(body: Body) -> Sequence[Committee]:
    """The running committees that a step may name."""
    return db.session.scalars(
        sa.select(Committee)
        .where(Committee.body_id == body.id, Committee.ended_on.is_(None), Committee.merged_into_id.is_(None))
        .order_by(Committee.is_highest.desc(), Committee.sort_name)
    ).all()


def highest_committee_id(body: Body) -> int | None:
    """The committee whose resolutions count where a step needs one (E-31)."""
    return db.session.scalar(sa.select(Committee.id).where(Committee.body_id == body.id, Committee.is_highest))

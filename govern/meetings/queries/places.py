"""Read the list of places."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from govern.db import db
from govern.meetings.models import Place
from govern.people.models import User


def list_places(user: User) -> Sequence[Place]:
    """All places of the body, offered ones first."""
    return db.session.scalars(
        sa.select(Place).where(Place.body_id == user.body_id).order_by(Place.is_retired, Place.sort_name, Place.id)
    ).all()


def places_to_choose(user: User, *, also: int | None = None) -> Sequence[Place]:
    """Places on offer, and the one a meeting already has."""
    return db.session.scalars(
        sa.select(Place)
        .where(Place.body_id == user.body_id, sa.or_(Place.is_retired.is_(False), Place.id == (also or 0)))
        .order_by(Place.sort_name, Place.id)
    ).all()

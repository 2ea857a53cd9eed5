"""Local bodies that municipalities registered (A6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.actions.models import LocalBodyRegistration, RegistrationState
from govern.actions.policies_local_bodies import registrations_viewable_by
from govern.db import db
from govern.people.models import Organisation, User

PAGE_SIZE = 50


@dataclass(frozen=True)
class RegistrationPage:
    """One page of registrations."""

    rows: Sequence[LocalBodyRegistration]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def list_registrations(user: User, number: int) -> RegistrationPage:
    """What ``user`` may see: those that wait first, then the newest; two statements."""
    mine = registrations_viewable_by(user)
    total = db.session.scalar(sa.select(sa.func.count(LocalBodyRegistration.id)).where(mine)) or 0
    is_decided = sa.case((LocalBodyRegistration.state == RegistrationState.WAITING, 0), else_=1)
    rows = db.session.scalars(
        sa.select(LocalBodyRegistration)
        .where(mine)
        .options(joinedload(LocalBodyRegistration.municipality), joinedload(LocalBodyRegistration.committee))
        .order_by(is_decided, LocalBodyRegistration.registered_at.desc(), LocalBodyRegistration.id.desc())
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    ).all()
    return RegistrationPage(rows, total, number)


def own_municipalities(user: User) -> Sequence[Organisation]:
    """The municipalities the account acts for."""
    return db.session.scalars(
        sa.select(Organisation)
        .where(
            Organisation.id.in_(sorted(user.standing.organisations)),
            Organisation.is_municipality,
            Organisation.ended_on.is_(None),
        )
        .order_by(Organisation.sort_name, Organisation.id)
    ).all()

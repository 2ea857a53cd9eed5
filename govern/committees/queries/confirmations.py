"""Which resolutions stand behind a committee and its members (A4, B17). Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.committees.contributions import KnownResolution, adopted_resolutions
from govern.committees.models import Committee, CommitteeKind, Mandate, RuleKind, Seat
from govern.committees.queries.procedures import procedures_of
from govern.db import db
from govern.people.models import User

CONFIRMED_KINDS = frozenset({CommitteeKind.WORKING_GROUP, CommitteeKind.WORKING_CIRCLE, CommitteeKind.PROJECT_GROUP})
"""Kinds of committee whose members are confirmed where the rule is on: working groups in the wide sense."""


def committees_above(committee: Committee) -> list[Committee]:
    """The parents up to the top, the nearest first."""
    above: list[Committee] = []
    parent = committee.parent
    while parent is not None and parent not in above:
        above.append(parent)
        parent = parent.parent
    return above


def needs_confirmation(committee: Committee, day: date) -> bool:
    """True if a committee above confirms the members of this one by resolution (B17)."""
    above = committees_above(committee)
    if committee.kind not in CONFIRMED_KINDS or not above:
        return False
    return any(p.is_on(RuleKind.MEMBER_CONFIRMATION) for p in procedures_of(above, day).values())


def list_unconfirmed(committee: Committee, day: date) -> Sequence[Mandate]:
    """Mandates that run on ``day`` or begin later and that no resolution has confirmed, in the order of the seats."""
    return db.session.scalars(
        sa.select(Mandate)
        .join(Mandate.seat)
        .where(
            Seat.committee_id == committee.id,
            Mandate.confirmed_resolution_id.is_(None),
            sa.or_(Mandate.ends_on.is_(None), Mandate.ends_on >= day),
        )
        .options(joinedload(Mandate.person), joinedload(Mandate.seat).selectinload(Seat.organisations))
        .order_by(Seat.position, Seat.id, Mandate.kind.desc(), Mandate.starts_on, Mandate.id)
    ).all()


def list_resolutions(user: User, committees: Sequence[Committee]) -> list[KnownResolution]:
    """Adopted resolutions of these committees that ``user`` may read, the newest first."""
    ids = [c.id for c in committees]
    found = [r for contribute in adopted_resolutions for r in contribute(user, ids)] if ids else []
    return sorted(found, key=lambda r: (r.resolved_on, r.id), reverse=True)

"""How much structure this installation holds today."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from govern.committees.models import Committee, Seat
from govern.db import db
from govern.people.models import Organisation, Person


@dataclass(frozen=True)
class StructureCounts:
    """Entries that have not ended."""

    municipalities: int
    organisations: int
    committees: int
    seats: int
    persons: int


def count_structure() -> StructureCounts:
    """Count what has not ended, in one query."""
    running = Organisation.ended_on.is_(None)
    counts = [
        sa.select(sa.func.count()).select_from(Organisation).where(running, Organisation.is_municipality),
        sa.select(sa.func.count()).select_from(Organisation).where(running, ~Organisation.is_municipality),
        sa.select(sa.func.count()).select_from(Committee).where(Committee.ended_on.is_(None)),
        sa.select(sa.func.count()).select_from(Seat).where(Seat.ends_on.is_(None)),
        sa.select(sa.func.count()).select_from(Person).where(Person.ended_on.is_(None)),
    ]
    row = db.session.execute(sa.select(*(query.scalar_subquery() for query in counts))).one()
    return StructureCounts(*row)

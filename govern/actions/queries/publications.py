"""Read what is public of settled matters, and what was released of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from govern.actions.models import Matter, MatterPublication
from govern.actions.policies_publications import publications_readable
from govern.db import db

PAGE_SIZE = 20


@dataclass(frozen=True)
class PublicPage:
    """One page of released texts with the matter behind each; of that only field and day are shown."""

    rows: Sequence[MatterPublication]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def list_public(number: int) -> PublicPage:
    """One page of what everybody may read, the last settled first; two statements."""
    total = db.session.scalar(sa.select(sa.func.count(MatterPublication.id)).where(publications_readable())) or 0
    rows = db.session.scalars(
        sa.select(MatterPublication)
        .join(MatterPublication.matter)
        .where(publications_readable())
        .order_by(Matter.closed_on.desc(), MatterPublication.id.desc())
        .options(contains_eager(MatterPublication.matter))
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    ).all()
    return PublicPage(rows, total, number)


def list_publications(matter: Matter) -> Sequence[MatterPublication]:
    """Everything that was ever released of a matter, the newest first."""
    return db.session.scalars(
        sa.select(MatterPublication)
        .where(MatterPublication.matter_id == matter.id)
        .order_by(MatterPublication.number.desc())
    ).all()

"""Names of committees for choices and lists."""

from __future__ import annotations

import sqlalchemy as sa

from govern.committees.models import Committee
from govern.committees.policies import viewable_by
from govern.db import db
from govern.people.models import User


def committee_names(user: User) -> list[tuple[int, str]]:
    """Id and name of the committees ``user`` may see, without ended ones: KIM first, then by name (DIN 5007)."""
    rows = db.session.execute(
        sa.select(Committee.id, Committee.name)
        .where(viewable_by(user), Committee.ended_on.is_(None), Committee.merged_into_id.is_(None))
        .order_by(Committee.is_highest.desc(), Committee.is_kim.desc(), Committee.sort_name)
    ).all()
    return [(r.id, r.name) for r in rows]

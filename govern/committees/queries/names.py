"""Names of committees for choices and lists."""

from __future__ import annotations

import sqlalchemy as sa

from govern.committees.models import Committee, CommitteeName
from govern.committees.policies import viewable_by
from govern.committees.short_names import proposed_short_name
from govern.db import db
from govern.people.models import User


def short_name_for(committee: Committee) -> str | None:
    """A short name to propose, which no other committee of the body has or had; one statement."""
    others = (Committee.body_id == committee.body_id, Committee.id != committee.id, Committee.short_name.is_not(None))
    former = (CommitteeName.committee_id != committee.id, CommitteeName.short_name.is_not(None))
    taken = db.session.scalars(
        sa.union_all(sa.select(Committee.short_name).where(*others), sa.select(CommitteeName.short_name).where(*former))
    ).all()
    return proposed_short_name(committee.name, committee.body.name, [short for short in taken if short is not None])


def committee_names(user: User) -> list[tuple[int, str]]:
    """Id and name of the committees ``user`` may see, without ended ones: KIM first, then by name (DIN 5007)."""
    rows = db.session.execute(
        sa.select(Committee.id, Committee.name)
        .where(viewable_by(user), Committee.ended_on.is_(None), Committee.merged_into_id.is_(None))
        .order_by(Committee.is_highest.desc(), Committee.is_kim.desc(), Committee.sort_name)
    ).all()
    return [(r.id, r.name) for r in rows]

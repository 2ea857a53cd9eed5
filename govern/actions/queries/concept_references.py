"""Which concepts a work order refers to, and which work orders refer to a concept."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from govern.actions.models import OrderReference, WorkOrder
from govern.actions.policies import viewable_by
from govern.db import db
from govern.documents.models import Concept
from govern.documents.queries.references import Back, Shown, fixed_viewable_by, shown, words_of
from govern.formats import one_line
from govern.people.models import User


def of_order(user: User, order: WorkOrder) -> list[Shown]:
    """The concepts a work order refers to, as far as ``user`` may read them; one statement."""
    return shown(user, OrderReference, OrderReference.work_order_id == order.id)


def orders_on(user: User, concept: Concept) -> list[Back]:
    """The work orders that refer to a concept, as far as ``user`` may read them; one statement."""
    rows = db.session.scalars(
        sa.select(OrderReference)
        .join(OrderReference.work_order)
        .outerjoin(OrderReference.version)
        .where(
            OrderReference.concept_id == concept.id, OrderReference.removed_at.is_(None), viewable_by(user),
            fixed_viewable_by(user, OrderReference),
        )
        .options(contains_eager(OrderReference.work_order), contains_eager(OrderReference.version))
        .order_by(OrderReference.id)
    )  # fmt: skip
    return [
        Back(_label(row.work_order), f"/arbeitsauftraege/{row.work_order_id}", words_of(row.version), row.section_title)
        for row in rows
    ]


def _label(order: WorkOrder) -> str:
    return f"{order.number or 'Entwurf eines Auftrags'}: {one_line(order.task, 90)}"

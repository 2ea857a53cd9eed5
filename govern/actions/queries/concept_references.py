"""Which concepts a work order refers to, and which work orders refer to a concept."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from govern.actions.models import OrderReference, WorkOrder
from govern.actions.policies import viewable_by
from govern.db import db
from govern.documents.models import Concept, ConceptVersion
from govern.documents.queries.references import Back, Shown, fixed_viewable_by, shown, words_of
from govern.formats import one_line
from govern.meetings.models import AgendaItem, Resolution, ResolutionReference
from govern.meetings.policies import resolutions_viewable_by
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


def references_to(user: User, version: ConceptVersion) -> list[Back]:
    """The resolutions and work orders fixed to a version, as far as ``user`` may read them; one statement."""
    resolutions = (
        sa.select(
            sa.literal("resolution").label("kind"), Resolution.id.label("id"), Resolution.number.label("number"),
            Resolution.text.label("words"), ResolutionReference.section_title.label("section"),
        )
        .select_from(ResolutionReference)
        .join(ResolutionReference.resolution)
        .outerjoin(Resolution.item)
        .outerjoin(AgendaItem.meeting)
        .where(ResolutionReference.version_id == version.id, ResolutionReference.removed_at.is_(None),
               resolutions_viewable_by(user))
    )  # fmt: skip
    orders = (
        sa.select(sa.literal("order"), WorkOrder.id, WorkOrder.number, WorkOrder.task, OrderReference.section_title)
        .select_from(OrderReference)
        .join(OrderReference.work_order)
        .where(OrderReference.version_id == version.id, OrderReference.removed_at.is_(None), viewable_by(user))
    )
    both = sa.union_all(resolutions, orders).subquery()
    rows = db.session.execute(sa.select(both).order_by(both.c.kind.desc(), both.c.id.desc()))
    return [_back(row) for row in rows]


def _back(row: sa.Row[Any]) -> Back:
    is_order = row.kind == "order"
    name = row.number or ("Entwurf eines Auftrags" if is_order else "Beschluss ohne Nummer")
    address = f"/arbeitsauftraege/{row.id}" if is_order else f"/beschluesse/{row.id}"
    return Back(f"{name}: {one_line(row.words, 90)}", address, "in dieser Fassung", row.section)


def _label(order: WorkOrder) -> str:
    return f"{order.number or 'Entwurf eines Auftrags'}: {one_line(order.task, 90)}"

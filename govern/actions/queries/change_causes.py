"""Why passages of concepts changed; which changed because of something stands in its chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from govern.actions.models import ChangeCause, Matter, WorkOrder
from govern.actions.policies import viewable_by as orders_viewable_by
from govern.actions.policies_gaps import matters_viewable_by
from govern.db import db, kept
from govern.documents.contributions import CauseLink
from govern.documents.models import ConceptChange, ConceptVersion
from govern.meetings.models import AgendaItem, Resolution
from govern.meetings.policies import resolutions_viewable_by
from govern.people.models import User

FROM_PRACTICE, RESOLVED, ORDERED = "Lücke aus der Praxis", "Beschluss", "Arbeitsauftrag"
"""What is noted of a cause: who reads the concept need not be allowed to read the number."""


@dataclass(frozen=True)
class Cause:
    """The thing behind a change of a section, as its reader may see it."""

    section_key: str
    heading: str
    text: str
    url: str
    kind: str


def find_by_number(user: User, number: str) -> Matter | Resolution | WorkOrder | None:
    """What bears a number such as L-2026-014, LG-B-2026-07 or A-2026-12, if ``user`` may see it."""
    wanted = number.strip().upper()
    statements: tuple[sa.Select[Matter] | sa.Select[Resolution] | sa.Select[WorkOrder], ...] = (
        sa.select(Matter).where(sa.func.upper(Matter.number) == wanted, matters_viewable_by(user)),
        sa.select(Resolution)
        .outerjoin(Resolution.item)
        .outerjoin(AgendaItem.meeting)
        .where(sa.func.upper(Resolution.number) == wanted, resolutions_viewable_by(user)),
        sa.select(WorkOrder).where(sa.func.upper(WorkOrder.number) == wanted, orders_viewable_by(user)),
    )
    for statement in statements:
        found: Matter | Resolution | WorkOrder | None = db.session.scalars(statement).first()
        if found is not None:
            return found
    return None


def links_of(user: User, version_ids: Sequence[int]) -> dict[str, list[CauseLink]]:
    """Key of the section → what led to its changes in these versions, as far as ``user`` may see it."""
    found: dict[str, list[CauseLink]] = {}
    for cause in _causes_in(user, version_ids):
        links = found.setdefault(cause.section_key, [])
        link = CauseLink(cause.text, cause.url, cause.kind)
        if link not in links:
            links.append(link)
    return found


def causes_of(user: User, version: ConceptVersion) -> list[Cause]:
    """What led to the changes of a version, as far as ``user`` may see it; one statement."""
    return _causes_in(user, [version.id])


def _causes_in(user: User, version_ids: Sequence[int]) -> list[Cause]:
    rows = db.session.execute(_causes(user), {"versions": list(version_ids)})
    found = []
    for key, heading, matter_id, matter_number, resolution_id, resolution_number, order_id, order_number in rows:
        if matter_id is not None:
            words, url, kind = f"Lücke {matter_number}", f"/luecken/{matter_id}", FROM_PRACTICE
        elif resolution_id is not None:
            words, url, kind = f"Beschluss {resolution_number}", f"/beschluesse/{resolution_id}", RESOLVED
        else:
            words, url, kind = f"Auftrag {order_number}", f"/arbeitsauftraege/{order_id}", ORDERED
        found.append(Cause(key, heading, words, url, kind))
    return list(dict.fromkeys(found))


@kept
def _causes(user: User) -> sa.Select[*tuple[Any, ...]]:
    # Under other names, so that the rules in the inner statements stay apart from them.
    matter, resolution, order = aliased(Matter), aliased(Resolution), aliased(WorkOrder)
    return (
        sa.select(
            ConceptChange.section_key, ConceptChange.heading, matter.id, matter.number, resolution.id,
            resolution.number, order.id, order.number,
        )
        .join(ChangeCause, ChangeCause.change_id == ConceptChange.id)
        .outerjoin(matter, matter.id == ChangeCause.matter_id)
        .outerjoin(resolution, resolution.id == ChangeCause.resolution_id)
        .outerjoin(order, order.id == ChangeCause.work_order_id)
        .where(
            ConceptChange.version_id.in_(sa.bindparam("versions", expanding=True)),
            sa.or_(
                ChangeCause.matter_id.in_(sa.select(Matter.id).where(matters_viewable_by(user))),
                ChangeCause.resolution_id.in_(
                    sa.select(Resolution.id)
                    .outerjoin(Resolution.item)
                    .outerjoin(AgendaItem.meeting)
                    .where(resolutions_viewable_by(user))
                ),
                ChangeCause.work_order_id.in_(sa.select(WorkOrder.id).where(orders_viewable_by(user))),
            ),
        )
        .order_by(ConceptChange.id)
    )  # fmt: skip

"""Which released matters concern the area of a municipality (B7), without telling who reported or how few did."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from govern.actions.masking import about
from govern.actions.models import GapReport, Matter, MatterState, MatterTopic, WorkOrder, WorkOrderState
from govern.actions.policies import addressed_to
from govern.actions.policies_gaps import matters_viewable_by
from govern.db import db, kept, number_of_rows
from govern.meetings.models import AgendaItem
from govern.people.models import User


@dataclass(frozen=True)
class AreaMatter:
    """A matter, with how many of its reports come from the area, rounded; None: too few to be told."""

    matter: Matter
    amount: str | None


def matters_of_area(user: User, *, most: int = 10) -> list[AreaMatter]:
    """Released matters with enough reports from the area of ``user``, or with a public order to ``user``; newest first.

    A matter with fewer reports from there is not listed for their sake: that it stands there would already tell of
    them. One statement.
    """
    if not user.standing.organisations:
        return []
    threshold = user.body.small_count_threshold
    rows = db.session.execute(_of_area(user), {"threshold": threshold, "most": most})
    return [AreaMatter(m, about(n, threshold) if n >= threshold else None) for m, n in rows]


@kept
def _of_area(user: User) -> sa.Select[Matter, int]:
    amount = (
        sa.select(sa.func.count(GapReport.id))
        .where(GapReport.matter_id == Matter.id, GapReport.municipality_id.in_(sorted(user.standing.organisations)))
        .scalar_subquery()
    )
    ordered = (
        sa.select(MatterTopic.matter_id)
        .join(AgendaItem, AgendaItem.topic_id == MatterTopic.topic_id)
        .join(WorkOrder, WorkOrder.item_id == AgendaItem.id)
        .where(addressed_to(user), WorkOrder.state != WorkOrderState.DRAFT)
    )
    return (
        sa.select(Matter, amount)
        .where(
            matters_viewable_by(user),
            Matter.shared_at.is_not(None),
            Matter.state != MatterState.MERGED,
            sa.or_(amount >= sa.bindparam("threshold", type_=sa.Integer), Matter.id.in_(ordered)),
        )
        .order_by(Matter.created_at.desc(), Matter.id.desc())
        .limit(number_of_rows("most"))
    )

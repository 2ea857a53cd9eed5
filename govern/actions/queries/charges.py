"""Who is charged with what because of resolutions: they get extracts."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.actions.models import WorkOrder, WorkOrderState
from govern.actions.queries.work_orders import facts_of
from govern.committees.models import Seat
from govern.db import db
from govern.meetings.contributions import Charge, Line
from govern.meetings.models import Resolution


def charges(resolutions: Sequence[Resolution]) -> list[Charge]:
    """The work orders that came of ``resolutions``, each with its addressee; neither drafts nor withdrawn ones."""
    orders = db.session.scalars(
        sa.select(WorkOrder)
        .where(
            WorkOrder.resolution_id.in_([r.id for r in resolutions]),
            WorkOrder.state.not_in((WorkOrderState.DRAFT, WorkOrderState.WITHDRAWN)),
        )
        .options(
            joinedload(WorkOrder.addressee_organisation),
            joinedload(WorkOrder.addressee_seat).selectinload(Seat.organisations),
            joinedload(WorkOrder.addressee_committee),
        )
        .order_by(WorkOrder.number, WorkOrder.id)
    ).all()
    return [
        Charge(
            resolution_id=order.resolution_id, organisation=order.addressee_organisation, seat=order.addressee_seat,
            committee=order.addressee_committee,
            line=Line(order.task, f"{order.number} · {facts_of(order)}", f"/arbeitsauftraege/{order.id}"),
        )
        for order in orders
        if order.resolution_id is not None
    ]  # fmt: skip

"""What the rules of a committee say about its work orders."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from govern.actions.models import WorkOrder
from govern.committees.models import RuleKind
from govern.committees.queries.procedures import procedure_of
from govern.db import db
from govern.formats import today
from govern.meetings.models import Resolution

MOST = 100


def committee_acknowledges(order: WorkOrder) -> bool:
    """True where only the committee itself takes note that an order is done (E-16)."""
    return procedure_of(order.committee, today()).is_on(RuleKind.ORDER_ACKNOWLEDGEMENT)


def withdrawing_resolutions(order: WorkOrder) -> Sequence[Resolution]:
    """Adopted resolutions of the committee since the order was given, the latest first: one may withdraw it."""
    return db.session.scalars(
        sa.select(Resolution)
        .where(
            Resolution.committee_id == order.committee_id,
            Resolution.number.is_not(None),
            Resolution.is_adopted.is_(True),
            Resolution.cancelled_at.is_(None),
            Resolution.resolved_on >= (order.issued_on or today()),
        )
        .order_by(Resolution.resolved_on.desc(), Resolution.id.desc())
        .limit(MOST)
    ).all()

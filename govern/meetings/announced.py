"""What of a frozen agenda has been announced: an item or paper of a supplement in preparation has not (E-04)."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from govern.meetings.models import AgendaItem, AgendaSupplement, Paper


def is_announced(row: AgendaItem | Paper) -> bool:
    """True unless ``row`` belongs to a supplement that was not sent yet."""
    return row.supplement_id is None or (row.supplement is not None and row.supplement.sent_at is not None)


def announced(model: type[AgendaItem] | type[Paper]) -> ColumnElement[bool]:
    """The same rule as :func:`is_announced`, as SQL."""
    sent = sa.select(AgendaSupplement.id).where(AgendaSupplement.sent_at.is_not(None))
    return sa.or_(model.supplement_id.is_(None), model.supplement_id.in_(sent))

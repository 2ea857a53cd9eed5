"""What of a frozen agenda has been announced: an item or paper of a supplement in preparation has not (E-04)."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from govern.meetings.models import AgendaChange, AgendaItem, AgendaSupplement, ChangeKind, Paper

PLACE = "position"
"""The part of an item that a planned change of the order touches."""


def is_announced(row: AgendaItem | Paper) -> bool:
    """True unless ``row`` belongs to a supplement that was not sent yet."""
    return row.supplement_id is None or (row.supplement is not None and row.supplement.sent_at is not None)


def announced(model: type[AgendaItem] | type[Paper]) -> ColumnElement[bool]:
    """The same rule as :func:`is_announced`, as SQL."""
    sent = sa.select(AgendaSupplement.id).where(AgendaSupplement.sent_at.is_not(None))
    return sa.or_(model.supplement_id.is_(None), model.supplement_id.in_(sent))


def planned_moves(changes: Iterable[AgendaChange]) -> dict[int, int]:
    """Item id → the place within its level that the supplement in preparation gives it, from 0."""
    return {
        c.item_id: c.new_value["to"]
        for c in changes
        if c.kind is ChangeKind.ITEM_MOVED and c.new_value is not None and c.item_id is not None
    }

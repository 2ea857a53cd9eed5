"""Read the standing items of committees."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from govern.committees.models import Committee
from govern.db import db
from govern.meetings.models import StandingItem


def list_standing_items(committee: Committee) -> Sequence[StandingItem]:
    """Standing items new agendas of ``committee`` get, in their order."""
    return db.session.scalars(
        sa.select(StandingItem)
        .where(StandingItem.committee_id == committee.id, StandingItem.is_retired.is_(False))
        .order_by(StandingItem.at_end, StandingItem.position, StandingItem.id)
    ).all()

"""Read what was forwarded to the Land: all of it, of one matter, and what waits too long for its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from govern.actions.models import Matter, StateForwarding
from govern.actions.policies_gaps import forwardings_viewable_by
from govern.db import db
from govern.meetings.models import AgendaItem, Meeting, Resolution
from govern.people.models import User

PAGE_SIZE = 25


@dataclass(frozen=True)
class ForwardingPage:
    """One page of forwardings."""

    rows: Sequence[StateForwarding]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def list_forwardings(user: User, number: int, *, only_open: bool) -> ForwardingPage:
    """One page of the forwardings ``user`` sees: what waits for an answer first, the oldest on top."""
    conditions = [forwardings_viewable_by(user)]
    if only_open:
        conditions.append(StateForwarding.answered_on.is_(None))
    statement = sa.select(StateForwarding).join(StateForwarding.matter).where(*conditions)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(statement.subquery())) or 0
    rows = db.session.scalars(
        statement.options(contains_eager(StateForwarding.matter))
        .order_by(
            StateForwarding.answered_on.is_not(None), StateForwarding.answer_due_on.is_(None),
            StateForwarding.answer_due_on, StateForwarding.id,
        )
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    ).all()  # fmt: skip
    return ForwardingPage(rows, total, number)


def load_forwarding(forwarding: StateForwarding) -> StateForwarding:
    """The forwarding with everything its page shows, in one statement."""
    resolution = joinedload(StateForwarding.resolution)
    return db.session.scalars(
        sa.select(StateForwarding)
        .where(StateForwarding.id == forwarding.id)
        .options(
            joinedload(StateForwarding.matter).joinedload(Matter.body), joinedload(StateForwarding.files),
            resolution.joinedload(Resolution.committee),
            resolution.joinedload(Resolution.item).joinedload(AgendaItem.meeting).joinedload(Meeting.committee),
        )
        .execution_options(populate_existing=True)
    ).unique().one()  # fmt: skip


def list_late(day: date) -> Sequence[StateForwarding]:
    """Forwardings whose answer is missing after its day and of which nobody was told yet."""
    return db.session.scalars(
        sa.select(StateForwarding)
        .where(
            StateForwarding.answered_on.is_(None), StateForwarding.answer_due_on < day,
            StateForwarding.reminded_on.is_(None),
        )
        .options(joinedload(StateForwarding.matter).joinedload(Matter.body))
        .order_by(StateForwarding.id)
    ).all()  # fmt: skip

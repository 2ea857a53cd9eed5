"""Read which minutes wait for approval by the committee (E-14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from govern.db import db
from govern.formats import count
from govern.meetings.models import AgendaItem, Meeting, MeetingState, Objection, ObjectionState
from govern.meetings.policies import can_read_minutes, in_circle
from govern.people.models import User


@dataclass(frozen=True)
class Approval:
    """The minutes an item is about."""

    meeting: Meeting
    objections: int
    """Objections nobody has answered yet, as far as the reader may know of them."""
    is_readable: bool

    @property
    def text(self) -> str:
        """„1 Einwand offen", „keine Einwände offen"."""
        return count(self.objections, "Einwand offen", "Einwände offen") if self.objections else "keine Einwände offen"


def minutes_to_approve(meeting: Meeting) -> Meeting | None:
    """The last meeting before ``meeting`` whose minutes are released and not approved."""
    return db.session.scalars(
        sa.select(Meeting)
        .where(
            Meeting.committee_id == meeting.committee_id,
            Meeting.starts_at < meeting.starts_at,
            Meeting.state == MeetingState.RELEASED,
            Meeting.deleted_at.is_(None),
        )
        .order_by(Meeting.starts_at.desc(), Meeting.id.desc())
        .limit(1)
    ).first()


def approvals_of(items: Sequence[AgendaItem], user: User, *, public_only: bool = False) -> dict[int, Approval]:
    """Item id → the minutes it is about; one statement, none where no item is about minutes.

    ``public_only`` counts only the objections that everybody may know of.
    """
    wanted = [i for i in items if i.approves_meeting_id is not None]
    if not wanted:
        return {}
    is_open = sa.and_(Objection.meeting_id == Meeting.id, Objection.state == ObjectionState.OPEN)
    rows = db.session.execute(
        sa.select(
            Meeting,
            sa.select(sa.func.count(Objection.id)).where(is_open).correlate(Meeting).scalar_subquery(),
            sa.select(sa.func.count(Objection.id))
            .outerjoin(Objection.item)
            .where(is_open, sa.or_(Objection.item_id.is_(None), AgendaItem.is_public))
            .correlate(Meeting)
            .scalar_subquery(),
        ).where(Meeting.id.in_(sorted({i.approves_meeting_id for i in wanted if i.approves_meeting_id})))
    ).all()
    found = {
        m.id: Approval(m, every if in_circle(user, m) and not public_only else public, can_read_minutes(user, m))
        for m, every, public in rows
    }
    return {i.id: found[i.approves_meeting_id] for i in wanted if i.approves_meeting_id in found}

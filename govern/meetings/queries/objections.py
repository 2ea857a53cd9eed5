"""Read objections to minutes."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.committees.models import Mandate, Seat
from govern.db import db
from govern.formats import local
from govern.meetings.models import AgendaItem, Attendance, Meeting, Objection, ObjectionState
from govern.people.models import User


def list_objections(meeting: Meeting) -> Sequence[Objection]:
    """All objections to the minutes of ``meeting``, the oldest first; one statement."""
    return db.session.scalars(
        sa.select(Objection)
        .where(Objection.meeting_id == meeting.id)
        .options(joinedload(Objection.item), joinedload(Objection.revision))
        .order_by(Objection.id)
    ).all()


def open_objections_of(meeting_ids: Collection[int]) -> dict[int, int]:
    """Meeting id → objections that are neither answered nor withdrawn, for the item „Genehmigung des Protokolls“."""
    if not meeting_ids:
        return {}
    rows: Sequence[tuple[int, int]] = db.session.execute(
        sa.select(Objection.meeting_id, sa.func.count(Objection.id))
        .where(Objection.meeting_id.in_(sorted(meeting_ids)), Objection.state == ObjectionState.OPEN)
        .group_by(Objection.meeting_id)
    ).all()
    return {meeting_id: number for meeting_id, number in rows}


def list_items_to_object(meeting: Meeting) -> Sequence[AgendaItem]:
    """The items an objection can name, in the order of their numbers as minuted."""
    return db.session.scalars(
        sa.select(AgendaItem).where(AgendaItem.meeting_id == meeting.id).order_by(AgendaItem.position, AgendaItem.id)
    ).all()


def seat_label_of(user: User, meeting: Meeting) -> str:
    """The seat for which ``user`` speaks about ``meeting``: attended or held on its day; else the function."""
    day = local(meeting.starts_at).date()
    seats = db.session.scalars(
        sa.select(Seat)
        .outerjoin(Mandate, Mandate.seat_id == Seat.id)
        .outerjoin(Attendance, sa.and_(Attendance.seat_id == Seat.id, Attendance.meeting_id == meeting.id))
        .where(
            Seat.committee_id == meeting.committee_id,
            sa.or_(
                Attendance.person_id == user.person_id,
                sa.and_(
                    Mandate.person_id == user.person_id,
                    sa.or_(Mandate.ends_on.is_(None), Mandate.ends_on >= day),
                ),
            ),
        )
        .options(joinedload(Seat.organisations))
        .order_by(Seat.position, Seat.id)
    ).unique()
    first = seats.first()
    return first.label if first is not None else user.function_label


def approving_item(meeting: Meeting) -> AgendaItem | None:
    """The latest item „Genehmigung des Protokolls“ that has these minutes on the agenda."""
    return db.session.scalars(
        sa.select(AgendaItem)
        .join(AgendaItem.meeting)
        .where(AgendaItem.approves_meeting_id == meeting.id, Meeting.deleted_at.is_(None))
        .order_by(Meeting.starts_at.desc())
        .limit(1)
    ).first()

"""Befangenheit: a seat takes no part in an item (E-08)."""

from __future__ import annotations

from govern.db import db, now
from govern.errors import DomainError
from govern.meetings.models import AgendaItem, Attendance, Recusal, RecusalReason
from govern.meetings.services import phases
from govern.people.models import User


def declare(
    item: AgendaItem, attendance: Attendance, reason: RecusalReason, *, note: str = "", has_left_room: bool = False,
    from_the_start: bool = False, by: User,
) -> Recusal:  # fmt: skip
    """Record that a seat is recused at an item; declared again, the reason changes.

    It counts for votes from now on; ``from_the_start`` records late that the seat took no part in the item at all.
    """
    phases.require_in_session(item.meeting)
    if attendance.meeting_id != item.meeting_id:
        raise DomainError("Dieser Sitz gehört nicht zu dieser Sitzung.")
    recusal = db.session.query(Recusal).filter_by(item_id=item.id, attendance_id=attendance.id).first()
    if recusal is None:
        recusal = Recusal(item=item, attendance=attendance, declared_at=now())
        db.session.add(recusal)
    recusal.reason, recusal.note, recusal.has_left_room = reason, note.strip() or None, has_left_room
    if from_the_start and item.opened_at is not None:
        recusal.declared_at = min(recusal.declared_at, item.opened_at)
    db.session.flush()
    return recusal


def withdraw(recusal: Recusal, *, by: User) -> None:
    """Take back a recusal that was recorded by mistake."""
    phases.require_in_session(recusal.item.meeting)
    db.session.delete(recusal)
    db.session.flush()

"""Read meetings, agendas and resolutions. Nothing here changes anything."""

from __future__ import annotations

import sqlalchemy as sa

from govern.db import db
from govern.meetings.models import Attendance, AttendanceState, MeetingRole, MeetingRoleKind


def meeting_standing(person_id: int) -> tuple[frozenset[int], frozenset[int]]:
    """Meetings a person minutes, and meetings the person attends as deputy."""
    minuted = sa.select(MeetingRole.meeting_id, sa.literal("minutes").label("what")).where(
        MeetingRole.person_id == person_id, MeetingRole.kind == MeetingRoleKind.MINUTE_TAKER
    )
    attended = sa.select(Attendance.meeting_id, sa.literal("deputy").label("what")).where(
        Attendance.person_id == person_id, Attendance.state == AttendanceState.DEPUTY
    )
    rows = db.session.execute(minuted.union_all(attended)).all()
    return (
        frozenset(r.meeting_id for r in rows if r.what == "minutes"),
        frozenset(r.meeting_id for r in rows if r.what == "deputy"),
    )

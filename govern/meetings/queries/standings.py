"""What a person may do through meetings. Nothing here changes anything."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from govern.committees.queries.standings import Rows
from govern.meetings.models import Attendance, AttendanceState, MeetingRole, MeetingRoleKind
from govern.people.models import Standing

MINUTES, ATTENDED = "minutes", "attended"


def standing_rows(person_id: int) -> list[sa.Select[Any, Any, Any]]:
    """Statements with the columns `what`, `id` (of the meeting) and `seat_id`, to be read in one union."""
    nothing = sa.cast(sa.null(), sa.Integer).label("seat_id")
    return [
        sa.select(sa.literal(MINUTES, sa.Text).label("what"), MeetingRole.meeting_id.label("id"), nothing).where(
            MeetingRole.person_id == person_id, MeetingRole.kind == MeetingRoleKind.MINUTE_TAKER
        ),
        sa.select(sa.literal(ATTENDED, sa.Text).label("what"), Attendance.meeting_id.label("id"), nothing).where(
            Attendance.person_id == person_id, Attendance.state == AttendanceState.DEPUTY
        ),
    ]


def with_meetings(standing: Standing, rows: Rows) -> Standing:
    """``standing`` with the meetings a person minutes, and those the person attends as deputy."""
    return replace(
        standing,
        minute_meetings=frozenset(r.id for r in rows if r.what == MINUTES),
        attended_meetings=frozenset(r.id for r in rows if r.what == ATTENDED),
    )

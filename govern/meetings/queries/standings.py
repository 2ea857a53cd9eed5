"""What a person may do through meetings. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from govern.committees.models import Mandate, MandateKind, OfficerRole, Seat
from govern.committees.queries.standings import DAY, PERSON, Rows
from govern.meetings.models import (
    Attendance,
    AttendanceState,
    Invitation,
    InvitationAnswer,
    JointCommittee,
    MeetingRole,
    MeetingRoleKind,
)
from govern.people.models import Standing

MINUTES, ATTENDED = "minutes", "attended"
JOINT = "joint "
"""Before what the person is in a committee that meets jointly with another one."""


def standing_rows(committees: Sequence[sa.Select[Any, Any, Any]]) -> list[sa.Select[Any, Any, Any]]:
    """Statements with the columns `what`, `id` (of the meeting) and `seat_id`, to be read in one union.

    ``committees`` are the statements that tell what the person is in committees: joint meetings follow (E-20). The
    parameters are those of the committees' statements.
    """
    relation = sa.union_all(*committees).cte("relation")
    asked, held = aliased(Seat), aliased(Seat)  # a seat that is changed from a day on goes on under another id
    nothing = sa.cast(sa.null(), sa.Integer).label("seat_id")
    return [
        sa.select(sa.literal(MINUTES, sa.Text).label("what"), MeetingRole.meeting_id.label("id"), nothing).where(
            MeetingRole.person_id == PERSON, MeetingRole.kind == MeetingRoleKind.MINUTE_TAKER
        ),
        sa.select(sa.literal(ATTENDED, sa.Text).label("what"), Attendance.meeting_id.label("id"), nothing).where(
            Attendance.person_id == PERSON, Attendance.state == AttendanceState.DEPUTY
        ),
        sa.select(sa.literal(ATTENDED, sa.Text).label("what"), MeetingRole.meeting_id.label("id"), nothing).where(
            MeetingRole.person_id == PERSON, MeetingRole.kind != MeetingRoleKind.MINUTE_TAKER
        ),
        sa.select(sa.literal(ATTENDED, sa.Text).label("what"), Invitation.meeting_id.label("id"), nothing).where(
            Invitation.person_id == PERSON,
            Invitation.stands_in_for_id.is_not(None),
            Invitation.revoked_at.is_(None),
            sa.or_(Invitation.answer.is_(None), Invitation.answer != InvitationAnswer.NO),
            sa.exists().where(
                Mandate.person_id == PERSON,
                held.id == Mandate.seat_id,
                asked.id == Invitation.seat_id,
                asked.committee_id == held.committee_id,
                Mandate.kind == MandateKind.DEPUTY,
                sa.or_(Mandate.ends_on.is_(None), Mandate.ends_on >= DAY),
            ),
        ),
        sa.select((JOINT + relation.c.what).label("what"), JointCommittee.meeting_id.label("id"), nothing).join(
            relation, relation.c.id == JointCommittee.committee_id
        ),
    ]


def with_meetings(standing: Standing, rows: Rows) -> Standing:
    """``standing`` with the meetings a person minutes, leads, joins with a committee or attends as deputy."""
    members = (MandateKind.HOLDER, MandateKind.DEPUTY)
    return replace(
        standing,
        minute_meetings=frozenset(r.id for r in rows if r.what == MINUTES),
        attended_meetings=frozenset(r.id for r in rows if r.what == ATTENDED),
        joint_member_meetings=_joint(rows, *members),
        joint_holder_meetings=_joint(rows, MandateKind.HOLDER),
        joint_led_meetings=_joint(rows, OfficerRole.CHAIR, OfficerRole.OFFICE),
    )


def _joint(rows: Rows, *what: str) -> frozenset[int]:
    return frozenset(r.id for r in rows if r.what in [JOINT + word for word in what])

"""Joint meetings: which meetings belong to a committee, and which committees meet, led by whom (E-20)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from govern.committees.models import CommitteeOfficer, OfficerRole
from govern.meetings.models import JointCommittee, Meeting


def belongs_to(committee_ids: Collection[int]) -> sa.ColumnElement[bool]:
    """Meetings of these committees, those they hold jointly with another one included."""
    ids = sorted(committee_ids)
    own = sa.select(Meeting.id).where(Meeting.committee_id.in_(ids))
    joined = sa.select(JointCommittee.meeting_id).where(JointCommittee.committee_id.in_(ids))
    return Meeting.id.in_(own.union_all(joined))


def is_of_meeting(committee_id: InstrumentedAttribute[int], meeting: Meeting) -> sa.ColumnElement[bool]:
    """``committee_id`` is one of the committees that meet."""
    further = sa.select(JointCommittee.committee_id).where(JointCommittee.meeting_id == meeting.id)
    return sa.or_(committee_id == meeting.committee_id, committee_id.in_(further))


def is_chair_of_meeting(meeting: Any, day: Any) -> sa.ColumnElement[bool]:
    """Officers who lead a committee that meets, on the day of the meeting; fits a meeting and what stands for one."""
    return sa.and_(
        is_of_meeting(CommitteeOfficer.committee_id, meeting),
        CommitteeOfficer.role == OfficerRole.CHAIR,
        CommitteeOfficer.starts_on <= day,
        sa.or_(CommitteeOfficer.ends_on.is_(None), CommitteeOfficer.ends_on >= day),
    )

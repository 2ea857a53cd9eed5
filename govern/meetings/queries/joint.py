"""Joint meetings: which meetings belong to a committee, and which committees meet (E-20)."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

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

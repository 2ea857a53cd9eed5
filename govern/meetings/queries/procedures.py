"""Which rules of procedure hold for a meeting: those of its day, and after closing those it was closed with (E-19)."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from govern.committees.models import Committee
from govern.committees.procedures import Procedure, procedure_from_json
from govern.committees.queries.procedures import procedure_of, procedures_of
from govern.db import UtcDateTime, db
from govern.formats import local
from govern.meetings.models import CLOSED_STATES, JointCommittee, Meeting


def procedure_of_meeting(meeting: Meeting, committee: Committee | None = None) -> Procedure:
    """The rules that hold for ``meeting``: frozen once it is closed, else as of its day. At most one statement.

    ``committee`` asks for the rules of the other committee of a joint meeting.
    """
    if committee is None or committee.id == meeting.committee_id:
        if meeting.rules_at_closing is not None:
            return procedure_from_json(meeting.rules_at_closing)
        committee = meeting.committee
    return procedure_of(committee, local(meeting.starts_at).date())


def procedures_of_meeting(meeting: Meeting) -> dict[int, Procedure]:
    """The same for every committee that meets, by its id; at most one statement."""
    others = [joint.committee for joint in meeting.joint_committees]
    if meeting.rules_at_closing is None:
        return procedures_of(meeting.committees, local(meeting.starts_at).date())
    held = procedures_of(others, local(meeting.starts_at).date()) if others else {}
    return {meeting.committee_id: procedure_from_json(meeting.rules_at_closing), **held}


def last_closed_day(committee: Committee | None) -> date | None:
    """The day of the last closed meeting of ``committee``, alone or jointly; None as argument: of any committee."""
    latest = sa.select(sa.type_coerce(sa.func.max(Meeting.starts_at), UtcDateTime)).where(
        Meeting.state.in_(CLOSED_STATES)
    )
    if committee is not None:
        joint = sa.select(JointCommittee.meeting_id).where(JointCommittee.committee_id == committee.id)
        latest = latest.where(sa.or_(Meeting.committee_id == committee.id, Meeting.id.in_(joint)))
    moment = db.session.scalar(latest)
    return local(moment).date() if moment is not None else None

"""What the page of minutes shows beside them: what comes next, objections, versions, who got them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from govern.committees.deadlines import minutes_due
from govern.committees.models import RuleKind
from govern.committees.procedures import ApprovalMode, Procedure
from govern.formats import local, today
from govern.meetings.models import Meeting, MeetingState, MinutesMail, MinutesVersion, Objection, ObjectionState
from govern.meetings.policies import can_minute, in_circle
from govern.meetings.policies_minutes import can_object, can_send_extracts
from govern.meetings.queries.extracts import ExtractFigures, extract_figures
from govern.meetings.queries.minutes_versions import list_sent, list_versions
from govern.meetings.queries.objections import list_objections
from govern.meetings.queries.procedures import procedure_of_meeting
from govern.people.models import User


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The minutes as somebody works with them."""

    procedure: Procedure
    objections: Sequence[Objection]
    """Empty for readers outside the circle of the committee."""
    versions: Sequence[MinutesVersion]
    sent: Sequence[MinutesMail]
    """For those who minute the meeting."""
    extracts: ExtractFigures | None
    """For those who send extracts of the resolutions."""
    due_on: date | None
    """Last day for the draft."""
    is_late: bool
    may_object: bool
    objections_over: bool

    @property
    def open_objections(self) -> int:
        return sum(o.state is ObjectionState.OPEN for o in self.objections)

    @property
    def approval(self) -> ApprovalMode | None:
        """How the minutes are approved; None: releasing them is the end."""
        mode: ApprovalMode | None = self.procedure.mode(RuleKind.MINUTES_APPROVAL)
        return mode

    @property
    def can_be_approved_by_silence(self) -> bool:
        return self.approval is ApprovalMode.SILENCE and self.objections_over and not self.open_objections


def desk_of(meeting: Meeting, user: User, procedure: Procedure | None = None) -> Desk:
    """Everything beside the minutes that ``user`` may see; the number of statements does not grow."""
    is_inside = in_circle(user, meeting)
    procedure = procedure or procedure_of_meeting(meeting)
    until = meeting.objections_until
    is_over = until is not None and today() > until
    due_on = minutes_due(procedure, local(meeting.starts_at).date())
    return Desk(
        procedure=procedure,
        objections=list_objections(meeting) if is_inside and meeting.is_released else [],
        versions=list_versions(meeting) if meeting.is_released else [],
        sent=list_sent(meeting) if can_minute(user, meeting) and meeting.is_released else [],
        extracts=extract_figures(meeting) if can_send_extracts(user, meeting) else None,
        due_on=due_on,
        is_late=due_on is not None and meeting.state is MeetingState.CLOSED and today() > due_on,
        may_object=can_object(user, meeting) and not is_over,
        objections_over=is_over,
    )

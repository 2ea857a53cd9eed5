"""Items that come onto agendas by themselves: from the rules of procedure, and for minutes still to be approved."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from govern.committees.models import RuleKind
from govern.committees.procedures import ApprovalMode, Procedure
from govern.committees.queries.procedures import procedure_of
from govern.db import db
from govern.formats import date_text, local
from govern.meetings.models import AgendaItem, ItemKind, ItemPurpose, Meeting, MeetingState
from govern.meetings.queries.approvals import minutes_to_approve

MINUTES = {ItemPurpose.MINUTES_APPROVAL: 5, ItemPurpose.RESOLUTION_TRACKING: 15, ItemPurpose.MEMBER_REPORTS: 20}
"""How long they are planned for, until somebody changes it."""

KINDS = {
    ItemPurpose.MINUTES_APPROVAL: ItemKind.DECISION,
    ItemPurpose.RESOLUTION_TRACKING: ItemKind.REPORT,
    ItemPurpose.MEMBER_REPORTS: ItemKind.REPORT,
}
"""The items, in the order in which they stand on an agenda, with their kind."""


def add_own_items(meeting: Meeting) -> list[AgendaItem]:
    """Add what the rules of the committee ask every agenda for and it does not have; returns what was added.

    They stand after the first item (the opening), in a fixed order; who prepares the agenda may move or remove them.
    """
    there = {item.purpose for item in meeting.items if item.purpose is not None}
    procedure = procedure_of(meeting.committee, local(meeting.starts_at).date())
    added = []
    for purpose, kind in KINDS.items():
        if purpose in there or not _is_asked(purpose, procedure):
            continue
        earlier = minutes_to_approve(meeting) if purpose is ItemPurpose.MINUTES_APPROVAL else None
        if purpose is ItemPurpose.MINUTES_APPROVAL and earlier is None:
            continue
        added.append(
            AgendaItem(
                title=_title(purpose, earlier), kind=kind, purpose=purpose, planned_minutes=MINUTES[purpose],
                approves_meeting_id=earlier.id if earlier else None, proposed_resolution=_proposal(earlier),
            )
        )  # fmt: skip
    if added:
        _put_after_the_first(meeting, added)
    return added


def point_at_minutes(meeting: Meeting) -> None:
    """Let the item „Genehmigung des Protokolls" of a new agenda point at the minutes it is about, if there are any."""
    for item in meeting.items:
        if item.purpose is ItemPurpose.MINUTES_APPROVAL and item.approves_meeting_id is None:
            earlier = minutes_to_approve(meeting)
            item.approves_meeting_id = earlier.id if earlier else None
            item.proposed_resolution = item.proposed_resolution or _proposal(earlier)


def announce_approval(released: Meeting) -> None:
    """The minutes of ``released`` can be approved: the next meeting in preparation gets the item, if the rule asks."""
    following = db.session.scalars(
        sa.select(Meeting)
        .where(
            Meeting.committee_id == released.committee_id,
            Meeting.starts_at > released.starts_at,
            Meeting.state == MeetingState.PREPARING,
            Meeting.deleted_at.is_(None),
        )
        .order_by(Meeting.starts_at)
        .limit(1)
    ).first()
    if following is None or following.invited_at is not None or not following.items:
        return
    if any(i.approves_meeting_id == released.id for i in following.items):
        return
    point_at_minutes(following)
    add_own_items(following)
    db.session.flush()


def _is_asked(purpose: ItemPurpose, procedure: Procedure) -> bool:
    if purpose is ItemPurpose.MINUTES_APPROVAL:
        return bool(procedure.mode(RuleKind.MINUTES_APPROVAL) == ApprovalMode.NEXT_MEETING)
    rules = {
        ItemPurpose.RESOLUTION_TRACKING: RuleKind.RESOLUTION_TRACKING,
        ItemPurpose.MEMBER_REPORTS: RuleKind.MEMBER_REPORTS,
    }
    return procedure.is_on(rules[purpose])


def _title(purpose: ItemPurpose, earlier: Meeting | None) -> str:
    if earlier is None:
        return purpose.label
    return f"{purpose.label}: {earlier.name} vom {local(earlier.starts_at):%d.%m.%Y}"


def _proposal(earlier: Meeting | None) -> str:
    if earlier is None:
        return ""
    return f"Das Protokoll vom {date_text(earlier.starts_at)} ({earlier.name}) wird genehmigt."


def _put_after_the_first(meeting: Meeting, added: Sequence[AgendaItem]) -> None:
    top = sorted(
        (i for i in meeting.items if i.parent_id is None and i.parent is None), key=lambda i: (i.position, i.id or 0)
    )
    opening = 1 if top and top[0].standing_item_id is not None else 0
    for position, item in enumerate([*top[:opening], *added, *top[opening:]], start=1):
        item.position = position
    meeting.items.extend(added)

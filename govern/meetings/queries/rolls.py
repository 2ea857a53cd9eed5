"""Read who may vote: the roll of each committee of a meeting at an item and a moment, and what was found before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload

from govern.committees.models import Committee, Participation, RuleKind
from govern.committees.procedures import Procedure
from govern.db import db
from govern.meetings.models import AgendaItem, Attendance, Meeting, QuorumFinding, Recusal
from govern.meetings.queries.attendances import is_vacant
from govern.meetings.queries.procedures import procedure_of_meeting
from govern.meetings.rolls import Place, Roll, call_roll, rules_from


def list_recusals(meeting: Meeting) -> Sequence[Recusal]:
    """All recusals of a meeting, in the order in which they were declared."""
    return db.session.scalars(
        sa.select(Recusal)
        .join(Recusal.item)
        .where(AgendaItem.meeting_id == meeting.id)
        .options(joinedload(Recusal.item), joinedload(Recusal.attendance))
        .order_by(Recusal.id)
    ).all()


def list_findings(meeting: Meeting) -> Sequence[QuorumFinding]:
    """What was found about the quorum, in order."""
    return db.session.scalars(
        sa.select(QuorumFinding).where(QuorumFinding.meeting_id == meeting.id).order_by(QuorumFinding.id)
    ).all()


def rolls_of(
    meeting: Meeting,
    item: AgendaItem | None,
    moment: datetime | None,
    *,
    attendances: Sequence[Attendance],
    recused: Collection[int],
    findings: Sequence[QuorumFinding],
    committees: Sequence[Committee],
    procedures: Mapping[int, Procedure] | None = None,
    is_called_again: bool | None = None,
) -> dict[int, Roll]:
    """Committee id → its roll at ``item`` and ``moment``.

    ``recused``: ids of attendances recused at the item; ``procedures``: the rules by committee id; ``is_called_again``:
    whether it is a second call; both if known.
    """
    rolls = {}
    if is_called_again is None:
        is_called_again = item is not None and is_second_call(item)
    for committee in committees:
        held = procedures[committee.id] if procedures else procedure_of_meeting(meeting, committee)
        rows = [a for a in attendances if a.seat.committee_id == committee.id]
        found = [f.is_quorate for f in findings if f.committee_id == committee.id]
        rolls[committee.id] = call_roll(
            places(rows, attendances, recused), rules_from(held), moment,
            last_finding=found[-1] if found else None,
            is_second_call=is_called_again and held.is_on(RuleKind.SECOND_MEETING),
        )  # fmt: skip
    return rolls


def rolls_now(meeting: Meeting, item: AgendaItem | None, moment: datetime | None,
              attendances: Sequence[Attendance]) -> dict[int, Roll]:  # fmt: skip
    """The rolls with everything read afresh, for services."""
    recused = {r.attendance_id for r in list_recusals(meeting) if item is not None and r.item_id == item.id}
    return rolls_of(meeting, item, moment, attendances=attendances, recused=recused, findings=list_findings(meeting),
                    committees=meeting.committees)  # fmt: skip


def rolls_for(item: AgendaItem, moment: datetime | None, when: datetime,
              attendances: Sequence[Attendance]) -> dict[int, Roll]:  # fmt: skip
    """The rolls of a vote on ``item`` cast at ``when``; a recusal counts from when it was declared."""
    recused = {r.attendance_id for r in list_recusals(item.meeting) if r.item_id == item.id and r.declared_at <= when}
    return rolls_of(item.meeting, item, moment, attendances=attendances, recused=recused,
                    findings=list_findings(item.meeting), committees=item.meeting.committees)  # fmt: skip


def places(rows: Iterable[Attendance], all_rows: Sequence[Attendance], recused: Collection[int]) -> list[Place]:
    """The recorded attendance as the rules read it."""
    return [
        Place(
            key=row.id,
            label=row.label,
            voting=row.voting or row.seat.voting,
            is_standing=row.seat.participation is Participation.STANDING,
            state=row.state,
            is_vacant=is_vacant(row, all_rows),
            arrived_at=row.arrived_at,
            left_at=row.left_at,
            breaks=tuple((b.left_at, b.returned_at) for b in row.breaks),
            is_recused=row.id in recused,
        )
        for row in rows
    ]


def is_second_call(item: AgendaItem) -> bool:
    """The predecessor of ``item`` failed for want of a quorum, and the invitation said what that means."""
    return item.is_second_call and lacked_quorum(item)


def offers_second_call(item: AgendaItem) -> bool:
    """True where the invitation may say that the number does not matter: the rule is on, the first meeting failed."""
    if item.predecessor_id is None or not procedure_of_meeting(item.meeting).is_on(RuleKind.SECOND_MEETING):
        return False
    return lacked_quorum(item)


def lacked_quorum(item: AgendaItem) -> bool:
    """The predecessor of ``item`` was found to have no quorum; at most one statement."""
    if item.predecessor_id is None:
        return False
    return db.session.scalar(finding_about(item.predecessor_id)) is False


def finding_about(item_id: int | InstrumentedAttribute[int | None]) -> sa.Select[bool]:
    """What was found last about the quorum at an item: whether there was one."""
    asked = aliased(AgendaItem)
    return (
        sa.select(QuorumFinding.is_quorate)
        .join(asked, asked.meeting_id == QuorumFinding.meeting_id)
        .where(asked.id == item_id, sa.or_(QuorumFinding.item_id == asked.id, QuorumFinding.item_id.is_(None)))
        .order_by(QuorumFinding.id.desc())
        .limit(1)
    )

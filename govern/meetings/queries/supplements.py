"""Read supplements of a frozen agenda: the one in preparation, its lines, who would get what of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.committees.deadlines import papers_due
from govern.committees.models import RuleKind
from govern.committees.procedures import Procedure, Rule
from govern.db import db, fingerprint
from govern.formats import local, today
from govern.meetings.agenda_lines import ChangeLine, lines_of
from govern.meetings.agenda_numbers import Placed, in_order, numbering, placed
from govern.meetings.announced import is_announced, planned_moves
from govern.meetings.models import (
    AgendaChange,
    AgendaItem,
    AgendaSupplement,
    ChangeKind,
    Meeting,
    MeetingState,
    SupplementKind,
)
from govern.meetings.queries.agendas import item_parts
from govern.meetings.queries.invitations import standing_invitations
from govern.meetings.queries.notices import Notice, notice_of
from govern.meetings.queries.procedures import procedure_of_meeting
from govern.meetings.queries.recipients import with_recipients
from govern.meetings.recipients import Recipient, fingerprint_of

WITH_MEETING = (joinedload(AgendaSupplement.meeting),)
"""What the page of a supplement loads along."""

RULES: dict[SupplementKind, RuleKind] = {
    SupplementKind.TABLE_PAPER: RuleKind.TABLE_PAPERS,
    SupplementKind.URGENT: RuleKind.URGENT_ITEMS,
}
"""Which rule of procedure says how a kind of supplement is treated (E-05)."""


def is_frozen(meeting: Meeting) -> bool:
    """True from the first invitation until the meeting is closed: what changes is a supplement."""
    return meeting.invited_at is not None and meeting.state in (MeetingState.PUBLISHED, MeetingState.IN_SESSION)


def draft_of(meeting: Meeting) -> AgendaSupplement | None:
    """The supplement in preparation; there is at most one."""
    return db.session.scalars(
        sa.select(AgendaSupplement).where(AgendaSupplement.meeting_id == meeting.id, AgendaSupplement.sent_at.is_(None))
    ).one_or_none()


def planned_values(item: AgendaItem) -> dict[str, Any]:
    """What the supplement in preparation is going to set in ``item``, by field; no statement unless it is frozen."""
    if not is_frozen(item.meeting):
        return {}
    rows = db.session.scalars(
        sa.select(AgendaChange)
        .join(AgendaChange.supplement)
        .where(
            AgendaChange.item_id == item.id,
            AgendaChange.kind == ChangeKind.ITEM_CHANGED,
            AgendaSupplement.sent_at.is_(None),
        )
    ).all()
    return {row.field or "": row.new_value["to"] for row in rows if row.new_value is not None}


def agenda_items(meeting: Meeting) -> Sequence[AgendaItem]:
    """All items of a meeting in their order, those of a supplement in preparation too; one statement."""
    items = (
        db.session.scalars(
            sa.select(AgendaItem)
            .where(AgendaItem.meeting_id == meeting.id)
            .options(joinedload(AgendaItem.supplement), *item_parts())
        )
        .unique()
        .all()
    )
    return in_order(items)


def numbers_before(items: Sequence[AgendaItem]) -> dict[int, str]:
    """Item id → its number as the members know it."""
    return numbering(item for item in items if is_announced(item))


def numbers_after(items: Sequence[AgendaItem], changes: Sequence[AgendaChange]) -> dict[int, str]:
    """Item id → its number once the supplement with ``changes`` is sent."""
    return numbering(placed_after(items, changes))


def placed_after(items: Sequence[AgendaItem], changes: Sequence[AgendaChange]) -> list[Placed]:
    """Where the items stand, and how public they are, once the supplement with ``changes`` is sent."""
    public = {
        c.item_id: c.new_value["to"]
        for c in changes
        if c.kind is ChangeKind.ITEM_CHANGED and c.field == "is_public" and c.new_value is not None
    }
    return [
        replace(each, is_public=public.get(each.id, public.get(each.parent_id, each.is_public)))
        for each in placed(items, planned_moves(changes))
    ]


def moved_items(before: dict[int, str], after: dict[int, str]) -> list[tuple[int, str, str]]:
    """Items that are counted differently afterwards: (item id, old number, new number).

    What becomes public or confidential changes its number by that; a line of its own says so.
    """
    return [
        (i, before[i], number)
        for i, number in after.items()
        if i in before and before[i] != number and before[i].startswith("N") == number.startswith("N")
    ]


def lines_for(recipient: Recipient, lines: Sequence[ChangeLine], *, is_mailbox: bool) -> list[ChangeLine]:
    """What of ``lines`` one recipient may read; a shared mailbox is read by many, so only public ones go there."""
    if recipient.guest is not None:
        invited = {item.id for item in recipient.guest.items}
        return [line for line in lines if line.item.id in invited]
    if recipient.reads_confidential and not is_mailbox:
        return list(lines)
    return [line for line in lines if line.is_public]


def reached_by(recipient: Recipient, lines: Sequence[ChangeLine]) -> Recipient | None:
    """``recipient`` with the addresses at which there is something to read; None where nothing of it is for them."""
    if not recipient.addresses:
        return recipient if lines_for(recipient, lines, is_mailbox=False) else None
    kept = tuple(a for a in recipient.addresses if lines_for(recipient, lines, is_mailbox=a.is_mailbox))
    return replace(recipient, addresses=kept) if kept else None


@dataclass(frozen=True, kw_only=True)
class SupplementPreview:
    """What a supplement changes, who gets what of it, and which deadlines it keeps."""

    lines: Sequence[ChangeLine]
    moved: Sequence[tuple[AgendaItem, str, str]]
    """Items that get another number: item, old, new."""
    recipients: Sequence[tuple[Recipient, int]]
    """Who gets how many of the lines."""
    spared: Sequence[Recipient]
    """Invited, but nothing of it is for them."""
    notice: Notice
    papers_due: date | None
    procedure: Procedure

    @property
    def rules(self) -> list[tuple[Rule, str]]:
        """The rules on what comes late, with the way they are meant."""
        kinds = list(RULES.values())
        return [
            (self.procedure.rule(kind), mode.label if (mode := self.procedure.mode(kind)) else "") for kind in kinds
        ]

    @property
    def adds_items(self) -> bool:
        return any(line.kind is ChangeKind.ITEM_ADDED for line in self.lines)

    @property
    def adds_papers(self) -> bool:
        return any(line.kind is ChangeKind.PAPER_ADDED or line.papers for line in self.lines)

    @property
    def needs_reason(self) -> bool:
        """New items after the notice period (E-02)."""
        return self.adds_items and not self.notice.is_kept

    @property
    def is_late_for_papers(self) -> bool:
        return self.adds_papers and self.papers_due is not None and today() > self.papers_due

    @property
    def mails(self) -> int:
        return sum(len(r.addresses) for r, _count in self.recipients)

    @property
    def seen(self) -> str:
        """What was shown, so that nobody sends anything else unseen."""
        lines = [
            (line.change.id, line.number, line.title, line.change.new_text, [p.id for p in line.papers])
            for line in self.lines
        ]
        return fingerprint(lines, *fingerprint_of(r for r, _count in self.recipients))


def preview_of_supplement(supplement: AgendaSupplement) -> SupplementPreview:
    """What would go out, and to whom, if ``supplement`` were sent now."""
    meeting = supplement.meeting
    items = agenda_items(meeting)
    after = numbers_after(items, supplement.changes)
    lines = lines_of(supplement.changes, after)
    by_id = {item.id: item for item in items}
    everybody = [r for _invitation, r in with_recipients(standing_invitations(meeting))]
    reached = [(r, reached_by(r, lines)) for r in everybody]
    procedure = procedure_of_meeting(meeting)
    return SupplementPreview(
        lines=lines,
        moved=[(by_id[i], old, new) for i, old, new in moved_items(numbers_before(items), after)],
        recipients=[(to, _most(to, lines)) for _r, to in reached if to is not None],
        spared=[r for r, to in reached if to is None],
        notice=notice_of(meeting, procedure, today()),
        papers_due=papers_due(procedure, local(meeting.starts_at).date()),
        procedure=procedure,
    )


def _most(recipient: Recipient, lines: Sequence[ChangeLine]) -> int:
    only_mailbox = bool(recipient.addresses) and all(a.is_mailbox for a in recipient.addresses)
    return len(lines_for(recipient, lines, is_mailbox=only_mailbox))

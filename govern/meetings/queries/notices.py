"""Whether a meeting is invited to in time, and what the minutes say where it was not (E-02)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from govern.committees.deadlines import day_count, is_assumed, notice_due
from govern.committees.models import RuleKind
from govern.committees.procedures import Procedure, Rule
from govern.formats import count, local
from govern.meetings.models import DispatchKind, Meeting, MeetingMove


@dataclass(frozen=True)
class Notice:
    """The notice period of a meeting as it stands when the invitation goes out on ``sent_on``."""

    rule: Rule
    due: date | None
    """The last day in time; None where no notice period is settled."""
    shortened_due: date | None
    sent_on: date

    @property
    def is_kept(self) -> bool:
        """True also where no notice period is settled."""
        return self.due is None or self.sent_on <= self.due

    @property
    def is_shortened(self) -> bool:
        """Too late for the full period, in time for the shortened one."""
        return not self.is_kept and self.shortened_due is not None and self.sent_on <= self.shortened_due

    @property
    def is_assumed(self) -> bool:
        """The rule does not say how its days are counted."""
        return is_assumed(self.rule)

    @property
    def rule_text(self) -> str:
        """„Ladungsfrist 14 Tage (volle Tage dazwischen)"."""
        if self.due is None or self.rule.number is None:
            return "Für dieses Gremium ist keine Ladungsfrist geregelt."
        return f"Ladungsfrist {count(self.rule.number, 'Tag', 'Tage')} ({day_count(self.rule).label})"


def notice_of(meeting: Meeting, procedure: Procedure, sent_on: date) -> Notice:
    """The notice period for an invitation that goes out on ``sent_on``; no statement."""
    rule = procedure.rule(RuleKind.NOTICE_PERIOD)
    day = local(meeting.starts_at).date()
    return Notice(rule, notice_due(rule, day), notice_due(procedure.rule(RuleKind.SHORTENED_NOTICE), day), sent_on)


def untold_moves(meeting: Meeting) -> list[MeetingMove]:
    """The moves of ``meeting`` the invited have not been told of, the earliest first."""
    told = (DispatchKind.INVITATION, DispatchKind.CHANGE, DispatchKind.CANCELLATION)
    last = max((d.sent_at for d in meeting.dispatches if d.kind in told), default=None)
    return [move for move in meeting.moves if last is None or move.moved_at >= last]


def notice_of_move(meeting: Meeting, procedure: Procedure, sent_on: date) -> Notice | None:
    """The notice period if the invited are told of a new day on ``sent_on``; None while they know the day."""
    moves = untold_moves(meeting)
    if meeting.is_cancelled or not moves:
        return None
    if local(moves[0].old_starts_at).date() == local(meeting.starts_at).date():
        return None
    return notice_of(meeting, procedure, sent_on)

"""Until when topics may be brought for a meeting, and which came later (E-18)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.committees.models import Committee, ProcedureRule, RuleKind
from govern.committees.procedures import Admission, Procedure, Rule, procedure_from_rows
from govern.db import UtcDateTime, db, now
from govern.formats import date_short, local, today
from govern.meetings.models import Meeting, MeetingState, Topic, TopicState

WAITING = (MeetingState.PREPARING, MeetingState.PUBLISHED)
COMMITTEES: Any = sa.bindparam("committee_ids", expanding=True)
UNDECIDED = (TopicState.PROPOSED, TopicState.ACCEPTED, TopicState.RETURNED)


@dataclass(frozen=True)
class TopicDeadline:
    """Until when topics for one meeting may be brought, and what happens to later ones."""

    meeting: Meeting
    day: date | None
    """The last day; None where the committee has no such rule."""
    rule: Rule
    admission: Rule
    """The rule on urgent items, which later topics are."""

    @property
    def is_over(self) -> bool:
        """True after the last day."""
        return self.day is not None and today() > self.day

    @property
    def refuses_late(self) -> bool:
        """True where it is stated that nothing late is treated."""
        return self.admission.state.value == "off"

    @property
    def asks_committee(self) -> bool:
        """True where something late is treated only if the committee consents in the meeting."""
        return self.admission.is_on and self.admission.mode == Admission.WITH_CONSENT

    @property
    def late_from(self) -> datetime | None:
        """Nothing brought before was late, whenever the meeting was moved; None without a last day."""
        if self.day is None:
            return None
        planned = local(self.meeting.starts_at).date()
        first = min([planned, *(local(move.old_starts_at).date() for move in self.meeting.moves)])
        return datetime.combine(self.day + (first - planned), time(), UTC)

    @property
    def text(self) -> str:
        """„Themen bis Di., 12. Mai 2026"."""
        return f"Themen bis {date_short(self.day)}" if self.day else "keine Frist für Themen"

    def is_late(self, topic: Topic) -> bool:
        """True if ``topic`` was brought after the last day as it was then: moving the meeting makes nothing late.

        What earlier meetings left over never is.
        """
        if self.day is None or topic.is_carried_over:
            return False
        later = (move.old_starts_at for move in self.meeting.moves if move.moved_at > topic.created_at)
        day_then = next(later, self.meeting.starts_at)
        moved = local(day_then).date() - local(self.meeting.starts_at).date()
        return local(topic.created_at).date() > self.day + moved

    def late_of(self, topics: Collection[Topic]) -> list[Topic]:
        """Those of ``topics`` that were brought after the last day."""
        return [t for t in topics if self.is_late(t)]


def topic_deadline(meeting: Meeting, procedure: Procedure) -> TopicDeadline:
    """The deadline for topics of ``meeting`` under the rules of its day."""
    days = procedure.number(RuleKind.TOPIC_DEADLINE)
    day = local(meeting.starts_at).date() - timedelta(days=days) if days is not None else None
    return TopicDeadline(meeting, day, procedure.rule(RuleKind.TOPIC_DEADLINE), procedure.rule(RuleKind.URGENT_ITEMS))


def next_deadlines(committees: Collection[Committee]) -> dict[int, TopicDeadline]:
    """Of every committee the coming meeting for which topics are gathered, with its deadline; two statements."""
    if not committees:
        return {}
    values = {"committee_ids": sorted({c.id for c in committees}), "now": now()}
    meetings = db.session.scalars(_next_meetings(), values).unique().all()
    return {d.meeting.committee_id: d for d in deadlines_of(meetings)}


@cache
def _next_meetings() -> sa.Select[Meeting]:
    first = (
        sa.select(Meeting.committee_id, sa.func.min(Meeting.starts_at).label("starts_at"))
        .where(
            Meeting.committee_id.in_(COMMITTEES),
            Meeting.deleted_at.is_(None),
            Meeting.state.in_(WAITING),
            Meeting.starts_at >= sa.bindparam("now", type_=UtcDateTime),
        )
        .group_by(Meeting.committee_id)
        .subquery()
    )
    return (
        sa.select(Meeting)
        .join(first, sa.and_(first.c.committee_id == Meeting.committee_id, first.c.starts_at == Meeting.starts_at))
        .where(Meeting.deleted_at.is_(None), Meeting.state.in_(WAITING))
        .options(joinedload(Meeting.moves))
        .order_by(Meeting.id.desc())
    )


def deadlines_of(meetings: Sequence[Meeting]) -> list[TopicDeadline]:
    """The deadline of each of ``meetings`` under the rules of its own day; one statement."""
    if not meetings:
        return []
    rows = db.session.scalars(_rules(), {"committee_ids": sorted({m.committee_id for m in meetings})}).all()
    return [
        topic_deadline(
            m,
            procedure_from_rows(
                (r for r in rows if r.committee_id in (m.committee_id, None)), local(m.starts_at).date()
            ),
        )
        for m in meetings
    ]


@cache
def _rules() -> sa.Select[ProcedureRule]:
    return sa.select(ProcedureRule).where(
        ProcedureRule.kind.in_([RuleKind.TOPIC_DEADLINE, RuleKind.URGENT_ITEMS]),
        sa.or_(ProcedureRule.committee_id.in_(COMMITTEES), ProcedureRule.committee_id.is_(None)),
    )


def late_topics(topics: Collection[Topic]) -> dict[int, TopicDeadline]:
    """Undecided topics that came after the deadline of the next meeting of their committee: topic id → deadline."""
    waiting = [t for t in topics if t.state in UNDECIDED]
    found = next_deadlines([t.committee for t in waiting])
    return {
        t.id: deadline for t in waiting if (deadline := found.get(t.committee_id)) is not None and deadline.is_late(t)
    }

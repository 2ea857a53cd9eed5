"""What speaks against a date: holidays of the Land, and other meetings of the county at the same time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.db import db
from govern.formats import clock_time, local
from govern.free_days import day_words
from govern.meetings.models import Meeting, MeetingState

Span = tuple[datetime, datetime]


def objections(spans: Sequence[Span], *, except_for: int | None = None) -> dict[Span, list[str]]:
    """German words for each span of time: weekend, holidays, other meetings that overlap; one statement.

    Dates say nothing of what a meeting is about, so other committees' meetings are named to whoever plans.
    ``except_for`` is the id of a meeting that does not count.
    """
    meetings = _meetings(spans, except_for)
    return {span: [*day_words(local(span[0]).date()), *_overlapping(span, meetings)] for span in spans}


def _meetings(spans: Sequence[Span], except_for: int | None) -> Sequence[Meeting]:
    if not spans:
        return []
    overlaps = [sa.and_(Meeting.starts_at < end, Meeting.ends_at > start) for start, end in spans]
    first, last = min(start for start, _end in spans), max(end for _start, end in spans)
    conditions = [
        Meeting.starts_at.between(first - timedelta(days=1), last),
        sa.or_(*overlaps),
        Meeting.deleted_at.is_(None),
        Meeting.state != MeetingState.CANCELLED,
    ]
    if except_for is not None:
        conditions.append(Meeting.id != except_for)
    return db.session.scalars(
        sa.select(Meeting).where(*conditions).options(joinedload(Meeting.committee)).order_by(Meeting.starts_at)
    ).all()


def _overlapping(span: Span, meetings: Sequence[Meeting]) -> list[str]:
    start, end = span
    return [
        f"{meeting.committee.label} {clock_time(meeting.starts_at)}–{clock_time(meeting.ends_at)}"
        for meeting in meetings
        if meeting.starts_at < end and meeting.ends_at > start
    ]

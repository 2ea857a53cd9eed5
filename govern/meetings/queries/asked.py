"""The meeting a kept statement is asked about: parameters in place of what a meeting has.

A statement is put together once with :data:`ASKED` and :data:`DAY` and asked with :func:`values_of`.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from govern.db import UtcDateTime
from govern.formats import local
from govern.meetings.models import Meeting

ASKED: Any = SimpleNamespace(
    id=sa.bindparam("meeting_id", type_=sa.Integer),
    committee_id=sa.bindparam("committee_id", type_=sa.Integer),
    starts_at=sa.bindparam("starts_at", type_=UtcDateTime),
)
"""Stands for the meeting."""
DAY: Any = sa.bindparam("day", type_=sa.Date)
"""Stands for its day."""


def values_of(meeting: Meeting) -> dict[str, Any]:
    """What to ask a kept statement with."""
    return {
        "meeting_id": meeting.id,
        "committee_id": meeting.committee_id,
        "starts_at": meeting.starts_at,
        "day": local(meeting.starts_at).date(),
    }

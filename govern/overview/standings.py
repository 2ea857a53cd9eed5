"""What a person may do today, gathered from all packages in one statement."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa

from govern.committees.queries import standings as committees
from govern.db import db
from govern.meetings.queries import standings as meetings
from govern.people.models import User


def load_standing(user: User, day: date) -> None:
    """Put the mandates, offices and meeting roles of ``day`` on ``user``; policies read nothing else."""
    if user.person_id is None:
        user.standing = committees.standing_from(user, (), day)
        return
    rows = db.session.execute(_statement(), {"person_id": user.person_id, "day": day}).all()
    user.standing = meetings.with_meetings(committees.standing_from(user, rows, day), rows)


@cache
def _statement() -> sa.CompoundSelect[Any]:
    # Asked on every request: put together once.
    own = committees.standing_rows()
    return sa.union_all(*own, *meetings.standing_rows(own))

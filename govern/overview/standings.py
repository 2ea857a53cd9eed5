"""What a person may do today, gathered from all packages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from govern.committees.queries.standings import standing_of
from govern.meetings.queries.standings import meeting_standing
from govern.people.models import User


def load_standing(user: User, day: date) -> None:
    """Put the mandates, offices and meeting roles of ``day`` on ``user``; policies read nothing else."""
    user.standing = standing_of(user, day)
    if user.person_id is not None:
        minutes, attended = meeting_standing(user.person_id)
        user.standing = replace(user.standing, minute_meetings=minutes, attended_meetings=attended)

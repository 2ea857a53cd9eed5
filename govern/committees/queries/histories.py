"""What a committee was on a day: its name, its parent, whether it worked, who led it."""

from __future__ import annotations

from datetime import date

from govern.committees.models import Committee, CommitteeNameKind, CommitteeOfficer, OfficerRole


def name_on(committee: Committee, day: date) -> str:
    """The name the committee had on ``day`` (A10)."""
    former = [
        n for n in committee.names if n.kind is CommitteeNameKind.FORMER and n.ends_on is not None and n.ends_on >= day
    ]
    fitting = [n for n in former if n.starts_on is None or n.starts_on <= day]
    return min(fitting, key=lambda n: n.ends_on or day).name if fitting else committee.name


def parent_on(committee: Committee, day: date) -> int | None:
    """The id of the committee it hung under on ``day`` (A8)."""
    for row in committee.parents:
        if (row.starts_on is None or row.starts_on <= day) and (row.ends_on is None or row.ends_on >= day):
            return row.parent_id
    return committee.parent_id


def is_over_on(committee: Committee, day: date) -> bool:
    """True if the committee had ended by ``day``."""
    if committee.ended_on is not None:
        return committee.ended_on < day
    return committee.merged_into_id is not None


def officers_on(committee: Committee, role: OfficerRole, day: date) -> list[CommitteeOfficer]:
    """Who chaired it or acted for its office on ``day``."""
    return [
        o
        for o in committee.officers
        if o.role is role and o.starts_on <= day and (o.ends_on is None or day <= o.ends_on)
    ]

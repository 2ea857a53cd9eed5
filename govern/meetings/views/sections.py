"""What meetings add to pages of lower packages."""

from __future__ import annotations

from govern.committees.models import Committee
from govern.meetings import policies
from govern.meetings.queries.meetings import next_of_committee
from govern.meetings.queries.series import meetings_in_municipality
from govern.people.models import User
from govern.web import Section, section


def committee_section(user: User, committee: Committee) -> Section | None:
    """Coming and past meetings on the page of their committee."""
    coming, past = next_of_committee(user, committee)
    can_plan, can_propose = policies.can_plan(user, committee), policies.can_propose_topic(user, committee)
    if not (coming or past or can_plan or can_propose):
        return None
    return section(
        "meetings", "Sitzungen", "meetings/_section.html", committee=committee, coming=coming, past=past,
        can_plan=can_plan and not committee.is_over, can_propose=can_propose and not committee.is_over,
    )  # fmt: skip


def organisation_section(user: User, organisation_id: int) -> Section | None:
    """Meetings of tours that took or take place in a municipality (C14)."""
    meetings = meetings_in_municipality(user, organisation_id)
    if not meetings:
        return None
    return section("meetings", "Sitzungen in der Kommune", "meetings/_municipality.html", meetings=meetings)

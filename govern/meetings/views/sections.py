"""What meetings add to pages of lower packages."""

from __future__ import annotations

from flask import url_for

from govern.committees.models import Committee
from govern.meetings import policies, policies_agendas
from govern.meetings.queries.implementer_consents import list_asked
from govern.meetings.queries.meetings import next_of_committee
from govern.meetings.queries.resolutions import find_readable, label_of
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
        can_track=policies_agendas.can_view_tracking(user, committee),
    )  # fmt: skip


def organisation_section(user: User, organisation_id: int) -> Section | None:
    """Meetings of tours that took or take place in a municipality (C14)."""
    meetings = meetings_in_municipality(user, organisation_id)
    if not meetings:
        return None
    return section("meetings", "Sitzungen in der Kommune", "meetings/_municipality.html", meetings=meetings)


def asked_consents(user: User, organisation_id: int) -> Section | None:
    """Resolutions that wait for the consent of an institution, for whoever acts for it (E-10)."""
    consents = list_asked(user, organisation_id)
    if not consents:
        return None
    return section("consents", "Einvernehmen erbeten", "meetings/_consents_asked.html", consents=consents)


def resolution_link(user: User, resolution_id: int) -> tuple[str, str] | None:
    """Words and address of the resolution behind a committee (A4), for those who may read it."""
    found = find_readable(user, resolution_id)
    return None if found is None else (label_of(found), url_for("resolutions.detail", id=found.id))

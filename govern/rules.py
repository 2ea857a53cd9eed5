"""All policies under the names by which templates ask them."""

from __future__ import annotations

from types import SimpleNamespace

from govern.actions import policies as actions_policies
from govern.actions import (
    policies_evaluations,
    policies_feedback,
    policies_gaps,
    policies_planning,
    policies_publications,
    policies_reports,
)
from govern.committees import policies as committees_policies
from govern.documents import policies as documents_policies
from govern.documents import policies_concepts as documents_policies_concepts
from govern.documents import policies_consultations as documents_policies_consultations
from govern.meetings import policies as meetings_policies
from govern.meetings import policies_agendas as meetings_policies_agendas
from govern.meetings import policies_consents as meetings_policies_consents
from govern.meetings import policies_dates as meetings_policies_dates
from govern.meetings import policies_minutes as meetings_policies_minutes
from govern.meetings import policies_room, policies_supplements
from govern.people import policies as people_policies

POLICIES = SimpleNamespace(
    actions=actions_policies,
    committees=committees_policies,
    documents=documents_policies,
    concepts=documents_policies_concepts,
    consultations=documents_policies_consultations,
    meetings=meetings_policies,
    agendas=meetings_policies_agendas,
    consents=meetings_policies_consents,
    dates=meetings_policies_dates,
    evaluations=policies_evaluations,
    feedback=policies_feedback,
    reports=policies_reports,
    gaps=policies_gaps,
    minutes=meetings_policies_minutes,
    people=people_policies,
    planning=policies_planning,
    publications=policies_publications,
    room=policies_room,
    supplements=policies_supplements,
)
"""The rules as templates ask them: `policies.committees.can_edit(current_user, committee)`."""

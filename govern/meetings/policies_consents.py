"""Who asks for the consent of those who must implement a resolution, and who gives it (E-10)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false

from govern.access import presumes
from govern.committees.policies import is_office
from govern.meetings.models import ImplementerConsent, Resolution
from govern.meetings.policies import can_minute, can_view_resolution
from govern.people.models import User


@presumes(can_view_resolution)
def can_ask_consent(user: User, resolution: Resolution) -> bool:
    """The office says whose consent an adopted resolution needs; while the meeting runs also its minute-takers."""
    if not resolution.is_adopted or resolution.cancelled_at is not None:
        return False
    item = resolution.item
    return is_office(user, resolution.committee_id) or (
        item is not None and not item.meeting.is_closed and can_minute(user, item.meeting)
    )


def can_view_consent(user: User, consent: ImplementerConsent) -> bool:
    """Consents are read with their resolution, and by the institution that is asked once a public one has a number."""
    if not user.is_authenticated:
        return False
    return can_view_resolution(user, consent.resolution) or _is_asked(user, consent)


def consents_asked_of(user: User) -> ColumnElement[bool]:
    """Consents that ``user`` is asked for on behalf of an institution, as SQL; the statement must join Resolution."""
    if not user.is_authenticated:
        return false()
    return (
        ImplementerConsent.organisation_id.in_(sorted(user.standing.organisations))
        & Resolution.is_public
        & Resolution.number.is_not(None)
        & Resolution.cancelled_at.is_(None)
    )


@presumes(can_view_consent)
def can_answer_consent(user: User, consent: ImplementerConsent) -> bool:
    """The account of the institution answers; the office and, while the meeting runs, its minute-takers note it."""
    resolution = consent.resolution
    if not resolution.is_adopted or resolution.cancelled_at is not None:
        return False
    return _is_asked(user, consent) or can_ask_consent(user, resolution)


@presumes(can_view_consent)
def can_remove_consent(user: User, consent: ImplementerConsent) -> bool:
    """Whoever may ask for a consent may take the question back."""
    return can_ask_consent(user, consent.resolution)


def _is_asked(user: User, consent: ImplementerConsent) -> bool:
    resolution = consent.resolution
    return (
        consent.organisation_id in user.standing.organisations
        and resolution.is_public
        and resolution.number is not None
        and resolution.cancelled_at is None
    )

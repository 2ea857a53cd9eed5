"""Who registers local bodies, and who takes them in (A6)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, true

from govern.access import presumes
from govern.actions.models import LocalBodyRegistration, RegistrationState
from govern.people.models import User
from govern.people.policies import can_coordinate


def can_see_registrations(user: User) -> bool:
    """Accounts of institutions see the local bodies their municipality registered, the coordination sees all."""
    return can_coordinate(user) or can_register(user)


def can_register(user: User) -> bool:
    """Accounts of municipalities register a local body, or ask to found one; other institutions are told so."""
    return bool(user.is_authenticated and user.standing.organisations)


def can_view_registration(user: User, registration: LocalBodyRegistration) -> bool:
    """A registration is for accounts of its municipality and the coordination."""
    return can_coordinate(user) or bool(
        user.is_authenticated and registration.municipality_id in user.standing.organisations
    )


def registrations_viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view_registration`, as SQL."""
    if can_coordinate(user):
        return true()
    if not user.is_authenticated:
        return false()
    return LocalBodyRegistration.municipality_id.in_(sorted(user.standing.organisations))


@presumes(can_view_registration)
def can_decide_registration(user: User, registration: LocalBodyRegistration) -> bool:
    """The coordination takes a local body in, or says why not, once."""
    return can_coordinate(user) and registration.is_waiting


def waiting_registrations(user: User) -> ColumnElement[bool]:
    """Registrations that wait for ``user`` to decide on them, as SQL."""
    return LocalBodyRegistration.state == RegistrationState.WAITING if can_coordinate(user) else false()

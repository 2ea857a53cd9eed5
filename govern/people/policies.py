"""Who may see and change organisations, persons and accounts."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, or_, true

from govern.access import presumes
from govern.people.models import Organisation, Person, User


def can_administer(user: User) -> bool:
    """Administrators invite and lock accounts, give roles, and read the audit trail."""
    return bool(user.is_authenticated and user.is_administrator)


def can_coordinate(user: User) -> bool:
    """The coordination keeps organisations, persons, committees and the settings of the body."""
    return bool(user.is_authenticated and user.is_coordinator)


def can_keep_directory(user: User) -> bool:
    """The coordination, and whoever acts for the office of a committee, keep the directory."""
    return can_coordinate(user) or bool(user.is_authenticated and user.standing.office_committees)


def can_view_organisation(user: User, organisation: Organisation) -> bool:
    """Every signed-in person may see the organisations."""
    return bool(user.is_authenticated)


def organisations_viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view_organisation`, as SQL."""
    return true() if user.is_authenticated else false()


@presumes(can_view_organisation)
def can_edit_organisation(user: User, organisation: Organisation) -> bool:
    """Those who keep the directory change organisations."""
    return can_keep_directory(user)


def can_view_person(user: User, person: Person) -> bool:
    """Those who keep the directory, administrators and the person see a person's page and contact data."""
    return can_keep_directory(user) or can_administer(user) or _is_self(user, person)


def persons_viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view_person`, as SQL."""
    if not user.is_authenticated:
        return false()
    if can_keep_directory(user) or can_administer(user):
        return true()
    return or_(Person.id == user.person_id, false()) if user.person_id is not None else false()


@presumes(can_view_person)
def can_edit_person(user: User, person: Person) -> bool:
    """Those who keep the directory change persons."""
    return can_keep_directory(user)


def _is_self(user: User, person: Person) -> bool:
    return bool(user.is_authenticated and user.person_id is not None and user.person_id == person.id)

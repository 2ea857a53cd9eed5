"""Who may see and change organisations, persons and accounts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from govern.access import presumes
from govern.formats import today
from govern.mail import OutgoingMail
from govern.people.models import Feed, Organisation, Person, PersonFunction, User


def can_administer(user: User) -> bool:
    """Administrators invite and lock accounts, give roles, and read the audit trail."""
    return bool(user.is_authenticated and user.is_administrator)


def can_view_account(user: User, account: User) -> bool:
    """Administrators see all accounts; everyone sees their own."""
    return can_administer(user) or bool(user.is_authenticated and user.id == account.id)


def accounts_viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view_account`, as SQL."""
    if not user.is_authenticated:
        return false()
    return true() if can_administer(user) else User.id == user.id


@presumes(can_view_account)
def can_edit_account(user: User, account: User) -> bool:
    """Administrators invite, lock and change accounts and give roles."""
    return can_administer(user)


def can_read_outbox(user: User) -> bool:
    """Administrators and the coordination see which mails left; their texts are shown in the demo only."""
    return can_administer(user) or can_coordinate(user)


def can_view_mail(user: User, mail: OutgoingMail) -> bool:
    """Whoever sees the outbox sees each mail in it; one whose recipient is a secret only the coordination."""
    return can_coordinate(user) or (can_administer(user) and not mail.is_veiled)


def mails_viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view_mail`, as SQL."""
    if can_coordinate(user):
        return true()
    return OutgoingMail.is_veiled.is_(False) if can_administer(user) else false()


@presumes(can_view_mail)
def can_follow_up_mail(user: User, mail: OutgoingMail) -> bool:
    """Administrators and the coordination send a mail again that did not arrive, and note that one came back."""
    return can_read_outbox(user)


def can_read_audit_trail(user: User) -> bool:
    """Administrators read the audit trail; entries on confidential objects only if they coordinate as well."""
    return can_administer(user)


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
    """Those who keep the directory, administrators, the person, and accounts of its institutions see a person's page.

    With the page come the contact data. An account sees the persons who have a function today in an institution it
    acts for.
    """
    if can_keep_directory(user) or can_administer(user) or _is_self(user, person):
        return True
    return bool(user.is_authenticated) and any(
        f.organisation_id in user.standing.organisations and f.is_held_on(today()) for f in person.functions
    )


def persons_viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view_person`, as SQL."""
    if not user.is_authenticated:
        return false()
    if can_keep_directory(user) or can_administer(user):
        return true()
    return or_(Person.id == (user.person_id or 0), _has_function_in(user.standing.organisations, today()))


def persons_choosable_by(user: User, day: date) -> ColumnElement[bool]:
    """Persons offered for choice by name and function: those a user may see, and colleagues in the same institutions.

    So the holder of a seat finds a deputy among colleagues (B20) without seeing their contact data.
    """
    if not user.is_authenticated or user.person is None:
        return persons_viewable_by(user)
    own = {f.organisation_id for f in user.person.functions if f.is_held_on(day)}
    return or_(persons_viewable_by(user), _has_function_in(own, day))


@presumes(can_view_person)
def can_edit_person(user: User, person: Person) -> bool:
    """Those who keep the directory change persons."""
    return can_keep_directory(user)


def can_keep_feed(user: User, feed: Feed) -> bool:
    """A calendar address belongs to one person, who alone renews and revokes it."""
    return bool(user.is_authenticated and feed.user_id == user.id)


def function_is_held(day: date) -> ColumnElement[bool]:
    """The same as :meth:`PersonFunction.is_held_on`, as SQL."""
    return and_(
        or_(PersonFunction.starts_on.is_(None), PersonFunction.starts_on <= day),
        or_(PersonFunction.ends_on.is_(None), PersonFunction.ends_on >= day),
    )


def _is_self(user: User, person: Person) -> bool:
    return bool(user.is_authenticated and user.person_id is not None and user.person_id == person.id)


def _has_function_in(organisations: Iterable[int], day: date) -> ColumnElement[bool]:
    return Person.id.in_(
        select(PersonFunction.person_id).where(
            PersonFunction.organisation_id.in_(sorted(organisations)), function_is_held(day)
        )
    )

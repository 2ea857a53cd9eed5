"""What administrators do with accounts, and what people do with their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from email_validator import EmailNotValidError, validate_email
from sqlalchemy.exc import IntegrityError

from govern import audit
from govern.db import db, fingerprint, now
from govern.errors import Conflict, DomainError
from govern.people import mails
from govern.people.models import Body, Organisation, Person, Role, TokenPurpose, User, UserRole
from govern.people.queries import accounts as queries
from govern.people.services import one_time_links, passwords, sessions, sign_ins

NO_ADDRESS = "Bitte eine gültige E-Mail-Adresse angeben, zum Beispiel name@kreis.example."
LAST_ADMINISTRATOR = (
    "Das ist das letzte Konto der Administration, das sich anmelden kann. Geben Sie die Rolle bitte zuerst "
    "einem anderen Konto."
)


def create_account(
    body: Body, *, email: str, roles: Iterable[Role], organisation_ids: Iterable[int] = (),
    person_id: int | None = None, given_name: str = "", family_name: str = "",
) -> User:  # fmt: skip
    """Open an account without a password, for a person there is or for a new one with that name."""
    address = _free_address(email)
    person = _person_without_account(person_id)
    if family_name.strip():
        person = Person(body_id=body.id, given_name=given_name.strip(), family_name=family_name.strip(), email=address)
    with _only_once():
        user = User(body_id=body.id, email=address)
        db.session.add(user)
        user.person = person
        user.roles = [UserRole(role=role) for role in dict.fromkeys(roles) if role is not Role.ORGANISATION]
        user.roles += [
            UserRole(role=Role.ORGANISATION, organisation=db.session.get_one(Organisation, identity))
            for identity in dict.fromkeys(organisation_ids)
        ]
    return user


def invite(body: Body, *, by: User | None, **values: Any) -> tuple[User, str]:
    """Open an account as :func:`create_account` does and mail a link to set the first password; returns both."""
    user = create_account(body, **values)
    return user, one_time_links.send_invitation(user, by=by)


def resend_invitation(user: User, *, by: User) -> None:
    """Mail a new link to set the first password; the former one is void from now on."""
    if user.password_hash is not None:
        raise DomainError("Dieses Konto hat schon ein Passwort. Für ein neues gibt es „Passwort vergessen“.")
    if user.is_locked:
        raise DomainError("Dieses Konto ist gesperrt. Bitte geben Sie es zuerst wieder frei.")
    one_time_links.send_invitation(user, by=by)


def version_of(user: User) -> str:
    """What a form for an account is based on."""
    return fingerprint(user.email, user.person_id)


def change_account(user: User, *, email: str, person_id: int | None, version: str) -> None:
    """Give the account another address or link it to another person. Raises Conflict when it was changed meanwhile."""
    db.session.refresh(user, ["email", "person_id"], with_for_update=True)
    if version != version_of(user):
        raise Conflict("Dieses Konto wurde inzwischen geändert.")
    person = _person_without_account(person_id, user)
    address = _free_address(email, user)
    if address != user.email:
        one_time_links.void_links(user)
    with _only_once():
        user.email, user.person = address, person


def give_role(user: User, role: Role, organisation_id: int | None = None) -> None:
    """Give ``user`` a role; „organisation" names the organisation it acts for. Roles add up."""
    if role is Role.ORGANISATION and organisation_id is None:
        raise DomainError("Bitte wählen Sie die Institution, für die das Konto handelt.", field="organisation_id")
    named = organisation_id if role is Role.ORGANISATION else None
    organisation = db.session.get_one(Organisation, named) if named is not None else None
    if any(r.role is role and r.organisation is organisation for r in user.roles):
        raise DomainError("Diese Rolle hat das Konto schon.", field="role")
    user.roles.append(UserRole(role=role, organisation=organisation))
    db.session.flush()


def remove_role(user: User, user_role_id: int) -> UserRole:
    """Take a role away; the last administrator keeps theirs. Returns what was taken."""
    found = next((r for r in user.roles if r.id == user_role_id), None)
    if found is None:
        raise DomainError("Diese Rolle hat das Konto nicht mehr.")
    if found.role is Role.ADMINISTRATOR:
        _keep_an_administrator(user)
    user.roles.remove(found)
    db.session.flush()
    return found


def lock(user: User, *, by: User) -> None:
    """Lock the account: its sessions end, its links are void, nobody signs in with it."""
    if user.id == by.id:
        raise DomainError("Das eigene Konto können Sie nicht sperren.")
    if user.is_administrator:
        _keep_an_administrator(user)
    user.is_locked = True
    sessions.end_all_sessions(user)
    one_time_links.void_links(user)
    db.session.flush()


def unlock(user: User) -> None:
    """Let the account in again."""
    user.is_locked = False
    db.session.flush()


def change_password(user: User, *, old: str, new: str, network: str) -> None:
    """Set a new password after the old one was entered again; every session of the account ends."""
    sign_ins.confirm_password(user, old, network=network)
    if old == new:
        raise DomainError("Das neue Passwort ist das bisherige.", field="password")
    set_password(user, new)
    sessions.end_all_sessions(user)
    mails.send_password_changed(user)


def set_password(user: User, password: str) -> None:
    """Set a password that keeps the rules, and void every one-time link of the account."""
    passwords.check_password(password, words=passwords.words_around(user, user.body))
    user.password_hash, user.password_changed_at = sessions.hash_password(password), now()
    one_time_links.void_links(user)
    audit.record("password_changed", kind="user", object_id=user.id, label=user.email)
    db.session.flush()


def use_one_time_link(token: str, password: str) -> User:
    """Set the password through a mailed link; the link is used up and every session of the account ends."""
    link = queries.find_one_time_link(token)
    if link is None or not one_time_links.use(link):
        raise DomainError("Dieser Link gilt nicht mehr.")
    audit.acting(link.user)
    set_password(link.user, password)
    sessions.end_all_sessions(link.user)
    if link.purpose is TokenPurpose.PASSWORD_RESET:
        mails.send_password_changed(link.user)
    return link.user


def _person_without_account(person_id: int | None, user: User | None = None) -> Person | None:
    person = db.session.get(Person, person_id) if person_id is not None else None
    if person is not None and person.user is not None and person.user is not user:
        raise DomainError("Diese Person hat schon ein Konto.", field="person_id")
    return person


def _free_address(email: str, user: User | None = None) -> str:
    address = email.strip().lower()
    try:
        validate_email(address, check_deliverability=False)
    except EmailNotValidError as error:
        raise DomainError(NO_ADDRESS, field="email") from error
    other = queries.find_user_by_email(address)
    if other is not None and other is not user:
        raise DomainError("Zu dieser E-Mail-Adresse gibt es schon ein Konto.", field="email")
    return address


@contextmanager
def _only_once() -> Iterator[None]:
    try:
        with db.session.begin_nested():
            yield
    except IntegrityError as error:  # somebody else was faster by a moment
        raise DomainError("Zu dieser Adresse oder Person gibt es schon ein Konto.", field="email") from error


def _keep_an_administrator(user: User) -> None:
    usable = user.password_hash is not None and not user.is_locked
    others = queries.count_usable_administrators() - (1 if usable else 0)
    if others < 1:
        raise DomainError(LAST_ADMINISTRATOR)

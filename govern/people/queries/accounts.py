"""Read the body, its organisations, persons and accounts. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from govern.db import db, name_sort_key, now, sort_key
from govern.people import policies
from govern.people.models import (
    Body,
    BrowserSession,
    Organisation,
    Person,
    PersonFunction,
    Role,
    TokenPurpose,
    User,
    UserRole,
    UserToken,
)
from govern.people.queries.persons import named

PAGE_SIZE = 50


def find_body() -> Body | None:
    """The one body of this database, or None before anything was set up."""
    return db.session.scalars(_first_body()).first()


@cache
def _first_body() -> sa.Select[Body]:
    # Asked on every request: put together once.
    return sa.select(Body).order_by(Body.id).limit(1)


def token_hash(token: str) -> str:
    """How a token is kept: SHA-256, so that the table gives nobody access."""
    return sha256(token.encode()).hexdigest()


def find_browser_session(token: str, *, at: datetime, idle: timedelta, longest: timedelta) -> BrowserSession | None:
    """The session of ``token`` with its account, roles, person and functions, if it still runs at ``at`` (UTC)."""
    wanted = {"token_hash": token_hash(token), "begun_after": at - longest, "seen_after": at - idle}
    return db.session.scalars(_running_session(), wanted).unique().one_or_none()


@cache
def _running_session() -> sa.Select[BrowserSession]:
    # Asked on every request: put together once.
    user = joinedload(BrowserSession.user)
    return (
        sa.select(BrowserSession)
        .where(
            BrowserSession.token_hash == sa.bindparam("token_hash"),
            BrowserSession.created_at > sa.bindparam("begun_after"),
            BrowserSession.last_seen_at > sa.bindparam("seen_after"),
        )
        .options(
            user.joinedload(User.body),
            user.joinedload(User.person).joinedload(Person.functions).joinedload(PersonFunction.organisation),
            user.joinedload(User.roles).joinedload(UserRole.organisation),
        )
    )


def find_user_by_email(email: str) -> User | None:
    """The account with that address, whatever its case."""
    return db.session.scalars(
        sa.select(User).where(User.email == email.strip().lower()).options(selectinload(User.roles))
    ).one_or_none()


def find_person_by_email(email: str) -> Person | None:
    """The one person without an account to whom that address belongs; None if there are none or several."""
    found = db.session.scalars(
        sa.select(Person)
        .where(sa.func.lower(Person.email) == email.strip().lower(), Person.ended_on.is_(None), ~Person.user.has())
        .limit(2)
    ).all()
    return found[0] if len(found) == 1 else None


def list_accounts(by: User, *, words: str = "", role: str = "", page: int = 1) -> tuple[Sequence[User], int]:
    """One page of the accounts ``by`` may see, by name; and how many there are.

    ``words`` are looked for in names and addresses. ``role`` is a role, `locked` or `invited` (no password yet).
    """
    statement = sa.select(User).outerjoin(User.person).where(policies.accounts_viewable_by(by))
    for word in words.split()[:8]:
        in_name = named(word) if name_sort_key(word) else sa.false()
        statement = statement.where(sa.or_(User.email.contains(word.lower(), autoescape=True), in_name))
    if role == "locked":
        statement = statement.where(User.is_locked)
    elif role == "invited":
        statement = statement.where(User.password_hash.is_(None))
    elif role:
        statement = statement.where(User.roles.any(UserRole.role.in_([r for r in Role if r.value == role])))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(statement.subquery())) or 0
    rows = db.session.scalars(
        statement.options(*_for_display())
        .order_by(sa.func.coalesce(Person.sort_name, User.email), User.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return rows.all(), total


def list_organisations_named(name: str) -> list[Organisation]:
    """The organisations whose name, short name or other name is ``name``, whatever its case."""
    key = sort_key(name)
    return list(
        db.session.scalars(
            sa.select(Organisation).where(
                sa.or_(
                    Organisation.sort_name == key,
                    sa.func.lower(Organisation.short_name) == name.strip().lower(),
                    Organisation.aliases.any(sort_name=key),
                ),
                Organisation.ended_on.is_(None),
            )
        )
    )


def list_browser_sessions(user: User) -> Sequence[BrowserSession]:
    """The browsers in which ``user`` is signed in, last used first."""
    return db.session.scalars(
        sa.select(BrowserSession).where(BrowserSession.user_id == user.id).order_by(BrowserSession.last_seen_at.desc())
    ).all()


def find_one_time_link(token: str) -> UserToken | None:
    """The unused, unexpired one-time link of ``token``, with its account, unless that is locked."""
    found = db.session.scalars(
        sa.select(UserToken)
        .where(UserToken.token_hash == token_hash(token), UserToken.used_at.is_(None), UserToken.expires_at > now())
        .options(joinedload(UserToken.user).joinedload(User.person), joinedload(UserToken.user).joinedload(User.body))
    ).one_or_none()
    return found if found is not None and found.user.is_active else None


def find_open_invitation(user: User) -> UserToken | None:
    """The invitation of ``user`` that still waits, if any."""
    return db.session.scalars(
        sa.select(UserToken)
        .where(
            UserToken.user_id == user.id,
            UserToken.purpose == TokenPurpose.INVITATION,
            UserToken.used_at.is_(None),
            UserToken.expires_at > now(),
        )
        .order_by(UserToken.id.desc())
        .limit(1)
    ).first()


def count_usable_administrators() -> int:
    """How many accounts can sign in and administer: not locked, with a password. Locks their rows until the end."""
    usable = (
        sa.select(User.id)
        .where(
            User.is_locked.is_(False),
            User.password_hash.is_not(None),
            User.roles.any(UserRole.role == Role.ADMINISTRATOR),
        )
        .order_by(User.id)
    )
    db.session.scalars(usable.with_for_update()).all()
    # Whoever had to wait for the lock counts what is there now, not what was there before.
    return len(db.session.scalars(usable).all())


def _for_display() -> tuple[sa.orm.interfaces.ORMOption, ...]:
    # What `display_name` and `function_label` read.
    return (
        joinedload(User.person).selectinload(Person.functions).joinedload(PersonFunction.organisation),
        selectinload(User.roles).joinedload(UserRole.organisation),
    )

"""Read the body, its organisations, persons and accounts. Nothing here changes anything."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from govern.db import db
from govern.people.models import Body, BrowserSession, Person, PersonFunction, User, UserRole


def find_body() -> Body | None:
    """The one body of this database, or None before anything was set up."""
    return db.session.scalars(sa.select(Body).order_by(Body.id).limit(1)).first()


def token_hash(token: str) -> str:
    """How a token is kept: SHA-256, so that the table gives nobody access."""
    return sha256(token.encode()).hexdigest()


def find_browser_session(token: str, *, at: datetime, idle: timedelta, longest: timedelta) -> BrowserSession | None:
    """The session of ``token`` with its account, roles, person and functions, if it still runs at ``at`` (UTC)."""
    return (
        db.session.scalars(
            sa.select(BrowserSession)
            .where(
                BrowserSession.token_hash == token_hash(token),
                BrowserSession.created_at > at - longest,
                BrowserSession.last_seen_at > at - idle,
            )
            .options(
                joinedload(BrowserSession.user).joinedload(User.body),
                joinedload(BrowserSession.user)
                .joinedload(User.person)
                .joinedload(Person.functions)
                .joinedload(PersonFunction.organisation),
                joinedload(BrowserSession.user).selectinload(User.roles).joinedload(UserRole.organisation),
            )
        )
        .unique()
        .one_or_none()
    )


def find_user_by_email(email: str) -> User | None:
    """The account with that address, whatever its case."""
    return db.session.scalars(
        sa.select(User).where(User.email == email.strip().lower()).options(selectinload(User.roles))
    ).one_or_none()

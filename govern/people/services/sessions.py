"""Signing in and out: server-side sessions and passwords."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from threading import BoundedSemaphore

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from govern.db import db, now, own_transaction
from govern.people.models import BrowserSession, User
from govern.people.queries.accounts import token_hash

_hasher = PasswordHasher()  # argon2id, RFC 9106 low-memory profile
_slots = BoundedSemaphore(4)  # 64 MiB a hash: no more than four at once


def use_cheap_passwords() -> None:
    """Only for tests: hash with the least memory and time argon2 allows."""
    global _hasher
    _hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def hash_password(password: str) -> str:
    """The argon2id hash of ``password``."""
    with _slots:
        return _hasher.hash(password)


def verify_password(user: User | None, password: str) -> bool:
    """True if ``password`` is the account's; takes as long for an unknown account as for a known one."""
    known = user.password_hash if user is not None else None
    with _slots:
        if known is None:
            _hasher.hash(password)
            return False
        try:
            return _hasher.verify(known, password)
        except (VerifyMismatchError, InvalidHashError):
            return False


def start_session(user: User, *, user_agent: str | None) -> str:
    """Open a session for ``user``; returns the token for the cookie, which is kept nowhere else."""
    token = secrets.token_urlsafe(32)
    db.session.add(BrowserSession(user_id=user.id, token_hash=token_hash(token), user_agent=(user_agent or "")[:200]))
    user.last_signed_in_at = now()
    db.session.flush()
    return token


def end_session(token: str) -> None:
    """Forget the session of ``token``; its cookie is worthless from then on."""
    db.session.execute(sa.delete(BrowserSession).where(BrowserSession.token_hash == token_hash(token)))


def end_all_sessions(user: User, *, except_token: str | None = None) -> None:
    """End the sessions of ``user`` in every browser, but keep the one of ``except_token``."""
    statement = sa.delete(BrowserSession).where(BrowserSession.user_id == user.id)
    if except_token:
        statement = statement.where(BrowserSession.token_hash != token_hash(except_token))
    db.session.execute(statement)


def note_activity(session_id: int, last_seen_at: datetime) -> None:
    """Remember that a person used the session, at most once a minute, in a transaction of its own."""
    if now() - last_seen_at < timedelta(minutes=1):
        return
    with own_transaction() as session:
        session.execute(sa.update(BrowserSession).where(BrowserSession.id == session_id).values(last_seen_at=now()))

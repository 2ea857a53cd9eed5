"""Signing in and out: server-side sessions and passwords."""

from __future__ import annotations

import secrets
import unicodedata
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

FORGOTTEN = timedelta(days=30)
"""Rows of sessions that ended long ago are removed with the next sign-in."""
LONGEST_TYPED = 1_000
"""What is typed beyond this is ignored, so that nobody can keep the server busy with hashing."""


def use_cheap_passwords() -> None:
    """Only for tests: hash with the least memory and time argon2 allows."""
    global _hasher
    _hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def hash_password(password: str) -> str:
    """The argon2id hash of ``password``."""
    with _slots:
        return _hasher.hash(_normal(password))


def matches(known: str | None, password: str) -> bool:
    """True if ``known`` is the hash of ``password``; takes as long without one."""
    with _slots:
        if known is None:
            _hasher.hash(_normal(password))
            return False
        try:
            return _hasher.verify(known, _normal(password))
        except (VerifyMismatchError, InvalidHashError):
            return False


def renew_hash(user: User, password: str) -> None:
    """Hash a password just proved right anew if the settings of argon2 have risen since."""
    if user.password_hash is not None and _hasher.check_needs_rehash(user.password_hash):
        user.password_hash = hash_password(password)


def start_session(user: User, *, user_agent: str | None) -> str:
    """Open a session for ``user``; returns the token for the cookie, which is kept nowhere else."""
    db.session.execute(sa.delete(BrowserSession).where(BrowserSession.last_seen_at < now() - FORGOTTEN))
    token = secrets.token_urlsafe(32)
    db.session.add(BrowserSession(user_id=user.id, token_hash=token_hash(token), user_agent=(user_agent or "")[:200]))
    user.last_signed_in_at = now()
    db.session.flush()
    return token


def end_session(token: str) -> None:
    """Forget the session of ``token``; its cookie is worthless from then on."""
    db.session.execute(sa.delete(BrowserSession).where(BrowserSession.token_hash == token_hash(token)))


def end_all_sessions(user: User) -> None:
    """End the sessions of ``user`` in every browser."""
    db.session.execute(sa.delete(BrowserSession).where(BrowserSession.user_id == user.id))


def end_session_by_id(user: User, session_id: int) -> None:
    """End one session of ``user``, e.g. in a browser left open elsewhere."""
    db.session.execute(
        sa.delete(BrowserSession).where(BrowserSession.user_id == user.id, BrowserSession.id == session_id)
    )


def note_activity(session_id: int, last_seen_at: datetime) -> datetime:
    """Remember that a person used the session, at most once a minute, in a transaction of its own.

    Returns the moment that counts as last use.
    """
    moment = now()
    if moment - last_seen_at < timedelta(minutes=1):
        return last_seen_at
    with own_transaction() as session:
        session.execute(sa.update(BrowserSession).where(BrowserSession.id == session_id).values(last_seen_at=moment))
    return moment


def _normal(password: str) -> str:
    # The same password typed on another system may come with its umlauts taken apart.
    return unicodedata.normalize("NFKC", password[:LONGEST_TYPED])

"""Signing in: throttled, and with the same answer in the same time whether the account exists or not (D-07)."""

from __future__ import annotations

from govern import audit, tokens
from govern.db import db
from govern.errors import DomainError, TooManyTries
from govern.people.models import User
from govern.people.queries.accounts import find_user_by_email
from govern.people.services import sessions, throttling

KIND = "sign_in"
KNOWN_BROWSER = "known_browser"
REFUSED = "E-Mail-Adresse oder Passwort stimmen nicht."


def sign_in(email: str, password: str, *, network: str, known_browser: str, key: str) -> User:
    """The account of ``email`` if ``password`` is right and it is not locked.

    ``known_browser`` is what the browser kept from an earlier sign-in (see :func:`remember_browser`). Raises
    TooManyTries, or DomainError with one sentence for every other reason.
    """
    address = email.strip().lower()
    user = find_user_by_email(address)
    subject = _subject(address, user, known_browser, key)
    around = f"network:{throttling.network_of(network)}"
    limits = {subject: throttling.ACCOUNT, around: throttling.NETWORK}
    if wait := throttling.take_attempt(KIND, limits):
        raise TooManyTries(wait)
    if not _proves(user, password) or user is None or not user.is_active:
        audit.record_refusal("sign_in_failed", kind="user", label=user.email if user else "unbekanntes Konto")
        raise DomainError(REFUSED)
    throttling.forget_attempts(KIND, subject, shared=around)
    audit.acting(user)
    sessions.renew_hash(user, password)
    audit.record("signed_in", kind="user", object_id=user.id, label=user.email)
    return user


def confirm_password(user: User, password: str, *, network: str) -> None:
    """Raise DomainError unless ``password`` is that of ``user``; throttled like signing in."""
    subject = f"confirm:{user.id}"
    around = f"network:{throttling.network_of(network)}"
    limits = {subject: throttling.ACCOUNT, around: throttling.NETWORK}
    if wait := throttling.take_attempt(KIND, limits):
        raise TooManyTries(wait)
    if not _proves(user, password):
        raise DomainError("Das bisherige Passwort stimmt nicht.", field="old_password")
    throttling.forget_attempts(KIND, subject, shared=around)


def remember_browser(user: User, key: str) -> str:
    """What a browser keeps after a sign-in, so that strangers who guess the password cannot slow its owner down."""
    return tokens.sign(KNOWN_BROWSER, f"{user.id}-{tokens.new_nonce()}", key)


def _subject(address: str, user: User | None, known_browser: str, key: str) -> str:
    nonce = tokens.verify(KNOWN_BROWSER, known_browser, key)
    if nonce and user is not None and nonce.split("-")[0] == str(user.id):
        return f"browser:{nonce}"
    return f"account:{address}"


def _proves(user: User | None, password: str) -> bool:
    known = user.password_hash if user is not None else None
    db.session.rollback()  # no lock is held while the password is hashed; nothing was changed yet
    return sessions.matches(known, password)

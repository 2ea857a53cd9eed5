"""Links that work once: to set the first password (invitation) or a new one (reset)."""

from __future__ import annotations

import secrets
from datetime import timedelta

import sqlalchemy as sa

from govern.db import db, now
from govern.errors import TooManyTries
from govern.people import mails
from govern.people.models import TokenPurpose, User, UserToken
from govern.people.queries.accounts import find_user_by_email, token_hash
from govern.people.services import throttling

KIND = "reset"
LIFETIMES = {TokenPurpose.INVITATION: timedelta(days=7), TokenPurpose.PASSWORD_RESET: timedelta(hours=1)}


def send_invitation(user: User, *, by: User | None) -> str:
    """Mail ``user`` a link to set the first password; returns the link. Former links are void."""
    token, link = _new_link(user, TokenPurpose.INVITATION)
    return mails.send_invitation(user, token=token, expires_at=link.expires_at, by=by)


def request_reset(email: str, *, network: str) -> None:
    """Mail a link to set a new password if there is an unlocked account with that address; says nothing about it.

    Raises TooManyTries for a network that asks too often. One address gets few mails an hour, whoever asks.
    """
    if wait := throttling.take_attempt(KIND, {f"network:{throttling.network_of(network)}": throttling.NETWORK}):
        raise TooManyTries(wait)
    is_mailed_too_often = throttling.take_attempt(KIND, {f"mail:{email.strip().lower()}": throttling.MAILS})
    user = find_user_by_email(email)
    if is_mailed_too_often or user is None or not user.is_active:
        return
    token, link = _new_link(user, TokenPurpose.PASSWORD_RESET)
    mails.send_password_reset(user, token=token, expires_at=link.expires_at)


def void_links(user: User) -> None:
    """Make every open link of the account worthless."""
    db.session.execute(
        sa.update(UserToken).where(UserToken.user_id == user.id, UserToken.used_at.is_(None)).values(used_at=now())
    )


def use(link: UserToken) -> bool:
    """Use up ``link``; False if somebody was faster."""
    used = db.session.execute(
        sa.update(UserToken).where(UserToken.id == link.id, UserToken.used_at.is_(None)).values(used_at=now())
    )
    return bool(used.rowcount)  # type: ignore[attr-defined]


def _new_link(user: User, purpose: TokenPurpose) -> tuple[str, UserToken]:
    void_links(user)
    token = secrets.token_urlsafe(32)
    link = UserToken(
        user_id=user.id, purpose=purpose, token_hash=token_hash(token), expires_at=now() + LIFETIMES[purpose]
    )  # fmt: skip
    db.session.add(link)
    db.session.flush()
    return token, link

"""Mails about accounts, put into the outbox in the same transaction as what they tell."""

from __future__ import annotations

from datetime import datetime

from flask import current_app

from govern import mail
from govern.mail import OutgoingMail
from govern.people.models import Body, User
from govern.web import absolute_url


def send_invitation(user: User, *, token: str, expires_at: datetime, by: User | None) -> str:
    """Invite ``user`` to set the first password; returns the link."""
    link = absolute_url(f"/passwort/neu/{token}")
    _send(user, "Ihr Zugang zu Govern", "mail/invitation.txt", link=link, expires_at=expires_at, by=by, is_secret=True)
    return link


def send_password_reset(user: User, *, token: str, expires_at: datetime) -> str:
    """Send the link to set a new password; returns it."""
    link = absolute_url(f"/passwort/neu/{token}")
    _send(user, "Neues Passwort für Govern", "mail/password_reset.txt", link=link, expires_at=expires_at,
          is_secret=True)  # fmt: skip
    return link


def send_password_changed(user: User) -> None:
    """Tell ``user`` that the password was changed, in case it was somebody else."""
    _send(user, "Ihr Passwort wurde geändert", "mail/password_changed.txt",
          link=absolute_url("/passwort/vergessen"))  # fmt: skip


def sender(body: Body | None) -> tuple[str, str]:
    """Name and address under which mails of ``body`` leave; without settings those of the installation."""
    host = current_app.config["SETTINGS"].host
    address = body.sender_email if body else None
    name = body.sender_name if body else None
    return name or (f"{body.name} · Govern" if body else "Govern"), address or f"govern@{mail.domain_of(host)}"


def _send(user: User, subject: str, template: str, *, is_secret: bool = False, **values: object) -> OutgoingMail:
    name, address = sender(user.body)
    return mail.queue(
        body_id=user.body_id,
        to_address=user.email,
        to_name=user.person.name if user.person else None,
        from_address=address,
        from_name=name,
        subject=subject,
        text=mail.compose(template, user=user, sender=name, **values),
        host=current_app.config["SETTINGS"].host,
        is_secret=is_secret,
    )

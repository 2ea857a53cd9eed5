"""The outbox: mails are rows written in the same transaction as the change, and sent afterwards.

In a demo nothing leaves the house: the page „Postausgang" shows the rows instead. `flask send-mail` sends what waits.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, make_msgid
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
from flask import current_app
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.config import LOOPBACK_HOSTS
from govern.db import Base, UtcDateTime, db, now, text_enum

if TYPE_CHECKING:
    from govern.people.models import Person, User  # noqa: F401 - named in foreign keys

PAUSES = (1, 5, 15, 60, 240, 720)
"""Minutes between tries; after the last one the mail counts as failed."""


class MailState(StrEnum):
    """Where a mail stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCLEAR = "unclear"

    @property
    def label(self) -> str:
        return {
            "queued": "wartet",
            "sending": "wird gesendet",
            "sent": "gesendet",
            "failed": "nicht zustellbar",
            "unclear": "Versand unklar",
        }[self.value]


class OutgoingMail(Base):
    """One mail to one recipient (no list of addresses leaks)."""

    __tablename__ = "outgoing_mail"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"))
    to_address: Mapped[str]
    to_name: Mapped[str | None]
    from_address: Mapped[str]
    from_name: Mapped[str | None]
    subject: Mapped[str]
    text: Mapped[str]
    is_secret: Mapped[bool] = mapped_column(default=False)
    """Holds a one-time link: the text is wiped once it was sent."""
    message_id: Mapped[str] = mapped_column(unique=True)
    state: Mapped[MailState] = mapped_column(text_enum(MailState), default=MailState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    last_error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_resent: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Its sender died in between: sent once more with the same Message-ID, shown as „Versand unklar"."""
    bounced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the recipient's server refused it, or the office noted that it came back."""
    reply_to: Mapped[str | None]
    calendar: Mapped[str | None]
    """iCalendar object of an invitation or cancellation (iMIP, RFC 6047)."""
    calendar_method: Mapped[str | None]
    """`REQUEST` or `CANCEL`, the same as inside ``calendar``."""

    attachments: Mapped[list[MailAttachment]] = relationship(
        back_populates="mail", cascade="all, delete-orphan", order_by="MailAttachment.id"
    )

    __table_args__ = (
        Index("ix_outgoing_mail_state_next_try_at", "state", "next_try_at"),
        CheckConstraint("(calendar IS NULL) = (calendar_method IS NULL)", name="calendar_complete"),
    )


class MailAttachment(Base):
    """A file that goes with a mail, e.g. minutes as PDF."""

    __tablename__ = "mail_attachment"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    mail_id: Mapped[int] = mapped_column(ForeignKey("outgoing_mail.id", ondelete="CASCADE"), index=True)
    file_name: Mapped[str]
    media_type: Mapped[str]
    content: Mapped[bytes]

    mail: Mapped[OutgoingMail] = relationship(back_populates="attachments")


def queue(
    *, body_id: int | None, to_address: str, to_name: str | None, from_address: str, from_name: str | None,
    subject: str, text: str, host: str, is_secret: bool = False,
) -> OutgoingMail:  # fmt: skip
    """Put a mail into the outbox; it is sent only if the change around it is committed.

    ``host`` is the installation's host name, for the Message-ID.
    """
    mail = OutgoingMail(
        body_id=body_id, to_address=_one_line(to_address), to_name=_one_line(to_name or "") or None,
        from_address=_one_line(from_address), from_name=_one_line(from_name or "") or None, subject=_one_line(subject),
        text=text, is_secret=is_secret, message_id=make_msgid(domain=host),
    )  # fmt: skip
    db.session.add(mail)
    db.session.flush()
    return mail


def compose(template: str, **values: object) -> str:
    """The text of a mail from `templates/mail/`; works in commands as well, where nobody has asked for a page."""
    return current_app.jinja_env.get_template(template).render(**values).strip() + "\n"


def list_outgoing(*, limit: int = 50, offset: int = 0) -> Sequence[OutgoingMail]:
    """Mails of the outbox, newest first."""
    return db.session.scalars(
        sa.select(OutgoingMail).order_by(OutgoingMail.id.desc()).limit(limit).offset(offset)
    ).all()


def count_outgoing() -> int:
    """How many mails the outbox holds."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(OutgoingMail)) or 0


def domain_of(host: str) -> str:
    """``host`` as the part of a mail address after the @; numbers and short names read `localhost.example`."""
    is_name = "." in host and not host.replace(".", "").isdigit() and ":" not in host
    return host if is_name else "localhost.example"


def build_message(mail: OutgoingMail) -> EmailMessage:
    """``mail`` as a message ready to be sent."""
    message = EmailMessage(policy=SMTP)
    message["From"] = formataddr((mail.from_name, mail.from_address)) if mail.from_name else mail.from_address
    message["To"] = formataddr((mail.to_name, mail.to_address)) if mail.to_name else mail.to_address
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    return message


def deliver(mail_url: str, *, most: int = 200) -> tuple[int, int]:
    """Send what is due through ``mail_url``; returns how many were sent and how many failed this time.

    Each row is claimed and committed before the conversation with the server, so that a mail is never sent twice by two
    senders; a row whose sender died in between is shown as „Versand unklar" and not sent again by itself.
    """
    _mark_unclear()
    ids = db.session.scalars(
        sa.select(OutgoingMail.id)
        .where(OutgoingMail.state == MailState.QUEUED, OutgoingMail.next_try_at <= now())
        .order_by(OutgoingMail.id)
        .limit(most)
    ).all()
    db.session.commit()
    sent = failed = 0
    for identity in ids:
        if not _claim(identity):
            continue
        mail = db.session.get_one(OutgoingMail, identity)
        try:
            _send(mail_url, build_message(mail))
        except (OSError, smtplib.SMTPException) as error:
            _note_failure(mail, error)
            failed += 1
        else:
            mail.state, mail.sent_at = MailState.SENT, now()
            if mail.is_secret:
                mail.text = "(Der Text mit dem Einmal-Link wurde nach dem Versand gelöscht.)"
            sent += 1
        db.session.commit()
    return sent, failed


def _claim(identity: int) -> bool:
    claimed = db.session.execute(
        sa.update(OutgoingMail)
        .where(OutgoingMail.id == identity, OutgoingMail.state == MailState.QUEUED)
        .values(state=MailState.SENDING, claimed_at=now(), attempts=OutgoingMail.attempts + 1)
    )
    db.session.commit()
    return bool(claimed.rowcount)  # type: ignore[attr-defined]


def _mark_unclear() -> None:
    db.session.execute(
        sa.update(OutgoingMail)
        .where(OutgoingMail.state == MailState.SENDING, OutgoingMail.claimed_at < now() - timedelta(minutes=15))
        .values(state=MailState.UNCLEAR)
    )
    db.session.commit()


def _note_failure(mail: OutgoingMail, error: Exception) -> None:
    mail.last_error = f"{type(error).__name__}: {error}"[:500]
    if _is_final(error) or mail.attempts > len(PAUSES):
        mail.state = MailState.FAILED
        return
    mail.state = MailState.QUEUED
    mail.next_try_at = now() + timedelta(minutes=PAUSES[mail.attempts - 1])


def _is_final(error: Exception) -> bool:
    # 4xx means „later, please" (greylisting), 5xx „never".
    return isinstance(error, smtplib.SMTPRecipientsRefused) and all(
        code >= 500 for code, _reason in error.recipients.values()
    )


def _send(mail_url: str, message: EmailMessage) -> None:
    parts = urlsplit(mail_url)
    host = parts.hostname or "localhost"
    context = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=20, context=context)
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=20)
    with server:
        server.ehlo()
        is_secure = parts.scheme == "smtps"
        if not is_secure and server.has_extn("starttls"):
            server.starttls(context=context)
            is_secure = True
        if parts.username and not is_secure and host not in LOOPBACK_HOSTS:
            raise smtplib.SMTPException("Der Server bietet keine Verschlüsselung; das Passwort wurde nicht gesendet.")
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)


def _one_line(text: str) -> str:
    # No header can be smuggled in (D-16).
    return " ".join(text.split())

"""The outbox: mails are rows written in the same transaction as the change; `delivery` sends them afterwards.

In a demo nothing leaves the house: the page „Postausgang" shows the rows instead.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask import current_app
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.calendars import CalendarMethod
from govern.db import Base, UtcDateTime, db, now, text_enum

if TYPE_CHECKING:
    from govern.people.models import Person, User  # noqa: F401 - named in foreign keys

PLAIN = SMTP.clone(cte_type="7bit")
LONGEST_NAME = 60


class UnsendableMail(Exception):
    """No message can be made of a mail; the German text says why."""


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
    is_veiled: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Its recipient is a secret (who reported a gap): only the coordination sees that it was sent."""
    message_id: Mapped[str] = mapped_column(unique=True, insert_sentinel=True)
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
    calendar_method: Mapped[CalendarMethod | None] = mapped_column(text_enum(CalendarMethod))
    """The same as inside ``calendar``."""

    attachments: Mapped[list[MailAttachment]] = relationship(
        back_populates="mail", cascade="all, delete-orphan", order_by="MailAttachment.id"
    )

    @property
    def shown_state(self) -> MailState:
        """What people are told: a mail that may have arrived twice stays „Versand unklar", though it was sent."""
        return MailState.UNCLEAR if self.is_resent and self.state is MailState.SENT else self.state

    __table_args__ = (
        Index("ix_outgoing_mail_state_next_try_at", "state", "next_try_at"),
        CheckConstraint("(calendar IS NULL) = (calendar_method IS NULL)", name="calendar_complete"),
    )


class MailFile(Base):
    """The bytes of an attachment, kept once however many mails carry them."""

    __tablename__ = "mail_file"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(index=True)
    content: Mapped[bytes]


class MailAttachment(Base):
    """A file that goes with a mail, e.g. minutes as PDF."""

    __tablename__ = "mail_attachment"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    mail_id: Mapped[int] = mapped_column(ForeignKey("outgoing_mail.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("mail_file.id"), index=True)
    file_name: Mapped[str]
    media_type: Mapped[str]

    mail: Mapped[OutgoingMail] = relationship(back_populates="attachments")
    file: Mapped[MailFile] = relationship()


@dataclass(frozen=True)
class Attachment:
    """A file to be sent. Give the same object to all mails of a dispatch: its bytes are then read and kept once."""

    file_name: str
    media_type: str
    content: bytes

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content."""
        return hashlib.sha256(self.content).hexdigest()


def queue(
    *, body_id: int | None, to_address: str, to_name: str | None, from_address: str, from_name: str | None,
    subject: str, text: str, host: str, is_secret: bool = False, is_veiled: bool = False, reply_to: str | None = None,
    calendar: str | None = None, calendar_method: CalendarMethod | None = None,
    attachments: Sequence[Attachment] = (),
) -> OutgoingMail:  # fmt: skip
    """Put a mail into the outbox; it is sent only if the change around it is committed.

    ``host`` is the installation's host name, for the Message-ID. ``calendar`` is an iCalendar object of the same
    ``calendar_method`` (see `calendars.invitation_object`). Nothing is flushed, so that sixty mails cost one
    statement: point to the row by a relationship, or flush before asking for its id.
    """
    mail = OutgoingMail(
        body_id=body_id, to_address=_one_line(to_address), to_name=_one_line(to_name or "") or None,
        from_address=_one_line(from_address), from_name=_one_line(from_name or "") or None, subject=_one_line(subject),
        text=text, is_secret=is_secret, is_veiled=is_veiled, message_id=make_msgid(domain=domain_of(host)),
        reply_to=_one_line(reply_to or "") or None, calendar=calendar, calendar_method=calendar_method,
    )  # fmt: skip
    for attachment in attachments:
        mail.attachments.append(
            MailAttachment(
                file=_file_of(attachment), file_name=_one_line(attachment.file_name), media_type=attachment.media_type
            )
        )
    db.session.add(mail)
    return mail


def _file_of(attachment: Attachment) -> MailFile:
    waiting = (row for row in db.session.new if isinstance(row, MailFile) and row.digest == attachment.digest)
    found = next(waiting, None)
    if found is None:
        with db.session.no_autoflush:
            found = db.session.scalars(
                sa.select(MailFile).where(MailFile.digest == attachment.digest).order_by(MailFile.id).limit(1)
            ).first()
    if found is None:
        found = MailFile(digest=attachment.digest, content=attachment.content)
        db.session.add(found)
    return found


def compose(template: str, **values: object) -> str:
    """The text of a mail from `templates/mail/`; works in commands as well, where nobody has asked for a page."""
    return current_app.jinja_env.get_template(template).render(**values).strip() + "\n"


def shown_as(state: MailState) -> sa.ColumnElement[bool]:
    """The same as :attr:`OutgoingMail.shown_state`, as SQL."""
    is_doubtful = sa.and_(OutgoingMail.is_resent, OutgoingMail.state == MailState.SENT)
    if state is MailState.UNCLEAR:
        return sa.or_(OutgoingMail.state == MailState.UNCLEAR, is_doubtful)
    return sa.and_(OutgoingMail.state == state, sa.not_(is_doubtful))


def domain_of(host: str) -> str:
    """``host`` as the part of a mail address after the @; numbers and short names read `localhost.example`."""
    is_name = "." in host and not host.replace(".", "").isdigit() and ":" not in host
    return host if is_name else "localhost.example"


def build_message(mail: OutgoingMail) -> EmailMessage:
    """``mail`` as a message ready to be sent. Raises UnsendableMail when an address is none.

    An invitation is the text, the same as a calendar object for programs that know it, and the object once more as a
    file to open (RFC 6047; B-20, B-22). All is written in seven bits, which every server on the way takes.
    """
    message = EmailMessage(policy=PLAIN)
    message["From"] = _mailbox(mail.from_name, mail.from_address)
    message["To"] = _mailbox(mail.to_name, mail.to_address)
    if mail.reply_to:
        message["Reply-To"] = _mailbox(None, mail.reply_to)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "de"
    message.set_content(mail.text)
    if mail.calendar and mail.calendar_method:
        name = "absage.ics" if mail.calendar_method is CalendarMethod.CANCEL else "einladung.ics"
        message.add_alternative(mail.calendar, subtype="calendar", params={"method": mail.calendar_method.value})
        message.add_attachment(mail.calendar.encode(), maintype="application", subtype="ics", filename=name)
    for attachment in mail.attachments:
        kind, _slash, subtype = attachment.media_type.partition(";")[0].strip().partition("/")
        message.add_attachment(
            attachment.file.content, maintype=kind, subtype=subtype or "octet-stream", filename=attachment.file_name
        )
    return message


def _mailbox(name: str | None, address: str) -> Address:
    try:
        if not address.isascii():  # „müller.example" is what people write, „xn--mller-kva.example" what servers know
            local, at, domain = address.rpartition("@")
            address = f"{local}{at}{domain.encode('idna').decode()}"
        # The library forgets the quotes around names that it breaks into two lines; one with „…" it encodes instead.
        name = name if name is None or len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
        found = Address(name or "", addr_spec=address)
        address.encode("ascii")
    except (ValueError, IndexError, MessageError) as error:
        raise UnsendableMail(f"„{address}“ ist keine E-Mail-Adresse, an die sich senden lässt.") from error
    return found


def _one_line(text: str) -> str:
    # No header can be smuggled in (D-16).
    return " ".join(text.split())

"""Send what waits in the outbox through an SMTP server, each mail once.

A row is claimed and the claim committed before the conversation with the server, so two workers never send the same
mail. No transaction is open while the server talks. If the worker dies, or the connection breaks after the text went
out, nobody knows whether the mail arrived: it is sent once more with the same Message-ID, by which the recipient's
server can tell, and people read „Versand unklar". If it happens again, the mail is left to them.
"""

from __future__ import annotations

import logging
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from govern.config import LOOPBACK_HOSTS
from govern.db import db, now
from govern.mail import MailAttachment, MailState, OutgoingMail, UnsendableMail, build_message

log = logging.getLogger("govern.delivery")

PAUSES = (1, 5, 15, 60, 240, 720)
"""Minutes between tries; after the last one the mail counts as failed."""
TIMEOUT = 20
"""Seconds to wait for each answer of the server."""
LONGEST_CONVERSATION = 240
"""Seconds for one mail, after which the connection is cut."""
LEASE = timedelta(minutes=10)
"""How long a claim holds. Far longer than a conversation, so that a slow but living worker is never overtaken."""
BATCH = 100
WIPED = "(Der Text mit dem Einmal-Link wurde nach dem Versand gelöscht.)"


@dataclass(eq=False)
class Failure(Exception):
    """Why a mail was not sent, in German."""

    text: str
    is_final: bool = False
    """The server said „never" (5xx)."""
    is_bounce: bool = False
    """It said so of the recipient."""
    may_have_arrived: bool = False
    """The connection broke after the text went out."""
    is_general: bool = False
    """The server is not to be had at all; other mails need not be tried now."""


def deliver(mail_url: str, *, is_stopping: Callable[[], bool] = lambda: False) -> tuple[int, int]:
    """Send what is due through ``mail_url``; returns how many were sent and how many failed this time.

    Ends early, after the mail in hand, when ``is_stopping`` or the server is not to be had.
    """
    take_back_lost_claims()
    sent = failed = 0
    with _Server(mail_url) as server:
        for identity in _due():
            if is_stopping():
                break
            attempt = _claim(identity)
            if attempt is None:
                continue
            failure = _send(identity, server)
            if failure is None:
                sent += _note_sent(identity, attempt)
                continue
            failed += 1
            _note_failure(identity, attempt, failure)
            if failure.is_general:
                break
    return sent, failed


def take_back_lost_claims() -> None:
    """Give rows free whose worker died; those that were sent a second time already stay unclear."""
    lost = sa.and_(OutgoingMail.state == MailState.SENDING, OutgoingMail.claimed_at < now() - LEASE)
    text = "Der Versand brach ab, ob die Mail ankam, ist nicht bekannt."
    for was_resent, state in ((True, MailState.UNCLEAR), (False, MailState.QUEUED)):
        db.session.execute(
            sa.update(OutgoingMail)
            .where(lost, OutgoingMail.is_resent.is_(was_resent))
            .values(state=state, is_resent=True, next_try_at=now(), last_error=text)
        )
    db.session.commit()


def try_again(mail: OutgoingMail) -> None:
    """Put a mail that failed or stayed unclear into the queue once more, by a person's decision; all pauses anew."""
    mail.is_resent = mail.is_resent or mail.state is MailState.UNCLEAR
    mail.state, mail.attempts, mail.next_try_at, mail.bounced_at = MailState.QUEUED, 0, now(), None
    db.session.flush()


def _due() -> Iterator[int]:
    last = 0
    while True:
        ids = db.session.scalars(
            sa.select(OutgoingMail.id)
            .where(OutgoingMail.state == MailState.QUEUED, OutgoingMail.next_try_at <= now(), OutgoingMail.id > last)
            .order_by(OutgoingMail.id)
            .limit(BATCH)
        ).all()
        db.session.commit()
        if not ids:
            return
        yield from ids
        last = ids[-1]


def _claim(identity: int) -> int | None:
    """Take a row for this worker; returns the number of the attempt, or None when another one has it."""
    attempt = db.session.scalar(
        sa.update(OutgoingMail)
        .where(OutgoingMail.id == identity, OutgoingMail.state == MailState.QUEUED)
        .values(state=MailState.SENDING, claimed_at=now(), attempts=OutgoingMail.attempts + 1)
        .returning(OutgoingMail.attempts)
    )
    db.session.commit()
    return attempt


def _send(identity: int, server: _Server) -> Failure | None:
    mail = db.session.get_one(
        OutgoingMail, identity,
        options=[selectinload(OutgoingMail.attachments).joinedload(MailAttachment.file)], populate_existing=True,
    )  # fmt: skip
    try:
        message = build_message(mail)
        sender, recipient = (message[name].addresses[0].addr_spec for name in ("From", "To"))
        content = message.as_bytes()
    except UnsendableMail as error:
        return Failure(str(error), is_final=True, is_bounce=True)
    except Exception:  # one strange mail must not hold up the others
        log.exception("mail %s cannot be written", identity)
        return Failure("Aus dieser Mail ließ sich keine Nachricht machen.", is_final=True)
    finally:
        db.session.commit()  # nothing may be locked while the server takes its time
    try:
        server.send(sender, recipient, content)
    except Failure as failure:
        return failure
    return None


def _held(identity: int, attempt: int) -> sa.ColumnElement[bool]:
    # Another worker may have taken the row over; what it notes counts.
    return sa.and_(
        OutgoingMail.id == identity, OutgoingMail.state == MailState.SENDING, OutgoingMail.attempts == attempt
    )


def _note_sent(identity: int, attempt: int) -> bool:
    noted = db.session.execute(
        sa.update(OutgoingMail)
        .where(_held(identity, attempt))
        .values(
            state=MailState.SENT,
            sent_at=now(),
            last_error=None,
            text=sa.case((OutgoingMail.is_secret, WIPED), else_=OutgoingMail.text),
        )
    )
    db.session.commit()
    return bool(noted.rowcount)  # type: ignore[attr-defined]


def _note_failure(identity: int, attempt: int, failure: Failure) -> None:
    mail = db.session.scalars(sa.select(OutgoingMail).where(_held(identity, attempt))).one_or_none()
    if mail is not None:
        mail.last_error = failure.text[:500]
        if failure.may_have_arrived and mail.is_resent:
            mail.state = MailState.UNCLEAR
        elif failure.is_final or mail.attempts > len(PAUSES):
            mail.state = MailState.FAILED
            mail.bounced_at = now() if failure.is_bounce else None
        else:
            mail.state = MailState.QUEUED
            mail.next_try_at = now() + timedelta(minutes=PAUSES[mail.attempts - 1])
            mail.is_resent = mail.is_resent or failure.may_have_arrived
    db.session.commit()


class _Server:
    """One connection for many mails, opened when the first is sent and opened anew after a fault."""

    def __init__(self, mail_url: str) -> None:
        self._parts = urlsplit(mail_url)
        self._connection: smtplib.SMTP | None = None

    def __enter__(self) -> _Server:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None) -> None:
        if self._connection is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._connection.quit()
        self._close()

    def send(self, sender: str, recipient: str, content: bytes) -> None:
        """Hand over one mail. Raises Failure."""
        has_sent_text = False
        try:
            connection = self._connected()
            with _cut_after(connection, LONGEST_CONVERSATION):
                _demand(connection.mail(sender, [f"size={len(content)}"] if connection.has_extn("size") else []),
                        smtplib.SMTPSenderRefused, sender)  # fmt: skip
                code, answer = connection.rcpt(recipient)
                if code not in (250, 251):
                    raise smtplib.SMTPRecipientsRefused({recipient: (code, answer)})
                _demand(connection.docmd("DATA"), smtplib.SMTPDataError, expected=354)
                has_sent_text = True
                _demand(_transmit(connection, content), smtplib.SMTPDataError)
        except (OSError, smtplib.SMTPException) as error:
            failure = explain(error, has_sent_text=has_sent_text)
            self._reset(is_broken=not isinstance(error, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused))
            raise failure from error

    def _connected(self) -> smtplib.SMTP:
        if self._connection is not None:
            try:
                if self._connection.noop()[0] == 250:
                    return self._connection
            except (OSError, smtplib.SMTPException):
                pass
            self._close()
        try:
            self._connection = _connect(self._parts.scheme, self._parts.hostname or "localhost", self._parts.port)
            _introduce(self._connection, self._parts.scheme, self._parts.hostname or "localhost",
                       unquote(self._parts.username or ""), unquote(self._parts.password or ""))  # fmt: skip
        except (OSError, smtplib.SMTPException) as error:
            self._close()
            raise _NoServer(error) from error
        return self._connection

    def _reset(self, *, is_broken: bool) -> None:
        if self._connection is not None and not is_broken:
            try:
                self._connection.rset()
                return
            except (OSError, smtplib.SMTPException):
                pass
        self._close()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


class _NoServer(OSError):
    """The connection did not come about."""


def explain(error: Exception, *, has_sent_text: bool) -> Failure:
    """What ``error`` means for the mail, in a German sentence for the outbox."""
    if isinstance(error, _NoServer):
        return Failure(_no_server(error.args[0]), is_general=True)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(error.recipients.values()))
        if code >= 500:
            return Failure(f"Der Empfänger wurde abgelehnt: {_said(code, answer)}", is_final=True, is_bounce=True)
        return Failure(f"Der Mailserver nimmt die Mail noch nicht an: {_said(code, answer)}")
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code > 0:
        what = "die Absenderadresse" if isinstance(error, smtplib.SMTPSenderRefused) else "die Mail"
        said = _said(error.smtp_code, error.smtp_error)
        if error.smtp_code >= 500:
            return Failure(f"Der Mailserver lehnt {what} ab: {said}", is_final=True)
        return Failure(f"Der Mailserver nimmt {what} noch nicht an: {said}")
    if has_sent_text:
        return Failure("Die Verbindung zum Mailserver brach beim Senden ab; ob die Mail ankam, ist nicht bekannt.",
                       may_have_arrived=True)  # fmt: skip
    return Failure("Die Verbindung zum Mailserver brach ab.")


def _no_server(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"Der Mailserver lehnt die Anmeldung ab: {_said(error.smtp_code, error.smtp_error)}"
    if isinstance(error, socket.gaierror):
        return "Der Name des Mailservers ist nicht bekannt (DNS)."
    if isinstance(error, ssl.SSLError):
        return "Die verschlüsselte Verbindung zum Mailserver kam nicht zustande; bitte sein Zertifikat prüfen."
    if isinstance(error, TimeoutError):
        return "Der Mailserver antwortet nicht."
    if isinstance(error, ConnectionRefusedError):
        return "Der Mailserver nimmt keine Verbindungen an."
    if isinstance(error, _NotEncrypted):
        return str(error)
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code > 0:
        return f"Der Mailserver lehnt die Verbindung ab: {_said(error.smtp_code, error.smtp_error)}"
    return "Der Mailserver ist nicht erreichbar."


def _said(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {' '.join(text.split())}"


class _NotEncrypted(smtplib.SMTPException):
    """The password would go over the line for all to read."""


def _connect(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT, context=ssl.create_default_context())
    return smtplib.SMTP(host, port or 25, timeout=TIMEOUT)


def _introduce(connection: smtplib.SMTP, scheme: str, host: str, user: str, password: str) -> None:
    connection.ehlo_or_helo_if_needed()
    is_secure = scheme == "smtps"
    if not is_secure and connection.has_extn("starttls"):
        code, answer = connection.starttls(context=ssl.create_default_context())
        if code != 220:
            raise smtplib.SMTPResponseException(code, answer)
        connection.ehlo_or_helo_if_needed()
        is_secure = True
    if user and not is_secure and host not in LOOPBACK_HOSTS:
        raise _NotEncrypted("Der Mailserver bietet keine Verschlüsselung; das Passwort wurde nicht gesendet.")
    if user:
        connection.login(user, password)


def _demand(
    answer: tuple[int, bytes], error: type[smtplib.SMTPResponseException], *rest: str, expected: int = 250
) -> None:
    if answer[0] != expected:
        raise error(*answer, *rest)


def _transmit(connection: smtplib.SMTP, content: bytes) -> tuple[int, bytes]:
    lines = content.replace(b"\r\n.", b"\r\n..")
    connection.send((b"." if lines.startswith(b".") else b"") + lines.removesuffix(b"\r\n") + b"\r\n.\r\n")
    return connection.getreply()


@contextmanager
def _cut_after(connection: smtplib.SMTP, seconds: float) -> Iterator[None]:
    """Cut the line when the conversation takes too long: a server may answer each time just before the timeout."""

    def cut() -> None:
        if connection.sock is not None:
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()

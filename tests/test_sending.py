"""Mails on their way through a real SMTP server: what arrives, what waits, what is given up, and what people read."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask

from govern import delivery, mail
from govern.calendars import CalendarMethod
from govern.db import db
from govern.mail import Attachment, MailState, OutgoingMail
from tests.factories import make_body
from tests.mailbox import Mailbox, hang_up, mail_server
from tests.test_mail_messages import an_object

START = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


@pytest.fixture
def box() -> Mailbox:
    return Mailbox()


@pytest.fixture
def url(box: Mailbox) -> Iterator[str]:
    with mail_server(box) as address:
        yield address


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 with its key, in one file, that nobody vouches for."""
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
         "subjectAltName=IP:127.0.0.1", "-keyout", str(file.with_suffix(".key")), "-out", str(file)],
        check=True, capture_output=True,
    )  # fmt: skip
    file.write_text(file.read_text() + file.with_suffix(".key").read_text())
    return file


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def queue(**values: Any) -> OutgoingMail:
    defaults: dict[str, Any] = {
        "body_id": make_body().id, "to_address": "kim@muster.example", "to_name": "Kim Müller",
        "from_address": "govern@muster.example", "from_name": "Kreis Muster", "subject": "Grüße aus dem Kreis",
        "text": "Guten Tag,\n\nein Text mit Umläuten.\n.\nnach einem Punkt\n", "host": "govern.muster.example",
    }  # fmt: skip
    row = mail.queue(**{**defaults, **values})
    db.session.commit()
    return row


def state(row: OutgoingMail) -> tuple[MailState, MailState, int]:
    db.session.refresh(row)
    return row.state, row.shown_state, row.attempts


@pytest.mark.proves("C1", "E-03", "B-20", "B-22", "C-21")
def test_what_was_queued_arrives_whole_and_once(app: Flask, box: Mailbox, url: str) -> None:
    row = queue(calendar=an_object(), calendar_method=CalendarMethod.REQUEST,
                attachments=[Attachment("Größe.pdf", "application/pdf", b"%PDF")])  # fmt: skip
    assert delivery.deliver(url) == (1, 0)
    assert delivery.deliver(url) == (0, 0)
    (envelope,) = box.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("govern@muster.example", ["kim@muster.example"])
    (message,) = box.messages
    assert (message["Subject"], message["To"], message["From"], message["Auto-Submitted"]) == (
        "Grüße aus dem Kreis", "Kim Müller <kim@muster.example>", "Kreis Muster <govern@muster.example>",
        "auto-generated",
    )  # fmt: skip
    assert message["Message-ID"].endswith("@govern.muster.example>")
    text = message.get_body(("plain",))
    assert text is not None
    assert text.get_content().replace("\r\n", "\n") == "Guten Tag,\n\nein Text mit Umläuten.\n.\nnach einem Punkt\n"
    types = [part.get_content_type() for part in message.walk()]
    assert types == ["multipart/mixed", "multipart/alternative", "text/plain", "text/calendar", "application/ics",
                     "application/pdf"]  # fmt: skip
    assert state(row) == (MailState.SENT, MailState.SENT, 1)
    assert row.sent_at is not None


def test_a_one_time_link_is_forgotten_after_sending(app: Flask, box: Mailbox, url: str) -> None:
    secret, other = queue(is_secret=True), queue()
    assert delivery.deliver(url) == (2, 0)
    for row in (secret, other):
        db.session.refresh(row)
    assert ("Umläuten" in secret.text, "Umläuten" in other.text) == (False, True)


@pytest.mark.proves("E-03")
def test_greylisting_only_delays(app: Flask, box: Mailbox, url: str) -> None:
    with time_machine.travel(START, tick=False) as clock:
        row = queue()
        box.refuse["*"] = "450 4.2.0 greylisted"
        assert delivery.deliver(url) == (0, 1)
        assert state(row) == (MailState.QUEUED, MailState.QUEUED, 1)
        assert "nimmt die Mail noch nicht an: 450" in (row.last_error or "")
        box.refuse.clear()
        assert delivery.deliver(url) == (0, 0)
        clock.shift(timedelta(minutes=1))
        assert delivery.deliver(url) == (1, 0)
        assert state(row) == (MailState.SENT, MailState.SENT, 2)


@pytest.mark.proves("E-03")
def test_a_refused_recipient_is_final_and_does_not_hold_up_the_others(app: Flask, box: Mailbox, url: str) -> None:
    good, bad, last = queue(), queue(to_address="weg@muster.example"), queue(to_address="drei@muster.example")
    box.refuse["weg@muster.example"] = "550 5.1.1 unknown user"
    assert delivery.deliver(url) == (2, 1)
    assert [state(r)[0] for r in (good, bad, last)] == [MailState.SENT, MailState.FAILED, MailState.SENT]
    assert bad.bounced_at is not None
    assert bad.last_error == "Der Empfänger wurde abgelehnt: 550 5.1.1 unknown user"
    assert good.bounced_at is None


@pytest.mark.parametrize(("answer", "expected"), [("554 spam", MailState.FAILED), ("451 later", MailState.QUEUED)])
def test_a_refused_text_is_told_apart_from_a_refused_recipient(
    app: Flask, box: Mailbox, url: str, answer: str, expected: MailState
) -> None:
    row = queue()
    box.refuse_text = answer
    assert delivery.deliver(url) == (0, 1)
    assert state(row)[0] is expected
    assert answer in (row.last_error or "")
    assert row.bounced_at is None


def test_a_server_that_is_away_is_tried_with_growing_pauses_and_given_up_after_a_day(app: Flask) -> None:
    with time_machine.travel(START, tick=False) as clock:
        row = queue()
        pauses = []
        for _ in range(len(delivery.PAUSES)):
            assert delivery.deliver("smtp://127.0.0.1:1") == (0, 1)
            db.session.refresh(row)
            pauses.append(row.next_try_at - datetime.now(UTC))
            clock.move_to(row.next_try_at)
        assert pauses == sorted(pauses)
        assert pauses[0] < pauses[-1]
        assert row.last_error == "Der Mailserver nimmt keine Verbindungen an."
        assert delivery.deliver("smtp://127.0.0.1:1") == (0, 1)
        assert state(row)[0] is MailState.FAILED


def test_an_absent_server_is_asked_once_not_once_per_mail(app: Flask) -> None:
    rows = [queue() for _ in range(3)]
    assert delivery.deliver("smtp://127.0.0.1:1") == (0, 1)
    assert [state(r)[2] for r in rows] == [1, 0, 0]


def test_an_unknown_host_is_a_passing_fault(app: Flask) -> None:
    row = queue()
    assert delivery.deliver("smtp://mail.kreis.invalid") == (0, 1)
    assert state(row)[0] is MailState.QUEUED
    assert "DNS" in (row.last_error or "")


@pytest.mark.proves("E-03")
def test_a_line_that_breaks_after_the_text_leaves_it_unclear(app: Flask, box: Mailbox, url: str) -> None:
    with time_machine.travel(START, tick=False) as clock:
        row, other = queue(), queue()
        box.before_answer = hang_up
        assert delivery.deliver(url) == (0, 2)
        assert "ob die Mail ankam" in (db.session.get_one(OutgoingMail, row.id).last_error or "")
        box.before_answer = lambda _server: None
        clock.shift(timedelta(minutes=1))
        assert delivery.deliver(url) == (2, 0)
        assert state(row) == (MailState.SENT, MailState.UNCLEAR, 2)
        assert sorted(box.message_ids) == sorted([row.message_id, other.message_id] * 2)


@pytest.mark.proves("E-03")
def test_a_mail_whose_worker_died_is_sent_once_more_and_never_a_third_time(app: Flask, box: Mailbox, url: str) -> None:
    with time_machine.travel(START, tick=False) as clock:
        row = queue()
        row.state, row.claimed_at, row.attempts = MailState.SENDING, START, 1
        db.session.commit()
        clock.shift(delivery.LEASE)
        assert delivery.deliver(url) == (0, 0)  # a slow worker may still be at it
        clock.shift(timedelta(seconds=1))
        assert delivery.deliver(url) == (1, 0)
        assert state(row) == (MailState.SENT, MailState.UNCLEAR, 2)
        assert box.message_ids == [row.message_id]
        row.state = MailState.SENDING
        db.session.commit()
        clock.shift(delivery.LEASE * 2)
        assert delivery.deliver(url) == (0, 0)
        assert state(row)[:2] == (MailState.UNCLEAR, MailState.UNCLEAR)
        delivery.try_again(row)
        db.session.commit()
        assert delivery.deliver(url) == (1, 0)
        assert state(row)[:2] == (MailState.SENT, MailState.UNCLEAR)


def test_a_worker_that_was_overtaken_notes_nothing(app: Flask, box: Mailbox, url: str) -> None:
    row = queue()
    identity = row.id
    assert delivery._claim(identity) == 1
    assert delivery._claim(identity) is None
    row.attempts = 2  # another worker took it over
    db.session.commit()
    assert not delivery._note_sent(identity, 1)
    delivery._note_failure(identity, 1, delivery.Failure("zu spät", is_final=True))
    assert state(row)[0] is MailState.SENDING


def test_a_conversation_is_cut_long_before_the_claim_ends() -> None:
    assert timedelta(seconds=delivery.LONGEST_CONVERSATION + 2 * delivery.TIMEOUT) < delivery.LEASE / 2


@pytest.mark.proves("D-16")
def test_a_mail_to_no_address_fails_alone(app: Flask, box: Mailbox, url: str) -> None:
    bad, good = queue(to_address="kein Mensch"), queue()
    assert delivery.deliver(url) == (1, 1)
    assert [state(r)[0] for r in (bad, good)] == [MailState.FAILED, MailState.SENT]
    assert "keine E-Mail-Adresse" in (bad.last_error or "")


def test_the_password_of_the_mail_server_is_never_sent_in_the_clear(
    app: Flask, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setattr(delivery, "LOOPBACK_HOSTS", set())  # as if the server stood elsewhere
    row = queue()
    assert delivery.deliver(url.replace("smtp://", "smtp://user:geheim@")) == (0, 1)
    db.session.refresh(row)
    assert "keine Verschlüsselung" in (row.last_error or "")
    assert "geheim" not in (row.last_error or "")


def test_a_server_with_a_certificate_nobody_vouches_for_gets_no_mail(
    app: Flask, box: Mailbox, tls: ssl.SSLContext
) -> None:
    row = queue()
    with mail_server(box, tls=tls) as address:
        assert delivery.deliver(address) == (0, 1)
    assert box.envelopes == []
    db.session.refresh(row)
    assert "Zertifikat" in (row.last_error or "")


def test_starttls_is_used_where_the_server_offers_it(
    app: Flask, box: Mailbox, tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = ssl.create_default_context(cafile=certificate)
    monkeypatch.setattr(ssl, "create_default_context", lambda: ours)
    queue()
    with mail_server(box, tls=tls) as address:
        assert delivery.deliver(address) == (1, 0)
    assert len(box.envelopes) == 1  # the server takes nothing without STARTTLS

"""Mails: what is shown, what leaves the house, and what happens when it does not."""

from __future__ import annotations

import email
import email.policy
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from aiosmtpd.controller import Controller
from flask import Flask

from govern import mail
from govern.db import db
from govern.mail import MailState, OutgoingMail
from govern.people import mails
from govern.people.models import Body
from govern.people.services import one_time_links
from tests.conftest import Client
from tests.factories import make_administrator, make_body, make_coordinator, make_user

START = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


class Mailbox:
    """A mail server on this machine; `refuse` is its answer to the next recipient."""

    def __init__(self) -> None:
        self.received: list[Any] = []
        self.refuse: str | None = None

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.received.append(envelope)
        return "250 OK"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, str]]:
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box, f"smtp://127.0.0.1:{port}"
    server.stop()


def queue(**values: Any) -> OutgoingMail:
    defaults: dict[str, Any] = {
        "body_id": make_body().id, "to_address": "kim@muster.example", "to_name": "Kim Müller",
        "from_address": "govern@muster.example", "from_name": "Kreis Muster", "subject": "Grüße aus dem Kreis",
        "text": "Guten Tag,\n\nein Text mit Umläuten.\n", "host": "govern.muster.example",
    }  # fmt: skip
    row = mail.queue(**{**defaults, **values})
    db.session.commit()
    return row


def test_a_mail_is_really_sent(app: Flask, mailbox: tuple[Mailbox, str]) -> None:
    box, url = mailbox
    row = queue(is_secret=True)
    assert mail.deliver(url) == (1, 0)
    assert mail.deliver(url) == (0, 0)
    (envelope,) = box.received
    assert (envelope.mail_from, envelope.rcpt_tos) == ("govern@muster.example", ["kim@muster.example"])
    message = email.message_from_bytes(envelope.content, policy=email.policy.default)
    assert message["Subject"] == "Grüße aus dem Kreis"
    assert message["To"] == "Kim Müller <kim@muster.example>"
    assert message["From"] == "Kreis Muster <govern@muster.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@govern.muster.example>")
    assert message.get_content().replace("\r\n", "\n") == "Guten Tag,\n\nein Text mit Umläuten.\n"
    db.session.refresh(row)
    assert row.state is MailState.SENT
    assert "Umläuten" not in row.text  # it held a one-time link


@pytest.mark.parametrize(("answer", "state"), [("450 greylisted", MailState.QUEUED), ("550 unknown", MailState.FAILED)])
def test_later_is_not_never(app: Flask, mailbox: tuple[Mailbox, str], answer: str, state: MailState) -> None:
    box, url = mailbox
    box.refuse = answer
    with time_machine.travel(START, tick=False) as clock:
        row = queue()
        assert mail.deliver(url) == (0, 1)
        db.session.refresh(row)
        assert (row.state, row.attempts) == (state, 1)
        assert answer[:3] in (row.last_error or "")
        box.refuse = None
        assert mail.deliver(url) == (0, 0)
        clock.shift(timedelta(minutes=1))
        assert mail.deliver(url) == ((1, 0) if state is MailState.QUEUED else (0, 0))


def test_a_server_that_is_away_is_tried_again_and_given_up_after_a_day(app: Flask) -> None:
    with time_machine.travel(START, tick=False) as clock:
        row = queue()
        for _ in range(len(mail.PAUSES) + 1):
            assert mail.deliver("smtp://127.0.0.1:1") == (0, 1)
            clock.shift(timedelta(hours=12))
        db.session.refresh(row)
        assert row.state is MailState.FAILED


def test_a_mail_whose_sender_died_is_not_sent_twice(app: Flask, mailbox: tuple[Mailbox, str]) -> None:
    with time_machine.travel(START, tick=False) as clock:
        row = queue()
        row.state, row.claimed_at = MailState.SENDING, START
        db.session.commit()
        clock.shift(timedelta(minutes=16))
        assert mail.deliver(mailbox[1]) == (0, 0)
        db.session.refresh(row)
        assert row.state is MailState.UNCLEAR
        assert mailbox[0].received == []


@pytest.mark.proves("D-16")
def test_no_header_can_be_smuggled_in(app: Flask) -> None:
    row = queue(subject="Hallo\r\nBcc: alle@muster.example", to_name="Kim\nX: y", from_name="K\r\nY: z")
    message = mail.build_message(row)
    assert message["Bcc"] is None
    assert message["Subject"] == "Hallo Bcc: alle@muster.example"
    assert {"X", "Y"}.isdisjoint(message.keys())


def test_the_password_of_the_mail_server_is_never_sent_in_the_clear(app: Flask, monkeypatch: pytest.MonkeyPatch,
                                                                    mailbox: tuple[Mailbox, str]) -> None:  # fmt: skip
    monkeypatch.setattr(mail, "LOOPBACK_HOSTS", set())  # as if the server stood elsewhere
    row = queue()
    assert mail.deliver(mailbox[1].replace("smtp://", "smtp://user:geheim@")) == (0, 1)
    db.session.refresh(row)
    assert "keine Verschlüsselung" in (row.last_error or "")
    assert "geheim" not in (row.last_error or "")


def test_the_command_sends_nothing_from_a_demo(app: Flask) -> None:
    queue()
    make_body().is_demo = True
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["send-mail"])
    assert result.exit_code == 1
    assert "Postausgang" in result.output


def test_the_command_says_when_there_is_no_server(app: Flask) -> None:
    make_body()
    result = app.test_cli_runner().invoke(args=["send-mail"])
    assert (result.exit_code, "GOVERN_MAIL_URL" in result.output) == (1, True)


@pytest.mark.parametrize("is_demo", [True, False])
def test_only_the_demo_shows_texts(client: Client, is_demo: bool) -> None:
    make_body().is_demo = is_demo
    link = one_time_links.send_invitation(make_user(), by=make_administrator())
    db.session.commit()
    for user in (make_administrator(), make_coordinator()):
        page = client.sign_in(user).get("/postausgang")
        assert page.status_code == 200
        assert "Ihr Zugang zu Govern" in page.text
        assert (f'<a href="{link}"' in page.text) is is_demo
        assert (link.rpartition("/")[2] in page.text) is is_demo
    assert client.sign_in(make_user()).get("/postausgang").status_code == 403


def test_a_mail_text_cannot_break_the_page(client: Client) -> None:
    make_body().is_demo = True
    queue(text="<script>alert(1)</script> javascript:alert(1) https://muster.example/?a=1&b=2", subject="<b>x</b>")
    page = client.sign_in(make_coordinator()).get("/postausgang").text
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page
    assert 'href="javascript' not in page
    assert 'href="https://muster.example/?a=1&amp;b=2"' in page


def test_the_outbox_has_pages(client: Client) -> None:
    client.sign_in(make_coordinator())
    assert "Noch keine Mails" in client.get("/postausgang").text
    for _ in range(26):
        queue()
    assert "Seite 1 von 2" in client.get("/postausgang").text
    assert client.get("/postausgang?seite=2").status_code == 200


@pytest.mark.parametrize(
    ("values", "sender"),
    [({}, ("Kreis Muster · Govern", "govern@localhost.example")),
     ({"sender_name": "KIM Muster", "sender_email": "kim@muster.example"}, ("KIM Muster", "kim@muster.example"))],
)  # fmt: skip
def test_mails_leave_under_the_name_of_the_body(app: Flask, values: dict[str, str], sender: tuple[str, str]) -> None:
    body: Body = make_body(**values)
    assert mails.sender(body) == sender


@pytest.mark.parametrize(
    ("host", "domain"),
    [("govern.kreis-muster.de", "govern.kreis-muster.de"), ("127.0.0.1", "localhost.example"),
     ("::1", "localhost.example"), ("localhost", "localhost.example")],
)  # fmt: skip
def test_the_default_address_lies_on_the_host_of_the_installation(host: str, domain: str) -> None:
    assert mail.domain_of(host) == domain


def test_a_refused_request_leaves_no_mail(client: Client) -> None:
    client.sign_in(make_administrator())
    client.post("/konten/einladen", data={"email": "unsinn", "family_name": "X"})
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OutgoingMail)) == 0

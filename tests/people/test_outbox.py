"""Mails: what is shown, what leaves the house, and what happens when it does not."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from jinja2.utils import urlize

from govern import mail
from govern.db import db, now
from govern.delivery import WIPED
from govern.formats import with_links
from govern.mail import MailState, OutgoingMail
from govern.people import mails
from govern.people.models import Body
from govern.people.services import one_time_links
from tests.conftest import Client
from tests.factories import make_administrator, make_body, make_coordinator, make_user


def queue(**values: Any) -> OutgoingMail:
    defaults: dict[str, Any] = {
        "body_id": make_body().id, "to_address": "kim@muster.example", "to_name": "Kim Müller",
        "from_address": "govern@muster.example", "from_name": "Kreis Muster", "subject": "Grüße aus dem Kreis",
        "text": "Guten Tag,\n\nein Text mit Umläuten.\n", "host": "govern.muster.example",
    }  # fmt: skip
    row = mail.queue(**{**defaults, **values})
    db.session.commit()
    return row


@pytest.mark.proves("D-16")
def test_no_header_can_be_smuggled_in(app: Flask) -> None:
    row = queue(subject="Hallo\r\nBcc: alle@muster.example", to_name="Kim\nX: y", from_name="K\r\nY: z")
    message = mail.build_message(row)
    assert message["Bcc"] is None
    assert message["Subject"] == "Hallo Bcc: alle@muster.example"
    assert {"X", "Y"}.isdisjoint(message.keys())


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


def test_the_outbox_is_searched_and_narrowed_to_a_state(client: Client) -> None:
    client.sign_in(make_coordinator())
    queue(to_address="erste@muster.example", subject="Einladung zur Lenkungsgruppe")
    doubtful = queue(to_address="zweite@muster.example")
    doubtful.state, doubtful.is_resent = MailState.SENT, True
    failed = queue(to_address="dritte@muster.example")
    failed.state, failed.bounced_at, failed.last_error = MailState.FAILED, now(), "Der Empfänger wurde abgelehnt: 550 x"
    db.session.commit()

    def found(query: str) -> set[str]:
        return set(re.findall(r"(\w+)@muster\.example\)", client.get(f"/postausgang?{query}").text))

    assert found("") == {"erste", "zweite", "dritte"}
    assert found("q=LENKUNGSGRUPPE") == {"erste"}
    assert found("q=kim+dritte") == {"dritte"}
    assert found("stand=unclear") == {"zweite"}
    assert found("stand=failed") == {"dritte"}
    assert found("stand=sent") == set()
    assert found("stand=unsinn") == {"erste", "zweite", "dritte"}
    assert "Keine Mail gefunden" in client.get("/postausgang?q=%25").text
    page = client.get("/postausgang").text
    assert "Versand unklar" in page
    assert "Vielleicht kam sie zweimal an." in page
    assert "Der Empfänger wurde abgelehnt: 550 x" in page
    assert "kam zurück" in page


@pytest.mark.proves("E-03")
def test_a_failed_mail_is_sent_again_by_hand(client: Client) -> None:
    client.sign_in(make_coordinator())
    row = queue()
    row.state, row.bounced_at, row.attempts = MailState.FAILED, now(), 7
    db.session.commit()
    assert client.post(f"/postausgang/{row.id}/erneut").status_code == 303
    db.session.refresh(row)
    assert (row.state, row.attempts, row.bounced_at) == (MailState.QUEUED, 0, None)
    assert client.post(f"/postausgang/{row.id}/erneut").status_code == 409
    row.state, row.text = MailState.FAILED, WIPED
    db.session.commit()
    refused = client.post(f"/postausgang/{row.id}/erneut")
    assert (refused.status_code, "Einmal-Link" in refused.text) == (409, True)


@pytest.mark.proves("E-03")
def test_a_mail_that_came_back_is_noted_by_hand(client: Client) -> None:
    client.sign_in(make_coordinator())
    row = queue()
    assert client.post(f"/postausgang/{row.id}/zurueckgekommen").status_code == 409
    row.state = MailState.SENT
    db.session.commit()
    assert client.post(f"/postausgang/{row.id}/zurueckgekommen").status_code == 303
    db.session.refresh(row)
    assert row.state is MailState.FAILED
    assert row.bounced_at is not None
    assert client.sign_in(make_user()).post(f"/postausgang/{row.id}/erneut").status_code == 404


def test_a_page_of_many_mails_costs_as_much_as_one_of_few(
    client: Client, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    client.sign_in(make_coordinator())
    numbers = []
    for amount in (2, 15):
        for _ in range(amount):
            queue(attachments=[mail.Attachment("a.pdf", "application/pdf", b"x")])
        with count_queries() as statements:
            client.get("/postausgang")
        numbers.append(len(statements))
    assert numbers[0] == numbers[1] <= 12


def test_addresses_in_a_mail_become_links_and_the_rest_stays_text() -> None:
    text = "Guten Tag,\n\n<b>bitte</b> antworten: https://b.example/x?y=1&z=2.\nOder kim@muster.example, WWW.A.example"
    assert with_links(text) == urlize(text, rel="noopener")
    assert 'href="https://b.example/x?y=1&amp;z=2"' in with_links(text)

"""A real mail server in the tests' own process (aiosmtpd), which can be told to misbehave."""

from __future__ import annotations

import email
import email.policy
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class Mailbox:
    """What arrived, and how the server behaves."""

    def __init__(self) -> None:
        self.envelopes: list[Any] = []
        self.refuse: dict[str, str] = {}
        """Answer to RCPT by address; `*` for every address."""
        self.refuse_text: str | None = None
        """Answer to the text of a mail."""
        self.before_answer: Callable[[Any], None] = lambda _server: None
        """Called when a text was taken, before the server says so."""

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        answer = self.refuse.get(address) or self.refuse.get("*")
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        if self.refuse_text:
            return self.refuse_text
        self.envelopes.append(envelope)
        self.before_answer(server)
        return "250 OK"

    @property
    def messages(self) -> list[EmailMessage]:
        """What arrived, read as a mail program reads it."""
        return [email.message_from_bytes(e.content, policy=email.policy.default) for e in self.envelopes]  # type: ignore[misc]

    @property
    def message_ids(self) -> list[str]:
        """The Message-ID of all that arrived, one that arrived twice is there twice."""
        return [m["Message-ID"] for m in self.messages]


def hang_up(server: Any) -> None:
    """The line breaks after the text was taken and before the answer."""
    server.transport.abort()


@contextmanager
def mail_server(box: Mailbox, *, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Run a server that fills ``box``; gives its address for `GOVERN_MAIL_URL`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port, tls_context=tls, require_starttls=bool(tls))
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()

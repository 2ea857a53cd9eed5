"""An address that mails about work orders go to. Values only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mailbox:
    """An address and whose it is."""

    address: str
    name: str | None = None

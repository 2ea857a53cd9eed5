"""Slow down guessing without locking anybody out (D-07).

After a few free tries each further one has to wait, longer and longer up to a limit. Counted are the account as typed
(whether it exists or not) and the network. A browser in which the account signed in before is counted on its own, so
that strangers who guess cannot keep the person out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

import sqlalchemy as sa
from sqlalchemy.orm import Session

from govern.db import now, own_transaction
from govern.people.models import Attempt

KEPT = timedelta(days=1)
"""Counted attempts are forgotten after a day."""


@dataclass(frozen=True)
class Limit:
    """How often something may be tried: ``free`` tries within ``window``, then pauses that double up to ``longest``."""

    free: int
    window: timedelta
    first_pause: timedelta
    longest: timedelta

    def pause_after(self, tries: int) -> timedelta:
        """How long the next try has to wait after ``tries`` within the window."""
        if tries < self.free:
            return timedelta(0)
        doubled: int = 2 ** min(tries - self.free, 20)
        return min(self.longest, self.first_pause * doubled)


ACCOUNT = Limit(free=5, window=timedelta(hours=1), first_pause=timedelta(seconds=4), longest=timedelta(minutes=5))
NETWORK = Limit(free=40, window=timedelta(hours=1), first_pause=timedelta(seconds=2), longest=timedelta(minutes=2))
MAILS = Limit(free=3, window=timedelta(hours=1), first_pause=timedelta(minutes=20), longest=timedelta(hours=1))
"""Mails with a link to one account."""


def network_of(address: str | None) -> str:
    """The network an address counts for: the address itself, of IPv6 its /64; unreadable ones count together."""
    try:
        parsed = ip_address((address or "").split("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(IPv6Address(int(parsed) >> 64 << 64)) + "/64"
    return str(parsed)


def take_attempt(kind: str, limits: dict[str, Limit]) -> int:
    """Count one try at ``kind`` for each subject; returns the seconds to wait instead if it comes too early.

    A try that comes too early is not counted, so that waiting always helps. Runs in a transaction of its own, before
    the request changes anything.
    """
    moment = now()
    with own_transaction() as session:
        hashes = {_hash(subject): limit for subject, limit in limits.items()}
        _one_after_the_other(session, kind, sorted(hashes))
        session.execute(sa.delete(Attempt).where(Attempt.happened_at < moment - KEPT))
        wait = max((_wait(session, kind, h, limit, moment) for h, limit in hashes.items()), default=timedelta(0))
        if wait > timedelta(0):
            return int(wait.total_seconds())
        session.add_all(Attempt(kind=kind, subject=h, happened_at=moment) for h in hashes)
    return 0


def forget_attempts(kind: str, subject: str, *, shared: str | None = None) -> None:
    """Start counting anew for ``subject``, after a success; in a transaction of its own.

    ``shared`` is a subject of many people, like a network: only the try that succeeded is not counted. A whole town
    hall signs in from one address, and guesses among its tries go on counting.
    """
    with own_transaction() as session:
        session.execute(sa.delete(Attempt).where(Attempt.kind == kind, Attempt.subject == _hash(subject)))
        if shared is not None:
            latest = sa.select(sa.func.max(Attempt.id)).where(Attempt.kind == kind, Attempt.subject == _hash(shared))
            session.execute(sa.delete(Attempt).where(Attempt.id == latest.correlate(None).scalar_subquery()))


def _wait(session: Session, kind: str, subject: str, limit: Limit, moment: datetime) -> timedelta:
    tries, last = session.execute(
        sa.select(sa.func.count(), sa.func.max(Attempt.happened_at)).where(
            Attempt.kind == kind, Attempt.subject == subject, Attempt.happened_at > moment - limit.window
        )
    ).one()
    return last + limit.pause_after(tries) - moment if tries else timedelta(0)


def _one_after_the_other(session: Session, kind: str, subjects: list[str]) -> None:
    # SQLite has one writer anyway; on PostgreSQL tries at the same moment would not see each other.
    if session.get_bind().dialect.name == "postgresql":
        for subject in subjects:
            number = int.from_bytes(sha256(f"{kind}:{subject}".encode()).digest()[:8], signed=True)
            session.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))


def _hash(subject: str) -> str:
    return sha256(subject.encode("utf-8", "replace")).hexdigest()

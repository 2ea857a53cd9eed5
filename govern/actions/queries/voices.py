"""Who speaks for the institutions an account acts for, committee by committee (B7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from govern.committees.models import Committee
from govern.committees.queries.seats import seats_and_speakers
from govern.people.models import User


@dataclass(frozen=True)
class Voice:
    """How an institution is represented in one committee."""

    committee: Committee
    words: tuple[str, ...]


def voices_of(user: User, day: date) -> list[Voice]:
    """For each committee: the own seats and the seats of others that speak for the institutions of ``user``."""
    found: dict[int, tuple[Committee, list[str]]] = {}
    for organisation_id in sorted(user.standing.organisations):
        own, speaking = seats_and_speakers(organisation_id, day)
        for seat, words in [
            *((s.seat, f"eigener Sitz ({s.seat.function})") for s in own),
            *((s.seat, s.seat.label) for s in speaking),
        ]:
            lines = found.setdefault(seat.committee_id, (seat.committee, []))[1]
            if words not in lines:
                lines.append(words)
    return [Voice(committee, tuple(words)) for committee, words in found.values()]

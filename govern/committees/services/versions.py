"""Small forms that end, move or rename something: what they are based on, and whether that still holds."""

from __future__ import annotations

from govern.committees.models import Committee, CommitteeOfficer, Mandate, Seat
from govern.db import db, fingerprint
from govern.errors import Conflict

Changing = Committee | Seat | Mandate | CommitteeOfficer

CONCERNED: dict[type[Changing], list[str]] = {
    Committee: ["name", "short_name", "parent_id", "ended_on", "merged_into_id"],
    Seat: ["starts_on", "ends_on"],
    Mandate: ["starts_on", "ends_on"],
    CommitteeOfficer: ["starts_on", "ends_on"],
}
"""Which values such a form shows and changes, or reckons from."""


def version_of(row: Changing) -> str:
    """What a form about ``row`` is based on."""
    return fingerprint(*(getattr(row, name) for name in CONCERNED[type(row)]))


def refuse_stale(row: Changing, version: str) -> None:
    """Raise Conflict when somebody saved since ``version``; until the end of the transaction nobody else saves."""
    own = ["version"] if isinstance(row, Committee | Seat) else []
    db.session.refresh(row, [*CONCERNED[type(row)], *own], with_for_update=True)
    if version != version_of(row):
        raise Conflict("Jemand anderes hat das inzwischen geändert. Nichts wurde überschrieben.")

"""Which version of a concept is in force on a day: the one rule, without a database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol, TypeVar

from govern.documents.models import OPEN_STATES, VersionState


class Dated(Protocol):
    """A version as far as this rule looks at it."""

    number: int
    state: VersionState
    ended_on: str | None

    @property
    def starts_on(self) -> str | None:
        """First day, month or year; None: not stated."""

    @property
    def was_in_force(self) -> bool:
        """True if it is, was or is going to be in force."""


VersionT = TypeVar("VersionT", bound=Dated)


def version_in_force(versions: Iterable[VersionT], day: date, *, today: date) -> VersionT | None:
    """The version in force on ``day`` („in seiner jeweiligen Fortschreibung", F3); None where none is known.

    A date to the month or year counts from its first day. Of those without a date nobody knows since when they are in
    force: one counts for a past day only where no dated version does.
    """
    at = day.isoformat()
    held = [
        v for v in versions
        if v.was_in_force and (v.starts_on or "") <= at and (v.ended_on is None or v.ended_on > at)
        and not (v.state is VersionState.WITHDRAWN and v.ended_on is None and day >= today)
    ]  # fmt: skip
    if day >= today:
        running = next((v for v in held if v.state is VersionState.IN_FORCE and v.starts_on is None), None)
        if running is not None and all(v.number < running.number for v in held if v is not running):
            return running
    return max(held, key=lambda v: (v.starts_on or "", v.number), default=None)


def newest_first(versions: Sequence[VersionT]) -> list[VersionT]:
    """Drafts first, then by their numbers; those that were in force stand among each other in the order of their days.

    For a version of the past may be recorded after younger ones. What has no day keeps the place of its number.
    """
    rows = sorted(versions, key=lambda v: (v.state in OPEN_STATES, v.number), reverse=True)
    dated = [v for v in rows if v.was_in_force and v.starts_on]
    ordered = iter(sorted(dated, key=lambda v: (v.starts_on or "", v.number), reverse=True))
    return [next(ordered) if v.was_in_force and v.starts_on else v for v in rows]

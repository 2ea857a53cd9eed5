"""What can go wrong on purpose: errors of the domain carry a German sentence for people."""

from __future__ import annotations


class DomainError(Exception):
    """A rule of the business was broken; ``str(error)`` is the sentence shown, ``field`` where it belongs."""

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class Conflict(DomainError):
    """Somebody else saved in the meantime: nothing was overwritten."""


class NotFound(DomainError):
    """What was asked for does not exist, or not for this person."""

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


class TooManyTries(DomainError):
    """Something was tried too often; ``seconds`` says how long to wait."""

    def __init__(self, seconds: int) -> None:
        wait = f"{seconds} Sekunden" if seconds < 100 else f"{-(-seconds // 60)} Minuten"
        super().__init__(f"Das waren zu viele Versuche. Bitte warten Sie {wait} und versuchen Sie es dann noch einmal.")
        self.seconds = seconds

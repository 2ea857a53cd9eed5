"""What is wrong with a file: every fault with its line and one German sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from govern.errors import DomainError


@dataclass(frozen=True, order=True)
class Fault:
    """One thing a person has to mend in the file, and in which line."""

    line: int
    sentence: str

    def text(self, file: str) -> str:
        """The fault as editors and terminals like it: ``file:line: sentence``."""
        return f"{file}:{self.line}: {self.sentence}"


class FaultyStructureError(DomainError):
    """The file cannot be used; `faults` lists all that is wrong, in the order of the lines."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__(" ".join(f"Zeile {fault.line}: {fault.sentence}" for fault in self.faults[:3]))

"""What is wrong with a file: every fault with its line and one German sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """One thing a person has to mend in the file, and in which line."""

    line: int
    sentence: str

    def text(self, file: str) -> str:
        """The fault as editors and terminals like it: ``file:line: sentence``."""
        return f"{file}:{self.line}: {self.sentence}"


class FaultyStructureError(Exception):
    """The file cannot be used; `faults` lists all that is wrong, in the order of the lines."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("; ".join(fault.text("Datei") for fault in self.faults[:3]))

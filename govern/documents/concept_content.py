"""What a concept on paper holds, as plain data: every format is written from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from govern.documents.sections import Tree


@dataclass(frozen=True)
class ChangeLine:
    """A line of the table of changes: which section, what happened to it, and why."""

    section: str
    change: str
    reason: str = ""


@dataclass(frozen=True)
class AnnexLine:
    """A line of the list of annexes."""

    number: str
    title: str
    file_name: str
    sha256: str


ANNEX_HEAD = ("Anlage", "Titel", "Datei", "SHA-256")


@dataclass(frozen=True)
class ConceptContent:
    """A version of a concept as it is handed out. ``facts`` are the lines of the cover: Stand, adoption, in force."""

    title: str
    body: str
    version: str
    made_at: datetime
    sections: Tree
    facts: list[tuple[str, str]] = field(default_factory=list)
    is_draft: bool = False
    compared_with: str = ""
    """The version that ``changes`` start from, as people call it."""
    changes: list[ChangeLine] = field(default_factory=list)
    stamp: str = ""
    """The SHA-256 of a frozen text, as a sentence."""
    annexes: list[AnnexLine] = field(default_factory=list)
    images: Mapping[str, bytes] = field(default_factory=dict)
    """The pictures that the text names, by their keys."""

    @property
    def footer(self) -> str:
        """What stands at the foot of each page."""
        return f"{self.title} · {self.version}" + (" · Entwurf" if self.is_draft else "")

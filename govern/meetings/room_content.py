"""What is printed for the room: the attendance sheet to sign, and name cards. No database, no request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class SheetLine:
    """One place to sign at."""

    seat: str
    """Institution and function."""
    name: str
    """Who is expected there; empty where nobody is known."""
    note: str = ""
    """„für Kim Beispiel", „oder Vertretung: …", „abgesagt"."""


@dataclass(frozen=True)
class SheetGroup:
    """Places under a heading; None where the committee has no headings."""

    heading: str | None
    lines: tuple[SheetLine, ...]


@dataclass(frozen=True, kw_only=True)
class AttendanceSheet:
    """The Anwesenheitsliste, ready to be set."""

    body: str
    committee: str
    meeting: str
    when: str
    place: str
    groups: tuple[SheetGroup, ...]
    file_name: str
    """Without ending."""
    made_at: datetime

    @property
    def title(self) -> str:
        return f"Anwesenheitsliste: {self.meeting}"


@dataclass(frozen=True, kw_only=True)
class NameCard:
    """One Tischkärtchen."""

    name: str
    seat: str
    """Institution and function."""
    role: str = ""
    """„Vertretung", „Gast", „Leitung"; empty for holders."""

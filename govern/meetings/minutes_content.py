"""What result minutes (Ergebnisprotokoll) contain: one structure for page, DOCX and PDF. No database, no request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from govern.meetings.contributions import ItemSection


@dataclass(frozen=True, kw_only=True)
class AttendanceLine:
    """One place of a seat."""

    seat: str
    person: str
    """Who sat there; empty where names are not kept or not for this reader."""
    note: str = ""
    """For whom, and from when to when."""


@dataclass(frozen=True, kw_only=True)
class AttendanceGroup:
    """„Anwesend", „Vertreten" …, with the lines under it."""

    heading: str
    lines: tuple[AttendanceLine, ...]

    @property
    def table(self) -> list[tuple[str, float, tuple[str, ...]]]:
        """Columns that are not empty: heading, width in centimetres, cells."""
        columns = [
            ("Institution" if self.heading == "Gäste" else "Sitz", 8.5, tuple(line.seat for line in self.lines)),
            ("Person", 4.5, tuple(line.person for line in self.lines)),
            ("Anmerkung", 3.5, tuple(line.note for line in self.lines)),
        ]
        return [column for column in columns if any(column[2])]


@dataclass(frozen=True, kw_only=True)
class ResolutionBox:
    """A resolution as minuted."""

    id: int
    number: str
    """„LG-B-2026-07" or „vorläufig"."""
    text: str
    """Markdown."""
    outcome: str
    proviso: str | None
    cancelled: str | None
    """Why it was cancelled, with the day."""


@dataclass(frozen=True, kw_only=True)
class RevisionNote:
    """A correction after release."""

    number: int
    on: str
    by: str
    reason: str
    old_text: str
    new_text: str


@dataclass(frozen=True, kw_only=True)
class ItemMinutes:
    """One agenda item as minuted."""

    id: int
    number: str
    title: str
    level: int
    """1 for items, 2 for sub-items."""
    facts: str
    """Kind, who reported, from when to when."""
    text: str
    """Markdown."""
    result: str
    resolutions: tuple[ResolutionBox, ...]
    sections: tuple[ItemSection, ...]
    revisions: tuple[RevisionNote, ...]


@dataclass(frozen=True, kw_only=True)
class Part:
    """The public or the confidential part."""

    heading: str | None
    items: tuple[ItemMinutes, ...]


@dataclass(frozen=True, kw_only=True)
class MinutesContent:
    """Everything the minutes say, ready to be set."""

    body: str
    committee: str
    meeting: str
    title: str
    """„Ergebnisprotokoll: 9. Sitzung, Lenkungsgruppe KIM"."""
    facts: tuple[tuple[str, str], ...]
    """Day, time, place, chair, moderator, minute-taker: term and value."""
    status: str
    """„Entwurf" or „freigegeben am …"."""
    is_draft: bool
    attendance: tuple[AttendanceGroup, ...]
    attendance_summary: str
    opening: str
    """Markdown before the first item."""
    parts: tuple[Part, ...]
    has_confidential_part: bool
    signatures: tuple[str, ...]
    file_name: str
    """Without ending."""
    made_at: datetime

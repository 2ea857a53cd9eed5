"""What the extract of a single resolution contains, and whom it goes to: for DOCX, PDF, preview and mail alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from govern.meetings.contributions import ItemSection, Line
from govern.meetings.minutes_content import ResolutionBox
from govern.meetings.models import Resolution


@dataclass(frozen=True, kw_only=True)
class ExtractContent:
    """A Beschlussauszug, ready to be set."""

    body: str
    committee: str
    meeting: str
    """„Lenkungsgruppe KIM, 9. Sitzung"; empty for what was resolved outside of meetings."""
    title: str
    """„Beschlussauszug LG-B-2026-07"."""
    facts: tuple[tuple[str, str], ...]
    """Committee, meeting, day, item: term and value."""
    status: str
    is_preliminary: bool
    """The minutes are not released yet, so the wording may still change."""
    resolution: ResolutionBox
    sections: tuple[ItemSection, ...]
    """What is to be done because of it: all the reader may see, or what its addressee was given."""
    signature: str
    file_name: str
    """Without ending."""
    made_at: datetime


@dataclass(frozen=True)
class ExtractRecipient:
    """One addressee of one resolution."""

    resolution: Resolution
    addressee: str
    """`organisation:5`, `seat:3` or `committee:7`."""
    label: str
    address: str | None
    why_not: str | None
    """Why there is no address to send it to."""
    is_account: bool
    """The address is that of the institution's account, which only the administration reads."""
    lines: tuple[Line, ...]
    """What they are charged with."""
    sent_at: datetime | None
    """When they last got it."""

    @property
    def key(self) -> str:
        """What names this line in a form."""
        return f"{self.resolution.id}-{self.addressee}"

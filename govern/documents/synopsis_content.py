"""What a Synopse on paper holds, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from govern.documents.synopsis import SectionChange, Synopsis

LEGEND = "Gestrichenes ist durchgestrichen und rot hinterlegt, Eingefügtes unterstrichen und grün hinterlegt."


@dataclass(frozen=True)
class SynopsisContent:
    """Two versions side by side as they are handed out."""

    title: str
    body: str
    old_label: str
    new_label: str
    made_at: datetime
    synopsis: Synopsis
    only_changes: bool = True
    is_draft: bool = False

    @property
    def heading(self) -> str:
        """„Synopse: Fassung 3.2 → Entwurf 4.0“."""
        return f"Synopse: {self.old_label} → {self.new_label}"

    @property
    def sections(self) -> tuple[SectionChange, ...]:
        """What is shown: changes, or everything."""
        return self.synopsis.changes if self.only_changes else self.synopsis.sections

    @property
    def scope(self) -> str:
        """Which sections these are, in words."""
        return "Nur geänderte Abschnitte" if self.only_changes else "Alle Abschnitte"

    @property
    def footer(self) -> str:
        """What stands at the foot of each page."""
        return f"{self.title} · {self.heading}"


def heading_of(change: SectionChange) -> str:
    """„2.3.2 Gremienarbeit (geändert, bisher 2.3.1)“."""
    return change.shown.title + (f" ({', '.join(change.marks)})" if change.marks else "")

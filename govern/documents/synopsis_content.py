"""What a Synopse on paper holds, as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from govern.documents.contributions import CauseLink
from govern.documents.synopsis import SectionChange, Synopsis
from govern.formats import count

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
    causes: Mapping[str, Sequence[CauseLink]] = field(default_factory=dict)
    """By key of the section: what led to its change, as far as the reader may see it; nothing in papers for others."""
    annexes: Sequence[str] = ()
    """What became of the annexes, a sentence each."""

    def causes_of(self, change: SectionChange) -> Sequence[CauseLink]:
        """What led to a change."""
        return self.causes.get(change.shown.section.key or "", ())

    def reason_of(self, change: SectionChange) -> str:
        """The words given for a change, without those that name no more than the causes beside them."""
        told = {word for cause in self.causes_of(change) for word in (cause.text, cause.kind)}
        return "; ".join(word for word in change.reason.split("; ") if word not in told)

    def why(self, change: SectionChange) -> str:
        """„Beratung in der Sitzung (Beschluss LG-B-2026-07)": the reason given, and the numbers behind it."""
        reason, numbers = self.reason_of(change), ", ".join(cause.text for cause in self.causes_of(change))
        return f"{reason} ({numbers})" if reason and numbers else reason or numbers

    @property
    def heading(self) -> str:
        """„Synopse: Fassung 3.2 → Entwurf 4.0“."""
        return f"Synopse: {self.old_label} → {self.new_label}"

    @property
    def sections(self) -> tuple[SectionChange, ...]:
        """What is shown: changes, or everything."""
        return self.synopsis.changes if self.only_changes else self.synopsis.sections

    @property
    def summary(self) -> str:
        """„11 von 34 Abschnitten geändert · 2 neu · 0 entfallen · 1 Anlage anders“."""
        changed = f" · {count(len(self.annexes), 'Anlage', 'Anlagen')} anders" if self.annexes else ""
        return self.synopsis.summary + changed

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

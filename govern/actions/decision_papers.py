"""What the decision paper (Entscheidungsvorlage) on a matter says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from govern.actions.models import Matter, ReportRelease
from govern.committees.models import Committee


@dataclass(frozen=True, kw_only=True)
class DecisionPaper:
    """Proposal and purpose as somebody wrote them, the rest from the matter."""

    matter: Matter
    committee: Committee | None
    proposal: str
    purpose: str
    facts: list[tuple[str, str]]
    examples: Sequence[ReportRelease]
    """Words of reports that the coordination released."""
    way: list[str]

"""What the files of a composition say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from govern.formats import date_short


@dataclass(frozen=True, kw_only=True)
class CompositionFile:
    """What the files say: which committee, as of which day, and its seats with the names their reader may see."""

    committee: str
    day: date
    total: str
    groups: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]
    """Headings, each with its lines; the cells of a line are those of `exports.compositions.COLUMNS`."""

    @property
    def title(self) -> str:
        return f"Zusammensetzung: {self.committee}"

    @property
    def as_of(self) -> str:
        """„Stand: Di., 26. Mai 2026"."""
        return f"Stand: {date_short(self.day)}"

    @property
    def name(self) -> str:
        """The name of the file, without its ending; the day is in it so that files of two days can lie together."""
        return f"Zusammensetzung {self.committee[:80]} {self.day.isoformat()}".replace("/", "-")

    @property
    def lines(self) -> list[tuple[str, ...]]:
        """All lines, in order."""
        return [line for _heading, lines in self.groups for line in lines]

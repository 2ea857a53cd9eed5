"""How addressees keep the dates of their work orders, as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ORDERS_SHOWN = 25
"""So many addressees stand on the page, until somebody asks for all of them."""


@dataclass(frozen=True)
class OrderFigures:
    """How one addressee keeps the dates of its work orders."""

    addressee: str
    organisation_id: int | None
    committee_id: int | None
    seat_id: int | None
    """One of the three; None of them for all addressees together."""
    given: int
    open: int
    overdue: int
    on_time: int
    """Done by the due date."""
    late: int
    """Done after it."""

    @property
    def key(self) -> str:
        """Whose orders they are, as the list of orders asks for it in its address; empty for all."""
        if self.organisation_id is not None:
            return str(self.organisation_id)
        if self.committee_id is not None:
            return f"gremium-{self.committee_id}"
        return f"sitz-{self.seat_id}" if self.seat_id is not None else ""

    @property
    def done(self) -> int:
        """Done, with or without a due date."""
        return self.given - self.open

    @property
    def on_time_share(self) -> float | None:
        """Of those done that had a due date; None if there were none."""
        judged = self.on_time + self.late
        return self.on_time / judged if judged else None


def sum_up(figures: Sequence[OrderFigures]) -> OrderFigures:
    """All addressees together."""
    return OrderFigures(
        "Alle",
        None,
        None,
        None,
        *(sum(getattr(line, name) for line in figures) for name in ("given", "open", "overdue", "on_time", "late")),
    )

"""Which institution has agreements of which kind, and which has none: values only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from govern.documents.models import Agreement, AgreementKind, AgreementState
from govern.formats import partial_date
from govern.people.models import Organisation

HOLDING = (AgreementState.IN_FORCE, AgreementState.SIGNED)
BEST_FIRST = (
    *HOLDING, AgreementState.NEGOTIATION, AgreementState.DRAFT, AgreementState.PLANNED, AgreementState.EXPIRED,
    AgreementState.TERMINATED, AgreementState.REVOKED, AgreementState.DROPPED,
)  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """The agreements of one institution of one kind, those that hold first."""

    agreements: Sequence[Agreement]

    @property
    def best(self) -> Agreement | None:
        """The one that counts."""
        return self.agreements[0] if self.agreements else None

    @property
    def holds(self) -> bool:
        """True if one of them is in force or signed."""
        return self.best is not None and self.best.state in HOLDING

    @property
    def state_words(self) -> str:
        """How the one that counts stands: „in Kraft bis 31. Dezember 2027", or „keine"."""
        if self.best is None:
            return "keine"
        end = f" bis {partial_date(self.best.valid_to)}" if self.holds and self.best.valid_to else ""
        return f"{self.best.state.label}{end}"

    @property
    def more(self) -> str:
        """„und 1 weitere", or nothing."""
        return f"und {len(self.agreements) - 1} weitere" if len(self.agreements) > 1 else ""

    @property
    def words(self) -> str:
        """Both in a line, for files."""
        return f"{self.state_words} ({self.more})" if self.more else self.state_words


@dataclass(frozen=True)
class Line:
    """One institution with its agreements by kind."""

    organisation: Organisation
    cells: dict[AgreementKind, Cell]

    @property
    def has_none(self) -> bool:
        """True if nothing holds, of whatever kind."""
        return not any(cell.holds for cell in self.cells.values())


def cell_of(agreements: Iterable[Agreement]) -> Cell:
    """The agreements of one kind, the one that counts first."""
    return Cell(sorted(agreements, key=lambda one: (BEST_FIRST.index(one.state), -one.id)))

"""What the consent of those who must implement makes of a resolution, in words (E-10). No database, no request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from govern.formats import date_text
from govern.meetings.models import ConsentState, ImplementerConsent, Resolution

TONES = {ConsentState.ASKED: "warning", ConsentState.GIVEN: "success", ConsentState.REFUSED: "danger"}


@dataclass(frozen=True)
class Effect:
    """Whether a resolution takes effect, as far as consent decides it."""

    tone: str
    word: str
    """„wirksam", „noch nicht wirksam", „nicht wirksam"."""
    text: str
    """„wirksam mit Einvernehmen von Stadt Jülich (26. Mai 2026)"."""


def effect_of(resolution: Resolution) -> Effect | None:
    """What is to be said of an adopted resolution; None where nobody's consent was asked for."""
    if not resolution.is_adopted or not resolution.implementer_consents:
        return None
    rows = resolution.implementer_consents
    refused = [c for c in rows if c.state is ConsentState.REFUSED]
    asked = [c for c in rows if c.state is ConsentState.ASKED]
    given = [c for c in rows if c.state is ConsentState.GIVEN]
    if refused:
        return Effect("danger", "nicht wirksam", f"nicht wirksam: Einvernehmen verweigert von {_names(refused)}")
    if asked:
        words = f"noch nicht wirksam: Einvernehmen offen von {_names(asked)}"
        return Effect("warning", "noch nicht wirksam", words + (f"; erteilt von {_names(given)}" if given else ""))
    return Effect("success", "wirksam", f"wirksam mit Einvernehmen von {_names(given)}")


def _names(rows: Sequence[ImplementerConsent]) -> str:
    return ", ".join(
        c.organisation.name + (f" ({date_text(c.answered_at)})" if c.answered_at is not None else "") for c in rows
    )

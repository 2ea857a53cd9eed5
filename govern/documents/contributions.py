"""What higher packages add to the pages of concepts and agreements: lists that `govern.app` fills."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from govern.documents.models import Agreement, Concept, ConceptChange, ConceptVersion
from govern.people.models import User
from govern.web import Section


@dataclass(frozen=True)
class Action:
    """A button on the page of a version; `is_post`: it does something at once."""

    text: str
    url: str
    is_post: bool = False


@dataclass(frozen=True)
class Decision:
    """The resolution behind a version, for those who may read it."""

    text: str
    url: str
    note: str = ""
    """„aufgehoben" where it no longer holds, „abgelehnt" where the version was submitted once more."""


@dataclass(frozen=True)
class Part:
    """What a higher package adds to the page of a version: buttons, and a section."""

    actions: list[Action]
    section: Section | None


@dataclass(frozen=True)
class ChangeReason:
    """A thing of the chain as the reason of a change."""

    words: str
    """What the Synopse says where no reason was typed."""
    keep: Callable[[ConceptChange], None]
    """Links the change to it."""


@dataclass(frozen=True)
class CauseLink:
    """What led to a change, for those who may see it: „Lücke L-2026-014" and where it is."""

    text: str
    url: str
    kind: str = ""
    """What is noted instead of it, for all who read the concept: „Lücke aus der Praxis"."""


change_causes: list[Callable[[User, Sequence[int]], dict[str, list[CauseLink]]]] = []
"""Ids of versions → by key of the section, what led to its changes, as far as the user may see it."""

change_reasons: list[Callable[[User, str], ChangeReason | None]] = []
"""Number of a matter, resolution or work order → what it is, if the user may see it."""

concept_sections: list[Callable[[User, Concept], Section | None]] = []
"""What refers to a concept, for its page: resolutions, work orders; obeys the user's rights."""

before_confidential: list[Callable[[Concept], str | None]] = []
"""Reasons in German why a concept cannot be made confidential now."""

version_parts: list[Callable[[User, ConceptVersion], Part]] = []
"""What higher packages know of a version and offer for it: before which committee it lies, what was decided."""

decisions: list[Callable[[User, Sequence[ConceptVersion]], dict[int, Decision]]] = []
"""Version id → the resolution that set it in force; one statement for all."""

agreement_sections: list[Callable[[User, Agreement], Section | None]] = []
"""What higher packages know of an agreement: which resolution decided it."""


def parts_of(user: User, version: ConceptVersion) -> list[Part]:
    """All that higher packages add to the page of a version."""
    return [contribute(user, version) for contribute in version_parts]


def decisions_of(user: User, versions: Sequence[ConceptVersion]) -> dict[int, Decision]:
    """Version id → the resolution behind it."""
    found: dict[int, Decision] = {}
    for contribute in decisions if versions else []:
        found |= contribute(user, versions)
    return found


def sections_of_agreement(user: User, agreement: Agreement) -> list[Section]:
    """What higher packages know of an agreement."""
    found = (contribute(user, agreement) for contribute in agreement_sections)
    return [one for one in found if one is not None]

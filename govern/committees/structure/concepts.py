"""Concepts between file and tables: what is known of them, and what a file does not change.

A version that has a text here, or on which somebody writes, knows more than a file: the file leaves it alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from govern.committees.concept_words import VersionState
from govern.committees.models import Committee
from govern.committees.structure.entries import ConceptEntry, VersionEntry
from govern.people.models import Body, Organisation

ENDED_STATES = frozenset({VersionState.SUPERSEDED, VersionState.WITHDRAWN})
_NOBODY: Mapping[str, frozenset[str]] = {}


@dataclass(frozen=True)
class KnownConcepts:
    """The concepts of the tables as a file would say them, and what of them a file does not end or change."""

    entries: tuple[ConceptEntry, ...] = ()
    kept: frozenset[str] = frozenset()
    """Keys of concepts that were entered by hand, or in which something is written here: they do not end."""
    kept_versions: Mapping[str, frozenset[str]] = field(default_factory=lambda: _NOBODY)
    """Key of the concept → keys of versions that do not end."""
    written: Mapping[str, frozenset[str]] = field(default_factory=lambda: _NOBODY)
    """Key of the concept → keys of versions with a text or a draft here, which a file does not change."""
    frozen: Mapping[str, frozenset[str]] = field(default_factory=lambda: _NOBODY)
    """Key of the concept → keys of versions whose text is frozen: they keep their number."""
    ids: Mapping[int, str] = field(default_factory=dict)
    """Id of the concept → key."""
    version_ids: Mapping[int, str] = field(default_factory=dict)
    """Id of the version → key."""


@dataclass(frozen=True)
class WantedConcepts:
    """What one import wants of the concepts."""

    body: Body
    wanted: tuple[ConceptEntry, ...]
    known: KnownConcepts
    organisations: Mapping[str, Organisation]
    committees: Mapping[str, Committee]
    effective_on: date


def settled(old: ConceptEntry, new: ConceptEntry, known: KnownConcepts) -> ConceptEntry:
    """``new``, filled up from ``old`` where leaving a field out does not take anything back.

    Where a version is in force that is not the file's, no version of the file is. One that was entered by hand becomes
    the file's when the file names it.
    """
    written = known.written.get(new.key, frozenset())
    named = {version.key for version in new.versions}
    own = written | (known.kept_versions.get(new.key, frozenset()) - named)
    changes: dict[str, object] = {}
    if not new.committees:
        changes |= {"committees": old.committees, "lead_committee": old.lead_committee}
    elif set(new.committees) == set(old.committees):
        changes["committees"] = old.committees
    if new.is_confidential is None or (new.is_confidential, old.is_confidential) == (False, None):
        changes["is_confidential"] = old.is_confidential
    before = {version.key: version for version in old.versions}
    running = next((v.key for v in old.versions if v.state == VersionState.IN_FORCE and v.key in own), None)
    changes["versions"] = tuple(_settled_version(before.get(v.key), v, written, running) for v in new.versions)
    return replace(new, **changes)  # type: ignore[arg-type]


def _settled_version(
    old: VersionEntry | None, new: VersionEntry, written: frozenset[str], running: str | None
) -> VersionEntry:
    if old is not None and new.key in written:
        return old
    if new.state == VersionState.IN_FORCE and running is not None:
        ended_on = old.ended_on if old is not None else None
        new = replace(new, state=VersionState.SUPERSEDED.value, ended_on=ended_on)
    if old is not None:
        # That something was sent is history: a file adds to it.
        sent = (*old.sendings, *(each for each in new.sendings if each not in old.sendings))
        new = replace(new, sendings=sent)
    return new


def ordered(have: Sequence[str], wanted: Sequence[str], frozen: frozenset[str]) -> list[str]:
    """The keys of versions in the order of the file; what it does not name keeps its place behind the one before it.

    Frozen versions keep their number: where the order would move one of them, all stay and new ones come last.
    """
    order = list(wanted)
    for place, key in enumerate(have):
        if key not in order:
            order.insert(order.index(have[place - 1]) + 1 if place else 0, key)
    if any(order.index(key) != have.index(key) for key in frozen):
        return [*have, *(key for key in wanted if key not in have)]
    return order


def is_ended(version: VersionEntry) -> bool:
    """True for what is no longer in force, or never will be."""
    return version.state in ENDED_STATES

"""What the coordination does with a structure file: look at what it would change, take it over."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from govern.committees.structure.entries import Structure
from govern.committees.structure.importing import import_structure, plan_import, read_for_body
from govern.committees.structure.plans import Plan
from govern.errors import Conflict
from govern.people.models import User


@dataclass(frozen=True)
class Preview:
    """What a file would change, and a fingerprint by which a later confirmation is known to mean just that."""

    structure: Structure
    plan: Plan

    @property
    def fingerprint(self) -> str:
        """The same for the same changes."""
        return hashlib.sha256(repr(self.plan).encode()).hexdigest()


def preview_structure(data: bytes) -> Preview:
    """Read a file and say what it would change. Raises FaultyStructureError with every fault."""
    structure = read_for_body(data)
    return Preview(structure, plan_import(structure))


def take_over_structure(data: bytes, *, fingerprint: str, effective_on: date, by: User) -> Plan:
    """Take over a file that was previewed. Raises Conflict when it would change something else by now."""
    preview = preview_structure(data)
    if preview.fingerprint != fingerprint:
        raise Conflict("Inzwischen wurde etwas geändert. Bitte prüfen Sie die neue Vorschau.")
    return import_structure(preview.structure, effective_on=effective_on)

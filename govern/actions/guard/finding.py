"""Everything the guard finds in one text, in the order in which it stands there."""

from __future__ import annotations

import re
from collections.abc import Iterable

from govern.actions.guard import addresses, constellations, names, numbers
from govern.actions.guard.kinds import Finding

ENDLESS = re.compile(r"[\w.-]{150,}")
"""Longer than any word, number or address; to search it would take minutes."""


def find(text: str, known: Iterable[str] = ()) -> list[Finding]:
    """Passages of ``text`` that look like client data; ``known`` are names of institutions and places, never people's.

    A passage has one kind: numbers come first, then addresses, then names, then combinations.
    """
    text = ENDLESS.sub(lambda match: "|" * len(match.group()), text)
    found: list[Finding] = []
    for search in (numbers.search, addresses.search):
        found += [f for f in search(text) if not any(other.overlaps(f.start, f.end) for other in found)]
    taken = list(found)
    for finding in names.search(text, frozenset(word for name in known for word in name.split())):
        if not any(other.overlaps(finding.start, finding.end) for other in taken):
            found.append(finding)
    return sorted(found + constellations.search(text))

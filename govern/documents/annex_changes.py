"""What became of the annexes from one version to another, as sentences: new, gone, replaced, renamed, renumbered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Annex(Protocol):
    """An annex as far as it is compared."""

    key: str
    title: str
    file_name: str
    sha256: str

    @property
    def number(self) -> str:
        """„Anlage 1"."""


def annex_changes(old: Sequence[Annex], new: Sequence[Annex]) -> tuple[str, ...]:
    """One sentence for each annex that is not as it was, those that are gone last.

    An annex is known again by its key, in versions that do not follow each other by its file.
    """
    pairs = _pairs(old, new)
    taken = {id(before) for before in pairs.values()}
    said = [sentence for annex in new if (sentence := _sentence(pairs.get(id(annex)), annex))]
    gone = [f"Entfallen: {was.number} „{was.title}“ ({was.file_name})" for was in old if id(was) not in taken]
    return (*said, *gone)


def _pairs(old: Sequence[Annex], new: Sequence[Annex]) -> dict[int, Annex]:
    """Identity of a new annex → what it was before."""
    found: dict[int, Annex] = {}
    for name in ("key", "sha256"):
        taken = {id(before) for before in found.values()}
        free = {getattr(before, name): before for before in reversed(old) if id(before) not in taken}
        for annex in new:
            if id(annex) not in found and (before := free.pop(getattr(annex, name), None)) is not None:
                found[id(annex)] = before
    return found


def _sentence(before: Annex | None, annex: Annex) -> str:
    named = f"{annex.number} „{annex.title}“"
    if before is None:
        return f"Neu: {named} ({annex.file_name})"
    was = [f"bisher „{before.title}“"] if before.title != annex.title else []
    was += [f"bisher {before.number}"] if before.number != annex.number else []
    if before.sha256 != annex.sha256:
        return f"Ersetzt: {named}, " + ", ".join([f"neue Datei {annex.file_name}", *was])
    if before.title != annex.title:
        return f"Umbenannt: {named}, " + ", ".join(was)
    return f"Neu nummeriert: {named}, " + ", ".join(was) if was else ""

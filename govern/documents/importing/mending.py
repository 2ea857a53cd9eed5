"""Mending the tree an import found, before it is saved: join, split, move, change level, rename, leave out.

The sections lie flat, each with its level, so that every step is plain to see and none can lose a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from govern.documents.markdown_text import blocks_of, markdown_of, with_its_notes
from govern.documents.sections import DEEPEST, SectionText, Tree, from_levels, walk
from govern.errors import DomainError


@dataclass(frozen=True)
class FlatSection:
    """A section with its level; what follows deeper is inside it."""

    level: int
    heading: str
    text: str
    printed_number: str | None = None
    key: str | None = None


Flat = tuple[FlatSection, ...]


def flattened(tree: Tree) -> Flat:
    """The sections of a tree in the order of reading."""
    return tuple(
        FlatSection(p.depth, p.section.heading, p.section.text, p.section.printed_number, p.section.key)
        for p in walk(tree)
    )


def tree_of(flat: Sequence[FlatSection]) -> Tree:
    """The tree that flat sections make; levels left out are closed up."""
    return from_levels((s.level, SectionText(s.heading, s.text, s.printed_number, key=s.key)) for s in flat)


def closed_up(flat: Sequence[FlatSection]) -> Flat:
    """The same with levels that leave none out."""
    return flattened(tree_of(flat))


def paragraphs_of(text: str) -> list[str]:
    """The pieces at which a section can be split; footnotes stay with the last of them."""
    parts = text.split("\n\n")
    while len(parts) > 1 and (parts[-1].startswith("[^") or parts[-1].startswith("    ")):
        last = parts.pop()
        parts[-1] += "\n\n" + last
    return [part for part in parts if part.strip()]


def rename(flat: Flat, n: int, heading: str, number: str | None) -> Flat:
    """Give a section another heading, and a printed number or none."""
    heading = " ".join(heading.split())
    if not heading:
        raise DomainError("Bitte eine Überschrift angeben.")
    if len(heading) > 300:
        raise DomainError("Die Überschrift ist zu lang: höchstens 300 Zeichen.")
    printed = None if number is None else " ".join(number.split())[:40]
    return _with(flat, n, replace(flat[n], heading=heading, printed_number=printed))


def join(flat: Flat, n: int) -> Flat:
    """Put a section at the end of the one before it; its heading becomes a line in bold.

    References to it lead to what it is now part of.
    """
    if n == 0:
        raise DomainError("Vor dem ersten Abschnitt steht keiner, mit dem er sich verbinden ließe.")
    above, here = flat[n - 1], flat[n]
    texts = [part for part in (above.text, f"**{here.heading}**", here.text) if part.strip()]
    text = "\n\n".join(texts)
    if "[^" in text:  # both count their footnotes from 1
        text = markdown_of(block for part in texts for block in blocks_of(part))
    joined = closed_up((*flat[: n - 1], replace(above, text=text, key=above.key or here.key), *flat[n + 1 :]))
    if above.key is None or here.key is None:
        return joined
    old, new = f"[[abschnitt:{here.key}]]", f"[[abschnitt:{above.key}]]"
    return tuple(replace(each, text=each.text.replace(old, new)) for each in joined)


def split(flat: Flat, n: int, paragraph: int) -> Flat:
    """Begin a new section with a paragraph; a short one becomes its heading."""
    parts = paragraphs_of(flat[n].text)
    if not 0 <= paragraph < len(parts):
        raise DomainError("An dieser Stelle lässt sich der Abschnitt nicht teilen.")
    words = parts[paragraph].strip("*#_ \n")
    is_heading = len(words) <= 150 and "\n" not in words and not words.startswith(("-", "|", ">"))
    rest, before = ("\n\n".join(each) for each in (parts[paragraph + is_heading :], parts[:paragraph]))
    new = FlatSection(
        flat[n].level, words if is_heading else "Neuer Abschnitt", with_its_notes(rest, flat[n].text),
        "" if flat[n].printed_number == "" else None,
    )  # fmt: skip
    above = replace(flat[n], text=with_its_notes(before, flat[n].text))
    return (*flat[:n], above, new, *flat[n + 1 :])


def shift(flat: Flat, n: int, by: int) -> Flat:
    """One level deeper or higher, with what is inside."""
    end = _end(flat, n)
    if by > 0 and (n == 0 or flat[n - 1].level < flat[n].level):
        raise DomainError("Der Abschnitt steht schon so tief, wie es an dieser Stelle geht.")
    levels = [section.level + by for section in flat[n:end]]
    if min(levels) < 1 or max(levels) > DEEPEST:
        raise DomainError("Tiefer oder höher geht es nicht.")
    moved = (replace(s, level=level) for s, level in zip(flat[n:end], levels, strict=True))
    return closed_up((*flat[:n], *moved, *flat[end:]))


def move(flat: Flat, n: int, by: int) -> Flat:
    """Past the section before or after it on the same level, with what is inside."""
    end = _end(flat, n)
    if by > 0:
        if end >= len(flat) or flat[end].level != flat[n].level:
            raise DomainError("Danach steht auf dieser Ebene kein Abschnitt.")
        return (*flat[:n], *flat[end : _end(flat, end)], *flat[n:end], *flat[_end(flat, end) :])
    before = next((m for m in range(n - 1, -1, -1) if flat[m].level <= flat[n].level), None)
    if before is None or flat[before].level != flat[n].level:
        raise DomainError("Davor steht auf dieser Ebene kein Abschnitt.")
    return (*flat[:before], *flat[n:end], *flat[before:n], *flat[end:])


def drop(flat: Flat, n: int) -> Flat:
    """Leave a section out; what is inside stays."""
    if len(flat) == 1:
        raise DomainError("Ein Abschnitt muss bleiben.")
    return closed_up((*flat[:n], *flat[n + 1 :]))


def count_anew(flat: Flat) -> Flat:
    """Let all numbers be worked out instead of keeping printed ones."""
    return tuple(replace(section, printed_number=None) for section in flat)


def _end(flat: Flat, n: int) -> int:
    return next((m for m in range(n + 1, len(flat)) if flat[m].level <= flat[n].level), len(flat))


def _with(flat: Flat, n: int, section: FlatSection) -> Flat:
    return (*flat[:n], section, *flat[n + 1 :])

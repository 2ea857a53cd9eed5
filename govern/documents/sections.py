"""A document as a tree of sections: plain data that import, export and comparison share; nothing of the database.

The text of a section is Markdown without headings; what is a heading is a section of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

DEEPEST = 6
"""Sections are nested at most so deep; Word and HTML know no more levels of headings."""
_LAST_COUNT = re.compile(r"(\d{1,9})\W*$")
_WORD = re.compile(r"\w+(?:[-’'*:/.]\w+)*")
_TARGET = re.compile(r"\]\([^)\s]*\)|\[\^[^\]\s]+\]")


@dataclass(frozen=True)
class SectionText:
    """A section: its heading, its own text as Markdown without headings, and the sections inside it.

    ``printed_number`` is kept where the original has its own number; an empty one stands for none at all (a preface).
    ``None`` lets the number be worked out from the place. ``key`` names the same section in several versions.
    """

    heading: str
    text: str
    printed_number: str | None = None
    sections: tuple[SectionText, ...] = ()
    key: str | None = field(default=None, compare=False)


Tree = tuple[SectionText, ...]
"""The sections of the first level, in their order."""


@dataclass(frozen=True)
class PlacedSection:
    """A section where it stands: ``number`` as shown, ``depth`` from 1, ``path`` as places counted from 0."""

    section: SectionText
    number: str
    depth: int
    path: tuple[int, ...]

    @property
    def title(self) -> str:
        """„2.3.2 Gremienarbeit“."""
        return f"{self.number} {self.section.heading}".strip()


def walk(sections: Iterable[SectionText]) -> Iterator[PlacedSection]:
    """Every section with its number, in the order of reading."""
    return _walk(sections, parent="", depth=1, path=(), is_counted=True)


def numbers(depths_and_printed: Sequence[tuple[int, str | None]]) -> list[str]:
    """The numbers of sections given flat, in the order of reading, as pairs of depth (from 1) and printed number."""
    found: list[str] = []
    counts = [0] * (DEEPEST + 2)
    parents = [""] * (DEEPEST + 2)
    counted = [True] + [False] * (DEEPEST + 1)
    for depth, printed in depths_and_printed:
        counts[depth], number = _next(counts[depth], parents[depth - 1], printed, is_counted=counted[depth - 1])
        parents[depth], counted[depth], counts[depth + 1] = number, bool(number), 0
        found.append(number)
    return found


def count_words(sections: Iterable[SectionText]) -> int:
    """How many words the tree has, headings and tables included."""
    return sum(words_in(placed.section.heading) + words_in(placed.section.text) for placed in walk(sections))


def words_in(text: str) -> int:
    """How many words a Markdown text has; „Case-Manager:in“ is one, addresses of links are none."""
    return sum(1 for _ in _WORD.finditer(_TARGET.sub("", text)))


def depth_of(sections: Iterable[SectionText]) -> int:
    """How many levels the tree has."""
    return max((placed.depth for placed in walk(sections)), default=0)


def from_levels(lines: Iterable[tuple[int, SectionText]]) -> Tree:
    """A tree from sections given flat with their level; a level that is left out is closed up."""
    root: list[SectionText] = []
    path: list[tuple[int, list[SectionText], SectionText]] = []

    def close(level: int) -> None:
        while path and path[-1][0] >= level:
            _level, inside, section = path.pop()
            above = path[-1][1] if path else root
            above.append(replace(section, sections=(*section.sections, *inside)))

    for level, section in lines:
        close(level)
        if len(path) >= DEEPEST:
            close(path[-1][0])
        path.append((level, [], section))
    close(0)
    return tuple(root)


def _walk(
    sections: Iterable[SectionText], *, parent: str, depth: int, path: tuple[int, ...], is_counted: bool
) -> Iterator[PlacedSection]:
    count = 0
    for place, section in enumerate(sections):
        count, number = _next(count, parent, section.printed_number, is_counted=is_counted)
        here = (*path, place)
        yield PlacedSection(section, number, depth, here)
        yield from _walk(section.sections, parent=number, depth=depth + 1, path=here, is_counted=bool(number))


def _next(count: int, parent: str, printed: str | None, *, is_counted: bool) -> tuple[int, str]:
    """The count and number of the next section after ``count`` others; what has no number counts nothing."""
    if printed is not None:
        last = _LAST_COUNT.search(printed)
        return int(last[1]) if last else count, printed
    if not is_counted:
        return count, ""
    return count + 1, f"{parent.rstrip('.')}.{count + 1}" if parent else str(count + 1)


def settled(sections: Iterable[SectionText], *, is_loose: bool = False) -> Tree:
    """The tree without the printed numbers that would be worked out just so; ``is_loose`` takes „2." for „2"."""
    return _settled(sections, parent="", is_counted=True, is_loose=is_loose)


def _settled(sections: Iterable[SectionText], *, parent: str, is_counted: bool, is_loose: bool) -> Tree:
    kept: list[SectionText] = []
    count = 0
    for section in sections:
        printed = section.printed_number
        next_count, worked_out = _next(count, parent, None, is_counted=is_counted)
        if printed is None or printed == worked_out or (is_loose and printed.rstrip(".") == worked_out):
            printed, count, number = None, next_count, worked_out
        else:
            count, number = _next(count, parent, printed, is_counted=is_counted)
        inside = _settled(section.sections, parent=number, is_counted=bool(number), is_loose=is_loose)
        kept.append(replace(section, printed_number=printed, sections=inside))
    return tuple(kept)

"""Passages of a section: its paragraphs, quoted words, and the words a proposal touches. Pure; no database."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from govern.documents.word_diff import MOST_PAIRS, tokens_of

_PARAGRAPH = re.compile(r"\S(?:.*\S)?(?:\n(?!\s*\n).*\S)*", re.MULTILINE)
_MARKS = r"[*_~`]*"
_EMPHASIS, _EMPHASIS_BEFORE = re.compile(r"\*+"), re.compile(r"\*+$")


@dataclass(frozen=True)
class Passage:
    """Words of a section, and where they begin in its text."""

    starts_at: int
    text: str

    @property
    def ends_at(self) -> int:
        """Where the passage ends."""
        return self.starts_at + len(self.text)


@dataclass(frozen=True)
class Edit:
    """Words of a text, from and to, that are to be replaced by others."""

    start: int
    end: int
    new: str


def paragraphs(text: str) -> list[Passage]:
    """The paragraphs of a section: what stands between empty lines."""
    return [Passage(found.start(), found[0]) for found in _PARAGRAPH.finditer(text)]


def find_quote(text: str, quote: str) -> list[Passage]:
    """Where quoted words stand in a Markdown text; spaces, line ends and signs of emphasis do not matter."""
    words = quote.strip("„“\"' \t\r\n").split()
    if not words:
        return []
    between = rf"{_MARKS}\s+{_MARKS}"
    pattern = between.join(_MARKS.join(re.escape(part) for part in re.split(r"[*_~`]+", word)) for word in words)
    return [_with_marks(text, found.start(), found.end()) for found in re.finditer(pattern, text) if found[0]]


def _with_marks(text: str, start: int, end: int) -> Passage:
    """The words with the signs of emphasis around them, where one of a pair stands inside."""
    found = text[start:end]
    before, after = _EMPHASIS_BEFORE.search(text, 0, start), _EMPHASIS.match(text, end)
    if before is not None and found.count("*") % 4:
        start = before.start()
    elif after is not None and found.count("*") % 4:
        end = after.end()
    return Passage(start, text[start:end])


def edits_of(starts_at: int, old: str, new: str) -> list[Edit]:
    """The words that change when ``old``, which begins at ``starts_at``, becomes ``new``.

    Long texts are compared line by line first; only the lines that differ are compared word by word.
    """
    before, after = tokens_of(old), tokens_of(new)
    if len(before) * len(after) <= MOST_PAIRS:
        return _joined(_changes(starts_at, before, after), starts_at, old)
    found = []
    for line in _changes(starts_at, old.splitlines(keepends=True), new.splitlines(keepends=True)):
        found += _word_by_word(line, old[line.start - starts_at : line.end - starts_at])
    return _joined(found, starts_at, old)


def _word_by_word(lines: Edit, old: str) -> list[Edit]:
    """The words that change in ``old``, where its first and last words stay as long as they are the same."""
    before, after = tokens_of(old), tokens_of(lines.new)
    most = min(len(before), len(after))
    start = next((n for n in range(most) if before[n] != after[n]), most)
    end = next((n for n in range(most - start) if before[-1 - n] != after[-1 - n]), most - start)
    before_middle, after_middle = before[start : len(before) - end], after[start : len(after) - end]
    place = lines.start + sum(map(len, before[:start]))
    if len(before_middle) * len(after_middle) > MOST_PAIRS:
        return [Edit(place, place + sum(map(len, before_middle)), "".join(after_middle))]
    return _changes(place, before_middle, after_middle)


def _changes(starts_at: int, before: Sequence[str], after: Sequence[str]) -> list[Edit]:
    places = [starts_at]
    for part in before:
        places.append(places[-1] + len(part))
    changes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [Edit(places[a], places[b], "".join(after[c:d])) for kind, a, b, c, d in changes if kind != "equal"]


def _joined(edits: Sequence[Edit], starts_at: int, old: str) -> list[Edit]:
    """Changes with nothing but a space between them are one."""
    found: list[Edit] = []
    for edit in edits:
        between = old[found[-1].end - starts_at : edit.start - starts_at] if found else "x"
        if found and not between.strip():
            found[-1] = Edit(found[-1].start, edit.end, found[-1].new + between + edit.new)
        else:
            found.append(edit)
    return found


def touch(ours: Sequence[Edit], theirs: Sequence[Edit]) -> bool:
    """True if both change the same words, or put words into the same place."""
    return any(_meet(one, other) for one in ours for other in theirs)


def _meet(one: Edit, other: Edit) -> bool:
    if one.start == one.end or other.start == other.end:  # words are put in: beside a change there is no telling where
        return one.start <= other.end and other.start <= one.end
    return one.start < other.end and other.start < one.end


def colliding(edits: dict[int, list[Edit]]) -> list[list[int]]:
    """Groups of two or more proposals, by their keys, that directly or through others touch the same words."""
    groups: list[set[int]] = []
    for key, own in edits.items():
        near = [group for group in groups if any(touch(own, edits[other]) for other in group)]
        groups = [group for group in groups if group not in near]
        groups.append({key}.union(*near))
    return [sorted(group) for group in groups if len(group) > 1]


def take_over(laid_open: str, current: str, edits: Sequence[Edit]) -> str | None:
    """``current`` with the changes that were proposed for the text as it was laid open.

    None if the same words were changed meanwhile: then a person has to decide.
    """
    meanwhile = edits_of(0, laid_open, current)
    if touch(edits, meanwhile):
        return None
    both = sorted([*edits, *meanwhile], key=lambda edit: (edit.start, edit.end))
    if any(earlier.end > later.start for earlier, later in pairwise(both)):
        return None
    pieces, place = [], 0
    for edit in both:
        pieces += [laid_open[place : edit.start], edit.new]
        place = edit.end
    return "".join(pieces) + laid_open[place:]

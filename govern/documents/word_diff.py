"""What changed between two texts, paragraph by paragraph and word by word, as runs of plain words."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Literal

from govern.documents.text_images import with_images_as_words

RunKind = Literal["same", "deleted", "inserted"]
ALIKE = 0.4
"""So large a share of words in common makes two paragraphs the same one."""
MOST_PAIRS = 400_000
"""Words of one paragraph times words of the other: beyond, the whole is shown as replaced."""
_TOKEN = re.compile(r"\d+(?:[.,]\d+)+|\w+(?:[-:*/’']\w+)*|\s+|[^\w\s]")
_START = re.compile(r"^\s*(?:(?:[-+*>]|\d{1,9}[.)])\s+)*")
_RULE = re.compile(r"\s*(?:\|[ :|-]*-[ :|-]*|`{3,}.*|~{3,}.*|-{3,}|\*{3,})\s*")
_MARKED = re.compile(r"[*_`\[<|~&\\]")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)
_PAIRS = (re.compile(r"(\*{1,3}|~~)(?=\S)(.+?)(?<=\S)\1"), re.compile(r"(?<!\w)(_{1,2})(?=\S)(.+?)(?<=\S)\1(?!\w)"))
_PRIVATE = 0xE100
_HIDDEN = re.compile("[\ue100-\ue17f]")
_REFERENCE = re.compile(r"\[\[abschnitt:([a-z0-9-]{1,40})\]\]")
_NOTE = re.compile(r"(?<!\\)\[\^[^\]\s]{1,40}\](:)?")


@dataclass(frozen=True)
class Run:
    """Words that stayed, went or came."""

    kind: RunKind
    text: str


@dataclass(frozen=True)
class TextRow:
    """A paragraph, item or row of a table in both versions; empty on the side where it is missing."""

    old: tuple[Run, ...] = ()
    new: tuple[Run, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether nothing changed."""
        return all(run.kind == "same" for run in (*self.old, *self.new)) and bool(self.old) == bool(self.new)


def title_row(old: str | None, new: str | None) -> TextRow:
    """A heading in both versions."""
    return _row(old, new)


def compare_texts(
    old: str | None, new: str | None, titles: Mapping[str, str] | None
) -> tuple[TextRow, ...]:  # fmt: skip
    """Two Markdown texts paragraph by paragraph, ``titles`` as in :func:`lines_of`. A text that is None: no section."""
    before, after = lines_of(old or "", titles), lines_of(new or "", titles)
    if before == after and old is not None and new is not None:
        return tuple(_row(line, line) for line in before)
    return tuple(_rows(before, after))


def lines_of(text: str, titles: Mapping[str, str] | None) -> list[str]:
    """The paragraphs, items and rows of a Markdown text as plain words; a footnote is said as such.

    ``titles`` names all sections that there are, by key; None where nobody asked for them.
    """
    text = with_images_as_words(text)
    text = _REFERENCE.sub(lambda found: _name(found[1], titles), text)
    # Numbers of footnotes are left out: one more would change all that follow.
    text = _NOTE.sub(lambda found: "\n\nFußnote:" if found[1] else " (Fußnote)", text)
    return [line for part in text.split("\n\n") for line in _plain_lines(part)]


def _name(key: str, titles: Mapping[str, str] | None) -> str:
    return "(Verweis auf einen Abschnitt)" if titles is None else f"„{titles.get(key, 'Abschnitt entfallen')}“"


def tokens_of(text: str) -> list[str]:
    """The words, spaces and signs of a text; together they are the text again."""
    return _TOKEN.findall(text)


def distinct_words(text: str) -> frozenset[str]:
    """The words of a text, each once, for a quick look whether two texts are alike."""
    return frozenset(word.casefold() for word in re.findall(r"\w{3,}", text))


@lru_cache(maxsize=8192)
def _plain_lines(part: str) -> tuple[str, ...]:
    """The words of a piece of Markdown, line by line. Quicker than a parser, and only for the eye."""
    lines = (_plain_line(line) for line in part.split("\n") if not _RULE.fullmatch(line))
    return tuple(line for line in lines if line)


def _plain_line(line: str) -> str:
    line = _START.sub("", line)
    if _MARKED.search(line):
        line = _ESCAPED.sub(lambda found: chr(_PRIVATE + ord(found[1])), line)
        if line.lstrip().startswith("|"):
            line = " | ".join(cell.strip() for cell in line.strip().strip("|").split("|"))
        line = _LINK.sub(r"\1", _BREAK.sub(" / ", line).replace("`", ""))
        for pattern in _PAIRS:
            line = pattern.sub(r"\2", line)
        line = _HIDDEN.sub(lambda found: chr(ord(found[0]) - _PRIVATE), html.unescape(line))
    return " ".join(line.split())


def _rows(before: Sequence[str], after: Sequence[str]) -> Iterator[TextRow]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            yield from (_row(line, line) for line in before[a:b])
        else:
            yield from _paired(before[a:b], after[c:d])


def _paired(old: Sequence[str], new: Sequence[str]) -> Iterator[TextRow]:
    """Lines of a stretch that changed, each beside the one that is most like it, in their order; what is gone first."""
    words = [distinct_words(line) for line in old], [distinct_words(line) for line in new]
    start, alone = 0, list[str]()
    for n, line in enumerate(new):
        likeness = [
            (_share(words[0][m], words[1][n]), -m) for m in range(start, min(len(old), start + 30))
        ]  # fmt: skip
        share, place = max(likeness, default=(0.0, 0))
        if share < ALIKE:
            alone.append(line)
            continue
        yield from (_row(gone, None) for gone in old[start:-place])
        yield from (_row(None, added) for added in alone)
        yield _row(old[-place], line)
        start, alone = -place + 1, []
    yield from (_row(gone, None) for gone in old[start:])
    yield from (_row(None, added) for added in alone)


def _share(words: frozenset[str], others: frozenset[str]) -> float:
    together = len(words) + len(others)
    return 2 * len(words & others) / together if together else 0.0


def _row(old: str | None, new: str | None) -> TextRow:
    if not old or not new:
        return TextRow((Run("deleted", old),) if old else (), (Run("inserted", new),) if new else ())
    if old == new:
        same = (Run("same", old),)
        return TextRow(same, same)
    return _word_by_word(old, new)


def _word_by_word(old: str, new: str) -> TextRow:
    before, after = tokens_of(old), tokens_of(new)
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    middle = before[start : len(before) - end], after[start : len(after) - end]
    left: list[Run] = [Run("same", "".join(before[:start]))]
    right = list(left)
    for is_same, gone, came in _changes(*middle):
        left.append(Run("same" if is_same else "deleted", gone))
        right.append(Run("same" if is_same else "inserted", came))
    rest = Run("same", "".join(before[len(before) - end :]))
    return TextRow(_tidy([*left, rest]), _tidy([*right, rest]))


def _changes(before: list[str], after: list[str]) -> Iterator[tuple[bool, str, str]]:
    if len(before) * len(after) > MOST_PAIRS:
        yield False, "".join(before), "".join(after)
        return
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        is_same = kind == "equal"
        # A space alone between two changes belongs to them: whole phrases are read more easily than single words.
        if is_same and not "".join(before[a:b]).strip():
            is_same = False
        yield is_same, "".join(before[a:b]), "".join(after[c:d])


def _tidy(runs: Sequence[Run]) -> tuple[Run, ...]:
    tidy: list[Run] = []
    for run in runs:
        if tidy and run.text and tidy[-1].kind == run.kind:
            tidy[-1] = Run(run.kind, tidy[-1].text + run.text)
        elif run.text:
            tidy.append(run)
    return tuple(tidy)

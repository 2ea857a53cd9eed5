"""Typed text as it is stored, and two versions of one text in one."""

from __future__ import annotations

import unicodedata
from difflib import SequenceMatcher

ALIKE = 0.6
"""So many of their words two lines must share to be one line."""


def merge(theirs: str, mine: str) -> str:
    """Both texts in one, line by line: what both have once, what only one has stays.

    Of two lines that are alike each may have words the other lacks; where both have different words at one place, both
    lines stay.
    """
    a, b = theirs.splitlines(), mine.splitlines()
    lines: list[str] = []
    for kind, a1, a2, b1, b2 in SequenceMatcher(a=a, b=b, autojunk=False).get_opcodes():
        if kind == "equal":
            lines += a[a1:a2]
        else:
            lines += _in_one(a[a1:a2], b[b1:b2])
    return "\n".join(lines)


def _in_one(theirs: list[str], mine: list[str]) -> list[str]:
    if len(theirs) == len(mine):
        both = [_line_in_one(*pair) for pair in zip(theirs, mine, strict=True)]
        if all(line is not None for line in both):
            return [line for line in both if line is not None]
    return [*theirs, *mine]


def _line_in_one(theirs: str, mine: str) -> str | None:
    """The words of both lines; None where they are not alike, or say different things at one place."""
    indent = theirs[: len(theirs) - len(theirs.lstrip())]
    a, b = theirs.split(), mine.split()
    if " ".join(a) != theirs[len(indent) :] or indent + " ".join(b) != mine:  # white space that says something
        return None
    matcher = SequenceMatcher(a=a, b=b, autojunk=False)
    parts = matcher.get_opcodes()
    if matcher.ratio() < ALIKE or any(kind == "replace" for kind, *_places in parts):
        return None
    return indent + " ".join(word for _kind, a1, a2, b1, b2 in parts for word in (a[a1:a2] or b[b1:b2]))


def clean_text(text: str) -> str:
    """Typed text as it is stored: one kind of line end, nothing invisible, no space at the end."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).rstrip()

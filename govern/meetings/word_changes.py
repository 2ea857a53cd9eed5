"""What changed between two texts, word by word, readable by eye and by ear. No database, no request."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from markupsafe import Markup, escape

WORDS = re.compile(r"\s+|\w+|[^\w\s]")
GONE = Markup('<del><span class="visually-hidden">[entfernt: </span>{}<span class="visually-hidden">]</span></del>')
CAME = Markup('<ins><span class="visually-hidden">[eingefügt: </span>{}<span class="visually-hidden">]</span></ins>')
MOST_WORDS = 4_000
"""Longer texts are compared line by line, so that nobody waits."""


def word_changes(old: str, new: str) -> Markup:
    """``new`` with what is gone as `<del>` and what came as `<ins>`; screen readers hear where each begins."""
    a, b = _pieces(old), _pieces(new)
    if len(a) + len(b) > MOST_WORDS:
        a, b = old.splitlines(keepends=True), new.splitlines(keepends=True)
    parts: list[Markup] = []
    for kind, a1, a2, b1, b2 in SequenceMatcher(a=a, b=b, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(_text("".join(a[a1:a2])))
            continue
        if a2 > a1:
            parts.append(_marked(GONE, "".join(a[a1:a2])))
        if b2 > b1:
            parts.append(_marked(CAME, "".join(b[b1:b2])))
    return Markup("").join(parts)


def _pieces(text: str) -> list[str]:
    return WORDS.findall(text)


def _marked(mark: Markup, text: str) -> Markup:
    return mark.format(_text(text))


def _text(text: str) -> Markup:
    return Markup("<br>").join(escape(line) for line in text.split("\n"))

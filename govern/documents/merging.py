"""Typed text as it is stored, and two versions of one text in one."""

from __future__ import annotations

import unicodedata
from difflib import SequenceMatcher


def merge(theirs: str, mine: str) -> str:
    """Both texts in one, line by line: what both have once, what only one has stays."""
    a, b = theirs.splitlines(), mine.splitlines()
    lines: list[str] = []
    for kind, a1, a2, b1, b2 in SequenceMatcher(a=a, b=b, autojunk=False).get_opcodes():
        lines += a[a1:a2]
        if kind != "equal":
            lines += b[b1:b2]
    return "\n".join(lines)


def clean_text(text: str) -> str:
    """Typed text as it is stored: one kind of line end, nothing invisible, no space at the end."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).rstrip()

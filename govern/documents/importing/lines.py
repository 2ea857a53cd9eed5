"""The lines of a file before they are sections: what a paragraph looked like, and what that may mean."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from govern.documents.markdown_text import plain
from govern.typesetting.text_blocks import Block

LineKind = Literal["text", "block", "quote", "continued", "title", "contents"]

NUMBER = re.compile(
    r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,5}\.?|[IVX]{1,6}\.|[A-Z]\.(?:\d{1,2}\.?)*|§ ?\d{1,3}[a-z]?"
    r"|(?:Anlage|Anhang|Kapitel|Abschnitt|Teil) (?:\d{1,2}|[A-Z]|[IVX]{1,5})[.:]?)[ \t\u2003]+(?P<heading>\S.*)",
    re.DOTALL,
)
DECIMAL = re.compile(r"\d{1,2}(?:\.\d{1,2}){0,5}\.?")
STRONG_BULLET = re.compile(
    r"(?:[•·‣▪▫■□●○◦◆◇➢➔►▶▸✓✔→⇒❖❑»*\uf0b7\uf0a7\uf0d8\uf0fc\uf02d\uf076]|[-–—](?=[ \t]))[ \t]*(?=\S)"
)
WEAK_BULLET = re.compile(r"[oe¢©«][ \t]+(?=\S)")
ORDERED = re.compile(r"(?P<count>\d{1,2}|[a-z])(?P<sign>[.)])[ \t]+(?=\S)")
CONTENTS_HEADING = re.compile(r"(?:Inhalt|Inhaltsverzeichnis|Inhaltsübersicht|Gliederung)\W*", re.IGNORECASE)
CONTENTS_LINE = re.compile(
    r"(?P<title>\S.*?\S)(?:[ \t]*(?:\.[ ]?){3,}|[ \t]*…+[ .…]*|[ ]*\t+[ \t]*|[ ]{3,})(?:Seite |S\. ?)?\d{1,3}"
)
LONGEST_CONTENTS_LINE = 400
PAGE_NUMBER = re.compile(r"(?:Seite|S\.) ?\d{1,4}(?: ?(?:von|/) ?\d{1,4})?|[-–—] ?\d{1,4} ?[-–—]", re.IGNORECASE)


@dataclass(frozen=True)
class Item:
    """A line that is an item of a list; ``count`` is the number it shows."""

    is_ordered: bool
    depth: int
    count: int = 1


@dataclass
class Line:
    """A paragraph or table of the file. ``level`` and ``number`` are what its format says, not what it looks like."""

    parts: list[Block]
    kind: LineKind = "text"
    level: int | None = None
    number: str = ""
    is_bold: bool = False
    size: float = 0
    item: Item | None = None
    depth: int = 0
    """How deep a line that goes on with an item stands."""
    key: str | None = None
    block: Block | None = None
    at: int = 0
    words: str = field(init=False, default="")

    def __post_init__(self) -> None:
        self.words = " ".join(plain(self.parts).split())

    @property
    def raw(self) -> str:
        """The words with the white space they had."""
        return plain(self.parts).strip()

    @property
    def is_short(self) -> bool:
        """Whether it may be a heading: one line that does not end like a sentence."""
        return 0 < len(self.words) <= 150 and not self.words.endswith((".", ";", ",", "?")) and self.block is None


def contents_line(raw: str) -> re.Match[str] | None:
    """A line of a table of contents typed by hand: a title, dots and the number of a page."""
    return CONTENTS_LINE.fullmatch(raw) if len(raw) <= LONGEST_CONTENTS_LINE else None


def folded(words: str) -> str:
    """A heading as it is compared with the table of contents: without number, case and signs."""
    return " ".join("".join(c if c.isalnum() else " " for c in words.casefold()).split())


def without_start(parts: list[Block], length: int) -> list[Block]:
    """Inline parts without their first characters: a number or bullet that became something else."""
    rest: list[Block] = []
    for part in parts:
        if length <= 0:
            rest.append(part)
        elif part["t"] == "text":
            cut = min(length, len(part["v"]))
            length -= cut
            if part["v"][cut:]:
                rest.append({"t": "text", "v": part["v"][cut:]})
        elif part["t"] == "br":
            length -= 1
        elif part["t"] in ("fn", "ref", "img"):
            rest.append(part)
        else:
            inside = without_start(part["c"], length)
            length -= len(plain(part["c"])) - len(plain(inside))
            if inside:
                rest.append({**part, "c": inside})
    return rest

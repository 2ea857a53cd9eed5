"""Sections as HTML, in the order of reading, and as one hash."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any, Protocol

from govern.documents.markdown_text import NOTE_MARK, footnotes_apart
from govern.documents.models import ConceptAnnex
from govern.documents.sections import Tree, numbers
from govern.documents.text_images import IMAGE_MARK, Image, images_apart
from govern.formats import TAG, markdown_html

_TAG_OR_MARK = re.compile(f"{TAG}|{NOTE_MARK.pattern}|{IMAGE_MARK.pattern}")


class Keyed(Protocol):
    """A section as it is stored."""

    id: int
    key: str
    parent_id: int | None
    position: int
    heading: str
    printed_number: str | None


def new_key() -> str:
    """A key no section of any version has yet."""
    return secrets.token_hex(6)


def render_text(text: str) -> str:
    """Markdown as safe HTML with its footnotes below; references and pictures are still open."""
    text, images = images_apart(text)
    body, notes = footnotes_apart(text, keep_unused=True)
    html = _marked(str(markdown_html(body)), images)
    below = "".join(f"<li>{_marked(str(markdown_html(note)), images)}</li>" for note in notes)
    return html + (f'\n<ol class="footnotes" aria-label="Fußnoten">{below}</ol>' if below else "")


def _marked(html: str, images: Sequence[Image]) -> str:
    def sign(found: re.Match[str]) -> str:
        if found["note"] is not None:
            return f'<sup><span class="visually-hidden">Fußnote </span>{int(found["note"]) + 1}</sup>'
        if found["image"] is not None:
            image = images[int(found["image"])]
            sized = f' width="{image.width}%"' if image.width is not None else ""
            return f'<img src="bild:{image.key}" alt="{escape(image.alt)}"{sized}>'
        return IMAGE_MARK.sub("", NOTE_MARK.sub("", found[0]))  # a tag: what stands in its attributes is no text

    return _TAG_OR_MARK.sub(sign, html)


def reading_order(rows: Iterable[Keyed]) -> list[tuple[Any, int]]:
    """Stored sections in the order of reading, each with its depth from 1."""
    below: dict[int | None, list[Any]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    found: list[tuple[Any, int]] = []
    waiting = [(row, 1) for row in sorted(below.get(None, []), key=_place, reverse=True)]
    while waiting:
        row, depth = waiting.pop()
        found.append((row, depth))
        waiting += [(child, depth + 1) for child in sorted(below.get(row.id, []), key=_place, reverse=True)]
    return found


def titles_of(ordered: Iterable[tuple[Any, int]]) -> dict[str, str]:
    """Key → „2.3.1 Gremienarbeit" of sections in the order of reading."""
    rows = list(ordered)
    shown = numbers([(depth, row.printed_number) for row, depth in rows])
    return {row.key: f"{number} {row.heading}".strip() for (row, _depth), number in zip(rows, shown, strict=True)}


def checksum(ordered: Iterable[tuple[Any, int]], annexes: Iterable[ConceptAnnex] = ()) -> str:
    """The SHA-256 of a whole version: keys, levels, headings, printed numbers and words, in the order of reading.

    After them come number, key, title and SHA-256 of each annex.
    """
    lines = [[row.key, depth, row.heading, row.printed_number, row.text] for row, depth in ordered]
    lines += [[annex.number, annex.key, annex.title, annex.sha256] for annex in annexes]
    return hashlib.sha256(json.dumps(lines, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def count_sections(tree: Tree) -> int:
    """How many sections a tree has."""
    return sum(1 + count_sections(section.sections) for section in tree)


def _place(row: Any) -> tuple[int, int]:
    return row.position, row.id

"""A concept as one Markdown file: facts at the top, headings with their numbers, footnotes counted through."""

from __future__ import annotations

import re

from govern.documents.concept_content import ConceptContent
from govern.documents.markdown_text import blocks_of, definitions_of, markdown_body, markdown_of
from govern.documents.sections import PlacedSection, walk
from govern.typesetting.text_blocks import Block

MEDIA_TYPE = "text/markdown; charset=utf-8"
GAP = "  "
"""Two spaces stand between number and heading, so that the import knows which is which."""


def as_markdown(content: ConceptContent) -> bytes:
    """The concept as UTF-8."""
    facts = [("title", content.title), ("version", content.version), ("format", "govern"), *_plain_facts(content)]
    facts += [(a.number.replace(" ", ""), f"{a.title} ({a.file_name}, SHA-256 {a.sha256})") for a in content.annexes]
    front = "\n".join(f"{name}: {' '.join(value.split())}" for name, value in facts)
    notes: list[list[Block]] = []
    parts = [part for placed in walk(content.sections) for part in _section(placed, notes)]
    definitions = [definitions_of(notes)] if notes else []
    return "\n\n".join([f"---\n{front}\n---", *parts, *definitions, ""]).encode()


def _plain_facts(content: ConceptContent) -> list[tuple[str, str]]:
    return [("".join(c for c in name if c.isascii() and c.isalnum()) or "fact", value) for name, value in content.facts]


def _section(placed: PlacedSection, notes: list[list[Block]]) -> list[str]:
    heading = markdown_of([{"t": "p", "c": [{"t": "text", "v": placed.section.heading}]}])
    heading = re.sub(r"(?<![\\#])#+$", lambda found: "\\" + found[0], heading)
    number = markdown_of([{"t": "p", "c": [{"t": "text", "v": placed.number}]}]) if placed.number else ""
    head = f"{'#' * placed.depth} {number}{GAP}{heading}"
    text = markdown_body(blocks_of(placed.section.text), notes)
    return [head, text] if text.strip() else [head]

"""Markdown as sections: headings by their marks, everything else in the one form that texts have here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt

from govern.documents.importing.cleaning import cleaned, decoded
from govern.documents.importing.lines import Line
from govern.documents.importing.outline import imported
from govern.documents.importing.report import Imported, Report
from govern.documents.markdown_text import blocks_of, plain_text
from govern.errors import DomainError
from govern.typesetting.text_blocks import Block

OWN_FORMAT = "govern"
FRONT_MATTER = re.compile(r"\A---\n(?P<facts>(?:[\w-]+:.*\n)+)---\n")
_FACT = re.compile(r"^(?P<name>[\w-]+):[ \t]*(?P<value>.*)$", re.MULTILINE)
_HTML = re.compile(r"</?(?!br\b)[a-zA-Z][^<>\n]{0,200}>")
_IMAGE = re.compile(r"!\[(?P<meant>[^\]\n]{0,500})\]\((?!bild:[a-z0-9-]{1,40}(?: \d{1,3} ?%)?\))[^)\n]{0,2000}\)")
"""A picture that is not one of ours: those are found again where a version of the concept has them."""
_DEFINITION = re.compile(r"^ {0,3}\[\^[^\]\s]{1,40}\]:[ \t]*.*(?:\n[ \t]+\S.*)*\n?", re.MULTILINE)
LONGEST_NUMBER = 40
MOST_SIGNS = {"[": 5_000, "|": 60_000, "*": 30_000, "_": 30_000, "`": 30_000, "<": 30_000}
"""A parser of Markdown needs minutes where there are more of these; 200 pages have some thousands."""
_reader = MarkdownIt("commonmark").enable("table")


def read_markdown(data: bytes) -> Imported:
    """The tree and report of a Markdown file. Raises DomainError with a German sentence when it cannot be read."""
    text = decoded(data)
    if text is None:
        raise DomainError("Die Datei ist keine Textdatei.")
    sign = next((sign for sign, most in MOST_SIGNS.items() if text.count(sign) > most), None)
    if sign is not None:
        raise DomainError(f"Die Datei enthält zu viele Zeichen „{sign}“, um sie als Markdown zu lesen. "
                          "Bitte teilen Sie sie auf oder lesen Sie sie als TXT ein.")  # fmt: skip
    report = Report()
    text = cleaned(text, report)
    front = FRONT_MATTER.match(text)
    facts = {m["name"]: m["value"].strip().strip('"') for m in _FACT.finditer(front["facts"])} if front else {}
    text = text[front.end() :] if front else text
    is_own = facts.get("format") == OWN_FORMAT
    lines = list(_lines(text, report, is_own=is_own))
    title = facts.get("title", "")
    if not title and not is_own:
        lines, title = _title_taken(lines)
    return imported(lines, report, title=title, is_own=is_own)


def _lines(text: str, report: Report, *, is_own: bool) -> Iterator[Line]:
    definitions = "\n".join(found[0].rstrip() for found in _DEFINITION.finditer(text))
    text = _DEFINITION.sub("", text)
    source = text.split("\n")
    at = 0
    start = 0
    for level, first, last, content in _headings(text):
        for line in _text("\n".join(source[start:first]), definitions, at, report):
            yield line
            at += 1
        yield _heading(level, content, at, is_own=is_own)
        at += 1
        start = last
    yield from _text("\n".join(source[start:]), definitions, at, report)


def _headings(text: str) -> Iterator[tuple[int, int, int, str]]:
    tokens = _reader.parse(text)
    for n, token in enumerate(tokens):
        if token.type == "heading_open" and token.map is not None and token.level == 0:
            yield int(token.tag[1]), token.map[0], token.map[1], tokens[n + 1].content


def _heading(level: int, content: str, at: int, *, is_own: bool) -> Line:
    found = blocks_of(content) if not is_own else blocks_of(content.split("  ", 1)[-1])
    line = Line(found[0]["c"] if found and found[0]["t"] == "p" else [{"t": "text", "v": content}], level=level, at=at)
    if is_own and "  " in content:
        line.number = plain_text(content.split("  ", 1)[0])[:LONGEST_NUMBER].strip()
    return line


def _text(text: str, definitions: str, at: int, report: Report) -> list[Line]:
    if not text.strip():
        return []
    for found in _IMAGE.finditer(text):
        report.note(f"Eine Abbildung ({found['meant'][:120] or 'ohne Beschreibung'}) konnte nicht übernommen werden; "
                    "an ihrer Stelle steht ein Vermerk.", line=at)  # fmt: skip
    text = _IMAGE.sub(lambda m: f"(Abbildung: {m['meant']})" if m["meant"] else "(Abbildung)", text)
    if _HTML.search(text):
        report.note("HTML im Text gilt hier als gewöhnlicher Text.", line=at)
    blocks = blocks_of(f"{text}\n\n{definitions}")
    return [_line(block, at + n) for n, block in enumerate(blocks)]


def _line(block: Block, at: int) -> Line:
    if block["t"] == "p":
        strong = len(block["c"]) == 1 and block["c"][0]["t"] == "strong"
        return Line(block["c"], at=at, is_bold=strong)
    return Line([], block=block, at=at)


def _title_taken(lines: list[Line]) -> tuple[list[Line], str]:
    """A single heading of the first level at the start of others is the title of the document."""
    first = [line for line in lines if line.level == 1]
    others = [line for line in lines if (line.level or 0) > 1]
    if len(first) == 1 and others and lines[0] is first[0] and not first[0].words[:1].isdigit():
        return lines[1:], first[0].words
    return lines, ""

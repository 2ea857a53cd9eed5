"""Sections from the lines of a file: what is no text is left out, lists are found, headings cut it into sections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from govern.documents.importing.headings import Heading, find_headings
from govern.documents.importing.lines import (
    CONTENTS_HEADING,
    ORDERED,
    PAGE_NUMBER,
    STRONG_BULLET,
    WEAK_BULLET,
    Item,
    Line,
    contents_line,
    folded,
    without_start,
)
from govern.documents.importing.lists import blocks_from
from govern.documents.importing.report import Imported, Report
from govern.documents.importing.word_references import References
from govern.documents.markdown_text import markdown_of, plain
from govern.documents.sections import SectionText, from_levels, settled, walk
from govern.errors import DomainError
from govern.typesetting.text_blocks import Block

MOST_LINES = 30_000
MOST_SECTIONS = 600
FRONT = "Vorspann"
CONTENTS_RUN = 3
"""So many lines with a page number at their end are a table of contents typed by hand."""


def imported(
    lines: list[Line], report: Report, *, title: str = "", is_own: bool = False, is_paged: bool = False,
    references: References | None = None,
) -> Imported:  # fmt: skip
    """The tree and report from the lines of a file.

    With ``is_own`` the file was written by our export: levels and numbers stand as they are, nothing is guessed.
    ``is_paged`` text has the header and footer of each page among its lines.
    Raises DomainError with a German sentence when there is no text or too much of it.
    """
    if len(lines) > MOST_LINES:
        raise DomainError("Die Datei hat mehr als 30.000 Absätze. Bitte teilen Sie sie auf.")
    contents: set[str] = set()
    if not is_own:
        lines, contents = _without_contents(lines, report)
        lines = _without_page_numbers(lines, report)
        _find_items(lines, report)
        lines = _without_running_lines(lines, report) if is_paged else lines
    headings = find_headings(lines, contents, report, is_own=is_own)
    title = title or next((line.words for line in lines if line.kind == "title" and line.words), "")
    lines = [line for line in lines if line.kind not in ("title", "contents")]
    parts = _cut(lines, headings, report)
    if len(parts) > MOST_SECTIONS:
        raise DomainError(f"Es wurden mehr als {MOST_SECTIONS} Abschnitte erkannt. Bitte teilen Sie die Datei auf.")
    if not any(section.heading or section.text for _level, section, _lines in parts):
        raise DomainError("In der Datei steht kein Text, der sich übernehmen lässt.")
    sections = settled(from_levels((level, section) for level, section, _lines in parts), is_loose=not is_own)
    sections = references.resolved(sections, report) if references is not None else sections
    placed = list(walk(sections))
    places = {
        line.at: here.title for here, (_level, _section, inside) in zip(placed, parts, strict=True) for line in inside
    }  # fmt: skip
    if not is_own and headings and not any(here.number for here in placed):
        report.note("Die Überschriften tragen keine Nummern. Auf Wunsch werden sie errechnet.")
    return Imported(title, sections, report.notes(places))


def _cut(
    lines: Sequence[Line], headings: dict[int, Heading], report: Report
) -> list[tuple[int, SectionText, list[Line]]]:  # fmt: skip
    cut: list[tuple[int, Heading, list[Line]]] = []
    front: list[Line] = []
    for line in lines:
        heading = headings.get(line.at)
        if heading is not None:
            cut.append((heading.level, heading, [line]))
        else:
            (cut[-1][2] if cut else front).append(line)
    parts = [
        (
            level,
            SectionText(
                heading.words,
                markdown_of([*_pictures(inside[0].parts), *blocks_from(inside[1:])]),
                heading.number,
                key=heading.key or inside[0].key,
            ),
            inside,
        )
        for level, heading, inside in cut
    ]
    text = markdown_of(blocks_from(front))
    if text.strip():
        report.note("Der Text vor der ersten Überschrift (etwa ein Deckblatt) steht in einem eigenen Abschnitt "
                    f"„{FRONT}“. Bitte prüfen, was davon bleiben soll.", line=front[0].at)  # fmt: skip
        highest = min((level for level, _section, _lines in parts), default=1)
        parts.insert(0, (highest, SectionText(FRONT, text, ""), front))
        if not cut:
            report.note("Es wurde keine Überschrift erkannt; der ganze Text steht in einem Abschnitt.")
    return parts


def _pictures(parts: Sequence[Block]) -> list[Block]:
    """Pictures anchored in a heading, as paragraphs below it."""
    found: list[Block] = []
    for part in parts:
        found += [{"t": "p", "c": [part]}] if part["t"] == "img" else _pictures(part.get("c", []))
    return found


# --- what is no text --------------------------------------------------------------------------------------------------
def _without_contents(lines: list[Line], report: Report) -> tuple[list[Line], set[str]]:
    """Lines without tables of contents, and the titles these name, folded."""
    is_entry = [line.kind == "contents" or contents_line(line.raw) is not None for line in lines]
    dropped: set[int] = set()
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and (is_entry[end] or (end > start and not lines[end].words)):
            end += 1
        run = [n for n in range(start, end) if is_entry[n]]
        if len(run) >= CONTENTS_RUN or any(lines[n].kind == "contents" for n in run):
            dropped.update(run)
            above = next((n for n in range(start - 1, -1, -1) if lines[n].words), None)
            if above is not None and CONTENTS_HEADING.fullmatch(lines[above].words):
                dropped.add(above)
        start = max(end, start + 1)
    entries = [lines[n] for n in sorted(dropped)]
    typed = [line for line in entries if line.kind != "contents" and contents_line(line.raw)]
    if typed:
        report.note(f"Ein von Hand getipptes Inhaltsverzeichnis ({len(typed)} Zeilen) wurde weggelassen; "
                    "das Verzeichnis entsteht aus den Überschriften.")  # fmt: skip
    elif entries:
        report.note("Das Inhaltsverzeichnis wurde weggelassen; es entsteht neu aus den Überschriften.")
    titles = {folded(found["title"]) for line in entries if (found := contents_line(line.raw))}
    return [line for n, line in enumerate(lines) if n not in dropped and line.kind != "contents"], titles


def _without_page_numbers(lines: list[Line], report: Report) -> list[Line]:
    kept = [
        line for line in lines if not (line.level is None and line.item is None and PAGE_NUMBER.fullmatch(line.words))
    ]
    report.count("Eine Zeile mit einer Seitenzahl wurde weggelassen.",
                 "{n} Zeilen mit Seitenzahlen wurden weggelassen.", len(lines) - len(kept))  # fmt: skip
    return kept


def _without_running_lines(kept: list[Line], report: Report) -> list[Line]:
    seen = Counter(line.words for line in kept if line.words and len(line.words) <= 100 and line.item is None)
    running = {words for words, n in seen.items() if n >= 8 and n >= len(kept) / 100 and not words.endswith((".", ":"))}
    without = [line for line in kept if line.words not in running or line.item is not None]
    report.count("", "{n} Zeilen, die sich auf vielen Seiten wiederholen (Kopf- oder Fußzeilen), wurden weggelassen.",
                 len(kept) - len(without))  # fmt: skip
    return without


# --- lists typed by hand ----------------------------------------------------------------------------------------------
def _find_items(lines: list[Line], report: Report) -> None:
    """Make items of lines that begin with a bullet or count; a letter as bullet only beside others of its kind."""
    signs = [_sign(line) for line in lines]
    for n, line in enumerate(lines):
        sign = signs[n]
        if sign is None:
            continue
        around = [s for s in (_near(signs, lines, n, -1), _near(signs, lines, n, 1)) if s is not None]
        if sign.is_weak and not any(s.kind == sign.kind or not s.is_ordered for s in around):
            continue
        if sign.is_ordered and not _counts_on(sign, around):
            continue
        if sign.is_weak:
            report.note("Einzelne Buchstaben am Zeilenanfang wurden als Aufzählungszeichen gelesen.", line=line.at)
        line.item = Item(sign.is_ordered, sign.depth, sign.count)
        line.parts = without_start(line.parts, sign.length)
        line.__post_init__()
    if any(s is not None and s.kind == "a" and line.item for s, line in zip(signs, lines, strict=True)):
        report.note("Listen mit Buchstaben (a, b, c) wurden zu Listen mit Zahlen.")


@dataclass(frozen=True)
class _Sign:
    kind: str
    length: int
    depth: int
    count: int = 1
    is_ordered: bool = False
    is_weak: bool = False


def _sign(line: Line) -> _Sign | None:
    if line.item is not None or line.level is not None or line.block is not None or line.kind != "text":
        return None
    text = plain(line.parts)
    indent = len(text) - len(text.lstrip())
    text = text.lstrip()
    depth = min((indent + text[:indent].count("\t") * 3) // 2, 12)
    if found := STRONG_BULLET.match(text):
        return _Sign("ul", indent + found.end(), depth)
    if found := WEAK_BULLET.match(text):
        return _Sign(text[0], indent + found.end(), depth, is_weak=True)
    if found := ORDERED.match(text):
        is_letter = found["count"].isalpha()
        count = ord(found["count"]) - 96 if is_letter else int(found["count"])
        return _Sign("a" if is_letter else "1", indent + found.end(), depth, count, is_ordered=True)
    return None


def _near(signs: list[_Sign | None], lines: list[Line], n: int, step: int) -> _Sign | None:
    n += step
    while 0 <= n < len(lines) and not lines[n].words:
        n += step
    return signs[n] if 0 <= n < len(lines) else None


def _counts_on(sign: _Sign, around: list[_Sign]) -> bool:
    """Whether the line above or below counts before or after this one: „1.“ alone is rather a heading."""
    return any(s.is_ordered and s.kind == sign.kind and abs(s.count - sign.count) == 1 for s in around)

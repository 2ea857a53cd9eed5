"""Plain text as lines: paragraphs put together again, words joined that a line end had torn apart."""

from __future__ import annotations

import re
from statistics import quantiles

from govern.documents.importing.cleaning import cleaned, decoded, looks_recognised
from govern.documents.importing.headings import split_number
from govern.documents.importing.lines import (
    CONTENTS_HEADING,
    NUMBER,
    ORDERED,
    PAGE_NUMBER,
    STRONG_BULLET,
    WEAK_BULLET,
    Line,
    contents_line,
)
from govern.documents.importing.outline import imported
from govern.documents.importing.report import Imported, Report
from govern.errors import DomainError

TORN = re.compile(r"(\w)-$")
AND = re.compile(r"(?:und|oder|bzw|sowie|/)\b")
RULE = re.compile(r"[=\-_*~]{3,}")


def read_plain(data: bytes) -> Imported:
    """The tree and report of a text file. Raises DomainError with a German sentence when it cannot be read."""
    text = decoded(data)
    if text is None:
        raise DomainError("Die Datei ist keine Textdatei.")
    report = Report()
    lines = _paragraphs(cleaned(text, report).replace("\f", "\n\n").split("\n"), report)
    sample = looks_recognised(text[:200_000])
    if sample:
        report.note(f"Der Text sieht nach Texterkennung aus (zum Beispiel „{sample}“). Umlaute und ß bitte prüfen.")
    return imported(lines, report, is_paged=True)


def _paragraphs(raw: list[str], report: Report) -> list[Line]:
    """Lines that a paragraph was broken into as one again."""
    full = _full_width(raw)
    lines: list[Line] = []
    current = ""
    joined = 0

    def close() -> None:
        nonlocal current
        if current.strip():
            lines.append(Line([{"t": "text", "v": current.rstrip()}], at=len(lines)))
        current = ""

    previous = ""
    for text in raw:
        text = text.rstrip()
        if not text.strip() or RULE.fullmatch(text.strip()):
            close()
        elif _stands_alone(text):
            close()
            current = text
            close()
        elif current and not _begins(text) and _goes_on(previous, full):
            torn = TORN.search(current) if text.lstrip()[:1].islower() and not AND.match(text.lstrip()) else None
            joined += torn is not None
            current = f"{current[:-1]}{text.lstrip()}" if torn else f"{current} {text.lstrip()}"
        else:
            close()
            current = text
        previous = text
    close()
    report.count("Ein am Zeilenende getrenntes Wort wurde wieder zusammengesetzt.",
                 "{n} am Zeilenende getrennte Wörter wurden wieder zusammengesetzt.", joined)  # fmt: skip
    return [_heading_like(line, n, lines) for n, line in enumerate(lines)]


def _full_width(raw: list[str]) -> float:
    """How long a line is that was broken because it was full."""
    lengths = [len(line.rstrip()) for line in raw if line.strip()]
    return quantiles(lengths, n=10)[7] * 0.75 if len(lengths) > 10 else 50


def _stands_alone(text: str) -> bool:
    raw = text.strip()
    if contents_line(raw) or PAGE_NUMBER.fullmatch(raw) or CONTENTS_HEADING.fullmatch(raw):
        return True
    number, words = split_number(raw)
    return bool(number) and "." in number.rstrip(".") and len(words) <= 120 and not words.endswith((".", ",", ";"))


def _begins(text: str) -> bool:
    raw = text.lstrip()
    return (
        any(p.match(raw) is not None for p in (STRONG_BULLET, WEAK_BULLET, ORDERED))
        or NUMBER.fullmatch(raw) is not None
    )


def _goes_on(previous: str, full: float) -> bool:
    return len(previous) >= full and not (previous.endswith((".", ":")) and len(previous) < full * 1.1)


def _heading_like(line: Line, n: int, lines: list[Line]) -> Line:
    """Capital letters alone are what plain text has for bold."""
    letters = [c for c in line.words if c.isalpha()]
    line.is_bold = len(letters) >= 4 and line.words.isupper() and len(line.words) <= 80
    return line

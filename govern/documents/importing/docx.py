"""A Word document as lines: paragraphs with what their styles say, lists, tables, footnotes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from govern.documents.importing.cleaning import looks_recognised
from govern.documents.importing.lines import Item, Line
from govern.documents.importing.outline import imported
from govern.documents.importing.package import W, open_word
from govern.documents.importing.progress import Tell, silent
from govern.documents.importing.report import Imported, Report
from govern.documents.importing.word_references import References
from govern.documents.importing.word_styles import Numbering, Style, Styles, numbering_of, outline_level
from govern.documents.importing.word_text import Reader, Words, key_of
from govern.documents.markdown_text import plain
from govern.typesetting.text_blocks import Block

OWN_TEXT = "govern_text"
"""The bookmark our export sets where the text begins, behind cover and table of contents."""
OWN_TITLE = "govern_titel"
LONGEST_NUMBER = 40
MOST_CELLS = 60_000


def read_docx(data: bytes, tell: Tell = silent) -> Imported:
    """The tree and report of a Word file. Raises DomainError with a German sentence when it cannot be read."""
    package = open_word(data)
    report = Report()
    body = package.document.find(f"{W}body")
    references = References.of(package.document)
    reading = _Reading(Reader(package, report, references), Styles(package.styles), Numbering(package.numbering))
    own = next((m for m in package.document.iter(f"{W}bookmarkStart") if m.get(f"{W}name") == OWN_TEXT), None)
    elements = list(body) if body is not None else []
    for n, element in enumerate(elements):
        tell(n, len(elements))
        reading.element(element)
    tell(len(elements), len(elements))
    if package.has_comments:
        report.note("Kommentare am Rand wurden nicht übernommen.")
    if own is not None:
        found = imported(reading.after_own_mark(), report, title=reading.own_title, is_own=True, references=references)
        return replace(found, pictures=tuple(reading.reader.pictures.values()))
    sample = looks_recognised(" ".join(line.words for line in reading.lines[:2_000]))
    if sample:
        report.note(f"Der Text sieht nach Texterkennung aus (zum Beispiel „{sample}“). Umlaute und ß bitte prüfen.")
    return replace(
        imported(reading.lines, report, references=references), pictures=tuple(reading.reader.pictures.values())
    )


@dataclass
class _Reading:
    reader: Reader
    styles: Styles
    numbering: Numbering
    lines: list[Line] = field(default_factory=list)
    own_start: int | None = None
    own_title: str = ""
    cells: int = 0

    @property
    def report(self) -> Report:
        return self.reader.report

    def after_own_mark(self) -> list[Line]:
        """The lines from the bookmark of our export on."""
        return self.lines[self.own_start or 0 :]

    def element(self, element: Any, depth: int = 0) -> None:
        """Append the lines of a child of the body."""
        if element.tag == f"{W}p":
            self._paragraph(element)
        elif element.tag == f"{W}tbl":
            self._table(element)
        elif element.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml") and depth < 20:
            gallery = element.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
            is_contents = gallery is not None and "Table of Contents" in str(gallery.get(f"{W}val"))
            start = len(self.lines)
            for child in element:
                self.element(child, depth + 1)
            for line in self.lines[start:] if is_contents else ():
                line.kind, line.level = "contents", None

    def _paragraph(self, paragraph: Any) -> None:
        properties = paragraph.find(f"{W}pPr")
        named = None if properties is None else properties.find(f"{W}pStyle")
        style = self.styles.style(None if named is None else named.get(f"{W}val"))
        own_level = outline_level(properties)
        level = (own_level or None) if own_level is not None else style.level
        was_in_contents = self.reader.is_in_contents
        words = self.reader.words(paragraph, style, usual_size=self.styles.size, line=len(self.lines),
                                  is_heading=level is not None)  # fmt: skip
        line = Line(words.parts, is_bold=words.is_bold, size=words.size, level=level, at=len(self.lines))
        self._own_marks(paragraph, line)
        self._kind(line, style, properties, is_contents=was_in_contents or self.reader.is_in_contents)
        if line.words or _has_note(line.parts):
            self._number(line, numbering_of(properties) or style.numbering)
        self._add(line)
        self._boxes(words)

    def _own_marks(self, paragraph: Any, line: Line) -> None:
        names = {mark.get(f"{W}name") for mark in paragraph.iterfind(f"{W}bookmarkStart")}
        if OWN_TITLE in names:
            self.own_title = line.words
        line.key = next((key for name in names if (key := key_of(str(name)))), None)
        line.key = line.key or self.reader.references.key_of(str(name) for name in names)
        if OWN_TEXT in names and self.own_start is None:
            self.own_start = len(self.lines)

    def _kind(self, line: Line, style: Style, properties: Any, *, is_contents: bool) -> None:
        if is_contents or style.fits("contents"):
            line.kind, line.level = "contents", None
        elif style.fits("title"):
            line.kind, line.level = "title", None
        elif line.level is not None:
            self._heading(line)
        elif style.fits("continued"):
            line.kind, line.depth = "continued", int(style.name[-1]) if style.name[-1:].isdecimal() else 1
        elif style.fits("quote"):
            line.kind = "quote"
        elif style.fits("code"):
            line.block = {"t": "code", "v": plain(line.parts)}
        elif properties is not None and (indent := properties.find(f"{W}ind")) is not None and line.words:
            # Lists typed by hand show their depth by the indent of the paragraph.
            left = str(indent.get(f"{W}left") or indent.get(f"{W}start") or "0")
            if left.isdecimal() and len(left) < 8 and int(left) >= 300 and numbering_of(properties) is None:
                line.parts = [{"t": "text", "v": " " * min(int(left) // 180, 16)}, *line.parts]

    def _heading(self, line: Line) -> None:
        # In our own exports a tab stands between number and heading; what is before it is the number as printed.
        number, tab, _heading = plain(line.parts).partition("\t")
        if tab and len(number) <= LONGEST_NUMBER:
            line.number = " ".join(number.split())
            line.words = " ".join(line.words.removeprefix(line.number).split())

    def _number(self, line: Line, numbering: tuple[str, int] | None) -> None:
        if numbering is None or line.kind in ("contents", "title", "continued"):
            return
        num_id, depth = numbering
        level = self.numbering.level(num_id, depth)
        if num_id == "0" or level is None:
            return
        if level.form in ("bullet", "none"):
            line.item = Item(False, depth) if line.level is None else None
            return
        counts = self.numbering.count(num_id, depth)
        label = self.numbering.label(num_id, depth, counts)[:LONGEST_NUMBER]
        if line.level is not None:
            line.number = line.number or label
        elif label.count(".") >= 2 and line.is_short and line.is_bold:
            line.level, line.number = depth + 1, label
        else:
            line.item = Item(True, depth, counts[-1])
            if level.form not in ("decimal", "decimalZero"):
                self.report.note("Listen mit Buchstaben oder römischen Zahlen wurden zu Listen mit Zahlen.")

    def _add(self, line: Line) -> None:
        last = self.lines[-1] if self.lines else None
        if line.block is not None and last is not None and last.block is not None and last.block["t"] == "code":
            last.block["v"] += "\n" + line.block["v"]
            return
        self.lines.append(line)

    def _boxes(self, words: Words) -> None:
        for box in words.boxes:
            self.report.note("Text aus einem Textfeld steht jetzt an der Stelle, an der das Feld verankert war.",
                             line=len(self.lines))  # fmt: skip
            for element in box:
                self.element(element, 10)

    # --- tables -------------------------------------------------------------------------------------------------------
    def _table(self, table: Any) -> None:
        at = len(self.lines)
        rows = [list(self._cells(row, at)) for row in _rows(table)]
        self.cells += sum(map(len, rows))
        if self.cells > MOST_CELLS:
            self.report.note("Es gibt sehr viele Tabellenzellen; weitere Tabellen wurden weggelassen.")
            return
        rows = [row for row in rows if any(plain(cell).strip() or _has_note(cell) for cell in row)]
        if not rows:
            return
        width = max(map(len, rows))
        if width == 1 and len(rows) == 1:
            self.report.note("Ein Kasten (Tabelle mit einer Zelle) wurde zu einem eingerückten Absatz.", line=at)
            for parts in _at_breaks(rows[0][0]):
                self.lines.append(Line(parts, kind="quote", at=len(self.lines)))
            return
        head, *rest = [[*row, *([[]] * (width - len(row)))] for row in rows]
        if table.find(f"{W}tr/{W}trPr/{W}tblHeader") is None and rest and not all(_is_strong(cell) for cell in head):
            self.report.note(
                "Eine Tabelle hat keine gekennzeichnete Kopfzeile; ihre erste Zeile gilt als Kopf.", line=at
            )
        block: Block = {"t": "table", "head": head, "rows": rest}
        self.lines.append(Line([], block=block, at=at))

    def _cells(self, row: Any, at: int) -> Iterator[list[Block]]:
        for cell in row.iterfind(f".//{W}tc"):
            if next(cell.iterancestors(f"{W}tr"), None) is not row:
                continue
            properties = cell.find(f"{W}tcPr")
            span = None if properties is None else properties.find(f"{W}gridSpan")
            merged = None if properties is None else properties.find(f"{W}vMerge")
            if merged is not None and merged.get(f"{W}val", "continue") == "continue":
                yield []
            else:
                yield self._cell(cell, at)
            more = str(span.get(f"{W}val")) if span is not None else "1"
            if merged is not None or more != "1":
                self.report.note("Verbundene Zellen einer Tabelle wurden getrennt; leere Zellen bitte prüfen.", line=at)
            for _more in range(min(int(more), 60) - 1 if more.isdecimal() and len(more) < 8 else 0):
                yield []

    def _cell(self, cell: Any, at: int) -> list[Block]:
        parts: list[Block] = []
        if cell.find(f".//{W}tbl") is not None:
            self.report.note("Eine Tabelle in einer Tabelle wurde zu Zeilen in der Zelle.", line=at)
        for paragraph in cell.iter(f"{W}p"):
            named = paragraph.find(f"{W}pPr/{W}pStyle")
            style = self.styles.style(None if named is None else named.get(f"{W}val"))
            words = self.reader.words(paragraph, style, usual_size=self.styles.size, line=at)
            if not plain(words.parts).strip() and not _has_note(words.parts):
                continue
            numbering = numbering_of(paragraph.find(f"{W}pPr")) or style.numbering
            is_item = numbering is not None and self.numbering.level(*numbering) is not None
            parts.extend([{"t": "br"}] if parts else [])
            parts.extend([{"t": "text", "v": "– "}] if is_item else [])
            parts.extend(words.parts)
        return parts


def _rows(table: Any) -> Iterator[Any]:
    for child in table:
        if child.tag == f"{W}tr":
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins"):
            yield from _rows(child)


def _has_note(parts: list[Block]) -> bool:
    return any(
        part["t"] in ("fn", "ref", "img") or _has_note(part.get("c", [])) for part in parts if part["t"] != "text"
    )


def _is_strong(parts: list[Block]) -> bool:
    return all(part["t"] == "strong" or (part["t"] in ("text", "br") and not plain([part]).strip()) for part in parts)


def _at_breaks(parts: list[Block]) -> list[list[Block]]:
    cut: list[list[Block]] = [[]]
    for part in parts:
        if part["t"] == "br":
            cut.append([])
        else:
            cut[-1].append(part)
    return [each for each in cut if each]

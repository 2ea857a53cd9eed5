"""The words of a Word paragraph as inline parts: emphasis, links, breaks, footnotes; what is lost is told."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from govern.documents.importing.cleaning import cleaned
from govern.documents.importing.package import R, Relations, W, WordPackage
from govern.documents.importing.report import Report
from govern.documents.importing.word_references import References
from govern.documents.importing.word_styles import Style, switched
from govern.documents.pictures import Picture, read_picture, size_of
from govern.documents.text_images import Image
from govern.errors import DomainError
from govern.typesetting.text_blocks import LONGEST_LINK, SAFE_LINKS, Block

OWN_SECTION = "abschnitt_"
OWN_PICTURE = "bild_"
"""How our export names a picture, with the width its text gives it and how wide that was: it may be dragged in Word."""
_OWN_PICTURE = re.compile(OWN_PICTURE + r"(?P<width>\d{0,3})_(?P<extent>\d{1,9})")
_KEY = re.compile(r"[a-z0-9-]{1,40}")
_ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_DOC_PROPERTIES = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_EXTENT = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}extent"
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_OLD_PICTURE = "{urn:schemas-microsoft-com:vml}imagedata"
_SHAPE = "{urn:schemas-microsoft-com:vml}shape"
LONGEST_ALT = 500
MOST_PICTURES, MOST_IN_ONE, MOST_POINTS = 300, 20, 400_000_000
"""Of one file; how many one drawing may show; how many points all of them may have, as decoding takes its time."""
_TEXT_BOX = f"{W}txbxContent"
_INSIDE = frozenset(
    {f"{W}{name}" for name in ("ins", "smartTag", "sdt", "sdtContent", "fldSimple", "moveTo", "customXml")}
)
_SIGNS = {"tab": "\t", "ptab": "\t", "noBreakHyphen": "-"}
_STRUCK = frozenset({f"{W}{name}" for name in ("del", "moveFrom")})


@dataclass
class Words:
    """The parts of a paragraph and what its runs looked like."""

    parts: list[Block] = field(default_factory=list)
    is_bold: bool = False
    size: float = 0
    boxes: list[Any] = field(default_factory=list)
    """Text boxes anchored in the paragraph."""


@dataclass
class Reader:
    """Reads paragraphs of one file; ``field_depth`` and ``contents_depth`` follow fields over several paragraphs."""

    package: WordPackage
    report: Report
    references: References = field(default_factory=References)
    field_codes: list[str] = field(default_factory=list)
    pictures: dict[str, Picture] = field(default_factory=dict)
    """By their keys."""
    tried: dict[str, Picture | str] = field(default_factory=dict)
    """What the parts of the file are, or why they are no pictures: each is decoded once, however often it is shown."""
    points: int = 0
    """Of all pictures decoded so far."""
    relations: Relations = field(init=False)
    """Of the part being read: the text, or meanwhile its footnotes."""

    def __post_init__(self) -> None:
        self.relations = self.package.relations["document"]

    @property
    def is_in_contents(self) -> bool:
        """Whether the field of a table of contents is open."""
        return any(code.split()[:1] == ["TOC"] for code in self.field_codes)

    def words(self, paragraph: Any, style: Style, *, usual_size: float, line: int, is_heading: bool = False) -> Words:
        """The words of a paragraph. In a heading bold is nothing special."""
        found = Words()
        bold, total, sizes = 0, 0, dict[float, int]()
        for run, href in self._runs(paragraph, "", line, found):
            properties = run.find(f"{W}rPr")
            if switched(properties, "vanish"):
                self.report.count("Eine verborgene Textstelle wurde weggelassen.",
                                  "{n} verborgene Textstellen wurden weggelassen.")  # fmt: skip
                continue
            own = switched(properties, "b")
            is_bold = style.is_bold if own is None else own
            parts = list(self._run(run, line, found))
            length = sum(len(part["v"].strip()) for part in parts if part["t"] == "text")
            total, bold = total + length, bold + (length if is_bold else 0)
            size = _size(properties) or style.size or usual_size
            sizes[size] = sizes.get(size, 0) + length
            marks = [mark for mark, name in (("del", "strike"), ("em", "i")) if switched(properties, name)]
            if is_bold and own and not is_heading:
                marks.append("strong")
            found.parts.extend(_marked(parts, marks, href))
        self.references.current = None  # a field that is never closed takes no words of later paragraphs
        found.is_bold = total > 0 and bold == total
        found.size = max(sizes, key=lambda size: sizes[size]) if sizes else usual_size
        return found

    def _runs(self, parent: Any, href: str, line: int, found: Words, depth: int = 0) -> Iterator[tuple[Any, str]]:
        if depth > 30:
            return
        for child in parent:
            tag = child.tag
            if tag == f"{W}r":
                yield child, href
            elif tag == f"{W}hyperlink" and (key := key_of(str(child.get(f"{W}anchor") or ""))):
                found.parts.append({"t": "ref", "key": key})
            elif tag == f"{W}hyperlink":
                target = self.relations.links.get(child.get(f"{R}id") or "", "")
                is_safe = target.startswith(SAFE_LINKS) and len(target) <= LONGEST_LINK
                yield from self._runs(child, target if is_safe else "", line, found, depth + 1)
            elif tag in _INSIDE:
                self.report.count("Eine Einfügung aus dem Überarbeitungsmodus wurde als Text übernommen.",
                                  "{n} Einfügungen aus dem Überarbeitungsmodus wurden als Text übernommen.",
                                  times=int(tag == f"{W}ins"))  # fmt: skip
                yield from self._runs(child, href, line, found, depth + 1)
            elif tag in _STRUCK:
                self.report.count("Eine Streichung aus dem Überarbeitungsmodus wurde weggelassen.",
                                  "{n} Streichungen aus dem Überarbeitungsmodus wurden weggelassen.")  # fmt: skip
            elif tag == _ALTERNATE:
                yield from self._runs(child[0] if len(child) else child, href, line, found, depth + 1)
            elif str(tag).startswith(_MATH):
                yield self._formula(child, line), href

    def _formula(self, element: Any, line: int) -> Any:
        formula = "".join(element.itertext(f"{_MATH}t"))
        self.report.note(f"Eine Formel wurde als einfacher Text übernommen: „{formula[:80]}“.", line=line)
        run = etree.Element(f"{W}r")
        etree.SubElement(run, f"{W}t").text = formula
        return run

    def _run(self, run: Any, line: int, found: Words) -> Iterator[Block]:
        for child in run:
            name = str(child.tag).removeprefix(W)
            if name == "t" and self.references.current is not None:
                self.references.current.shown += cleaned(child.text or "", self.report)
            elif name == "t":
                yield _text(cleaned(child.text or "", self.report))
            elif name in _SIGNS:
                yield _text(_SIGNS[name])
            elif name in ("br", "cr"):
                yield from [{"t": "br"}] if child.get(f"{W}type", "textWrapping") == "textWrapping" else []
            elif name == "sym":
                yield _text("•" if not found.parts else _symbol(child.get(f"{W}char", "")))
            elif name in ("footnoteReference", "endnoteReference"):
                yield from self._footnote(child, name, line)
            elif name in ("fldChar", "instrText"):
                yield from self._field(child, name)
            elif name in ("drawing", "pict", "object") or child.tag == _ALTERNATE:
                yield from self._picture(child, name, line, found)

    def _field(self, child: Any, name: str) -> Iterator[Block]:
        if name == "instrText":
            if self.field_codes:
                self.field_codes[-1] += child.text or ""
        elif child.get(f"{W}fldCharType") == "begin":
            self.field_codes.append("")
        elif child.get(f"{W}fldCharType") == "separate" and self.field_codes and self.references.current is None:
            reference = self.references.begin(self.field_codes[-1])
            yield from [reference] if reference is not None else []
        elif child.get(f"{W}fldCharType") == "end" and self.field_codes:
            self.field_codes.pop()
            self.references.current = None

    def _footnote(self, child: Any, name: str, line: int) -> Iterator[Block]:
        root = self.package.footnotes if name == "footnoteReference" else self.package.endnotes
        kind = name.removesuffix("Reference")
        number = child.get(f"{W}id")
        note = (
            None if root is None else next((n for n in root.findall(f"{W}{kind}") if n.get(f"{W}id") == number), None)
        )
        if note is None:
            self.report.note("Zu einem Fußnotenzeichen fehlt die Fußnote.", line=line)
            return
        parts: list[Block] = []
        around, self.relations = self.relations, self.package.relations[f"{kind}s"]
        for paragraph in note.iterfind(f"{W}p"):
            parts.extend([_text(" ")] if parts else [])
            parts.extend(self.words(paragraph, Style(), usual_size=0, line=line).parts)
        self.relations = around
        if parts and parts[0]["t"] == "text":
            parts[0] = _text(parts[0]["v"].lstrip())
        yield {"t": "fn", "c": [part for part in parts if part["t"] != "fn"]}

    def _picture(self, child: Any, name: str, line: int, found: Words) -> Iterator[Block]:
        boxes = [
            box
            for box in child.iter(_TEXT_BOX)
            if not any(True for _ in box.iterancestors(f"{_ALTERNATE[:-16]}Fallback"))
        ]
        if boxes:
            found.boxes.extend(boxes[:1] if child.tag == _ALTERNATE else boxes)
            return
        if name == "object":
            self.report.note("Ein eingebettetes Objekt (etwa eine Tabelle aus Excel) konnte nicht übernommen werden.",
                             line=line)  # fmt: skip
            return
        properties = next(child.iter(_DOC_PROPERTIES), None)
        meant = "" if properties is None else str(properties.get("descr") or "").strip()
        meant = meant or next((str(shape.get("alt")).strip() for shape in child.iter(_SHAPE) if shape.get("alt")), "")
        alt = " ".join(cleaned(meant[:LONGEST_ALT], self.report).split())
        relations = [str(blip.get(f"{R}embed") or "") for blip in child.iter(_BLIP)]
        relations = relations or [str(data.get(f"{R}id") or "") for data in child.iter(_OLD_PICTURE)]
        if not relations:
            yield self._lost(alt, "gezeichnet, ohne Bilddatei", line)
        width = self._width(child, properties) if len(relations) == 1 else None
        for relation in relations[:MOST_IN_ONE]:
            yield self._kept(relation, alt, width, line)

    def _width(self, drawing: Any, properties: Any) -> int | None:
        """How wide a picture is, in hundredths of the text."""
        found = next(drawing.iter(_EXTENT), None)
        extent = "" if found is None else str(found.get("cx"))
        if not extent.isdecimal() or len(extent) > 9:
            return None
        own = None if properties is None else _OWN_PICTURE.fullmatch(str(properties.get("name")))
        if own is not None and own["extent"] == extent:
            return min(int(own["width"]), 100) or None if own["width"] else None
        return min(max(round(100 * int(extent) / self.package.text_width), 1), 100)

    def _kept(self, relation: str, alt: str, width: int | None, line: int) -> Block:
        part = self.relations.pictures.get(relation, "")
        if part not in self.tried:
            self.tried[part] = self._decoded(part)
        picture = self.tried[part]
        if isinstance(picture, str):
            return self._lost(alt, picture, line)
        self.pictures[picture.key] = picture
        if not alt:
            self.report.note("Eine Abbildung hat keinen Alternativtext. Bitte schreiben Sie im Text in die eckigen "
                             "Klammern, was sie zeigt.", line=line)  # fmt: skip
        return Image(picture.key, alt, width).as_part

    def _decoded(self, part: str) -> Picture | str:
        data = self.package.picture(part) if part else None
        if data is None:
            return "nicht in der Datei enthalten"
        if len(self.tried) >= MOST_PICTURES:
            return f"mehr als {MOST_PICTURES} Bilder"
        if self.points > MOST_POINTS:
            return "zu viele große Bilder in einer Datei"
        try:
            picture = read_picture(data)
        except DomainError as error:
            return str(error)
        self.points += math.prod(size_of(picture.data))
        return picture

    def _lost(self, alt: str, reason: str, line: int) -> Block:
        told = f" „{alt[:120]}“" if alt else ""
        self.report.note(f"Eine Abbildung{told} konnte nicht übernommen werden ({reason}); an ihrer Stelle steht ein "
                         "Vermerk.", line=line)  # fmt: skip
        return _text(f"(Abbildung{': ' + alt if alt else ''})")


def key_of(anchor: str) -> str | None:
    """The key of the section that a bookmark of our own export names."""
    key = anchor.removeprefix(OWN_SECTION).replace("__", "-") if anchor.startswith(OWN_SECTION) else ""
    return key if _KEY.fullmatch(key) else None


def _text(value: str) -> Block:
    return {"t": "text", "v": value}


def _symbol(char: str) -> str:
    try:
        value = int(char, 16)
    except ValueError:
        return ""
    arrows = {0xF0E0: "→", 0xF0E8: "→", 0xF0FC: "✓", 0xF0D8: "➢", 0xF0A7: "▪", 0xF0B7: "•"}
    return arrows.get(value, chr(value) if 0x20 <= value < 0xE000 else "•")


def _size(properties: Any) -> float | None:
    found = None if properties is None else properties.find(f"{W}sz")
    value = None if found is None else str(found.get(f"{W}val"))
    return int(value) / 2 if value and value.isdecimal() and len(value) < 6 else None


def _marked(parts: list[Block], marks: list[str], href: str) -> list[Block]:
    if any(part["t"] == "text" for part in parts):
        for mark in marks:
            parts = [{"t": mark, "c": parts}]
    return [{"t": "link", "href": href, "c": parts}] if href and parts else parts

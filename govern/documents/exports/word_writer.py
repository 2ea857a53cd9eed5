"""Blocks of text as Word elements: real styles, real lists, footnotes, links, captions. Built element by element."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Emu
from lxml import etree

from govern.documents.importing.word_text import OWN_PICTURE, OWN_SECTION
from govern.documents.markdown_text import plain
from govern.typesetting.letterhead import Letterhead, clean, style_of
from govern.typesetting.text_blocks import Block

CAPTION = re.compile(r"(?:Tabelle|Abbildung|Tab\.|Abb\.) ?\d+")
HIGHEST_IMAGE = 20.0
"""Centimetres: with its caption a picture stays on one page."""
BULLETS = "•–▪"
FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_NS = nsdecls("w", "r")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_ORDER = [qn(f"w:{name}") for name in ("rStyle", "rFonts", "b", "i", "strike", "color", "sz", "u", "shd", "vertAlign")]
_LOOK = {
    "strong": "<w:b/>", "em": "<w:i/>", "del": "<w:strike/>",
    "deleted": '<w:strike/><w:shd w:val="clear" w:color="auto" w:fill="FBE3E0"/>',
    "inserted": '<w:u w:val="single"/><w:shd w:val="clear" w:color="auto" w:fill="DDF3E4"/>',
}  # fmt: skip
"""How marks look, in the order the schema wants; the last two are the words that went and came in a Synopse."""
STYLES = {
    "caption": ("Caption", "Normal"), "quote": ("Quote", "Intense Quote", "Normal"), "code": ("macro", "Normal"),
    "more1": ("List Continue", "List Paragraph", "Normal"), "more2": ("List Continue 2", "List Paragraph", "Normal"),
    "more3": ("List Continue 3", "List Paragraph", "Normal"), "item": ("List Paragraph", "Normal"),
    "text": ("Normal",),
}  # fmt: skip


@dataclass
class WordWriter:
    """Appends blocks to a sheet; ``titles`` names the sections that references may point to, by their key."""

    sheet: Letterhead
    titles: Mapping[str, str]
    width: float = 16.5
    images: Mapping[str, bytes] = field(default_factory=dict)
    """Pictures that the text names, by their keys."""
    _ids: dict[str, str | None] = field(default_factory=dict)
    _links: dict[str, str] = field(default_factory=dict)
    _notes: list[list[Block]] = field(default_factory=list)
    _bookmarks: int = 100

    def add(self, element: Any) -> Any:
        """Append an element to the body, before the properties of the last section."""
        body = self.sheet.document.element.body
        last = body.find(qn("w:sectPr"))
        body.append(element) if last is None else last.addprevious(element)
        return element

    def paragraph(self, parts: list[Block], style: str = "text", **properties: Any) -> Any:
        """Append a paragraph in one of `STYLES` or in a style by its name."""
        return self.add(self.paragraph_of(parts, style, **properties))

    def paragraph_of(
        self, parts: list[Block], style: str = "text", *, numbering: tuple[int, int] | None = None, keep: bool = False
    ) -> Any:
        """A paragraph that stands nowhere yet."""
        paragraph = etree.Element(qn("w:p"))
        properties = etree.SubElement(paragraph, qn("w:pPr"))
        style_id = self._style_id(style)
        if style_id:
            etree.SubElement(properties, qn("w:pStyle")).set(qn("w:val"), style_id)
        if keep:
            etree.SubElement(properties, qn("w:keepNext"))
        if numbering is not None:
            numbered = etree.SubElement(properties, qn("w:numPr"))
            etree.SubElement(numbered, qn("w:ilvl")).set(qn("w:val"), str(numbering[1]))
            etree.SubElement(numbered, qn("w:numId")).set(qn("w:val"), str(numbering[0]))
        paragraph.extend(self._runs(parts, ()))
        return paragraph

    def bookmark(self, paragraph: Any, name: str) -> None:
        """Name a place, so that references find it."""
        self._bookmarks += 1
        start, end = etree.Element(qn("w:bookmarkStart")), etree.Element(qn("w:bookmarkEnd"))
        for mark in (start, end):
            mark.set(qn("w:id"), str(self._bookmarks))
        start.set(qn("w:name"), name[:40])
        paragraph.insert(1, start)
        paragraph.append(end)

    def blocks(self, blocks: Iterable[Block]) -> None:
        """Append blocks of text."""
        for block in blocks:
            kind = block["t"]
            if kind in ("p", "h"):
                is_caption = CAPTION.match(plain(block["c"])) is not None and len(plain(block["c"])) <= 200
                self.paragraph(block["c"], "caption" if is_caption else "text", keep=is_caption)
            elif kind in ("ul", "ol"):
                self._list(block, self._numbering(block), 0)
            elif kind == "quote":
                for parts in _paragraphs(block["c"]):
                    self.paragraph(parts, "quote")
            elif kind == "code":
                for line in block["v"].split("\n"):
                    self.paragraph([_text(line)], "code")
            else:
                self.table(block["head"], block["rows"])

    def table(
        self, head: list[list[Block]], rows: list[list[list[Block]]], *, widths: list[float] | None = None
    ) -> None:
        """Append a table whose first row repeats on every page."""
        widths = widths or [self.width / len(head)] * len(head)
        table = etree.Element(qn("w:tbl"))
        table.append(parse_xml(
            f"<w:tblPr {_NS}>{self._table_style()}<w:tblW w:w=\"0\" w:type=\"auto\"/><w:tblLayout w:type=\"fixed\"/>"
            "<w:tblLook w:val=\"0620\" w:firstRow=\"1\" w:lastRow=\"0\" w:firstColumn=\"0\" w:lastColumn=\"0\" "
            "w:noHBand=\"1\" w:noVBand=\"1\"/></w:tblPr>"
        ))  # fmt: skip
        grid = etree.SubElement(table, qn("w:tblGrid"))
        for width in widths:
            etree.SubElement(grid, qn("w:gridCol")).set(qn("w:w"), str(round(width * 567)))
        for n, row in enumerate([head, *rows]):
            table.append(self._row(row, widths, is_head=n == 0))
        self.add(table)
        self.add(etree.Element(qn("w:p")))

    def finish(self) -> None:
        """Write the footnotes into the file."""
        if not self._notes:
            return
        document = self.sheet.document
        root = etree.fromstring(
            f"<w:footnotes {_NS}>"
            '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
            '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p>'
            "</w:footnote></w:footnotes>"
        )
        part = Part(PackURI("/word/footnotes.xml"), FOOTNOTES, b"", document.part.package)
        for n, parts in enumerate(self._notes, 1):
            note = etree.SubElement(root, qn("w:footnote"))
            note.set(qn("w:id"), str(n))
            paragraph = etree.SubElement(note, qn("w:p"))
            paragraph.append(_run('<w:vertAlign w:val="superscript"/><w:sz w:val="17"/>', "<w:footnoteRef/>"))
            paragraph.extend(self._runs([_text(" "), *parts], (), link_part=part, size=17))
        part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)

    # --- inside -------------------------------------------------------------------------------------------------------
    def _style_id(self, name: str) -> str | None:
        if name not in self._ids:
            found = style_of(self.sheet, *STYLES.get(name, (name, "Normal")))
            styles = self.sheet.document.styles
            self._ids[name] = styles[found].style_id if found and found != "Normal" else None
        return self._ids[name]

    def _table_style(self) -> str:
        found = next((style for style in self.sheet.document.styles if style.name == "Table Grid"), None)
        return f'<w:tblStyle w:val="{found.style_id}"/>' if found is not None else ""

    def _row(self, cells: list[list[Block]], widths: list[float], *, is_head: bool) -> Any:
        row = etree.Element(qn("w:tr"))
        properties = etree.SubElement(row, qn("w:trPr"))
        etree.SubElement(properties, qn("w:cantSplit"))
        if is_head:
            etree.SubElement(properties, qn("w:tblHeader"))
        for n, width in enumerate(widths):
            cell = etree.SubElement(row, qn("w:tc"))
            measure = etree.SubElement(etree.SubElement(cell, qn("w:tcPr")), qn("w:tcW"))
            measure.set(qn("w:w"), str(round(width * 567)))
            measure.set(qn("w:type"), "dxa")
            parts = cells[n] if n < len(cells) else []
            cell.append(self.paragraph_of([{"t": "strong", "c": parts}] if is_head and parts else parts))
        return row

    def _list(self, block: Block, number: int, depth: int) -> None:
        for item in block["c"]:
            first, *others = item if item and item[0]["t"] == "p" else [{"t": "p", "c": []}, *item]
            self.paragraph(first["c"], "item", numbering=(number, min(depth, 8)))
            for other in others:
                if other["t"] in ("ul", "ol"):
                    self._list(other, self._numbering(other, depth + 1), depth + 1)
                elif other["t"] in ("p", "h"):
                    self.paragraph(other["c"], f"more{min(depth + 1, 3)}")
                else:
                    self.blocks([other])

    def _numbering(self, block: Block, depth: int = 0) -> int:
        """A numbering of its own for a list, so that each begins anew."""
        root = self.sheet.document.part.numbering_part.element
        taken = [int(num.get(qn("w:numId"))) for num in root.findall(qn("w:num"))]
        number = max(taken, default=0) + 1
        num = parse_xml(
            f'<w:num {_NS} w:numId="{number}"><w:abstractNumId w:val="{self._abstract(root, block["t"])}"/>'
            f'<w:lvlOverride w:ilvl="{min(depth, 8)}"><w:startOverride w:val="{block.get("start", 1)}"/>'
            "</w:lvlOverride></w:num>"
        )
        root.append(num)
        return number

    def _abstract(self, root: Any, kind: str) -> int:
        name = f"Govern {kind}"
        if name in self._ids:
            return int(self._ids[name] or 0)
        taken = [int(each.get(qn("w:abstractNumId"))) for each in root.findall(qn("w:abstractNum"))]
        number = max(taken, default=0) + 1
        levels = "".join(
            f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{"bullet" if kind == "ul" else "decimal"}"/>'
            f'<w:lvlText w:val="{BULLETS[n % 3] if kind == "ul" else f"%{n + 1}."}"/><w:lvlJc w:val="left"/>'
            f'<w:pPr><w:ind w:left="{(n + 1) * 397}" w:hanging="340"/></w:pPr></w:lvl>'
            for n in range(9)
        )
        element = parse_xml(
            f'<w:abstractNum {_NS} w:abstractNumId="{number}"><w:multiLevelType w:val="multilevel"/>{levels}'
            "</w:abstractNum>"
        )
        # The schema wants all of these before the first w:num.
        first = root.find(qn("w:num"))
        root.append(element) if first is None else first.addprevious(element)
        self._ids[name] = str(number)
        return number

    def _runs(
        self, parts: list[Block], marks: tuple[str, ...], *, link_part: Any = None, size: int | None = None
    ) -> Iterator[Any]:
        look = "".join(look for mark, look in _LOOK.items() if mark in marks) + (
            f'<w:sz w:val="{size}"/>' if size else ""
        )
        for part in parts:
            kind = part["t"]
            if kind == "text":
                yield from _words(clean(part["v"]), look)
            elif kind == "br":
                yield _run(look, "<w:br/>")
            elif kind == "fn":
                self._notes.append(part["c"])
                yield _run('<w:vertAlign w:val="superscript"/>', f'<w:footnoteReference w:id="{len(self._notes)}"/>')
            elif kind == "ref":
                yield from self._reference(part["key"], look)
            elif kind == "img":
                yield from self._image(part, clean(part["alt"]), look)
            elif kind == "link":
                yield self._link(part, marks, link_part, size)
            else:
                yield from self._runs(part["c"], (*marks, kind), link_part=link_part, size=size)

    def _image(self, part: Block, alt: str, look: str) -> Iterator[Any]:
        data, wanted = self.images.get(part["key"]), part.get("width")
        if data is None:
            yield from _words(f"(Abbildung: {alt})" if alt else "(Abbildung)", look + "<w:i/>")
            return
        inline = self.sheet.document.part.new_pic_inline(io.BytesIO(data))
        room = Cm(self.width) / inline.extent.cx
        share = min(room * wanted / 100 if wanted else min(1.0, room), Cm(HIGHEST_IMAGE) / inline.extent.cy)
        width, height = Emu(int(inline.extent.cx * share)), Emu(int(inline.extent.cy * share))
        for extent in (inline.extent, next(inline.graphic.iter(qn("a:ext")))):
            extent.set("cx", str(width))
            extent.set("cy", str(height))
        inline.docPr.set("descr", alt)
        inline.docPr.set("name", f"{OWN_PICTURE}{wanted or ''}_{width}")
        run = _run(look, "<w:drawing/>")
        run[-1].append(inline)
        yield run

    def _reference(self, key: str, look: str) -> Iterator[Any]:
        if key not in self.titles:
            yield from _words("(Abschnitt entfallen)", look + "<w:i/>")
            return
        link = etree.Element(qn("w:hyperlink"))
        link.set(qn("w:anchor"), bookmark_name(key))
        link.extend(_words(clean(self.titles[key]), look))
        yield link

    def _link(self, part: Block, marks: tuple[str, ...], owner: Any, size: int | None) -> Any:
        owner = owner or self.sheet.document.part
        link = etree.Element(qn("w:hyperlink"))
        link.set(qn("r:id"), owner.relate_to(clean(part["href"]), RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        link.extend(self._runs(part["c"], marks, link_part=owner, size=size))
        for run in link.iter(qn("w:r")):
            properties = run.find(qn("w:rPr"))
            if properties is None:
                properties = etree.Element(qn("w:rPr"))
                run.insert(0, properties)
            etree.SubElement(properties, qn("w:u")).set(qn("w:val"), "single")
            _put_in_order(properties)
        return link


def bookmark_name(key: str) -> str:
    """The bookmark of a section by its key."""
    return f"{OWN_SECTION}{key.replace('-', '__')}"[:40]


def _words(text: str, look: str) -> Iterator[Any]:
    for n, piece in enumerate(text.split("\t")):
        if n:
            yield _run(look, "<w:tab/>")
        if piece:
            run = _run(look, "")
            written = etree.SubElement(run, qn("w:t"))
            written.text = piece
            written.set(_SPACE, "preserve")
            yield run


def _run(look: str, content: str) -> Any:
    properties = f"<w:rPr>{look}</w:rPr>" if look else ""
    run = etree.fromstring(f"<w:r {_NS}>{properties}{content}</w:r>")
    if look:
        _put_in_order(run[0])
    return run


def _put_in_order(properties: Any) -> None:
    """Let the looks of a run stand once each and in Word's order (ECMA-376, CT_RPr), however they came together."""
    by_tag = {look.tag: look for look in properties}
    properties[:] = sorted(by_tag.values(), key=lambda look: _ORDER.index(look.tag))


def _text(value: str) -> Block:
    return {"t": "text", "v": value}


def _paragraphs(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    """What stands in a quote, as paragraphs."""
    for block in blocks:
        if block["t"] in ("p", "h"):
            yield block["c"]
        elif block["t"] in ("ul", "ol"):
            for item in block["c"]:
                for n, parts in enumerate(_paragraphs(item)):
                    yield parts if n else [_text("– "), *parts]
        elif block["t"] == "quote":
            yield from _paragraphs(block["c"])
        elif block["t"] == "code":
            yield [_text(block["v"])]
        else:
            for row in (block["head"], *block["rows"]):
                yield [part for n, cell in enumerate(row) for part in ([_text(" | ")] if n else []) + cell]

"""Result minutes as a Word document: real styles, outline, header rows, page numbers, German."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph

from govern.meetings.exports.letterhead import (
    DOCX,
    Letterhead,
    add_heading,
    add_row,
    add_table,
    open_letterhead,
    style_of,
)
from govern.meetings.exports.text_blocks import Block, text_blocks
from govern.meetings.minutes_content import AttendanceGroup, ItemMinutes, MinutesContent, ResolutionBox

MEDIA_TYPE = DOCX


def as_docx(content: MinutesContent, *, folder: Path) -> bytes:
    """The minutes as DOCX, on the letterhead `protokoll.docx` of ``folder`` if the county has one."""
    sheet = open_letterhead(
        folder, "protokoll", title=f"{content.title}, {content.committee}", author=content.body,
        created_at=content.made_at,
        fields={"koerperschaft": content.body, "gremium": content.committee, "sitzung": content.meeting,
                "titel": content.title, "stand": content.status, **_placeholders(content)},
    )  # fmt: skip
    add_heading(sheet, content.title, 0)
    _paragraph(sheet, f"{content.committee} · {content.body}")
    if content.is_draft:
        _paragraph(sheet, content.status, bold=True)
    _facts(sheet, content)
    _attendance(sheet, content)
    _blocks(sheet, text_blocks(content.opening))
    for part in content.parts:
        add_heading(sheet, part.heading or "Tagesordnung", 1)
        for item in part.items:
            _item(sheet, item)
    _signatures(sheet, content)
    return sheet.as_bytes()


def _placeholders(content: MinutesContent) -> dict[str, str]:
    values = dict(content.facts)
    return {"tag": values["Tag"], "beginn": values["Beginn"], "ende": values["Ende"], "ort": values["Ort"],
            "leitung": values["Leitung"]}  # fmt: skip


def _facts(sheet: Letterhead, content: MinutesContent) -> None:
    table = add_table(sheet, [("Angabe", 4.0), ("Inhalt", 12.5)])
    for term, value in content.facts:
        add_row(table, term, value)


def _attendance(sheet: Letterhead, content: MinutesContent) -> None:
    add_heading(sheet, "Anwesenheit", 1)
    _paragraph(sheet, content.attendance_summary)
    for group in content.attendance:
        add_heading(sheet, f"{group.heading} ({len(group.lines)})", 2)
        _attendance_table(sheet, group)


def _attendance_table(sheet: Letterhead, group: AttendanceGroup) -> None:
    columns = group.table
    stretch = 16.5 / sum(width for _heading, width, _cells in columns)
    table = add_table(sheet, [(heading, width * stretch) for heading, width, _cells in columns])
    for row in zip(*(cells for _heading, _width, cells in columns), strict=True):
        add_row(table, *row)


def _item(sheet: Letterhead, item: ItemMinutes) -> None:
    add_heading(sheet, f"TOP {item.number}  {item.title}", 2)
    _paragraph(sheet, f"{item.facts} · Ergebnis: {item.result}", italic=True)
    _blocks(sheet, text_blocks(item.text))
    for resolution in item.resolutions:
        _resolution(sheet, resolution)
    for section in item.sections:
        add_heading(sheet, section.heading, 3)
        for line in section.lines:
            paragraph = sheet.document.add_paragraph(style=style_of(sheet, "List Bullet", "List Paragraph", "Normal"))
            paragraph.add_run(line.text)
            if line.detail:
                paragraph.add_run().add_break()
                paragraph.add_run(line.detail).italic = True
    for revision in item.revisions:
        add_heading(sheet, f"{revision.number}. Berichtigung vom {revision.on}", 3)
        _paragraph(sheet, f"Grund: {revision.reason}")
        _paragraph(sheet, "Bisheriger Wortlaut:", bold=True)
        _blocks(sheet, text_blocks(revision.old_text))
        _paragraph(sheet, "Neuer Wortlaut:", bold=True)
        _blocks(sheet, text_blocks(revision.new_text))


def _resolution(sheet: Letterhead, resolution: ResolutionBox) -> None:
    start = len(sheet.document.paragraphs)
    head = sheet.document.add_paragraph()
    head.add_run(f"Beschluss {resolution.number}").bold = True
    head.add_run(f" · {resolution.outcome}")
    head.paragraph_format.keep_with_next = True
    _blocks(sheet, text_blocks(resolution.text))
    if resolution.proviso:
        paragraph = sheet.document.add_paragraph()
        paragraph.add_run("Unter Vorbehalt: ").bold = True
        paragraph.add_run(resolution.proviso)
    if resolution.cancelled:
        _paragraph(sheet, resolution.cancelled, italic=True)
    for paragraph in sheet.document.paragraphs[start:]:
        _rule_at_left(paragraph)


def _signatures(sheet: Letterhead, content: MinutesContent) -> None:
    paragraph = sheet.document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(42)
    paragraph.paragraph_format.keep_together = True
    stops = paragraph.paragraph_format.tab_stops
    for n, _name in enumerate(content.signatures):
        stops.add_tab_stop(Cm(8.5 * n), WD_TAB_ALIGNMENT.LEFT)
    paragraph.add_run("\t".join("_" * 28 for _ in content.signatures))
    paragraph.add_run().add_break()
    paragraph.add_run("\t".join(content.signatures))


def _paragraph(sheet: Letterhead, text: str, *, bold: bool = False, italic: bool = False) -> Paragraph:
    paragraph = sheet.document.add_paragraph()
    run = paragraph.add_run(text)
    run.bold, run.italic = bold or None, italic or None
    return paragraph


def _blocks(sheet: Letterhead, blocks: list[Block], *, indent: float = 0) -> None:
    for block in blocks:
        kind = block["t"]
        if kind == "h":
            _inline(add_heading(sheet, "", 3), block["c"])
        elif kind == "p":
            _indented(_inline(sheet.document.add_paragraph(), block["c"]), indent)
        elif kind in ("ul", "ol"):
            _list(sheet, block, indent)
        elif kind == "quote":
            _blocks(sheet, block["c"], indent=indent + 0.8)
        elif kind == "code":
            _indented(sheet.document.add_paragraph(block["v"]), indent)
        elif kind == "table":
            _table(sheet, block)


def _list(sheet: Letterhead, block: Block, indent: float) -> None:
    # Word's own numbering runs on through the whole document; numbers are therefore written out.
    for n, item in enumerate(block["c"], block["start"]):
        first, *others = item or [{"t": "p", "c": []}]
        if block["t"] == "ul" and not indent:
            paragraph = sheet.document.add_paragraph(style=style_of(sheet, "List Bullet", "List Paragraph", "Normal"))
        else:
            paragraph = sheet.document.add_paragraph()
            paragraph.paragraph_format.left_indent = Cm(indent + 0.8)
            paragraph.paragraph_format.first_line_indent = Cm(-0.6)
            paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(indent + 0.8))
            paragraph.add_run(f"{n}.\t" if block["t"] == "ol" else "–\t")
        if first["t"] == "p":
            _inline(paragraph, first["c"])
        else:
            others = [first, *others]
        _blocks(sheet, others, indent=indent + 0.8)


def _table(sheet: Letterhead, block: Block) -> None:
    width = 16.5 / len(block["head"])
    table = add_table(sheet, [(_plain(cell), width) for cell in block["head"]])
    for row in block["rows"]:
        cells = [*row, *([[]] * len(block["head"]))][: len(block["head"])]
        added = add_row(table, *("" for _ in block["head"]))
        for cell, content in zip(added.cells, cells, strict=True):
            _inline(cell.paragraphs[0], content)


def _inline(paragraph: Paragraph, parts: list[Block], *, bold: bool = False, italic: bool = False) -> Paragraph:
    for part in parts:
        kind = part["t"]
        if kind == "text":
            run = paragraph.add_run(_clean(part["v"]))
            run.bold, run.italic = bold or None, italic or None
        elif kind == "br":
            paragraph.add_run().add_break()
        elif kind == "link":
            _inline(paragraph, part["c"], bold=bold, italic=italic)
            if _plain(part["c"]) != part["href"]:
                paragraph.add_run(f" ({_clean(part['href'])})")
        else:
            _inline(paragraph, part["c"], bold=bold or kind == "strong", italic=italic or kind == "em")
    return paragraph


def _plain(parts: list[Block]) -> str:
    return "".join(p["v"] if p["t"] == "text" else _plain(p.get("c", [])) for p in parts)


def _clean(text: str) -> str:
    # XML knows no control characters.
    return "".join(c for c in text if c >= " " or c in "\t\n")


def _indented(paragraph: Paragraph, indent: float) -> None:
    if indent:
        paragraph.paragraph_format.left_indent = Cm(indent)


def _rule_at_left(paragraph: Paragraph) -> None:
    properties: Any = paragraph._p.get_or_add_pPr()
    borders = OxmlElement("w:pBdr")
    left = OxmlElement("w:left")
    for name, value in (("val", "single"), ("sz", "12"), ("space", "8"), ("color", "666666")):
        left.set(qn(f"w:{name}"), value)
    borders.append(left)
    # The schema wants the border after style and keep settings, before spacing and indents.
    following = [properties.find(qn(f"w:{name}")) for name in ("shd", "tabs", "spacing", "ind", "jc", "rPr")]
    anchor = next((element for element in following if element is not None), None)
    if anchor is not None:
        anchor.addprevious(borders)
    else:
        properties.append(borders)

"""A concept as a Word document: cover, table of contents, table of changes, the text in real styles."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from lxml import etree

from govern.documents.concept_content import ANNEX_HEAD, ConceptContent
from govern.documents.exports.word_writer import WordWriter, bookmark_name
from govern.documents.importing.docx import OWN_TEXT, OWN_TITLE
from govern.documents.markdown_text import blocks_of
from govern.documents.sections import PlacedSection, walk
from govern.typesetting.letterhead import DOCX, Letterhead, add_heading, clean, open_letterhead, style_of
from govern.typesetting.text_blocks import Block

MEDIA_TYPE = DOCX
CONTENTS_LEVELS = 3
SPARE_HEADINGS = {4: 10.5, 5: 10.5, 6: 10.5}
LETTERHEAD = "konzept"


FIELDS = ("stand", "status", "beschluss", "vorbehalt", "in_kraft_ab", "in_kraft_bis")
"""What a letterhead may name of a version; what a version does not say is left empty there."""


def as_docx(content: ConceptContent, *, folder: Path) -> bytes:
    """The concept as DOCX, on the letterhead `konzept.docx` of ``folder`` if the county has one."""
    sheet = open_letterhead(
        folder, LETTERHEAD, title=f"{content.title}, {content.version}", author=content.body,
        created_at=content.made_at, keywords=content.stamp,
        fields={**dict.fromkeys(FIELDS, ""), "koerperschaft": content.body, "titel": content.title,
                "fassung": content.version, **{name.lower().replace(" ", "_"): value for name, value in content.facts}},
    )  # fmt: skip
    placed = list(walk(content.sections))
    writer = WordWriter(sheet, {p.section.key: p.title for p in placed if p.section.key}, images=content.images)
    _styles(sheet)
    _cover(sheet, writer, content)
    _contents(writer, placed)
    _changes(writer, content)
    for n, each in enumerate(placed):
        _section(writer, each, is_first=n == 0)
    writer.finish()
    return sheet.as_bytes()


def _text(value: str) -> Block:
    return {"t": "text", "v": clean(value)}


def _styles(sheet: Letterhead) -> None:
    """Styles that the plain page lacks: lines of the table of contents, its heading."""
    styles = sheet.document.styles
    known = {style.name for style in styles}
    for level in range(1, CONTENTS_LEVELS + 1):
        if f"toc {level}" not in known:
            style = styles.add_style(f"toc {level}", WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = styles["Normal"]
            style.paragraph_format.left_indent = Cm(0.6 * (level - 1))
            style.paragraph_format.space_after = Pt(2)
    for level, size in SPARE_HEADINGS.items():
        if f"Heading {level}" in known and style_of(sheet, f"Heading {level}"):
            style = styles[f"Heading {level}"]
            style.font.size, style.font.italic = style.font.size or Pt(size), None


def _cover(sheet: Letterhead, writer: WordWriter, content: ConceptContent) -> None:
    title = add_heading(sheet, content.title, 0)
    writer.bookmark(_with_properties(title._p), OWN_TITLE)
    writer.paragraph([_text(f"{content.body} · {content.version}")], "Subtitle")
    if content.is_draft:
        writer.paragraph([{"t": "strong", "c": [_text("Entwurf, nicht beschlossen")]}])
    if content.facts:
        rows = [[[_text(name)], [_text(value)]] for name, value in content.facts]
        writer.table([[_text("Angabe")], [_text("Inhalt")]], rows, widths=[4.5, 12.0])
    if content.stamp:
        writer.paragraph([_text(content.stamp)])
    if content.annexes:
        writer.paragraph([{"t": "strong", "c": [_text("Anlagen")]}], keep=True)
        lines = [[[_text(value)] for value in astuple(annex)] for annex in content.annexes]
        writer.table([[_text(name)] for name in ANNEX_HEAD], lines, widths=[2.2, 4.8, 4.5, 5.0])


def _with_properties(paragraph: Any) -> Any:
    paragraph.get_or_add_pPr()
    return paragraph


def _contents(writer: WordWriter, placed: list[PlacedSection]) -> None:
    """The field that Word fills with page numbers; its lines are written out for everybody else."""
    writer.paragraph([{"t": "strong", "c": [_text("Inhalt")]}], keep=True)
    shown = [p for p in placed if p.depth <= CONTENTS_LEVELS] or placed
    for n, each in enumerate(shown):
        line = writer.paragraph([_text(each.title)], f"toc {min(each.depth, CONTENTS_LEVELS)}")
        if n == 0:
            for run in reversed(_field_start()):
                line.insert(1, run)
        if n == len(shown) - 1:
            line.append(_field_part("end"))


def _field_start() -> list[Any]:
    begin = _field_part("begin")
    begin[0].set(qn("w:dirty"), "true")
    code = etree.Element(qn("w:r"))
    text = etree.SubElement(code, qn("w:instrText"))
    text.text = f' TOC \\o "1-{CONTENTS_LEVELS}" \\h \\z \\u '
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return [begin, code, _field_part("separate")]


def _field_part(kind: str) -> Any:
    run = etree.Element(qn("w:r"))
    etree.SubElement(run, qn("w:fldChar")).set(qn("w:fldCharType"), kind)
    return run


def _changes(writer: WordWriter, content: ConceptContent) -> None:
    if not content.changes:
        return
    writer.paragraph([{"t": "strong", "c": [_text(f"Änderungen gegenüber {content.compared_with}")]}], keep=True)
    rows = [[[_text(c.section)], [_text(c.change)], [_text(c.reason)]] for c in content.changes]
    writer.table([[_text("Abschnitt")], [_text("Änderung")], [_text("Anlass")]], rows, widths=[6.0, 4.0, 6.5])


def _section(writer: WordWriter, placed: PlacedSection, *, is_first: bool) -> None:
    number = f"{placed.number}\t" if placed.number else ""
    heading = writer.paragraph([_text(number + placed.section.heading)], f"Heading {placed.depth}", keep=True)
    properties = heading[0]
    if number:
        _hang(properties, placed)
    if is_first:
        keep = properties.find(qn("w:keepNext"))
        keep.addnext(etree.Element(qn("w:pageBreakBefore")))  # Word asks for this order
        writer.bookmark(heading, OWN_TEXT)
    if placed.section.key:
        writer.bookmark(heading, bookmark_name(placed.section.key))
    writer.blocks(blocks_of(placed.section.text))


def _hang(properties: Any, placed: PlacedSection) -> None:
    width = str(max(567, 170 * (len(placed.number) + 1)))
    tabs = etree.SubElement(properties, qn("w:tabs"))
    tab = etree.SubElement(tabs, qn("w:tab"))
    tab.set(qn("w:val"), "left")
    tab.set(qn("w:pos"), width)
    indent = etree.SubElement(properties, qn("w:ind"))
    indent.set(qn("w:left"), width)
    indent.set(qn("w:hanging"), width)

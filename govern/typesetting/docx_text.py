"""People's Markdown in a Word document: paragraphs, lists, tables, emphasis, in the styles of the letterhead."""

from __future__ import annotations

from docx.shared import Cm
from docx.text.paragraph import Paragraph

from govern.typesetting.letterhead import Letterhead, add_heading, add_row, add_table, clean, style_of
from govern.typesetting.text_blocks import Block, text_blocks


def add_text(sheet: Letterhead, text: str) -> None:
    """Append a Markdown text; headings in it are of the third level."""
    _blocks(sheet, text_blocks(text))


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
            _indented(sheet.document.add_paragraph(clean(block["v"])), indent)
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
            run = paragraph.add_run(clean(part["v"]))
            run.bold, run.italic = bold or None, italic or None
        elif kind == "br":
            paragraph.add_run().add_break()
        elif kind == "link":
            _inline(paragraph, part["c"], bold=bold, italic=italic)
            if _plain(part["c"]) != part["href"]:
                paragraph.add_run(f" ({clean(part['href'])})")
        else:
            _inline(paragraph, part["c"], bold=bold or kind == "strong", italic=italic or kind == "em")
    return paragraph


def _plain(parts: list[Block]) -> str:
    return "".join(p["v"] if p["t"] == "text" else _plain(p.get("c", [])) for p in parts)


def _indented(paragraph: Paragraph, indent: float) -> None:
    if indent:
        paragraph.paragraph_format.left_indent = Cm(indent)

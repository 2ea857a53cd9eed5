"""A Synopse as a Word document: each section under its heading, both versions in a table."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from docx.enum.section import WD_ORIENT

from govern.documents.exports.word_writer import WordWriter
from govern.documents.synopsis import SectionChangeKind
from govern.documents.synopsis_content import LEGEND, SynopsisContent, heading_of
from govern.documents.word_diff import Run, TextRow
from govern.typesetting.letterhead import DOCX, Letterhead, add_heading, open_letterhead
from govern.typesetting.text_blocks import Block

MEDIA_TYPE = DOCX


def as_docx(content: SynopsisContent, *, folder: Path) -> bytes:
    """The Synopse as DOCX, on the letterhead `synopse.docx` of ``folder`` if the county has one."""
    sheet = open_letterhead(
        folder, "synopse", title=f"{content.heading}, {content.title}", author=content.body,
        created_at=content.made_at,
        fields={"koerperschaft": content.body, "titel": content.title, "fassungen": content.heading},
    )  # fmt: skip
    width = _landscape(sheet) if not (folder / "synopse.docx").exists() else 16.5
    writer = WordWriter(sheet, {}, width=width)
    add_heading(sheet, content.heading, 0)
    for line in (f"{content.title} · {content.body}", f"{content.scope}: {content.summary}", LEGEND):
        writer.paragraph([_text(line)])
    head = [[_text(content.old_label)], [_text(content.new_label)]]
    for change in content.sections:
        writer.paragraph([_text(heading_of(change))], "Heading 2", keep=True)
        if why := content.why(change):
            writer.paragraph([{"t": "em", "c": [_text(f"Anlass: {why}")]}], keep=True)
        rows = [*([change.title] if change.is_renamed else []), *change.rows]
        if rows and not (change.kind is SectionChangeKind.SAME and content.only_changes):
            writer.table(head, [_cells(row) for row in rows])
    if content.annexes:
        writer.paragraph([_text("Anlagen")], "Heading 2", keep=True)
        for line in content.annexes:
            writer.paragraph([_text(line)])
    writer.finish()
    return sheet.as_bytes()


def _landscape(sheet: Letterhead) -> float:
    section = sheet.document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    return 25.2


def _text(value: str) -> Block:
    return {"t": "text", "v": value}


def _cells(row: TextRow) -> list[list[Block]]:
    return [_parts(row.old), _parts(row.new)]


def _parts(runs: Iterable[Run]) -> list[Block]:
    return [
        _text(run.text) if run.kind == "same" else {"t": run.kind, "c": [_text(run.text)]} for run in runs
    ] or [_text("–")]  # fmt: skip

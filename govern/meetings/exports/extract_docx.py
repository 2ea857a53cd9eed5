"""The extract of a resolution as a Word document, on the county's letterhead."""

from __future__ import annotations

from pathlib import Path

from docx.shared import Pt

from govern.meetings.exports.docx_sections import add_section
from govern.meetings.exports.minutes_docx import add_paragraph, add_resolution
from govern.meetings.extract_content import ExtractContent
from govern.typesetting.letterhead import DOCX, add_heading, add_row, add_table, open_letterhead

MEDIA_TYPE = DOCX
OWN, MINUTES = "beschlussauszug", "protokoll"


def as_docx(content: ExtractContent, *, folder: Path) -> bytes:
    """The extract on the letterhead `beschlussauszug.docx` of ``folder``, else on that of the minutes."""
    facts = dict(content.facts)
    letterhead = OWN if (folder / f"{OWN}.docx").exists() else MINUTES
    sheet = open_letterhead(
        folder, letterhead, title=f"{content.title}, {content.committee}", author=content.body,
        created_at=content.made_at,
        fields={"koerperschaft": content.body, "gremium": content.committee, "sitzung": content.meeting,
                "titel": content.title, "stand": content.status, "nummer": content.resolution.number,
                "tag": facts.get("Tag", ""), "beginn": "", "ende": "", "ort": facts.get("Ort", ""), "leitung": ""},
    )  # fmt: skip
    add_heading(sheet, content.title, 0)
    add_paragraph(sheet, f"{content.committee} · {content.body}")
    add_paragraph(sheet, content.status, bold=content.is_preliminary)
    table = add_table(sheet, [("Angabe", 4.0), ("Inhalt", 12.5)])
    for term, value in content.facts:
        add_row(table, term, value)
    add_heading(sheet, "Beschluss", 1)
    add_resolution(sheet, content.resolution)
    for section in content.sections:
        add_section(sheet, section)
    signature = add_paragraph(sheet, "_" * 34)
    signature.paragraph_format.space_before = Pt(42)
    signature.add_run().add_break()
    signature.add_run(content.signature)
    return sheet.as_bytes()

"""Minutes as a Word document: real styles, outline, header rows, page numbers, German."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph

from govern.formats import one_line, proviso_words
from govern.meetings.exports.docx_sections import add_section
from govern.meetings.minutes_content import AttendanceGroup, ItemMinutes, MinutesContent, ResolutionBox
from govern.typesetting.docx_text import add_text
from govern.typesetting.letterhead import (
    DOCX,
    Letterhead,
    add_heading,
    add_row,
    add_table,
    clean,
    open_letterhead,
)

MEDIA_TYPE = DOCX


def as_docx(content: MinutesContent, *, folder: Path) -> bytes:
    """The minutes as DOCX, on the letterhead `protokoll.docx` of ``folder`` if the county has one."""
    sheet = open_letterhead(
        folder, "protokoll", title=f"{content.title}, {content.committee}", author=content.body,
        created_at=content.made_at, keywords=content.stamp,
        fields={"koerperschaft": content.body, "gremium": content.committee, "sitzung": content.meeting,
                "titel": content.title, "stand": content.status, **_placeholders(content)},
    )  # fmt: skip
    add_heading(sheet, content.title, 0)
    add_paragraph(sheet, f"{content.committee} · {content.body}")
    if content.is_draft:
        add_paragraph(sheet, content.status, bold=True)
    _facts(sheet, content)
    _attendance(sheet, content)
    add_text(sheet, content.opening)
    for part in content.parts:
        add_heading(sheet, part.heading or "Tagesordnung", 1)
        for item in part.items:
            _item(sheet, item)
    _objections(sheet, content)
    _signatures(sheet, content)
    if content.stamp:
        add_paragraph(sheet, content.stamp).runs[0].font.size = Pt(8)
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
    add_paragraph(sheet, content.attendance_summary)
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
    add_paragraph(sheet, f"{item.facts} · Ergebnis: {item.result}", italic=True)
    for term, value in item.notes:
        paragraph = add_paragraph(sheet, f"{term}: ", bold=True)
        paragraph.add_run(clean(one_line(value, 4_000)))
    add_text(sheet, item.explanation)
    add_text(sheet, item.text)
    for resolution in item.resolutions:
        add_resolution(sheet, resolution)
    for section in item.sections:
        add_section(sheet, section)
    for revision in item.revisions:
        add_heading(sheet, f"{revision.number}. Berichtigung vom {revision.on}", 3)
        add_paragraph(sheet, f"Grund: {revision.reason}")
        add_paragraph(sheet, "Bisheriger Wortlaut:", bold=True)
        add_text(sheet, revision.old_text)
        add_paragraph(sheet, "Neuer Wortlaut:", bold=True)
        add_text(sheet, revision.new_text)


def add_resolution(sheet: Letterhead, resolution: ResolutionBox) -> None:
    """Append a resolution with its votes, a rule at its left, on one page where it fits."""
    start = len(sheet.document.paragraphs)
    head = sheet.document.add_paragraph()
    head.add_run(f"Beschluss {resolution.number}").bold = True
    head.add_run(f" · {resolution.outcome}")
    add_text(sheet, resolution.text)
    if resolution.proviso:
        paragraph = sheet.document.add_paragraph()
        lead, words = proviso_words(resolution.proviso)
        paragraph.add_run(f"{lead} ").bold = True
        paragraph.add_run(words)
    for vote in resolution.votes:
        add_paragraph(sheet, f"Abstimmung: {vote.text}")
        if vote.roll:
            add_paragraph(sheet, "; ".join(vote.roll))
    if resolution.consent:
        add_paragraph(sheet, "Einvernehmen der Umsetzenden: ", bold=True).add_run(clean(resolution.consent)).bold = None
    if resolution.cancelled:
        add_paragraph(sheet, resolution.cancelled, italic=True)
    box = sheet.document.paragraphs[start:]
    for paragraph in box:
        _rule_at_left(paragraph)
    for paragraph in box[:-1]:  # a proviso or a vote on the next page is easily overlooked
        paragraph.paragraph_format.keep_with_next = True


def _objections(sheet: Letterhead, content: MinutesContent) -> None:
    if not content.objections:
        return
    add_heading(sheet, "Einwendungen", 1)
    for note in content.objections:
        add_heading(sheet, f"{note.place}: {note.by}, {note.on} ({note.state})", 2)
        for term, value in note.lines:
            add_paragraph(sheet, f"{term}: ", bold=True).add_run(clean(value))


def _signatures(sheet: Letterhead, content: MinutesContent) -> None:
    sheet.document.paragraphs[-1].paragraph_format.keep_with_next = True  # no page holds the signatures alone
    paragraph = sheet.document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(42)
    paragraph.paragraph_format.keep_together = True
    stops = paragraph.paragraph_format.tab_stops
    for n, _name in enumerate(content.signatures):
        stops.add_tab_stop(Cm(8.5 * n), WD_TAB_ALIGNMENT.LEFT)
    paragraph.add_run("\t".join("_" * 28 for _ in content.signatures))
    paragraph.add_run().add_break()
    paragraph.add_run("\t".join(content.signatures))


def add_paragraph(sheet: Letterhead, text: str, *, bold: bool = False, italic: bool = False) -> Paragraph:
    """Append a line of plain text."""
    paragraph = sheet.document.add_paragraph()
    run = paragraph.add_run(clean(text))
    run.bold, run.italic = bold or None, italic or None
    return paragraph


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

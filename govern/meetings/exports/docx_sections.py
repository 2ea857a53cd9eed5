"""What other packages add to an agenda item, in a Word document."""

from __future__ import annotations

from govern.meetings.contributions import ItemSection
from govern.typesetting.letterhead import Letterhead, add_heading, clean, style_of


def add_section(sheet: Letterhead, section: ItemSection) -> None:
    """Append lines under a heading, e.g. the Beschlusskontrolle."""
    add_heading(sheet, section.heading, 3)
    for line in section.lines:
        paragraph = sheet.document.add_paragraph(style=style_of(sheet, "List Bullet", "List Paragraph", "Normal"))
        paragraph.add_run(clean(line.text))
        if line.detail:
            paragraph.add_run().add_break()
            paragraph.add_run(clean(line.detail)).italic = True

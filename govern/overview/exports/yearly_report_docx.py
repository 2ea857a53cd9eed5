"""The yearly report as DOCX: headings, texts and tables in the styles of the letterhead, from what was frozen.

Each figure leads to the page that names the rows behind it. A hidden one does so too, and one link stands for any
number of rows: from the links nobody learns more than from the figures.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from govern.db import now
from govern.formats import date_text
from govern.overview.models import YearlyReport
from govern.people.models import Body
from govern.typesetting import letterhead
from govern.typesetting.docx_text import add_text
from govern.typesetting.letterhead import DOCX

__all__ = ["DOCX", "as_docx"]
WIDTH = 16.5
SOURCES = "Unterstrichene Zahlen führen zu den Zeilen, aus denen sie gezählt sind. Die Zeilen stehen hier: "
FIGURE = re.compile(r"[1-9]\d*|\d+ von \d+|\*")
"""What was counted; days and names in the same tables are no figures, and a zero has no rows."""


def as_docx(
    body: Body, year: int, content: Mapping[str, Any], edition: YearlyReport | None, letterheads: Path, rows_at: str
) -> bytes:  # fmt: skip
    """The report in ``content``; without an ``edition`` it says that it is a draft.

    ``rows_at``: the full address of the page on which the rows behind the figures stand.
    """
    title, moment = f"Jahresbericht {year}", edition.frozen_at if edition and edition.frozen_at else now()
    sheet = letterhead.open_letterhead(
        letterheads, "tagesordnung", title=title, author=body.name, created_at=moment,
        fields={"koerperschaft": body.name, "gremium": title, "sitzung": title, "titel": title, "termin": "",
                "ort": "", "leitung": ""},
    )  # fmt: skip
    letterhead.add_heading(sheet, title, 0)
    state = f"Ausgabe {edition.edition}" if edition else "Entwurf"
    for text in (f"{body.name} · {state} · Stand {date_text(moment)}", content["disclaimer"], content["scope"]):
        sheet.document.add_paragraph(letterhead.clean(text))
    letterhead.add_link(sheet.document.add_paragraph(SOURCES), rows_at, rows_at)
    for chapter in content["chapters"]:
        if not chapter["text"] and not chapter["tables"] and not chapter["notes"]:
            continue
        letterhead.add_heading(sheet, chapter["title"], 1)
        add_text(sheet, chapter["text"])
        for number, table in enumerate(chapter["tables"], start=1):
            _add_table(sheet, table, f"{rows_at}#{chapter['key']}-{number}")
        for note in chapter["notes"]:
            sheet.document.add_paragraph().add_run(letterhead.clean(note)).italic = True
    if edition:
        sheet.document.add_paragraph(f"Prüfsumme (SHA-256) dieser Ausgabe: {edition.sha256}")
    return sheet.as_bytes()


def _add_table(sheet: letterhead.Letterhead, table: Mapping[str, Any], rows_at: str) -> None:
    letterhead.add_heading(sheet, table["caption"], 2)
    others = len(table["columns"]) - 1
    first = max(WIDTH / 3, WIDTH - 3.5 * others)
    widths = [first, *[(WIDTH - first) / others] * others]
    added = letterhead.add_table(sheet, list(zip(table["columns"], widths, strict=True)))
    for number, row in enumerate(table["rows"], start=1):
        first_words, *cells = row["cells"]
        line = letterhead.add_row(added, first_words, *("" if FIGURE.fullmatch(text) else text for text in cells))
        for cell, text in zip(line.cells[1:], cells, strict=True):
            if FIGURE.fullmatch(text):
                letterhead.add_link(cell.paragraphs[0], text, f"{rows_at}-{number}")

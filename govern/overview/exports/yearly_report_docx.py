"""The yearly report as DOCX: headings, texts and tables in the styles of the letterhead, from what was frozen."""

from __future__ import annotations

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


def as_docx(
    body: Body, year: int, content: Mapping[str, Any], edition: YearlyReport | None, letterheads: Path
) -> bytes:  # fmt: skip
    """The report in ``content``; without an ``edition`` it says that it is a draft."""
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
    for chapter in content["chapters"]:
        if not chapter["text"] and not chapter["tables"] and not chapter["notes"]:
            continue
        letterhead.add_heading(sheet, chapter["title"], 1)
        add_text(sheet, chapter["text"])
        for table in chapter["tables"]:
            _add_table(sheet, table)
        for note in chapter["notes"]:
            sheet.document.add_paragraph().add_run(letterhead.clean(note)).italic = True
    if edition:
        sheet.document.add_paragraph(f"Prüfsumme (SHA-256) dieser Ausgabe: {edition.sha256}")
    return sheet.as_bytes()


def _add_table(sheet: letterhead.Letterhead, table: Mapping[str, Any]) -> None:
    letterhead.add_heading(sheet, table["caption"], 2)
    others = len(table["columns"]) - 1
    first = max(WIDTH / 3, WIDTH - 3.5 * others)
    widths = [first, *[(WIDTH - first) / others] * others]
    added = letterhead.add_table(sheet, list(zip(table["columns"], widths, strict=True)))
    for row in table["rows"]:
        letterhead.add_row(added, *row["cells"])

"""The Meldung an das Land as a Word document (E-34)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from govern.actions.models import StateForwarding
from govern.db import now
from govern.formats import date_text
from govern.typesetting import letterhead
from govern.typesetting.docx_text import add_text

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def as_docx(forwarding: StateForwarding, facts: Sequence[tuple[str, str]], resolution: str | None) -> bytes:
    """Who reports what to whom: the need with its legal area, what follows, what is proposed; no number of cases."""
    matter = forwarding.matter
    title = f"Meldung an das Land: {matter.title}"
    sheet = letterhead.open_letterhead(Path("/nonexistent"), "meldung", title=title, author=matter.body.name,
                                       created_at=now())  # fmt: skip
    letterhead.add_heading(sheet, "Meldung an das Land", 0)
    letterhead.add_heading(sheet, matter.title, 1)
    lines = [("Von", matter.body.name), ("An", forwarding.addressee), ("Datum", date_text(forwarding.forwarded_on)),
             ("Zeichen", matter.number), *facts]  # fmt: skip
    if resolution:
        lines.append(("Grundlage", f"Beschluss {resolution}"))
    if forwarding.answer_due_on:
        lines.append(("Antwort erbeten bis", date_text(forwarding.answer_due_on)))
    for label, value in lines:
        sheet.document.add_paragraph(letterhead.clean(f"{label}: {value}"))
    for heading, text in (("Was vor Ort nicht zu lösen ist", forwarding.problem), ("Auswirkung", forwarding.effect),
                          ("Vorschlag", forwarding.proposal)):  # fmt: skip
        letterhead.add_heading(sheet, heading, 2)
        add_text(sheet, text)
    return sheet.as_bytes()

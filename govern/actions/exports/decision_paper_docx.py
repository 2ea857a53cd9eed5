"""The decision paper (Entscheidungsvorlage) on a matter as a Word document, filled from its data."""

from __future__ import annotations

from pathlib import Path

from govern.actions.decision_papers import DecisionPaper
from govern.actions.masking import masking_note
from govern.db import now
from govern.formats import date_text, today
from govern.typesetting import letterhead
from govern.typesetting.docx_text import add_text
from govern.typesetting.letterhead import DOCX

__all__ = ["DOCX", "as_docx"]
OPEN_PROPOSAL = "Noch offen. Bitte hier den Wortlaut einsetzen, über den abgestimmt wird."


def as_docx(paper: DecisionPaper, letterheads: Path) -> bytes:
    """What a committee needs to decide: the proposal first, then the matter; numbers of reports are rounded."""
    matter, body = paper.matter, paper.matter.body
    title = f"Entscheidungsvorlage: {matter.title}"
    committee = paper.committee.name if paper.committee is not None else ""
    sheet = letterhead.open_letterhead(
        letterheads, "tagesordnung", title=title, author=body.name, created_at=now(),
        fields={"koerperschaft": body.name, "gremium": committee, "sitzung": title, "titel": title, "termin": "",
                "ort": "", "leitung": ""},
    )  # fmt: skip
    letterhead.add_heading(sheet, "Entscheidungsvorlage", 0)
    letterhead.add_heading(sheet, matter.title, 1)
    lines = [("Von", f"KIM-Koordination, {body.name}"), ("An", committee), ("Datum", date_text(today())),
             ("Zeichen", matter.number), *paper.facts]  # fmt: skip
    for label, value in lines:
        if value:
            _say(sheet, f"{label}: {value}")
    letterhead.add_heading(sheet, "Beschlussvorschlag", 2)
    add_text(sheet, paper.proposal.strip() or OPEN_PROPOSAL)
    letterhead.add_heading(sheet, "Sachverhalt", 2)
    add_text(sheet, paper.purpose)
    if paper.examples:
        letterhead.add_heading(sheet, "Freigegebene Beispiele aus den Meldungen", 2)
        for words in paper.examples:
            _say(sheet, f"„{words.headline}“" + (f" {words.text}" if words.text else ""))
    letterhead.add_heading(sheet, "Was bisher geschah", 2)
    for line in paper.way or ["Die Lücke ist noch keinen Schritt gegangen."]:
        _say(sheet, line)
    _say(sheet, f"Zahlen der Meldungen sind gerundet. {masking_note(body.small_count_threshold)}")
    return sheet.as_bytes()


def _say(sheet: letterhead.Letterhead, text: str) -> None:
    sheet.document.add_paragraph(letterhead.clean(text))

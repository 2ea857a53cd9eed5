"""The report to the municipalities as DOCX, on the letterhead of agendas or on plain paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from govern.actions.masking import masking_note
from govern.actions.models import MunicipalReport
from govern.db import now
from govern.formats import date_text
from govern.typesetting import letterhead
from govern.typesetting.letterhead import DOCX

__all__ = ["DOCX", "as_docx"]


def as_docx(
    report: MunicipalReport, content: dict[str, list[dict[str, Any]]], headings: dict[str, str], letterheads: Path
) -> bytes:  # fmt: skip
    """Foreword, resolutions, orders and matters of ``report`` as they stand in ``content``."""
    body, title = report.body, report.title
    sheet = letterhead.open_letterhead(
        letterheads, "tagesordnung", title=title, author=body.name, created_at=report.sent_at or now(),
        fields={"koerperschaft": body.name, "gremium": title, "sitzung": title, "titel": title, "termin": "",
                "ort": "", "leitung": ""},
    )  # fmt: skip
    letterhead.add_heading(sheet, title, 0)
    _say(sheet, f"{body.name} · Stand {date_text(report.sent_at or now())}{'' if report.is_sent else ' · Entwurf'}")
    for part in report.foreword.split("\n\n"):
        _say(sheet, part)
    for name, entries in content.items():
        letterhead.add_heading(sheet, headings[name], 1)
        if not entries:
            _say(sheet, "In diesem Zeitraum nichts zu berichten.")
        for entry in entries:
            letterhead.add_heading(sheet, entry["title"], 2)
            _say(sheet, entry["facts"])
            for part in entry["text"].split("\n\n"):
                _say(sheet, part)
    if content.get("matters"):
        _say(sheet, f"Zahlen der Meldungen sind gerundet. {masking_note(body.small_count_threshold)}")
    return sheet.as_bytes()


def _say(sheet: letterhead.Letterhead, text: str) -> None:
    if text.strip():
        sheet.document.add_paragraph(letterhead.clean(text.strip()))

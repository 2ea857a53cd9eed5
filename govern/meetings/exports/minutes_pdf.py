"""Minutes as an accessible PDF (PDF/UA-1 and PDF/A-2a), set by typst from plain data (C-19)."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from govern.formats import local, one_line, proviso_words
from govern.meetings.minutes_content import AttendanceGroup, ItemMinutes, MinutesContent, ResolutionBox
from govern.typesetting.pdf import PDF, set_pdf
from govern.typesetting.text_blocks import text_blocks

HERE = Path(__file__).parent

MEDIA_TYPE = PDF


def as_pdf(content: MinutesContent) -> bytes:
    """The minutes as PDF."""
    return set_pdf(HERE / "minutes.typ", _data(content))


def _data(content: MinutesContent) -> dict[str, Any]:
    return {
        "title": f"{content.title}, {content.committee}",
        "heading": content.title,
        "body": content.body,
        "committee": content.committee,
        "status": content.status,
        "made_on": list(local(content.made_at).timetuple()[:3]),
        "is_draft": content.is_draft,
        "footer": f"{content.committee} · {content.meeting}" + (" · Entwurf" if content.is_draft else ""),
        "facts": [list(pair) for pair in content.facts],
        "attendance_summary": content.attendance_summary,
        "attendance": [_group(group) for group in content.attendance],
        "opening": text_blocks(content.opening),
        "parts": [
            {"heading": part.heading or "Tagesordnung", "items": [_item(item) for item in part.items]}
            for part in content.parts
        ],
        "objections": [
            {"heading": f"{note.place}: {note.by}, {note.on} ({note.state})", "lines": note.lines}
            for note in content.objections
        ],
        "signatures": list(content.signatures),
        "stamp": content.stamp,
    }


def _group(group: AttendanceGroup) -> dict[str, Any]:
    columns = group.table
    return {
        "heading": group.heading,
        "columns": [heading for heading, _width, _cells in columns],
        "widths": [width for _heading, width, _cells in columns],
        "rows": [list(row) for row in zip(*(cells for _heading, _width, cells in columns), strict=True)],
    }


def _item(item: ItemMinutes) -> dict[str, Any]:
    data = asdict(item)
    data["text"], data["explanation"] = text_blocks(item.text), text_blocks(item.explanation)
    data["notes"] = [[term, one_line(value, 4_000)] for term, value in item.notes]
    data["resolutions"] = [resolution_values(resolution) for resolution in item.resolutions]
    for revision, note in zip(data["revisions"], item.revisions, strict=True):
        revision["old_text"], revision["new_text"] = text_blocks(note.old_text), text_blocks(note.new_text)
    return data


def resolution_values(resolution: ResolutionBox) -> dict[str, Any]:
    """A resolution as the templates read it."""
    proviso = proviso_words(resolution.proviso) if resolution.proviso else None
    return {**asdict(resolution), "text": text_blocks(resolution.text), "proviso": proviso}

"""Minutes as an accessible PDF (PDF/UA-1 and PDF/A-2a), set by typst from plain data (C-19)."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typst

from govern.formats import local, one_line
from govern.meetings.exports.text_blocks import text_blocks
from govern.meetings.minutes_content import AttendanceGroup, ItemMinutes, MinutesContent

MEDIA_TYPE = "application/pdf"
TEMPLATE = Path(__file__).with_name("minutes.typ")
STANDARDS = ["a-2a", "ua-1"]
FONTS = Path(__file__).resolve().parents[2] / "static" / "vendor" / "fonts-ttf"


def as_pdf(content: MinutesContent) -> bytes:
    """The minutes as PDF; typed text only ever travels as data.

    Characters that our own font lacks are taken from the machine's fonts. If it has none for them either, the standards
    cannot be kept: rather a PDF with a box in it than none.
    """
    data = json.dumps(_data(content))
    for machine_fonts, standards in ((False, STANDARDS), (True, STANDARDS)):
        with suppress(typst.TypstError):
            return _compiled(data, machine_fonts=machine_fonts, standards=standards)
    return _compiled(data, machine_fonts=True, standards=[])


def _compiled(data: str, *, machine_fonts: bool, standards: list[Any]) -> bytes:
    pdf: bytes = typst.compile(
        str(TEMPLATE),
        root=str(TEMPLATE.parent),
        font_paths=[str(FONTS)] if FONTS.is_dir() else [],
        ignore_system_fonts=not machine_fonts,
        format="pdf",
        pdf_standards=standards,
        sys_inputs={"data": data},
    )
    return pdf


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
    for resolution, source in zip(data["resolutions"], item.resolutions, strict=True):
        resolution["text"] = text_blocks(source.text)
    for revision, note in zip(data["revisions"], item.revisions, strict=True):
        revision["old_text"], revision["new_text"] = text_blocks(note.old_text), text_blocks(note.new_text)
    return data

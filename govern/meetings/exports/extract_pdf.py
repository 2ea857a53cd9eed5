"""The extract of a resolution as an accessible PDF."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from govern.formats import local
from govern.meetings.exports.minutes_pdf import resolution_values
from govern.meetings.extract_content import ExtractContent
from govern.typesetting.pdf import PDF, set_pdf

HERE = Path(__file__).parent

MEDIA_TYPE = PDF


def as_pdf(content: ExtractContent) -> bytes:
    """The extract as PDF."""
    return set_pdf(HERE / "extract.typ", {
        "title": f"{content.title}, {content.committee}",
        "heading": content.title,
        "body": content.body,
        "committee": content.committee,
        "status": content.status,
        "is_preliminary": content.is_preliminary,
        "made_on": list(local(content.made_at).timetuple()[:3]),
        "footer": content.title + (" · vorläufig" if content.is_preliminary else ""),
        "facts": [list(pair) for pair in content.facts],
        "resolution": resolution_values(content.resolution),
        "sections": [asdict(section) for section in content.sections],
        "signature": content.signature,
        "stamp": "",
    })  # fmt: skip

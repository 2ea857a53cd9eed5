"""A Synopse as an accessible PDF (PDF/UA-1 and PDF/A-2a), set by typst from plain data (C-19)."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from govern.documents.synopsis import SectionChange, SectionChangeKind
from govern.documents.synopsis_content import LEGEND, SynopsisContent, heading_of
from govern.formats import local
from govern.typesetting.pdf import PDF, set_pdf

MEDIA_TYPE = PDF
HERE = Path(__file__).parent


def as_pdf(content: SynopsisContent) -> bytes:
    """The Synopse as PDF."""
    return set_pdf(HERE / "synopsis.typ", {
        "title": f"{content.heading}, {content.title}", "heading": content.heading, "body": content.body,
        "made_on": list(local(content.made_at).timetuple()[:3]), "footer": content.footer, "stamp": "",
        "lines": [content.title, f"{content.scope}: {content.summary}", LEGEND],
        "old_label": content.old_label, "new_label": content.new_label,
        "annexes": list(content.annexes),
        "sections": [_section(change, content) for change in content.sections],
    })  # fmt: skip


def _section(change: SectionChange, content: SynopsisContent) -> dict[str, Any]:
    rows = [*([change.title] if change.is_renamed else []), *change.rows]
    is_left_out = change.kind is SectionChangeKind.SAME and content.only_changes
    return {
        "heading": heading_of(change),
        "reason": content.why(change),
        "rows": [] if is_left_out else [asdict(row) for row in rows],
    }

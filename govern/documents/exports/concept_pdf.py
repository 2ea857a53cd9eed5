"""A concept as an accessible PDF (PDF/UA-1 and PDF/A-2a), set by typst from plain data (C-19)."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from govern.documents.concept_content import ConceptContent
from govern.documents.markdown_text import blocks_of
from govern.documents.sections import walk
from govern.formats import local
from govern.typesetting.pdf import PDF, set_pdf

MEDIA_TYPE = PDF
HERE = Path(__file__).parent


def as_pdf(content: ConceptContent) -> bytes:
    """The concept as PDF."""
    placed = list(walk(content.sections))
    titles = {p.section.key: p.title for p in placed if p.section.key}
    return set_pdf(HERE / "concept.typ", {
        "title": f"{content.title}, {content.version}", "heading": content.title, "body": content.body,
        "version": content.version, "is_draft": content.is_draft, "facts": [list(fact) for fact in content.facts],
        "made_on": list(local(content.made_at).timetuple()[:3]), "footer": content.footer, "stamp": content.stamp,
        "annexes": [asdict(annex) for annex in content.annexes],
        "compared_with": content.compared_with, "changes": [asdict(line) for line in content.changes],
        "sections": [
            {"title": p.title, "depth": p.depth, "blocks": _ready(blocks_of(p.section.text), titles)} for p in placed
        ],
    })  # fmt: skip


def _ready(node: Any, titles: dict[str, str]) -> Any:
    """References as words, headings inside a text as strong lines: the outline is that of the sections."""
    if isinstance(node, list):
        return [_ready(each, titles) for each in node]
    if not isinstance(node, dict):
        return node
    if node.get("t") == "ref":
        return {"t": "text", "v": titles.get(node["key"], "(Abschnitt entfallen)")}
    if node.get("t") == "h":
        return {"t": "p", "c": [{"t": "strong", "c": _ready(node["c"], titles)}]}
    return {name: _ready(value, titles) for name, value in node.items()}

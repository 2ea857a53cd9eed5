"""A concept as an accessible PDF (PDF/UA-1 and PDF/A-2a), set by typst from plain data (C-19)."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from govern.documents.concept_content import ConceptContent
from govern.documents.markdown_text import blocks_of
from govern.documents.pictures import ENDINGS, media_type_of, size_of
from govern.documents.sections import walk
from govern.formats import local
from govern.typesetting.letterhead import clean
from govern.typesetting.pdf import PDF, set_pdf
from govern.typesetting.text_blocks import Block

MEDIA_TYPE = PDF
UNDESCRIBED = "Abbildung ohne Beschreibung"
"""PDF/UA wants words for every picture."""
TEXT_WIDTH, HIGHEST = 467, 560
"""Points: how wide the text is, and how high a picture may be to stay below its heading."""
HERE = Path(__file__).parent


def as_pdf(content: ConceptContent) -> bytes:
    """The concept as PDF."""
    placed = list(walk(content.sections))
    images = {key: _Placed(key, data) for key, data in content.images.items()}
    titles = {p.section.key: p.title for p in placed if p.section.key}
    return set_pdf(HERE / "concept.typ", {
        "title": f"{content.title}, {content.version}", "heading": content.title, "body": content.body,
        "version": content.version, "is_draft": content.is_draft, "facts": [list(fact) for fact in content.facts],
        "made_on": list(local(content.made_at).timetuple()[:3]), "footer": content.footer, "stamp": content.stamp,
        "annexes": [asdict(annex) for annex in content.annexes],
        "compared_with": content.compared_with, "changes": [asdict(line) for line in content.changes],
        "sections": [
            {"title": p.title, "depth": p.depth, "blocks": _ready(blocks_of(p.section.text), titles, images)}
            for p in placed
        ],
    }, images={image.path: content.images[key] for key, image in images.items()})  # fmt: skip


class _Placed:
    """Where the template finds a picture; one that would fill a page with its height is made smaller."""

    def __init__(self, key: str, data: bytes) -> None:
        self.path = f"/bilder/{key}.{ENDINGS[media_type_of(data)]}"
        self.size = size_of(data)

    def sized(self, share: int | None) -> Block:
        width, height = self.size
        wide = TEXT_WIDTH * share / 100 if share else min(width, TEXT_WIDTH)
        is_high = wide * height / width > HIGHEST
        return {"path": self.path, "height": HIGHEST if is_high else None, "width": None if is_high else share}


def _ready(node: Any, titles: dict[str, str], images: dict[str, _Placed], *, is_cell: bool = False) -> Any:
    """References as words, headings inside a text as strong lines: the outline is that of the sections."""
    if isinstance(node, list):
        return [_ready(each, titles, images, is_cell=is_cell) for each in node]
    if not isinstance(node, dict):
        return node
    if node.get("t") == "ref":
        return {"t": "text", "v": titles.get(node["key"], "(Abschnitt entfallen)")}
    if node.get("t") == "img":
        image, alt = images.get(node["key"]), clean(node["alt"]) or UNDESCRIBED
        share = None if is_cell else node.get("width")  # a cell is as wide as its column
        return {"t": "img", "alt": alt, **image.sized(share)} if image else {"t": "text", "v": f"(Abbildung: {alt})"}
    if node.get("t") == "h":
        return {"t": "p", "c": [{"t": "strong", "c": _ready(node["c"], titles, images)}]}
    is_cell = is_cell or node.get("t") == "table"
    return {name: _ready(value, titles, images, is_cell=is_cell) for name, value in node.items()}

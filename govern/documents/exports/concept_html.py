"""A concept as one HTML file that stands alone: outline, headings in order, footnotes with links both ways.

Built element by element: no markup is ever made from text.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, field
from typing import Any

from lxml import html
from lxml.html import builder as E

from govern.documents.concept_content import ANNEX_HEAD, ConceptContent
from govern.documents.markdown_text import blocks_of
from govern.documents.pictures import media_type_of, size_of
from govern.documents.sections import walk
from govern.typesetting.letterhead import clean
from govern.typesetting.text_blocks import Block

MEDIA_TYPE = "text/html; charset=utf-8"
STYLE = (
    "body{font:1rem/1.5 'Fira Sans',Arial,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;"
    "overflow-wrap:break-word}"
    "table{border-collapse:collapse;width:100%}td{overflow-wrap:anywhere}"
    "th,td{border-bottom:1px solid #999;padding:.25rem .5rem;text-align:left;"
    "vertical-align:top}blockquote{margin-inline:0;padding-left:1rem;border-left:3px solid #666}"
    "nav ol{list-style:none;padding-left:1rem}.muted{color:#555}pre{white-space:pre-wrap}"
    "img,svg{max-width:100%;height:auto}svg.kept{position:absolute}"
)
_TAGS = {"strong": E.STRONG, "em": E.EM, "del": E.DEL}


def as_html(content: ConceptContent) -> bytes:
    """The concept as UTF-8."""
    placed = list(walk(content.sections))
    texts = [blocks_of(each.section.text) for each in placed]
    often = [key for key, times in Counter(_pictures(texts)).items() if times > 1 and key in content.images]
    writer = _Writer(
        {p.section.key: (f"#a{n}", clean(p.title)) for n, p in enumerate(placed) if p.section.key},
        content.images, {key: f"b{n}" for n, key in enumerate(often)},
    )  # fmt: skip
    main = E.MAIN()
    for n, (each, blocks) in enumerate(zip(placed, texts, strict=True)):
        main.append(html.Element(f"h{min(each.depth + 1, 6)}", id=f"a{n}"))
        main[-1].text = clean(each.title)
        main.extend(writer.blocks(blocks))
    if writer.notes:
        main.append(E.H2("Fußnoten"))
        main.append(E.OL(*writer.notes))
    version = f"{content.body} · {content.version}" + (" (Entwurf)" if content.is_draft else "")
    facts = [element for name, value in content.facts for element in (E.DT(name), E.DD(value))]
    outline = [E.LI(E.A(clean(p.title), href=f"#a{n}")) for n, p in enumerate(placed)]
    page = E.HTML(
        E.HEAD(
            E.META(charset="utf-8"), E.META(name="viewport", content="width=device-width, initial-scale=1"),
            E.TITLE(f"{content.title}, {content.version}"), E.STYLE(STYLE),
        ),
        E.BODY(
            *writer.kept(),
            E.HEADER(E.H1(content.title), E.P(E.CLASS("muted"), version), *([E.DL(*facts)] if facts else [])),
            E.NAV(E.H2("Inhalt", id="inhalt"), E.OL(*outline), {"aria-labelledby": "inhalt"}),
            main, *_annexes(content), *_changes(content), *([E.FOOTER(E.P(content.stamp))] if content.stamp else []),
        ),
        lang="de",
    )  # fmt: skip
    written: bytes = html.tostring(page, doctype="<!doctype html>", encoding="utf-8")
    return written


def _pictures(node: Any) -> Iterable[str]:
    """The keys of all pictures, as often as they are shown."""
    if isinstance(node, dict):
        if node.get("t") == "img":
            yield node["key"]
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from _pictures(each)


@dataclass
class _Writer:
    titles: Mapping[str, tuple[str, str]]
    images: Mapping[str, bytes]
    often: Mapping[str, str]
    """Pictures that are shown more than once, by the id under which the file keeps them once."""
    notes: list[Any] = field(default_factory=list)

    def blocks(self, blocks: Iterable[Block]) -> list[Any]:
        return [self._block(block) for block in blocks]

    def _block(self, block: Block) -> Any:
        kind = block["t"]
        if kind in ("p", "h"):
            return E.P(*self._inline(block["c"]))
        if kind == "ul":
            return E.UL(*(E.LI(*self.blocks(item)) for item in block["c"]))
        if kind == "ol":
            return E.OL(*(E.LI(*self.blocks(item)) for item in block["c"]), start=str(block["start"]))
        if kind == "quote":
            return E.BLOCKQUOTE(*self.blocks(block["c"]))
        if kind == "code":
            return E.PRE(E.CODE(clean(block["v"])))
        head = [E.TH(*self._inline(cell), scope="col") for cell in block["head"]]
        rows = [E.TR(*(E.TD(*self._inline(cell)) for cell in row)) for row in block["rows"]]
        return E.TABLE(E.THEAD(E.TR(*head)), E.TBODY(*rows))

    def _inline(self, parts: Iterable[Block]) -> list[Any]:
        return [self._part(part) for part in parts]

    def _part(self, part: Block) -> Any:
        kind = part["t"]
        if kind == "text":
            return clean(part["v"])
        if kind == "br":
            return E.BR()
        if kind == "fn":
            return self._note(part["c"])
        if kind == "ref":
            href, title = self.titles.get(part["key"], ("", "(Abschnitt entfallen)"))
            return E.A(title, href=href) if href else E.EM(title)
        if kind == "link":
            return E.A(*self._inline(part["c"]), href=part["href"])
        if kind == "img":
            return self._image(part["key"], clean(part["alt"]), part.get("width"))
        return _TAGS[kind](*self._inline(part["c"]))

    def _image(self, key: str, alt: str, width: int | None) -> Any:
        data = self.images.get(key)
        if data is None:
            return E.EM(f"(Abbildung: {alt})" if alt else "(Abbildung)")
        sized = {"style": f"width:{width}%"} if width else {}
        if key not in self.often:
            return E.IMG(sized, src=_address(data), alt=alt)
        wide, high = map(str, size_of(data))
        said = {"role": "img", "aria-label": alt} if alt else {"aria-hidden": "true"}
        return E.E("svg", E.E("use", href=f"#{self.often[key]}"), sized, said, viewBox=f"0 0 {wide} {high}", width=wide,
                 height=high)  # fmt: skip

    def kept(self) -> list[Any]:
        """Once in the file what is shown at several places: only a drawing can be shown again without scripts."""
        if not self.often:
            return []
        images = []
        for key, name in self.often.items():
            wide, high = map(str, size_of(self.images[key]))
            images.append(E.E("image", id=name, href=_address(self.images[key]), width=wide, height=high))
        return [E.E("svg", E.CLASS("kept"), E.E("defs", *images), {"aria-hidden": "true"}, width="0", height="0")]

    def _note(self, parts: Iterable[Block]) -> Any:
        inside = self._inline(parts)
        n = len(self.notes) + 1
        back = E.A("↩", {"aria-label": f"zurück zur Stelle {n}"}, href=f"#r{n}")
        self.notes.append(E.LI(*inside, " ", back, id=f"f{n}"))
        return E.SUP(E.A(str(n), {"aria-label": f"Fußnote {n}"}, id=f"r{n}", href=f"#f{n}"))


def _address(data: bytes) -> str:
    return f"data:{media_type_of(data)};base64,{base64.b64encode(data).decode()}"


def _annexes(content: ConceptContent) -> list[Any]:
    if not content.annexes:
        return []
    head = E.TR(*(E.TH(words, scope="col") for words in ANNEX_HEAD))
    rows = [E.TR(*(E.TD(clean(value)) for value in astuple(annex))) for annex in content.annexes]
    return [E.H2("Anlagen"), E.TABLE(E.THEAD(head), E.TBODY(*rows))]


def _changes(content: ConceptContent) -> list[Any]:
    if not content.changes:
        return []
    head = E.TR(*(E.TH(words, scope="col") for words in ("Abschnitt", "Änderung", "Anlass")))
    rows = [E.TR(E.TD(line.section), E.TD(line.change), E.TD(line.reason)) for line in content.changes]
    return [E.H2(f"Änderungen gegenüber {content.compared_with}"), E.TABLE(E.THEAD(head), E.TBODY(*rows))]

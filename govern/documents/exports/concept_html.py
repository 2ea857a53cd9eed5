"""A concept as one HTML file that stands alone: outline, headings in order, footnotes with links both ways."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

from govern.documents.concept_content import ConceptContent
from govern.documents.markdown_text import blocks_of
from govern.documents.sections import PlacedSection, walk
from govern.typesetting.text_blocks import Block

MEDIA_TYPE = "text/html; charset=utf-8"
STYLE = (
    "body{font:1rem/1.5 'Fira Sans',Arial,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}"
    "table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid #999;padding:.25rem .5rem;text-align:left;"
    "vertical-align:top}blockquote{margin-inline:0;padding-left:1rem;border-left:3px solid #666}"
    "nav ol{list-style:none;padding-left:1rem}.muted{color:#555}pre{white-space:pre-wrap}"
)
Titles = dict[str | None, tuple[str, str]]
"""Key of a section → its place on the page and its title."""
_TAGS = {"strong": "strong", "em": "em", "del": "del"}


def as_html(content: ConceptContent) -> bytes:
    """The concept as UTF-8."""
    placed = list(walk(content.sections))
    titles: Titles = {p.section.key: (f"a{n}", p.title) for n, p in enumerate(placed) if p.section.key}
    notes: list[Markup] = []
    sections = Markup("\n").join(_section(p, n, titles, notes) for n, p in enumerate(placed))
    facts = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(*fact) for fact in content.facts)
    outline = Markup("\n").join(
        Markup('<li><a href="#a{}">{}</a></li>').format(n, p.title) for n, p in enumerate(placed)
    )
    page = Markup(
        '<!doctype html>\n<html lang="de">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        "<style>{style}</style>\n</head>\n<body>\n<header>\n<h1>{heading}</h1>\n"
        '<p class="muted">{body} · {version}</p>\n{facts}\n</header>\n'
        '<nav aria-labelledby="inhalt">\n<h2 id="inhalt">Inhalt</h2>\n<ol>\n{outline}\n</ol>\n</nav>\n'
        "<main>\n{sections}\n{notes}\n</main>\n{changes}\n<footer><p>{stamp}</p></footer>\n</body>\n</html>\n"
    ).format(
        title=f"{content.title}, {content.version}", heading=content.title, style=Markup(STYLE),  # noqa: S704 - our own
        body=content.body, version=content.version + (" (Entwurf)" if content.is_draft else ""),
        facts=Markup("<dl>{}</dl>").format(facts) if facts else "", outline=outline, sections=sections,
        notes=_notes(notes), changes=_changes(content), stamp=content.stamp,
    )  # fmt: skip
    return str(page).encode()


def _section(placed: PlacedSection, n: int, titles: Titles, notes: list[Markup]) -> Markup:
    level = min(placed.depth + 1, 6)
    head = Markup('<h{0} id="a{1}">{2}</h{0}>').format(level, n, placed.title)
    return head + "\n" + _blocks(blocks_of(placed.section.text), titles, notes)


def _blocks(blocks: Iterable[Block], titles: Titles, notes: list[Markup]) -> Markup:
    return Markup("\n").join(_block(block, titles, notes) for block in blocks)


def _block(block: Block, titles: Titles, notes: list[Markup]) -> Markup:
    kind = block["t"]
    if kind in ("p", "h"):
        return Markup("<p>{}</p>").format(_inline(block["c"], titles, notes))
    if kind in ("ul", "ol"):
        items = Markup("").join(Markup("<li>{}</li>").format(_blocks(item, titles, notes)) for item in block["c"])
        start = Markup(' start="{}"').format(block["start"]) if kind == "ol" and block["start"] != 1 else ""
        return Markup("<{0}{1}>{2}</{0}>").format(Markup(kind), start, items)  # noqa: S704 - one of two words
    if kind == "quote":
        return Markup("<blockquote>{}</blockquote>").format(_blocks(block["c"], titles, notes))
    if kind == "code":
        return Markup("<pre><code>{}</code></pre>").format(block["v"])
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(_inline(c, titles, notes)) for c in block["head"])
    rows = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(Markup("<td>{}</td>").format(_inline(cell, titles, notes)) for cell in row)
        )
        for row in block["rows"]
    )
    return Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(head, rows)


def _inline(parts: Iterable[Block], titles: Titles, notes: list[Markup]) -> Markup:
    written = Markup("")
    for part in parts:
        kind = part["t"]
        if kind == "text":
            written += escape(part["v"])
        elif kind == "br":
            written += Markup("<br>")
        elif kind == "fn":
            inside = _inline(part["c"], titles, notes)
            notes.append(inside)
            written += Markup('<sup><a id="r{0}" href="#f{0}" aria-label="Fußnote {0}">{0}</a></sup>').format(
                len(notes)
            )
        elif kind == "ref":
            target = titles.get(part["key"])
            written += (
                Markup('<a href="#{}">{}</a>').format(*target) if target else Markup("<em>(Abschnitt entfallen)</em>")
            )
        elif kind == "link":
            written += Markup('<a href="{}">{}</a>').format(part["href"], _inline(part["c"], titles, notes))
        else:
            tag = Markup(_TAGS[kind])  # noqa: S704 - one of three words
            written += Markup("<{0}>{1}</{0}>").format(tag, _inline(part["c"], titles, notes))
    return written


def _notes(notes: list[Markup]) -> Markup:
    lines = Markup("\n").join(
        Markup('<li id="f{0}">{1} <a href="#r{0}" aria-label="zurück zur Stelle {0}">↩</a></li>').format(n, note)
        for n, note in enumerate(notes, 1)
    )
    return Markup("<section><h2>Fußnoten</h2>\n<ol>\n{}\n</ol></section>").format(lines) if notes else Markup("")


def _changes(content: ConceptContent) -> Markup:
    if not content.changes:
        return Markup("")
    rows = Markup("\n").join(
        Markup("<tr><td>{}</td><td>{}</td><td>{}</td></tr>").format(change.section, change.change, change.reason)
        for change in content.changes
    )
    return Markup(
        '<section><h2>Änderungen gegenüber {}</h2>\n<table><thead><tr><th scope="col">Abschnitt</th>'
        '<th scope="col">Änderung</th><th scope="col">Anlass</th></tr></thead><tbody>{}</tbody></table></section>'
    ).format(content.compared_with, rows)

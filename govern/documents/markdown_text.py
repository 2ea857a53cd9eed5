"""The Markdown of a section as blocks, and blocks as Markdown again: one form for every text.

Blocks are those of `govern.typesetting.text_blocks`, with more inline parts: ``{"t": "fn", "c": …}`` is a footnote
with its words, ``{"t": "ref", "key": …}`` a reference to another section that survives renumbering, written
``[[abschnitt:…]]``, ``{"t": "img", "key": …, "alt": …}`` a picture, perhaps with its ``width`` (`text_images`);
``{"t": "br"}`` also stands for ``<br>`` in a cell of a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import Any

from govern.documents.text_images import IMAGE, IMAGE_MARK, Image, images_apart
from govern.typesetting.text_blocks import Block, text_blocks

_DEFINITION = re.compile(r"^ {0,3}\[\^([^\]\s]{1,40})\]:[ \t]*(.*(?:\n[ \t]+\S.*)*)$", re.MULTILINE)
_REFERENCE = re.compile(r"(?<!\\)\[\^([^\]\s]{1,40})\]")
_BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)
_SECTION = re.compile(r"\[\[abschnitt:([a-z0-9-]{1,40})\]\]")
_OPEN, _CLOSE, _CELL_BREAK = "\ue010", "\ue011", "\ue012"
_PRIVATE = re.compile(f"[{_OPEN}{_CLOSE}{_CELL_BREAK}]")
_MARK = re.compile(f"{_OPEN}(?:(?P<note>\\d+)|#(?P<key>[a-z0-9-]+)){_CLOSE}|{_CELL_BREAK}|{IMAGE_MARK.pattern}")
NOTE_MARK = re.compile(f"{_OPEN}(?P<note>\\d+){_CLOSE}")
_ALWAYS = re.compile(
    r"[`*]|\\(?=[!-/:-@\[-`{-~])|(?<!\w)_|_(?!\w)|\[(?=\^)"
    r"|\[(?=[^\]]{0,999}\][(\[:]|[^\]]{1000})|!(?=\[)"
)
_ENTITY = re.compile(r"&(?=#?\w{1,31};)")
_AT_START = re.compile(r"([-+](?=\s|$)|-(?=[-\s]*$)|#(?=#{0,5}(?:\s|$))|>|\d{1,9}(?=[.)](?:\s|$)))")
_MARKS: dict[str, str] = {"strong": "**", "em": "*", "del": "~~"}
"""From the outside to the inside, however they were nested before."""


def blocks_of(text: str) -> list[Block]:
    """The blocks of a Markdown text; footnotes stand where they are referred to."""
    blocks: list[Block] = _copied(_parsed(text))
    return blocks


def markdown_of(blocks: Iterable[Block]) -> str:
    """The blocks as Markdown, footnotes numbered from 1 and written out at the end."""
    notes: list[list[Block]] = []
    written = markdown_body(blocks, notes)
    return f"{written}\n\n{definitions_of(notes)}" if notes else written


def markdown_body(blocks: Iterable[Block], notes: list[list[Block]]) -> str:
    """The blocks as Markdown; their footnotes are appended to ``notes`` and counted on from those already there."""
    return "\n\n".join(_blocks(blocks, notes))


def with_its_notes(part: str, text: str) -> str:
    """A piece of a Markdown ``text`` with the footnotes it refers to, wherever they are written, and no others."""
    if "[^" not in text:
        return part
    written = {found[1]: found[0].strip() for found in _DEFINITION.finditer(text)}
    referred = set(_REFERENCE.findall(_DEFINITION.sub("", text)))
    own = _DEFINITION.sub(lambda found: "" if found[1] in referred else found[0], part).strip("\n")
    names = dict.fromkeys(_REFERENCE.findall(_DEFINITION.sub("", own)))
    notes = "\n".join(written[name] for name in names if name in written)
    return f"{own}\n\n{notes}".strip("\n")


def readable_alone(part: str, text: str) -> str:
    """A paragraph of a Markdown ``text`` as it reads alone: its footnotes below it, a footnote itself as words."""
    if _DEFINITION.match(part):
        return _DEFINITION.sub(lambda found: f"\n\nFußnote: {found[2]}", part).strip()
    return with_its_notes(part, text)


def definitions_of(notes: Iterable[list[Block]]) -> str:
    """Footnotes as they stand at the end of a text."""
    return "\n".join(f"[^{n}]: {_line(note, [])}" for n, note in enumerate(notes, 1))


def canonical(text: str) -> str:
    """``text`` in the one form that every export and import gives it."""
    return markdown_of(blocks_of(text))


def plain(parts: Iterable[Block]) -> str:
    """The words of inline parts without marks; footnotes are left out."""
    signs = {"br": "\n", "fn": "", "ref": "", "img": ""}
    return "".join(
        part["v"] if part["t"] == "text" else signs[part["t"]] if part["t"] in signs else plain(part["c"])
        for part in parts
    )


def plain_text(text: str) -> str:
    """The words of a Markdown text, one line per paragraph, item and row."""
    return "\n".join(line for line in _lines(_parsed(text)) if line.strip())


@lru_cache(maxsize=1024)
def _parsed(text: str) -> list[Block]:
    text, images = images_apart(text)
    body, found_notes = footnotes_apart(text)
    body = _BREAK.sub(_CELL_BREAK, body)
    body = _SECTION.sub(lambda found: f"{_OPEN}#{found[1]}{_CLOSE}", body)
    notes = {note: _inline_of(IMAGE_MARK.sub(lambda m: images[int(m["image"])].as_words, note)) for note in found_notes}
    return [_with_notes(block, found_notes, notes, images) for block in text_blocks(body)]


def footnotes_apart(text: str, *, keep_unused: bool = False) -> tuple[str, list[str]]:
    """The text with a mark for each reference (:data:`NOTE_MARK`), and the words of the footnotes in that order.

    A footnote that nothing refers to is left out, or stays in the text as it was typed.
    """
    text = _PRIVATE.sub("", text)
    definitions = {found[1]: " ".join(found[2].split()) for found in _DEFINITION.finditer(text)}
    labels: list[str] = []

    def mark(found: re.Match[str]) -> str:
        if found[1] not in definitions:
            return found[0]
        labels.append(found[1])
        return f"{_OPEN}{len(labels) - 1}{_CLOSE}"

    def typed(found: re.Match[str]) -> str:
        return f"\n\\{found[0].lstrip()}\n" if keep_unused and found[1] not in referred else ""

    referred = {found[1] for found in _REFERENCE.finditer(_DEFINITION.sub("", text))}
    return _REFERENCE.sub(mark, _DEFINITION.sub(typed, text)), [definitions[label] for label in labels]


def _inline_of(text: str) -> list[Block]:
    found = text_blocks(text)
    return found[0]["c"] if found and found[0]["t"] == "p" else [{"t": "text", "v": text}]


def _with_notes(node: Any, labels: list[str], notes: dict[str, list[Block]], images: list[Image]) -> Any:
    if isinstance(node, list):
        return [
            new for each in node
            for new in (
                _split(each["v"], labels, notes, images)
                if _is_text(each) else [_with_notes(each, labels, notes, images)]
            )
        ]  # fmt: skip
    if isinstance(node, dict):
        return {
            name: _with_notes(value, labels, notes, images) if isinstance(value, list)
            else _MARK.sub("", value) if name == "v" else value
            for name, value in node.items()
        }  # fmt: skip
    return node


def _split(text: str, labels: list[str], notes: dict[str, list[Block]], images: list[Image]) -> list[Block]:
    parts: list[Block] = []
    end = 0
    for found in _MARK.finditer(text):
        if text[end : found.start()]:
            parts.append({"t": "text", "v": text[end : found.start()]})
        if found["note"]:
            parts.append({"t": "fn", "c": notes[labels[int(found["note"])]]})
        elif found["image"]:
            parts.append(images[int(found["image"])].as_part)
        else:
            parts.append({"t": "ref", "key": found["key"]} if found["key"] else {"t": "br"})
        end = found.end()
    if text[end:]:
        parts.append({"t": "text", "v": text[end:]})
    return parts


def _is_text(node: Any) -> bool:
    return isinstance(node, dict) and node["t"] == "text"


def _copied(node: Any) -> Any:
    if isinstance(node, dict):
        return {name: _copied(value) for name, value in node.items()}
    return [_copied(each) for each in node] if isinstance(node, list) else node


def _lines(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        kind = block["t"]
        if kind in ("p", "h"):
            yield plain(block["c"])
        elif kind in ("ul", "ol"):
            for item in block["c"]:
                yield from _lines(item)
        elif kind == "quote":
            yield from _lines(block["c"])
        elif kind == "code":
            yield block["v"]
        elif kind == "table":
            for row in (block["head"], *block["rows"]):
                yield " | ".join(plain(cell).replace("\n", " ") for cell in row)


# --- writing ----------------------------------------------------------------------------------------------------------
def _blocks(blocks: Iterable[Block], notes: list[list[Block]]) -> list[str]:
    return [text for block in _joined(blocks) if (text := _block(block, notes)).strip()]


def _joined(blocks: Iterable[Block]) -> Iterator[Block]:
    """Blocks with neighbouring lists of a kind as one, as every reader of Markdown takes them."""
    last: Block | None = None
    for block in blocks:
        if last is not None and last["t"] == block["t"] and block["t"] in ("ul", "ol", "quote"):
            last = {**last, "c": [*last["c"], *block["c"]]}
            continue
        if last is not None:
            yield last
        last = block
    if last is not None:
        yield last


def _block(block: Block, notes: list[list[Block]]) -> str:
    kind = block["t"]
    if kind in ("p", "h"):
        return _paragraph(block["c"], notes)
    if kind in ("ul", "ol"):
        return "\n".join(_items(block, notes))
    if kind == "quote":
        inside = "\n\n".join(_blocks(block["c"], notes))
        return "\n".join(f"> {line}".rstrip() for line in inside.splitlines())
    if kind == "code":
        fence = "~~~" if "```" in block["v"] else "```"
        return f"{fence}\n{block['v']}\n{fence}"
    return _table(block, notes)


def _items(block: Block, notes: list[list[Block]]) -> Iterator[str]:
    for n, item in enumerate(block["c"], block.get("start", 1)):
        sign = "-" if block["t"] == "ul" else f"{n}."
        first, *others = _blocks(item, notes) or [""]
        yield f"{sign} {_indented(first)}".rstrip()
        for other, below in zip(others, item[1:], strict=False):
            # A list right below its item belongs to it without an empty line between.
            if below["t"] not in ("ul", "ol"):
                yield ""
            yield "    " + _indented(other)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if n and line else line for n, line in enumerate(text.splitlines()))


def _table(block: Block, notes: list[list[Block]]) -> str:
    width = len(block["head"])
    head = [_without_strong(cell) for cell in block["head"]]  # heads are bold by themselves
    rows = [[*row, *([[]] * width)][:width] for row in (head, *block["rows"])]
    written = [
        "| " + " | ".join(_line(cell, notes).replace("|", "\\|").replace("\n", "<br>") for cell in row) + " |"
        for row in rows
    ]
    return "\n".join([written[0], "|" + " --- |" * width, *written[1:]])


def _without_strong(parts: list[Block]) -> list[Block]:
    bare: list[Block] = []
    for part in parts:
        if part["t"] == "strong":
            bare.extend(_without_strong(part["c"]))
        else:
            bare.append({**part, "c": _without_strong(part["c"])} if part["t"] in ("em", "del", "link") else part)
    return bare


def _line(parts: list[Block], notes: list[list[Block]]) -> str:
    return _inline(_readable(parts), notes).strip()


def _paragraph(parts: list[Block], notes: list[list[Block]]) -> str:
    return _written(_readable(parts), notes)


def _readable(parts: list[Block]) -> list[Block]:
    """Parts in their one form; marks that touch a word or a sign and would not be read as such again are left out."""
    parts = _trimmed(_regrouped(parts))
    is_marked = any(part["t"] in _MARKS or part["t"] == "link" for part in parts)
    return _regrouped(_unmarked(parts)) if is_marked and not _reads_back(_written(parts, []), parts) else parts


def _written(parts: list[Block], notes: list[list[Block]]) -> str:
    lines = _inline(parts, notes).split("\n")
    return "\n".join(_escaped_rim(" ".join(line.split())) for line in lines if line.strip())


def _reads_back(text: str, parts: list[Block]) -> bool:
    found = text_blocks(_REFERENCE.sub("", _SECTION.sub("", IMAGE.sub("", text))))
    if len(found) != 1 or found[0]["t"] != "p":
        return False
    bare = [part for part in parts if part["t"] not in ("fn", "ref", "img")]
    return _written(_trimmed(_regrouped(found[0]["c"])), []) == _written(_trimmed(_regrouped(bare)), [])


def _unmarked(parts: list[Block]) -> list[Block]:
    return [inner for part in parts for inner in (_unmarked(part["c"]) if part["t"] in _MARKS else [part])]


def _regrouped(parts: list[Block]) -> list[Block]:
    """The same words with the same marks, nested in one fixed order; neighbours of a kind are one."""
    return _grouped(list(_atoms(parts, frozenset())), list(_MARKS))


def _atoms(parts: list[Block], marks: frozenset[str]) -> Iterator[tuple[frozenset[str], Block]]:
    for part in parts:
        kind = part["t"]
        if kind in _MARKS:
            yield from _atoms(part["c"], marks | {kind})
        elif kind == "link":
            yield frozenset(), {**part, "c": _grouped(list(_atoms(part["c"], marks)), list(_MARKS))}
        else:
            yield (marks if kind == "text" else frozenset()), part


def _grouped(atoms: list[tuple[frozenset[str], Block]], order: list[str]) -> list[Block]:
    if not order:
        return _merged([part for _marks, part in atoms])
    mark, *rest = order
    grouped: list[Block] = []
    for is_marked, inside in groupby(atoms, key=lambda atom: mark in atom[0]):
        parts = _grouped(list(inside), rest)
        grouped.extend([{"t": mark, "c": parts}] if is_marked else parts)
    return grouped


def _merged(parts: list[Block]) -> list[Block]:
    merged: list[Block] = []
    for part in parts:
        if merged and merged[-1]["t"] == part["t"] == "text":
            merged[-1] = {"t": "text", "v": merged[-1]["v"] + part["v"]}
        else:
            merged.append(part)
    return merged


def _trimmed(parts: list[Block]) -> list[Block]:
    """Spaces at the rim of marks put outside of them, marks around nothing left out, white space made single."""
    outside: list[Block] = []
    for part in parts:
        if part["t"] == "text":
            outside.append({"t": "text", "v": re.sub(r"\s+", " ", part["v"])})
        elif part["t"] not in _MARKS:
            outside.append({**part, "c": _trimmed(part["c"])} if "c" in part else part)
        else:
            inside = _trimmed(part["c"])
            words = plain(inside)
            outside.extend([{"t": "text", "v": " "}] if words[:1].isspace() else [])
            if words.strip():
                outside.append({"t": part["t"], "c": _stripped(inside)})
                outside.extend([{"t": "text", "v": " "}] if words[-1:].isspace() else [])
    return [part for part in _merged(outside) if part["t"] != "text" or part["v"]]


def _stripped(parts: list[Block]) -> list[Block]:
    parts = list(parts)
    if parts and parts[0]["t"] == "text":
        parts[0] = {"t": "text", "v": parts[0]["v"].lstrip()}
    if parts and parts[-1]["t"] == "text":
        parts[-1] = {"t": "text", "v": parts[-1]["v"].rstrip()}
    return [part for part in parts if part["t"] != "text" or part["v"]]


def _inline(parts: list[Block], notes: list[list[Block]]) -> str:
    written = []
    for part in parts:
        kind = part["t"]
        if kind == "text":
            written.append(_escaped(part["v"]))
        elif kind == "br":
            written.append("\n")
        elif kind == "fn":
            notes.append(part["c"])
            written.append(f"[^{len(notes)}]")
        elif kind == "ref":
            written.append(f"[[abschnitt:{part['key']}]]")
        elif kind == "img":
            alt = re.sub(r"[\\\[\]]", r"\\\g<0>", " ".join(part["alt"].split()))
            sized = f" {part['width']}%" if part.get("width") else ""
            written.append(f"![{alt}](bild:{part['key']}{sized})")
        elif kind == "link":
            written.append(f"[{_inline(part['c'], notes)}]({part['href'].replace(' ', '%20').replace(')', '%29')})")
        else:
            written.append(f"{_MARKS[kind]}{_inline(part['c'], notes)}{_MARKS[kind]}")
    return "".join(written)


def _escaped(text: str) -> str:
    text = _ENTITY.sub("&amp;", _ALWAYS.sub(r"\\\g<0>", text))
    return re.sub(r"<(?=[a-zA-Z/!?])", "&lt;", text).replace("~~", "&#126;&#126;")


def _escaped_rim(line: str) -> str:
    if (len(line) - len(line.rstrip("\\"))) % 2:
        line += "\\"  # a backslash at the end of a line would break it
    if re.fullmatch(r"=+", line):
        return "&#61;" + line[1:]
    found = _AT_START.match(line)
    if found is None:
        return line
    return f"{found[0]}\\{line[found.end() :]}" if found[0].isdigit() else f"\\{line}"

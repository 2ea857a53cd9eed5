"""Blocks of a section from its lines: items become nested lists, quotes come together."""

from __future__ import annotations

from collections.abc import Iterable

from govern.documents.importing.lines import Item, Line
from govern.typesetting.text_blocks import DEEPEST, Block


def blocks_from(lines: Iterable[Line]) -> list[Block]:
    """The blocks of one section."""
    blocks: list[Block] = []
    path: list[tuple[int, Block]] = []
    for line in lines:
        if line.item is not None:
            _add_item(blocks, path, line.item, line)
            continue
        if line.kind == "continued" and path:
            while len(path) > max(line.depth, 1):
                path.pop()
            path[-1][1]["c"][-1].append({"t": "p", "c": line.parts})
            continue
        path.clear()
        if line.block is not None:
            blocks.append(line.block)
        elif line.kind == "quote":
            _quote(blocks, line)
        else:
            blocks.append({"t": "p", "c": line.parts})
    return blocks


def _add_item(blocks: list[Block], path: list[tuple[int, Block]], item: Item, line: Line) -> None:
    kind = "ol" if item.is_ordered else "ul"
    while path and path[-1][0] > item.depth:
        path.pop()
    if path and path[-1][0] == item.depth and path[-1][1]["t"] != kind:
        path.pop()
    if (not path or path[-1][0] < item.depth) and len(path) < DEEPEST:
        new: Block = {"t": kind, "start": item.count, "c": []}
        (path[-1][1]["c"][-1] if path else blocks).append(new)
        path.append((item.depth, new))
    path[-1][1]["c"].append([{"t": "p", "c": line.parts}])


def _quote(blocks: list[Block], line: Line) -> None:
    paragraph = {"t": "p", "c": line.parts}
    if blocks and blocks[-1]["t"] == "quote":
        blocks[-1]["c"].append(paragraph)
    else:
        blocks.append({"t": "quote", "c": [paragraph]})

"""People's Markdown as blocks of plain data, for documents that are not HTML. No markup is ever built from text."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
SAFE_LINKS = ("http://", "https://", "mailto:")

Block = dict[str, Any]


DEEPEST = 6
"""Lists and quotes nested deeper are set at this depth; nobody reads them, and the typesetter gives up."""
LONGEST_LINK = 2_000


def text_blocks(text: str) -> list[Block]:
    """Paragraphs, lists, headings, quotes, code and tables of a Markdown text.

    Inline parts are `{"t": "text", "v": …}`, `{"t": "strong" | "em" | "del", "c": […]}`, `{"t": "link", "href": …}`,
    `{"t": "br"}`.
    """
    return _blocks(_tree(text).children, 0) if text.strip() else []


@lru_cache(maxsize=512)
def _tree(text: str) -> SyntaxTreeNode:
    return SyntaxTreeNode(_markdown.parse(text))


def _blocks(nodes: list[SyntaxTreeNode], depth: int) -> list[Block]:
    return [block for node in nodes for block in _block(node, depth)]


def _block(node: SyntaxTreeNode, depth: int) -> list[Block]:
    if depth >= DEEPEST and node.type in ("bullet_list", "ordered_list", "blockquote", "list_item"):
        return _blocks(node.children, depth)
    if node.type in ("paragraph", "heading"):
        inline = [part for child in node.children for part in _inline(child)]
        return [{"t": "h" if node.type == "heading" else "p", "c": inline}]
    if node.type in ("bullet_list", "ordered_list"):
        kind = "ul" if node.type == "bullet_list" else "ol"
        start = int(node.attrs.get("start", 1) or 1) if kind == "ol" else 1
        return [{"t": kind, "start": start, "c": [_blocks(item.children, depth + 1) for item in node.children]}]
    if node.type == "blockquote":
        return [{"t": "quote", "c": _blocks(node.children, depth + 1)}]
    if node.type in ("fence", "code_block"):
        return [{"t": "code", "v": node.content.rstrip("\n")}]
    if node.type == "table":
        rows = [[_cell(cell) for cell in row.children] for part in node.children for row in part.children]
        return [{"t": "table", "head": rows[0], "rows": rows[1:]}]
    if node.type == "html_block":
        return [{"t": "p", "c": [{"t": "text", "v": node.content.strip()}]}]
    return []


def _cell(cell: SyntaxTreeNode) -> list[Block]:
    return [part for child in cell.children for part in _inline(child)]


def _inline(node: SyntaxTreeNode) -> list[Block]:
    inside = [part for child in node.children for part in _inline(child)]
    if node.type in ("text", "code_inline", "html_inline"):
        return [{"t": "text", "v": node.content}]
    if node.type in ("softbreak", "hardbreak"):
        return [{"t": "br"}]
    if node.type in ("strong", "em"):
        return [{"t": node.type, "c": inside}]
    if node.type == "s":
        return [{"t": "del", "c": inside}]
    href = str(node.attrs.get("href", "")) if node.type == "link" else ""
    if href.startswith(SAFE_LINKS) and len(href) <= LONGEST_LINK:
        return [{"t": "link", "href": href, "c": inside}]
    if node.type == "image":
        return [{"t": "text", "v": node.content}]
    return inside

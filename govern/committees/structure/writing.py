"""A `Structure` → readable YAML in the order of the format; the same structure always gives the same text."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any, Final

from govern.committees.structure.entries import Structure
from govern.committees.structure.fields import STRUCTURE
from govern.committees.structure.nodes import Scalar
from govern.committees.structure.shapes import Entry, Field, Key, ListOf, Number, Shape

_WIDTH: Final = 120
_PLAIN = re.compile(r"[\w(„][^\t\n\r\x00-\x1f\x7f\x85\u2028\u2029\ufeff\\\"#]*", re.UNICODE)
_SHORT = re.compile(r"[A-Za-zÄÖÜäöüß][\w /.-]{0,28}\w")
_ESCAPED = re.compile("[\x7f-\xa0\u2028\u2029\ufeff]")


def write_structure(structure: Structure, *, heading: str = "") -> str:
    """The structure as a file; `heading` becomes the comment at its top."""
    comment = [f"# {line}".rstrip() for line in heading.splitlines()]
    return "\n".join([*comment, *_entry(STRUCTURE, structure, "")]) + "\n"


def clean(text: str | None) -> str | None:
    """A text as the file can hold it: trimmed, without control characters, None when nothing is left."""
    if text is None:
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    kept = "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs"))
    return kept.strip() or None


def _entry(entry: Entry, value: object, indent: str) -> Iterator[str]:
    for field in entry.fields:
        content = getattr(value, field.name)
        if _is_written(field, content):
            yield from _field(field.name, field.shape, content, indent)


def _is_written(field: Field, content: object) -> bool:
    return field.is_required or content != field.value_when_absent


def _field(name: str, shape: Shape, content: Any, indent: str) -> Iterator[str]:
    if isinstance(shape, Entry):
        lines = list(_entry(shape, content, indent + "  "))
        yield from [f"{indent}{name}:", *lines] if lines else [f"{indent}{name}: {{}}"]
    elif isinstance(shape, ListOf):
        yield from _list(name, shape, content, indent)
    else:
        yield f"{indent}{name}: {_scalar(shape, content)}"


def _list(name: str, shape: ListOf, items: tuple[Any, ...], indent: str) -> Iterator[str]:
    if isinstance(shape.item, Key) or all(_is_short(item) for item in items):
        line = f"{indent}{name}: [{', '.join(items)}]"
        if len(line) <= _WIDTH:
            yield line
            return
    if not items:
        yield f"{indent}{name}: []"
        return
    yield f"{indent}{name}:"
    inner = indent + "  "
    for item in items:
        if isinstance(shape.item, Entry):
            first, *rest = _entry(shape.item, item, inner + "  ")
            yield f"{inner}- {first.lstrip()}"
            yield from rest
        else:
            yield f"{inner}- {_scalar(shape.item, item)}"


def _is_short(item: object) -> bool:
    return isinstance(item, str) and _SHORT.fullmatch(item) is not None and _text(item) == item


def _scalar(shape: Shape, content: Any) -> str:
    if content is None:
        return shape.word if isinstance(shape, Number) and shape.word else "null"
    if isinstance(content, bool):
        return "true" if content else "false"
    if isinstance(content, str):
        return _text(content)
    return str(content)


def _text(text: str) -> str:
    plain = Scalar(text, is_plain=True, line=0)
    is_safe = (
        _PLAIN.fullmatch(text) is not None
        and ": " not in text
        and not text.endswith((":", " "))
        and not plain.is_null
        and plain.flag is None
        and not plain.is_number
    )
    if is_safe:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _ESCAPED.sub(lambda sign: f"\\u{ord(sign.group()):04x}", quoted)

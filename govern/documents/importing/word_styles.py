"""Styles and numbering of a Word file: which paragraph is a heading, an item, a line of contents; its number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from govern.documents.importing.package import W

_HEADING = re.compile(r"(?:heading|überschrift|berschrift) ?(\d)", re.IGNORECASE)
_CONTENTS = re.compile(
    r"(?:toc|verzeichnis|contents) ?(?:\d|heading|überschrift)|inhaltsverzeichnis.*|table of (?:figures|contents)", re.I
)
_CONTINUED = re.compile(r"(?:list continue|listenfortsetzung) ?\d?", re.I)
_QUOTE = re.compile(r"(?:intense )?(?:quote|zitat)|(?:intensives )?zitat|quotations|block ?text", re.I)
_TITLE = re.compile(r"title|titel|subtitle|untertitel", re.I)
_CODE = re.compile(r"macro|html preformatted|preformatted text|quelltext", re.I)


@dataclass(frozen=True)
class Style:
    """What a paragraph style says, its ancestors included."""

    name: str = ""
    level: int | None = None
    numbering: tuple[str, int] | None = None
    is_bold: bool = False
    size: float | None = None

    def fits(self, kind: str) -> bool:
        """Whether the style is one for „contents“, „continued“, „quote“, „title“ or „code“."""
        patterns = {"contents": _CONTENTS, "continued": _CONTINUED, "quote": _QUOTE, "title": _TITLE, "code": _CODE}
        return patterns[kind].fullmatch(self.name) is not None


@dataclass(frozen=True)
class Level:
    """One level of a numbering."""

    form: str
    text: str
    start: int


@dataclass
class Numbering:
    """The numberings of a file and how far each has counted."""

    root: Any
    _counts: dict[str, list[int]] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)

    def level(self, num_id: str, depth: int) -> Level | None:
        """What a numbering says about one level; None for „no list“."""
        return self._levels.get(num_id, {}).get(depth)

    def count(self, num_id: str, depth: int) -> list[int]:
        """Count one more on a level; the counts of all levels down to it."""
        levels = self._levels.get(num_id, {})
        counts = self._counts.setdefault(self._abstract.get(num_id, num_id), [])
        if num_id not in self._begun:
            self._begun.add(num_id)
            if num_id in self._restarted:
                counts.clear()
        while len(counts) <= depth:
            above = levels.get(len(counts))
            counts.append((above.start if above else 1) - (1 if len(counts) == depth else 0))
        counts[depth] += 1
        del counts[depth + 1 :]
        return counts[: depth + 1]

    def label(self, num_id: str, depth: int, counts: list[int]) -> str:
        """The number as printed: „2.3.“."""
        level = self.level(num_id, depth)
        if level is None:
            return ""

        def shown(found: re.Match[str]) -> str:
            n = int(found[1]) - 1
            form = (self.level(num_id, n) or level).form
            return _shown(counts[n] if n < len(counts) else 1, form)

        return re.sub(r"%(\d)", shown, level.text).strip()

    @cached_property
    def _abstract(self) -> dict[str, str]:
        return {num.get(f"{W}numId"): _value(num, "abstractNumId") or "" for num in self._children("num")}

    @cached_property
    def _restarted(self) -> set[str]:
        return {num.get(f"{W}numId") for num in self._children("num") if num.find(f".//{W}startOverride") is not None}

    @cached_property
    def _levels(self) -> dict[str, dict[int, Level]]:
        abstract = {
            each.get(f"{W}abstractNumId"): dict(_levels(each)) for each in self._children("abstractNum")
        }  # fmt: skip
        found: dict[str, dict[int, Level]] = {}
        for num in self._children("num"):
            levels = dict(abstract.get(_value(num, "abstractNumId") or "", {}))
            for override in num.findall(f"{W}lvlOverride"):
                depth = _int(override.get(f"{W}ilvl"), 0)
                levels.update(dict(_levels(override)))
                start = _value(override, "startOverride")
                if start is not None and depth in levels:
                    levels[depth] = Level(levels[depth].form, levels[depth].text, _int(start, 1))
            found[num.get(f"{W}numId")] = levels
        return found

    def _children(self, name: str) -> list[Any]:
        return [] if self.root is None else list(self.root.findall(f"{W}{name}"))


class Styles:
    """The paragraph styles of a file by their id."""

    def __init__(self, root: Any) -> None:
        found = [] if root is None else root.findall(f"{W}style")
        self._elements = {each.get(f"{W}styleId"): each for each in found if each.get(f"{W}type") == "paragraph"}
        self._default = next((key for key, e in self._elements.items() if e.get(f"{W}default") in ("1", "true")), None)
        self._known: dict[str | None, Style] = {}
        self.size = _half_points(None if root is None else root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")) or 10
        self.size = self.style(None).size or self.size

    def style(self, style_id: str | None) -> Style:
        """The style of an id; an unknown one is the default."""
        key = style_id if style_id in self._elements else self._default
        if key not in self._known:
            self._known[key] = self._resolved(key)
        return self._known[key]

    def _resolved(self, key: str | None) -> Style:
        element = self._elements.get(key)
        name = (_value(element, "name") or "") if element is not None else ""
        level: int | None = None
        numbering: tuple[str, int] | None = None
        is_bold: bool | None = None
        size: float | None = None
        for _step in range(12):
            if element is None:
                break
            level = level if level is not None else _outline_level(element, _value(element, "name") or "")
            numbering = numbering or numbering_of(element.find(f"{W}pPr"))
            run = element.find(f"{W}rPr")
            is_bold = is_bold if is_bold is not None else switched(run, "b")
            size = size or _half_points(run)
            element = self._elements.get(_value(element, "basedOn"))
        return Style(name, level if level else None, numbering, bool(is_bold), size)


def numbering_of(properties: Any) -> tuple[str, int] | None:
    """The numbering and depth that the properties of a paragraph or style name."""
    found = None if properties is None else properties.find(f"{W}numPr")
    if found is None:
        return None
    return (_value(found, "numId") or "0", min(_int(_value(found, "ilvl"), 0), 8))


def outline_level(properties: Any) -> int | None:
    """The level of outline that a paragraph sets itself: 1 to 9, 0 for text, None when it says nothing."""
    value = None if properties is None else _value(properties, "outlineLvl")
    if value is None:
        return None
    return _int(value, 9) + 1 if _int(value, 9) < 9 else 0


def switched(run: Any, name: str) -> bool | None:
    """Whether run properties switch something on or off; None when they do not say."""
    found = None if run is None else run.find(f"{W}{name}")
    return None if found is None else found.get(f"{W}val", "1") not in ("0", "false", "off")


def _outline_level(element: Any, name: str) -> int | None:
    found = _HEADING.fullmatch(name)
    return int(found[1]) if found else outline_level(element.find(f"{W}pPr"))


def _levels(parent: Any) -> Iterator[tuple[int, Level]]:
    for level in parent.findall(f"{W}lvl"):
        form = _value(level, "numFmt") or "decimal"
        yield (
            _int(level.get(f"{W}ilvl"), 0),
            Level(form, _value(level, "lvlText") or "", _int(_value(level, "start"), 1)),
        )


def _shown(count: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (count - 1) % 26)
        return letter if form == "lowerLetter" else letter.upper()
    if form in ("lowerRoman", "upperRoman"):
        roman = _roman(count)
        return roman.lower() if form == "lowerRoman" else roman
    return f"{count:02d}" if form == "decimalZero" else str(count)


def _roman(count: int) -> str:
    text = ""
    for value, sign in ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        text += sign * (count // value)
        count %= value
    return text


def _half_points(run: Any) -> float | None:
    value = None if run is None else _value(run, "sz")
    return _int(value, 0) / 2 if value else None


def _value(parent: Any, name: str) -> str | None:
    found = parent.find(f"{W}{name}")
    return None if found is None else found.get(f"{W}val")


def _int(value: str | None, otherwise: int) -> int:
    """A number of the file; one that is none, or larger than any file has reason to, counts as ``otherwise``."""
    try:
        number = int(value) if value is not None and len(value) < 8 else otherwise
    except ValueError:
        return otherwise
    return number if abs(number) < 100_000 else otherwise

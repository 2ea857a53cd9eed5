"""Cross references of Word (fields REF): to a heading they become references that survive renumbering, else text."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from govern.documents.importing.package import W
from govern.documents.importing.report import Report
from govern.documents.markdown_text import markdown_of
from govern.documents.sections import SectionText, Tree, walk
from govern.typesetting.text_blocks import Block

_FIELD = re.compile(r"\s*REF\s+(?P<bookmark>[\w.-]+)(?P<switches>.*)", re.DOTALL)
_ANYWHERE = re.compile(r"(?<!PAGE)REF\s+(?P<bookmark>[\w.-]+)")
_WRITTEN = re.compile(r"\[\[abschnitt:(?P<token>[0-9a-f]{12})\]\]")
_LEFT = (
    "Ein Querverweis von Word blieb Text; er folgt einer neuen Zählung nicht.",
    "{n} Querverweise von Word blieben Text; sie folgen einer neuen Zählung nicht.",
)


@dataclass
class _Reference:
    bookmark: str
    shown: str = ""


@dataclass
class References:
    """The references of one file. Which of them lead to a heading is known only when the sections are."""

    keys: dict[str, str] = field(default_factory=dict)
    """Bookmark → key of the section whose heading it may stand in."""
    found: dict[str, _Reference] = field(default_factory=dict)
    """By what stands for them in the text meanwhile."""
    current: _Reference | None = None
    """The one whose words are being read."""

    @classmethod
    def of(cls, body: Any) -> References:
        """Those of a file; bookmarks of one paragraph share a key."""
        # Word tears the code of one field into several runs, so they are read as one text.
        codes = "".join(text.text or "" for text in body.iter(f"{W}instrText"))
        wanted = {code["bookmark"] for code in _ANYWHERE.finditer(codes)}
        keys: dict[str, str] = {}
        for mark in body.iter(f"{W}bookmarkStart"):
            names = {str(each.get(f"{W}name")) for each in mark.getparent().iterfind(f"{W}bookmarkStart")} & wanted
            key = next((keys[name] for name in names if name in keys), secrets.token_hex(6))
            keys.update(dict.fromkeys(names - keys.keys(), key))
        return cls(keys)

    def key_of(self, names: Iterable[str]) -> str | None:
        """The key of the section in whose heading these bookmarks stand."""
        return next((self.keys[name] for name in names if name in self.keys), None)

    def begin(self, code: str) -> Block | None:
        """What stands for the words of this field; None: it is no reference to a paragraph of the file."""
        field_code = _FIELD.match(code)
        if field_code is None or field_code["bookmark"] not in self.keys or "\\p" in field_code["switches"]:
            return None
        token = secrets.token_hex(6)
        self.current = self.found[token] = _Reference(field_code["bookmark"])
        return {"t": "ref", "key": token}

    def resolved(self, sections: Tree, report: Report) -> Tree:
        """The tree with references to its sections; those to anything else are the words they showed."""
        known = {placed.section.key for placed in walk(sections)}
        left = 0

        def written(token: re.Match[str]) -> str:
            nonlocal left
            reference = self.found.get(token["token"])
            if reference is None:
                return token[0]
            if self.keys[reference.bookmark] in known:
                return f"[[abschnitt:{self.keys[reference.bookmark]}]]"
            left += 1
            return markdown_of([{"t": "p", "c": [{"t": "text", "v": reference.shown}]}]).strip()

        def of(section: SectionText) -> SectionText:
            return replace(section, text=_WRITTEN.sub(written, section.text), sections=tuple(map(of, section.sections)))

        tree = tuple(map(of, sections)) if self.found else sections
        report.count(*_LEFT, times=left)
        return tree

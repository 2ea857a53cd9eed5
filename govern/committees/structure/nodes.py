"""YAML as plain nodes with their lines: no objects are built, no alias is followed, nothing recurses.

The parser's events are read one by one, so a hostile file is refused as soon as it is too deep, too large or
uses anchors, before anything of it is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from govern.committees.structure.faults import Fault, FaultyStructureError

MAX_BYTES: Final = 50 * 1024 * 1024
MAX_DEPTH: Final = 12
MAX_NODES: Final = 250_000

_PARSER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WHOLE_NUMBER = re.compile(r"[-+]?[0-9]{1,18}")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


@dataclass(frozen=True)
class Scalar:
    """One value as written; `is_plain` tells 12 from "12"."""

    text: str
    is_plain: bool
    line: int

    @property
    def is_null(self) -> bool:
        """True for what means „nicht angegeben“: nothing, `~` or `null`."""
        return self.is_plain and self.text in ("", "~", "null", "Null", "NULL")

    @property
    def flag(self) -> bool | None:
        """The truth value, if it is one."""
        if not self.is_plain:
            return None
        return {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}.get(self.text)

    @property
    def whole_number(self) -> int | None:
        """The whole number, if it is one."""
        return int(self.text) if self.is_plain and _WHOLE_NUMBER.fullmatch(self.text) else None

    @property
    def is_number(self) -> bool:
        """True for anything that YAML reads as a number, also 2.5."""
        return self.is_plain and _NUMBER.fullmatch(self.text) is not None


@dataclass
class Sequence:
    """A list."""

    line: int
    items: list[Node] = field(default_factory=list)


@dataclass
class Mapping:
    """Fields with their values; a field that is written twice stands here twice."""

    line: int
    pairs: list[tuple[Node, Node]] = field(default_factory=list)


Node = Scalar | Sequence | Mapping


def read_nodes(data: bytes) -> Node:
    """The one document of the file.

    Raises FaultyStructureError when the file is too large, empty, not UTF-8 or not YAML, or when it uses anchors,
    aliases or tags, which this format does not know.
    """
    text = _decode(data)
    faults: list[Fault] = []
    try:
        root = _compose(yaml.parse(text, Loader=_PARSER), faults)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else 1
        raise FaultyStructureError([*faults, Fault(line, _syntax_sentence(error, text, line))]) from error
    except yaml.YAMLError as error:
        raise FaultyStructureError([*faults, Fault(1, "Das ist kein gültiges YAML.")]) from error
    if faults:
        raise FaultyStructureError(faults)
    if root is None:
        raise FaultyStructureError([Fault(1, "Die Datei ist leer.")])
    return root


def _decode(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise FaultyStructureError([Fault(1, "Die Datei ist größer als 50 MB.")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FaultyStructureError(
            [Fault(line, "Diese Zeile ist nicht in UTF-8 geschrieben. Bitte die Datei als „UTF-8“ speichern.")]
        ) from error
    if not text.strip():
        raise FaultyStructureError([Fault(1, "Die Datei ist leer.")])
    unprintable = UNPRINTABLE.search(text)
    if unprintable is not None:
        line = text.count("\n", 0, unprintable.start()) + 1
        code = f"U+{ord(unprintable.group()):04X}"
        raise FaultyStructureError(
            [Fault(line, f"Diese Zeile enthält ein Steuerzeichen ({code}), das nicht erlaubt ist.")]
        )
    return text


def _compose(events: Iterator[Event], faults: list[Fault]) -> Node | None:
    root: Node | None = None
    stack: list[_Open] = []
    count = documents = 0
    for event in events:
        line = event.start_mark.line + 1 if event.start_mark is not None else 1
        if isinstance(event, DocumentStartEvent):
            documents += 1
            if documents > 1:
                faults.append(Fault(line, "Hier beginnt ein zweites Dokument („---“). Eine Datei enthält genau eines."))
                break
            continue
        if isinstance(event, (SequenceEndEvent, MappingEndEvent)):
            stack.pop()
            continue
        node = _node(event, line, faults)
        if node is None:
            continue
        count += 1
        if count > MAX_NODES:
            faults.append(Fault(line, "Ab hier ist die Datei zu umfangreich: Sie enthält mehr als 250.000 Angaben."))
            break
        if stack:
            stack[-1].add(node)
        else:
            root = node
        if not isinstance(node, Scalar):
            if len(stack) == MAX_DEPTH:
                faults.append(Fault(line, f"Die Angaben sind hier mehr als {MAX_DEPTH} Ebenen tief verschachtelt."))
                break
            stack.append(_Open(node))
    return root


class _Open:
    """A list or mapping that is still being read."""

    def __init__(self, node: Sequence | Mapping) -> None:
        self.node = node
        self.key: Node | None = None

    def add(self, node: Node) -> None:
        if isinstance(self.node, Sequence):
            self.node.items.append(node)
        elif self.key is None:
            self.key = node
        else:
            self.node.pairs.append((self.key, node))
            self.key = None


def _node(event: Event, line: int, faults: list[Fault]) -> Node | None:
    if isinstance(event, AliasEvent):
        faults.append(
            Fault(line, f"Verweise wie „*{event.anchor}“ sind nicht erlaubt. Bitte die Angaben ausschreiben.")
        )
        return Scalar("", is_plain=True, line=line)
    if not isinstance(event, (ScalarEvent, SequenceStartEvent, MappingStartEvent)):
        return None
    if event.anchor is not None:
        faults.append(Fault(line, f"Anker wie „&{event.anchor}“ sind nicht erlaubt. Bitte die Angaben ausschreiben."))
    if event.tag is not None:
        faults.append(Fault(line, f"Typangaben wie „{_shown_tag(event.tag)}“ sind nicht erlaubt. Bitte weglassen."))
    if isinstance(event, SequenceStartEvent):
        return Sequence(line)
    if isinstance(event, MappingStartEvent):
        return Mapping(line)
    # A scalar that runs over several lines is named by its first one.
    return Scalar(event.value, is_plain=event.style is None or event.style == "", line=line)


def _shown_tag(tag: str) -> str:
    return tag.replace("tag:yaml.org,2002:", "!!", 1)[:60]


_SENTENCES: Final = (
    ("found character '\\t'", "Hier steht ein Tabulator. Zum Einrücken bitte nur Leerzeichen verwenden."),
    ("cannot start any token", "Hier steht ein Zeichen, mit dem keine Angabe beginnen darf. Bitte den Text in "
     "Anführungszeichen setzen."),
    ("mapping values are not allowed", "Der Doppelpunkt ist hier nicht eindeutig. Bitte die Einrückung prüfen oder den "
     "Text in Anführungszeichen setzen."),
    ("could not find expected ':'", "Nach dem Feldnamen fehlt ein Doppelpunkt."),
    ("end of stream", "Ein Text in Anführungszeichen oder eine Klammer wird nicht geschlossen."),
    ("end of document", "Ein Text in Anführungszeichen wird nicht geschlossen."),
    ("did not find expected key", "Die Einrückung stimmt nicht mit den Zeilen darüber überein."),
    ("expected <block end>", "Die Einrückung stimmt nicht mit den Zeilen darüber überein."),
    ("did not find expected '-' indicator", "Die Einrückung stimmt nicht mit den Zeilen darüber überein."),
    ("expected node content", "Hier fehlt ein Wert, oder eine Klammer wird nicht geschlossen."),
    ("found duplicate anchor", "Anker („&…“) sind nicht erlaubt."),
    ("undefined alias", "Verweise („*…“) sind nicht erlaubt."),
    ("',' or ']'", "In der Liste fehlt ein Komma oder die schließende Klammer „]“."),
    ("',' or '}'", "In den geschweiften Klammern fehlt ein Komma oder die schließende Klammer „}“."),
    ("escape", "Nach dem Schrägstrich „\\“ steht ein unbekanntes Zeichen. Bitte „\\\\“ oder einfache "
     "Anführungszeichen verwenden."),
)  # fmt: skip


def _syntax_sentence(error: yaml.MarkedYAMLError, text: str, line: int) -> str:
    problem = f"{error.context or ''} {error.problem or ''}"
    if _indented_with_tab(text, line):
        return _SENTENCES[0][1]
    for part, sentence in _SENTENCES:
        if part in problem:
            return sentence
    return "Diese Zeile ist kein gültiges YAML. Bitte Einrückung, Doppelpunkte und Anführungszeichen prüfen."


def _indented_with_tab(text: str, line: int) -> bool:
    lines = text.split("\n", line)
    return line <= len(lines) and re.match(r" *\t", lines[line - 1]) is not None

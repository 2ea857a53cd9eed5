"""What a field may hold. A shape reads a node into a value or reports faults, and knows its JSON Schema.

Nothing is read twice and no shape stops at the first fault: a faulty value becomes the shape's fallback, so that
the rest of the file is still checked.
"""

from __future__ import annotations

import difflib
import re
from abc import ABC, abstractmethod
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from govern.committees.structure.entries import PartialDate
from govern.committees.structure.faults import Fault
from govern.committees.structure.nodes import UNPRINTABLE, Node, Scalar, Sequence
from govern.committees.structure.nodes import Mapping as MappingNode

Path = tuple[str | int, ...]
"""Where in the file a value stands: ("committees", 3, "seats", 0, "count")."""

KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,79}")
MAX_TEXT: Final = 50_000
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_TELEPHONE = re.compile(r"(?<![\w.,/-])(\+49|0)[ ()/-]*[1-9](?:[ ()/-]*[0-9]){5,13}(?![\w])")
_SUGGESTIONS: Final = 50


class Reading:
    """What is gathered while a file is read: the faults, and in which line each value stood."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.lines: dict[Path, int] = {}
        self.broken: set[Path] = set()
        self._suggested = 0

    def report(self, line: int, sentence: str, path: Path = ()) -> None:
        """Note a fault; the value at `path` is not to be checked further."""
        self.faults.append(Fault(line, sentence))
        self.broken.add(path)

    def suggestion(self, word: str, known: Iterable[str]) -> str:
        """„ Meinten Sie …?“, where a known word is close enough."""
        self._suggested += 1
        if self._suggested > _SUGGESTIONS or len(word) > 80:
            return ""
        close = difflib.get_close_matches(word, list(known)[:2_000], n=1, cutoff=0.6)
        return f" Meinten Sie „{close[0]}“?" if close else ""


class Shape(ABC):
    """What a field may hold."""

    german: str
    """The shape in the words of the documentation."""
    fallback: Any = None

    @abstractmethod
    def read(self, node: Node, name: str, path: Path, reading: Reading) -> Any:
        """The value of `node`, or the fallback after a reported fault."""

    @abstractmethod
    def schema(self) -> dict[str, Any]:
        """The shape as JSON Schema."""


def shown(node: Node) -> str:
    """A value as a sentence names it, shortened."""
    if isinstance(node, Sequence):
        return "eine Liste"
    if isinstance(node, MappingNode):
        return "eine Gruppe von Feldern"
    text = " ".join(node.text.split())
    return f"„{text[:60]}…“" if len(text) > 60 else f"„{text}“"


@dataclass(frozen=True)
class Text(Shape):
    """A text of at least one sign; with `is_name` the name of an institution or function, never of a person."""

    is_name: bool = False
    german = "Text"
    fallback = ""

    def read(self, node: Node, name: str, path: Path, reading: Reading) -> str:
        if not isinstance(node, Scalar):
            reading.report(node.line, f"„{name}“ muss ein Text sein, hier steht {shown(node)}.", path)
            return ""
        if node.flag is not None or node.is_number:
            reading.report(
                node.line, f"„{name}“ muss ein Text sein. Bitte {shown(node)} in Anführungszeichen setzen.", path
            )
            return ""
        text = node.text.strip()
        if not text:
            reading.report(node.line, f"„{name}“ ist leer. Bitte ausfüllen oder die Zeile weglassen.", path)
        elif UNPRINTABLE.search(text):
            reading.report(node.line, f"„{name}“ enthält ein Steuerzeichen, das nicht erlaubt ist.", path)
        elif len(text) > MAX_TEXT:
            reading.report(node.line, f"„{name}“ ist länger als {MAX_TEXT} Zeichen.", path)
        elif self.is_name and _EMAIL.search(text):
            reading.report(node.line, f"„{name}“ enthält eine E-Mail-Adresse. Personen und Kontaktdaten gehören in die "
                           "Personentabelle, nicht in diese Datei.", path)  # fmt: skip
        elif self.is_name and _TELEPHONE.search(text):
            reading.report(node.line, f"„{name}“ enthält eine Telefonnummer. Personen und Kontaktdaten gehören in die "
                           "Personentabelle, nicht in diese Datei.", path)  # fmt: skip
        else:
            return text
        return ""

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"\S", "maxLength": MAX_TEXT}


@dataclass(frozen=True)
class Key(Shape):
    """A short name that other entries refer to; `to` names what it must exist in, if it refers itself."""

    to: str | None = None
    fallback = ""

    @property
    def german(self) -> str:  # type: ignore[override]
        """The shape in the words of the documentation."""
        return "Kürzel" if self.to is None else f"Kürzel aus `{self.to}`"

    def read(self, node: Node, name: str, path: Path, reading: Reading) -> str:
        if isinstance(node, Scalar) and KEY.fullmatch(node.text) and node.flag is None and not node.is_null:
            return node.text
        reading.report(
            node.line,
            f"„{name}“ muss ein Kürzel sein: ein Kleinbuchstabe, danach Kleinbuchstaben (ohne Umlaute), Ziffern und "
            f"Unterstriche, höchstens 80 Zeichen; hier steht {shown(node)}.",
            path,
        )
        return ""

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{KEY.pattern}$"}


@dataclass(frozen=True)
class Number(Shape):
    """A whole number of at least `least`; with `word`, also that word, which means None."""

    least: int = 1
    most: int = 100_000
    word: str | None = None

    @property
    def german(self) -> str:  # type: ignore[override]
        """The shape in the words of the documentation."""
        return "ganze Zahl" + (f" oder `{self.word}`" if self.word else "")

    def read(self, node: Node, name: str, path: Path, reading: Reading) -> int | None:
        if isinstance(node, Scalar):
            if self.word is not None and node.text == self.word:
                return None
            number = node.whole_number
            if number is not None and self.least <= number <= self.most:
                return number
        other = f" oder das Wort „{self.word}“" if self.word else ""
        reading.report(
            node.line,
            f"„{name}“ muss eine ganze Zahl von {self.least} bis {self.most}{other} sein, hier steht {shown(node)}.",
            path,
        )
        return None

    def schema(self) -> dict[str, Any]:
        number: dict[str, Any] = {"type": "integer", "minimum": self.least, "maximum": self.most}
        return {"anyOf": [number, {"const": self.word}]} if self.word else number


@dataclass(frozen=True)
class Flag(Shape):
    """True or false."""

    german = "`true` oder `false`"

    def read(self, node: Node, name: str, path: Path, reading: Reading) -> bool | None:
        if isinstance(node, Scalar) and node.flag is not None:
            return node.flag
        reading.report(node.line, f"„{name}“ muss true (ja) oder false (nein) sein, hier steht {shown(node)}.", path)
        return None

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


@dataclass(frozen=True)
class Choice(Shape):
    """One of a fixed list of words."""

    words: Mapping[str, str]
    german = "Wort aus der Liste"
    fallback = ""

    def read(self, node: Node, name: str, path: Path, reading: Reading) -> str:
        if isinstance(node, Scalar) and node.text in self.words:
            return node.text
        # Somebody who writes the German word gets told the right one.
        written = node.text.strip().casefold() if isinstance(node, Scalar) else ""
        german = next((word for word, label in self.words.items() if label.casefold() == written and written), None)
        hint = f" Meinten Sie „{german}“?" if german else reading.suggestion(written, self.words)
        allowed = ", ".join(f"{word} ({label})" for word, label in self.words.items())
        reading.report(node.line, f"„{name}“ kennt {shown(node)} nicht.{hint} Erlaubt sind: {allowed}.", path)
        return ""

    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.words)}


@dataclass(frozen=True)
class DateText(Shape):
    """A date to the day, month or year; with `is_day` to the day only."""

    is_day: bool = False
    _FORM: ClassVar = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")

    @property
    def german(self) -> str:  # type: ignore[override]
        """The shape in the words of the documentation."""
        return "Tag: `2021-03-17`" if self.is_day else "Datum: `2021-03-17`, `2021-03` oder `2021`"

    def read(self, node: Node, name: str, path: Path, reading: Reading) -> PartialDate | None:
        written = self._FORM.fullmatch(node.text) if isinstance(node, Scalar) else None
        if written is None or (self.is_day and written[3] is None):
            examples = "2021-03-17" if self.is_day else "2021-03-17, 2021-03 oder 2021"
            reading.report(
                node.line,
                f"„{name}“ muss ein Datum wie {examples} sein, hier steht {shown(node)}.",
                path,
            )
            return None
        year, month, day = (int(part) if part else None for part in written.groups())
        if year is None or not 1500 <= year <= 2200:
            reading.report(node.line, f"„{name}“: Das Jahr in {shown(node)} liegt nicht zwischen 1500 und 2200.", path)
        elif month is not None and not 1 <= month <= 12:
            reading.report(node.line, f"„{name}“: {shown(node)} gibt es nicht, ein Jahr hat 12 Monate.", path)
        elif month is not None and day is not None and not 1 <= day <= monthrange(year, month)[1]:
            days = monthrange(year, month)[1]
            reading.report(
                node.line, f"„{name}“: Den Tag {shown(node)} gibt es nicht, dieser Monat hat {days} Tage.", path
            )
        else:
            return PartialDate(year, month, day)
        return None

    def schema(self) -> dict[str, Any]:
        year, month, day = "(1[5-9][0-9]{2}|2[01][0-9]{2}|2200)", "(0[1-9]|1[0-2])", "(0[1-9]|[12][0-9]|3[01])"
        if self.is_day:
            return {"type": "string", "pattern": f"^{year}-{month}-{day}$"}
        pattern = f"^{year}(-{month}(-{day})?)?$"
        return {"anyOf": [{"type": "string", "pattern": pattern},
                          {"type": "integer", "minimum": 1500, "maximum": 2200}]}  # fmt: skip


@dataclass(frozen=True)
class ListOf(Shape):
    """A list of values of one shape."""

    item: Shape
    is_set: bool = False
    """True where the same value may not stand twice."""
    fallback = ()

    @property
    def german(self) -> str:  # type: ignore[override]
        """The shape in the words of the documentation."""
        return f"Liste: {self.item.german}"

    def read(self, node: Node, name: str, path: Path, reading: Reading) -> tuple[Any, ...]:
        if not isinstance(node, Sequence):
            sentence = f"„{name}“ muss eine Liste sein (Zeilen, die mit „- “ beginnen), hier steht {shown(node)}."
            reading.report(node.line, sentence, path)
            return ()
        values = []
        seen: dict[Any, int] = {}
        for index, item in enumerate(node.items):
            place = (*path, index)
            reading.lines[place] = item.line
            value = self.item.read(item, name, place, reading)
            if self.is_set and place not in reading.broken:
                if value in seen:
                    reading.report(
                        item.line, f"„{name}“ nennt „{value}“ zweimal (zuerst in Zeile {seen[value]}).", place
                    )
                else:
                    seen[value] = item.line
            values.append(value)
        return tuple(values)

    def schema(self) -> dict[str, Any]:
        unique = {"uniqueItems": True} if self.is_set else {}
        return {"type": "array", "items": self.item.schema(), **unique}


@dataclass(frozen=True)
class Field:
    """One field of an entry: its name in the file, what it may hold, what it means."""

    name: str
    shape: Shape
    help: str
    """The German sentence of the documentation."""
    is_required: bool = False
    default: Any = None

    @property
    def value_when_absent(self) -> Any:
        """What the field means when it is not written."""
        return () if isinstance(self.shape, ListOf) else self.default


@dataclass(frozen=True)
class Entry(Shape):
    """A group of fields that becomes one object."""

    noun: str
    """The group in the nominative, for sentences: „ein Sitz“."""
    build: Callable[..., Any]
    fields: tuple[Field, ...]
    _by_name: dict[str, Field] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._by_name.update((each.name, each) for each in self.fields)

    @property
    def german(self) -> str:  # type: ignore[override]
        """The shape in the words of the documentation."""
        return f"Gruppe „{self.noun}“"

    def read(self, node: Node, name: str, path: Path, reading: Reading) -> Any:
        reading.lines[path] = node.line
        if not isinstance(node, MappingNode):
            reading.report(
                node.line, f"Hier muss {self.noun} mit seinen Feldern stehen, hier steht {shown(node)}.", path
            )
            return None
        values = self._values(node, path, reading)
        for each in self.fields:
            if each.name in values:
                continue
            if each.is_required:
                reading.report(
                    node.line, f"Hier fehlt das Pflichtfeld „{each.name}“ ({self.noun}).", (*path, each.name)
                )
                values[each.name] = each.shape.fallback
            else:
                values[each.name] = each.value_when_absent
        return self.build(**values)

    def _values(self, node: MappingNode, path: Path, reading: Reading) -> dict[str, Any]:
        values: dict[str, Any] = {}
        seen: dict[str, int] = {}
        for key, value in node.pairs:
            if not isinstance(key, Scalar):
                reading.report(key.line, f"Ein Feldname muss ein einfaches Wort sein, hier steht {shown(key)}.")
                continue
            known = self._by_name.get(key.text)
            if key.text in seen:
                reading.report(
                    key.line, f"Das Feld „{_short(key.text)}“ steht hier zweimal (zuerst in Zeile {seen[key.text]})."
                )
                continue
            seen[key.text] = key.line
            if known is None:
                hint = reading.suggestion(key.text, self._by_name)
                reading.report(key.line, f"Das Feld „{_short(key.text)}“ gibt es hier nicht ({self.noun}).{hint}")
                continue
            place = (*path, key.text)
            reading.lines[place] = value.line
            if isinstance(value, Scalar) and value.is_null:
                if known.is_required:
                    reading.report(value.line, f"Das Pflichtfeld „{key.text}“ ist leer.", place)
                    values[key.text] = known.shape.fallback
                continue
            values[key.text] = known.shape.read(value, key.text, place, reading)
        return values

    def schema(self) -> dict[str, Any]:
        properties = {}
        for each in self.fields:
            shape = each.shape.schema()
            if not each.is_required:
                shape = {"anyOf": [*(shape["anyOf"] if set(shape) == {"anyOf"} else [shape]), {"type": "null"}]}
            properties[each.name] = {"description": each.help, **shape}
        return {
            "type": "object",
            "additionalProperties": False,
            "required": [each.name for each in self.fields if each.is_required],
            "properties": properties,
        }


def _short(text: str) -> str:
    return f"{text[:60]}…" if len(text) > 60 else text

"""Passages of a draft that may be older than it, and facts that contradict each other (F6). Pure: texts in, hints out.

A hint points out, it never judges: whoever writes decides whether „2023 ist vorgesehen" is a leftover or a quotation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from govern.formats import MONTHS, REFERENCE, one_line, partial_date

LONGEST = 200
_MONTH = "|".join(MONTHS)
_DATE = re.compile(rf"(?:(?:(\d{{1,2}})\.\s*)?({_MONTH})|(?:(\d{{1,2}})\.)?(\d{{1,2}})\.)?\s?\b((?:19|20)\d\d)\b")
_PLANNED = re.compile(
    r"\b(vorgesehen|geplant|beabsichtigt|angestrebt|bevorsteh\w*|künftig\w*|zukünftig\w*|derzeit|aktuell|momentan|"
    r"wird|werden|soll|sollen)\b", re.IGNORECASE,
)  # fmt: skip
_SENTENCE = re.compile(r"(?<=[^\d][.!?:])\s+(?=[A-ZÄÖÜ„\"\d])|\n\s*\n|\n(?=\s*[-*|])")
_PRINTED = re.compile(r"\b(?:Abschnitt|Kapitel|Ziffer|Punkt)\s+(\d+(?:\.\d+)*)\b")
_WORDS = {"eine": 1, "einer": 1, "ein": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7,
          "acht": 8, "neun": 9, "zehn": 10, "elf": 11, "zwölf": 12}  # fmt: skip
_NUMBER = rf"(\d+(?:[.,]\d+)?|{'|'.join(_WORDS)})"
_POSTS = re.compile(
    rf"\b{_NUMBER}\s+(?:(?:halbe|volle|ganze)\s+)?(Stellenanteile|Vollzeitstellen|Personalstellen|Planstellen|Stellen?|VZÄ)\b"
    r"(?:\s+(?:für|im|in|beim|bei|der|des|das|die|dem|den|zur|zum)){0,2}(?:\s+([A-ZÄÖÜ][\wäöüß:*-]+))?"
)
_TOTAL = re.compile(r"\b(?:insgesamt|Gesamtzahl|Stellenplan\w*)\b", re.IGNORECASE)
_PERSONS = re.compile(rf"\b{_NUMBER}\s+(Case[ -]Manager\w*(?:[:*]\w+)?|Koordinator\w*(?:[:*]\w+)?)")


class HintKind(StrEnum):
    """What a hint is about."""

    OLD_DATE = "old_date"
    OLD_HEADING = "old_heading"
    GONE = "gone"
    NUMBERS = "numbers"

    @property
    def label(self) -> str:
        return {
            "old_date": "Vielleicht überholt",
            "old_heading": "Altes Datum in der Überschrift",
            "gone": "Verweis ins Leere",
            "numbers": "Zahlen weichen ab",
        }[self.value]


@dataclass(frozen=True)
class Passage:
    """A section as the rules look at it."""

    key: str
    title: str
    heading: str
    text: str


@dataclass(frozen=True)
class Hint:
    """One passage that should be looked at, and why."""

    kind: HintKind
    key: str
    title: str
    """The section."""
    passage: str
    """The words themselves."""
    reason: str


def hints(passages: Sequence[Passage], *, status_date: str, numbers: Iterable[str]) -> list[Hint]:
    """What to look at in a draft of ``status_date`` whose sections bear these ``numbers``, in the order of reading."""
    known_keys, known_numbers = {p.key for p in passages}, {number.rstrip(".") for number in numbers if number}
    found: list[Hint] = []
    for passage in passages:
        found += _old_dates(passage, status_date)
        found += _gone(passage, known_keys, known_numbers)
    return found + _numbers(passages)


def _old_dates(passage: Passage, status_date: str) -> Iterable[Hint]:
    heading = _oldest(passage.heading, status_date)
    if heading is not None:
        yield Hint(HintKind.OLD_HEADING, passage.key, passage.title, passage.heading,
                   f"Überschrift mit {partial_date(heading)}, Stand ist {partial_date(status_date)}.")  # fmt: skip
    for sentence in _SENTENCE.split(passage.text):
        date = _oldest(sentence, status_date)
        if date is not None and (words := _PLANNED.search(sentence)):
            yield Hint(HintKind.OLD_DATE, passage.key, passage.title, one_line(sentence, LONGEST),
                       f"„{words[0]}“ mit {partial_date(date)}; Stand ist {partial_date(status_date)}.")  # fmt: skip


def _gone(passage: Passage, keys: set[str], numbers: set[str]) -> Iterable[Hint]:
    for found in REFERENCE.finditer(passage.text):
        if found[1] not in keys:
            yield Hint(HintKind.GONE, passage.key, passage.title, found[0], "Diesen Abschnitt gibt es nicht mehr.")
    for found in _PRINTED.finditer(passage.text):
        if found[1] not in numbers:
            yield Hint(HintKind.GONE, passage.key, passage.title, found[0],
                       "Einen Abschnitt mit dieser Nummer gibt es im Entwurf nicht.")  # fmt: skip


def _numbers(passages: Sequence[Passage]) -> list[Hint]:
    told: dict[str, dict[float, tuple[Passage, str]]] = {}
    for passage in passages:
        for subject, number, words in _counted(passage.text):
            told.setdefault(subject, {}).setdefault(number, (passage, words))
    return [hint for subject in told.values() if len(subject) > 1 for hint in _contradiction(subject)]


def _contradiction(told: Mapping[float, tuple[Passage, str]]) -> Iterable[Hint]:
    for number, (passage, words) in told.items():
        others = "; ".join(f"„{w}“ in {p.title}" for n, (p, w) in told.items() if n != number)
        yield Hint(HintKind.NUMBERS, passage.key, passage.title, words, f"Anderswo steht {others}.")


def _counted(text: str) -> Iterable[tuple[str, float, str]]:
    """What is counted, how many, in which words; posts where it is said for what they are, or that these are all."""
    for found in _POSTS.finditer(text):
        if found[3]:
            yield f"stelle {found[3].casefold()}", _value(found[1]), " ".join(found[0].split())
    for sentence in filter(_TOTAL.search, _SENTENCE.split(text)):
        if (first := _POSTS.search(sentence)) and not first[3]:  # after it: how many of them are what
            yield "stellen insgesamt", _value(first[1]), " ".join(first[0].split())
    for found in _PERSONS.finditer(text):
        yield found[2].casefold()[:9], _value(found[1]), " ".join(found[0].split())


def _value(text: str) -> float:
    return float(_WORDS.get(text) or text.replace(",", "."))


def _oldest(text: str, status_date: str) -> str | None:
    dates = [d for d in map(_iso, _DATE.finditer(text)) if d < status_date[: len(d)]]
    return min(dates, default=None)


def _iso(found: re.Match[str]) -> str:
    day, name, numeric_day, numeric_month, year = found.groups()
    month = MONTHS.index(name) + 1 if name else int(numeric_month) if numeric_month else 0
    if not 1 <= month <= 12:
        return year
    of_month = int(day or numeric_day or 0)
    return f"{year}-{month:02}-{of_month:02}" if 1 <= of_month <= 31 else f"{year}-{month:02}"

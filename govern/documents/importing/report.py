"""What the import was unsure of or could not carry over, as German sentences with their place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from govern.documents.pictures import Picture
from govern.documents.sections import Tree, count_words
from govern.formats import number

MOST_NOTES = 200
WHOLE = "Ganzes Dokument"


@dataclass(frozen=True)
class Note:
    """One sentence of the report and the section it is about."""

    place: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}"


@dataclass(frozen=True)
class Imported:
    """What a file became. ``title`` is empty if the file names none."""

    title: str
    sections: Tree
    notes: tuple[Note, ...] = ()
    pictures: tuple[Picture, ...] = ()
    """What the texts name by their keys and the file holds."""

    @property
    def words(self) -> int:
        """How many words the text has."""
        return count_words(self.sections)


@dataclass
class Report:
    """Collects notes while a file is read; places are known only when the sections are."""

    _at: list[tuple[int | None, str]] = field(default_factory=list)
    _counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def note(self, sentence: str, *, line: int | None = None) -> None:
        """Remember a sentence about a line of the file, or about all of it."""
        if (line, sentence) not in self._at[-1:]:
            self._at.append((line, sentence))

    def forget(self, line: int) -> None:
        """Take back what was said about a line."""
        self._at = [(at, sentence) for at, sentence in self._at if at != line]

    def count(self, one: str, many: str, times: int = 1) -> None:
        """Count something that is said only once: ``one`` of a single one, ``many`` with „{n}" of more."""
        if times:
            self._counts[one, many] += times

    def notes(self, places: Mapping[int, str]) -> tuple[Note, ...]:
        """The notes in the order of the text, those about all of it first."""
        counted = [
            Note(WHOLE, one if n == 1 else many.replace("{n}", number(n))) for (one, many), n in self._counts.items()
        ]
        whole = [Note(WHOLE, sentence) for line, sentence in self._at if line is None]
        placed: dict[str, list[str]] = {}
        for line, sentence in sorted(((n, s) for n, s in self._at if n is not None), key=lambda pair: pair[0]):
            placed.setdefault(sentence, []).append(places.get(line, WHOLE))
        found = [*counted, *dict.fromkeys(whole), *(Note(_together(where), what) for what, where in placed.items())]
        if len(found) > MOST_NOTES:
            rest = len(found) - MOST_NOTES
            found = [*found[:MOST_NOTES], Note(WHOLE, f"Es gibt {rest} weitere Hinweise derselben Art.")]
        return tuple(found)


def _together(places: list[str]) -> str:
    """One place, or the first of many: the same sentence is said once."""
    different = list(dict.fromkeys(places))
    if len(different) <= 3:
        return ", ".join(different)
    return f"{', '.join(different[:2])} und {len(different) - 2} weitere Abschnitte"

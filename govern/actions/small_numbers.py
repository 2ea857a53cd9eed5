"""Find small numbers of people, cases or reports in a text that leaves the coordination, and refuse them. Pure."""

from __future__ import annotations

import re

from govern.errors import DomainError

_WORDS = ("null", "eine", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf")
_NUMBERS = {word: number for number, word in enumerate(_WORDS) if number != 1} | {"einzige": 1, "einzelne": 1}
"""„ein" and „eine" are articles much more often than numbers and are let through."""
_COUNTED = (
    r"meldung(?:en)?|lückenmeldung(?:en)?|hinweise?|f(?:all|älle|ällen|alles)|einzelf(?:all|älle|ällen)|famil(?:ie|ien)|person(?:en)?|"
    r"menschen?|kind(?:er|ern|es)?|vorschulkind(?:er|ern)?|jugendliche[nr]?|frau(?:en)?|m(?:ann|änner|ännern)|"
    r"m(?:utter|ütter)|v(?:ater|äter)|schüler(?::innen|innen)?|geflüchtete[nr]?|haushalte?n?|betroffene[nr]?|"
    r"ratsuchende[nr]?|klient(?::innen|en|innen)?|zugewanderte[nr]?|neuzugewanderte[nr]?|asylsuchende[nr]?|"
    r"unionsbürger(?::innen|innen)?|beratungen|vorgänge?n?"
)
_BETWEEN = r"(?:\s+[a-zäöüß]+){0,2}?\s+"
"""An adjective or two may stand between: „drei weitere Meldungen"."""
_COUNTS = "|".join(sorted(_NUMBERS, key=len, reverse=True))
_PATTERN = re.compile(rf"(?<![\w,./-])(?P<number>\d{{1,3}}|{_COUNTS}){_BETWEEN}(?:{_COUNTED})(?!\w)", re.IGNORECASE)


def small_numbers_in(text: str, threshold: int) -> list[str]:
    """The passages of ``text`` that name fewer than ``threshold`` people, cases or reports, but at least one."""
    return [" ".join(text[start:end].split()) for start, end in places_of_small_numbers(text, threshold)]


def places_of_small_numbers(text: str, threshold: int) -> list[tuple[int, int]]:
    """Where these passages stand in ``text``, as [from, to)."""
    found = []
    for match in _PATTERN.finditer(text):
        word = match["number"].lower()
        if 0 < (int(word) if word.isdigit() else _NUMBERS[word]) < threshold:
            found.append(match.span())
    return found


def demand_no_small_numbers(text: str, threshold: int, where: str) -> None:
    """Raises DomainError when ``text`` counts fewer people, cases or reports than may be told (D-50, D-52)."""
    found = small_numbers_in(text, threshold)
    if found:
        quoted = ", ".join(f"„{passage}“" for passage in found)
        raise DomainError(
            f"Bitte keine Zahlen unter {threshold} über Menschen, Fälle oder Meldungen: {quoted}.", field=where
        )

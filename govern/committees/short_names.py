"""Proposals for the short name of a committee: „Arbeitskreis Frühe Bildung" → „AK FB". Only ever proposed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

LONGEST = 20
KINDS = {
    "arbeitskreis": "AK",
    "unterarbeitskreis": "UAK",
    "arbeitskreise": "AK",
    "arbeitsgruppe": "AG",
    "unterarbeitsgruppe": "UAG",
    "arbeitsgruppen": "AG",
    "arbeitsgemeinschaft": "AG",
    "lenkungsgruppe": "LG",
    "steuerungsgruppe": "SG",
    "projektgruppe": "PG",
    "projektgruppen": "PG",
    "fachgruppe": "FG",
    "planungsgruppe": "PlG",
    "koordinierungsgruppe": "KG",
    "qualitätszirkel": "QZ",
    "fachausschuss": "FA",
    "ausschuss": "A",
    "integrationsrat": "IR",
    "kreistag": "KT",
    "regionalteam": "RT",
    "netzwerk": "NW",
    "beirat": "BR",
}
"""How kinds of committees are usually shortened."""
EMPTY = {"Kreis", "Stadt", "Gemeinde", "Der", "Die", "Das", "Im", "In", "Für", "Und"}
"""Words that tell nothing of a committee."""
A_FEW = 3
"""So many letters stand for a word that stands alone."""


def proposed_short_name(name: str, place: str, taken: Collection[str]) -> str | None:
    """A short name made of the kind and the initials of what it is about; None if no letter can be taken.

    ``place`` is the name of the county or city, which all its committees share; ``taken`` are short names in use.
    """
    used = {squeezed(short) for short in taken}
    return next((short for short in _candidates(_words(name, place)) if squeezed(short) not in used), None)


def squeezed(short_name: str) -> str:
    """A short name as it tells apart: no spaces, small letters; so it stands in numbers."""
    return "".join(short_name.split()).casefold()


def _words(name: str, place: str) -> list[str]:
    name = re.sub(r"\([^)]*\)", " ", name.replace(place, " ") if place.strip() else name)
    parts = [re.sub(r"[:*_](in|innen)\b", "", word) for word in re.split(r"[\s/\-–,&+„“\"]+", name)]
    words = [re.sub(r"\W", "", part) for part in parts]
    return [word for word in words if word and (word[0].isupper() or word.isdigit()) and word not in EMPTY]


def _candidates(words: list[str]) -> Iterator[str]:
    if not words:
        return
    kind = KINDS.get(words[0].lower()) or (words[0] if _is_short(words[0]) and len(words) > 1 else None)
    rest = words[1:] if kind else words
    plain = [word for word in rest if not _is_short(word)]
    fewest = A_FEW if len(plain) == 1 else 1
    made = [_join(kind, rest, letters) for letters in range(fewest, fewest + A_FEW)]
    yield from made
    for number in range(2, 1000):
        yield f"{made[0][: LONGEST - 4]} {number}"


def _join(kind: str | None, rest: list[str], letters: int) -> str:
    groups: list[str] = []
    was_short = True
    for word in rest:
        if _is_short(word) or was_short:
            groups.append("")
        groups[-1] += word if _is_short(word) else word[:letters]
        was_short = _is_short(word)
    return " ".join([kind, *groups] if kind else groups)[:LONGEST].strip()


def _is_short(word: str) -> bool:
    return word.isdigit() or (len(word) <= 6 and sum(letter.isupper() for letter in word) >= 2)

"""What the guard knows: given and family names, German words, places and countries; all from installed packages."""

from __future__ import annotations

import gzip
import json
import pkgutil
import re
from functools import cache, lru_cache
from importlib import import_module, resources
from pathlib import Path
from typing import Any

import faker.providers.person
import yaml
from faker.providers.address.de_DE import Provider as GermanPlaces

from govern.db import sort_key

FILE = Path(__file__).with_name("words.yaml")


@cache
def word_list(name: str) -> frozenset[str]:
    """The list ``name`` of words.yaml."""
    lists: dict[str, str] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return frozenset(str(lists[name]).split())


ORDINARY = word_list("ordinary")
"""German words that are given names as well; alone they are taken for words."""
ENDINGS = re.compile(
    r"(?:ung|ungs|heit|keit|schaft|tion|tät|ismus|ment|enz|anz|kurs|amt|stelle|rat|hilfe|gesetz|zentrum|schule|haus|"
    r"verfahren|antrag|dienst|geld|pflicht|raum|platz|weg|straße|kreis|stadt|dorf|weiler|hausen|heim|kirchen|hoven|"
    r"lich|isch|bar|los|sam|haft|innen|ierung|logie|grafie|metrie|thek|kasse|werk|verband|verein|bund|gruppe|träger)"
    r"(?:e|en|em|er|es|s|n)?$"
)
OTHER_COUNTRIES = ("Surinam", "Mongolei", "Tschad", "Kongo", "Elfenbeinküste", "Burma", "Tibet", "Weißrussland",
                   "Palästina", "Moldau", "Moldawien", "Tschetschenien", "Dagestan", "Osttimor", "Nordkorea",
                   "Südkorea", "Südsudan", "Kapverden", "Eswatini", "Kirgisien", "Hongkong", "Sansibar", "Somaliland",
                   "Abchasien", "Transnistrien", "Bergkarabach", "Kaschmir", "Belutschistan", "Lappland")  # fmt: skip
"""What countries are called besides, and regions people name instead."""
PEOPLES = word_list("peoples")
"""Peoples that have no country, or are called otherwise than theirs."""
PEOPLE_ENDING = re.compile(r"(?:isch(?:e[rnms]?)?|er|erin|ese|esin|ne|nin|e|en|in|innen|a|o|ya|i)$")
COMBINING = word_list("combining")
JOINTS = ("s", "es", "n", "en", "er", "e", "ens")
CYRILLIC = str.maketrans(
    {"а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ж": "zh", "з": "z", "и": "y",
     "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
     "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ь": "", "ъ": "", "ы": "y",
     "э": "e", "ю": "iu", "я": "ia", "ё": "io", "'": "", "’": ""}
)  # fmt: skip
GERMAN_SPELLING = (("zh", "sch"), ("shch", "schtsch"), ("sh", "sch"), ("ch", "tsch"), ("ts", "z"), ("kh", "ch"),
                   ("iu", "ju"),                   ("ia", "ja"), ("v", "w"))  # fmt: skip


@cache
def given_names() -> frozenset[str]:
    """Given names of all countries the package knows, folded."""
    return _names("first")


@cache
def family_names() -> frozenset[str]:
    """Family names of all countries the package knows, folded."""
    return _names("last")


@cache
def german_given_names() -> frozenset[str]:
    """Given names usual in German-speaking countries, folded; the list knows many from elsewhere, too."""
    return frozenset(n for m in ("de_DE", "de_AT", "de_CH") for n in _folded(_values(m, "first"))) - _fold_all(ORDINARY)


@cache
def german_words() -> frozenset[str]:
    """German words in lower case."""
    packed = resources.files("spellchecker").joinpath("resources/de.json.gz").read_bytes()
    words: dict[str, int] = json.loads(gzip.decompress(packed))
    return frozenset(words) | word_list("administration")


@cache
def places() -> frozenset[str]:
    """German towns and the countries of the world, folded, each word by itself."""
    names = [*GermanPlaces.cities, *GermanPlaces.countries, *GermanPlaces.states]
    return frozenset(fold(word) for name in names for word in re.split(r"[\s()/-]+", name) if len(word) > 2)


@cache
def countries() -> tuple[str, ...]:
    """The countries of the world in German."""
    return tuple(GermanPlaces.countries)


@cache
def country_stems() -> frozenset[str]:
    """How words for people of a country begin: „kamerun", „mongol", „georgi"."""
    names = [fold(c) for c in (*countries(), *OTHER_COUNTRIES) if " " not in c]
    return frozenset(stem_of(n) for n in names if len(n) >= 4) | PEOPLES


def stem_of(folded: str) -> str:
    """How the people of a country begin: „usbek" of Usbekistan, „finn" of Finnland, „georgi" of Georgien."""
    ended = re.match(r"(\w{4,}?)(?:i?stan|land)$", folded)
    if ended:
        return ended[1]
    return folded if len(folded) < 6 else folded[: max(5, len(folded) - 2)]


def is_people(word: str) -> bool:
    """„Kameruner", „Mongolin", „jemenitisch", „Uigure": somebody or something by origin."""
    folded = fold(word)
    return PEOPLE_ENDING.search(folded) is not None and any(
        folded.startswith(stem) and len(folded) - len(stem) <= 8 for stem in country_stems()
    )


@lru_cache(maxsize=20_000)
def is_german(word: str) -> bool:
    """True for a word, an inflected form or a compound of words that German knows."""
    lowered = word.lower()
    if _is_word(lowered) or (len(lowered) > 7 and ENDINGS.search(lowered) is not None):
        return True
    return len(lowered) >= 7 and (_is_compound(lowered) or _is_compound(lowered.rstrip("snmr").rstrip("e")))


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """``word`` without accents and case."""
    return sort_key(word.replace("ı", "i").replace("ə", "e").replace("ł", "l").replace("ø", "o").replace("đ", "d"))


ENDS = ("s", "n", "en", "es", "e", "er", "em", "in", "innen")


def _is_word(lowered: str) -> bool:
    words = german_words()
    if lowered in words:
        return True
    stems = [lowered[: -len(end)] for end in ENDS if lowered.endswith(end) and len(lowered) - len(end) >= 4]
    # „Plätze" and „Häuser" come from „Platz" and „Haus".
    return any(stem in words or stem.translate(PLAIN) in words for stem in stems)


PLAIN = str.maketrans("äöü", "aou")


@lru_cache(maxsize=50_000)
def _is_head(head: str) -> bool:
    # A word, a word with its joint („Verbands-"), or the stem of a verb or noun („Ansprech-", „Schul-").
    words = german_words()
    if head in words or head in COMBINING:
        return True
    if any(head.endswith(joint) and head[: -len(joint)] in words for joint in JOINTS if len(head) - len(joint) >= 3):
        return True
    return len(head) >= 4 and (f"{head}en" in words or f"{head}n" in words or f"{head}e" in words)


def _is_compound(lowered: str, depth: int = 0) -> bool:
    for cut in range(3, len(lowered) - 3):
        head, tail = lowered[:cut], lowered[cut:]
        if _is_head(head) and (_is_word(tail) or (depth < 2 and len(tail) >= 7 and _is_compound(tail, depth + 1))):
            return True
    return False


def _names(part: str) -> frozenset[str]:
    modules = (m.name for m in pkgutil.iter_modules(faker.providers.person.__path__))
    return frozenset(name for module in modules for name in _folded(_values(module, part)))


def _values(module: str, part: str) -> set[str]:
    provider = import_module(f"faker.providers.person.{module}").Provider
    found: set[str] = set()
    for attribute in dir(provider):
        if part in attribute and not re.search("format|prefix|suffix", attribute):
            values: Any = getattr(provider, attribute)
            if isinstance(values, tuple | list | dict):
                found |= {value for value in values if isinstance(value, str)}
    return found


def _folded(names: set[str]) -> frozenset[str]:
    found = set()
    for name in names:
        for word in re.split(r"[\s-]+", name.lower().translate(CYRILLIC)):
            if len(word) < 3 or not word.isalpha():
                continue
            found.add(fold(word))
            if word != name.lower():
                german = word
                for here, there in GERMAN_SPELLING:
                    german = german.replace(here, there)
                found.add(fold(german))
    return frozenset(name for name in found if name.isascii())


def _fold_all(words: frozenset[str]) -> frozenset[str]:
    return frozenset(fold(word) for word in words)

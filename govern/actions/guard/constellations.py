"""Combinations that single a person out: a rare origin or the only one of a kind, a place, and an age."""

from __future__ import annotations

import re
from functools import cache

from govern.actions.guard.kinds import Finding, FindingKind
from govern.actions.guard.lexicon import (
    OTHER_COUNTRIES,
    PEOPLES,
    countries,
    fold,
    german_words,
    is_german,
    is_people,
    places,
    stem_of,
    word_list,
)

COMMON_ORIGINS = word_list("common_origins") | {"Russische Föderation", "Bosnien und Herzegowina"}
_NUMBER = r"(?:ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|[a-zäöüß]*(?:zehn|zig|ßig)|hundert\w*)"
AGE = re.compile(
    r"\b\d{1,3}[\s-]?[Jj]ähr(?:ig\w*|\.)|\b\d{1,3}\s(?:Jahre|Monate|J\.)(?!\w)(?!\s(?:lang|später|Wartezeit|warten|"
    r"alte[nr]?\s(?:Akte|Antr)))|"
    r"(?<=[,(])\s?\d{1,2}(?=[,).;:]|$|\sund\s\d)|"
    r"\b(?:Mutter|Vater|Mann|Frau|Sohn|Tochter|Kind|Junge|Mädchen|Witwe|Witwer|Großmutter|Großvater|Bruder|"
    r"Schwester)[\s(,]+\d{1,2}\b|"
    r"\b\d{1,2}\sund\s\d{1,2}\b(?=[,\s])|\b(?:Jahrgang|Jg\.)\s\d{2,4}|\bist\s(?:gerade\s|erst\s)?\d{1,2}(?=[.,;)]|$)|"
    rf"\b{_NUMBER}\s(?:Jahre|Monate|Wochen)(?:\salt|(?=[.,;)]))|\b(?:\d+|{_NUMBER})\s(?:Wochen|Monate|Jahre)\salte[nrs]?\b|"
    rf"\b(?:ist|war|wird|wurde)\s(?:gerade\s|erst\s|schon\s|bald\s|fast\s)?(?:{_NUMBER})(?=[.,;)]|\sund\s|$)|"
    r"\b(?![Ll]ang|[Mm]ehr|[Gg]anz|[Vv]oll|[Mm]inder|[Hh]alb|[Dd]ies|[Vv]or|[Gg]roß)[A-ZÄÖÜa-zäöü][a-zäöüß]+jährig\w*|"
    r"\b\d{1,2}\.\s(?:Lebensjahr|Geburtstag)|\bGeburtsjahr\s\d{2,4}|\bAlter\svon\s(?:etwa\s|rund\s)?\w+|"
    r"\b(?:geboren|geb\.)\s(?:19|20)\d\d\b|\b(?:Säugling|Neugeborene[nrs]?|(?:Zwilling|Drilling|Vierling|Fünfling)\w*|Teenager\w*)\b|"
    r"\b(?:um\sdie|knapp|über|fast|rund)\s(?:[2-9]0|1[0-2]0)\b(?!\s(?:Prozent|%|[A-ZÄÖÜ]))|"
    r"\b(?:Anfang|Mitte|Ende)\s(?:der\s)?(?:[2-9]0(?:er)?|[a-zäöüZDVFSAN]\w*(?:zig|ßig)(?:er\w?)?)\b"
    r"(?!\.\s(?:KW|Kalenderwoche|Jahrhundert)|[\s-]Jahren?\b)"
)
WAITING = re.compile(
    r"\b(?:[Ww]arte[nt]?|\w*[Ww]artezeit\w*|[Dd]auern?|[Dd]auert|\w*[Dd]auer|\w*[Ff]rist)\s(?:\w+\s){0,3}$"
)
"""What before a number of months or years says that they are no age: „warten 18 Monate“, „die Frist ist 12 Monate“."""
ONLY = re.compile(
    r"\b[Aa]ls\s[Ee]inzige[rnms]?\b|\b(?:bislang|bisher)\s(?:der|die|das)\serste\s\w+|"
    r"\b(?:einzige[rnms]?|alleinige[rn]?)\s(?:\w+\s)?[A-ZÄÖÜ]\w+|\bnur\s(?:ein|eine|einen|"
    r"einer|zwei|drei)\s(?:\w+\s)?(?:Mann|Männer|Frau|Frauen|Familien?|Kind|Kinder|Person|Personen|Junge|Mädchen|Mutter|"
    r"Vater)\b(?!-)|\b[Bb]eiden?\s(?:\w+\s)?(?:Männer|Frauen|Kinder|Familien|Personen|Jungen|Mädchen|Eltern|Mütter|Väter|Söhne|"
    r"Töchter|Brüder|Schwestern|Geschwister|Jugendlichen?|\w+(?:innen|schwestern|brüder|kinder))n?\b"
)
BOTH = re.compile(r"\b[Bb]eiden?\s([A-ZÄÖÜ]\w+)")
"""„die beiden Tibeter“; two offices, groups or terms single nobody out."""
UNUSUAL = re.compile(
    r"\b(?:gehörlos|taubstumm|blinde[rnms]?\b|Rollstuhl|[Ss]taatenlos|jesidisch|Trans(?:frau|mann|person)|kleinwüchsig|"
    r"intergeschlecht|nichtbinär|einarmig|einbeinig|beinamputiert)\w*|"
    r"\b(?:[Jj]esid(?:e|en|in|innen)|(?:Drilling|Vierling|Fünfling)\w*)\b"
)
"""What few people in a small place share, besides a rare origin."""
_TOWN = r"((?:(?:Bad|Sankt|St\.)\s)?[A-ZÄÖÜ][\wäöüß-]+(?:\s(?:am|an der)\s[A-ZÄÖÜ]\w+)?)"
PLACE = re.compile(
    rf"\b(?:[Ii]n|[Aa]us|[Nn]ach|[Bb]ei|[Ii]m Ort|[Nn]ähe\svon|wohnhaft|Wohnort:?)\s{_TOWN}"
    r"|\b(?:[Ii]m|[Aa]us\sdem|[Ii]n\sdem)\s[a-zäöü]+en\s([A-ZÄÖÜ][\wäöüß-]+)"
    rf"|\b(?:Gemeinde|Stadt|Ortsteil|Stadtteil|Ortschaft|Dorf|Weiler)\s{_TOWN}"
    r"|\b(?:[Ii]n\s(?:der|einer)|[Ii]m|[Bb]eim|[Aa]us\s(?:der|dem))\s([A-ZÄÖÜ][\wäöüß-]{3,}er)(?=\s[A-ZÄÖÜ])"
    rf"|[,)]\s?{_TOWN}(?=[,.;:]|\s[a-z]|$)"
)
VILLAGE = re.compile(r"\b(?:Ortsteil|Stadtteil|Ortschaft|Weiler)\s[A-ZÄÖÜ][\wäöüß-]+")
"""What follows these words is a place, whatever it means besides."""
TOWNS = word_list("small_towns")
COMMON_PEOPLES = word_list("common_peoples")
PAIR = 300
"""Two sentences no longer than this are read together."""
_ORDINAL = r"(?<=\d)\.(?=\s(?:KW|Kalenderwoche|Jahrhundert|Lebensjahr|Geburtstag)\b)"
SENTENCE = re.compile(rf"[^.!?\n]+(?:(?:[.!?](?!\s|$)|{_ORDINAL})[^.!?\n]*)*")


def search(text: str) -> list[Finding]:
    """Sentences in which origin or uniqueness, place and age come together, or two that follow one another."""
    found: list[Finding] = []
    before: re.Match[str] | None = None
    for sentence in SENTENCE.finditer(text):
        finding = _search(text, sentence.start(), sentence.end())
        if finding is None and before is not None and sentence.end() - before.start() <= PAIR:
            finding = _search(text, before.start(), sentence.end())
        if finding is not None:
            found.append(finding)
        before = sentence if finding is None else None
    return found


def _search(text: str, offset: int, until: int) -> Finding | None:
    words = text[offset:until]
    origins, only = _origins(words), [m.span() for m in ONLY.finditer(words)]
    only += [match.span() for match in BOTH.finditer(words) if is_people(match[1])]
    unusual = [m.span() for m in UNUSUAL.finditer(words)]
    marks = [*origins, *only, *unusual]
    if not marks:
        return None
    ages = [m.span() for m in AGE.finditer(words) if not _is_waiting(words, m)]
    where = [m.span() for m in VILLAGE.finditer(words)]
    for match in PLACE.finditer(words):
        group = next(number for number, word in enumerate(match.groups(), start=1) if word)
        if _is_place(match[group]) and not any(
            start < match.end() and match.start(group) < end for start, end in origins
        ):
            where.append(match.span())
    # The only one of a rare origin in a place needs no age to be known there; two of these marks are enough.
    if not where or sum(bool(kind) for kind in (origins, only, unusual, ages)) < 2:
        return None
    spans = marks + ages + where
    start, end = min(s for s, _ in spans), max(e for _, e in spans)
    return Finding(offset + start, offset + end, FindingKind.SINGLED_OUT, words[start:end])


def _is_waiting(words: str, age: re.Match[str]) -> bool:
    counts_time = age.group().endswith(("Monate", "Jahre", "Wochen"))
    is_said_old = words.startswith(" alt", age.end())
    return counts_time and not is_said_old and WAITING.search(words, max(0, age.start() - 60), age.start()) is not None


def _origins(words: str) -> list[tuple[int, int]]:
    found = [match.span() for match in _long_countries().finditer(words)]
    for match in re.finditer(r"[A-ZÄÖÜa-zäöü][\wäöüß’-]+(?:\s(?:und|of)\s[A-ZÄÖÜ]\w+)?", words):
        word = match.group()
        if word in _rare_countries() or word.split()[0] in _rare_countries() or _is_rare_people(word):
            found.append(match.span())
    return found


def _is_rare_people(word: str) -> bool:
    family = re.match(r"([A-ZÄÖÜ][a-zäöüß]{3,})-(?:Familie|Mutter|Mann|Frau|Kind|Paar)$", word)
    if family:
        return not is_german(family[1]) and fold(family[1]) not in COMMON_PEOPLES
    folded = fold(word)
    return is_people(word) and not _is_common(folded) and not (
        word[0].islower() and re.search(r"isch(?:e[rnms]?)?$", folded) is None
    )  # fmt: skip


def _is_common(folded: str) -> bool:
    """True for people of a common origin; „Turkmene“ begins like „Türke“ and is none."""
    common = max((len(stem) for stem in _common_stems() if folded.startswith(stem)), default=0)
    return common > 0 and not any(len(stem) > common for stem in _rare_stems() if folded.startswith(stem))


def _is_place(word: str) -> bool:
    is_origin = word in countries() or word in _rare_countries()
    if is_origin:
        return False
    if re.match(r"(?:Bad|Sankt|St\.)\s[A-ZÄÖÜ]", word):
        return True
    inhabited = word[:-2] if word.endswith("er") else word  # „im Titzer Wohnheim“
    return any(fold(name) in places() or name in TOWNS for name in (word, inhabited)) or (
        word.lower() not in german_words() and not is_people(word)
    )


@cache
def _rare_countries() -> frozenset[str]:
    return frozenset(c for c in (*countries(), *OTHER_COUNTRIES) if c not in COMMON_ORIGINS)


@cache
def _long_countries() -> re.Pattern[str]:
    """Countries of several words: „Burkina Faso“, „aus der Dominikanischen Republik“."""
    names = sorted((re.escape(name) for name in _rare_countries() if " " in name), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(names)})".replace("ische\\ ", "ischen?\\ ").replace("igte\\ ", "igten?\\ "))


@cache
def _common_stems() -> tuple[str, ...]:
    return tuple(stem for name in COMMON_ORIGINS for stem in (fold(name)[:4], stem_of(fold(name))))


@cache
def _rare_stems() -> frozenset[str]:
    return frozenset(stem_of(fold(name)) for name in _rare_countries() if " " not in name) | PEOPLES

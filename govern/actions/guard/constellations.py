"""Combinations that single a person out: a rare origin or the only one of a kind, a place, and an age."""

from __future__ import annotations

import re
from functools import cache

from govern.actions.guard.kinds import Finding, FindingKind
from govern.actions.guard.lexicon import (
    OTHER_COUNTRIES,
    countries,
    fold,
    german_words,
    is_german,
    is_people,
    places,
    word_list,
)

COMMON_ORIGINS = word_list("common_origins") | {"Russische Föderation", "Bosnien und Herzegowina"}
AGE = re.compile(
    r"\b\d{1,2}[\s-]?jährig\w*|\b\d{1,2}\s(?:Jahre|Monate)\b(?!\s(?:lang|später|Wartezeit|warten|"
    r"alte[nr]?\s(?:Akte|Antr)))|"
    r"(?<=[,(])\s?\d{1,2}(?=[,).;:]|$|\sund\s\d)|"
    r"\b(?:Mutter|Vater|Mann|Frau|Sohn|Tochter|Kind|Junge|Mädchen|Witwe|Witwer|Großmutter|Großvater|Bruder|"
    r"Schwester)[\s(,]+\d{1,2}\b|"
    r"\b\d{1,2}\sund\s\d{1,2}\b(?=[,\s])|\b(?:Jahrgang|Jg\.)\s\d{2,4}|\bist\s(?:gerade\s|erst\s)?\d{1,2}(?=[.,;)]|$)|"
    r"\b(?:ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|\w+zehn|\w+zig)\s(?:Jahre\salt|"
    r"(?:Jahre|Monate)(?=[.,;)]))|"
    r"\b(?!lang|mehr|ganz|voll|minder|halb|dies|vor|groß)[a-zäöü]+jährig\w*|\bAlter\svon\s(?:etwa\s|rund\s)?\w+|"
    r"\b(?:geboren|geb\.)\s(?:19|20)\d\d\b|\b(?:Säugling|Neugeborene[nrs]?|(?:Zwilling|Drilling|Vierling|Fünfling)\w*|Teenager\w*)\b|"
    r"\bum\sdie\s[2-8]0\b|\b(?:Anfang|Mitte|Ende)\s[2-8]0\b|\b(?:Anfang|Mitte|Ende)\s(?:zwanzig|dreißig|vierzig|fünfzig|sechzig|siebzig)"
)
ONLY = re.compile(
    r"\b[Aa]ls\s[Ee]inzige[rnms]?\b|\b(?:bislang|bisher)\s(?:der|die|das)\serste\s\w+|"
    r"\b(?:einzige[rnms]?|alleinige[rn]?)\s(?:\w+\s)?[A-ZÄÖÜ]\w+|\bnur\s(?:ein|eine|einen|"
    r"einer)\s(?:\w+\s)?(?:Mann|Frau|Familie|Kind|Person|Junge|Mädchen|Mutter|Vater)\b"
)
UNUSUAL = re.compile(
    r"\b(?:gehörlos|taubstumm|blinde[rnms]?\b|Rollstuhl|staatenlos|jesidisch|Trans(?:frau|mann|person))\w*|"
    r"\b(?:[Jj]esid(?:e|en|in|innen)|(?:Drilling|Vierling|Fünfling)\w*)\b"
)
"""What few people in a small place share, besides a rare origin."""
PLACE = re.compile(
    r"\b(?:[Ii]n|[Aa]us|[Nn]ach|[Bb]ei|[Ii]m Ort)\s([A-ZÄÖÜ][\wäöüß-]+(?:\s(?:am|an der)\s[A-ZÄÖÜ]\w+)?)"
    r"|\b(?:[Ii]m|[Aa]us\sdem|[Ii]n\sdem)\s[a-zäöü]+en\s([A-ZÄÖÜ][\wäöüß-]+)"
    r"|\b(?:Gemeinde|Stadt|Ortsteil|Stadtteil|Ortschaft|Dorf|Weiler)\s([A-ZÄÖÜ][\wäöüß-]+)"
    r"|[,)]\s?([A-ZÄÖÜ][\wäöüß-]{3,})(?=[,.;:]|\s[a-z]|$)"
)
TOWNS = word_list("small_towns")
COMMON_PEOPLES = word_list("common_peoples")
SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?!\s|$)[^.!?\n]*)*")


def search(text: str) -> list[Finding]:
    """Sentences in which origin or uniqueness, place and age come together."""
    found = []
    for sentence in SENTENCE.finditer(text):
        words, offset = sentence.group(), sentence.start()
        origins, only = _origins(words), [m.span() for m in ONLY.finditer(words)]
        marks = [*origins, *only, *(m.span() for m in UNUSUAL.finditer(words))]
        ages = [m.span() for m in AGE.finditer(words)]
        where = [m.span() for m in PLACE.finditer(words) if _is_place(next(filter(None, m.groups())))]
        # The only one of a rare origin in a place needs no age to be known there.
        if where and ((marks and ages) or (origins and only)):
            spans = marks + ages + where
            start, end = min(s for s, _ in spans), max(e for _, e in spans)
            found.append(Finding(offset + start, offset + end, FindingKind.SINGLED_OUT, words[start:end]))
    return found


def _origins(words: str) -> list[tuple[int, int]]:
    found = []
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
    return is_people(word) and not any(folded.startswith(stem) for stem in _common_stems()) and not (
        word[0].islower() and re.search(r"isch(?:e[rnms]?)?$", folded) is None
    )  # fmt: skip


def _is_place(word: str) -> bool:
    is_origin = word in countries() or word in _rare_countries()
    return not is_origin and (fold(word) in places() or word in TOWNS or word.lower() not in german_words())


@cache
def _rare_countries() -> frozenset[str]:
    return frozenset(c for c in (*countries(), *OTHER_COUNTRIES) if c not in COMMON_ORIGINS)


@cache
def _common_stems() -> tuple[str, ...]:
    return tuple(fold(c)[:4] for c in COMMON_ORIGINS)

"""Word stems of German texts, by which similar reports and matters find each other. Pure: no database, no service."""

from __future__ import annotations

import re
from functools import cache

import snowballstemmer

from govern.db import sort_key

WORD = re.compile(r"[^\W\d_]{3,}")
SHORTEST, MOST = 4, 60
WORDLESS = """
    aber alle allem allen aller alles also andere anderen auch beim bereits bisher damit dann dass dafür daher
    darauf darum davon dazu denn deren derzeit dessen deshalb diese diesem diesen dieser dieses doch dort durch eben
    eine einem einen einer eines einige einigen erst etwa etwas fehlt fehlen ganz gibt haben hatte hatten hier ihre
    ihrem ihren ihrer immer infolge jede jedem jeden jeder jedoch kann kein keine keinem keinen keiner können könnte
    lange mehr mehrere mehreren meist meldung menschen muss müssen nach nicht nichts noch oder oft ohne personen
    schon sehr seit sich sind sodass soll sollen sollte statt stelle stellen über unter viele vielen wegen weil
    weiter weitere welche wenn werden wieder wird wurde wurden zudem zwar zwischen kreis stadt gemeinde kommune
    monat monate monaten woche wochen jahr jahre jahren
    niemand niemandem niemanden jemand jemanden finden findet bekommen bekommt
"""
COMMON = frozenset(WORDLESS.split())
"""Words that say nothing about what a gap is about."""


def stems_of(text: str) -> dict[str, str]:
    """Stem → the word as it was written, for every telling word of ``text``."""
    found: dict[str, str] = {}
    for match in WORD.finditer(text):
        word = match.group()
        lowered = word.lower()
        if len(word) < SHORTEST or lowered in COMMON:
            continue
        # Snowball takes the last s of „Kurs" for an ending, of „Kurse" not: without it both are one.
        stem = sort_key(_stemmer().stemWord(lowered)).rstrip("s")
        if len(stem) >= SHORTEST - 1:
            found.setdefault(stem, word)
        if len(found) == MOST:
            break
    return found


@cache
def _stemmer() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("german")

"""Names of people: known from lists, introduced by the words before them, or words that German does not know."""

from __future__ import annotations

import re
from dataclasses import dataclass

from govern.actions.guard.kinds import Finding, FindingKind
from govern.actions.guard.lexicon import (
    ORDINARY,
    family_names,
    fold,
    german_given_names,
    german_words,
    given_names,
    is_german,
    is_people,
    places,
    word_list,
)

TOKEN = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*\.?|[.!?:;,()„“\"/*–]|\d\S*|\n")
TITLES = word_list("titles")
RELATIVES = word_list("relatives")
ROLES = word_list("roles")
TO_PEOPLE = word_list("to_people")
TO_PLACES = word_list("to_places")
PLACE_WORDS = word_list("place_words")
VERBS = word_list("verbs")
OPENERS, CLOSERS = frozenset('„"(:–*'), frozenset(',)“".–')
DETERMINERS = word_list("determiners")
PARTICLES = word_list("particles")
ORGANISATIONS = word_list("organisations")
BUILDINGS = re.compile(
    r"(?:schule|gymnasium|kolleg|haus|stift|heim|straße|str|platz|weg|allee|zentrum|krankenhaus|klinik|"
    r"klinikum|hospital|"
                       r"kirche|kita|kindergarten|apotheke|stiftung|gesellschaft|werk|verein|halle|brücke|ring|"
                       r"park)$")  # fmt: skip
SAINTS = frozenset({"st.", "sankt", "st"})


@dataclass(frozen=True)
class _Word:
    text: str
    start: int
    end: int
    begins: bool
    """First word of a sentence."""

    @property
    def lowered(self) -> str:
        return self.text.lower().rstrip(".")

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def is_word(self) -> bool:
        return self.text[0].isalpha()

    @property
    def is_initial(self) -> bool:
        return len(self.text) == 2 and self.text[1] == "." and self.text[0].isupper() and self.text[0] not in "IVX"


def search(text: str, known: frozenset[str] = frozenset()) -> list[Finding]:
    """Names of natural persons in ``text``, officials' too; not those that streets, schools and houses bear."""
    words = _words(text)
    ignored = {fold(word) for word in known}
    all_small = not any(w.is_capital for w in words if w.is_word and not w.begins)
    found: list[tuple[int, int]] = []
    position = 0
    while position < len(words):
        length = _name_at(words, position, ignored, all_small)
        if length:
            found.append((words[position].start, words[position + length - 1].end))
            position += length
        else:
            position += 1
    return [Finding(start, end, FindingKind.NAME, text[start:end]) for start, end in found]


def _words(text: str) -> list[_Word]:
    found: list[_Word] = []
    begins = True
    for match in TOKEN.finditer(text):
        sign, end = match.group(), match.end()
        if (
            sign[0].isalpha()
            and sign.endswith(".")
            and not (len(sign) == 2 or sign.lower() in ("hr.", "fr.", "dr.", "st.", "fam.", "prof."))
        ):
            found.append(_Word(sign[:-1], match.start(), end - 1, begins))
            found.append(_Word(".", end - 1, end, False))
            begins = True
            continue
        found.append(_Word(sign, match.start(), end, begins))
        begins = sign in ".!?:\n" or (begins and not sign[0].isalnum())
    return found


def _name_at(words: list[_Word], i: int, ignored: set[str], all_small: bool) -> int:
    """How many words from ``i`` on are a name; 0 if none starts there."""
    word = words[i]
    if not word.is_word or fold(word.text) in ignored:
        return 0
    before = _before(words, i)
    if not word.is_capital:
        return _small_name(words, i, before, all_small)
    if word.text.isupper() and len(word.text) > 2 and not _is_all_capital(words):
        return 0
    if word.is_initial:
        follows = words[i + 1] if i + 1 < len(words) else None
        if before in TITLES or before in RELATIVES:
            return _extend(words, i, 1, ignored)
        is_abbreviation = before in ("z", "u", "d", "o", "i", "v", "e", "a", "s", "m", "t")
        if (
            follows is not None
            and not is_abbreviation
            and follows.is_word
            and follows.is_capital
            and not _is_building(follows.text)
        ):
            return _extend(words, i, 2, ignored)
        return 0
    if _is_introduced(words, i, before) or _is_given(words, i, before, ignored) or _is_strange(words, i, before):
        return _extend(words, i, 1, ignored)
    return 0


def _is_all_capital(words: list[_Word]) -> bool:
    said = [w.text for w in words if w.is_word]
    return len(said) > 2 and all(text.isupper() for text in said)


def _before(words: list[_Word], i: int) -> str:
    return words[i - 1].lowered if i else ""


def _is_introduced(words: list[_Word], i: int, before: str) -> bool:
    word = words[i]
    if word.lowered in ROLES or word.lowered in TITLES:
        return False
    if before in TITLES:
        is_family = before in ("familie", "fam", "name", "genannt", "eheleute", "ehepaar")
        if is_family and is_german(word.text) and fold(word.text) not in family_names():
            return False
        return not (word.text == "Sie" or _is_building(word.text))
    if before == "," and i >= 2 and words[i - 2].lowered in RELATIVES:
        return _looks_like_a_name(word.text) and not (is_german(word.text) and fold(word.text) not in given_names())
    if before in RELATIVES and not before.endswith(("kinder", "en")):
        return _looks_like_a_name(word.text) or (fold(word.text) in family_names() and not word.begins)
    return before in RELATIVES and _looks_like_a_name(word.text)


def _is_given(words: list[_Word], i: int, before: str, ignored: set[str]) -> bool:
    word = words[i]
    if _is_building(word.text) or before in SAINTS or before in PLACE_WORDS or BUILDINGS.search(before):
        return False
    name = _bare(word.text)
    if name is None:
        return False
    follows = words[i + 1] if i + 1 < len(words) else None
    has_family = (
        follows is not None and follows.is_word and follows.is_capital and not follows.text.isupper()
        and fold(follows.text) not in ignored and not _is_building(follows.text) and _could_be_family(follows)
    )  # fmt: skip
    if _is_place(word.text) and not has_family:
        return False
    if _is_clear(name):
        return not (before in DETERMINERS and not has_family and is_german(word.text))
    return has_family and before not in DETERMINERS


def _is_strange(words: list[_Word], i: int, before: str) -> bool:
    # A capitalised word German does not know, where a noun would have an article and a place its preposition.
    word = words[i]
    text = word.text.rstrip(".")
    if len(text) < 3 or _is_known(text) or _is_building(text) or before in DETERMINERS or before in PLACE_WORDS:
        return False
    if text[-1] == "s" and _is_known(text[:-1]):
        return False
    follows = words[i + 1] if i + 1 < len(words) else None
    if (
        follows is not None
        and follows.is_word
        and follows.is_capital
        and _looks_like_a_name(follows.text)
        and not _in_places(words, i)
    ):
        return True
    if (
        _in_places(words, i)
        or is_people(text)
        or (before == "von" and follows is not None and follows.lowered in ("nach", "bis"))
    ):
        return False
    if before in TO_PEOPLE:
        return True
    if word.begins:
        if follows is not None and follows.lowered in ("und", "oder", "sowie"):
            return (
                i + 2 < len(words)
                and words[i + 2].is_word
                and words[i + 2].is_capital
                and _looks_like_a_name(words[i + 2].text)
            )
        return (
            follows is None
            or follows.text == ","
            or (follows.is_word and not follows.is_capital)
            or _is_genitive(words, i)
        )
    if before in OPENERS:
        return follows is None or follows.text in CLOSERS
    if before in VERBS or (before.endswith("t") and len(before) > 3 and words[i - 1].text[0].islower()):
        return follows is None or not follows.is_capital
    return before == "und" and i >= 2 and _looks_like_a_name(words[i - 2].text) and words[i - 2].is_capital


def _in_places(words: list[_Word], i: int) -> bool:
    """True after „in", „aus" …, also further on in a list: „in Hellenthal, Kall und Schleiden"."""
    while i > 0:
        before = words[i - 1].lowered
        if before in TO_PLACES:
            return True
        if before in (",", "und", "oder", "bis", "sowie", "/") and i >= 2 and words[i - 2].is_capital:
            i -= 2
            continue
        return False
    return False


def _small_name(words: list[_Word], i: int, before: str, all_small: bool) -> int:
    # Typed in haste, without capitals: only what lists know, and what no German word is.
    word = words[i]
    name = fold(word.text)
    if len(name) < 4 or word.lowered in german_words() or is_german(word.text) or name in places():
        return 0
    if name in given_names() and (all_small or before in RELATIVES or before in TO_PEOPLE):
        return _extend_small(words, i)
    if before in TITLES and (all_small or name in family_names()):
        return _extend_small(words, i)
    return 0


def _extend_small(words: list[_Word], i: int) -> int:
    follows = words[i + 1] if i + 1 < len(words) else None
    if (
        follows is not None
        and follows.is_word
        and (fold(follows.text) in family_names())
        and not is_german(follows.text)
    ):
        return 2
    return 1


def _extend(words: list[_Word], i: int, length: int, ignored: set[str]) -> int:
    """Take in the words that belong to the same name: further given names, particles, the family name."""
    while i + length < len(words):
        word = words[i + length]
        following = words[i + length + 1] if i + length + 1 < len(words) else None
        if (
            word.is_word
            and word.is_capital
            and not word.text.isupper()
            and _could_be_family(word)
            and fold(word.text) not in ignored
            and not _is_building(word.text)
        ):
            length += 1
        elif (
            word.lowered in PARTICLES
            and following is not None
            and following.is_word
            and following.is_capital
            and (_looks_like_a_name(following.text) and not is_german(following.text))
        ):
            length += 2
        else:
            break
    return length


def _could_be_family(word: _Word) -> bool:
    name = fold(word.text)
    if name in family_names() and word.lowered not in ("stelle", "amt", "kinder"):
        return True
    return _looks_like_a_name(word.text) and word.lowered not in ORGANISATIONS


def _looks_like_a_name(text: str) -> bool:
    name = _bare(text)
    return (name is not None and _is_clear(name)) or not _is_known(text)


def _bare(text: str) -> str | None:
    """The given name ``text`` is, without the s of the genitive; None if it is none."""
    for form in (text, *([text.rstrip("’'")[:-1]] if text.rstrip("’'").endswith("s") and len(text) > 3 else [])):
        parts = [fold(part) for part in re.split(r"[-’']", form) if part]
        if parts and all(part in given_names() for part in parts):
            return form
    return None


def _is_clear(name: str) -> bool:
    """True for a given name that is no German word besides."""
    lowered = name.lower()
    if lowered in ORDINARY:
        return False
    return fold(name) in german_given_names() or not (lowered in german_words() or is_german(name))


def _is_known(text: str) -> bool:
    """True for German words, places and institutions, also in parts joined by hyphens."""
    if any(c.isupper() for c in text[1:].replace("-", "").lstrip("cC")) and "-" not in text:
        return True  # „LaKI", „SQLite", „NRW"
    lowered = text.lower()
    if "-" in text:
        last = text.rsplit("-", 1)[1]
        return (is_german(last) and fold(last) not in family_names()) or all(_is_known(p) for p in text.split("-") if p)
    return is_german(text) or _is_place(text) or lowered in ORGANISATIONS or len(text) < 3


def _is_place(text: str) -> bool:
    return fold(text) in places() or text.lower() in ORGANISATIONS


def _is_building(text: str) -> bool:
    """„Anne-Frank-Gesamtschule", „Elisabeth-Krankenhaus": a name borne by a house."""
    last = text.lower().rsplit("-", 1)[-1]
    return (
        "-" in text
        and (
            BUILDINGS.search(last) is not None
            or (is_german(last) and fold(last) not in family_names() and fold(last) not in given_names())
        )
    ) or (len(text) > 8 and BUILDINGS.search(last) is not None)


def _is_genitive(words: list[_Word], i: int) -> bool:
    follows = words[i + 1] if i + 1 < len(words) else None
    return words[i].text.endswith("s") and follows is not None and follows.is_capital and is_german(follows.text)

"""Which lines are headings, of which level, with which number; and how sure that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from govern.documents.importing.lines import DECIMAL, NUMBER, Line, folded
from govern.documents.importing.report import Report
from govern.documents.sections import DEEPEST
from govern.formats import count

AT_THE_RIM = frozenset({"vorwort", "literatur", "literaturverzeichnis", "quellen", "quellenverzeichnis", "anhang",
                        "anhänge", "anlage", "anlagen", "impressum", "abkürzungsverzeichnis", "glossar"})  # fmt: skip
"""Headings without number that stand before or after the numbered ones."""
MOST_NAMED = 4
ENOUGH = 2
"""So many headings with a format make it the rule of the file."""


@dataclass(frozen=True)
class Heading:
    """A line read as a heading; ``number`` as it was printed, empty for none."""

    level: int
    number: str
    words: str
    key: str | None = None


def find_headings(
    lines: Sequence[Line], contents: set[str], report: Report, *, is_own: bool = False
) -> dict[int, Heading]:
    """The headings by the place of their line; ``contents`` are the titles a table of contents named."""
    styled = [line for line in lines if line.level is not None and line.words]
    if is_own:
        return {line.at: Heading(line.level or 1, line.number, line.words, line.key) for line in styled}
    if len(styled) >= ENOUGH:
        found = {line.at: _styled(line) for line in styled}
        _add_forgotten(found, lines, contents, report)
    else:
        found = _plain_headings(lines, contents, report)
        for line in styled:
            found[line.at] = _styled(line)
        found = dict(sorted(found.items()))
        _take_title(found, lines, report)
        if found:
            report.note("Die Überschriften haben kein Überschriftformat. Sie wurden an Nummern, Fettdruck und "
                        "Inhaltsverzeichnis erkannt; bitte den Aufbau prüfen.")  # fmt: skip
    return _levels_by_number(found, report)


def split_number(words: str) -> tuple[str, str]:
    """„2.3.2 Gremienarbeit“ as number and words; a year is no number."""
    found = NUMBER.fullmatch(words)
    return (found["number"].rstrip(":"), " ".join(found["heading"].split())) if found else ("", " ".join(words.split()))


def _styled(line: Line) -> Heading:
    number, words = (line.number, line.words) if line.number else split_number(line.words)
    return Heading(min(line.level or 1, DEEPEST), number, words)


def _is_in(line: Line, contents: set[str]) -> bool:
    return (
        bool(contents)
        and len(line.words) <= 200
        and bool(
            {folded(line.words), folded(split_number(line.words)[1]), folded(f"{line.number} {line.words}")} & contents
        )
    )


def _may_be(line: Line) -> bool:
    return line.level is None and line.item is None and line.kind == "text" and line.is_short


def _add_forgotten(found: dict[int, Heading], lines: Sequence[Line], contents: set[str], report: Report) -> None:
    """Headings without format in a file whose others have one; bold lines stay text."""
    left: list[str] = []
    for line in lines:
        if not _may_be(line):
            continue
        number, words = split_number(line.words)
        is_listed = _is_in(line, contents)
        if is_listed or (line.is_bold and DECIMAL.fullmatch(number) and "." in number.rstrip(".")):
            level = _depth(number) if DECIMAL.fullmatch(number) else _level_above(found, line.at)
            found[line.at] = Heading(level, number, words)
            reason = "im Inhaltsverzeichnis genannt" if is_listed else "nummeriert und fett"
            report.note(f"Ohne Überschriftformat, aber als Überschrift gelesen, weil {reason}.", line=line.at)
        elif line.is_bold:
            left.append(line.words)
    if left:
        some = ", ".join(f"„{words}“" for words in left[:MOST_NAMED])
        report.note(f"{count(len(left), 'fett gesetzte Zeile', 'fett gesetzte Zeilen')} ohne Überschriftformat "
                    f"{'blieb' if len(left) == 1 else 'blieben'} Text{', zum Beispiel' if left[MOST_NAMED:] else ':'} "
                    f"{some}.")  # fmt: skip
    ordered = dict(sorted(found.items()))
    found.clear()
    found.update(ordered)


def _take_title(found: dict[int, Heading], lines: Sequence[Line], report: Report) -> None:
    """The largest line before all numbered headings is no heading but the title."""
    by_place = {line.at: line for line in lines}
    first = next(iter(found), None)
    if first is None or found[first].number or not any(heading.number for heading in found.values()):
        return
    if by_place[first].size > max((by_place[at].size for at in found if at != first), default=0) + 1:
        del found[first]
        by_place[first].kind = "title"
        report.forget(first)


def _level_above(found: dict[int, Heading], at: int) -> int:
    above = [heading.level for place, heading in found.items() if place < at]
    return above[-1] if above else 1


def _plain_headings(lines: Sequence[Line], contents: set[str], report: Report) -> dict[int, Heading]:
    may_be = [line for line in lines if _may_be(line)]
    body = Counter(round(line.size * 2) for line in lines if line.words and not line.is_bold).most_common(1)
    usual = body[0][0] / 2 if body else 0
    sizes = sorted({line.size for line in may_be if line.is_bold or line.size > usual + 1}, reverse=True)
    found: dict[int, Heading] = {}
    numbered_level, last_single = 0, 0
    for line in may_be:
        number, words = split_number(line.words)
        is_listed = _is_in(line, contents)
        single = int(number.rstrip(".")) if DECIMAL.fullmatch(number) and "." not in number.rstrip(".") else None
        if number and (is_listed or line.is_bold or _is_sure(number) or single == last_single + 1):
            if single is not None and not (is_listed or line.is_bold):
                report.note(f"„{line.words}“ wurde wegen seiner Nummer als Überschrift gelesen; es könnte auch zu "
                            "einer Liste gehören.", line=line.at)  # fmt: skip
            last_single = single if single is not None else last_single
            numbered_level = _depth(number)
            found[line.at] = Heading(numbered_level, number, words)
        elif is_listed or line.is_bold or (usual and line.size > usual + 1):
            level = _guessed_level(line, sizes, numbered_level)
            found[line.at] = Heading(level, "", words)
            if not is_listed:
                reason = "fett" if line.is_bold else "größer"
                report.note(f"Als Überschrift gelesen, weil {reason} gesetzt; die Ebene {level} ist geschätzt.",
                            line=line.at)  # fmt: skip
    return found


def _is_sure(number: str) -> bool:
    # „2.3“ and „§ 4“ begin no sentence; „A.“ and „3.“ may.
    return (DECIMAL.fullmatch(number) is not None and "." in number.rstrip(".")) or number[0] in "§" or len(number) > 6


def _guessed_level(line: Line, sizes: list[float], numbered_level: int) -> int:
    if not AT_THE_RIM.isdisjoint(folded(line.words).split()[:1]):
        return 1
    rank = sizes.index(line.size) if line.size in sizes else len(sizes) - 1
    if not numbered_level:
        return min(max(rank, 0) + 1, DEEPEST)
    return 1 if len(sizes) > 1 and rank == 0 else min(numbered_level + 1, DEEPEST)


def _depth(number: str) -> int:
    return min(number.rstrip(".").count(".") + 1, DEEPEST) if DECIMAL.fullmatch(number) else 1


def _levels_by_number(found: dict[int, Heading], report: Report) -> dict[int, Heading]:
    """Levels from the numbers where most headings have one: formats jump, numbers seldom do."""
    numbered = [heading for heading in found.values() if DECIMAL.fullmatch(heading.number)]
    if len(numbered) < max(2, len(found) * 0.5):
        return found
    usual: dict[int, Counter[int]] = {}
    for heading in numbered:
        usual.setdefault(heading.level, Counter())[_depth(heading.number)] += 1
    wrong = sum(1 for heading in numbered if heading.level != _depth(heading.number))
    if wrong:
        report.note(f"Bei {wrong} von {len(found)} Überschriften passt die Ebene des Formats nicht zur Nummer; "
                    "es gilt die Nummer.")  # fmt: skip
    settled: dict[int, Heading] = {}
    for at, heading in found.items():
        if DECIMAL.fullmatch(heading.number):
            level = _depth(heading.number)
        elif heading.level in usual and not heading.number:
            level = usual[heading.level].most_common(1)[0][0]
        else:
            level = heading.level
        settled[at] = Heading(level, heading.number, heading.words)
    return settled

"""The Synopse: two versions of a document side by side, section by section and word by word.

Sections are known again by their key, else by heading, else by their words; a section that stands elsewhere or has
another number is said to be moved or renumbered, not deleted and written anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum

from govern.documents.sections import PlacedSection, Tree, walk
from govern.documents.word_diff import TextRow, compare_texts, distinct_words, title_row

ALIKE = 0.5
"""So large a share of words in common makes two sections the same one."""


class SectionChangeKind(StrEnum):
    """What happened to a section from one version to the other."""

    SAME = "same"
    CHANGED = "changed"
    NEW = "new"
    GONE = "gone"

    @property
    def label(self) -> str:
        return {"same": "unverändert", "changed": "geändert", "new": "neu", "gone": "entfallen"}[self.value]


@dataclass(frozen=True)
class SectionChange:
    """A section in both versions, or in one of them. ``title`` and ``rows`` hold the words with what changed."""

    old: PlacedSection | None
    new: PlacedSection | None
    title: TextRow
    rows: tuple[TextRow, ...] = ()
    is_moved: bool = False
    reason: str = ""

    @property
    def shown(self) -> PlacedSection:
        """The section by which it is called: the new one, or the old one that is gone."""
        placed = self.new or self.old
        if placed is None:
            raise ValueError("a change has a section on one side at least")
        return placed

    @property
    def kind(self) -> SectionChangeKind:
        """Whether its heading or text is other than before."""
        if self.old is None:
            return SectionChangeKind.NEW
        if self.new is None:
            return SectionChangeKind.GONE
        is_same = self.title.is_same and all(row.is_same for row in self.rows)
        return SectionChangeKind.SAME if is_same else SectionChangeKind.CHANGED

    @property
    def is_renamed(self) -> bool:
        """Whether its heading reads otherwise; a new one has no other."""
        return self.old is not None and self.new is not None and not self.title.is_same

    @property
    def is_renumbered(self) -> bool:
        """Whether only its number is another one; moved sections mostly have a new number anyway."""
        return self.old is not None and self.new is not None and self.old.number != self.new.number

    @property
    def marks(self) -> tuple[str, ...]:
        """What is said beside the heading, in words."""
        said = [self.kind.label] if self.kind is not SectionChangeKind.SAME else []
        if self.is_moved:
            said.append("verschoben")
        if self.is_renumbered and self.old is not None:
            said.append(f"bisher {self.old.number}" if self.old.number else "bisher ohne Nummer")
        return tuple(said)

    @property
    def is_shown(self) -> bool:
        """Whether „nur Änderungen“ shows it: a new number alone is no change of what is agreed."""
        return self.kind is not SectionChangeKind.SAME or self.is_moved


@dataclass(frozen=True)
class Synopsis:
    """Two versions compared; sections in the order of the new one, those that are gone where they were."""

    sections: tuple[SectionChange, ...]

    def count(self, kind: SectionChangeKind) -> int:
        """How many sections changed so."""
        return sum(1 for section in self.sections if section.kind is kind)

    @property
    def moved(self) -> int:
        """How many sections stand elsewhere."""
        return sum(1 for section in self.sections if section.is_moved)

    @property
    def changes(self) -> tuple[SectionChange, ...]:
        """The sections that changed or moved."""
        return tuple(section for section in self.sections if section.is_shown)

    @property
    def summary(self) -> str:
        """„11 von 34 Abschnitten geändert · 2 neu · 0 entfallen“."""
        total = sum(1 for section in self.sections if section.new is not None)
        changed, new, gone = (
            self.count(k) for k in (SectionChangeKind.CHANGED, SectionChangeKind.NEW, SectionChangeKind.GONE)
        )
        moved = f" · {self.moved} verschoben" if self.moved else ""
        return f"{changed} von {total} Abschnitten geändert · {new} neu · {gone} entfallen{moved}"


def compare(old: Tree, new: Tree, *, reasons: Mapping[str, str] | None = None) -> Synopsis:
    """Compare two trees. ``reasons`` says by key why a section was changed."""
    before, after = list(walk(old)), list(walk(new))
    pairs = _pairs(before, after)
    moved = _moved(before, after, pairs, reasons or {})
    found: dict[int, SectionChange] = {}
    titles = {p.section.key: p.section.heading for p in (*before, *after) if p.section.key}
    for n, placed in enumerate(after):
        was = before[pairs[n]] if n in pairs else None
        found[n] = SectionChange(
            was, placed, title_row(was.section.heading if was else None, placed.section.heading),
            compare_texts(was.section.text if was else None, placed.section.text, titles), n in moved,
            (reasons or {}).get(placed.section.key or "", ""),
        )  # fmt: skip
    return Synopsis(tuple(_with_gone(before, after, pairs, found, titles, reasons or {})))


def _with_gone(
    before: Sequence[PlacedSection], after: Sequence[PlacedSection], pairs: Mapping[int, int],
    found: Mapping[int, SectionChange], titles: Mapping[str, str], reasons: Mapping[str, str],
) -> Iterable[SectionChange]:  # fmt: skip
    place_of = {was: n for n, was in pairs.items()}
    gone_after: dict[int, list[int]] = {}
    last = -1
    for was in range(len(before)):
        if was in place_of:
            last = place_of[was]
        else:
            gone_after.setdefault(last, []).append(was)
    for n in range(-1, len(after)):
        if n >= 0:
            yield found[n]
        for was in gone_after.get(n, []):
            section = before[was].section
            yield SectionChange(
                before[was], None, title_row(section.heading, None), compare_texts(section.text, None, titles),
                reason=reasons.get(section.key or "", ""),
            )  # fmt: skip


# --- knowing sections again -------------------------------------------------------------------------------------------
def _pairs(before: Sequence[PlacedSection], after: Sequence[PlacedSection]) -> dict[int, int]:
    """For each section of the new version its place in the old one."""
    pairs: dict[int, int] = {}
    keys = {p.section.key: n for n, p in enumerate(before) if p.section.key}
    for n, placed in enumerate(after):
        if placed.section.key in keys:
            pairs[n] = keys[placed.section.key]
    if len(pairs) < len(after):
        _pair_by_heading(before, after, pairs)
    if len(pairs) < len(after):
        _pair_by_words(before, after, pairs)
    return pairs


def _pair_by_heading(
    before: Sequence[PlacedSection], after: Sequence[PlacedSection], pairs: dict[int, int]
) -> None:  # fmt: skip
    """First the same heading below the same heading, then the same heading anywhere if there is only one."""
    chains = _chains(before), _chains(after)
    for by_chain in (True, False):
        free: dict[tuple[str, ...], list[int]] = {}
        taken = set(pairs.values())
        for was in range(len(before)):
            if was not in taken:
                free.setdefault(chains[0][was] if by_chain else chains[0][was][-1:], []).append(was)
        for n in range(len(after)):
            if n in pairs:
                continue
            same = free.get(chains[1][n] if by_chain else chains[1][n][-1:], [])
            if same and (by_chain or len(same) == 1):
                pairs[n] = same.pop(0)


def _chains(placed: Sequence[PlacedSection]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    above: list[str] = []
    for each in placed:
        del above[each.depth - 1 :]
        above.append(" ".join(each.section.heading.casefold().split()))
        found.append(tuple(above))
    return found


def _pair_by_words(
    before: Sequence[PlacedSection], after: Sequence[PlacedSection], pairs: dict[int, int]
) -> None:  # fmt: skip
    """The most similar of those still alone."""
    taken = set(pairs.values())
    old = {n: distinct_words(p.section.text) for n, p in enumerate(before) if n not in taken}
    new = {n: distinct_words(p.section.text) for n, p in enumerate(after) if n not in pairs}
    likeness = sorted(
        ((_likeness(words, others), n, was) for n, words in new.items() for was, others in old.items()), reverse=True
    )
    for share, n, was in likeness:
        if share < ALIKE:
            break
        if n not in pairs and was not in taken:
            pairs[n] = was
            taken.add(was)


def _likeness(words: frozenset[str], others: frozenset[str]) -> float:
    together = len(words) + len(others)
    return 2 * len(words & others) / together if min(len(words), len(others)) >= 5 else 0.0


def _moved(
    before: Sequence[PlacedSection], after: Sequence[PlacedSection], pairs: Mapping[int, int],
    reasons: Mapping[str, str],
) -> set[int]:  # fmt: skip
    """Sections that stand below another one, or passed their neighbours: of two that changed places the one with a
    reason."""
    place_of = {p.path: n for n, p in enumerate(before)}, {p.path: n for n, p in enumerate(after)}
    below: dict[int | None, list[int]] = {}
    moved: set[int] = set()
    for n, was in pairs.items():
        parent_before, parent = place_of[0].get(before[was].path[:-1]), place_of[1].get(after[n].path[:-1])
        if (pairs.get(parent) if parent is not None else None) != parent_before:
            moved.add(n)
        else:
            below.setdefault(parent, []).append(n)
    for siblings in below.values():
        siblings.sort()
        explained = {pairs[n] for n in siblings if after[n].section.key in reasons}
        kept = _longest_rise([pairs[n] for n in siblings], explained)
        moved.update(n for n in siblings if pairs[n] not in kept)
    return moved


def _longest_rise(places: Sequence[int], explained: Set[int]) -> set[int]:
    """The most of ``places`` that are still in their order; among as many, those with the fewest ``explained``."""
    best: list[tuple[tuple[int, int], int]] = []
    for n, place in enumerate(places):
        (most, plain), above = max(((best[m][0], m) for m in range(n) if places[m] < place), default=((0, 0), -1))
        best.append(((most + 1, plain + (place not in explained)), above))
    kept: set[int] = set()
    n = max(range(len(best)), key=lambda m: best[m][0], default=-1)
    while n >= 0:
        kept.add(places[n])
        n = best[n][1]
    return kept

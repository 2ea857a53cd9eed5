"""Small numbers: mask a table of counts so that what is hidden cannot be worked out again (D-50 to D-55).

Pure functions without a database. ``mask`` first hides the counts from 1 up to the threshold, then further cells until
every hidden cell could just as well be another by the threshold or more: for each of them there is a second table with
the same visible numbers in which some cells give ``threshold`` cases to others. Such a *transfer* is the product of two
steps, one per axis: along an axis either one line gives to another below the same sum, or a path from the total down
only receives. Giving cells hold at least the threshold, so nothing becomes negative; all cells of a transfer are hidden
and all of them are protected by it at once, therefore nothing hidden later can take the protection away again.
``docs/decisions/0021-small-numbers.md`` says why, and what is published at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

LEAST_THRESHOLD = 3
DEFAULT_THRESHOLD = 5
ROUND_TO = 5
SIGN = "*"
"""What stands in a table for a hidden count; the page adds the words for those who listen."""
HIDDEN_WORDS = "nicht ausgewiesen"
_FORBIDDEN = 1 << 60
_PER_CELL = 3
"""Weight of hiding a cell at all, against the size of its count: many small cells are worth more than one large."""


class Zeros(StrEnum):
    """When a zero counts as a small number."""

    SHOWN = "shown"
    """Never by itself; a zero is hidden only where it protects another."""
    IN_SMALL_LINES = "in_small_lines"
    """In a line whose own total is small: there, zeros tell where the few are."""
    MASKED = "masked"
    """Always."""

    @property
    def label(self) -> str:
        return {
            "shown": "Nullen werden gezeigt",
            "in_small_lines": "Nullen werden in kleinen Zeilen und Spalten verdeckt",
            "masked": "Nullen werden verdeckt",
        }[self.value]


@dataclass(frozen=True)
class Axis:
    """What stands along one side of a table: sums and their parts, from the total down.

    ``parts`` gives for each sum one or more complete breakdowns: a county's municipalities, a year's quarters.
    """

    total: str
    parts: Mapping[str, Sequence[Sequence[str]]]

    @classmethod
    def flat(cls, keys: Sequence[str], total: str = "total") -> Axis:
        """One total and its parts."""
        return cls(total, {total: (tuple(keys),)})

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Every line of the axis: the total first, each sum before its parts."""
        found = [self.total]
        for key in found:
            for breakdown in self.parts.get(key, ()):
                found.extend(breakdown)
        if len(found) != len(set(found)):
            raise ValueError("A line stands below one sum only.")
        return tuple(found)

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """The lines that are no sums."""
        return tuple(key for key in self.keys if key not in self.parts)

    @cached_property
    def tree(self) -> _Tree:
        """The same with numbers instead of keys."""
        number = {key: index for index, key in enumerate(self.keys)}
        parts = [[[number[key] for key in breakdown] for breakdown in self.parts.get(key, ())] for key in self.keys]
        parents: list[tuple[int, int] | None] = [None] * len(parts)
        for index, breakdowns in enumerate(parts):
            for place, breakdown in enumerate(breakdowns):
                for child in breakdown:
                    parents[child] = (index, place)
        return _Tree(parts, parents)


@dataclass(frozen=True)
class Table:
    """Counts by row and column; what is not named is zero, sums are worked out."""

    rows: Axis
    columns: Axis
    counts: Mapping[tuple[str, str], int]
    """By keys of lines that are no sums; in rows and columns with several breakdowns: by sums and parts alike."""

    @cached_property
    def values(self) -> list[list[int]]:
        """All counts, sums included, in the order of the keys. Raises ValueError when breakdowns differ."""
        found = [[self.counts.get((row, column), 0) for column in self.columns.keys] for row in self.rows.keys]
        for line in found:
            _add_up(line, self.columns.tree)
        for place in range(len(self.columns.keys)):
            line = [row[place] for row in found]
            _add_up(line, self.rows.tree)
            for row, value in zip(found, line, strict=True):
                row[place] = value
        if any(value < 0 for line in found for value in line):
            raise ValueError("A count is never negative.")
        return found


@dataclass(frozen=True)
class MaskedCell:
    """A count that may be shown, or None."""

    value: int | None

    @property
    def is_hidden(self) -> bool:
        return self.value is None

    @property
    def text(self) -> str:
        """For a table: the number, or the sign for a hidden one."""
        return SIGN if self.value is None else str(self.value)

    @property
    def words(self) -> str:
        """For a sentence, and for those who listen."""
        return HIDDEN_WORDS if self.value is None else str(self.value)


@dataclass(frozen=True)
class MaskedTable:
    """What everybody may see of a table."""

    rows: Axis
    columns: Axis
    threshold: int
    cells: Mapping[tuple[str, str], MaskedCell]
    is_rounded: bool = False
    transfers: tuple[tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]], ...] = field(default=(), repr=False)
    """Receiving and giving cells of each transfer, for those who check the protection; never shown."""

    def __getitem__(self, place: tuple[str, str]) -> MaskedCell:
        return self.cells[place]

    @property
    def has_hidden(self) -> bool:
        return any(cell.is_hidden for cell in self.cells.values())

    @property
    def note(self) -> str | None:
        """What has to stand beside the table (D-55); None when nothing is hidden."""
        if self.is_rounded:
            return rounding_note()
        return masking_note(self.threshold) if self.has_hidden else None

    def share(self, place: tuple[str, str], of: tuple[str, str]) -> float | None:
        """The share of one cell in another; None if one of them is hidden or there is nothing to share."""
        part, whole = self[place].value, self[of].value
        return None if part is None or not whole else part / whole


def masking_note(threshold: int) -> str:
    """The sentence beside masked numbers (D-55)."""
    return (f"Werte unter {threshold} sind aus Datenschutzgründen nicht ausgewiesen, ebenso weitere Werte, "
            "aus denen sie sich errechnen ließen.")  # fmt: skip


def rounding_note() -> str:
    """The sentence beside rounded numbers (D-54)."""
    return (f"Alle Werte sind aus Datenschutzgründen einzeln auf Vielfache von {ROUND_TO} gerundet; "
            "Summen können deshalb abweichen.")  # fmt: skip


def mask(table: Table, threshold: int = DEFAULT_THRESHOLD, zeros: Zeros = Zeros.IN_SMALL_LINES) -> MaskedTable:
    """Hide the small counts of ``table`` and whatever else would give them away.

    Raises ValueError for a threshold below three.
    """
    check_threshold(threshold)
    masking = _Masking(table, threshold)
    small = _small(table, threshold, zeros)
    for row, column in small:
        masking.hide(row, column)
    for row, column in reversed(small):  # parts before sums: measured, that way fewer totals are hidden
        if (row, column) not in masking.protected:
            masking.protect(row, column)
    cells = {}
    for row, row_key in enumerate(table.rows.keys):
        for column, column_key in enumerate(table.columns.keys):
            hidden = masking.hidden[row][column]
            cells[row_key, column_key] = MaskedCell(None if hidden else table.values[row][column])
    return MaskedTable(table.rows, table.columns, threshold, cells, transfers=tuple(masking.transfers))


def round_to_five(table: Table, threshold: int = DEFAULT_THRESHOLD) -> MaskedTable:
    """The other way (D-54): every count, sums too, rounded on its own by at most two; flagged."""
    cells = {
        (row, column): MaskedCell(rounded(table.values[i][j]))
        for i, row in enumerate(table.rows.keys)
        for j, column in enumerate(table.columns.keys)
    }
    return MaskedTable(table.rows, table.columns, threshold, cells, is_rounded=True)


def rounded(count: int) -> int:
    """The nearest multiple of five."""
    return (count + ROUND_TO // 2) // ROUND_TO * ROUND_TO


def about(count: int, threshold: int = DEFAULT_THRESHOLD) -> str:
    """A single live count for those who may not see it: „unter 5“, „rund 15“.

    Rounded, because a number that is shown exactly today and tomorrow tells what came in between (D-53).
    """
    check_threshold(threshold)
    return f"unter {threshold}" if count < threshold else f"rund {max(rounded(count), ROUND_TO)}"


def mean(total: float, count: int, threshold: int = DEFAULT_THRESHOLD) -> float | None:
    """The mean of ``count`` values; None when they are too few to be shown (D-53)."""
    check_threshold(threshold)
    return total / count if count >= threshold else None


def check_threshold(threshold: int) -> None:
    """Raises ValueError for a threshold below three."""
    if threshold < LEAST_THRESHOLD:
        raise ValueError(f"The threshold is at least {LEAST_THRESHOLD}.")


@dataclass(frozen=True)
class _Tree:
    """An axis in numbers; 0 is the total."""

    parts: list[list[list[int]]]
    parents: list[tuple[int, int] | None]

    def path(self, node: int) -> list[int]:
        """``node`` and the sums above it, the total last."""
        found = [node]
        while (parent := self.parents[found[-1]]) is not None:
            found.append(parent[0])
        return found

    def siblings(self, node: int) -> list[int]:
        """The other parts of the same sum."""
        parent = self.parents[node]
        return [child for child in self.parts[parent[0]][parent[1]] if child != node] if parent else []

    def descents(self, node: int, through: Sequence[int] = ()) -> Iterator[tuple[int, ...]]:
        """Every way down from ``node``, one part for each breakdown it meets; by way of ``through`` where it leads."""
        ways: list[tuple[int, ...]] = [(node,)]
        for breakdown in self.parts[node]:
            chosen = [child for child in breakdown if child in through] or breakdown
            ways = [way + below for way in ways for child in chosen for below in self.descents(child, through)]
        yield from ways

    def steps(self, node: int) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
        """Every step in which ``node`` receives: the lines that receive, and those that give."""
        path = self.path(node)
        for top in path[:-1]:
            for receiving in self.descents(top, path):
                for sibling in self.siblings(top):
                    for giving in self.descents(sibling):
                        yield receiving, giving
        for receiving in self.descents(0, path):
            yield receiving, ()


def _add_up(line: list[int], tree: _Tree) -> None:
    # Parts come after their sums, so the last sums are added up first.
    for node in range(len(line) - 1, -1, -1):
        sums = {sum(line[child] for child in breakdown) for breakdown in tree.parts[node]}
        if len(sums) > 1:
            raise ValueError("The breakdowns of a sum differ.")
        line[node] = sums.pop() if sums else line[node]


def _small(table: Table, threshold: int, zeros: Zeros) -> list[tuple[int, int]]:
    values = table.values
    found = []
    for row, line in enumerate(values):
        for column, value in enumerate(line):
            few = 0 < line[0] < threshold or 0 < values[0][column] < threshold
            zero_is_small = zeros is Zeros.MASKED or (zeros is Zeros.IN_SMALL_LINES and few)
            if 0 < value < threshold or (value == 0 and zero_is_small):
                found.append((row, column))
    return found


class _Masking:
    """What is hidden so far, and the search for the cheapest transfer that protects a cell."""

    def __init__(self, table: Table, threshold: int) -> None:
        self.table = table
        self.hidden = [[False] * len(table.columns.keys) for _ in table.rows.keys]
        self.protected: set[tuple[int, int]] = set()
        self.transfers: list[tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]] = []
        self._receiving = [[value + _PER_CELL for value in line] for line in table.values]
        """What it costs to hide a cell that receives, and, below, one that gives."""
        self._giving = [[value + _PER_CELL if value >= threshold else _FORBIDDEN for value in line]
                        for line in table.values]  # fmt: skip

    def hide(self, row: int, column: int) -> None:
        """Hide a cell; from now on it costs nothing to use it in a transfer."""
        self.hidden[row][column] = True
        self._receiving[row][column] = 0
        if self._giving[row][column] < _FORBIDDEN:
            self._giving[row][column] = 0

    def protect(self, row: int, column: int) -> None:
        """Hide the cheapest transfer in which the cell receives."""
        best: tuple[int, _Step, _Step] | None = None
        for rows in self.table.rows.tree.steps(row):
            found = self._best_columns(rows, column, best[0] if best else _FORBIDDEN)
            if found is not None:
                best = (found[0], rows, found[1])
                if found[0] == 0:
                    break
        if best is None:  # cannot be: the paths down from both totals only receive
            raise RuntimeError("No transfer protects the cell.")
        _, (up, down), (right, left) = best
        receiving = {(i, j) for i in up for j in right} | {(i, j) for i in down for j in left}
        giving = {(i, j) for i in up for j in left} | {(i, j) for i in down for j in right}
        for i, j in receiving | giving:
            self.hide(i, j)
        self.protected |= receiving | giving
        self.transfers.append((self._keys(receiving), self._keys(giving)))

    def _keys(self, places: set[tuple[int, int]]) -> frozenset[tuple[str, str]]:
        return frozenset((self.table.rows.keys[i], self.table.columns.keys[j]) for i, j in places)

    def _best_columns(self, rows: _Step, column: int, below: int) -> tuple[int, _Step] | None:
        """The cheapest step along the columns for this step along the rows, if it costs less than ``below``."""
        tree = self.table.columns.tree
        path = tree.path(column)
        up, down = rows
        receiving_lines = [self._receiving[row] for row in up] + [self._giving[row] for row in down]
        giving_lines = [self._giving[row] for row in up] + [self._receiving[row] for row in down]
        best: tuple[int, _Step] | None = None
        least = 0
        for top in path:
            for line in receiving_lines:
                least += line[top]
            if least >= below:
                break
            cost, receiving = _descend(tree, receiving_lines, top, path)
            if cost >= below:
                continue
            if top == 0:
                return cost, (receiving, ())
            first = giving_lines[0]
            for sibling in tree.siblings(top):
                if cost + first[sibling] >= below:
                    continue
                more, giving = _descend(tree, giving_lines, sibling, ())
                if cost + more < below:
                    best, below = (cost + more, (receiving, giving)), cost + more
        return best


def _descend(tree: _Tree, lines: list[list[int]], node: int, through: Sequence[int]) -> tuple[int, tuple[int, ...]]:
    """The cheapest way down from ``node``, by way of ``through`` where it leads: its cost and what it passes."""
    cost = 0
    way: tuple[int, ...] = (node,)
    for line in lines:
        cost += line[node]
    if cost >= _FORBIDDEN:
        return _FORBIDDEN, way
    for breakdown in tree.parts[node]:
        chosen = [child for child in breakdown if child in through] or breakdown
        more, below = min(_descend(tree, lines, child, through) for child in chosen)
        cost, way = cost + more, way + below
    return cost, way


_Step = tuple[tuple[int, ...], tuple[int, ...]]

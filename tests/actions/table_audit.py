"""What somebody could work out from a published table, by linear programming: the range of each hidden count (D-51)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.optimize import linprog

from govern.actions.masking import Axis

Place = tuple[str, str]
Bounds = tuple[float, float]


def sums(rows: Axis, columns: Axis) -> Iterator[tuple[Place, list[Place]]]:
    """Every sum a reader can check: the cell of the sum, and those of its parts."""
    for row in rows.keys:
        for column, breakdowns in columns.parts.items():
            for breakdown in breakdowns:
                yield (row, column), [(row, part) for part in breakdown]
    for column in columns.keys:
        for row, breakdowns in rows.parts.items():
            for breakdown in breakdowns:
                yield (row, column), [(part, column) for part in breakdown]


def ranges(
    rows: Axis, columns: Axis, shown: Mapping[Place, int | None], places: Sequence[Place] | None = None
) -> dict[Place, float]:
    """How far apart the least and the largest possible value of each hidden cell are, given the visible ones."""
    hidden = [place for place, value in shown.items() if value is None]
    number = {place: index for index, place in enumerate(hidden)}
    lines, sides = [], []
    for whole, parts in sums(rows, columns):
        line, side = np.zeros(len(hidden)), 0.0
        for place, factor in [(whole, -1), *((part, 1) for part in parts)]:
            value = shown[place]
            if value is None:
                line[number[place]] += factor
            else:
                side -= factor * value
        if line.any():
            lines.append(line)
            sides.append(side)
        else:
            assert side == 0, "The visible numbers do not add up."
    found = {}
    for place in places if places is not None else hidden:
        goal = np.zeros(len(hidden))
        goal[number[place]] = 1
        ends = []
        for direction in (1, -1):
            answer = linprog(direction * goal, A_eq=np.array(lines) if lines else None, b_eq=sides or None)
            assert answer.status in (0, 3), answer.message  # 3: without bound
            ends.append(direction * answer.fun if answer.status == 0 else -direction * np.inf)
        found[place] = ends[1] - ends[0]
    return found


def bounds(known: Mapping[frozenset[Any], int], asked: Iterable[frozenset[Any]]) -> dict[frozenset[Any], Bounds]:
    """Least and largest sum over each asked set of counts that are not negative, given the sums over the known sets.

    Unlike :func:`ranges` it takes the numbers of any number of tables together, whatever they are cut by.
    """
    asked = list(asked)
    number = {atom: n for n, atom in enumerate(sorted(frozenset().union(*known, *asked)))}
    lines = np.zeros((len(known), len(number)))
    for line, parts in zip(lines, known, strict=True):
        line[[number[atom] for atom in parts]] = 1
    found = {}
    for parts in asked:
        goal = np.zeros(len(number))
        goal[[number[atom] for atom in parts]] = 1
        ends = []
        for direction in (1, -1):
            answer = linprog(direction * goal, A_eq=lines, b_eq=list(known.values()))
            assert answer.status in (0, 3), answer.message  # 3: without bound
            ends.append(direction * answer.fun if answer.status == 0 else np.inf)
        found[parts] = (ends[0], ends[1])
    return found

"""A service chain as boxes and arrows, from top to bottom; the template draws them as SVG (E13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeGuard

from govern.actions.models import ChainInterface, ChainPlace, ChainStation, ChainVersion
from govern.actions.queries.service_chains import GapsAt
from govern.committees.charts import FACTS_HEIGHT, FACTS_SIZE, MARGIN, NAME_HEIGHT, NAME_SIZE, PADDING, wrap

WIDTH = 380
"""Of a station."""
LEAST_DISTANCE = 44
ARROW = 6
LANE = 26
"""Between the lines of interfaces that pass stations by, right of them."""
BADGE = 11
"""Radius of the number of such an interface."""


@dataclass(frozen=True)
class Box:
    """A station: where it stands, and the lines in it."""

    station: ChainStation
    y: float
    height: float
    name: tuple[tuple[float, str], ...]
    facts: tuple[tuple[float, str], ...]
    has_gaps: bool

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True)
class Arrow:
    """An interface: its line, its tip, and its number and words beside it."""

    interface: ChainInterface
    path: str
    tip: str
    badge: tuple[float, float]
    words: tuple[tuple[float, float, str], ...] = ()
    has_gaps: bool = False


@dataclass
class Drawing:
    """The whole picture."""

    title: str
    description: str
    width: float = 0
    height: float = 0
    boxes: list[Box] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)


def draw_service_chain(version: ChainVersion, gaps: Mapping[ChainPlace, GapsAt]) -> Drawing:
    """Stations one below the other; interfaces to the next station between them, others on the right."""
    drawing = Drawing(
        version.name,
        f"{len(version.stations)} Stationen von oben nach unten, {len(version.interfaces)} Schnittstellen.",
    )
    between = {i.from_position: i for i in version.interfaces if i.to_position == i.from_position + 1}
    y: float = MARGIN
    for station in version.stations:
        box = _box(station, y, gaps)
        drawing.boxes.append(box)
        y = box.y + box.height
        if (interface := between.get(station.position)) is not None:
            words = _words(interface, gaps)
            distance = max(LEAST_DISTANCE, len(words) * FACTS_HEIGHT + 2 * PADDING)
            drawing.arrows.append(_down(interface, y, distance, words, _has_gaps(interface.place, gaps)))
            y += distance
        else:
            y += LEAST_DISTANCE
    passing = [i for i in version.interfaces if between.get(i.from_position) is not i]
    for lane, interface in enumerate(passing, 1):
        start, end = drawing.boxes[interface.from_position - 1], drawing.boxes[interface.to_position - 1]
        drawing.arrows.append(_around(interface, start, end, lane, _has_gaps(interface.place, gaps)))
    drawing.width = 2 * MARGIN + WIDTH + LANE * len(passing) + (LANE if passing else 0)
    last = drawing.boxes[-1] if drawing.boxes else None
    drawing.height = (last.y + last.height if last else 0) + MARGIN
    return drawing


def _box(station: ChainStation, y: float, gaps: Mapping[ChainPlace, GapsAt]) -> Box:
    inner = WIDTH - 2 * PADDING
    names = wrap(f"{station.position}. {station.name}", inner, NAME_SIZE)
    said = [", ".join(o.short_name or o.name for o in station.organisations) or "Zuständigkeit nicht angegeben"]
    if _has_gaps(station.place, gaps):
        said.append(gaps[station.place].words)
    facts = [line for each in said for line in wrap(each, inner, FACTS_SIZE)]
    top = y + PADDING
    name = tuple((top + NAME_SIZE + i * NAME_HEIGHT, text) for i, text in enumerate(names))
    below = top + len(names) * NAME_HEIGHT + FACTS_SIZE
    lines = tuple((below + i * FACTS_HEIGHT, text) for i, text in enumerate(facts))
    height = 2 * PADDING + len(names) * NAME_HEIGHT + len(facts) * FACTS_HEIGHT
    return Box(station, y, height, name, lines, _has_gaps(station.place, gaps))


def _words(interface: ChainInterface, gaps: Mapping[ChainPlace, GapsAt]) -> tuple[str, ...]:
    lines = wrap(interface.text, WIDTH - 84, FACTS_SIZE)
    if len(lines) > 3:
        lines = (*lines[:2], lines[2].rstrip() + " …")
    return (*lines, gaps[interface.place].words) if _has_gaps(interface.place, gaps) else lines


def _down(interface: ChainInterface, y: float, distance: float, words: tuple[str, ...], has_gaps: bool) -> Arrow:
    x = MARGIN + 30
    end = y + distance
    middle = y + distance / 2
    top = middle - len(words) * FACTS_HEIGHT / 2 + FACTS_SIZE
    said = tuple((x + 2 * BADGE + 4, top + i * FACTS_HEIGHT, text) for i, text in enumerate(words))
    return Arrow(interface, f"M{x:g} {y:g}V{end:g}", f"M{x - ARROW:g} {end - ARROW:g}L{x:g} {end:g}L{x + ARROW:g} "
                 f"{end - ARROW:g}", (x, middle - 2), said, has_gaps)  # fmt: skip


def _around(interface: ChainInterface, start: Box, end: Box, lane: int, has_gaps: bool) -> Arrow:
    right = MARGIN + WIDTH
    x = right + lane * LANE
    # Lines of one station leave it side by side, and end a little apart from where others begin.
    leaves, enters = start.middle + 4 * lane, end.middle - 4 * lane
    path = f"M{right:g} {leaves:g}H{x:g}V{enters:g}H{right:g}"
    tip = f"M{right + ARROW:g} {enters - ARROW:g}L{right:g} {enters:g}L{right + ARROW:g} {enters + ARROW:g}"
    return Arrow(interface, path, tip, (x, (leaves + enters) / 2), has_gaps=has_gaps)


def _has_gaps(place: ChainPlace | None, gaps: Mapping[ChainPlace, GapsAt]) -> TypeGuard[ChainPlace]:
    return place is not None and place in gaps and gaps[place].is_linked

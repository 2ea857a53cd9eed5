"""The organisation chart as boxes and lines, worked out from the tree; the template draws them as SVG (A20)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from govern.committees.models import CommitteeStatus
from govern.committees.queries.committees import CommitteeLine, CommitteeList, TreeNode

COLUMNS = 4
BOX_WIDTH = 246
GAP = 24
INDENT = 20
PADDING = 12
NAME_SIZE = 15
FACTS_SIZE = 13
NAME_HEIGHT = 20
FACTS_HEIGHT = 18
MARGIN = 8
"""Room for the focus ring around the outermost boxes."""
HYPHEN, GLUE = "\u00ad", "\u200b"
"""Ends of the pieces of one word: with a hyphen if the line ends here, or without one."""
NARROW, WIDE = "ijltfrI.,:;!|'()[]-/ ", "mwMWÄÖÜ@%"


@dataclass(frozen=True)
class Box:
    """One committee in the chart: where it stands and what is written in it."""

    line: CommitteeLine
    x: float
    y: float
    width: float
    height: float
    name: tuple[str, ...]
    facts: tuple[str, ...]
    kind: str
    """`highest`, `kim` or `network`."""
    is_uncertain: bool
    """True where the committee does not work yet, or no longer; its border is dashed and the word stands below."""

    @property
    def name_lines(self) -> list[tuple[float, str]]:
        """Baseline and words of each line of the name."""
        return [(self.y + PADDING + NAME_SIZE + i * NAME_HEIGHT, text) for i, text in enumerate(self.name)]

    @property
    def fact_lines(self) -> list[tuple[float, str]]:
        """Baseline and words of each line below the name."""
        top = self.y + PADDING + len(self.name) * NAME_HEIGHT + FACTS_SIZE
        return [(top + i * FACTS_HEIGHT, text) for i, text in enumerate(self.facts)]


@dataclass
class Drawing:
    """One picture: KIM, or the network."""

    key: str
    title: str
    description: str
    width: float = 0
    height: float = 0
    boxes: list[Box] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    """Connecting lines as SVG path data."""
    headings: list[tuple[float, float, str]] = field(default_factory=list)
    says_status: bool = True

    def close(self) -> Drawing:
        """Work out how large the picture is."""
        self.width = max((b.x + b.width for b in self.boxes), default=0) + MARGIN
        self.height = max((b.y + b.height for b in self.boxes), default=0) + MARGIN
        return self


def draw_chart(found: CommitteeList, *, today: date) -> list[Drawing]:
    """The pictures of a list of committees: the KIM tree, and the network apart.

    Where a committee stands is known of today only; of other days nothing is said.
    """
    drawings, is_today = [], found.day == today
    if found.tree:
        drawings.append(_draw_kim(found.tree, says_status=is_today))
    if found.network:
        drawings.append(_draw_network(found, says_status=is_today))
    return drawings


def wrap(text: str, width: float, size: float) -> tuple[str, ...]:
    """``text`` in lines that fit into ``width``; words that are too long are parted with a hyphen."""
    lines: list[str] = []
    current = ""
    for word in text.split(" "):
        for piece in _pieces(word, width, size):
            is_same_word = current.endswith((HYPHEN, GLUE))
            candidate = current[:-1] + piece if is_same_word else f"{current} {piece}".strip()
            if current and _width(candidate, size) > width:
                lines.append(_written(current))
                current = piece
            else:
                current = candidate
    return (*lines, _written(current)) if current else tuple(lines)


def _draw_kim(tree: Sequence[TreeNode], *, says_status: bool) -> Drawing:
    count = sum(_count(node) for node in tree)
    drawing = Drawing("kim", "Organigramm der KIM-Gremien",
                      f"{count} Gremien; was darunter hängt, ist mit Linien verbunden.",
                      says_status=says_status)  # fmt: skip
    y: float = MARGIN
    alone = [node for node in tree if not node.children]
    for node in tree:
        if node.children:
            y = _draw_root(drawing, node, y) + 2 * GAP
    if alone and len(alone) < len(tree):
        drawing.headings.append((MARGIN, y + NAME_SIZE, "Ohne übergeordnetes Gremium"))
        y += NAME_HEIGHT + PADDING
    _draw_grid(drawing, [node.line for node in alone], y)
    return drawing.close()


def _draw_network(found: CommitteeList, *, says_status: bool) -> Drawing:
    drawing = Drawing("netzwerk", "Netzwerk", f"{found.network_count} Gremien außerhalb von KIM, nach Art.",
                      says_status=says_status)  # fmt: skip
    y: float = MARGIN
    large = [(kind.label, lines) for kind, lines in found.network if len(lines) > COLUMNS / 2]
    rest = [line for _, lines in found.network if len(lines) <= COLUMNS / 2 for line in lines]
    for label, lines in [*large, *([("Weitere" if large else "", rest)] if rest else [])]:
        if label:
            drawing.headings.append((MARGIN, y + NAME_SIZE, label))
            y += NAME_HEIGHT + PADDING
        y = _draw_grid(drawing, lines, y) + GAP
    return drawing.close()


def _draw_root(drawing: Drawing, node: TreeNode, y: float) -> float:
    """Draw a root, its children in rows, and below each child its own branch; returns the lower end."""
    root = _box(drawing, node.line, MARGIN, y, 2 * BOX_WIDTH + GAP)
    drawing.boxes.append(root)
    trunk = MARGIN + INDENT / 2
    bottom = root.y + root.height
    for row in _rows(node.children, COLUMNS):
        bus = bottom + GAP
        top = bus + GAP / 2
        last = MARGIN + INDENT + (len(row) - 1) * (BOX_WIDTH + GAP) + BOX_WIDTH / 2
        drawing.paths.append(f"M{trunk:g} {root.y + root.height:g}V{bus:g}H{last:g}")
        ends = []
        for column, child in enumerate(row):
            x = MARGIN + INDENT + column * (BOX_WIDTH + GAP)
            drawing.paths.append(f"M{x + BOX_WIDTH / 2:g} {bus:g}V{top:g}")
            ends.append(_draw_branch(drawing, child, x, top, BOX_WIDTH))
        bottom = max(ends)
    return bottom


def _draw_branch(drawing: Drawing, node: TreeNode, x: float, y: float, width: float) -> float:
    """Draw a committee with everything below it, one under the other; returns the lower end."""
    box = _box(drawing, node.line, x, y, width)
    drawing.boxes.append(box)
    bottom = box.y + box.height
    trunk = x + INDENT / 2
    for child in node.children:
        top = bottom + GAP / 2
        inner = max(width - INDENT, BOX_WIDTH * 0.6)
        drawing.paths.append(f"M{trunk:g} {box.y + box.height:g}V{top + GAP:g}H{x + INDENT:g}")
        bottom = _draw_branch(drawing, child, x + INDENT, top, inner)
    return bottom


def _draw_grid(drawing: Drawing, lines: Iterable[CommitteeLine], y: float) -> float:
    bottom = y
    for row in _rows(list(lines), COLUMNS):
        boxes = [_box(drawing, line, MARGIN + i * (BOX_WIDTH + GAP), y, BOX_WIDTH) for i, line in enumerate(row)]
        drawing.boxes.extend(boxes)
        bottom = max(b.y + b.height for b in boxes)
        y = bottom + GAP / 2
    return bottom


def _box(drawing: Drawing, line: CommitteeLine, x: float, y: float, width: float) -> Box:
    committee = line.committee
    inner = width - 2 * PADDING
    name = wrap(line.name, inner, NAME_SIZE)
    words = [committee.kind.label]
    if committee.level is not None and committee.is_kim:
        words.append(committee.level.label)
    if drawing.says_status and committee.status is not CommitteeStatus.ACTIVE:
        words.append(committee.status.label)
    facts = wrap("\u00a0· ".join(words), inner, FACTS_SIZE)  # a line never begins with the dot
    height = 2 * PADDING + len(name) * NAME_HEIGHT + len(facts) * FACTS_HEIGHT
    kind = "highest" if committee.is_highest else ("kim" if committee.is_kim else "network")
    works = not drawing.says_status or committee.status in (CommitteeStatus.ACTIVE, CommitteeStatus.AS_NEEDED)
    return Box(line, x, y, width, height, name, facts, kind, is_uncertain=not works)


def _rows(items: Sequence[TreeNode] | Sequence[CommitteeLine], columns: int) -> list[list]:  # type: ignore[type-arg]
    return [list(items[i : i + columns]) for i in range(0, len(items), columns)]


def _count(node: TreeNode) -> int:
    return 1 + sum(_count(child) for child in node.children)


def _width(text: str, size: float) -> float:
    # An estimate for Fira Sans, on the safe side: the server cannot measure type.
    return size * sum(0.34 if c in NARROW else 0.92 if c in WIDE else 0.68 if c.isupper() else 0.56 for c in text)


def _written(text: str) -> str:
    return text.replace(HYPHEN, "-").replace(GLUE, "")


def _pieces(word: str, width: float, size: float) -> list[str]:
    pieces = []
    while _width(word, size) > width and len(word) > 4:
        cut = len(word) - 4  # no crumbs on the last line
        while cut > 3 and _width(word[:cut] + "-", size) > width:
            cut -= 1
        at_hyphen = word.rfind("-", 2, cut)
        if at_hyphen > 0:
            pieces.append(word[: at_hyphen + 1] + GLUE)
            word = word[at_hyphen + 1 :]
        else:
            pieces.append(word[:cut] + HYPHEN)
            word = word[cut:]
    return [*pieces, word]

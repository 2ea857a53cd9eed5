"""Read a draft: what differs from the version it is based on, why, what came too late, what to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.db import db
from govern.documents.leftovers import Hint, Passage, hints
from govern.documents.models import ChangeKind, ConceptChange, ConceptSection, ConceptVersion, LateText
from govern.documents.queries.sections import Line, lines_of, sections_of
from govern.documents.rendering import reading_order
from govern.documents.text_images import count_of
from govern.formats import today


@dataclass(frozen=True)
class DraftLine:
    """A section of a draft on the desk of those who write it."""

    line: Line
    change: str | None
    """„geändert", „neu", „verschoben"; None: as in the version it is based on."""
    reasons: list[ConceptChange]
    late: int
    """So many texts that came too late wait to be worked in."""


@dataclass(frozen=True)
class Desk:
    """A draft with all that happened to it."""

    lines: list[DraftLine]
    removed: list[ConceptChange]
    words: int
    hints: list[Hint]

    @property
    def changed(self) -> list[DraftLine]:
        """Sections that are not what they were."""
        return [entry for entry in self.lines if entry.change]

    @property
    def without_reason(self) -> list[DraftLine]:
        """Changed sections for which nobody gave a reason yet."""
        return [entry for entry in self.changed if not entry.reasons]


def load_desk(version: ConceptVersion) -> Desk:
    """The draft in a constant number of queries, however long it is."""
    rows, base = sections_of(version), _base_rows(version)
    changes, late = _changes(version), _late(version)
    differences = _differences(rows, base, {c.section_key for c in changes if c.kind is ChangeKind.MOVED})
    lines = lines_of(rows)
    present = {row.key for row in rows}
    return Desk(
        lines=[
            DraftLine(line, differences.get(line.row.key),
                      [c for c in changes if c.section_key == line.row.key and (c.reason or c.link)],
                      late.get(line.row.id, 0))
            for line in lines
        ],
        removed=[c for c in changes if c.kind == "removed" and c.section_key not in present],
        words=sum(row.words for row in rows),
        hints=hints_of(version, lines),
    )  # fmt: skip


def hints_of(version: ConceptVersion, lines: Sequence[Line]) -> list[Hint]:
    """What to look at in a draft (F6)."""
    passages = [Passage(line.row.key, line.title, line.row.heading, line.row.text) for line in lines]
    return hints(passages, status_date=version.status_date or today().isoformat(),
                 numbers=[line.number for line in lines])  # fmt: skip


def list_late_texts(section: ConceptSection) -> Sequence[LateText]:
    """Texts of a section that came too late and wait to be worked in."""
    return db.session.scalars(
        sa.select(LateText)
        .where(LateText.section_id == section.id, LateText.settled_at.is_(None))
        .options(joinedload(LateText.typed_by))
        .order_by(LateText.id)
    ).all()


def list_reasons(section: ConceptSection) -> Sequence[ConceptChange]:
    """What happened to a section in its draft, the newest first."""
    return db.session.scalars(
        sa.select(ConceptChange)
        .where(ConceptChange.version_id == section.version_id, ConceptChange.section_key == section.key)
        .options(joinedload(ConceptChange.changed_by))
        .order_by(ConceptChange.id.desc())
        .limit(20)
    ).all()


def load_section(section_id: int) -> ConceptSection:
    """A section as it is stored now."""
    return db.session.get_one(ConceptSection, section_id, populate_existing=True)


def find_section(version: ConceptVersion, section_id: int | None) -> ConceptSection | None:
    """A section of this version by its id."""
    if section_id is None:
        return None
    wanted = sa.select(ConceptSection).where(ConceptSection.id == section_id, ConceptSection.version_id == version.id)
    return db.session.scalars(wanted).one_or_none()


def count_words(version: ConceptVersion, text: str) -> list[tuple[Line, int]]:
    """Sections in which ``text`` stands, and how often."""
    lines = lines_of(sections_of(version))
    counted = [(line, line.row.heading.count(text) + count_of(line.row.text, text)) for line in lines]
    return [pair for pair in counted if pair[1]]


def _base_rows(version: ConceptVersion) -> Sequence[ConceptSection]:
    if version.based_on_id is None:
        return []
    return db.session.scalars(sa.select(ConceptSection).where(ConceptSection.version_id == version.based_on_id)).all()


def _changes(version: ConceptVersion) -> Sequence[ConceptChange]:
    return db.session.scalars(
        sa.select(ConceptChange).where(ConceptChange.version_id == version.id).order_by(ConceptChange.id)
    ).all()


def _late(version: ConceptVersion) -> dict[int, int]:
    rows = db.session.execute(
        sa.select(LateText.section_id, sa.func.count())
        .join(ConceptSection)
        .where(ConceptSection.version_id == version.id, LateText.settled_at.is_(None))
        .group_by(LateText.section_id)
    )
    return {section_id: count for section_id, count in rows}


def _differences(
    rows: Sequence[ConceptSection], base: Sequence[ConceptSection], moved: set[str]
) -> dict[str, str]:  # fmt: skip
    """Key → what became of the section since the version it is based on; sections that are the same are missing.

    Sections that only made way for those that people ``moved`` did not move.
    """
    if not base:
        return {}
    before, common = {row.key: row for row in base}, {row.key for row in rows} & {row.key for row in base}
    places, places_before = _places(rows, common), _places(base, common)
    made_way = common - moved
    if _places(rows, made_way) == _places(base, made_way):
        places |= {key: places_before[key] for key in made_way}
    found = {}
    for row in rows:
        if row.key not in common:
            found[row.key] = "neu"
        elif (row.heading, row.text) != (before[row.key].heading, before[row.key].text):
            found[row.key] = "geändert"
        elif places[row.key] != places_before[row.key]:
            found[row.key] = "verschoben"
    return found


def _places(rows: Sequence[ConceptSection], common: set[str]) -> dict[str, tuple[str | None, int]]:
    """Key → parent, and place among those of its siblings that both versions have."""
    keys, counts = {row.id: row.key for row in rows}, dict[int | None, int]()
    found = {}
    for row, _depth in reading_order(rows):
        if row.key in common:
            counts[row.parent_id] = counts.get(row.parent_id, 0) + 1
            found[row.key] = (keys[row.parent_id] if row.parent_id is not None else None, counts[row.parent_id])
    return found

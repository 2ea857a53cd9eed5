"""Read the text of a version: its outline, and one chapter of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from govern.db import db
from govern.documents.models import ConceptSection, ConceptVersion
from govern.documents.rendering import reading_order
from govern.documents.sections import numbers


@dataclass(frozen=True)
class Line:
    """A section in the outline: number, heading and depth, without its text."""

    row: Any
    """The section, or what an outline says of it."""
    number: str
    depth: int
    chapter: int
    """Counted from 0: the top-level section it belongs to."""

    @property
    def title(self) -> str:
        """„2.3.2 Gremienarbeit"."""
        return f"{self.number} {self.row.heading}".strip()


_OUTLINE = (
    ConceptSection.id, ConceptSection.key, ConceptSection.version_id, ConceptSection.parent_id, ConceptSection.position,
    ConceptSection.heading, ConceptSection.printed_number, ConceptSection.words, ConceptSection.revision,
)  # fmt: skip


def outline(version: ConceptVersion) -> list[Line]:
    """All sections of a version in the order of reading, without their text."""
    return lines_of(db.session.execute(_outline(), {"version": version.id}).all())


@cache
def _outline() -> sa.Select[*tuple[Any, ...]]:
    return sa.select(*_OUTLINE).where(ConceptSection.version_id == sa.bindparam("version", type_=sa.Integer))


def lines_of(rows: Sequence[Any]) -> list[Line]:
    """Stored sections as lines of an outline."""
    ordered = reading_order(rows)
    shown = numbers([(depth, row.printed_number) for row, depth in ordered])
    found, chapter = [], -1
    for (row, depth), number in zip(ordered, shown, strict=True):
        chapter += depth == 1
        found.append(Line(row, number, depth, chapter))
    return found


def chapter_of(lines: Sequence[Line], key: str | None) -> list[Line]:
    """The lines of the chapter in which the section ``key`` stands; the first chapter where there is none such."""
    place = next((line.chapter for line in lines if line.row.key == key), 0)
    return [line for line in lines if line.chapter == place]


def html_of(lines: Sequence[Line]) -> dict[int, str]:
    """Id → stored HTML of these sections."""
    rows: Any = db.session.execute(_html(), {"ids": [line.row.id for line in lines]})
    return dict(rows.all())


@cache
def _html() -> sa.Select[int, str]:
    chosen = ConceptSection.id.in_(sa.bindparam("ids", expanding=True))
    return sa.select(ConceptSection.id, ConceptSection.html).where(chosen)


def sections_of(version: ConceptVersion, *, is_fresh: bool = False) -> Sequence[ConceptSection]:
    """All sections of a version with their text; ``is_fresh``: as they are stored now, whatever was read before."""
    wanted = sa.select(ConceptSection).where(ConceptSection.version_id == version.id)
    return db.session.scalars(wanted.execution_options(populate_existing=is_fresh)).all()

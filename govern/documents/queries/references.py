"""Read references to concepts: as whoever refers shows them, and what one may refer to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager

from govern.db import db
from govern.documents.in_force import version_in_force
from govern.documents.models import Concept, ConceptReference, ConceptVersion, VersionState
from govern.documents.policies_concepts import concepts_viewable_by, versions_viewable_by
from govern.documents.queries.concepts import list_versions
from govern.documents.queries.sections import Line, outline
from govern.formats import today
from govern.people.models import User

MOST = 500


@dataclass(frozen=True)
class Shown:
    """A reference as people read it."""

    id: int
    title: str
    words: str
    """„in der jeweils geltenden Fassung" or „in der Fassung …"."""
    section: str | None
    url: str
    added_at: datetime
    successor: tuple[str, str] | None = None
    """Of a concept that went into another one and is not fixed: the title of that, and where its text in force is."""


@dataclass(frozen=True)
class Back:
    """Something that refers to a concept, for the page of the concept."""

    text: str
    url: str
    words: str
    section: str | None


@dataclass(frozen=True)
class Choices:
    """What of a concept one may refer to."""

    versions: Sequence[ConceptVersion]
    """Decided ones, the newest first."""
    running: ConceptVersion | None
    lines: Sequence[Line]
    """Sections of the one in force, else of the newest with a text."""


def words_of(version: ConceptVersion | None) -> str:
    """How a reference is fixed."""
    return f"in der Fassung „{version.label}“" if version is not None else "in der jeweils geltenden Fassung"


def shown(user: User, model: type[ConceptReference], owned: sa.ColumnElement[bool]) -> list[Shown]:
    """The references that ``owned`` narrows to, as far as ``user`` may read what is referred to; one statement."""
    kind: Any = model
    into = aliased(Concept)
    may_see_it = into.id.in_(sa.select(Concept.id).where(concepts_viewable_by(user)).correlate(None))
    rows = db.session.execute(
        sa.select(kind, into.id, into.title)
        .join(kind.concept)
        .outerjoin(kind.version)
        .outerjoin(into, (into.id == Concept.merged_into_id) & kind.version_id.is_(None) & may_see_it)
        .where(owned, kind.removed_at.is_(None), concepts_viewable_by(user), fixed_viewable_by(user, model))
        .options(contains_eager(kind.concept), contains_eager(kind.version))
        .order_by(Concept.sort_title, kind.id)
    )
    return [_shown(row, (title, f"/konzepte/{id_}/geltend") if id_ is not None else None) for row, id_, title in rows]


def fixed_viewable_by(user: User, model: type[ConceptReference]) -> sa.ColumnElement[bool]:
    """References that are not fixed, or fixed to a version ``user`` may read; needs an outer join to the version."""
    kind: Any = model
    return sa.or_(kind.version_id.is_(None), versions_viewable_by(user))


def _shown(row: ConceptReference, successor: tuple[str, str] | None) -> Shown:
    address = f"/fassungen/{row.version_id}" if row.version_id is not None else f"/konzepte/{row.concept_id}/geltend"
    place = f"?abschnitt={row.section_key}#a-{row.section_key}" if row.section_key is not None else ""
    return Shown(row.id, row.concept.title, words_of(row.version), row.section_title, address + place, row.added_at,
                 successor)  # fmt: skip


def list_referable(user: User) -> Sequence[Concept]:
    """Concepts to which ``user`` may refer, by title."""
    wanted = sa.select(Concept).where(concepts_viewable_by(user), Concept.merged_into_id.is_(None))
    return db.session.scalars(wanted.order_by(Concept.sort_title, Concept.id).limit(MOST)).all()


def find_referable(user: User, concept_id: int | None) -> Concept | None:
    """The concept asked for, if ``user`` may refer to it."""
    wanted = sa.select(Concept).where(Concept.id == concept_id, concepts_viewable_by(user))
    return db.session.scalars(wanted).one_or_none() if concept_id is not None else None


def _never_held(version: ConceptVersion) -> bool:
    # A draft that was withdrawn is read by those only who wrote it.
    return version.state is VersionState.WITHDRAWN and not version.was_in_force


def choices_of(user: User, concept: Concept) -> Choices:
    """Versions and sections of a concept to which one may refer."""
    versions = [version for version in list_versions(user, concept) if not (version.is_open or _never_held(version))]
    running = version_in_force(versions, today(), today=today())
    lines: list[Line] = []
    for version in [running, *versions] if running is not None else versions:
        lines = outline(version)
        if lines:
            break
    return Choices(versions, running, lines)

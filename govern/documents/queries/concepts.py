"""Read concepts and their versions. Lists start from what a person may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload

from govern import search
from govern.db import count_rows, db, kept, number_of_rows
from govern.documents.in_force import newest_first, version_in_force
from govern.documents.models import (
    Concept,
    ConceptFiling,
    ConceptKind,
    ConceptSection,
    ConceptVersion,
    VersionState,
)
from govern.documents.policies_concepts import concepts_viewable_by, versions_viewable_by
from govern.formats import today
from govern.people.models import User

PAGE_SIZE = 50


@dataclass(frozen=True)
class Listed:
    """A concept in a list, with the version in force and one that is being written, as far as the reader sees them."""

    concept: Concept
    in_force: ConceptVersion | None
    draft: ConceptVersion | None
    count: int


def list_concepts(
    user: User, *, text: str = "", kind: ConceptKind | None = None, page: int = 1
) -> tuple[list[Listed], int]:
    """One page of the concepts ``user`` may see, by title, and how many there are in all."""
    wanted = [concepts_viewable_by(user)]
    if text.strip():
        wanted.append(search.found_in(Concept, text))
    if kind is not None:
        wanted.append(Concept.kind == kind)
    total = count_rows(sa.select(Concept.id).where(*wanted), seen=page * PAGE_SIZE)
    rows = db.session.scalars(
        sa.select(Concept)
        .where(*wanted)
        .options(joinedload(Concept.responsible))
        .order_by(Concept.sort_title, Concept.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return _with_versions(user, rows), total


def list_concepts_of_committee(user: User, committee_id: int, *, most: int) -> tuple[list[Listed], bool]:
    """The first concepts filed under a committee, by title, and whether there are more; one statement."""
    found = db.session.execute(_of_committee(user), {"committee": committee_id, "most": most + 1}).all()
    rows = list(dict.fromkeys(row.Concept for row in found))
    versions = [row.ConceptVersion for row in found if row.ConceptVersion]
    return _listed(rows[:most], versions), len(rows) > most


@kept
def _of_committee(user: User) -> sa.Select[Concept, ConceptVersion]:
    committee: Any = sa.bindparam("committee", type_=sa.Integer)
    filed = sa.select(ConceptFiling.concept_id).where(ConceptFiling.committee_id == committee)
    first = (
        sa.select(Concept.id)
        .where(concepts_viewable_by(user), Concept.id.in_(filed))
        .order_by(Concept.sort_title, Concept.id)
        .limit(number_of_rows("most"))
    )
    return (
        sa.select(Concept, ConceptVersion)
        .outerjoin(ConceptVersion, (ConceptVersion.concept_id == Concept.id) & versions_viewable_by(user))
        .where(Concept.id.in_(first))
        .options(joinedload(Concept.responsible))
        .order_by(Concept.sort_title, Concept.id, ConceptVersion.number)
    )


def _with_versions(user: User, rows: Sequence[Concept]) -> list[Listed]:
    versions = db.session.scalars(
        sa.select(ConceptVersion)
        .where(ConceptVersion.concept_id.in_([row.id for row in rows]), versions_viewable_by(user))
        .order_by(ConceptVersion.number)
    ).all()
    return _listed(rows, versions)


def _listed(rows: Sequence[Concept], versions: Sequence[ConceptVersion]) -> list[Listed]:
    by_concept: dict[int, list[ConceptVersion]] = {}
    for version in versions:
        by_concept.setdefault(version.concept_id, []).append(version)
    day = today()
    found = []
    for row in rows:
        of_row = by_concept.get(row.id, [])
        draft = next((v for v in reversed(of_row) if v.is_open), None)
        found.append(Listed(row, version_in_force(of_row, day, today=day), draft, len(of_row)))
    return found


WITH_HISTORY = (
    selectinload(Concept.filings).joinedload(ConceptFiling.committee), selectinload(Concept.bases),
    joinedload(Concept.responsible), joinedload(Concept.merged_into).selectinload(Concept.filings),
    selectinload(Concept.predecessors).selectinload(Concept.filings),
)  # fmt: skip
"""What the page of a concept loads along: committees, what it rests on, predecessors and successor."""


def load_concept(concept: Concept) -> Concept:
    """The concept with committees, what it rests on, predecessors and successor."""
    return db.session.scalars(
        sa.select(Concept)
        .where(Concept.id == concept.id)
        .options(*WITH_HISTORY)
        .execution_options(populate_existing=True)
    ).one()


WITH_FILINGS = (joinedload(ConceptVersion.concept).joinedload(Concept.filings),)
"""What pages of one version load along: its concept, and where that is filed."""

WITH_ANNEXES = (
    *WITH_FILINGS, joinedload(ConceptVersion.annexes), joinedload(ConceptVersion.sendings),
    joinedload(ConceptVersion.concept).joinedload(Concept.merged_into).selectinload(Concept.filings),
)  # fmt: skip
"""The same, the annexes of the version, where it was sent, and the concept into which its own went."""


def load_filed(concept: Concept) -> Concept:
    """The concept with the committees it is filed under and what it rests on, as its forms need it."""
    return db.session.scalars(
        sa.select(Concept)
        .where(Concept.id == concept.id)
        .options(selectinload(Concept.filings).joinedload(ConceptFiling.committee), selectinload(Concept.bases))
        .execution_options(populate_existing=True)
    ).one()


def list_versions(user: User, concept: Concept) -> Sequence[ConceptVersion]:
    """The versions of a concept that ``user`` may see, the newest first, with where they were sent."""
    return newest_first(db.session.scalars(_versions(user), {"concept": concept.id}).unique().all())


def list_versions_and_texts(user: User, concept: Concept) -> tuple[Sequence[ConceptVersion], frozenset[int]]:
    """The same, and the ids of those that have a text, in one statement."""
    has_text = sa.exists().where(ConceptSection.version_id == ConceptVersion.id)
    rows = db.session.execute(_versions(user).add_columns(has_text), {"concept": concept.id}).unique().all()
    texts = frozenset(version.id for version, has_text in rows if has_text)
    return newest_first([version for version, _has_text in rows]), texts


@kept
def _versions(user: User) -> sa.Select[ConceptVersion]:
    return (
        sa.select(ConceptVersion)
        .where(ConceptVersion.concept_id == sa.bindparam("concept", type_=sa.Integer), versions_viewable_by(user))
        .options(joinedload(ConceptVersion.adopted_committee), joinedload(ConceptVersion.sendings))
        .order_by(ConceptVersion.number.desc())
    )


def find_in_force(user: User, concept: Concept, day: date) -> ConceptVersion | None:
    """The version of a concept in force on a day (F3)."""
    return version_in_force(list_versions(user, concept), day, today=today())


def list_successors(user: User, concept: Concept | None) -> Sequence[Concept]:
    """Concepts into which this one may be merged (F8), and the one into which it is."""
    wanted: list[sa.ColumnElement[bool]] = [concepts_viewable_by(user)]
    if concept is None:
        wanted.append(Concept.merged_into_id.is_(None))
    else:
        is_free = Concept.merged_into_id.is_(None) & (Concept.id != concept.id)
        wanted.append(is_free | (Concept.id == concept.merged_into_id))
    return db.session.scalars(sa.select(Concept).where(*wanted).order_by(Concept.sort_title).limit(500)).all()


def versions_with_text(concept: Concept) -> frozenset[int]:
    """Ids of the versions of a concept that have a text; of the others only the fact is recorded."""
    return frozenset(
        db.session.scalars(
            sa.select(ConceptSection.version_id)
            .join(ConceptVersion)
            .where(ConceptVersion.concept_id == concept.id)
            .distinct()
        )
    )


def list_due(day: date) -> Sequence[ConceptVersion]:
    """Adopted versions whose day to be in force has come; none of the past that ended or has a younger successor."""
    other = aliased(ConceptVersion)
    start = sa.func.coalesce(other.in_force_from, other.adopted_on, other.status_date)
    is_followed = sa.exists().where(
        other.concept_id == ConceptVersion.concept_id, other.state == VersionState.IN_FORCE,
        sa.or_(start > ConceptVersion.in_force_from, start.is_(None) & (other.number > ConceptVersion.number)),
    )  # fmt: skip
    return db.session.scalars(
        sa.select(ConceptVersion)
        .where(ConceptVersion.state == VersionState.ADOPTED, ConceptVersion.in_force_from <= day.isoformat())
        .where(ConceptVersion.ended_on.is_(None), ~is_followed)
        .options(joinedload(ConceptVersion.concept))
        .order_by(ConceptVersion.concept_id, ConceptVersion.in_force_from, ConceptVersion.number)
    ).all()

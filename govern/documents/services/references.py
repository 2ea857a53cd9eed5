"""Refer to a concept: to the version in force at any time or to a fixed one, to the whole or to a section."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa

from govern.db import db, now
from govern.documents.models import Concept, ConceptReference, ConceptSection, ConceptVersion
from govern.documents.policies_concepts import concepts_viewable_by
from govern.documents.queries.references import fixed_viewable_by
from govern.documents.services.versions import lock
from govern.errors import DomainError
from govern.people.models import User

ReferenceT = TypeVar("ReferenceT", bound=ConceptReference)


@dataclass(frozen=True)
class Target:
    """To what somebody refers."""

    concept: Concept
    version: ConceptVersion | None = None
    """None: the version in force at any time."""
    section_key: str | None = None
    section_title: str | None = None


def refer(model: type[ReferenceT], owner: dict[str, int], target: Target, *, by: User) -> ReferenceT:
    """Note that the thing ``owner`` names (its column and id) refers to ``target``; twice is once."""
    kind: Any = model
    lock(target.concept.id)  # the same reference, entered by two at once, is found by the second
    if target.version is not None:
        _check_section(target.version, target.section_key)
    same = sa.select(kind.id).filter_by(
        **owner, concept_id=target.concept.id, section_key=target.section_key, removed_at=None,
        version_id=target.version.id if target.version is not None else None,
    )  # fmt: skip
    if db.session.scalar(same.limit(1)) is not None:
        raise DomainError("Dieser Bezug ist schon eingetragen.", field="fassung")
    row: ReferenceT = kind(
        **owner, concept_id=target.concept.id, version_id=target.version.id if target.version is not None else None,
        section_key=target.section_key, section_title=target.section_title, added_by_id=by.id,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def remove(model: type[ConceptReference], owner: dict[str, int], reference_id: int | None, *, by: User) -> bool:
    """Take a reference back; the row stays with who did it and when. False where there is none that ``by`` may see."""
    kind: Any = model
    wanted = sa.select(kind).filter_by(**owner, id=reference_id, removed_at=None).join(kind.concept)
    wanted = wanted.outerjoin(kind.version).where(concepts_viewable_by(by), fixed_viewable_by(by, model))
    row = db.session.scalars(wanted).one_or_none() if reference_id is not None else None
    if row is None:
        return False
    row.removed_at, row.removed_by_id = now(), by.id
    db.session.flush()
    return True


def _check_section(version: ConceptVersion, key: str | None) -> None:
    if key is None:
        return
    there = sa.select(ConceptSection.id).where(ConceptSection.version_id == version.id, ConceptSection.key == key)
    if db.session.scalar(there) is None:
        raise DomainError(f"Diesen Abschnitt gibt es in „{version.label}“ nicht.", field="abschnitt")

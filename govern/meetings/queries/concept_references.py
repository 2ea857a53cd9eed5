"""Which concepts a resolution refers to, and which resolutions refer to a concept."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from govern.db import db
from govern.documents.models import Concept
from govern.documents.queries.references import Back, Shown, fixed_viewable_by, shown, words_of
from govern.meetings.models import AgendaItem, Resolution, ResolutionReference
from govern.meetings.policies import resolutions_viewable_by
from govern.meetings.queries.resolutions import label_of
from govern.people.models import User


def of_resolution(user: User, resolution: Resolution) -> list[Shown]:
    """The concepts a resolution refers to, as far as ``user`` may read them; one statement."""
    return shown(user, ResolutionReference, ResolutionReference.resolution_id == resolution.id)


def resolutions_on(user: User, concept: Concept) -> list[Back]:
    """The resolutions that refer to a concept, as far as ``user`` may read them; one statement."""
    rows = db.session.scalars(
        sa.select(ResolutionReference)
        .join(ResolutionReference.resolution)
        .outerjoin(Resolution.item)
        .outerjoin(AgendaItem.meeting)
        .outerjoin(ResolutionReference.version)
        .where(
            ResolutionReference.concept_id == concept.id, ResolutionReference.removed_at.is_(None),
            resolutions_viewable_by(user), fixed_viewable_by(user, ResolutionReference),
        )
        .options(contains_eager(ResolutionReference.resolution), contains_eager(ResolutionReference.version))
        .order_by(Resolution.resolved_on.desc(), ResolutionReference.id)
    )  # fmt: skip
    return [
        Back(label_of(row.resolution), f"/beschluesse/{row.resolution_id}", words_of(row.version), row.section_title)
        for row in rows
    ]

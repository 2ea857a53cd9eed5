"""A confidential concept lies before a committee as a confidential topic only: neither side becomes public alone."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.db import db
from govern.documents.models import Concept, ConceptVersion
from govern.errors import DomainError
from govern.meetings.models import ConceptSubmission, Topic


def demand_not_public(topic_id: int | None, *, is_public: bool) -> None:
    """Refuse to make a topic, or an item made of it, public while it carries the draft of a confidential concept."""
    if not is_public or topic_id is None:
        return
    secret = (
        sa.select(ConceptSubmission.id)
        .join(ConceptSubmission.version)
        .join(ConceptVersion.concept)
        .where(ConceptSubmission.topic_id == topic_id, Concept.is_confidential)
    )
    if db.session.scalar(secret.limit(1)) is not None:
        raise DomainError(
            "Hier liegt der Entwurf eines nicht öffentlichen Konzepts vor; das bleibt nicht öffentlich.",
            field="is_public",
        )


def why_stays_public(concept: Concept) -> str | None:
    """Why a concept cannot become confidential now: its draft lies before a committee in public."""
    waiting = (
        sa.select(ConceptSubmission)
        .join(ConceptSubmission.version)
        .where(ConceptVersion.concept_id == concept.id, ConceptSubmission.outcome.is_(None))
        .options(joinedload(ConceptSubmission.topic).selectinload(Topic.items))
        .order_by(ConceptSubmission.id)
    )
    for submission in db.session.scalars(waiting):
        topic = submission.topic
        if topic.is_public or any(item.is_public for item in topic.items):
            return (
                f"Ein Entwurf liegt öffentlich vor, als Thema „{topic.title}“. Setzen Sie zuerst das Thema und seinen "
                "Tagesordnungspunkt auf „nicht öffentlich“, oder ziehen Sie die Vorlage zurück."
            )
    return None

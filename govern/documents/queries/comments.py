"""Read what was said to a draft, as far as a person may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.db import count_rows, db
from govern.documents.models import Comment, Consultation, ConsultedSection
from govern.documents.policies_consultations import comments_viewable_by, own_comments
from govern.documents.word_diff import TextRow, compare_texts
from govern.people.models import User

PAGE_SIZE = 25
_PLACE = (ConsultedSection.key, ConsultedSection.number, ConsultedSection.heading, ConsultedSection.position)


@dataclass(frozen=True)
class Filter:
    """Which comments are wanted."""

    section_key: str | None = None
    is_own: bool = False


def list_comments(
    user: User, consultation: Consultation, wanted: Filter, page: int
) -> tuple[Sequence[Comment], int]:  # fmt: skip
    """One page of the comments ``user`` may read, in the order of the draft, those on the whole first."""
    found = _found(user, consultation, wanted)
    total = count_rows(found.with_only_columns(Comment.id), seen=page * PAGE_SIZE)
    rows = db.session.scalars(
        found.options(joinedload(Comment.section).load_only(*_PLACE))
        .order_by(sa.func.coalesce(ConsultedSection.position, 0), sa.func.coalesce(Comment.starts_at, -1),
                  Comment.number)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()  # fmt: skip
    return rows, total


def _found(user: User, consultation: Consultation, wanted: Filter) -> sa.Select[Comment]:
    found = (
        sa.select(Comment)
        .outerjoin(ConsultedSection, ConsultedSection.id == Comment.section_id)
        .where(Comment.consultation_id == consultation.id, comments_viewable_by(user))
    )
    if wanted.section_key:
        found = found.where(ConsultedSection.key == wanted.section_key)
    return found.where(own_comments(user)) if wanted.is_own else found


def count_by_section(user: User, consultation: Consultation) -> dict[int | None, int]:
    """Section id → how many comments ``user`` reads there; None: on the draft as a whole."""
    rows = db.session.execute(
        sa.select(Comment.section_id, sa.func.count(Comment.id))
        .where(Comment.consultation_id == consultation.id, comments_viewable_by(user), Comment.withdrawn_at.is_(None))
        .group_by(Comment.section_id)
    )
    return {identity: number for identity, number in rows}


def difference(comment: Comment) -> tuple[TextRow, ...]:
    """The passage beside what is proposed, word by word; nothing where nothing is proposed."""
    if comment.passage is None or comment.proposal is None:
        return ()
    return compare_texts(comment.passage, comment.proposal, {})

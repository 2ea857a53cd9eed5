"""Read what was said to a draft, as far as a person may."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from govern.db import count_rows, db
from govern.documents.contributions import CauseLink
from govern.documents.models import (
    Comment,
    CommentAnswer,
    Concept,
    ConceptChange,
    ConceptSection,
    ConceptVersion,
    Consultation,
    ConsultationInvitation,
    ConsultedSection,
)
from govern.documents.passages import edits_of, touch
from govern.documents.policies_consultations import comments_viewable_by, consultations_viewable_by, own_comments
from govern.documents.word_diff import TextRow, compare_texts
from govern.people.models import User

PAGE_SIZE = 25
_ORDER = (
    sa.func.coalesce(ConsultedSection.position, 0), sa.func.coalesce(Comment.starts_at, -1), Comment.number,
)  # fmt: skip
_PLACE = (ConsultedSection.key, ConsultedSection.number, ConsultedSection.heading, ConsultedSection.position)


WITH_DRAFT = (
    joinedload(Comment.consultation).joinedload(Consultation.version).joinedload(ConceptVersion.concept),
    joinedload(Comment.section),
)
"""What the page that answers a comment loads along: the draft it speaks of, and where in it."""


@dataclass(frozen=True)
class Filter:
    """Which comments are wanted."""

    section_key: str | None = None
    is_own: bool = False
    is_valid: bool = False
    """Without those that were withdrawn."""


def list_comments(
    user: User, consultation: Consultation, wanted: Filter, page: int
) -> tuple[Sequence[Comment], int]:  # fmt: skip
    """One page of the comments ``user`` may read, in the order of the draft, those on the whole first."""
    found = _found(user, consultation, wanted)
    total = count_rows(found.with_only_columns(Comment.id), seen=page * PAGE_SIZE)
    rows = db.session.scalars(
        found.options(joinedload(Comment.section).load_only(*_PLACE), selectinload(Comment.answers))
        .order_by(*_ORDER)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return rows, total


def page_with(user: User, consultation: Consultation, wanted: Filter, number: int) -> int:
    """The page of these comments on which the one with ``number`` stands; the first if there is no such one."""
    place = sa.func.row_number().over(order_by=_ORDER).label("place")
    found = _found(user, consultation, wanted).with_only_columns(Comment.number, place).subquery()
    at: int | None = db.session.scalar(sa.select(found.c.place).where(found.c.number == number))
    return (at - 1) // PAGE_SIZE + 1 if at else 1


def list_all_comments(user: User, consultation: Consultation) -> Sequence[Comment]:
    """All comments ``user`` may read that were not withdrawn, in the order of the draft."""
    return db.session.scalars(
        _found(user, consultation, Filter(is_valid=True))
        .options(joinedload(Comment.section).load_only(*_PLACE), selectinload(Comment.answers))
        .order_by(*_ORDER)
    ).all()


def _found(user: User, consultation: Consultation, wanted: Filter) -> sa.Select[Comment]:
    found = (
        sa.select(Comment)
        .outerjoin(ConsultedSection, ConsultedSection.id == Comment.section_id)
        .where(Comment.consultation_id == consultation.id, comments_viewable_by(user))
    )
    if wanted.section_key:
        found = found.where(ConsultedSection.key == wanted.section_key)
    if wanted.is_valid:
        found = found.where(Comment.withdrawn_at.is_(None))
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
    return compare_texts(comment.passage, comment.proposal, None)


def list_own_comments(user: User, page: int) -> tuple[Sequence[Comment], int]:
    """One page of what ``user`` and the institutions of ``user`` said to drafts, the latest first."""
    visible = sa.select(Consultation.id).where(consultations_viewable_by(user))
    found = sa.select(Comment).where(own_comments(user), Comment.consultation_id.in_(visible))
    total = count_rows(found.with_only_columns(Comment.id), seen=page * PAGE_SIZE)
    version = joinedload(Comment.consultation).joinedload(Consultation.version)
    rows = db.session.scalars(
        found.options(
            joinedload(Comment.section).load_only(*_PLACE), selectinload(Comment.answers),
            version.joinedload(ConceptVersion.concept).selectinload(Concept.filings),
        )
        .order_by(Comment.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()  # fmt: skip
    return rows, total


def count_unanswered(consultation: Consultation) -> int:
    """How many comments have no answer yet."""
    unanswered = sa.select(sa.func.count(Comment.id)).where(
        Comment.consultation_id == consultation.id, Comment.withdrawn_at.is_(None), ~Comment.answers.any()
    )
    return db.session.scalar(unanswered) or 0


def list_authors(consultation: Consultation) -> Sequence[User]:
    """The accounts that commented and are not locked."""
    wrote = sa.select(Comment.author_id).where(
        Comment.consultation_id == consultation.id, Comment.withdrawn_at.is_(None)
    )
    return db.session.scalars(
        sa.select(User)
        .where(User.id.in_(wrote), User.is_locked.is_(False))
        .options(joinedload(User.person))
        .order_by(User.id)
    ).all()


def list_mailboxes(consultation: Consultation) -> Sequence[ConsultationInvitation]:
    """Where the institutions that commented were written to: their mailbox, or accounts that are not locked."""
    spoke = sa.select(Comment.organisation_id).where(
        Comment.consultation_id == consultation.id, Comment.withdrawn_at.is_(None), Comment.organisation_id.is_not(None)
    )
    return db.session.scalars(
        sa.select(ConsultationInvitation)
        .where(
            ConsultationInvitation.consultation_id == consultation.id,
            ConsultationInvitation.organisation_id.in_(spoke),
            ConsultationInvitation.address.not_in(sa.select(User.email).where(User.is_locked)),
        )
        .order_by(ConsultationInvitation.id)
    ).all()


@dataclass(frozen=True)
class Neighbour:
    """A proposal that touches the same words as another one."""

    comment_id: int
    number: int
    on_behalf_of: str


def collisions(consultation: Consultation, section_ids: Collection[int]) -> dict[int, list[Neighbour]]:
    """Comment id → the proposals to the same sections that touch the same words, however they are paged."""
    rows = db.session.execute(
        sa.select(Comment.id, Comment.number, Comment.on_behalf_of, Comment.section_id, Comment.starts_at,
                  Comment.passage, Comment.proposal)
        .where(Comment.consultation_id == consultation.id, Comment.section_id.in_(sorted(section_ids)),
               Comment.proposal.is_not(None), Comment.withdrawn_at.is_(None))
        .order_by(Comment.number)
    ).all()  # fmt: skip
    found: dict[int, list[Neighbour]] = {}
    for section_id in sorted(section_ids):
        of_section = {row.id: row for row in rows if row.section_id == section_id}
        edits = {key: edits_of(row.starts_at, row.passage, row.proposal) for key, row in of_section.items()}
        for key, own in edits.items():
            found[key] = [
                Neighbour(other, of_section[other].number, of_section[other].on_behalf_of)
                for other in edits if other != key and touch(own, edits[other])
            ]  # fmt: skip
    return found


def load_comments(ids: Collection[int]) -> Sequence[Comment]:
    """These comments with their answers, by number."""
    if not ids:
        return []
    wanted = sa.select(Comment).where(Comment.id.in_(sorted(ids))).options(selectinload(Comment.answers))
    return db.session.scalars(wanted.order_by(Comment.number)).all()


def current_section(comment: Comment) -> ConceptSection | None:
    """The section of the draft of which a comment speaks, as it is stored now."""
    if comment.section is None:
        return None
    return db.session.scalars(
        sa.select(ConceptSection)
        .where(
            ConceptSection.version_id == comment.consultation.version_id, ConceptSection.key == comment.section.key
        )
        .execution_options(populate_existing=True)
    ).one_or_none()  # fmt: skip


CREDIT = "Beteiligung, "
"""Before the comment that was taken over and whose it was, in the reason of the change."""


def comments_behind(user: User, version_ids: Sequence[int]) -> dict[str, list[CauseLink]]:
    """Key of the section → comments taken over in these versions, as far as ``user`` may read them; one statement."""
    rows = db.session.execute(
        sa.select(ConceptChange.section_key, Comment.number, Comment.on_behalf_of, Comment.consultation_id)
        .join(CommentAnswer, CommentAnswer.change_id == ConceptChange.id)
        .join(Comment, Comment.id == CommentAnswer.comment_id)
        .join(Consultation, Consultation.id == Comment.consultation_id)
        .where(
            ConceptChange.version_id.in_(version_ids), consultations_viewable_by(user), comments_viewable_by(user),
        )
        .order_by(ConceptChange.id, Comment.number)
    )  # fmt: skip
    found: dict[str, list[CauseLink]] = {}
    for key, number, institution, consultation_id in rows:
        address = f"/beteiligungen/{consultation_id}/stellungnahmen?abschnitt={key}&nr={number}#s-{number}"
        words = f"Stellungnahme Nr. {number}: {institution}"
        found.setdefault(key, []).append(CauseLink(words, address, f"{CREDIT}{words}"))
    return found

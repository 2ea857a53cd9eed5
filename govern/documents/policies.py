"""Who may see and change filed documents."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from govern.access import presumes
from govern.committees.policies import is_office
from govern.documents.models import Document, DocumentFiling
from govern.people.models import User
from govern.people.policies import can_coordinate


def circles_of(user: User) -> frozenset[int]:
    """Committees whose confidential matters ``user`` reads: as holder of a seat, or in the chair without one."""
    return user.standing.holder_committees | user.standing.chair_committees


def can_view(user: User, document: Document) -> bool:
    """Every signed-in person reads a document; a confidential one: seat holders, chair, office of its committees."""
    if not user.is_authenticated:
        return False
    if can_coordinate(user):
        return True
    committees = {f.committee_id for f in document.filings}
    if committees & user.standing.office_committees:
        return True
    if document.withdrawn_at is not None:
        return False
    return not document.is_confidential or bool(committees & circles_of(user))


def viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view`, as SQL."""
    if not user.is_authenticated:
        return false()
    if can_coordinate(user):
        return true()

    def filed_under(committees: frozenset[int]) -> ColumnElement[bool]:
        return Document.id.in_(
            select(DocumentFiling.document_id).where(DocumentFiling.committee_id.in_(sorted(committees)))
        )

    return or_(
        filed_under(user.standing.office_committees),
        and_(
            Document.withdrawn_at.is_(None),
            or_(Document.is_confidential.is_(False), filed_under(circles_of(user))),
        ),
    )


@presumes(can_view)
def can_edit(user: User, document: Document) -> bool:
    """The coordination, and the office of a committee it is filed under, change and withdraw a document."""
    return any(is_office(user, f.committee_id) for f in document.filings) or can_coordinate(user)

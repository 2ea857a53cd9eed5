"""Who opens consultations, takes part in them, and reads what was said."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from govern.access import presumes
from govern.documents.models import Comment, Concept, ConceptFiling, ConceptVersion, Consultation, ConsultationParty
from govern.documents.policies_concepts import can_edit_concept, can_view_concept, concepts_viewable_by
from govern.formats import today
from govern.people.models import PersonFunction, User
from govern.people.policies import can_coordinate, function_is_held


def institutions_of(user: User) -> frozenset[int]:
    """Institutions whose comments are also those of ``user``: the account acts for them, or the person works there."""
    functions = user.person.functions if user.person is not None else []
    return user.standing.organisations | {f.organisation_id for f in functions if f.is_held_on(today())}


def _is_institution_of(user: User, column: InstrumentedAttribute[int | None], day: Any) -> ColumnElement[bool]:
    """The same as :func:`institutions_of`, as SQL."""
    held = function_is_held(today() if day is None else day)
    functions = select(PersonFunction.organisation_id).where(PersonFunction.person_id == user.person_id, held)
    return or_(column.in_(sorted(user.standing.organisations)), column.in_(functions))


def takes_part(user: User, consultation: Consultation) -> bool:
    """True for members of a committee that is asked, for those of an institution that is, or for all members."""
    if not user.is_authenticated:
        return False
    committees, institutions = _near(user), institutions_of(user)
    if consultation.to_all_members and committees:
        return True
    return any(
        party.committee_id in committees or party.organisation_id in institutions for party in consultation.parties
    )


def asked_of(user: User, day: Any = None) -> ColumnElement[bool]:
    """The same rule as :func:`takes_part`, as SQL; ``day`` is today, or a parameter of a statement that is kept."""
    if not user.is_authenticated:
        return false()
    committees = _near(user)
    asked = select(ConsultationParty.consultation_id).where(
        or_(
            ConsultationParty.committee_id.in_(sorted(committees)),
            _is_institution_of(user, ConsultationParty.organisation_id, day),
        )
    )
    is_member = true() if committees else false()
    return or_(Consultation.id.in_(asked), and_(Consultation.to_all_members, is_member))


def _near(user: User) -> frozenset[int]:
    return user.standing.member_committees | user.standing.chair_committees


def can_view_consultation(user: User, consultation: Consultation) -> bool:
    """Whoever writes the draft, and whoever is asked: members of the committees, accounts of the institutions."""
    concept = consultation.version.concept
    if not can_view_concept(user, concept):
        return False
    return can_edit_concept(user, concept) or takes_part(user, consultation)


def consultations_viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view_consultation`, as SQL."""
    if not user.is_authenticated:
        return false()
    if can_coordinate(user):
        return true()
    office = select(ConceptFiling.concept_id).where(
        ConceptFiling.committee_id.in_(sorted(user.standing.office_committees))
    )
    versions = select(ConceptVersion.id).join(Concept).where(concepts_viewable_by(user))
    led = Consultation.version_id.in_(versions.where(Concept.id.in_(office)))
    return and_(Consultation.version_id.in_(versions), or_(led, asked_of(user)))


@presumes(can_view_consultation)
def can_keep_consultation(user: User, consultation: Consultation) -> bool:
    """The coordination, and the office of a committee the concept is filed under, lead a consultation."""
    return can_edit_concept(user, consultation.version.concept)


def can_view_comment(user: User, comment: Comment) -> bool:
    """A comment is read by its institution and its author, by who leads the consultation, by others if so set.

    One that was withdrawn only by its institution and its author.
    """
    consultation = comment.consultation
    if not can_view_consultation(user, consultation):
        return False
    if is_own(user, comment):
        return True
    is_lead = can_edit_concept(user, consultation.version.concept)
    return comment.withdrawn_at is None and (is_lead or consultation.shows_others)


def is_own(user: User, comment: Comment) -> bool:
    """True for the author, and for those who act for the institution or work there."""
    return comment.author_id == user.id or comment.organisation_id in institutions_of(user)


def own_comments(user: User, day: Any = None) -> ColumnElement[bool]:
    """The same rule as :func:`is_own`, as SQL; ``day`` is today, or a parameter of a statement that is kept."""
    return or_(Comment.author_id == user.id, _is_institution_of(user, Comment.organisation_id, day))


def comments_viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view_comment`, as SQL, for comments of consultations that the person may see."""
    if not user.is_authenticated:
        return false()
    if can_coordinate(user):
        return or_(own_comments(user), Comment.withdrawn_at.is_(None))
    office = select(Consultation.id).join(Consultation.version).where(
        ConceptVersion.concept_id.in_(
            select(ConceptFiling.concept_id).where(
                ConceptFiling.committee_id.in_(sorted(user.standing.office_committees))
            )
        )
    )  # fmt: skip
    shown = select(Consultation.id).where(Consultation.shows_others)
    is_readable = or_(Comment.consultation_id.in_(office), Comment.consultation_id.in_(shown))
    return or_(own_comments(user), and_(Comment.withdrawn_at.is_(None), is_readable))


@presumes(can_view_comment)
def can_edit_comment(user: User, comment: Comment) -> bool:
    """Its institution and its author change and withdraw a comment, until the last day of the consultation."""
    return is_own(user, comment)


@presumes(can_view_comment)
def can_answer_comment(user: User, comment: Comment) -> bool:
    """Whoever leads a consultation answers what was said, takes proposals over and releases the answers."""
    return can_keep_consultation(user, comment.consultation)


def reads_answers(user: User, consultation: Consultation) -> bool:
    """True for who leads a consultation, and for all others as soon as the answers are released."""
    return consultation.answers_released_at is not None or can_keep_consultation(user, consultation)

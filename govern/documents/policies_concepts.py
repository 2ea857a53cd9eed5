"""Who may see and change concepts, their versions and sections."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, or_, select, true

from govern.access import presumes
from govern.committees.policies import is_office
from govern.documents.models import (
    OPEN_STATES,
    Concept,
    ConceptFiling,
    ConceptImport,
    ConceptSection,
    ConceptVersion,
    VersionState,
)
from govern.documents.policies import circles_of
from govern.people.models import User
from govern.people.policies import can_coordinate


def can_view_concept(user: User, concept: Concept) -> bool:
    """Every signed-in person reads a concept; a confidential one: seat holders, chair, office of its committees."""
    if not user.is_authenticated:
        return False
    if can_coordinate(user) or not concept.is_confidential:
        return True
    committees = {filing.committee_id for filing in concept.filings}
    return bool(committees & (user.standing.office_committees | circles_of(user)))


def concepts_viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view_concept`, as SQL."""
    if not user.is_authenticated:
        return false()
    if can_coordinate(user):
        return true()
    near = sorted(user.standing.office_committees | circles_of(user))
    filed = select(ConceptFiling.concept_id).where(ConceptFiling.committee_id.in_(near))
    return or_(Concept.is_confidential.is_(False), Concept.id.in_(filed))


def successor_of(user: User, concept: Concept) -> Concept | None:
    """The concept into which this one went (F8), if ``user`` may know of it."""
    into = concept.merged_into
    return into if into is not None and can_view_concept(user, into) else None


@presumes(can_view_concept)
def can_edit_concept(user: User, concept: Concept) -> bool:
    """The coordination, and the office of a committee it is filed under, keep a concept and write its drafts."""
    return can_coordinate(user) or any(is_office(user, filing.committee_id) for filing in concept.filings)


def can_view_version(user: User, version: ConceptVersion) -> bool:
    """A version is read like its concept; a draft by who writes it, an open one also by seat holders and chair."""
    if not can_view_concept(user, version.concept):
        return False
    if not version.is_open and (version.state is not VersionState.WITHDRAWN or version.was_in_force):
        return True
    if can_edit_concept(user, version.concept):
        return True
    committees = {filing.committee_id for filing in version.concept.filings}
    is_asked = version.state in OPEN_STATES - {VersionState.DRAFT}
    return is_asked and bool(committees & circles_of(user))


def versions_viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view_version`, as SQL, for versions of concepts that the person may see."""
    if not user.is_authenticated:
        return false()
    if can_coordinate(user):
        return true()

    def filed(committees: frozenset[int]) -> ColumnElement[bool]:
        return ConceptVersion.concept_id.in_(
            select(ConceptFiling.concept_id).where(ConceptFiling.committee_id.in_(sorted(committees)))
        )

    is_closed = ConceptVersion.state.not_in(sorted(OPEN_STATES | {VersionState.WITHDRAWN}))
    was_in_force = (ConceptVersion.state == VersionState.WITHDRAWN) & ConceptVersion.in_force_from.is_not(None)
    is_asked = ConceptVersion.state.in_((VersionState.CONSULTATION, VersionState.SUBMITTED))
    return or_(
        is_closed, was_in_force, filed(user.standing.office_committees),
        is_asked & filed(circles_of(user)),
    )  # fmt: skip


@presumes(can_view_version)
def can_edit_version(user: User, version: ConceptVersion) -> bool:
    """The coordination, and the office of a committee the concept is filed under, change a version."""
    return can_edit_concept(user, version.concept)


def can_edit_import(user: User, row: ConceptImport) -> bool:
    """Whoever writes the drafts of a concept sees and mends the texts that are read from files for it."""
    return can_view_concept(user, row.concept) and can_edit_concept(user, row.concept)


def can_view_section(user: User, section: ConceptSection) -> bool:
    """A section is read by who reads its version."""
    return can_view_version(user, section.version)


@presumes(can_view_section)
def can_edit_section(user: User, section: ConceptSection) -> bool:
    """The coordination, and the office of a committee the concept is filed under, write the sections of a draft."""
    return can_edit_version(user, section.version)

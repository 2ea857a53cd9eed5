"""Who may see and keep agreements."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, false, not_, or_, select, true

from govern.access import presumes
from govern.documents.models import (
    CONCLUDED_STATES,
    INTERNAL_STATES,
    Agreement,
    AgreementParty,
    AgreementState,
    AgreementStep,
    AgreementVersion,
)
from govern.people.models import Organisation, User
from govern.people.policies import can_coordinate


def can_view_agreement(user: User, agreement: Agreement) -> bool:
    """The coordination reads all, the person responsible and the parties their own, everybody the public concluded.

    Parties read it as soon as it is no mere draft; a municipality also what its own offices agreed.
    """
    if not user.is_authenticated:
        return False
    if is_near(user, agreement):
        return True
    return agreement.is_public and agreement.state in CONCLUDED_STATES


def agreements_viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view_agreement`, as SQL."""
    if not user.is_authenticated:
        return false()
    if can_coordinate(user):
        return true()
    own = Agreement.responsible_person_id == user.person_id if user.person_id is not None else false()
    return or_(
        own,
        and_(_is_shared_sql(), Agreement.id.in_(_with_party(user.standing.organisations))),
        and_(Agreement.is_public, Agreement.state.in_(CONCLUDED_STATES)),
    )


@presumes(can_view_agreement)
def can_keep_agreement(user: User, agreement: Agreement) -> bool:
    """The coordination changes agreements, notes their states, texts and reviews."""
    return can_coordinate(user)


def can_view_agreement_text(user: User, version: AgreementVersion) -> bool:
    """Who is near to an agreement reads all its texts, everybody else who may see it only what was signed."""
    if not can_view_agreement(user, version.agreement):
        return False
    return version.is_signed or is_near(user, version.agreement)


def agreement_texts_viewable_by(user: User, agreement: Agreement) -> ColumnElement[bool]:
    """The same rule as :func:`can_view_agreement_text` for one agreement the user may see, as SQL."""
    of_this = AgreementVersion.agreement_id == agreement.id
    return of_this if is_near(user, agreement) else and_(of_this, AgreementVersion.is_signed)


def is_near(user: User, agreement: Agreement) -> bool:
    """True for the coordination, the person responsible, and from the negotiation on the parties."""
    if can_coordinate(user):
        return True
    if user.person_id is not None and agreement.responsible_person_id == user.person_id:
        return True
    acts_for = user.standing.organisations
    is_party = any(p.organisation_id in acts_for or p.organisation.parent_id in acts_for for p in agreement.parties)
    return is_party and _is_shared(agreement)


NEVER_SHARED = (*sorted(INTERNAL_STATES), AgreementState.DROPPED)


def _is_shared(agreement: Agreement) -> bool:
    # What was dropped before it was negotiated was never more than a draft.
    if agreement.state is AgreementState.DROPPED:
        return any(step.state not in NEVER_SHARED for step in agreement.steps)
    return agreement.state not in INTERNAL_STATES


def _is_shared_sql() -> ColumnElement[bool]:
    negotiated = select(AgreementStep.agreement_id).where(AgreementStep.state.not_in(NEVER_SHARED))
    is_mere_draft = and_(Agreement.state == AgreementState.DROPPED, Agreement.id.not_in(negotiated))
    return and_(Agreement.state.not_in(INTERNAL_STATES), not_(is_mere_draft))


def with_party(organisation_id: int) -> ColumnElement[bool]:
    """Agreements in which an institution, or an office of it, takes part."""
    return Agreement.id.in_(_with_party([organisation_id]))


def _with_party(organisations: frozenset[int] | list[int]) -> Select[int]:
    ids = sorted(organisations)
    return (
        select(AgreementParty.agreement_id)
        .join(Organisation, Organisation.id == AgreementParty.organisation_id)
        .where(or_(Organisation.id.in_(ids), Organisation.parent_id.in_(ids)))
    )

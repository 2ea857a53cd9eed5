"""Who keeps and reads what the body plans with: service chains (E13), needs analyses (E12)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false

from govern.access import presumes
from govern.actions.models import ServiceChain
from govern.actions.policies_gaps import can_report_gaps
from govern.people.models import Organisation, User
from govern.people.policies import can_coordinate


def can_describe_chains(user: User) -> bool:
    """The coordination describes service chains."""
    return can_coordinate(user)


def can_view_chain(user: User, chain: ServiceChain) -> bool:
    """Every signed-in person reads the service chains; gaps are counted there only for those who see them."""
    return bool(user.is_authenticated) and chain.body_id == user.body_id


def chains_viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view_chain`, as SQL."""
    return ServiceChain.body_id == user.body_id if user.is_authenticated else false()


@presumes(can_view_chain)
def can_edit_chain(user: User, chain: ServiceChain) -> bool:
    """The coordination gives a service chain another version; earlier ones stay."""
    return can_coordinate(user)


def can_see_analyses(user: User) -> bool:
    """Whoever may report gaps reads the needs analyses of the municipalities."""
    return can_report_gaps(user)


def can_view_analysis(user: User, municipality: Organisation) -> bool:
    """Whoever may report gaps reads the needs analysis of each municipality of the body."""
    return can_report_gaps(user) and municipality.is_municipality and municipality.body_id == user.body_id


def analyses_viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view_analysis`, as SQL on municipalities."""
    if not can_report_gaps(user):
        return false()
    return and_(Organisation.is_municipality, Organisation.body_id == user.body_id)


@presumes(can_view_analysis)
def can_write_analysis(user: User, municipality: Organisation) -> bool:
    """The coordination, and accounts of the municipality itself, add a version of its needs analysis."""
    is_there = municipality.ended_on is None
    return is_there and (can_coordinate(user) or municipality.id in user.standing.organisations)

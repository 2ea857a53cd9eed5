"""Who keeps and reads what the body plans with: service chains (E13)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false

from govern.access import presumes
from govern.actions.models import ServiceChain
from govern.people.models import User
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

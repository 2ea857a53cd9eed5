"""Read service chains: the list, one version with its stations, and how many gaps are met where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from govern.actions.masking import about
from govern.actions.models import ChainPlace, ChainStation, ChainVersion, Matter, MatterState, ServiceChain
from govern.actions.policies_gaps import can_report_gaps, counts_of_reports_are_open_to, matters_viewable_by
from govern.actions.policies_planning import chains_viewable_by
from govern.db import db
from govern.formats import count
from govern.people.models import Organisation, User

PAGE_SIZE = 25


@dataclass(frozen=True)
class GapsAt:
    """Open gaps at one place of a chain: in words, and whether there are any to look at."""

    words: str
    is_linked: bool


@dataclass(frozen=True)
class ChainPage:
    """One page of chains: the newest version of each, and how many stations it has."""

    rows: Sequence[tuple[ChainVersion, int]]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def list_chains(user: User, number: int) -> ChainPage:
    """One page of the chains of the body, those in use first; two statements."""
    total = db.session.scalar(sa.select(sa.func.count(ServiceChain.id)).where(chains_viewable_by(user))) or 0
    newest = sa.select(sa.func.max(ChainVersion.id)).group_by(ChainVersion.chain_id)
    stations = (
        sa.select(sa.func.count(ChainStation.id)).where(ChainStation.version_id == ChainVersion.id).scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(ChainVersion, stations)
        .join(ChainVersion.chain)
        .where(chains_viewable_by(user), ChainVersion.id.in_(newest))
        .order_by(ChainVersion.is_in_use.desc(), sa.func.lower(ChainVersion.name), ChainVersion.id)
        .options(contains_eager(ChainVersion.chain))
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    return ChainPage([(version, amount) for version, amount in rows], total, number)


def list_versions(chain: ServiceChain) -> Sequence[ChainVersion]:
    """All versions without their stations, the newest first."""
    return db.session.scalars(
        sa.select(ChainVersion)
        .where(ChainVersion.chain_id == chain.id)
        .order_by(ChainVersion.number.desc())
        .options(joinedload(ChainVersion.created_by))
    ).all()


def load_version(chain: ServiceChain, number: int | None = None) -> ChainVersion | None:
    """The newest version, or the one of a number, with stations, interfaces and who is responsible; None: no such."""
    statement = sa.select(ChainVersion).where(ChainVersion.chain_id == chain.id)
    if number is not None:
        statement = statement.where(ChainVersion.number == number)
    return db.session.scalars(
        statement.order_by(ChainVersion.number.desc())
        .limit(1)
        .options(
            selectinload(ChainVersion.stations).selectinload(ChainStation.organisations),
            selectinload(ChainVersion.interfaces),
        )
    ).one_or_none()


def newest_number(chain: ServiceChain) -> int:
    """What a form that writes a newer version is based on."""
    return db.session.scalar(sa.select(sa.func.max(ChainVersion.number)).where(ChainVersion.chain_id == chain.id)) or 0


def gaps_along(user: User, version: ChainVersion) -> Mapping[ChainPlace, GapsAt]:
    """Open gaps ``user`` may see by place of the chain: counted for the coordination, masked for everybody else.

    Empty for those who see no gaps at all. One statement.
    """
    if not can_report_gaps(user):
        return {}
    statement = sa.select(Matter.chain_place, sa.func.count(Matter.id)).where(
        matters_viewable_by(user), Matter.state == MatterState.OPEN, Matter.chain_place.is_not(None)
    )
    if version.action_field is not None:
        statement = statement.where(Matter.action_field == version.action_field)
    found = {place: amount for place, amount in db.session.execute(statement.group_by(Matter.chain_place))}
    if counts_of_reports_are_open_to(user):
        return {place: GapsAt(count(n, "Lücke", "Lücken"), bool(n)) for place in ChainPlace
                for n in (found.get(place, 0),)}  # fmt: skip
    threshold = user.body.small_count_threshold
    return {place: GapsAt(f"{about(found.get(place, 0), threshold)} Lücken", True) for place in ChainPlace}


def organisation_names(user: User) -> Mapping[str, Organisation]:
    """Organisations that are not dissolved by each of their names, folded; what a form looks names up in."""
    rows = db.session.scalars(
        sa.select(Organisation)
        .where(Organisation.body_id == user.body_id, Organisation.ended_on.is_(None))
        .order_by(Organisation.id.desc())
    )
    named: dict[str, Organisation] = {}
    for row in rows:
        for name in (row.short_name, row.name):
            if name:
                named[name.casefold()] = row
    return named

"""Describe service chains: each save adds a version, what was written before stays readable (E13)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise

import sqlalchemy as sa

from govern.actions.models import ChainInterface, ChainPlace, ChainStation, ChainVersion, ServiceChain
from govern.actions.queries.service_chains import newest_number
from govern.actions.services.gap_reports import Confirmation, demand_harmless
from govern.db import db
from govern.errors import Conflict, DomainError
from govern.people.models import Organisation, User

STALE = "Die Kette wurde inzwischen geändert; die neuere Fassung steht unten. Nichts wurde überschrieben."


@dataclass(frozen=True, kw_only=True)
class Station:
    """A station as it was typed; its number is what interfaces name."""

    number: int
    name: str
    text: str = ""
    place: ChainPlace | None = None
    organisations: Sequence[str] = ()
    """Names as the directory has them."""


@dataclass(frozen=True, kw_only=True)
class Interface:
    """What one station hands over to another."""

    start: int
    end: int
    text: str = ""
    place: ChainPlace | None = ChainPlace.HANDOVER


@dataclass(frozen=True, kw_only=True)
class Description:
    """A whole chain as it was typed."""

    name: str
    stations: Sequence[Station]
    interfaces: Sequence[Interface] = ()
    """None: each station hands over to the next."""
    purpose: str = ""
    action_field: str | None = None
    is_in_use: bool = True
    reason: str = ""

    @property
    def words(self) -> str:
        """Everything that was written freely."""
        parts = [self.name, self.purpose, self.reason]
        for station in self.stations:
            parts += [station.name, station.text]
        parts += [interface.text for interface in self.interfaces]
        return "\n".join(part for part in parts if part)


def describe_chain(
    wanted: Description, directory: Mapping[str, Organisation], *, confirmation: Confirmation, by: User
) -> ServiceChain:
    """Describe a chain for the first time."""
    chain = ServiceChain(body=by.body)
    db.session.add(chain)
    db.session.flush()
    _add_version(chain, wanted, directory, confirmation, by)
    return chain


def change_chain(
    chain: ServiceChain, wanted: Description, directory: Mapping[str, Organisation], *, confirmation: Confirmation,
    version: int, by: User,
) -> None:  # fmt: skip
    """Add a version. Raises Conflict when somebody added one since ``version`` was read."""
    db.session.execute(sa.select(ServiceChain.id).where(ServiceChain.id == chain.id).with_for_update())
    if newest_number(chain) != version:
        raise Conflict(STALE)
    _add_version(chain, wanted, directory, confirmation, by)


def _add_version(
    chain: ServiceChain, wanted: Description, directory: Mapping[str, Organisation], confirmation: Confirmation,
    by: User,
) -> None:  # fmt: skip
    stations = sorted(wanted.stations, key=lambda station: station.number)
    places = _places_of(stations)
    interfaces = wanted.interfaces or [
        Interface(start=one.number, end=other.number) for one, other in pairwise(stations)
    ]
    for interface in interfaces:
        _check(interface, places)
    demand_harmless(wanted.words, confirmation, "name")
    version = ChainVersion(
        chain_id=chain.id, number=newest_number(chain) + 1, name=wanted.name, purpose=wanted.purpose,
        action_field=wanted.action_field, is_in_use=wanted.is_in_use, reason=wanted.reason, created_by_id=by.id,
        stations=[
            ChainStation(position=places[s.number], name=s.name, text=s.text, place=s.place,
                         organisations=_found(s, directory))
            for s in stations
        ],
    )  # fmt: skip
    db.session.add(version)
    db.session.flush()  # an interface points to stations that are there
    ordered = sorted(interfaces, key=lambda i: (places[i.start], places[i.end]))
    for number, interface in enumerate(ordered, 1):
        version.interfaces.append(
            ChainInterface(number=number, from_position=places[interface.start], to_position=places[interface.end],
                           text=interface.text, place=interface.place)
        )  # fmt: skip
    db.session.flush()


def _places_of(stations: Sequence[Station]) -> dict[int, int]:
    """Typed number → place in the chain."""
    if len(stations) < 2:
        raise DomainError("Eine Kette hat mindestens zwei Stationen.")
    places = {station.number: place for place, station in enumerate(stations, 1)}
    if len(places) < len(stations):
        twice = next(s.number for i, s in enumerate(stations) if s.number in {o.number for o in stations[:i]})
        raise DomainError(f"Die Nummer {twice} haben zwei Stationen.")
    return places


def _check(interface: Interface, known: Collection[int]) -> None:
    for number in (interface.start, interface.end):
        if number not in known:
            raise DomainError(f"Eine Schnittstelle nennt die Station {number}, die es nicht gibt.")
    if interface.start == interface.end:
        raise DomainError(f"Eine Schnittstelle verbindet zwei Stationen, nicht die Station {interface.start} mit sich.")


def _found(station: Station, directory: Mapping[str, Organisation]) -> list[Organisation]:
    found: dict[int, Organisation] = {}
    for name in station.organisations:
        organisation = directory.get(name.casefold())
        if organisation is None:
            near = get_close_matches(name.casefold(), directory, n=1)
            hint = f" Meinten Sie „{directory[near[0]].name}“?" if near else ""
            raise DomainError(f"Station „{station.name}“: „{name}“ steht nicht unter den Organisationen.{hint}")
        found[organisation.id] = organisation
    return list(found.values())

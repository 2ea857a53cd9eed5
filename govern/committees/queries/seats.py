"""Read seats from the side of those who sit there: an organisation, a person, one seat with its mandates."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from govern.committees.models import (
    Committee,
    Mandate,
    MandateKind,
    RepresentsMode,
    Seat,
    Voting,
    seat_organisation,
    seat_represents,
)
from govern.committees.queries.compositions import DAY, mandate_is_held, seat_is_there
from govern.db import db
from govern.formats import count
from govern.people.models import Organisation, Person


@dataclass(frozen=True)
class SeatWithPersons:
    """A seat on a day with those who hold it and their deputies."""

    seat: Seat
    holders: tuple[Mandate, ...]
    deputies: tuple[Mandate, ...]

    @property
    def vacancies(self) -> int:
        """Stated places without a person."""
        return max(0, (self.seat.person_count or 0) - len(self.holders))


def seats_of(organisation_id: int, day: date) -> list[SeatWithPersons]:
    """Seats of an organisation and of the units below it on ``day``, the highest committee first (B7)."""
    return _filled(_seats(day).where(_held_by(organisation_id, with_units=True)), day)


def who_speaks_for(organisation_id: int, day: date) -> list[SeatWithPersons]:
    """Seats of others that speak for an organisation on ``day`` (B7)."""
    return _filled(_seats(day).where(_speaks_for(organisation_id)), day)


def seats_and_speakers(
    organisation_id: int, day: date, *, at_once: bool = False
) -> tuple[list[SeatWithPersons], list[SeatWithPersons]]:
    """`seats_of` and `who_speaks_for` an organisation, read together.

    ``at_once``: the institutions of the seats too, which spares a statement where many others are asked.
    """
    rows = db.session.execute(_own_and_speaking(at_once), {"organisation": organisation_id, "day": day}).unique().all()
    filled = {entry.seat.id: entry for entry in _fill([row.Seat for row in rows], day)}
    return [filled[r.Seat.id] for r in rows if r.is_own], [filled[r.Seat.id] for r in rows if r.speaks]


@cache
def _own_and_speaking(at_once: bool) -> sa.Select[Any]:
    organisation: Any = sa.bindparam("organisation", type_=sa.Integer)
    own, speaking = _held_by(organisation, with_units=True), _speaks_for(organisation)
    seats = _seats(DAY, joinedload(Seat.organisations)) if at_once else _seats(DAY)
    return seats.add_columns(own.label("is_own"), speaking.label("speaks")).where(sa.or_(own, speaking))


def seats_of_person(person_id: int, day: date) -> list[tuple[Mandate, SeatWithPersons]]:
    """Mandates of a person on ``day``, each with its seat as it is filled."""
    held = sa.select(Mandate.seat_id).where(Mandate.person_id == person_id, mandate_is_held(day))
    filled = _filled(_seats(day).where(Seat.id.in_(held)), day)
    return [(m, entry) for entry in filled for m in (*entry.holders, *entry.deputies) if m.person_id == person_id]


WITH_MANDATES = (
    joinedload(Seat.committee),
    joinedload(Seat.group),
    joinedload(Seat.parent),
    joinedload(Seat.represents),
    selectinload(Seat.organisations),
    selectinload(Seat.mandates).options(joinedload(Mandate.person), joinedload(Mandate.organisation)),
)
"""What pages of one seat load along: its committee, institutions, those it speaks for, all mandates of all times."""


def seats_to_change(committee: Committee, ids: Collection[int]) -> Sequence[Seat]:
    """Seats of the committee as they are stored now, with all that moves along; locked until the end."""
    return db.session.scalars(
        sa.select(Seat)
        .where(Seat.committee_id == committee.id, Seat.id.in_(ids))
        .options(
            selectinload(Seat.organisations),
            selectinload(Seat.represents),
            selectinload(Seat.mandates).options(selectinload(Mandate.person), selectinload(Mandate.organisation)),
        )
        .order_by(Seat.position, Seat.id)
        .with_for_update(of=Seat)
        .execution_options(populate_existing=True)
    ).all()


def voting_from(seats: Sequence[Seat], day: date) -> dict[int, Voting]:
    """The right to vote of what replaces ``seats`` from ``day`` on, by the id of the seat replaced."""
    rows = db.session.execute(
        sa.select(Seat.replaces_id, Seat.voting).where(
            Seat.replaces_id.in_([seat.id for seat in seats]), Seat.starts_on == day
        )
    )
    return {replaced: voting for replaced, voting in rows if replaced is not None}


def find_predecessors(seat: Seat) -> list[Seat]:
    """The entries that this one replaced, the latest first (B12)."""
    found: list[Seat] = []
    current = seat
    while current.replaces_id is not None and current.replaces_id not in {s.id for s in found}:
        earlier = db.session.get(Seat, current.replaces_id)
        if earlier is None:
            break
        found.append(earlier)
        current = earlier
    return found


def find_successor(seat: Seat) -> Seat | None:
    """The entry that replaced this one."""
    return db.session.scalars(sa.select(Seat).where(Seat.replaces_id == seat.id).order_by(Seat.id).limit(1)).first()


def list_organisations(ids: Iterable[int]) -> list[Organisation]:
    """The organisations of these ids, in the order of their names."""
    wanted = [i for i in ids if 0 < i < 2**63]
    return list(
        db.session.scalars(sa.select(Organisation).where(Organisation.id.in_(wanted)).order_by(Organisation.sort_name))
    )


def find_organisation(identity: int) -> Organisation | None:
    """The organisation of this id; no statement where the page has loaded it already."""
    return db.session.get(Organisation, identity)


def get_person(identity: int) -> Person | None:
    """A person who has not left."""
    return db.session.scalars(sa.select(Person).where(Person.id == identity, Person.ended_on.is_(None))).one_or_none()


def _seats(day: date, institutions: ExecutableOption | None = None) -> sa.Select[Any]:
    return (
        sa.select(Seat)
        .join(Seat.committee)
        .where(seat_is_there(day))
        .options(
            joinedload(Seat.committee),
            joinedload(Seat.group),
            institutions or selectinload(Seat.organisations),
            joinedload(Seat.represents),
        )
        .order_by(Committee.is_highest.desc(), Committee.is_kim.desc(), Committee.sort_name, Seat.position, Seat.id)
    )


def _filled(statement: sa.Select[Any], day: date) -> list[SeatWithPersons]:
    return _fill(db.session.scalars(statement).unique().all(), day)


def _fill(seats: Sequence[Seat], day: date) -> list[SeatWithPersons]:
    mandates = db.session.scalars(_mandates(), {"seat_ids": [s.id for s in seats], "day": day}).all()
    return [
        SeatWithPersons(
            seat,
            holders=tuple(m for m in mandates if m.seat_id == seat.id and m.kind is MandateKind.HOLDER),
            deputies=tuple(m for m in mandates if m.seat_id == seat.id and m.kind is MandateKind.DEPUTY),
        )
        for seat in seats
    ]


@cache
def _mandates() -> sa.Select[Mandate]:
    return (
        sa.select(Mandate)
        .where(Mandate.seat_id.in_(sa.bindparam("seat_ids", expanding=True)), mandate_is_held(DAY))
        .options(joinedload(Mandate.person), joinedload(Mandate.organisation))
        .order_by(Mandate.starts_on, Mandate.id)
    )


def _held_by(organisation_id: int, *, with_units: bool) -> sa.ColumnElement[bool]:
    held = seat_organisation.c.organisation_id
    is_holder = held.in_(sa.select(_with_units(organisation_id))) if with_units else held == organisation_id
    return Seat.id.in_(sa.select(seat_organisation.c.seat_id).where(is_holder))


def _speaks_for(organisation_id: int) -> sa.ColumnElement[bool]:
    represented = sa.select(seat_represents.c.seat_id).where(seat_represents.c.organisation_id == organisation_id)
    return sa.and_(
        Seat.id.in_(represented),
        sa.not_(_held_by(organisation_id, with_units=False)),
        sa.or_(Seat.represents_mode.is_(None), Seat.represents_mode != RepresentsMode.OWN),
    )


def _with_units(organisation_id: int) -> sa.CTE:
    units = sa.select(Organisation.id).where(Organisation.id == organisation_id).cte("units", recursive=True)
    return units.union(sa.select(Organisation.id).join(units, Organisation.parent_id == units.c.id))


def what_hangs_on(organisation: Organisation) -> list[str]:
    """German sentences on seats that an organisation still has, before it is ended."""
    number = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(seat_organisation)
        .join(Seat, Seat.id == seat_organisation.c.seat_id)
        .where(seat_organisation.c.organisation_id == organisation.id, Seat.ends_on.is_(None))
    )
    if not number:
        return []
    return [f"{count(number, 'Sitz hängt', 'Sitze hängen')} noch an dieser Institution."]

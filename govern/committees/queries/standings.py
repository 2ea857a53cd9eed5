"""What a person may do through mandates and offices. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

from govern.committees.models import Committee, CommitteeOfficer, Mandate, MandateKind, OfficerRole, Seat
from govern.db import db
from govern.people.models import Standing, User

Rows = Sequence[sa.Row[Any]]


def standing_of(user: User, day: date) -> Standing:
    """What ``user`` may do on ``day`` through mandates and offices; meetings add theirs (I8)."""
    if user.person_id is None:
        return standing_from(user, (), day)
    statement = sa.union_all(*standing_rows())
    return standing_from(user, db.session.execute(statement, {"person_id": user.person_id, "day": day}).all(), day)


REPLACED = "replaced"
PERSON, DAY = sa.bindparam("person_id", type_=sa.Integer), sa.bindparam("day", type_=sa.Date)
"""What the statements below are asked about, so that they need to be put together only once."""


def standing_rows() -> list[sa.Select[Any, Any, Any]]:
    """Statements with the columns `what`, `id` (of the committee) and `seat_id`, to be read in one union.

    Their parameters are ``person_id`` and ``day``.
    """
    return [_mandates(), _replaced(), _chaired(), _run()]


def standing_from(user: User, rows: Rows, day: date) -> Standing:
    """The standing that the rows of :func:`standing_rows` tell; rows that others added are passed over."""
    return replace(
        Standing(organisations=frozenset(one.id for one in user.organisations_on(day))),
        member_committees=_ids(rows, MandateKind.HOLDER, MandateKind.DEPUTY),
        holder_committees=_ids(rows, MandateKind.HOLDER),
        holder_seats=frozenset(r.seat_id for r in rows if r.what == MandateKind.HOLDER),
        deputy_seats=frozenset(r.seat_id for r in rows if r.what == MandateKind.DEPUTY),
        replaced_seats=frozenset(r.seat_id for r in rows if r.what == REPLACED),
        chair_committees=_ids(rows, OfficerRole.CHAIR),
        office_committees=_ids(rows, OfficerRole.OFFICE),
    )


def _ids(rows: Rows, *what: str) -> frozenset[int]:
    return frozenset(r.id for r in rows if r.what in what)


def _running(start: InstrumentedAttribute[Any], end: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    return sa.and_(sa.or_(start.is_(None), start <= DAY), sa.or_(end.is_(None), end >= DAY))


def _mandates() -> sa.Select[Any, Any, Any]:
    return (
        sa.select(sa.cast(Mandate.kind, sa.Text).label("what"), Seat.committee_id.label("id"), Seat.id.label("seat_id"))
        .join(Mandate, Mandate.seat_id == Seat.id)
        .where(
            Mandate.person_id == PERSON,
            _running(Mandate.starts_on, Mandate.ends_on),
            _running(Seat.starts_on, Seat.ends_on),
        )
    )


def _replaced() -> sa.Select[Any, Any, Any]:
    # Whoever has a seat has what was given to the entries it replaced, however often the list was changed (B12).
    replaced = (
        sa.select(Seat.replaces_id.label("id"))
        .join(Mandate, Mandate.seat_id == Seat.id)
        .where(
            Mandate.person_id == PERSON,
            Seat.replaces_id.is_not(None),
            _running(Mandate.starts_on, Mandate.ends_on),
            _running(Seat.starts_on, Seat.ends_on),
        )
        .cte("replaced", recursive=True)
    )
    earlier = sa.select(Seat.replaces_id).join(replaced, Seat.id == replaced.c.id).where(Seat.replaces_id.is_not(None))
    replaced = replaced.union(earlier)
    return (
        sa.select(sa.literal(REPLACED, sa.Text).label("what"), Seat.committee_id.label("id"), Seat.id.label("seat_id"))
        .join(replaced, Seat.id == replaced.c.id)
    )  # fmt: skip


def _officers(role: OfficerRole) -> ColumnElement[bool]:
    return sa.and_(
        CommitteeOfficer.person_id == PERSON,
        CommitteeOfficer.role == role,
        _running(CommitteeOfficer.starts_on, CommitteeOfficer.ends_on),
    )


def _chaired() -> sa.Select[Any, Any, Any]:
    return sa.select(
        sa.literal(OfficerRole.CHAIR.value, sa.Text).label("what"),
        CommitteeOfficer.committee_id.label("id"),
        sa.cast(sa.null(), sa.Integer).label("seat_id"),
    ).where(_officers(OfficerRole.CHAIR))


def _run() -> sa.Select[Any, Any, Any]:
    # The office of a committee has its rights in the committees below it as well.
    run = (
        sa.select(CommitteeOfficer.committee_id.label("id"))
        .where(_officers(OfficerRole.OFFICE))
        .cte("run", recursive=True)
    )
    run = run.union(sa.select(Committee.id).join(run, Committee.parent_id == run.c.id))
    return sa.select(
        sa.literal(OfficerRole.OFFICE.value, sa.Text).label("what"),
        run.c.id,
        sa.cast(sa.null(), sa.Integer).label("seat_id"),
    )

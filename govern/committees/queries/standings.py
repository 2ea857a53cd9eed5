"""Read committees, seats and mandates. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

from govern.committees.models import Committee, CommitteeOfficer, Mandate, MandateKind, OfficerRole, Seat
from govern.db import db
from govern.people.models import Standing, User


def standing_of(user: User, day: date) -> Standing:
    """What ``user`` may do on ``day`` through mandates and offices; meetings add theirs (I8)."""
    standing = Standing(organisations=user.organisation_ids)
    if user.person_id is None:
        return standing
    rows = db.session.execute(_mandates(user.person_id, day).union_all(_offices(user.person_id, day))).all()
    offices = {r.committee_id for r in rows if r.what == OfficerRole.OFFICE}
    return replace(
        standing,
        member_committees=frozenset(r.committee_id for r in rows if r.seat_id is not None),
        holder_committees=frozenset(r.committee_id for r in rows if r.what == MandateKind.HOLDER),
        holder_seats=frozenset(r.seat_id for r in rows if r.what == MandateKind.HOLDER),
        deputy_seats=frozenset(r.seat_id for r in rows if r.what == MandateKind.DEPUTY),
        chair_committees=frozenset(r.committee_id for r in rows if r.what == OfficerRole.CHAIR),
        office_committees=frozenset(_with_committees_below(offices)) if offices else frozenset(),
    )


def _running(start: InstrumentedAttribute[Any], end: InstrumentedAttribute[Any], day: date) -> ColumnElement[bool]:
    return sa.and_(sa.or_(start.is_(None), start <= day), sa.or_(end.is_(None), end >= day))


def _mandates(person_id: int, day: date) -> sa.Select[Any, Any, Any]:
    return (
        sa.select(Seat.committee_id, Seat.id.label("seat_id"), sa.cast(Mandate.kind, sa.Text).label("what"))
        .join(Mandate, Mandate.seat_id == Seat.id)
        .where(
            Mandate.person_id == person_id,
            _running(Mandate.starts_on, Mandate.ends_on, day),
            _running(Seat.starts_on, Seat.ends_on, day),
        )
    )


def _offices(person_id: int, day: date) -> sa.Select[Any, Any, Any]:
    return sa.select(
        CommitteeOfficer.committee_id, sa.null().label("seat_id"), sa.cast(CommitteeOfficer.role, sa.Text).label("what")
    ).where(
        CommitteeOfficer.person_id == person_id, _running(CommitteeOfficer.starts_on, CommitteeOfficer.ends_on, day)
    )


def _with_committees_below(ids: Iterable[int]) -> set[int]:
    below = sa.select(Committee.id).where(Committee.id.in_(list(ids))).cte("below", recursive=True)
    below = below.union(sa.select(Committee.id).join(below, Committee.parent_id == below.c.id))
    return set(db.session.scalars(sa.select(below.c.id)))

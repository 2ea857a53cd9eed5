"""Everybody a committee can charge with something, by name: institutions, its seats, committees (D3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from govern.committees.models import Committee, Seat, seat_label, seat_organisation
from govern.committees.queries.compositions import seat_is_there
from govern.db import db
from govern.formats import today
from govern.people.models import Organisation

Names = Sequence[tuple[int, str]]
"""Pairs of id and name."""


DAY: Any = sa.bindparam("day", type_=sa.Date)


@dataclass(frozen=True)
class Addressees:
    """Who can be charged, in the order in which they are offered."""

    municipalities: Names = ()
    institutions: Names = ()
    seats: Names = ()
    committees: Names = ()

    def other_committees(self, committee_id: int) -> Names:
        """The committees that something can be referred to."""
        return [pair for pair in self.committees if pair[0] != committee_id]


def addressees_of(committee: Committee) -> Addressees:
    """Everybody ``committee`` can charge today; one statement that reads names only."""
    rows = db.session.execute(
        _addressees(), {"committee": committee.id, "body": committee.body_id, "day": today()}
    ).all()
    named: dict[str, list[tuple[int, str]]] = {"municipality": [], "institution": [], "seat": [], "committee": []}
    for (kind, identity), found in groupby(rows, key=attrgetter("kind", "id")):
        parts = list(found)
        name = parts[0].name
        if kind == "seat":
            name = seat_label([row.organisation for row in parts if row.organisation is not None], name)
        named[kind].append((identity, name))
    return Addressees(named["municipality"], named["institution"], named["seat"], named["committee"])


@cache
def _addressees() -> sa.Select[Any]:
    # A seat comes once for each of its institutions, in their order.
    nobody, nowhere = sa.literal(None, sa.Text), sa.literal(0)
    organisations = sa.select(
        sa.case((Organisation.is_municipality, "municipality"), else_="institution").label("kind"),
        Organisation.id.label("id"),
        Organisation.name.label("name"),
        nobody.label("organisation"),
        nowhere.label("rank"),
        Organisation.sort_name.label("sort"),
        nowhere.label("place"),
    ).where(Organisation.body_id == sa.bindparam("body"), Organisation.ended_on.is_(None))
    committees = sa.select(
        sa.literal("committee"), Committee.id, Committee.name, nobody, sa.case((Committee.is_kim, 0), else_=1),
        Committee.sort_name, nowhere,
    ).where(
        Committee.body_id == sa.bindparam("body"), Committee.ended_on.is_(None), Committee.merged_into_id.is_(None)
    )  # fmt: skip
    seats = (
        sa.select(
            sa.literal("seat"), Seat.id, Seat.function, Organisation.name, Seat.position, sa.literal(""),
            sa.func.coalesce(seat_organisation.c.position, 0),
        )
        .outerjoin(seat_organisation, seat_organisation.c.seat_id == Seat.id)
        .outerjoin(Organisation, Organisation.id == seat_organisation.c.organisation_id)
        .where(
            Seat.committee_id == sa.bindparam("committee"), seat_is_there(DAY)
        )
    )  # fmt: skip
    everybody = sa.union_all(organisations, committees, seats).subquery()
    return sa.select(everybody).order_by(
        everybody.c.kind, everybody.c.rank, everybody.c.sort, everybody.c.id, everybody.c.place
    )

"""Whom a committee consists of today, each person once: for date polls and events."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.committees.models import CommitteeOfficer, Mandate, MandateKind, OfficerRole, Seat, Voting
from govern.committees.queries.addresses import address_of_person
from govern.committees.queries.compositions import mandate_is_held, seat_is_there
from govern.db import db
from govern.people.models import Person


@dataclass(frozen=True)
class Member:
    """A person of the audience, and how many seats with a right to vote the person holds."""

    person: Person
    votes: int

    @property
    def address(self) -> str | None:
        """Where mail for the person goes."""
        return address_of_person(self.person)


def members_of(committee_ids: Collection[int], day: date, *, with_deputies: bool) -> list[Member]:
    """Holders and chairs of the committees on ``day``, deputies too if wanted; each person once, sorted by name."""
    ids = sorted(committee_ids)
    kinds = [MandateKind.HOLDER, MandateKind.DEPUTY] if with_deputies else [MandateKind.HOLDER]
    seated = (
        sa.select(Mandate.person_id, sa.case((_votes(), 1), else_=0).label("votes"))
        .join(Mandate.seat)
        .where(Seat.committee_id.in_(ids), seat_is_there(day), mandate_is_held(day), Mandate.kind.in_(kinds))
    )
    chairs = sa.select(CommitteeOfficer.person_id, sa.literal(0).label("votes")).where(
        CommitteeOfficer.committee_id.in_(ids),
        CommitteeOfficer.role == OfficerRole.CHAIR,
        sa.or_(CommitteeOfficer.starts_on.is_(None), CommitteeOfficer.starts_on <= day),
        sa.or_(CommitteeOfficer.ends_on.is_(None), CommitteeOfficer.ends_on >= day),
    )
    found = seated.union_all(chairs).subquery()
    votes = sa.func.sum(found.c.votes)
    totals = sa.select(found.c.person_id, votes.label("votes")).group_by(found.c.person_id).subquery()
    rows: Sequence[tuple[Person, int]] = db.session.execute(
        sa.select(Person, totals.c.votes)
        .join(totals, totals.c.person_id == Person.id)
        .where(Person.ended_on.is_(None))
        .options(joinedload(Person.user))
        .order_by(Person.sort_name, Person.id)
    ).all()
    return [Member(person, int(count)) for person, count in rows]


def _votes() -> sa.ColumnElement[bool]:
    return sa.and_(Mandate.kind == MandateKind.HOLDER, Seat.voting == Voting.YES)

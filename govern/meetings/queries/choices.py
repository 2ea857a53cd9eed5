"""What forms of meetings offer for choice: persons, seats, guests, committees."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.committees.models import Committee, CommitteeOfficer, Mandate, Seat
from govern.committees.queries.compositions import mandate_is_held, seat_is_there
from govern.db import db
from govern.meetings.models import Meeting, MeetingGuest
from govern.meetings.policies import planning_committees
from govern.people.models import Person, Role, User, UserRole

MOST_PERSONS = 500


@dataclass(frozen=True)
class PersonGroups:
    """Persons to choose from: those near the committee first."""

    near: list[Person]
    others: list[Person]

    @property
    def all(self) -> list[Person]:
        return [*self.near, *self.others]


def persons_for(committee: Committee, day: date, *, also: Collection[int] = ()) -> PersonGroups:
    """Members and officers of the committee and whoever coordinates, then the rest of the directory; one statement.

    ``also`` are persons to offer in any case. Only for those who keep the directory.
    """
    members = sa.select(Mandate.person_id).join(Mandate.seat).where(
        Seat.committee_id == committee.id, mandate_is_held(day)
    )  # fmt: skip
    officers = sa.select(CommitteeOfficer.person_id).where(CommitteeOfficer.committee_id == committee.id)
    coordinators = (
        sa.select(User.person_id)
        .join(UserRole, UserRole.user_id == User.id)
        .where(UserRole.role.in_([Role.COORDINATOR, Role.CASE_MANAGER]), User.person_id.is_not(None))
    )
    wanted = Person.id.in_(sorted(also))
    is_near = sa.or_(Person.id.in_(members), Person.id.in_(officers), Person.id.in_(coordinators), wanted)
    rows = db.session.execute(
        sa.select(Person, is_near)
        .where(Person.body_id == committee.body_id, sa.or_(Person.ended_on.is_(None), wanted))
        .order_by(is_near.desc(), Person.sort_name, Person.id)
        .limit(MOST_PERSONS)
    ).all()
    return PersonGroups([p for p, near in rows if near], [p for p, near in rows if not near])


def committees_to_join(user: User, committee: Committee, *, also: Collection[int] = ()) -> Sequence[Committee]:
    """Committees that may meet jointly with ``committee``: those ``user`` plans meetings for; one statement.

    ``also`` are committees to offer in any case.
    """
    return db.session.scalars(
        sa.select(Committee)
        .where(
            sa.or_(
                sa.and_(planning_committees(user), Committee.ended_on.is_(None), Committee.merged_into_id.is_(None)),
                Committee.id.in_(sorted(also)),
            ),
            Committee.id != committee.id,
        )
        .order_by(Committee.sort_name, Committee.id)
    ).all()


def seats_for(committee: Committee, day: date) -> Sequence[Seat]:
    """Seats of the committee on a day with their organisations; one statement."""
    return (
        db.session.scalars(
            sa.select(Seat)
            .where(Seat.committee_id == committee.id, seat_is_there(day))
            .options(joinedload(Seat.organisations))
            .order_by(Seat.position, Seat.id)
        )
        .unique()
        .all()
    )


def guests_for(meeting: Meeting) -> Sequence[MeetingGuest]:
    """Guests of a meeting whose invitation stands."""
    return db.session.scalars(
        sa.select(MeetingGuest)
        .where(MeetingGuest.meeting_id == meeting.id, MeetingGuest.revoked_at.is_(None))
        .order_by(MeetingGuest.name)
    ).all()

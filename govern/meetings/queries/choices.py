"""What forms of meetings offer for choice: persons, seats, guests, committees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.committees.models import Committee, CommitteeOfficer, Mandate, Seat, seat_organisation
from govern.committees.queries.compositions import mandate_is_held, seat_is_there
from govern.db import db
from govern.meetings.models import Meeting, MeetingGuest
from govern.meetings.policies import planning_committees
from govern.people.models import Person, PersonFunction, Role, User, UserRole
from govern.people.policies import function_is_held, persons_choosable_by
from govern.people.queries.choices import MOST, Choice, person_choice
from govern.people.queries.persons import person_matches

MOST_NEAR = 5
"""How many persons a form names before anybody searches."""


class PersonsAround:
    """Persons that the forms of a committee's meetings offer: some near the committee at once, the rest by searching.

    Near are chair and office of the committee, whoever coordinates, members and deputies. A search finds these, persons
    of the institutions that sit in the committee, and all others that ``user`` may choose. ``kept`` are ids that stay
    on offer in any case, because they are stored already. Nothing here grows with the directory.
    """

    def __init__(self, user: User, committee: Committee, day: date, *, kept: Collection[int] = ()) -> None:
        self._user, self._committee, self._day = user, committee, day
        self._kept = sorted(kept)
        self._known: dict[int, Person] = {}
        self.near: list[Choice] = []

    def load(self, ids: Collection[int]) -> None:
        """Read those near, those kept and those of ``ids`` that may be chosen; one statement."""
        wanted = Person.id.in_([identity for identity in sorted(ids) if 0 < identity < 2**31])
        kept, near = Person.id.in_(self._kept), Person.id.in_(self._near())
        rows = db.session.execute(
            self._persons()
            .add_columns(near)
            .where(sa.or_(kept, sa.and_(self._is_there(), sa.or_(near, sa.and_(wanted, self._on_offer())))))
            .order_by(None)
            .order_by(sa.or_(kept, wanted).desc(), self._distance(), Person.sort_name, Person.id)
            .limit(len(self._kept) + len(ids) + MOST_NEAR)
        )
        found = rows.unique().all()
        self._known = {person.id: person for person, _near in found}
        self.near = _named([person for person, is_near in found if is_near][:MOST_NEAR], self._day)

    def person(self, identity: int) -> Person | None:
        """The person with this id, if on offer."""
        return self._known.get(identity)

    def chosen(self, ids: Collection[int]) -> list[Choice]:
        """Those of ``ids`` that are on offer."""
        return [person_choice(person, self._day) for key, person in self._known.items() if key in ids]

    def find(self, text: str) -> list[Choice]:
        """Whom ``text`` fits; at most one more than a list holds, so that „more" is known."""
        statement = self._persons().where(self._is_there(), self._on_offer(), person_matches(text)).limit(MOST + 1)
        return [person_choice(person, self._day) for person in db.session.scalars(statement).unique()]

    def _persons(self) -> sa.Select[Person]:
        return (
            sa.select(Person)
            .options(joinedload(Person.functions).joinedload(PersonFunction.organisation))
            .order_by(Person.sort_name, Person.id)
        )

    def _is_there(self) -> sa.ColumnElement[bool]:
        return sa.and_(Person.body_id == self._committee.body_id, Person.ended_on.is_(None))

    def _on_offer(self) -> sa.ColumnElement[bool]:
        own = (
            sa.select(PersonFunction.person_id)
            .join(seat_organisation, seat_organisation.c.organisation_id == PersonFunction.organisation_id)
            .join(Seat, Seat.id == seat_organisation.c.seat_id)
            .where(Seat.committee_id == self._committee.id, function_is_held(self._day))
        )
        return sa.or_(persons_choosable_by(self._user, self._day), Person.id.in_(self._near()), Person.id.in_(own))

    def _near(self) -> sa.CompoundSelect[int | None]:
        members = sa.select(Mandate.person_id).join(Mandate.seat).where(
            Seat.committee_id == self._committee.id, mandate_is_held(self._day)
        )  # fmt: skip
        return sa.union_all(self._officers(), self._coordinators(), members)

    def _distance(self) -> sa.ColumnElement[int]:
        officers, coordinators = Person.id.in_(self._officers()), Person.id.in_(self._coordinators())
        return sa.case((officers, 0), (coordinators, 1), else_=2)

    def _officers(self) -> sa.Select[int]:
        return sa.select(CommitteeOfficer.person_id).where(
            CommitteeOfficer.committee_id == self._committee.id,
            CommitteeOfficer.starts_on <= self._day,
            sa.or_(CommitteeOfficer.ends_on.is_(None), CommitteeOfficer.ends_on >= self._day),
        )

    def _coordinators(self) -> sa.Select[int | None]:
        return (
            sa.select(User.person_id)
            .join(UserRole, UserRole.user_id == User.id)
            .where(UserRole.role == Role.COORDINATOR, User.person_id.is_not(None))
        )


def _named(persons: Sequence[Person], day: date) -> list[Choice]:
    """By name alone; namesakes with their functions."""
    often = Counter(person.name for person in persons)
    return [
        person_choice(person, day) if often[person.name] > 1 else Choice(person.id, person.name, "")
        for person in persons
    ]


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

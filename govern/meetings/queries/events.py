"""Read events and trainings: lists, one page, who is told, who comes (C15)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from govern.committees.models import Committee
from govern.db import db, now
from govern.formats import today
from govern.meetings.models import Event, EventRegistration
from govern.meetings.policies import planning_committees
from govern.meetings.policies_dates import events_viewable_by, for_committees
from govern.meetings.queries.audiences import Member, members_of
from govern.people.models import Person, PersonFunction, User

PAGE = 25


@dataclass(frozen=True)
class EventPage:
    """One page of a list of events."""

    events: Sequence[Event]
    taken: dict[int, int]
    """Registrations by event."""
    own: frozenset[int]
    """Events the reader is registered for."""
    total: int
    number: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def list_events(user: User, *, past: bool, number: int = 1) -> EventPage:
    """Events ``user`` may see: coming ones, the next first, or past ones, the latest first."""
    conditions = [events_viewable_by(user), Event.ends_at < now() if past else Event.ends_at >= now()]
    order = (Event.starts_at.desc(), Event.id.desc()) if past else (Event.starts_at, Event.id)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Event).where(*conditions)) or 0
    events = db.session.scalars(
        sa.select(Event)
        .where(*conditions)
        .options(joinedload(Event.place), selectinload(Event.committees))
        .order_by(*order)
        .limit(PAGE)
        .offset((number - 1) * PAGE)
    ).all()
    rows = db.session.execute(
        sa.select(EventRegistration.event_id, EventRegistration.person_id).where(
            EventRegistration.event_id.in_([event.id for event in events]), EventRegistration.withdrawn_at.is_(None)
        )
    ).all()
    taken: dict[int, int] = {}
    for event_id, _person_id in rows:
        taken[event_id] = taken.get(event_id, 0) + 1
    own = frozenset(event_id for event_id, person_id in rows if person_id == user.person_id and user.person_id)
    return EventPage(events, taken, own, total, number)


def registrations_of(event: Event) -> Sequence[EventRegistration]:
    """Who comes, sorted by name, with functions; three statements."""
    return db.session.scalars(
        sa.select(EventRegistration)
        .join(EventRegistration.person)
        .where(EventRegistration.event_id == event.id, EventRegistration.withdrawn_at.is_(None))
        .options(
            joinedload(EventRegistration.person).joinedload(Person.user),
            joinedload(EventRegistration.person).selectinload(Person.functions).joinedload(PersonFunction.organisation),
        )
        .order_by(Person.sort_name, Person.id)
    ).all()


def count_registrations(event: Event) -> int:
    """How many come."""
    return (
        db.session.scalar(
            sa.select(sa.func.count(EventRegistration.id)).where(
                EventRegistration.event_id == event.id, EventRegistration.withdrawn_at.is_(None)
            )
        )
        or 0
    )


def registration_of(event: Event, user: User) -> EventRegistration | None:
    """The registration of the person of ``user``, withdrawn or not."""
    if user.person_id is None:
        return None
    return db.session.scalars(
        sa.select(EventRegistration).where(
            EventRegistration.event_id == event.id, EventRegistration.person_id == user.person_id
        )
    ).one_or_none()


def audience_of(event: Event) -> list[Member]:
    """Whom the announcement reaches today: holders, deputies and chairs of the committees, each once."""
    return members_of([committee.id for committee in event.committees], today(), with_deputies=True)


def committees_to_invite(user: User, *, also: Sequence[Committee] = ()) -> Sequence[Committee]:
    """Committees whose members ``user`` may invite to an event; ``also`` are offered in any case."""
    kept = [committee.id for committee in also]
    running = sa.and_(planning_committees(user), Committee.ended_on.is_(None), Committee.merged_into_id.is_(None))
    return db.session.scalars(
        sa.select(Committee)
        .where(sa.or_(running, Committee.id.in_(kept)))
        .order_by(Committee.is_highest.desc(), Committee.sort_name)
    ).all()


def events_for_feed(user: User, committee_ids: frozenset[int], kept: timedelta) -> Sequence[Event]:
    """Announced events of these committees that ``user`` may see; cancelled ones stay (B-12)."""
    return db.session.scalars(
        sa.select(Event)
        .where(
            for_committees(committee_ids),
            events_viewable_by(user),
            Event.announced_at.is_not(None),
            Event.starts_at > now() - kept,
        )
        .options(joinedload(Event.place), selectinload(Event.committees))
        .order_by(Event.starts_at, Event.id)
    ).all()

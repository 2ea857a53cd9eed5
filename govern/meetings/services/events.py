"""Plan events and trainings, announce them once, take registrations, cancel (C15)."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import date, datetime, time

import sqlalchemy as sa

from govern import mail
from govern.committees.models import Committee
from govern.db import db, now
from govern.errors import Conflict, DomainError
from govern.formats import at, today
from govern.meetings.mails.events import event_subject, event_text
from govern.meetings.models import Event, EventKind, EventRegistration, Place
from govern.meetings.queries.events import audience_of, count_registrations
from govern.meetings.services.changes import STALE
from govern.meetings.services.meetings import checked_video_url
from govern.people.models import User


def plan_event(
    *,
    by: User,
    host: str,
    kind: EventKind,
    title: str,
    description: str,
    committees: Collection[Committee],
    day: date,
    starts: time,
    ends: time,
    place: Place | None,
    place_note: str | None,
    video_url: str | None,
    most_participants: int | None,
    register_until: date | None,
) -> Event:
    """Put an event down as a draft; the members see it once it is announced."""
    starts_at, ends_at = _moments(day, starts, ends)
    event = Event(
        body_id=by.body_id, created_by_id=by.id, starts_at=starts_at, ends_at=ends_at,
        ical_uid=f"{secrets.token_hex(12)}@{host}",
    )  # fmt: skip
    _fill(event, kind, title, description, committees, place, place_note, video_url)
    _set_limits(event, most_participants, register_until, taken=0)
    db.session.add(event)
    db.session.flush()
    return event


def update_event(
    event: Event,
    *,
    by: User,
    version: int | None,
    url: str,
    host: str,
    inform: bool,
    kind: EventKind,
    title: str,
    description: str,
    committees: Collection[Committee],
    day: date,
    starts: time,
    ends: time,
    place: Place | None,
    place_note: str | None,
    video_url: str | None,
    most_participants: int | None,
    register_until: date | None,
) -> int:
    """Change an event; ``inform`` tells the members of a change once it was announced. Returns how many mails.

    Raises Conflict when somebody saved in the meantime.
    """
    _lock(event)
    _demand_running(event)
    if version != event.version:
        raise Conflict(STALE)
    before, heading = _when_and_where(event), (event.title, event.description, event.kind)
    event.starts_at, event.ends_at = _moments(day, starts, ends)
    _fill(event, kind, title, description, committees, place, place_note, video_url)
    _set_limits(event, most_participants, register_until, taken=count_registrations(event))
    is_rescheduled = before != _when_and_where(event)
    if is_rescheduled or heading != (event.title, event.description, event.kind):
        _note_calendar_change(event, is_scheduling=is_rescheduled)
    db.session.flush()
    return _tell(event, "change", by, url, host) if inform and event.announced_at is not None else 0


def announce_event(event: Event, *, by: User, url: str, host: str) -> int:
    """Tell the members of the chosen committees, once; returns how many mails lie in the outbox."""
    _lock(event)
    _demand_running(event)
    if event.announced_at is not None:
        raise Conflict("Die Veranstaltung ist schon angekündigt.")
    if event.ends_at <= now():
        raise DomainError("Die Veranstaltung ist schon vorbei.")
    event.announced_at = now()
    _note_calendar_change(event, is_scheduling=False)
    db.session.flush()
    return _tell(event, "announcement", by, url, host)


def cancel_event(event: Event, *, by: User, url: str, host: str, inform: bool) -> int:
    """Call an event off; it stays visible and in the calendars. Returns how many mails."""
    _lock(event)
    _demand_running(event)
    if event.announced_at is None:
        raise DomainError("Die Veranstaltung ist noch ein Entwurf. Verwerfen Sie sie stattdessen.")
    event.cancelled_at = now()
    _note_calendar_change(event, is_scheduling=True)
    db.session.flush()
    return _tell(event, "cancellation", by, url, host) if inform else 0


def discard_event(event: Event, *, by: User) -> None:
    """Throw a draft away that nobody has heard of."""
    _lock(event)
    if event.announced_at is not None:
        raise DomainError("Die Veranstaltung ist schon angekündigt; sie kann nur noch abgesagt werden.")
    db.session.delete(event)
    db.session.flush()


def register(event: Event, *, by: User) -> None:
    """Put the person of ``by`` on the list, while there is room and time. Doing it twice changes nothing."""
    _demand_registration(event)
    found = _own_registration(event, by)
    if found is not None and found.withdrawn_at is None:
        return
    if event.most_participants is not None and count_registrations(event) >= event.most_participants:
        raise DomainError("Alle Plätze sind vergeben.")
    if found is None:
        db.session.add(EventRegistration(event_id=event.id, person_id=by.person_id))
    else:
        found.registered_at, found.withdrawn_at = now(), None
    db.session.flush()


def withdraw(event: Event, *, by: User) -> None:
    """Take the person of ``by`` off the list; allowed until the event begins."""
    _lock(event)
    _demand_running(event)
    if event.starts_at <= now():
        raise DomainError("Die Veranstaltung hat schon begonnen.")
    found = _own_registration(event, by)
    if found is None or found.withdrawn_at is not None:
        raise Conflict("Sie sind nicht angemeldet.")
    found.withdrawn_at = now()
    db.session.flush()


def _own_registration(event: Event, by: User) -> EventRegistration | None:
    return db.session.scalars(
        sa.select(EventRegistration).where(
            EventRegistration.event_id == event.id, EventRegistration.person_id == by.person_id
        )
    ).one_or_none()


def _demand_registration(event: Event) -> None:
    _lock(event)
    _demand_running(event)
    if event.register_until is not None and event.register_until < today():
        raise DomainError("Die Anmeldefrist ist vorbei.")
    if event.starts_at <= now():
        raise DomainError("Die Veranstaltung hat schon begonnen.")


def _lock(event: Event) -> None:
    db.session.refresh(event, ["version", "announced_at", "cancelled_at", "most_participants"], with_for_update=True)


def _demand_running(event: Event) -> None:
    if event.cancelled_at is not None:
        raise DomainError("Die Veranstaltung ist abgesagt; an ihr wird nichts mehr geändert.")


def _moments(day: date, starts: time, ends: time) -> tuple[datetime, datetime]:
    starts_at, ends_at = at(day, starts), at(day, ends)
    if ends_at <= starts_at:
        raise DomainError("Das Ende muss nach dem Beginn liegen.", field="ends")
    return starts_at, ends_at


def _fill(
    event: Event, kind: EventKind, title: str, description: str, committees: Collection[Committee],
    place: Place | None, place_note: str | None, video_url: str | None,
) -> None:  # fmt: skip
    if not committees:
        raise DomainError("Bitte mindestens ein Gremium wählen.", field="committee_ids")
    event.kind, event.title, event.description = kind, title.strip(), description.strip()
    event.committees = list(committees)
    event.place, event.place_note = place, (place_note or "").strip() or None
    event.video_url = checked_video_url(video_url)


def _set_limits(event: Event, most_participants: int | None, register_until: date | None, *, taken: int) -> None:
    if most_participants is not None and most_participants < taken:
        raise DomainError(f"Es sind schon {taken} Personen angemeldet.", field="most_participants")
    if register_until is not None and at(register_until, time(0)) > event.starts_at:
        raise DomainError("Die Anmeldefrist liegt nach dem Beginn.", field="register_until")
    event.most_participants, event.register_until = most_participants, register_until


def _when_and_where(event: Event) -> tuple[object, ...]:
    place_id = event.place.id if event.place is not None else None
    return event.starts_at, event.ends_at, place_id, event.place_note, event.video_url


def _note_calendar_change(event: Event, *, is_scheduling: bool) -> None:
    event.ical_changed_at = max(now(), event.ical_changed_at)
    if is_scheduling:
        event.ical_sequence += 1


def _tell(event: Event, kind: str, by: User, url: str, host: str) -> int:
    told = 0
    for member in audience_of(event):
        if member.address is None:
            continue
        mail.queue(
            body_id=by.body_id,
            to_address=member.address,
            to_name=member.person.name,
            from_address=by.body.sender_email or by.email,
            from_name=by.body.sender_name or by.body.name,
            subject=event_subject(event, kind),
            text=event_text(event, member.person, by.body, url, kind),
            host=host,
        )
        told += 1
    return told

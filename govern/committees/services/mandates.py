"""Who sits on a seat: name holders and deputies, end their mandates (B13, B20, B21)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta

import sqlalchemy as sa

from govern.committees.contributions import KnownResolution
from govern.committees.models import Committee, CommitteeOfficer, Mandate, MandateKind, Seat
from govern.committees.queries.confirmations import committees_above
from govern.db import db
from govern.errors import DomainError
from govern.formats import date_text
from govern.people.models import Organisation, Person, User


def name_person(
    seat: Seat, person: Person, *, kind: MandateKind, starts_on: date, ends_on: date | None, by: User,
    function_held: str | None = None, organisation: Organisation | None = None, note: str | None = None,
    succeeds: bool = False,
) -> Mandate:  # fmt: skip
    """Name a holder or deputy from a day on; ``succeeds`` ends who holds the seat the day before.

    Several holders are possible; more than the seat has places are recorded too, the page then warns.
    """
    _check_dates(seat, starts_on, ends_on)
    others = [m for m in seat.mandates if _overlap(m, starts_on, ends_on)]
    _check_person(others, person, kind)
    if succeeds:
        for other in others:
            if other.kind is kind:
                _end_before(other, starts_on)
    mandate = Mandate(
        seat=seat, person=person, kind=kind, organisation=organisation, function_held=function_held,
        starts_on=starts_on, ends_on=ends_on, note=note,
    )  # fmt: skip
    db.session.add(mandate)
    db.session.flush()
    return mandate


def end_mandate(mandate: Mandate, *, ends_on: date, by: User) -> Mandate:
    """End a mandate on a day, its last one; rights end with it (I8)."""
    if ends_on < mandate.starts_on:
        raise DomainError(f"Das Ende liegt vor dem Beginn am {date_text(mandate.starts_on)}.", field="ends_on")
    if mandate.seat.ends_on is not None and ends_on > mandate.seat.ends_on:
        raise DomainError(f"Der Sitz endet schon am {date_text(mandate.seat.ends_on)}.", field="ends_on")
    _check_person(
        [m for m in mandate.seat.mandates if m is not mandate and _overlap(m, mandate.starts_on, ends_on)],
        mandate.person,
        mandate.kind,
        field="ends_on",
    )
    mandate.ends_on = ends_on
    db.session.flush()
    return mandate


def confirm_mandates(
    committee: Committee, mandates: Collection[Mandate], resolution: KnownResolution | None, *, by: User
) -> None:
    """A resolution of a committee above confirms members (B17)."""
    if resolution is None or resolution.committee_id not in {c.id for c in committees_above(committee)}:
        raise DomainError("Bitte einen Beschluss eines übergeordneten Gremiums wählen.", field="resolution_id")
    if not mandates:
        raise DomainError("Bitte mindestens ein Mitglied auswählen.", field="mandates")
    for mandate in mandates:
        mandate.confirmed_resolution_id = resolution.id
    db.session.flush()


def withdraw_mandate(mandate: Mandate, *, today: date, by: User) -> None:
    """Take back a mandate that has not begun; one that has is ended with a date."""
    if mandate.starts_on <= today:
        raise DomainError("Dieses Mandat läuft oder lief schon. Bitte beenden Sie es mit einem Datum.")
    mandate.seat.mandates.remove(mandate)
    db.session.flush()


def too_many_holders(seat: Seat, day: date) -> int:
    """How many holders more than places the seat has on ``day``; 0 if none."""
    if seat.person_count is None:
        return 0
    held = sum(1 for m in seat.mandates if m.kind is MandateKind.HOLDER and m.is_held_on(day))
    return max(0, held - seat.person_count)


def _check_dates(seat: Seat, starts_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on < starts_on:
        raise DomainError("Das Ende liegt vor dem Beginn.", field="ends_on")
    if seat.starts_on is not None and starts_on < seat.starts_on:
        raise DomainError(f"Den Sitz gibt es erst seit dem {date_text(seat.starts_on)}.", field="starts_on")
    if seat.ends_on is not None and (starts_on > seat.ends_on or ends_on is None or ends_on > seat.ends_on):
        raise DomainError(f"Den Sitz gibt es nur bis zum {date_text(seat.ends_on)}.", field="ends_on")


def _check_person(others: Iterable[Mandate], person: Person, kind: MandateKind, field: str = "person_id") -> None:
    for other in others:
        if other.person_id != person.id:
            continue
        if other.kind is kind:
            raise DomainError(f"{person.name} hat diesen Sitz in dieser Zeit schon ({kind.label}).", field=field)
        raise DomainError(
            f"{person.name} kann nicht zugleich Inhaber:in und Stellvertretung desselben Sitzes sein.", field=field
        )


def _overlap(mandate: Mandate, starts_on: date, ends_on: date | None) -> bool:
    return (mandate.ends_on is None or mandate.ends_on >= starts_on) and (
        ends_on is None or mandate.starts_on <= ends_on
    )


def _end_before(mandate: Mandate, starts_on: date) -> None:
    if mandate.starts_on >= starts_on:
        raise DomainError(
            f"{mandate.person.name} hat den Sitz erst ab dem {date_text(mandate.starts_on)}.", field="starts_on"
        )
    mandate.ends_on = starts_on - timedelta(days=1)


def end_all_of(person: Person, on: date, by: User) -> None:
    """A person leaves: mandates and offices end with ``on``; those that had not begun are taken back."""
    mandates = db.session.scalars(sa.select(Mandate).where(Mandate.person_id == person.id)).all()
    officers = db.session.scalars(sa.select(CommitteeOfficer).where(CommitteeOfficer.person_id == person.id)).all()
    rows: list[Mandate | CommitteeOfficer] = [*mandates, *officers]
    for row in rows:
        if row.starts_on > on:
            db.session.delete(row)
        elif row.ends_on is None or row.ends_on > on:
            row.ends_on = on
    db.session.flush()

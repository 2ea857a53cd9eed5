"""To which addresses the members of committees are written: their own, or the shared mailbox of their seat."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from govern.committees.models import (
    Committee,
    CommitteeOfficer,
    MailTarget,
    Mandate,
    MandateKind,
    OfficerRole,
    Seat,
)
from govern.committees.queries.compositions import mandate_is_held, seat_is_there
from govern.db import db
from govern.people.models import Person

HOLDERS = (MandateKind.HOLDER,)
HOLDERS_AND_DEPUTIES = (MandateKind.HOLDER, MandateKind.DEPUTY)


@dataclass(frozen=True)
class Address:
    """One address to write to for one mandate. A seat whose mail goes to both has two for each of its mandates."""

    mandate: Mandate
    address: str | None
    """None: the person has no address and the seat no mailbox; say so instead of leaving the person out."""
    is_mailbox: bool = False

    @property
    def person(self) -> Person:
        """Whom the mail is for."""
        return self.mandate.person

    @property
    def seat(self) -> Seat:
        """For which seat."""
        return self.mandate.seat

    @property
    def kind(self) -> MandateKind:
        """As what."""
        return self.mandate.kind


def addresses_of(
    committees: Collection[Committee], day: date, kinds: Collection[MandateKind] = HOLDERS
) -> list[Address]:
    """Where to write to reach those who hold a seat of ``committees`` on ``day``, in the order of the seats.

    Persons, their accounts, seats, institutions and committees are loaded; the number of statements does not grow.
    Nobody is left out: who has no address stands in the list without one. Use `without_duplicates` where somebody
    with two seats is to get one mail.
    """
    mandates = db.session.scalars(
        sa.select(Mandate)
        .join(Mandate.seat)
        .join(Seat.committee)
        .where(
            Seat.committee_id.in_(sorted(c.id for c in committees)),
            Mandate.kind.in_(list(kinds)),
            seat_is_there(day),
            mandate_is_held(day),
        )
        .options(
            joinedload(Mandate.person).joinedload(Person.user),
            joinedload(Mandate.organisation),
            joinedload(Mandate.seat).options(joinedload(Seat.committee), selectinload(Seat.organisations)),
        )
        .order_by(
            Committee.sort_name,
            Seat.committee_id,
            Seat.position,
            Seat.id,
            Mandate.kind.desc(),
            Mandate.starts_on,
            Mandate.id,
        )
    ).all()
    return [address for mandate in mandates for address in addresses_of_mandate(mandate)]


def addresses_of_mandate(mandate: Mandate) -> list[Address]:
    """Where mails for one mandate go, as its seat says; at least one entry. Needs seat, person and account loaded."""
    seat, own = mandate.seat, address_of_person(mandate.person)
    mailbox = [Address(mandate, seat.mailbox, is_mailbox=True)] if seat.mailbox else []
    if seat.mail_target is MailTarget.MAILBOX and mailbox:
        return mailbox
    if seat.mail_target is MailTarget.BOTH and mailbox:
        return [Address(mandate, own), *mailbox] if own else mailbox
    return [Address(mandate, own)]


def chairs_of(committees: Collection[Committee], day: date) -> Sequence[CommitteeOfficer]:
    """Who chairs ``committees`` on ``day``, with or without a seat; persons, accounts and committees are loaded."""
    return db.session.scalars(
        sa.select(CommitteeOfficer)
        .join(CommitteeOfficer.committee)
        .where(
            CommitteeOfficer.committee_id.in_(sorted(c.id for c in committees)),
            CommitteeOfficer.role == OfficerRole.CHAIR,
            CommitteeOfficer.starts_on <= day,
            sa.or_(CommitteeOfficer.ends_on.is_(None), CommitteeOfficer.ends_on >= day),
        )
        .options(
            joinedload(CommitteeOfficer.person).joinedload(Person.user), contains_eager(CommitteeOfficer.committee)
        )
        .order_by(Committee.sort_name, CommitteeOfficer.committee_id, CommitteeOfficer.id)
    ).all()


def address_of_person(person: Person) -> str | None:
    """The address given for a person, else that of the account."""
    return person.email or (person.user.email if person.user else None)


def without_duplicates(addresses: Iterable[Address]) -> list[Address]:
    """The first entry of each address, and of each person without one. Case does not make another address."""
    seen: set[str | int] = set()
    found: list[Address] = []
    for entry in addresses:
        key = entry.address.casefold() if entry.address else entry.person.id
        if key not in seen:
            seen.add(key)
            found.append(entry)
    return found

"""Who gets the extract of a resolution, at which address, and why somebody cannot get it by mail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.committees.models import Committee, CommitteeOfficer, Mandate, MandateKind, OfficerRole, Seat
from govern.committees.queries.addresses import Address, address_of_person, addresses_of_mandate
from govern.committees.queries.compositions import mandate_is_held
from govern.db import db
from govern.formats import date_text, today
from govern.meetings import contributions
from govern.meetings.contributions import Charge, Line
from govern.meetings.extract_content import ExtractRecipient
from govern.meetings.models import Resolution
from govern.meetings.queries.extracts import list_sent
from govern.meetings.queries.implementer_consents import consent_charges
from govern.people.models import Organisation, Person, User, UserRole

CONFIDENTIAL = "nicht öffentlich: geht nur an Mitglieder des Gremiums, nicht an ein Postfach"
NO_ADDRESS = "keine E-Mail-Adresse hinterlegt"


def recipients_of(resolutions: Sequence[Resolution]) -> list[ExtractRecipient]:
    """Everybody charged with something by these resolutions; the number of statements does not grow.

    Nobody is left out: who cannot be written to stands in the list with the reason.
    """
    charged: dict[tuple[int, str], list[Charge]] = defaultdict(list)
    for charge in [
        *own_charges(resolutions),
        *consent_charges(resolutions),
        *(c for ask in contributions.charges for c in ask(resolutions)),
    ]:
        charged[charge.resolution_id, _addressee(charge)].append(charge)
    firsts = [found[0] for found in charged.values()]
    book = _AddressBook(firsts)
    sent = {(e.resolution_id, e.addressee): e.sent_at for e in reversed(list_sent(resolutions))}
    known = {r.id: r for r in resolutions}
    return [
        _recipient(known[key[0]], key[1], found, book, sent.get(key))
        for key, found in sorted(charged.items(), key=lambda pair: [r.id for r in resolutions].index(pair[0][0]))
    ]


def own_charges(resolutions: Sequence[Resolution]) -> list[Charge]:
    """The institutions that carry out resolutions."""
    return [
        Charge(
            resolution_id=r.id,
            organisation=r.responsible_organisation,
            line=Line("Umsetzung des Beschlusses", f"Frist {date_text(r.due_on)}" if r.due_on else ""),
        )
        for r in resolutions
        if r.responsible_organisation is not None
    ]


def _recipient(
    resolution: Resolution, addressee: str, charges: Sequence[Charge], book: _AddressBook, sent_at: datetime | None
) -> ExtractRecipient:
    charge = charges[0]
    address = book.confidential(charge, resolution) if not resolution.is_public else book.public(charge)
    why_not = None if address else NO_ADDRESS if resolution.is_public else CONFIDENTIAL
    named = charge.organisation or charge.committee
    label = named.name if named is not None else charge.seat.label if charge.seat is not None else ""
    return ExtractRecipient(
        resolution=resolution, addressee=addressee, label=label,
        address=address, why_not=why_not, is_account=book.is_account(address),
        lines=tuple(c.line for c in charges), sent_at=sent_at,
    )  # fmt: skip


def _addressee(charge: Charge) -> str:
    if charge.organisation is not None:
        return f"organisation:{charge.organisation.id}"
    if charge.seat is not None:
        return f"seat:{charge.seat.id}"
    return f"committee:{charge.committee.id}" if charge.committee is not None else ""


class _AddressBook:
    """Addresses of all addressees, read at once."""

    def __init__(self, charges: Sequence[Charge]) -> None:
        seats = [c.seat for c in charges if c.seat is not None]
        organisations = {c.organisation.id for c in charges if c.organisation} | {
            o.id for seat in seats for o in seat.organisations
        }
        self._accounts = _accounts(organisations)
        self._holders = _holders(seats)
        self._officers = _officers([c.committee for c in charges if c.committee is not None])

    def public(self, charge: Charge) -> str | None:
        """The mailbox of the function, or whoever answers there."""
        if charge.organisation is not None:
            return self._of_organisation(charge.organisation)
        if charge.seat is not None:
            found = [a.address for a in self._holders.get(charge.seat.id, []) if a.address]
            at_home = [self._of_organisation(o) for o in charge.seat.organisations]
            return next((a for a in [*found, charge.seat.mailbox, *at_home] if a), None)
        return self._of_committee(charge.committee)

    def confidential(self, charge: Charge, resolution: Resolution) -> str | None:
        """Only an own address of somebody who may read it: a holder in that committee, its chair or office."""
        if charge.seat is not None and charge.seat.committee_id == resolution.committee_id:
            holders = self._holders.get(charge.seat.id, [])
            return next((a.address for a in holders if a.address and not a.is_mailbox), None)
        if charge.committee is not None and charge.committee.id == resolution.committee_id:
            return self._of_committee(charge.committee)
        return None

    def is_account(self, address: str | None) -> bool:
        """Whether the address is that of an account."""
        return address in self._accounts.values()

    def _of_organisation(self, organisation: Organisation) -> str | None:
        return organisation.email or self._accounts.get(organisation.id)

    def _of_committee(self, committee: Committee | None) -> str | None:
        persons = self._officers.get(committee.id, []) if committee is not None else []
        return next((a for a in map(address_of_person, persons) if a), None)


def _accounts(organisations: set[int]) -> dict[int, str]:
    rows = db.session.execute(
        sa.select(UserRole.organisation_id, User.email)
        .join(User, User.id == UserRole.user_id)
        .join(Organisation, Organisation.id == UserRole.organisation_id)
        .where(
            UserRole.organisation_id.in_(sorted(organisations)),
            User.is_locked.is_(False),
            sa.or_(Organisation.ended_on.is_(None), Organisation.ended_on >= today()),
        )
        .order_by(User.id.desc())
    ).all()
    return {organisation_id: email for organisation_id, email in rows if organisation_id is not None}


def _holders(seats: Sequence[Seat]) -> dict[int, list[Address]]:
    found: dict[int, list[Address]] = defaultdict(list)
    mandates = db.session.scalars(
        sa.select(Mandate)
        .where(
            Mandate.seat_id.in_(sorted({s.id for s in seats})), Mandate.kind == MandateKind.HOLDER,
            mandate_is_held(today()),
        )
        .options(joinedload(Mandate.person).joinedload(Person.user),
                 joinedload(Mandate.seat).selectinload(Seat.organisations))
        .order_by(Mandate.starts_on, Mandate.id)
    ).all()  # fmt: skip
    for mandate in mandates:
        found[mandate.seat_id] += addresses_of_mandate(mandate)
    return found


def _officers(committees: Sequence[Committee]) -> dict[int, list[Person]]:
    day, found = today(), defaultdict(list)
    rows = db.session.scalars(
        sa.select(CommitteeOfficer)
        .where(
            CommitteeOfficer.committee_id.in_(sorted({c.id for c in committees})),
            CommitteeOfficer.starts_on <= day,
            sa.or_(CommitteeOfficer.ends_on.is_(None), CommitteeOfficer.ends_on >= day),
        )
        .options(joinedload(CommitteeOfficer.person).joinedload(Person.user))
        .order_by(sa.case((CommitteeOfficer.role == OfficerRole.OFFICE, 0), else_=1), CommitteeOfficer.id)
    ).all()
    for row in rows:
        found[row.committee_id].append(row.person)
    return found

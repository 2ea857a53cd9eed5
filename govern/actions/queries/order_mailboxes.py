"""Where mails about work orders and project groups go: to the mailbox of the function, to chair and office."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from govern.actions.mailboxes import Mailbox
from govern.actions.models import WorkOrder
from govern.committees.models import Committee, CommitteeOfficer, OfficerRole
from govern.db import db
from govern.formats import today
from govern.people.models import Organisation, Person, Role, User, UserRole


def addressee_mailboxes(order: WorkOrder) -> list[Mailbox]:
    """The mailbox of the institution or seat, or the office of the committee the order goes to; empty: none known."""
    if order.addressee_organisation is not None:
        return organisation_mailboxes(order.addressee_organisation)
    if order.addressee_seat is not None:
        seat = order.addressee_seat
        if seat.mailbox:
            return [Mailbox(seat.mailbox, seat.label)]
        return [box for organisation in seat.organisations for box in organisation_mailboxes(organisation)]
    return office_mailboxes(order.addressee_committee) if order.addressee_committee is not None else []


def organisation_mailboxes(organisation: Organisation) -> list[Mailbox]:
    """The mailbox of an institution; where it has none, the accounts that act for it, until it is dissolved."""
    if organisation.email:
        return [Mailbox(organisation.email, organisation.name)]
    if organisation.ended_on is not None and organisation.ended_on < today():
        return []
    accounts = db.session.scalars(
        sa.select(User.email)
        .join(UserRole, UserRole.user_id == User.id)
        .where(UserRole.organisation_id == organisation.id, User.is_locked.is_(False))
        .order_by(User.id)
    )
    return [Mailbox(address, organisation.name) for address in dict.fromkeys(accounts)]


def office_mailboxes(committee: Committee) -> list[Mailbox]:
    """Who acts for the office of ``committee`` today, or of the next one above it; else the coordination."""
    above: Committee | None = committee
    while above is not None:
        if found := _officers_of(above.id, (OfficerRole.OFFICE,)):
            return found
        above = above.parent
    return coordination_mailboxes(committee.body_id)


def lead_mailboxes(committee: Committee) -> list[Mailbox]:
    """Chair and office of a committee today; where nobody of them can be reached, the mailboxes of its seats."""
    if found := _officers_of(committee.id, (OfficerRole.CHAIR, OfficerRole.OFFICE)):
        return found
    day = today()
    seats = [seat for seat in committee.seats if seat.is_there_on(day)]
    return [Mailbox(seat.mailbox, seat.label) for seat in seats if seat.mailbox] + [
        Mailbox(o.email, o.name) for seat in seats if not seat.mailbox for o in seat.organisations if o.email
    ]


def coordination_mailboxes(body_id: int) -> list[Mailbox]:
    """The accounts of the coordination."""
    accounts = db.session.scalars(
        sa.select(User.email)
        .join(UserRole, UserRole.user_id == User.id)
        .where(User.body_id == body_id, UserRole.role == Role.COORDINATOR, User.is_locked.is_(False))
        .order_by(User.id)
    )
    return [Mailbox(address) for address in dict.fromkeys(accounts)]


def _officers_of(committee_id: int, roles: Sequence[OfficerRole]) -> list[Mailbox]:
    day = today()
    officers = db.session.execute(
        sa.select(Person, User.email)
        .join(CommitteeOfficer, CommitteeOfficer.person_id == Person.id)
        .outerjoin(User, User.person_id == Person.id)
        .where(
            CommitteeOfficer.committee_id == committee_id,
            CommitteeOfficer.role.in_(roles),
            CommitteeOfficer.starts_on <= day,
            sa.or_(CommitteeOfficer.ends_on.is_(None), CommitteeOfficer.ends_on >= day),
        )
        .order_by(Person.id)
    ).all()
    found = {}
    for person, account in officers:
        if address := person.email or account:
            found[address] = Mailbox(address, person.name)
    return list(found.values())

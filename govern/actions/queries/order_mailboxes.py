"""Where mails about a work order go: to the mailbox of the function, to the office that gave it."""

from __future__ import annotations

import sqlalchemy as sa

from govern.actions.mailboxes import Mailbox
from govern.actions.models import WorkOrder
from govern.committees.models import Committee, CommitteeOfficer, OfficerRole
from govern.db import db
from govern.formats import today
from govern.people.models import Person, Role, User, UserRole


def addressee_mailboxes(order: WorkOrder) -> list[Mailbox]:
    """The mailbox of the institution or seat, or the office of the committee the order goes to; empty: none known."""
    if order.addressee_organisation is not None:
        organisation = order.addressee_organisation
        return [Mailbox(organisation.email, organisation.name)] if organisation.email else []
    if order.addressee_seat is not None:
        seat = order.addressee_seat
        if seat.mailbox:
            return [Mailbox(seat.mailbox, seat.label)]
        return [Mailbox(o.email, o.name) for o in seat.organisations if o.email]
    return office_mailboxes(order.addressee_committee) if order.addressee_committee is not None else []


def office_mailboxes(committee: Committee) -> list[Mailbox]:
    """Who acts for the office of ``committee`` today, or of the next one above it; else the coordination."""
    above: Committee | None = committee
    while above is not None:
        if found := _office_of(above.id):
            return found
        above = above.parent
    return coordination_mailboxes(committee.body_id)


def coordination_mailboxes(body_id: int) -> list[Mailbox]:
    """The accounts of the coordination."""
    accounts = db.session.scalars(
        sa.select(User.email)
        .join(UserRole, UserRole.user_id == User.id)
        .where(User.body_id == body_id, UserRole.role == Role.COORDINATOR, User.is_locked.is_(False))
        .order_by(User.id)
    )
    return [Mailbox(address) for address in dict.fromkeys(accounts)]


def _office_of(committee_id: int) -> list[Mailbox]:
    day = today()
    officers = db.session.execute(
        sa.select(Person, User.email)
        .join(CommitteeOfficer, CommitteeOfficer.person_id == Person.id)
        .outerjoin(User, User.person_id == Person.id)
        .where(
            CommitteeOfficer.committee_id == committee_id,
            CommitteeOfficer.role == OfficerRole.OFFICE,
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

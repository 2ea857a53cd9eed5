"""Who gets released minutes, and which part of them: shown before they are sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from govern.committees.models import CommitteeOfficer, MandateKind, OfficerRole
from govern.committees.queries.addresses import HOLDERS_AND_DEPUTIES, addresses_of, without_duplicates
from govern.db import db
from govern.formats import today
from govern.meetings.models import (
    AgendaItem,
    Attendance,
    AttendanceState,
    JointCommittee,
    Meeting,
    MeetingGuest,
    MeetingRole,
    MeetingRoleKind,
    MinutesPart,
)
from govern.meetings.queries.recipients import account_addresses
from govern.people.models import Person


@dataclass(frozen=True)
class Recipient:
    """One address, or a person without one."""

    person: Person
    seat: str
    address: str | None
    is_mailbox: bool
    part: MinutesPart

    @property
    def label(self) -> str:
        """Name and seat, as the proof of sending keeps them."""
        return f"{self.seat} (Funktionspostfach)" if self.is_mailbox else f"{self.person.name}, {self.seat}"


def recipients_of(meeting: Meeting) -> Sequence[Recipient]:
    """Holders and deputies of today: holders and the deputies who attended get all of it, others the public part.

    Chair and office of the committee and the minute-takers get all of it, too, with or without a seat (E-14). What goes
    to a shared mailbox is the public part: nobody knows who reads there. For guests see :func:`guests_to_tell`.
    """
    attended = set(
        db.session.scalars(
            sa.select(Attendance.person_id).where(
                Attendance.meeting_id == meeting.id,
                Attendance.state == AttendanceState.DEPUTY,
                Attendance.person_id.is_not(None),
            )
        )
    )
    joint = db.session.scalars(sa.select(JointCommittee).where(JointCommittee.meeting_id == meeting.id)).all()
    committees = [meeting.committee, *(row.committee for row in joint)]
    addresses = addresses_of(committees, today(), HOLDERS_AND_DEPUTIES)
    # Holders first: whoever holds one seat and is deputy of another gets what holders get.
    addresses.sort(key=lambda a: a.kind is not MandateKind.HOLDER and a.person.id not in attended)
    members = [
        Recipient(a.person, a.seat.label, a.address, a.is_mailbox, _part(a.is_mailbox, a.kind, a.person.id in attended))
        for a in without_duplicates(addresses)
    ]
    return members + _without_seat(meeting, {m.person.id for m in members})


def guests_to_tell(meeting: Meeting) -> Sequence[MeetingGuest]:
    """Guests who can be sent what the minutes say of their public items (C13): invited still, with an address."""
    return (
        db.session.scalars(
            sa.select(MeetingGuest)
            .where(
                MeetingGuest.meeting_id == meeting.id,
                MeetingGuest.email.is_not(None),
                MeetingGuest.revoked_at.is_(None),
                MeetingGuest.items.any(AgendaItem.is_public),
            )
            .options(selectinload(MeetingGuest.items))
            .order_by(MeetingGuest.name, MeetingGuest.id)
        )
        .unique()
        .all()
    )


def _without_seat(meeting: Meeting, known: set[int]) -> list[Recipient]:
    # Chair and office of the committee, and who kept the minutes: they read all of it, with or without a seat.
    day = today()
    officers: Sequence[tuple[OfficerRole, Person]] = db.session.execute(
        sa.select(CommitteeOfficer.role, Person)
        .join(CommitteeOfficer.person)
        .where(
            CommitteeOfficer.committee_id == meeting.committee_id,
            CommitteeOfficer.starts_on <= day,
            sa.or_(CommitteeOfficer.ends_on.is_(None), CommitteeOfficer.ends_on >= day),
        )
        .order_by(CommitteeOfficer.id)
    ).all()
    takers = db.session.scalars(
        sa.select(Person)
        .join(MeetingRole, MeetingRole.person_id == Person.id)
        .where(MeetingRole.meeting_id == meeting.id, MeetingRole.kind == MeetingRoleKind.MINUTE_TAKER)
        .order_by(MeetingRole.id)
    ).all()
    named = [(role.label, person) for role, person in officers]
    named += [(MeetingRoleKind.MINUTE_TAKER.label, person) for person in takers]
    accounts = account_addresses(person for _label, person in named)
    found: dict[int, Recipient] = {}
    for label, person in named:
        if person.id not in known:
            address = person.email or accounts.get(person.id)
            found.setdefault(person.id, Recipient(person, label, address, False, MinutesPart.FULL))
    return list(found.values())


def _part(is_mailbox: bool, kind: MandateKind, has_attended: bool) -> MinutesPart:
    is_inside = not is_mailbox and (kind is MandateKind.HOLDER or has_attended)
    return MinutesPart.FULL if is_inside else MinutesPart.PUBLIC

"""Who gets released minutes, and which part of them: shown before they are sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from govern.committees.models import MandateKind
from govern.committees.queries.addresses import HOLDERS_AND_DEPUTIES, addresses_of, without_duplicates
from govern.db import db
from govern.formats import today
from govern.meetings.models import Attendance, AttendanceState, JointCommittee, Meeting, MinutesPart
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

    What goes to a shared mailbox is the public part as well: nobody knows who reads there. Guests get nothing.
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
    return [
        Recipient(a.person, a.seat.label, a.address, a.is_mailbox, _part(a.is_mailbox, a.kind, a.person.id in attended))
        for a in without_duplicates(addresses)
    ]


def _part(is_mailbox: bool, kind: MandateKind, has_attended: bool) -> MinutesPart:
    is_inside = not is_mailbox and (kind is MandateKind.HOLDER or has_attended)
    return MinutesPart.FULL if is_inside else MinutesPart.PUBLIC

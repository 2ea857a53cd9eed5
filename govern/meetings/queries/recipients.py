"""Who is to be invited to a meeting, worked out from composition, roles and guests on its day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.committees.models import CommitteeOfficer, OfficerRole, Participation, Seat
from govern.committees.queries.compositions import Composition, FilledSeat, compositions
from govern.db import db
from govern.formats import local
from govern.meetings.models import (
    Invitation,
    InviteeKind,
    Meeting,
    MeetingGuest,
    MeetingRoleKind,
)
from govern.meetings.queries.asked import ASKED
from govern.meetings.queries.invitations import is_of_member
from govern.meetings.queries.joint import is_chair_of_meeting
from govern.meetings.recipients import Address, Recipient, addresses_of, one_mail_each, recipient_of
from govern.people.models import Person, User


def recipients_of(
    meeting: Meeting,
    *,
    informs_deputies: bool,
    further_seats: Collection[int] = (),
    composed: Sequence[Composition] | None = None,
    chairs: Sequence[Person] | None = None,
) -> list[Recipient]:
    """Everybody to be invited: each standing seat, ``further_seats``, roles without a seat, guests.

    The number of statements does not depend on how many they are; ``composed`` saves two and ``chairs`` one
    where the page has them.
    """
    composed = composed_of(meeting) if composed is None else composed
    named = _with_roles(meeting, _chairs_of(meeting) if chairs is None else chairs)
    mandates = (m for c in composed for f in c for m in (*f.holders, *f.deputies))
    accounts = account_addresses([*(m.person for m in mandates), *(person for person, _label in named)])
    found: list[Recipient] = []
    for filled in (f for c in composed for f in c):
        if filled.seat.participation is Participation.STANDING or filled.seat.id in further_seats:
            found += _of_seat(filled, accounts)
    seated = {r.person.id for r in found if r.person is not None}
    for person, label in named:
        if person.id not in seated:
            seated.add(person.id)
            found.append(
                Recipient(
                    kind=InviteeKind.ROLE, label=label, person=person, addresses=addresses_of(person, None, accounts),
                    reads_confidential=True,
                )
            )  # fmt: skip
    if informs_deputies:
        invited = {r.seat.id for r in found if r.seat is not None}
        for filled in (f for c in composed for f in c if f.seat.id in invited):
            for mandate in filled.deputies:
                if mandate.person_id not in seated:
                    seated.add(mandate.person_id)
                    found.append(_deputy(mandate.person, filled.seat, accounts))
    return [*found, *_of_guests(meeting)]


def not_yet_invited(meeting: Meeting, recipients: Sequence[Recipient]) -> list[Recipient]:
    """Those of ``recipients`` for whom no invitation holds; no statement before the first dispatch.

    One for which mandate or task have ended does not: who was invited as a deputy and now has the seat is invited anew.
    """
    if meeting.invited_at is None:
        return list(recipients)
    rows = db.session.execute(
        sa.select(Invitation.person_id, Invitation.seat_id, Invitation.guest_id).where(
            Invitation.meeting_id == meeting.id, Invitation.revoked_at.is_(None), is_of_member(meeting)
        )
    )
    known = {tuple(row) for row in rows}
    return [r for r in recipients if r.key not in known]


def account_addresses(persons: Iterable[Person]) -> dict[int, str]:
    """The addresses of the accounts of persons who have none in the directory.

    One statement at most, and none where their accounts were loaded with them.
    """
    silent = {person.id: person for person in persons if not person.email}
    asked = {i for i, person in silent.items() if "user" in sa.inspect(person).unloaded}
    found = {i: person.user.email for i, person in silent.items() if i not in asked and person.user is not None}
    if asked:
        rows = db.session.execute(sa.select(User.person_id, User.email).where(User.person_id.in_(sorted(asked))))
        found |= {person_id: email for person_id, email in rows if person_id is not None}
    return found


def with_recipients(invitations: Sequence[Invitation]) -> list[tuple[Invitation, Recipient]]:
    """Each invitation with where its mails go now; whoever holds several seats gets one mail for all of them."""
    accounts = account_addresses(i.person for i in invitations if i.person is not None)
    return list(zip(invitations, one_mail_each([recipient_of(i, accounts) for i in invitations]), strict=True))


def named_deputies(meeting: Meeting, seat: Seat) -> list[Person]:
    """Who is named as deputy of ``seat`` on the day of the meeting, in order."""
    filled = next((f for c in composed_of(meeting) for f in c if f.seat.id == seat.id), None)
    return [m.person for m in filled.deputies] if filled is not None else []


def composed_of(meeting: Meeting) -> list[Composition]:
    """The compositions of all committees that meet, on the day of the meeting; two statements."""
    found = compositions(meeting.committees, local(meeting.starts_at).date(), with_accounts=True)
    return [found[c.id] for c in meeting.committees]


def _of_seat(filled: FilledSeat, accounts: Mapping[int, str]) -> list[Recipient]:
    seat = filled.seat
    if not filled.holders:
        if not addresses_of(None, seat):
            return []
        return [Recipient(kind=InviteeKind.HOLDER, label=seat.label, seat=seat, addresses=addresses_of(None, seat))]
    return [
        Recipient(
            kind=InviteeKind.HOLDER, label=seat.label, seat=seat, person=mandate.person,
            addresses=addresses_of(mandate.person, seat, accounts), reads_confidential=True,
        )
        for mandate in filled.holders
    ]  # fmt: skip


def _deputy(person: Person, seat: Seat, accounts: Mapping[int, str]) -> Recipient:
    return Recipient(
        kind=InviteeKind.DEPUTY, label=f"Vertretung: {seat.label}", seat=seat, person=person,
        addresses=addresses_of(person, None, accounts), for_information=True,
    )  # fmt: skip


def _chairs_of(meeting: Meeting) -> list[Person]:
    statement = sa.select(CommitteeOfficer).where(is_chair_of_meeting(meeting, local(meeting.starts_at).date()))
    officers = db.session.scalars(statement.options(joinedload(CommitteeOfficer.person)).order_by(CommitteeOfficer.id))
    return [officer.person for officer in officers]


def _with_roles(meeting: Meeting, chairs: Sequence[Person]) -> list[tuple[Person, str]]:
    """The chairs of the committees and whoever has a role in the meeting, each with the word for it."""
    order = list(MeetingRoleKind)
    roles = sorted(meeting.roles, key=lambda r: (order.index(r.kind), r.id))
    return [*((person, OfficerRole.CHAIR.label) for person in chairs), *((r.person, r.kind.label) for r in roles)]


@cache
def _guests() -> sa.Select[MeetingGuest]:
    return (
        sa.select(MeetingGuest)
        .where(MeetingGuest.meeting_id == ASKED.id, MeetingGuest.revoked_at.is_(None))
        .options(joinedload(MeetingGuest.items))
        .order_by(MeetingGuest.name, MeetingGuest.id)
    )


def _of_guests(meeting: Meeting) -> list[Recipient]:
    guests = db.session.scalars(_guests(), {"meeting_id": meeting.id}).unique()
    return [
        Recipient(
            kind=InviteeKind.GUEST,
            label=" · ".join(p for p in (guest.function, guest.organisation_name) if p) or "Gast",
            guest=guest,
            addresses=(Address(guest.email, guest.name),) if guest.email else (),
        )
        for guest in guests
    ]

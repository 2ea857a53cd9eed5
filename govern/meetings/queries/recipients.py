"""Who is to be invited to a meeting, worked out from composition, roles and guests on its day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from govern.committees.models import Committee, CommitteeOfficer, OfficerRole, Participation, Seat
from govern.committees.queries.compositions import Composition, FilledSeat, compositions
from govern.db import db
from govern.formats import local
from govern.meetings.models import (
    AgendaItem,
    Invitation,
    InviteeKind,
    JointCommittee,
    Meeting,
    MeetingGuest,
    MeetingRole,
    MeetingRoleKind,
)
from govern.meetings.recipients import Address, Recipient, addresses_of, recipient_of
from govern.people.models import Person, User


def recipients_of(meeting: Meeting, *, informs_deputies: bool, further_seats: Collection[int] = ()) -> list[Recipient]:
    """Everybody to be invited, nobody twice: standing seats, ``further_seats``, roles without a seat, guests.

    The number of statements does not depend on how many they are.
    """
    composed = _composed(meeting)
    accounts = account_addresses(m.person for c in composed for f in c for m in (*f.holders, *f.deputies))
    found: list[Recipient] = []
    for filled in (f for c in composed for f in c):
        if filled.seat.participation is Participation.STANDING or filled.seat.id in further_seats:
            found += _of_seat(filled, accounts)
    seated = {r.person.id for r in found if r.person is not None}
    for recipient in _of_roles(meeting):
        if recipient.person is not None and recipient.person.id not in seated:
            seated.add(recipient.person.id)
            found.append(recipient)
    if informs_deputies:
        invited = {r.seat.id for r in found if r.seat is not None}
        for filled in (f for c in composed for f in c if f.seat.id in invited):
            for mandate in filled.deputies:
                if mandate.person_id not in seated:
                    seated.add(mandate.person_id)
                    found.append(_deputy(mandate.person, filled.seat, accounts))
    return [*found, *_of_guests(meeting)]


def seats_as_needed(meeting: Meeting) -> list[Seat]:
    """Seats that are invited when a topic asks for it; standing ones always are."""
    return [f.seat for c in _composed(meeting) for f in c if f.seat.participation is not Participation.STANDING]


def reporting_seats(meeting: Meeting) -> set[int]:
    """Seats that report on an item of the meeting."""
    return set(
        db.session.scalars(
            sa.select(AgendaItem.rapporteur_seat_id).where(
                AgendaItem.meeting_id == meeting.id, AgendaItem.rapporteur_seat_id.is_not(None)
            )
        )
    )


def not_yet_invited(meeting: Meeting, recipients: Sequence[Recipient]) -> list[Recipient]:
    """Those of ``recipients`` for whom no invitation stands."""
    rows = db.session.execute(
        sa.select(Invitation.person_id, Invitation.seat_id, Invitation.guest_id).where(
            Invitation.meeting_id == meeting.id, Invitation.revoked_at.is_(None)
        )
    )
    known = {tuple(row) for row in rows}
    return [r for r in recipients if r.key not in known]


def account_addresses(persons: Iterable[Person]) -> dict[int, str]:
    """The addresses of the accounts of persons who have none in the directory; at most one statement."""
    ids = {person.id for person in persons if not person.email}
    if not ids:
        return {}
    rows = db.session.execute(sa.select(User.person_id, User.email).where(User.person_id.in_(sorted(ids))))
    return {person_id: email for person_id, email in rows if person_id is not None}


def with_recipients(invitations: Sequence[Invitation]) -> list[tuple[Invitation, Recipient]]:
    """Each invitation with where its mails go now."""
    accounts = account_addresses(i.person for i in invitations if i.person is not None)
    return [(i, recipient_of(i, accounts)) for i in invitations]


def named_deputies(meeting: Meeting, seat: Seat) -> list[Person]:
    """Who is named as deputy of ``seat`` on the day of the meeting, in order."""
    filled = next((f for c in _composed(meeting) for f in c if f.seat.id == seat.id), None)
    return [m.person for m in filled.deputies] if filled is not None else []


def committees_of(meeting: Meeting) -> list[Committee]:
    """The committee of a meeting, and the others of a joint one."""
    others = db.session.scalars(
        sa.select(JointCommittee)
        .where(JointCommittee.meeting_id == meeting.id)
        .options(joinedload(JointCommittee.committee))
        .order_by(JointCommittee.id)
    ).all()
    return [meeting.committee, *(j.committee for j in others)]


def _composed(meeting: Meeting) -> list[Composition]:
    committees = committees_of(meeting)
    found = compositions(committees, local(meeting.starts_at).date())
    return [found[c.id] for c in committees]


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


def _of_roles(meeting: Meeting) -> list[Recipient]:
    day = local(meeting.starts_at).date()
    roles = db.session.scalars(
        sa.select(MeetingRole).where(MeetingRole.meeting_id == meeting.id).options(joinedload(MeetingRole.person))
    ).all()
    chairs = db.session.scalars(
        sa.select(CommitteeOfficer)
        .where(
            CommitteeOfficer.committee_id.in_(
                sa.select(JointCommittee.committee_id)
                .where(JointCommittee.meeting_id == meeting.id)
                .union_all(sa.select(sa.literal(meeting.committee_id)))
            ),
            CommitteeOfficer.role == OfficerRole.CHAIR,
            CommitteeOfficer.starts_on <= day,
            sa.or_(CommitteeOfficer.ends_on.is_(None), CommitteeOfficer.ends_on >= day),
        )
        .options(joinedload(CommitteeOfficer.person))
    ).all()
    named = [(officer.person, OfficerRole.CHAIR.label) for officer in chairs]
    accounts = account_addresses([*(o.person for o in chairs), *(r.person for r in roles)])
    order = list(MeetingRoleKind)
    named += [(role.person, role.kind.label) for role in sorted(roles, key=lambda r: (order.index(r.kind), r.id))]
    return [
        Recipient(
            kind=InviteeKind.ROLE, label=label, person=person, addresses=addresses_of(person, None, accounts),
            reads_confidential=True,
        )
        for person, label in named
    ]  # fmt: skip


def _of_guests(meeting: Meeting) -> list[Recipient]:
    guests = db.session.scalars(
        sa.select(MeetingGuest)
        .where(MeetingGuest.meeting_id == meeting.id, MeetingGuest.revoked_at.is_(None))
        .options(selectinload(MeetingGuest.items))
        .order_by(MeetingGuest.name, MeetingGuest.id)
    ).all()
    return [
        Recipient(
            kind=InviteeKind.GUEST,
            label=" · ".join(p for p in (guest.function, guest.organisation_name) if p) or "Gast",
            guest=guest,
            addresses=(Address(guest.email, guest.name),) if guest.email else (),
        )
        for guest in guests
    ]

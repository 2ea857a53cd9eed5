"""Who is invited to a meeting and where the mail goes. Values only: no database, no request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from govern.committees.models import MailTarget, Seat
from govern.meetings.models import Invitation, InviteeKind, MeetingGuest
from govern.people.models import Person

Key = tuple[int | None, int | None, int | None]


@dataclass(frozen=True)
class Address:
    """One address of a recipient: of the person, or the shared mailbox of the function."""

    address: str
    name: str | None
    is_mailbox: bool = False


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Somebody to be invited, with the reason and all addresses."""

    kind: InviteeKind
    label: str
    """As what: the seat, „Protokollführung", the guest's function."""
    person: Person | None = None
    seat: Seat | None = None
    guest: MeetingGuest | None = None
    addresses: tuple[Address, ...] = ()
    reads_confidential: bool = False
    for_information: bool = False
    """A named deputy who is only told."""
    further_seats: tuple[Seat, ...] = ()
    """Seats of the same person that the mail to this one speaks of too."""
    told_with: Seat | None = None
    """The seat of the same person whose mail speaks of this one too."""

    @property
    def key(self) -> Key:
        """Person, seat and guest: there is one invitation for each."""
        return (
            self.person.id if self.person else None,
            self.seat.id if self.seat else None,
            self.guest.id if self.guest else None,
        )

    @property
    def name(self) -> str:
        """Who it is, „nicht besetzt" for a vacant seat."""
        if self.person is not None:
            return self.person.name
        return self.guest.name if self.guest is not None else "nicht besetzt"

    @property
    def what(self) -> str:
        """What this recipient gets, for the preview."""
        if self.for_information:
            return "zur Kenntnis"
        if self.guest is not None:
            return "eigene Punkte, persönlicher Link"
        return "ganze Tagesordnung" if self.reads_confidential else "öffentliche Punkte"


def addresses_of(
    person: Person | None, seat: Seat | None, accounts: Mapping[int, str] = MappingProxyType({})
) -> tuple[Address, ...]:
    """Where mail for ``person`` on ``seat`` goes; a vacant seat is reached by its shared mailbox only.

    Who has no address in the directory is reached by that of the account (``accounts``: person id → address).
    """
    target = seat.mail_target if seat is not None else MailTarget.PERSON
    own = (person.email or accounts.get(person.id)) if person is not None else None
    found = []
    if person is not None and own and target in (MailTarget.PERSON, MailTarget.BOTH):
        found.append(Address(own, person.name))
    if seat is not None and seat.mailbox and target in (MailTarget.MAILBOX, MailTarget.BOTH):
        found.append(Address(seat.mailbox, seat.label, is_mailbox=True))
    return tuple(found)


def one_mail_each(recipients: Sequence[Recipient]) -> list[Recipient]:
    """The same recipients in the same order; whoever holds several seats gets one mail, which names them all.

    Shared mailboxes belong to their function, so each gets its own.
    """
    first: dict[int, Recipient] = {}
    further: dict[int, list[Seat]] = {}
    found = []
    for recipient in recipients:
        if recipient.kind is not InviteeKind.HOLDER or recipient.person is None or recipient.seat is None:
            found.append(recipient)
            continue
        told = first.get(recipient.person.id)
        known = {a.address for a in told.addresses if not a.is_mailbox} if told is not None else set()
        rest = tuple(a for a in recipient.addresses if a.is_mailbox or a.address not in known)
        if told is not None and told.seat is not None and rest != recipient.addresses:
            further[recipient.person.id].append(recipient.seat)
            found.append(replace(recipient, addresses=rest, told_with=told.seat))
        else:
            if told is None and any(not a.is_mailbox for a in recipient.addresses):
                first[recipient.person.id], further[recipient.person.id] = recipient, []
            found.append(recipient)
    return [
        replace(r, further_seats=tuple(further[r.person.id]))
        if r.person is not None and first.get(r.person.id) is r and further[r.person.id] else r
        for r in found
    ]  # fmt: skip


def recipient_of(invitation: Invitation, accounts: Mapping[int, str] = MappingProxyType({})) -> Recipient:
    """The recipient behind an invitation that stands; needs person, seat and guest loaded."""
    guest = invitation.guest
    is_information = invitation.kind is InviteeKind.DEPUTY and invitation.stands_in_for_id is None
    addresses: tuple[Address, ...]
    if guest is not None:
        addresses = (Address(guest.email, guest.name),) if guest.email else ()
    else:
        # A deputy is reached in person: the shared mailbox belongs to whoever holds the seat.
        own_seat = invitation.seat if invitation.kind is InviteeKind.HOLDER else None
        addresses = addresses_of(invitation.person, own_seat, accounts)
    return Recipient(
        kind=invitation.kind, label=label_of(invitation), person=invitation.person, seat=invitation.seat, guest=guest,
        addresses=addresses, for_information=is_information,
        reads_confidential=guest is None and not is_information and invitation.person_id is not None,
    )  # fmt: skip


def label_of(invitation: Invitation) -> str:
    """As what somebody is invited, in words."""
    if invitation.seat is not None:
        is_deputy = invitation.kind is InviteeKind.DEPUTY
        return f"Vertretung: {invitation.seat.label}" if is_deputy else invitation.seat.label
    if invitation.guest is not None:
        return " · ".join(p for p in (invitation.guest.function, invitation.guest.organisation_name) if p) or "Gast"
    return InviteeKind.ROLE.label


def fingerprint_of(recipients: Iterable[Recipient]) -> list[tuple[object, ...]]:
    """What a preview showed: dispatching anything else is a conflict."""
    return [(r.kind.value, *r.key, tuple(a.address for a in r.addresses)) for r in recipients]

"""Answer an invitation; a refusal invites the named deputy at once, with everything (E-17)."""

from __future__ import annotations

import sqlalchemy as sa

from govern import tokens
from govern.db import db, now
from govern.errors import DomainError
from govern.meetings.models import DispatchKind, Invitation, InvitationAnswer, InviteeKind, Meeting, MeetingState
from govern.meetings.queries.agendas import whole_agenda
from govern.meetings.queries.answers import allows_deputies
from govern.meetings.queries.heads import chair_of, place_of
from govern.meetings.queries.invitations import is_asked, stands
from govern.meetings.queries.meetings import load_parts
from govern.meetings.queries.procedures import procedure_of_meeting
from govern.meetings.queries.recipients import account_addresses, named_deputies, with_recipients
from govern.meetings.recipients import Recipient, addresses_of
from govern.meetings.services.dispatches import Content, Post, invite, send_to
from govern.meetings.services.words import words_for
from govern.meetings.words import fill, values_of
from govern.people.models import Person, User

LONGEST_NOTE = 500
REFUSALS = (InvitationAnswer.NO, InvitationAnswer.DEPUTY)


def answer(
    invitation: Invitation, choice: InvitationAnswer, *, note: str | None, by: User | None, post: Post
) -> Invitation | None:
    """Record what the invited answered; ``by`` None means by the link of the mail.

    A refusal invites the first named deputy who is free; saying yes again takes that back and tells the deputy.
    Returns the deputy's invitation if somebody stands in now.
    """
    meeting = invitation.meeting
    # The row alone: PostgreSQL locks no outer joins, and how the invitation was loaded brought some.
    db.session.execute(sa.select(Invitation.id).where(Invitation.id == invitation.id).with_for_update())
    db.session.refresh(invitation, ["answer", "answered_at", "revoked_at", "expires_at"])
    _demand_answerable(invitation)
    if choice is InvitationAnswer.DEPUTY and not may_send_deputy(invitation):
        raise DomainError("Eine Vertretung ist hier nicht vorgesehen.", field="answer")
    invitation.answer, invitation.answered_at = choice, now()
    invitation.answer_note = (note or "").strip()[:LONGEST_NOTE] or None
    invitation.answered_by = by
    db.session.flush()
    if invitation.stands_in_for_id is not None:
        return _answer_of_deputy(invitation, choice, post=post, by=by)
    stand_in = stand_in_of(invitation)
    if choice in REFUSALS:
        return stand_in or invite_deputy(invitation, post=post, by=by)
    if stand_in is not None:
        _take_back(stand_in, meeting, post=post, by=by)
    return None


def may_send_deputy(invitation: Invitation) -> bool:
    """True for members of a committee whose rules do not exclude deputies."""
    return invitation.kind is InviteeKind.HOLDER and allows_deputies(procedure_of_meeting(invitation.meeting))


def stand_in_of(invitation: Invitation) -> Invitation | None:
    """The deputy invited for a refused invitation, unless that one refused as well."""
    return db.session.scalars(
        sa.select(Invitation)
        .where(
            Invitation.stands_in_for_id == invitation.id,
            Invitation.revoked_at.is_(None),
            sa.or_(Invitation.answer.is_(None), Invitation.answer != InvitationAnswer.NO),
        )
        .limit(1)
    ).first()


def invite_deputy(invitation: Invitation, *, post: Post, by: User | None) -> Invitation | None:
    """Invite the first named deputy of the seat who is free and has not refused; None when there is nobody."""
    if not may_send_deputy(invitation) or invitation.seat is None:
        return None
    meeting = load_parts(invitation.meeting)
    known = {
        i.person_id: i
        for i in db.session.scalars(
            sa.select(Invitation).where(Invitation.meeting_id == meeting.id, Invitation.person_id.is_not(None))
        )
        if stands(i) or i.seat_id == invitation.seat_id
    }
    person = next((p for p in named_deputies(meeting, invitation.seat) if _is_free(known.get(p.id), invitation)), None)
    return None if person is None else _invite_person(invitation, person, known.get(person.id), post=post, by=by)


def _is_free(known: Invitation | None, refused: Invitation) -> bool:
    # Nobody sits on two seats at once, and who has refused is not asked again.
    if known is None or known.revoked_at is not None:
        return True
    return known.kind is InviteeKind.DEPUTY and known.stands_in_for_id is None and known.seat_id == refused.seat_id


def _invite_person(
    refused: Invitation, person: Person, known: Invitation | None, *, post: Post, by: User | None
) -> Invitation:
    meeting = refused.meeting
    assert refused.seat is not None  # noqa: S101 - checked by the caller
    recipient = Recipient(
        kind=InviteeKind.DEPUTY, label=refused.seat.label, seat=refused.seat, person=person,
        addresses=addresses_of(person, None, account_addresses([person])), reads_confidential=True,
    )  # fmt: skip
    invitation = known if known is not None and known.seat_id == refused.seat_id else invite(meeting, recipient)
    if invitation is known:
        invitation.kind, invitation.revoked_at, invitation.nonce = InviteeKind.DEPUTY, None, tokens.new_nonce()
        invitation.answer = invitation.answered_at = invitation.answer_note = invitation.answered_by = None
        invitation.ical_sequence = max(invitation.ical_sequence + 1, meeting.ical_sequence)
        invitation.expires_at = meeting.ends_at
    invitation.stands_in_for_id = refused.id
    words = words_for(meeting, DispatchKind.INVITATION)
    content = Content(
        kind=DispatchKind.INVITATION, subject=words.subject, cover_text=words.text, whole=whole_agenda(meeting),
        place=place_of(meeting), chair=chair_of(meeting),
    )  # fmt: skip
    db.session.flush()
    send_to(meeting, invitation, recipient, content, post=post, by=by)
    db.session.flush()
    return invitation


def _answer_of_deputy(
    invitation: Invitation, choice: InvitationAnswer, *, post: Post, by: User | None
) -> Invitation | None:
    # A deputy who cannot come either: the next one named is asked.
    if choice is not InvitationAnswer.NO:
        return invitation
    refused = db.session.get_one(Invitation, invitation.stands_in_for_id)
    return invite_deputy(refused, post=post, by=by)


def _take_back(stand_in: Invitation, meeting: Meeting, *, post: Post, by: User | None) -> None:
    # The seat's holder comes after all: the deputy is told and the calendar entry goes.
    meeting = load_parts(meeting)
    ((_stand_in, recipient),) = with_recipients([stand_in])
    stand_in.revoked_at = now()
    stand_in.ical_sequence = max(stand_in.ical_sequence + 1, meeting.ical_sequence)
    values = values_of(meeting, place=place_of(meeting), chair=chair_of(meeting))
    content = Content(
        kind=DispatchKind.CANCELLATION,
        subject=fill("Vertretung nicht mehr nötig: {sitzung}, {datum}", values),
        cover_text="die Person, die Sie vertreten sollten, nimmt nun doch selbst teil. Ihre Einladung ist damit "
        "hinfällig; die Sitzung findet statt. Danke, dass Sie eingesprungen wären.",
        place=place_of(meeting), chair=chair_of(meeting),
    )  # fmt: skip
    send_to(meeting, stand_in, recipient, content, post=post, by=by)
    db.session.flush()


def _demand_answerable(invitation: Invitation) -> None:
    meeting = invitation.meeting
    if not stands(invitation):
        raise DomainError("Diese Einladung wurde zurückgenommen.")
    if not is_asked(invitation):
        raise DomainError("Sie haben die Einladung nur zur Kenntnis erhalten; eine Antwort ist nicht nötig.")
    if meeting.state not in (MeetingState.PUBLISHED, MeetingState.IN_SESSION) or meeting.ends_at <= now():
        raise DomainError("Zu dieser Sitzung lässt sich nicht mehr antworten.")

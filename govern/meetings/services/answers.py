"""Answer an invitation; a refusal invites the named deputy at once, with everything (E-17)."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.committees.models import Seat
from govern.db import db, now
from govern.errors import DomainError
from govern.meetings.models import DispatchKind, Invitation, InvitationAnswer, InviteeKind, Meeting, MeetingState
from govern.meetings.queries.agendas import whole_agenda
from govern.meetings.queries.answers import allows_deputies
from govern.meetings.queries.heads import chair_of, place_of
from govern.meetings.queries.invitations import (
    former_invitations,
    is_asked,
    is_of_member,
    is_still_member,
    standing_invitations,
    stands,
)
from govern.meetings.queries.meetings import load_parts
from govern.meetings.queries.procedures import procedure_of_meeting
from govern.meetings.queries.recipients import account_addresses, named_deputies, with_recipients
from govern.meetings.recipients import Recipient, addresses_of
from govern.meetings.services.dispatches import Content, Post, send_all, send_to
from govern.meetings.services.invitees import invite
from govern.meetings.services.words import words_for
from govern.meetings.words import fill, values_of
from govern.people.models import Person, User

LONGEST_NOTE = 500
REFUSALS = (InvitationAnswer.NO, InvitationAnswer.DEPUTY)


def answer(
    invitation: Invitation, choice: InvitationAnswer, *, note: str | None, by: User | None, post: Post
) -> Invitation | None:
    """Record what the invited answered; ``by`` None means by the link of the mail.

    Who answers in person answers for every seat held in the meeting; the office notes an answer for one seat alone.
    A refusal invites the first named deputy who is free; saying yes again takes that back and tells the deputy.
    Returns the deputy's invitation if somebody stands in now.
    """
    in_person = by is None or (by.person_id is not None and by.person_id == invitation.person_id)
    further = further_seats(invitation) if in_person else []
    # The rows alone: PostgreSQL locks no outer joins, and how the invitation was loaded brought some.
    ids = [invitation.id, *(other.id for other in further)]
    db.session.execute(sa.select(Invitation.id).where(Invitation.id.in_(ids)).order_by(Invitation.id).with_for_update())
    stand_in = _answer_for(invitation, choice, note=note, by=by, post=post)
    for other in further:
        _answer_for(other, choice, note=note, by=by, post=post)
    return stand_in


def further_seats(invitation: Invitation) -> list[Invitation]:
    """What else the same person is invited for as holder of a seat; one statement, none for others than holders."""
    if invitation.kind is not InviteeKind.HOLDER or invitation.person_id is None:
        return []
    return list(
        db.session.scalars(
            sa.select(Invitation)
            .where(
                Invitation.meeting_id == invitation.meeting_id,
                Invitation.person_id == invitation.person_id,
                Invitation.kind == InviteeKind.HOLDER,
                Invitation.revoked_at.is_(None),
                Invitation.id != invitation.id,
                is_of_member(invitation.meeting),
            )
            .options(joinedload(Invitation.seat).selectinload(Seat.organisations))
            .order_by(Invitation.id)
        )
    )


def _answer_for(
    invitation: Invitation, choice: InvitationAnswer, *, note: str | None, by: User | None, post: Post
) -> Invitation | None:
    meeting = invitation.meeting
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


def leaves_seat_empty(invitation: Invitation) -> bool:
    """True for a refusal after which nobody comes, though a deputy could."""
    return invitation.answer in REFUSALS and may_send_deputy(invitation) and stand_in_of(invitation) is None


def invite_deputy(invitation: Invitation, *, post: Post, by: User | None) -> Invitation | None:
    """Invite the first named deputy of the seat who is free and has not refused; None when there is nobody."""
    if not may_send_deputy(invitation) or invitation.seat is None:
        return None
    meeting = load_parts(invitation.meeting)
    known: dict[int, list[Invitation]] = {}
    for row in db.session.scalars(
        sa.select(Invitation).where(Invitation.meeting_id == meeting.id, Invitation.person_id.is_not(None))
    ):
        if row.person_id is not None and (stands(row) or row.seat_id == invitation.seat_id):
            known.setdefault(row.person_id, []).append(row)
    named = named_deputies(meeting, invitation.seat)
    person = next((p for p in named if all(_leaves_free(i) for i in known.get(p.id, ()))), None)
    if person is None:
        return None
    same = next((i for i in known.get(person.id, ()) if i.seat_id == invitation.seat_id), None)
    return _invite_person(invitation, person, same, post=post, by=by)


def _leaves_free(known: Invitation) -> bool:
    # Nobody sits on two seats at once, and who has refused is not asked again. Who was only told as the deputy of this
    # or another seat is free, and so is who takes the minutes.
    if known.revoked_at is not None:
        return True
    if known.kind is InviteeKind.ROLE:
        return known.answer is not InvitationAnswer.NO
    return known.kind is InviteeKind.DEPUTY and known.stands_in_for_id is None


def _invite_person(
    refused: Invitation, person: Person, known: Invitation | None, *, post: Post, by: User | None
) -> Invitation:
    meeting = refused.meeting
    assert refused.seat is not None  # noqa: S101 - checked by the caller
    recipient = Recipient(
        kind=InviteeKind.DEPUTY, label=refused.seat.label, seat=refused.seat, person=person,
        addresses=addresses_of(person, None, account_addresses([person])), reads_confidential=True,
    )  # fmt: skip
    invitation = invite(meeting, recipient, known)
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
    _revoke(stand_in, meeting)
    content = _no_longer_needed(
        meeting, "Vertretung nicht mehr nötig",
        "die Person, die Sie vertreten sollten, nimmt nun doch selbst teil. Ihre Einladung ist damit "
        "hinfällig; die Sitzung findet statt. Danke, dass Sie eingesprungen wären.",
    )  # fmt: skip
    send_to(meeting, stand_in, recipient, content, post=post, by=by)
    db.session.flush()


def take_back_from_former(meeting: Meeting, *, post: Post, by: User) -> None:
    """Take back what those hold who left the committee or lost their task: they are told, their calendar entry goes.

    Whoever is still invited otherwise, for another committee or with a task, keeps the entry and hears nothing.
    """
    former = former_invitations(meeting)
    if not former:
        return
    meeting = load_parts(meeting)
    for invitation in former:
        _revoke(invitation, meeting)
    content = _no_longer_needed(
        meeting, "Einladung hinfällig",
        "den Sitz, die Vertretung oder die Aufgabe, für die Sie eingeladen waren, haben Sie in dieser "
        "Sitzung nicht mehr. Diese Einladung ist damit hinfällig.",
    )  # fmt: skip
    remain = {i.person_id for i in standing_invitations(meeting)}
    gone = [i for i in former if i.person_id not in remain]
    if gone:
        send_all(meeting, with_recipients(gone), content, post=post, by=by)
    db.session.flush()


def _revoke(invitation: Invitation, meeting: Meeting) -> None:
    # The number counts on, so that calendars take the cancellation for newer than what they have.
    invitation.revoked_at = now()
    invitation.ical_sequence = max(invitation.ical_sequence + 1, meeting.ical_sequence)


def _no_longer_needed(meeting: Meeting, what: str, words: str) -> Content:
    place, chair = place_of(meeting), chair_of(meeting)
    subject = fill(f"{what}: {{sitzung}}, {{datum}}", values_of(meeting, place=place, chair=chair))
    return Content(kind=DispatchKind.CANCELLATION, subject=subject, cover_text=words, place=place, chair=chair)


def _demand_answerable(invitation: Invitation) -> None:
    meeting = invitation.meeting
    if not stands(invitation):
        raise DomainError("Diese Einladung wurde zurückgenommen.")
    if not is_still_member(invitation):
        raise DomainError("Diese Einladung gilt nicht mehr: Sitz, Vertretung oder Aufgabe enden vor der Sitzung.")
    if not is_asked(invitation):
        raise DomainError("Sie haben die Einladung nur zur Kenntnis erhalten; eine Antwort ist nicht nötig.")
    if meeting.state not in (MeetingState.PUBLISHED, MeetingState.IN_SESSION) or meeting.ends_at <= now():
        raise DomainError("Zu dieser Sitzung lässt sich nicht mehr antworten.")

"""Read invitations, their answers and mails, and the dispatches of a meeting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload

from govern import tokens
from govern.committees.models import Committee, CommitteeOfficer, Mandate, MandateKind, Seat
from govern.db import SENT_TWICE, db, now
from govern.formats import local
from govern.mail import MailState, OutgoingMail
from govern.meetings.models import (
    Dispatch,
    DispatchKind,
    Invitation,
    InvitationMail,
    InviteeKind,
    MailText,
    Meeting,
    MeetingRole,
    MeetingState,
    TextKind,
)
from govern.meetings.queries.joint import is_chair_of_meeting
from govern.people.models import Person, User

PURPOSE = "invitation"
KINDS = {InviteeKind.HOLDER: MandateKind.HOLDER, InviteeKind.DEPUTY: MandateKind.DEPUTY}
"""By which mandate somebody is invited."""


def answer_token(invitation: Invitation, key: str) -> str:
    """The token of the address at which an invitation is answered without signing in."""
    return tokens.sign(PURPOSE, invitation.nonce, key)


def find_invitation(token: str, key: str) -> Invitation | None:
    """The invitation of ``token`` while it stands; None when wrong, revoked, expired, or meeting or person are gone."""
    nonce = tokens.verify(PURPOSE, token, key)
    if nonce is None:
        return None
    found = (
        db.session.scalars(
            sa.select(Invitation)
            .join(Invitation.meeting)
            .where(
                Invitation.nonce == nonce,
                Invitation.revoked_at.is_(None),
                Invitation.expires_at > now(),
                Meeting.deleted_at.is_(None),
                ~Invitation.person.has(Person.ended_on.is_not(None)),
            )
            .options(
                *_parts(),
                joinedload(Invitation.meeting).joinedload(Meeting.committee).joinedload(Committee.chair_seat),
                joinedload(Invitation.meeting).joinedload(Meeting.place),
            )
        )
        .unique()
        .one_or_none()
    )
    if found is not None and found.guest is not None and found.guest.revoked_at is not None:
        return None
    return found if found is None or is_still_member(found) else None


def is_still_member(invitation: Invitation) -> bool:
    """False for whoever has no seat, deputyship or task in the meeting any more; one statement, none for guests."""
    if invitation.person_id is None:
        return True
    still = sa.select(Invitation.id).where(Invitation.id == invitation.id, is_of_member(invitation.meeting))
    return db.session.scalar(still) is not None


def invitations_of(meeting: Meeting, *, with_mails: bool = False) -> Sequence[Invitation]:
    """Invitations of a meeting in the order they were made, revoked ones too; one statement, two more with mails.

    Whoever has left the committee by the day of the meeting, or lost the task in it, is not among them: rights follow
    from mandates and tasks and end with them (I8), so nothing more is sent, asked or counted.
    """
    options = _parts()
    if with_mails:
        options.append(
            selectinload(Invitation.mails).options(joinedload(InvitationMail.mail), joinedload(InvitationMail.dispatch))
        )
    return (
        db.session.scalars(
            sa.select(Invitation)
            .where(Invitation.meeting_id == meeting.id, is_of_member(meeting))
            .options(*options)
            .order_by(Invitation.id)
        )
        .unique()
        .all()
    )


def former_invitations(meeting: Meeting) -> Sequence[Invitation]:
    """Standing invitations of those who have left the committee by the day, or lost their task; one statement."""
    return (
        db.session.scalars(
            sa.select(Invitation)
            .where(Invitation.meeting_id == meeting.id, Invitation.revoked_at.is_(None), ~is_of_member(meeting))
            .options(*_parts())
            .order_by(Invitation.id)
        )
        .unique()
        .all()
    )


def is_of_member(meeting: Meeting) -> sa.ColumnElement[bool]:
    """Holders and deputies with such a mandate in the committee of their seat on the day; guests always.

    Any seat of the committee counts: one that is changed from a day on goes on under another id. Who was invited for
    a task has one in the meeting, or leads a committee that meets.
    """
    day = local(meeting.starts_at).date()
    asked, held = aliased(Seat), aliased(Seat)
    mandate = (
        sa.exists()
        .where(
            Mandate.person_id == Invitation.person_id,
            Mandate.starts_on <= day,
            sa.or_(Mandate.ends_on.is_(None), Mandate.ends_on >= day),
            sa.or_(*(sa.and_(Invitation.kind == kind, Mandate.kind == same) for kind, same in KINDS.items())),
            held.id == Mandate.seat_id,
            asked.id == Invitation.seat_id,
            asked.committee_id == held.committee_id,
        )
        .correlate(Invitation)
    )
    task = sa.or_(
        sa.exists()
        .where(MeetingRole.meeting_id == Invitation.meeting_id, MeetingRole.person_id == Invitation.person_id)
        .correlate(Invitation),
        sa.exists()
        .where(CommitteeOfficer.person_id == Invitation.person_id, is_chair_of_meeting(meeting, day))
        .correlate(Invitation),
    )
    return sa.or_(Invitation.person_id.is_(None), sa.and_(Invitation.seat_id.is_(None), task), mandate)


def standing_invitations(meeting: Meeting, *, unanswered: bool = False) -> Sequence[Invitation]:
    """Invitations that were not taken back; with ``unanswered`` those that are to answer and have not."""
    found = [i for i in invitations_of(meeting) if stands(i)]
    return [i for i in found if i.answer is None and is_asked(i)] if unanswered else found


def stands(invitation: Invitation) -> bool:
    """True while an invitation was not taken back."""
    is_guest_gone = invitation.guest is not None and invitation.guest.revoked_at is not None
    return invitation.revoked_at is None and not is_guest_gone


def count_people(invitations: Sequence[Invitation]) -> int:
    """How many are invited; whoever holds several seats counts once, a vacant seat and a guest each for itself."""
    return len({("person", i.person_id) if i.person_id is not None else ("other", i.id) for i in invitations})


def is_asked(invitation: Invitation) -> bool:
    """True for everybody whose answer counts; a deputy who was only told is not asked."""
    return not (invitation.kind is InviteeKind.DEPUTY and invitation.stands_in_for_id is None)


def dispatches_of(meeting: Meeting) -> list[tuple[Dispatch, int]]:
    """Everything sent to the invited, the latest first, each with the number of those it went to; one statement."""
    reached = (
        sa.select(sa.func.count(sa.distinct(InvitationMail.invitation_id)))
        .where(InvitationMail.dispatch_id == Dispatch.id)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(Dispatch, reached)
        .where(Dispatch.meeting_id == meeting.id)
        .options(joinedload(Dispatch.sent_by), joinedload(Dispatch.supplement))
        .order_by(Dispatch.id.desc())
    )
    return [(dispatch, number or 0) for dispatch, number in rows]


def told_sequences(meeting: Meeting) -> sa.Select[int]:
    """The state of time and place the invited know of, as a statement of one value."""
    return sa.select(sa.func.max(Dispatch.ical_sequence)).where(
        Dispatch.meeting_id == meeting.id,
        Dispatch.kind.in_([DispatchKind.INVITATION, DispatchKind.CHANGE, DispatchKind.CANCELLATION]),
    )


def told_sequence(meeting: Meeting) -> int | None:
    """The state of time and place the invited know of; None before the first invitation."""
    return db.session.scalar(told_sequences(meeting))


def find_just_told(meeting: Meeting, subject: str, cover_text: str, *, by: User) -> Dispatch | None:
    """With what ``by`` has told the invited of time and place as they are now, in these words and a moment ago."""
    return db.session.scalars(
        sa.select(Dispatch)
        .where(
            Dispatch.meeting_id == meeting.id,
            Dispatch.kind.in_([DispatchKind.CHANGE, DispatchKind.CANCELLATION]),
            Dispatch.ical_sequence == meeting.ical_sequence,
            Dispatch.sent_by_id == by.id,
            Dispatch.sent_at >= now() - SENT_TWICE,
            Dispatch.subject == subject,
            Dispatch.cover_text == cover_text,
        )
        .order_by(Dispatch.id.desc())
    ).first()


def mails_of(dispatch: Dispatch) -> Sequence[InvitationMail]:
    """To whom a dispatch went, and how far each mail has come; one statement."""
    return (
        db.session.scalars(
            sa.select(InvitationMail)
            .where(InvitationMail.dispatch_id == dispatch.id)
            .options(joinedload(InvitationMail.mail), joinedload(InvitationMail.invitation).options(*_parts()))
            .order_by(InvitationMail.id)
        )
        .unique()
        .all()
    )


def mail_text_of(committee_id: int, kind: TextKind) -> MailText | None:
    """The committee's own words for a kind of mail, if it has some."""
    return db.session.scalars(
        sa.select(MailText).where(MailText.committee_id == committee_id, MailText.kind == kind)
    ).one_or_none()


def mail_texts_of(committee_id: int) -> dict[TextKind, MailText]:
    """All words of its own that a committee has."""
    rows = db.session.scalars(sa.select(MailText).where(MailText.committee_id == committee_id))
    return {row.kind: row for row in rows}


@dataclass(frozen=True)
class Delivery:
    """How far the mails to one invitation have come (E-03)."""

    word: str
    tone: str
    detail: str = ""
    at: datetime | None = None


def delivery_of(rows: Sequence[InvitationMail]) -> Delivery:
    """What is known of the delivery of the mails ``rows``; the worst of them counts."""
    mails = [row.mail for row in rows if row.mail is not None]
    if not rows:
        return Delivery("nicht angeschrieben", "neutral")
    if not mails:
        return Delivery("keine Adresse", "warning")
    return _worst(mails)


def _worst(mails: Sequence[OutgoingMail]) -> Delivery:
    for mail in mails:
        if mail.bounced_at is not None:
            return Delivery("zurückgekommen", "danger", mail.last_error or "")
        if mail.state is MailState.FAILED:
            return Delivery("nicht zustellbar", "danger", mail.last_error or "")
    if any(mail.state is MailState.UNCLEAR or (mail.is_resent and mail.sent_at is None) for mail in mails):
        return Delivery("Versand unklar", "warning")
    if all(mail.state is MailState.SENT for mail in mails):
        return Delivery("gesendet", "success", at=max((m.sent_at for m in mails if m.sent_at), default=None))
    return Delivery("wartet", "neutral")


def _parts() -> list[sa.orm.strategy_options._AbstractLoad]:
    return [
        joinedload(Invitation.person),
        joinedload(Invitation.seat).joinedload(Seat.organisations),
        joinedload(Invitation.guest),
    ]


def meetings_to_remind(day: date) -> list[Meeting]:
    """Invited meetings whose committee reminds by itself, once the day has come and nobody was reminded yet."""
    reminded = sa.exists().where(Dispatch.meeting_id == Meeting.id, Dispatch.kind == DispatchKind.REMINDER)
    rows = db.session.execute(
        sa.select(Meeting, MailText.days_before)
        .join(MailText, sa.and_(MailText.committee_id == Meeting.committee_id, MailText.kind == TextKind.REMINDER))
        .where(
            MailText.days_before.is_not(None),
            Meeting.invited_at.is_not(None),
            Meeting.deleted_at.is_(None),
            Meeting.state == MeetingState.PUBLISHED,
            Meeting.starts_at > now(),
            ~reminded,
        )
        .options(joinedload(Meeting.committee), joinedload(Meeting.place))
        .order_by(Meeting.starts_at, Meeting.id)
    ).all()
    return [meeting for meeting, limit in rows if (local(meeting.starts_at).date() - day).days <= (limit or 0)]

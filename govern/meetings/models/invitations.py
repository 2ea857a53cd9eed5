"""Invitations: who got what and when, and what they answered."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.committees.models import Committee, Seat
from govern.db import Base, UtcDateTime, now, text_enum
from govern.mail import OutgoingMail
from govern.people.models import Person, User

if TYPE_CHECKING:
    from govern.meetings.models.attendances import MeetingGuest
    from govern.meetings.models.meetings import Meeting
    from govern.meetings.models.supplements import AgendaSupplement


class InviteeKind(StrEnum):
    """As what somebody is invited."""

    HOLDER = "holder"
    DEPUTY = "deputy"
    GUEST = "guest"
    ROLE = "role"

    @property
    def label(self) -> str:
        return {"holder": "Mitglied", "deputy": "Vertretung", "guest": "Gast", "role": "Leitung oder Protokoll"}[
            self.value
        ]


class InvitationAnswer(StrEnum):
    """What somebody answered to an invitation."""

    YES = "yes"
    NO = "no"
    DEPUTY = "deputy"

    @property
    def label(self) -> str:
        return {"yes": "zugesagt", "no": "abgesagt", "deputy": "Vertretung kommt"}[self.value]


class Invitation(Base):
    """The invitation of one person (or shared mailbox) to one meeting: it stays while mails and answers follow."""

    __tablename__ = "invitation"
    __audit__ = {"person_id": "eingeladen", "kind": "eingeladen als", "answer": "Antwort", "revoked_at": "widerrufen"}
    __audit_root__ = ("meeting", "meeting_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    kind: Mapped[InviteeKind] = mapped_column(text_enum(InviteeKind))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    seat_id: Mapped[int | None] = mapped_column(ForeignKey("seat.id"), index=True)
    guest_id: Mapped[int | None] = mapped_column(ForeignKey("meeting_guest.id", ondelete="CASCADE"), index=True)
    stands_in_for_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"), index=True)
    """The refused invitation this deputy was invited for (E-17)."""
    nonce: Mapped[str] = mapped_column(unique=True, insert_sentinel=True)
    """The address to answer at without signing in is derived from it and the secret key."""
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[InvitationAnswer | None] = mapped_column(text_enum(InvitationAnswer))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer_note: Mapped[str | None]
    """A word to the office, e.g. „komme 20 Minuten später"."""
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    """Who noted the answer; None: the invited person by the link of the mail."""
    ical_sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    """SEQUENCE of the last calendar object sent to this invitation; it only rises (B-21)."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    meeting: Mapped[Meeting] = relationship(back_populates="invitations")
    person: Mapped[Person | None] = relationship()
    seat: Mapped[Seat | None] = relationship()
    guest: Mapped[MeetingGuest | None] = relationship()
    stands_in_for: Mapped[Invitation | None] = relationship(remote_side=[id])
    answered_by: Mapped[User | None] = relationship()
    mails: Mapped[list[InvitationMail]] = relationship(
        back_populates="invitation", cascade="all, delete-orphan", order_by="InvitationMail.id"
    )

    __table_args__ = (
        UniqueConstraint("meeting_id", "person_id", "seat_id"),
        Index("ix_invitation_meeting_id", "meeting_id"),
        CheckConstraint("person_id IS NOT NULL OR seat_id IS NOT NULL OR guest_id IS NOT NULL", name="somebody"),
        CheckConstraint("(kind = 'guest') = (guest_id IS NOT NULL)", name="guest_named"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answer_complete"),
    )


class DispatchKind(StrEnum):
    """What a dispatch brings."""

    INVITATION = "invitation"
    SUPPLEMENT = "supplement"
    CHANGE = "change"
    CANCELLATION = "cancellation"
    REMINDER = "reminder"
    MINUTES = "minutes"

    @property
    def label(self) -> str:
        return {
            "invitation": "Einladung",
            "supplement": "Nachtrag",
            "change": "Terminänderung",
            "cancellation": "Absage",
            "reminder": "Erinnerung",
            "minutes": "Protokoll",
        }[self.value]


class TextKind(StrEnum):
    """What a committee may keep words of its own for: every kind of dispatch, and the call for topics."""

    INVITATION = "invitation"
    SUPPLEMENT = "supplement"
    CHANGE = "change"
    CANCELLATION = "cancellation"
    REMINDER = "reminder"
    MINUTES = "minutes"
    TOPIC_CALL = "topic_call"

    @property
    def label(self) -> str:
        return "Aufruf zu Themen" if self is TextKind.TOPIC_CALL else DispatchKind(self.value).label


class Dispatch(Base):
    """One deliberate sending to the invited: proof of what went to whom and when (E-03). Append-only."""

    __tablename__ = "dispatch"
    __audit__ = {"kind": "Versand", "cover_text": "Anschreiben", "sent_at": "versandt"}
    __audit_root__ = ("meeting", "meeting_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), index=True)
    kind: Mapped[DispatchKind] = mapped_column(text_enum(DispatchKind))
    supplement_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_supplement.id"))
    subject: Mapped[str]
    cover_text: Mapped[str] = mapped_column(default="", server_default="")
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    ical_sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    """The meeting's SEQUENCE that the invited know of; a higher one of the meeting has not been told yet."""
    agenda: Mapped[list[dict[str, Any]] | None] = mapped_column(sa.JSON(none_as_null=True))
    """The agenda as it went out (E-04): one object per item, confidential ones marked."""

    meeting: Mapped[Meeting] = relationship(back_populates="dispatches")
    supplement: Mapped[AgendaSupplement | None] = relationship()
    sent_by: Mapped[User | None] = relationship()
    mails: Mapped[list[InvitationMail]] = relationship(back_populates="dispatch", order_by="InvitationMail.id")


class InvitationMail(Base):
    """One mail of a dispatch to one address of one invitation."""

    __tablename__ = "invitation_mail"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatch.id", ondelete="CASCADE"), index=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id", ondelete="CASCADE"), index=True)
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("outgoing_mail.id"), unique=True)
    """None: there is no address; the office hands it over otherwise."""
    is_mailbox: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Sent to the shared mailbox of the function."""

    dispatch: Mapped[Dispatch] = relationship(back_populates="mails")
    invitation: Mapped[Invitation] = relationship(back_populates="mails")
    mail: Mapped[OutgoingMail | None] = relationship()

    __table_args__ = (UniqueConstraint("dispatch_id", "invitation_id", "is_mailbox"),)


class MailText(Base):
    """The committee's own words for a kind of mail; without a row the product's words are used."""

    __tablename__ = "mail_text"
    __audit__ = {
        "kind": "Anlass",
        "subject": "Betreff",
        "text": "Text",
        "informs_deputies": "Vertretungen zur Kenntnis",
        "days_before": "Tage vor der Sitzung",
    }
    __audit_root__ = ("committee", "committee_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id", ondelete="CASCADE"))
    kind: Mapped[TextKind] = mapped_column(text_enum(TextKind))
    subject: Mapped[str | None]
    text: Mapped[str] = mapped_column(default="", server_default="")
    """Empty: the product's words."""
    informs_deputies: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Of the invitation: named deputies get it for information."""
    days_before: Mapped[int | None]
    """Of the reminder: so many days before the meeting it goes out by itself; None: only by hand."""
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    committee: Mapped[Committee] = relationship()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("committee_id", "kind"),
        CheckConstraint("days_before IS NULL OR days_before BETWEEN 1 AND 60", name="days_before_range"),
    )

"""Tables of meetings, their places, roles and moves."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.committees.models import Committee
from govern.db import Base, SortText, UtcDateTime, now, sort_key, text_enum
from govern.people.models import Organisation, Person

if TYPE_CHECKING:
    from govern.meetings.models.agendas import AgendaItem
    from govern.meetings.models.attendances import Attendance, MeetingGuest
    from govern.meetings.models.dates import MeetingSeries
    from govern.meetings.models.invitations import Dispatch, Invitation
    from govern.meetings.models.minutes import MinutesVersion, Objection
    from govern.meetings.models.supplements import AgendaSupplement
    from govern.meetings.models.votes import QuorumFinding


class Place(Base):
    """A room or video link of the kept list."""

    __tablename__ = "place"
    __audit__ = {"name": "Ort", "address": "Anschrift", "video_url": "Videolink"}

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    name: Mapped[str]
    sort_name: Mapped[str] = mapped_column(SortText)
    address: Mapped[str | None]
    video_url: Mapped[str | None]
    note: Mapped[str | None]
    """E.g. access, number of places, who to ask for the key."""
    is_retired: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (UniqueConstraint("body_id", "name"),)


class MeetingMode(StrEnum):
    """Where a meeting takes place (C12)."""

    ON_SITE = "on_site"
    ONLINE = "online"
    MIXED = "mixed"

    @property
    def label(self) -> str:
        return {"on_site": "vor Ort", "online": "online", "mixed": "vor Ort und online"}[self.value]


FEMININE_ENDINGS = ("gruppe", "konferenz", "kommission", "runde", "besprechung", "stelle", "rekonstruktion")
"""Committees whose name goes with „der"; others follow a colon."""


class MeetingState(StrEnum):
    """Life of a meeting. Cancelled may follow every state before `in_session`."""

    PREPARING = "preparing"
    PUBLISHED = "published"
    IN_SESSION = "in_session"
    CLOSED = "closed"
    RELEASED = "released"
    APPROVED = "approved"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return {
            "preparing": "In Vorbereitung",
            "published": "Tagesordnung veröffentlicht",
            "in_session": "Sitzung läuft",
            "closed": "Protokoll im Entwurf",
            "released": "Protokoll freigegeben",
            "approved": "Protokoll genehmigt",
            "cancelled": "Abgesagt",
        }[self.value]


MEETING_TRANSITIONS: dict[MeetingState, frozenset[MeetingState]] = {
    MeetingState.PREPARING: frozenset({MeetingState.PUBLISHED, MeetingState.IN_SESSION, MeetingState.CANCELLED}),
    MeetingState.PUBLISHED: frozenset({MeetingState.IN_SESSION, MeetingState.CANCELLED}),
    MeetingState.IN_SESSION: frozenset({MeetingState.CLOSED}),
    MeetingState.CLOSED: frozenset({MeetingState.RELEASED}),
    MeetingState.RELEASED: frozenset({MeetingState.APPROVED}),
    MeetingState.APPROVED: frozenset(),
    MeetingState.CANCELLED: frozenset(),
}
"""Which state may follow which."""

RELEASED_STATES = (MeetingState.RELEASED, MeetingState.APPROVED)
"""The minutes may be read by the members."""

CLOSED_STATES = (MeetingState.CLOSED, *RELEASED_STATES)
"""Composition, attendance, votes and results are frozen."""


class MinutesApproval(StrEnum):
    """How minutes were approved (E-14)."""

    NEXT_MEETING = "next_meeting"
    SILENCE = "silence"
    CIRCULAR = "circular"

    @property
    def label(self) -> str:
        return {
            "next_meeting": "in einer späteren Sitzung",
            "silence": "durch Ablauf der Einwendungsfrist",
            "circular": "im Umlauf",
        }[self.value]


class Meeting(Base):
    """A Sitzung of a committee."""

    __tablename__ = "meeting"
    __audit__ = {
        "title": "Titel",
        "starts_at": "Beginn",
        "ends_at": "Ende",
        "state": "Stand",
        "mode": "Form",
        "place_id": "Ort",
        "place_note": "Ort (Zusatz)",
        "video_url": "Videolink",
        "is_public": "öffentlich",
        "chair_function": "Leitung",
        "moderator_function": "Moderation",
        "cancellation_reason": "Grund der Absage",
        "deleted_at": "im Papierkorb seit",
        "short_notice_reason": "Grund der verkürzten Ladungsfrist",
        "is_notice_healed": "Ladungsmangel geheilt",
        "minutes_checked_at": "Protokoll geprüft",
        "objections_until": "Einwendungen bis",
        "approved_at": "Protokoll genehmigt",
        "approval": "Genehmigung",
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    number: Mapped[int | None]
    """„9. Sitzung": counted per committee; None for events that do not count."""
    title: Mapped[str | None]
    """Own title where „9. Sitzung der …" does not say it."""
    sort_title: Mapped[str] = mapped_column(SortText, default="", server_default="")
    """Folded name, for the search; filled by the session."""
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    mode: Mapped[MeetingMode] = mapped_column(text_enum(MeetingMode), default=MeetingMode.ON_SITE)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    place_note: Mapped[str | None]
    video_url: Mapped[str | None]
    state: Mapped[MeetingState] = mapped_column(text_enum(MeetingState), default=MeetingState.PREPARING)
    is_public: Mapped[bool] = mapped_column(default=False)
    """Public: every signed-in person may read date, agenda and minutes of its public items."""
    chair_function: Mapped[str | None]
    """Who leads, as a function; the person is in `roles`."""
    moderator_function: Mapped[str | None]
    cancellation_reason: Mapped[str | None]
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the meeting really ended, as the minutes say."""
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """In the trash (Papierkorb) since; only drafts nobody has received get there."""
    invited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """First dispatch of the invitation; from then on the agenda changes only by supplements (E-04)."""
    short_notice_reason: Mapped[str | None]
    """Why the notice period was shortened or missed (E-02); the minutes say it."""
    is_notice_healed: Mapped[bool | None]
    """A missed notice period is healed: all were present and nobody objected (E-02). None: not asked yet."""
    called_item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id", use_alter=True))
    """The item under discussion, as projector and phones show it."""
    series_id: Mapped[int | None] = mapped_column(ForeignKey("meeting_series.id"), index=True)
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    """The municipality a meeting of a tour (Kommunentour) belongs to (C14)."""
    rules_at_closing: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    """The rules of procedure that held, frozen at closing (E-19)."""
    minutes_checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    minutes_checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    """Who checked the draft for the chair."""
    minutes_sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    objections_until: Mapped[date | None]
    """Last day on which members may object to the minutes."""
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approval: Mapped[MinutesApproval | None] = mapped_column(text_enum(MinutesApproval))
    general_minutes: Mapped[str] = mapped_column(default="", server_default="")
    """Minutes text before the first item (Markdown), e.g. the opening."""
    ical_uid: Mapped[str] = mapped_column(unique=True)
    """UID of the calendar entry, stable for the life of the meeting (B-07)."""
    ical_sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    """Rises with every change of time, place or cancellation (B-09)."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    ical_changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    """Last change that a calendar shows; DTSTAMP and LAST-MODIFIED (B-08)."""
    example: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    """Raised by hand in services with every change of the meeting's own facts, for the stale-save check."""

    committee: Mapped[Committee] = relationship()
    place: Mapped[Place | None] = relationship()
    municipality: Mapped[Organisation | None] = relationship()
    series: Mapped[MeetingSeries | None] = relationship(back_populates="meetings")
    items: Mapped[list[AgendaItem]] = relationship(
        back_populates="meeting",
        cascade="all, delete-orphan",
        foreign_keys="AgendaItem.meeting_id",
        order_by="(AgendaItem.position, AgendaItem.id)",
    )
    called_item: Mapped[AgendaItem | None] = relationship(foreign_keys=[called_item_id], post_update=True)
    joint_committees: Mapped[list[JointCommittee]] = relationship(
        back_populates="meeting", cascade="all, delete-orphan", order_by="JointCommittee.id"
    )
    roles: Mapped[list[MeetingRole]] = relationship(
        back_populates="meeting", cascade="all, delete-orphan", order_by="MeetingRole.id"
    )
    moves: Mapped[list[MeetingMove]] = relationship(
        back_populates="meeting", cascade="all, delete-orphan", order_by="MeetingMove.id"
    )
    attendances: Mapped[list[Attendance]] = relationship(
        back_populates="meeting", cascade="all, delete-orphan", order_by="(Attendance.position, Attendance.id)"
    )
    invitations: Mapped[list[Invitation]] = relationship(
        back_populates="meeting", cascade="all, delete-orphan", order_by="Invitation.id"
    )
    dispatches: Mapped[list[Dispatch]] = relationship(
        back_populates="meeting", cascade="all, delete-orphan", order_by="Dispatch.id"
    )
    supplements: Mapped[list[AgendaSupplement]] = relationship(
        back_populates="meeting", cascade="all, delete-orphan", order_by="AgendaSupplement.number"
    )
    quorum_findings: Mapped[list[QuorumFinding]] = relationship(
        back_populates="meeting", cascade="all, delete-orphan", order_by="QuorumFinding.id"
    )
    minutes_versions: Mapped[list[MinutesVersion]] = relationship(
        back_populates="meeting", cascade="all, delete-orphan", order_by="MinutesVersion.number"
    )
    objections: Mapped[list[Objection]] = relationship(
        back_populates="meeting", cascade="all, delete-orphan", order_by="Objection.id"
    )
    guests: Mapped[list[MeetingGuest]] = relationship(
        back_populates="meeting", cascade="all, delete-orphan", order_by="MeetingGuest.id"
    )

    __table_args__ = (
        Index("ix_meeting_committee_id_starts_at", "committee_id", "starts_at"),
        Index("ix_meeting_starts_at", "starts_at"),
        Index("ix_meeting_ends_at", "ends_at"),
        Index(
            "ix_meeting_municipality_id",
            "municipality_id",
            sqlite_where=sa.text("municipality_id IS NOT NULL"),
            postgresql_where=sa.text("municipality_id IS NOT NULL"),
        ),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_at"),
        CheckConstraint("state NOT IN ('closed', 'released', 'approved') OR closed_at IS NOT NULL", name="closed_at"),
        CheckConstraint("state NOT IN ('released', 'approved') OR released_at IS NOT NULL", name="released_at"),
        CheckConstraint("(state = 'approved') = (approved_at IS NOT NULL)", name="approved_at"),
        CheckConstraint("approved_at IS NULL OR approval IS NOT NULL", name="approval_said"),
        CheckConstraint("deleted_at IS NULL OR published_at IS NULL", name="only_drafts_in_trash"),
    )

    @property
    def is_cancelled(self) -> bool:
        return self.state is MeetingState.CANCELLED

    @property
    def is_closed(self) -> bool:
        """Composition, attendance, votes and results are frozen."""
        return self.state in CLOSED_STATES

    @property
    def is_released(self) -> bool:
        """The minutes are for the members; a correction is a visible revision."""
        return self.state in RELEASED_STATES

    @property
    def committees(self) -> list[Committee]:
        """Every committee that meets, the one the meeting belongs to first (E-20)."""
        return [self.committee, *(joint.committee for joint in self.joint_committees)]

    @property
    def video_link(self) -> str | None:
        """Where those who are not in the room join, of the meeting or of its place; None for a meeting on site."""
        if self.mode is MeetingMode.ON_SITE:
            return None
        return self.video_url or (self.place.video_url if self.place is not None else None)

    @property
    def name(self) -> str:
        """„9. Sitzung: Lenkungsgruppe KIM Kreis Düren" or the meeting's own title."""
        if self.title:
            return self.title
        return f"{self.number}. Sitzung" if self.number else "Sitzung"

    @property
    def full_name(self) -> str:
        """„9. Sitzung der Lenkungsgruppe KIM", or the own title: the heading of pages and papers."""
        if self.title:
            return self.title
        committee = self.committee.name
        first_word = committee.split(" ", 1)[0].casefold()
        return f"{self.name} der {committee}" if first_word.endswith(FEMININE_ENDINGS) else f"{self.name}: {committee}"


class JointCommittee(Base):
    """A further committee of a joint meeting; quorum and votes are counted for each committee apart (E-20)."""

    __tablename__ = "joint_committee"
    __audit__ = {"committee_id": "weiteres Gremium"}
    __audit_root__ = ("meeting", "meeting_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"), index=True)

    meeting: Mapped[Meeting] = relationship(back_populates="joint_committees")
    committee: Mapped[Committee] = relationship()

    __table_args__ = (UniqueConstraint("meeting_id", "committee_id"),)


class MeetingMove(Base):
    """A meeting was moved: the old date stays visible."""

    __tablename__ = "meeting_move"
    __audit__ = {"old_starts_at": "bisheriger Beginn", "reason": "Grund"}
    __audit_root__ = ("meeting", "meeting_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), index=True)
    old_starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    old_ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str | None]
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    meeting: Mapped[Meeting] = relationship(back_populates="moves")


class MeetingRoleKind(StrEnum):
    """Three separate roles of a meeting (C8)."""

    CHAIR = "chair"
    MODERATOR = "moderator"
    MINUTE_TAKER = "minute_taker"

    @property
    def label(self) -> str:
        return {"chair": "Leitung", "moderator": "Moderation", "minute_taker": "Protokollführung"}[self.value]


class MeetingRole(Base):
    """A person in a role of one meeting; minute-takers may minute it."""

    __tablename__ = "meeting_role"
    __audit__ = {"person_id": "Person", "kind": "Aufgabe"}
    __audit_root__ = ("meeting", "meeting_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[MeetingRoleKind] = mapped_column(text_enum(MeetingRoleKind))

    meeting: Mapped[Meeting] = relationship(back_populates="roles")
    person: Mapped[Person] = relationship()

    __table_args__ = (
        UniqueConstraint("meeting_id", "person_id", "kind"),
        Index("ix_meeting_role_person_id", "person_id"),
    )


@sa.event.listens_for(Meeting, "before_insert")
@sa.event.listens_for(Meeting, "before_update")
def _set_meeting_sort_title(_mapper: Any, _connection: Any, meeting: Meeting) -> None:
    meeting.sort_title = sort_key(meeting.name)

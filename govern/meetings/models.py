"""Tables of meetings, agendas, topics, papers, attendance, resolutions and minutes."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.committees.models import Committee, Seat, Voting
from govern.db import Base, SortText, UtcDateTime, now, sort_key, text_enum
from govern.people.models import Organisation, Person, User


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
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return {
            "preparing": "In Vorbereitung",
            "published": "Tagesordnung veröffentlicht",
            "in_session": "Sitzung läuft",
            "closed": "Protokoll im Entwurf",
            "released": "Protokoll freigegeben",
            "cancelled": "Abgesagt",
        }[self.value]


MEETING_TRANSITIONS: dict[MeetingState, frozenset[MeetingState]] = {
    MeetingState.PREPARING: frozenset({MeetingState.PUBLISHED, MeetingState.IN_SESSION, MeetingState.CANCELLED}),
    MeetingState.PUBLISHED: frozenset({MeetingState.IN_SESSION, MeetingState.CANCELLED}),
    MeetingState.IN_SESSION: frozenset({MeetingState.CLOSED}),
    MeetingState.CLOSED: frozenset({MeetingState.RELEASED}),
    MeetingState.RELEASED: frozenset(),
    MeetingState.CANCELLED: frozenset(),
}
"""Which state may follow which."""


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
    items: Mapped[list[AgendaItem]] = relationship(
        back_populates="meeting", cascade="all, delete-orphan", order_by="(AgendaItem.position, AgendaItem.id)"
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
    guests: Mapped[list[MeetingGuest]] = relationship(
        back_populates="meeting", cascade="all, delete-orphan", order_by="MeetingGuest.id"
    )

    __table_args__ = (
        Index("ix_meeting_committee_id_starts_at", "committee_id", "starts_at"),
        Index("ix_meeting_starts_at", "starts_at"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_at"),
        CheckConstraint("state NOT IN ('closed', 'released') OR closed_at IS NOT NULL", name="closed_at"),
        CheckConstraint("state <> 'released' OR released_at IS NOT NULL", name="released_at"),
        CheckConstraint("deleted_at IS NULL OR published_at IS NULL", name="only_drafts_in_trash"),
    )

    @property
    def is_cancelled(self) -> bool:
        return self.state is MeetingState.CANCELLED

    @property
    def is_closed(self) -> bool:
        """Composition, attendance, votes and results are frozen."""
        return self.state in (MeetingState.CLOSED, MeetingState.RELEASED)

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


class ItemKind(StrEnum):
    """What an agenda item is for."""

    REPORT = "report"
    DISCUSSION = "discussion"
    DECISION = "decision"

    @property
    def label(self) -> str:
        return {"report": "Bericht", "discussion": "Beratung", "decision": "Beschluss"}[self.value]


class ItemResult(StrEnum):
    """What became of an agenda item; closing demands one for each."""

    DECIDED = "decided"
    REJECTED = "rejected"
    POSTPONED = "postponed"
    REFERRED = "referred"
    NOTED = "noted"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {
            "decided": "beschlossen",
            "rejected": "abgelehnt",
            "postponed": "vertagt",
            "referred": "verwiesen",
            "noted": "zur Kenntnis genommen",
            "withdrawn": "zurückgezogen",
        }[self.value]


class AgendaItem(Base):
    """An item of the agenda (TOP). Numbers are worked out from order, sub-items and publicity."""

    __tablename__ = "agenda_item"
    __audit__ = {
        "title": "Titel",
        "kind": "Art",
        "is_public": "öffentlich",
        "parent_id": "Unterpunkt von",
        "position": "Reihenfolge",
        "planned_minutes": "Minuten",
        "description": "Erläuterung",
        "proposed_resolution": "Beschlussvorschlag",
        "minutes_text": "Protokolltext",
        "result": "Ergebnis",
        "referred_to_id": "verwiesen an",
        "rapporteur_seat_id": "Berichterstattung (Sitz)",
        "rapporteur_person_id": "Berichterstattung (Person)",
        "rapporteur_guest_id": "Berichterstattung (Gast)",
    }
    __audit_root__ = ("meeting", "meeting_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    """Order among the items of the same parent, public and confidential together."""
    kind: Mapped[ItemKind] = mapped_column(text_enum(ItemKind))
    title: Mapped[str]
    sort_title: Mapped[str] = mapped_column(SortText, default="", server_default="")
    """Folded title, for the search; filled by the session."""
    description: Mapped[str] = mapped_column(default="", server_default="")
    """Markdown."""
    proposed_resolution: Mapped[str] = mapped_column(default="", server_default="")
    """Beschlussvorschlag (Markdown, C7)."""
    internal_note: Mapped[str] = mapped_column(default="", server_default="")
    """For chair, office and coordination only; never recorded in the history."""
    is_public: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    """False: „nicht öffentlich", numbered N 1 …, only for seat holders, attending deputies, office, coordination."""
    planned_minutes: Mapped[int | None]
    rapporteur_seat_id: Mapped[int | None] = mapped_column(ForeignKey("seat.id"))
    rapporteur_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    rapporteur_guest_id: Mapped[int | None] = mapped_column(ForeignKey("meeting_guest.id", use_alter=True))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"), index=True)
    standing_item_id: Mapped[int | None] = mapped_column(ForeignKey("standing_item.id", ondelete="SET NULL"))
    predecessor_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    """The item of an earlier meeting it carries on."""
    minutes_text: Mapped[str] = mapped_column(default="", server_default="")
    """What the minutes say (Markdown); a draft until release."""
    minutes_version: Mapped[int] = mapped_column(default=0, server_default="0")
    """Rises with every save of the minutes text; a stale one is a conflict."""
    result: Mapped[ItemResult | None] = mapped_column(text_enum(ItemResult))
    referred_to_id: Mapped[int | None] = mapped_column(ForeignKey("committee.id"))
    result_note: Mapped[str | None]
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the item was called up in the meeting."""
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    frozen_number: Mapped[str | None]
    """Number as minuted, set at closing."""
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    """Raised by hand in services with every change of what the agenda says, for the stale-save check."""

    meeting: Mapped[Meeting] = relationship(back_populates="items")
    parent: Mapped[AgendaItem | None] = relationship(
        remote_side=[id], foreign_keys=[parent_id], back_populates="sub_items"
    )
    sub_items: Mapped[list[AgendaItem]] = relationship(
        back_populates="parent", foreign_keys=[parent_id], order_by="(AgendaItem.position, AgendaItem.id)"
    )
    predecessor: Mapped[AgendaItem | None] = relationship(remote_side=[id], foreign_keys=[predecessor_id])
    rapporteur_seat: Mapped[Seat | None] = relationship()
    rapporteur_person: Mapped[Person | None] = relationship()
    rapporteur_guest: Mapped[MeetingGuest | None] = relationship(foreign_keys=[rapporteur_guest_id])
    referred_to: Mapped[Committee | None] = relationship()
    topic: Mapped[Topic | None] = relationship(back_populates="items")
    papers: Mapped[list[Paper]] = relationship(
        back_populates="item", order_by="(Paper.position, Paper.id)", cascade="all, delete-orphan"
    )
    resolutions: Mapped[list[Resolution]] = relationship(
        back_populates="item", order_by="Resolution.id", cascade="all, delete-orphan"
    )
    revisions: Mapped[list[MinutesRevision]] = relationship(
        back_populates="item", order_by="MinutesRevision.number", cascade="all, delete-orphan"
    )

    __table_args__ = (
        Index("ix_agenda_item_meeting_id", "meeting_id"),
        CheckConstraint("length(trim(title)) > 0", name="title_not_blank"),
        CheckConstraint("planned_minutes IS NULL OR planned_minutes BETWEEN 0 AND 600", name="planned_minutes_range"),
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_its_own_parent"),
        CheckConstraint(
            "result <> 'referred' OR referred_to_id IS NOT NULL OR result_note IS NOT NULL", name="referral_named"
        ),
    )


class StandingItem(Base):
    """An item every agenda of the committee starts with (Standard-TOP)."""

    __tablename__ = "standing_item"
    __audit__ = {
        "title": "Titel",
        "kind": "Art",
        "position": "Reihenfolge",
        "planned_minutes": "Minuten",
        "at_end": "am Ende",
        "is_public": "öffentlich",
    }
    __audit_root__ = ("committee", "committee_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    at_end: Mapped[bool] = mapped_column(default=False)
    """Placed after the other items, e.g. „Verschiedenes"."""
    title: Mapped[str]
    kind: Mapped[ItemKind] = mapped_column(text_enum(ItemKind))
    planned_minutes: Mapped[int | None]
    is_public: Mapped[bool] = mapped_column(default=True)
    is_retired: Mapped[bool] = mapped_column(default=False)

    committee: Mapped[Committee] = relationship()

    __table_args__ = (CheckConstraint("length(trim(title)) > 0", name="title_not_blank"),)


class TopicInput(StrEnum):
    """Kind of input a topic brings (domain.md 3.7)."""

    MEMBER_REPORT = "member_report"
    NEED_OR_GAP = "need_or_gap"
    BUNDLED_GAPS = "bundled_gaps"
    WORKING_GROUP_PROPOSAL = "working_group_proposal"
    DECISION_PAPER = "decision_paper"
    WORKING_GROUP_RESULT = "working_group_result"
    BIG_TOPIC = "big_topic"
    MEMBER_TOPIC = "member_topic"
    EXPERT_INPUT = "expert_input"
    LAW_CHANGE = "law_change"
    CONCEPT_VERSION = "concept_version"
    NEW_SUBGROUP = "new_subgroup"
    MEMBERSHIP_CHANGE = "membership_change"
    FOLLOW_UP = "follow_up"
    EVALUATION = "evaluation"

    @property
    def label(self) -> str:
        return {
            "member_report": "Bericht über die Umsetzung",
            "need_or_gap": "Handlungsbedarf oder Lücke",
            "bundled_gaps": "gebündelte Bedarfe",
            "working_group_proposal": "Vorschlag einer Arbeitsgruppe",
            "decision_paper": "Entscheidungsvorlage",
            "working_group_result": "Ergebnis einer Arbeitsgruppe",
            "big_topic": "großes Thema aus dem Case-Management",
            "member_topic": "Beratungsthema eines Mitglieds",
            "expert_input": "Fachbeitrag",
            "law_change": "Gesetzesänderung, Verfahren",
            "concept_version": "Konzept, Fortschreibung",
            "new_subgroup": "Einrichtung einer Untergruppe",
            "membership_change": "weitere Mitglieder",
            "follow_up": "Stand der Arbeitsaufträge",
            "evaluation": "Überprüfung der Umsetzung",
        }[self.value]


class TopicState(StrEnum):
    """Where a topic stands."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    DONE = "done"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {
            "proposed": "vorgeschlagen",
            "accepted": "angenommen",
            "scheduled": "auf der Tagesordnung",
            "done": "behandelt",
            "returned": "zurückgegeben",
            "withdrawn": "zurückgezogen",
        }[self.value]


class Topic(Base):
    """A proposed subject in the topic store (Themenspeicher) of a committee (C3)."""

    __tablename__ = "topic"
    __audit__ = {
        "title": "Titel",
        "committee_id": "Gremium",
        "purpose": "Worum es geht",
        "wished_outcome": "gewünschtes Ergebnis",
        "state": "Stand",
        "state_reason": "Begründung",
        "input_kind": "Art des Eingangs",
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    title: Mapped[str]
    purpose: Mapped[str] = mapped_column(default="", server_default="")
    wished_outcome: Mapped[str] = mapped_column(default="", server_default="")
    input_kind: Mapped[TopicInput] = mapped_column(text_enum(TopicInput), default=TopicInput.MEMBER_TOPIC)
    wished_kind: Mapped[ItemKind] = mapped_column(text_enum(ItemKind), default=ItemKind.DISCUSSION)
    planned_minutes: Mapped[int | None]
    is_public: Mapped[bool] = mapped_column(default=True)
    state: Mapped[TopicState] = mapped_column(text_enum(TopicState), default=TopicState.PROPOSED)
    state_reason: Mapped[str | None]
    """Why it was returned or moved; the proposer reads it."""
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    proposed_for_seat_id: Mapped[int | None] = mapped_column(ForeignKey("seat.id"))
    moved_from_id: Mapped[int | None] = mapped_column(ForeignKey("committee.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    committee: Mapped[Committee] = relationship(foreign_keys=[committee_id])
    moved_from: Mapped[Committee | None] = relationship(foreign_keys=[moved_from_id])
    proposed_by: Mapped[User | None] = relationship()
    proposed_for_seat: Mapped[Seat | None] = relationship()
    items: Mapped[list[AgendaItem]] = relationship(back_populates="topic", order_by="AgendaItem.id")
    papers: Mapped[list[Paper]] = relationship(
        back_populates="topic", order_by="(Paper.position, Paper.id)", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        Index("ix_topic_committee_id_state", "committee_id", "state"),
        CheckConstraint("length(trim(title)) > 0", name="title_not_blank"),
        CheckConstraint("planned_minutes IS NULL OR planned_minutes BETWEEN 0 AND 600", name="planned_minutes_range"),
    )


class PaperKind(StrEnum):
    """Kinds of paper."""

    PAPER = "paper"
    DECISION_PAPER = "decision_paper"
    TABLE_PAPER = "table_paper"

    @property
    def label(self) -> str:
        return {"paper": "Unterlage", "decision_paper": "Entscheidungsvorlage", "table_paper": "Tischvorlage"}[
            self.value
        ]


class Paper(Base):
    """A file attached to an item or a topic (Unterlage). It lies outside the web root under a random name (D-15)."""

    __tablename__ = "paper"
    __audit__ = {"title": "Unterlage", "kind": "Art", "file_name": "Datei", "withdrawn_at": "zurückgezogen"}
    __audit_root__ = ("meeting", "meeting_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    kind: Mapped[PaperKind] = mapped_column(text_enum(PaperKind), default=PaperKind.PAPER)
    title: Mapped[str]
    file_name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    """Bytes."""
    sha256: Mapped[str]
    stored_name: Mapped[str] = mapped_column(unique=True)
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    uploaded_by_guest_id: Mapped[int | None] = mapped_column(ForeignKey("meeting_guest.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    item: Mapped[AgendaItem | None] = relationship(back_populates="papers")
    topic: Mapped[Topic | None] = relationship(back_populates="papers")
    uploaded_by: Mapped[User | None] = relationship()

    __table_args__ = (
        CheckConstraint("item_id IS NOT NULL OR topic_id IS NOT NULL", name="attached"),
        CheckConstraint("size > 0", name="size_positive"),
        Index("ix_paper_item_id", "item_id"),
        Index("ix_paper_topic_id", "topic_id"),
    )

    @property
    def meeting_id(self) -> int | None:
        """The meeting of its item, if it has one."""
        return self.item.meeting_id if self.item else None

    @property
    def is_public(self) -> bool:
        """As public as its item or topic."""
        owner = self.item or self.topic
        return owner.is_public if owner else False


class AttendanceState(StrEnum):
    """How a seat attended."""

    PRESENT = "present"
    DEPUTY = "deputy"
    EXCUSED = "excused"
    ABSENT = "absent"

    @property
    def label(self) -> str:
        return {"present": "anwesend", "deputy": "Vertretung", "excused": "entschuldigt", "absent": "abwesend"}[
            self.value
        ]

    @property
    def in_the_room(self) -> bool:
        return self in (AttendanceState.PRESENT, AttendanceState.DEPUTY)


class Attendance(Base):
    """One seat at one meeting (C16): one row per person of the seat. Labels are frozen at closing."""

    __tablename__ = "attendance"
    __audit__ = {"state": "Anwesenheit", "person_id": "Person", "deputy_name": "Vertretung"}
    __audit_root__ = ("meeting", "meeting_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"))
    place_in_seat: Mapped[int] = mapped_column(default=1, server_default="1")
    """1 … n for seats held by several persons."""
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Holder of the seat on the day, or the deputy who came; None while the seat is vacant."""
    state: Mapped[AttendanceState | None] = mapped_column(text_enum(AttendanceState))
    """None: not recorded yet."""
    deputy_name: Mapped[str | None]
    """Who came as deputy, where no named deputy did."""
    arrived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seat_label: Mapped[str | None]
    group_label: Mapped[str | None]
    holder_label: Mapped[str | None]
    voting: Mapped[Voting | None] = mapped_column(text_enum(Voting))
    """Right to vote on the day, frozen at closing."""

    meeting: Mapped[Meeting] = relationship(back_populates="attendances")
    seat: Mapped[Seat] = relationship()
    person: Mapped[Person | None] = relationship()

    __table_args__ = (
        UniqueConstraint("meeting_id", "seat_id", "place_in_seat"),
        Index("ix_attendance_person_id", "person_id"),
        CheckConstraint("left_at IS NULL OR arrived_at IS NULL OR left_at >= arrived_at", name="left_after_arrival"),
    )


class MeetingGuest(Base):
    """A guest of one meeting and its items: no seat, no vote, a personal expiring link (C13)."""

    __tablename__ = "meeting_guest"
    __audit__ = {"name": "Gast", "organisation_name": "Institution", "reason": "Anlass", "revoked_at": "widerrufen"}
    __audit_root__ = ("meeting", "meeting_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    function: Mapped[str | None]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    organisation_name: Mapped[str | None]
    email: Mapped[str | None]
    reason: Mapped[str | None]
    nonce: Mapped[str] = mapped_column(unique=True)
    """The link is derived from it and the secret key."""
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attended: Mapped[bool | None]

    meeting: Mapped[Meeting] = relationship(back_populates="guests")
    organisation: Mapped[Organisation | None] = relationship()
    items: Mapped[list[AgendaItem]] = relationship(secondary="meeting_guest_item", order_by="AgendaItem.position")

    __table_args__ = (CheckConstraint("length(trim(name)) > 0", name="name_not_blank"),)


meeting_guest_item = sa.Table(
    "meeting_guest_item",
    Base.metadata,
    sa.Column("guest_id", sa.ForeignKey("meeting_guest.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("item_id", sa.ForeignKey("agenda_item.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class ResolutionOutcome(StrEnum):
    """How a resolution came about (C10)."""

    CONSENSUS = "consensus"
    UNANIMOUS = "unanimous"
    MAJORITY = "majority"
    COUNTED = "counted"

    @property
    def label(self) -> str:
        return {
            "consensus": "einvernehmlich",
            "unanimous": "einstimmig",
            "majority": "mehrheitlich",
            "counted": "gezählt",
        }[self.value]


class Resolution(Base):
    """A Beschluss: taken at an item of a meeting, numbered gap-free per committee and year at closing (E-21)."""

    __tablename__ = "resolution"
    __audit__ = {
        "text": "Beschlusstext",
        "outcome": "Abstimmung",
        "is_adopted": "angenommen",
        "votes_yes": "Ja",
        "votes_no": "Nein",
        "votes_abstain": "Enthaltung",
        "proviso": "Vorbehalt",
        "number": "Nummer",
        "cancelled_at": "aufgehoben",
    }
    __audit_root__ = ("meeting", "meeting_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))
    """None for resolutions recorded from before the product was used."""
    text: Mapped[str]
    """Markdown."""
    sort_text: Mapped[str] = mapped_column(SortText, default="")
    """Folded text and subject, for the search of the register."""
    outcome: Mapped[ResolutionOutcome] = mapped_column(text_enum(ResolutionOutcome))
    is_adopted: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    votes_yes: Mapped[int | None]
    votes_no: Mapped[int | None]
    votes_abstain: Mapped[int | None]
    proviso: Mapped[str | None]
    """Condition, shown wherever the resolution is cited (C11)."""
    resolved_on: Mapped[date]
    is_public: Mapped[bool] = mapped_column(default=True)
    year: Mapped[int | None]
    sequence_number: Mapped[int | None]
    number: Mapped[str | None] = mapped_column(unique=True)
    """„LG-B-2026-07", given at closing; None: „vorläufig". Without a sequence number: as it stands on old paper."""
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancellation_reason: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    committee: Mapped[Committee] = relationship()
    item: Mapped[AgendaItem | None] = relationship(back_populates="resolutions")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("committee_id", "year", "sequence_number"),
        Index("ix_resolution_item_id", "item_id"),
        Index("ix_resolution_resolved_on", "resolved_on"),
        CheckConstraint("length(trim(text)) > 0", name="text_not_blank"),
        CheckConstraint(
            "outcome <> 'counted' OR (votes_yes IS NOT NULL AND votes_no IS NOT NULL AND votes_abstain IS NOT NULL)",
            name="counted_has_votes",
        ),
        CheckConstraint(
            "coalesce(votes_yes, 0) >= 0 AND coalesce(votes_no, 0) >= 0 AND coalesce(votes_abstain, 0) >= 0",
            name="votes_not_negative",
        ),
        CheckConstraint("sequence_number IS NULL OR (number IS NOT NULL AND year IS NOT NULL)", name="number_complete"),
    )

    @property
    def meeting_id(self) -> int | None:
        """The meeting of its item, if it has one."""
        return self.item.meeting_id if self.item else None


class MinutesRevision(Base):
    """A correction of released minutes: what stood there, what stands there now, and why. Append-only."""

    __tablename__ = "minutes_revision"
    __audit__ = {"reason": "Grund der Berichtigung"}
    __audit_root__ = ("meeting", "meeting_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id", ondelete="CASCADE"))
    number: Mapped[int]
    old_text: Mapped[str]
    new_text: Mapped[str]
    reason: Mapped[str]
    revised_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    revised_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    item: Mapped[AgendaItem] = relationship(back_populates="revisions")
    revised_by: Mapped[User | None] = relationship()

    __table_args__ = (
        UniqueConstraint("item_id", "number"),
        CheckConstraint("length(trim(reason)) > 0", name="reason_not_blank"),
    )

    @property
    def meeting_id(self) -> int:
        """The meeting of its item."""
        return self.item.meeting_id

    @property
    def is_public(self) -> bool:
        """As public as its item."""
        return self.item.is_public


class ConflictingText(Base):
    """A minutes text that came too late to be saved: kept, shown and merged by hand, so that no words are lost."""

    __tablename__ = "conflicting_text"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id", ondelete="CASCADE"), index=True)
    text: Mapped[str]
    based_on_version: Mapped[int]
    typed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    typed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    item: Mapped[AgendaItem] = relationship()
    typed_by: Mapped[User | None] = relationship()


@sa.event.listens_for(Meeting, "before_insert")
@sa.event.listens_for(Meeting, "before_update")
def _set_meeting_sort_title(_mapper: Any, _connection: Any, meeting: Meeting) -> None:
    meeting.sort_title = sort_key(meeting.name)


@sa.event.listens_for(AgendaItem, "before_insert")
@sa.event.listens_for(AgendaItem, "before_update")
def _set_item_sort_title(_mapper: Any, _connection: Any, item: AgendaItem) -> None:
    item.sort_title = sort_key(item.title)

"""Tables of agenda items and standing items."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.committees.models import Committee, Seat
from govern.db import Base, UtcDateTime, text_enum
from govern.people.models import Person

if TYPE_CHECKING:
    from govern.meetings.models.attendances import MeetingGuest
    from govern.meetings.models.meetings import Meeting
    from govern.meetings.models.minutes import MinutesRevision
    from govern.meetings.models.papers import Paper
    from govern.meetings.models.resolutions import Resolution
    from govern.meetings.models.supplements import AgendaChange, AgendaSupplement
    from govern.meetings.models.topics import Topic
    from govern.meetings.models.votes import Recusal


class ItemKind(StrEnum):
    """What an agenda item is for."""

    REPORT = "report"
    DISCUSSION = "discussion"
    DECISION = "decision"

    @property
    def label(self) -> str:
        return {"report": "Bericht", "discussion": "Beratung", "decision": "Beschluss"}[self.value]

    def said_of(self, rapporteur: str) -> str:
        """Who reports, after the word for this kind: „Bericht“ is not said twice."""
        return f"durch: {rapporteur}" if self is ItemKind.REPORT else f"Bericht: {rapporteur}"


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


class ItemPurpose(StrEnum):
    """Items that fill themselves."""

    MEMBER_REPORTS = "member_reports"
    RESOLUTION_TRACKING = "resolution_tracking"
    MINUTES_APPROVAL = "minutes_approval"

    @property
    def label(self) -> str:
        return {
            "member_reports": "Berichte der Mitglieder",
            "resolution_tracking": "Beschlusskontrolle",
            "minutes_approval": "Genehmigung des Protokolls",
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
        "has_consent": "Zustimmung zur Behandlung",
        "consent_note": "Zustimmung (Anmerkung)",
        "is_second_call": "zweite Sitzung zum selben Punkt",
    }
    __audit_root__ = ("meeting", "meeting_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    """Order among the items of the same parent, public and confidential together."""
    kind: Mapped[ItemKind] = mapped_column(text_enum(ItemKind))
    title: Mapped[str]
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
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    standing_item_id: Mapped[int | None] = mapped_column(ForeignKey("standing_item.id", ondelete="SET NULL"))
    predecessor_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))
    """The item of an earlier meeting it carries on."""
    purpose: Mapped[ItemPurpose | None] = mapped_column(text_enum(ItemPurpose))
    """Set where the item fills itself, e.g. the Beschlusskontrolle (D4)."""
    approves_meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))
    """The meeting whose minutes are up for approval at this item."""
    supplement_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_supplement.id"), index=True)
    """The supplement that brought it onto a frozen agenda (E-04)."""
    has_consent: Mapped[bool | None]
    """Whether the committee agreed to treat a late topic, an urgent item or a table paper (E-05); None: not asked."""
    consent_note: Mapped[str | None]
    is_second_call: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """The predecessor failed for want of a quorum, and the invitation says that now the number does not matter."""
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

    meeting: Mapped[Meeting] = relationship(back_populates="items", foreign_keys=[meeting_id])
    approves_meeting: Mapped[Meeting | None] = relationship(foreign_keys=[approves_meeting_id])
    supplement: Mapped[AgendaSupplement | None] = relationship(back_populates="items")
    changes: Mapped[list[AgendaChange]] = relationship(viewonly=True, order_by="AgendaChange.id")
    """Lines of supplements about it; written through the supplement."""
    tracking: Mapped[list[TrackingEntry]] = relationship(
        back_populates="item", cascade="all, delete-orphan", order_by="TrackingEntry.position"
    )
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
    topic: Mapped[Topic | None] = relationship(back_populates="items", foreign_keys=[topic_id])
    papers: Mapped[list[Paper]] = relationship(
        back_populates="item", order_by="(Paper.position, Paper.id)", cascade="all, delete-orphan"
    )
    resolutions: Mapped[list[Resolution]] = relationship(
        back_populates="item",
        foreign_keys="Resolution.item_id",
        order_by="Resolution.id",
        cascade="all, delete-orphan",
    )
    recusals: Mapped[list[Recusal]] = relationship(
        back_populates="item", cascade="all, delete-orphan", order_by="Recusal.id"
    )
    revisions: Mapped[list[MinutesRevision]] = relationship(
        back_populates="item", order_by="MinutesRevision.number", cascade="all, delete-orphan"
    )

    __table_args__ = (
        Index("ix_agenda_item_meeting_id", "meeting_id"),
        # Most items have none of these: without the many NULLs SQLite knows that the index is worth using.
        *(
            Index(
                f"ix_agenda_item_{name}",
                name,
                sqlite_where=sa.column(name).is_not(None),
                postgresql_where=sa.column(name).is_not(None),
            )
            for name in ("topic_id", "predecessor_id", "approves_meeting_id")
        ),
        CheckConstraint("length(trim(title)) > 0", name="title_not_blank"),
        CheckConstraint("planned_minutes IS NULL OR planned_minutes BETWEEN 0 AND 600", name="planned_minutes_range"),
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_its_own_parent"),
        CheckConstraint("approves_meeting_id IS NULL OR approves_meeting_id <> meeting_id", name="not_its_own_minutes"),
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
    purpose: Mapped[ItemPurpose | None] = mapped_column(text_enum(ItemPurpose))
    planned_minutes: Mapped[int | None]
    is_public: Mapped[bool] = mapped_column(default=True)
    is_retired: Mapped[bool] = mapped_column(default=False)

    committee: Mapped[Committee] = relationship()

    __table_args__ = (CheckConstraint("length(trim(title)) > 0", name="title_not_blank"),)


class TrackingLight(StrEnum):
    """The traffic light of the Beschlusskontrolle; always shown with its word."""

    ON_TIME = "on_time"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    DONE = "done"
    NO_DATE = "no_date"

    @property
    def label(self) -> str:
        return {
            "on_time": "im Plan",
            "due_soon": "bald fällig",
            "overdue": "überfällig",
            "done": "erledigt",
            "no_date": "ohne Frist",
        }[self.value]


class TrackingEntry(Base):
    """A line of the Beschlusskontrolle as it stood when the meeting was closed (D4). Append-only."""

    __tablename__ = "tracking_entry"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id", ondelete="CASCADE"))
    position: Mapped[int]
    resolution_id: Mapped[int | None] = mapped_column(ForeignKey("resolution.id"))
    work_order_id: Mapped[int | None]
    """No foreign key: work orders lie above this package."""
    number: Mapped[str | None]
    text: Mapped[str]
    responsible: Mapped[str | None]
    due_on: Mapped[date | None]
    light: Mapped[TrackingLight] = mapped_column(text_enum(TrackingLight))
    state_text: Mapped[str]
    """Where it stood, in words."""
    last_word: Mapped[str | None]
    """The latest note of progress, or the reason for the delay."""
    is_public: Mapped[bool] = mapped_column(default=True, server_default=sa.true())

    item: Mapped[AgendaItem] = relationship(back_populates="tracking")

    __table_args__ = (UniqueConstraint("item_id", "position"),)

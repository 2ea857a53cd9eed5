"""Tables of gap reports (Lückenmeldungen): what was chosen, what was written, what of it was released, what happened.

The words of the author lie in a table of their own, which only the author and the coordination read; what others read
is a release made by the coordination. Nothing here goes into the general audit trail, which would name the author to
the administration: a report keeps its own history, where everybody appears by function.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.actions.models.vocabularies import ChainPlace, Frequency, GapKind
from govern.committees.models import Committee
from govern.db import Base, UtcDateTime, now, text_enum
from govern.people.models import Body, Organisation, User

if TYPE_CHECKING:
    from govern.actions.models.matters import Matter


class ReportSource(StrEnum):
    """Where a report comes from (E1, E2, E3, E10)."""

    CASE_WORK = "case_work"
    MUNICIPALITY = "municipality"
    WORKING_CIRCLE = "working_circle"
    CASE_RECONSTRUCTION = "case_reconstruction"

    @property
    def label(self) -> str:
        return {
            "case_work": "Fallarbeit",
            "municipality": "Kommune oder Institution",
            "working_circle": "Arbeitskreis",
            "case_reconstruction": "Fallrekonstruktion",
        }[self.value]


class ReportState(StrEnum):
    """Where a report stands."""

    RECEIVED = "received"
    ASSIGNED = "assigned"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {
            "received": "eingegangen",
            "assigned": "einer Lücke zugeordnet",
            "declined": "nicht weiterverfolgt",
            "withdrawn": "zurückgezogen",
        }[self.value]


REPORT_TRANSITIONS: dict[ReportState, frozenset[ReportState]] = {
    ReportState.RECEIVED: frozenset({ReportState.ASSIGNED, ReportState.DECLINED, ReportState.WITHDRAWN}),
    ReportState.ASSIGNED: frozenset({ReportState.RECEIVED, ReportState.WITHDRAWN}),
    ReportState.DECLINED: frozenset({ReportState.RECEIVED, ReportState.WITHDRAWN}),
    ReportState.WITHDRAWN: frozenset(),
}
"""Which state may follow which."""


class ConfirmReason(StrEnum):
    """Why an author sends a text in which the guard found something."""

    OFFICE = "office"
    NOBODY = "nobody"
    GENERAL = "general"

    @property
    def label(self) -> str:
        return {
            "office": "Gemeint ist eine Stelle, ein Angebot oder ein Ort, kein Mensch.",
            "nobody": "Ich habe es geprüft: Niemand ist daran zu erkennen.",
            "general": "Es ist eine allgemeine Angabe, zum Beispiel die Nummer einer Behörde.",
        }[self.value]


class GapReport(Base):
    """A Lückenmeldung: what was chosen from lists, and where it stands. It holds no text of the author."""

    __tablename__ = "gap_report"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    number: Mapped[str] = mapped_column(unique=True)
    """The reference: „M-2026-118"."""
    year: Mapped[int]
    sequence_number: Mapped[int]
    source: Mapped[ReportSource] = mapped_column(text_enum(ReportSource))
    state: Mapped[ReportState] = mapped_column(text_enum(ReportState), default=ReportState.RECEIVED)
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    """Known to the author and the coordination only."""
    author_function: Mapped[str]
    """The author's function on that day; as secret as the author."""
    committee_id: Mapped[int | None] = mapped_column(ForeignKey("committee.id"))
    """The Arbeitskreis or local body it belongs to (E3, E16)."""
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    """Where it was met; None: in several or all of them."""
    action_field: Mapped[str]
    legal_area_from: Mapped[str | None]
    legal_area_to: Mapped[str | None]
    target_group: Mapped[str | None]
    gap_kind: Mapped[GapKind] = mapped_column(text_enum(GapKind))
    chain_place: Mapped[ChainPlace | None] = mapped_column(text_enum(ChainPlace))
    frequency: Mapped[Frequency] = mapped_column(text_enum(Frequency))
    matter_id: Mapped[int | None] = mapped_column(ForeignKey("matter.id"))
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    body: Mapped[Body] = relationship()
    author: Mapped[User | None] = relationship()
    committee: Mapped[Committee | None] = relationship()
    municipality: Mapped[Organisation | None] = relationship()
    matter: Mapped[Matter | None] = relationship(back_populates="reports")
    texts: Mapped[list[ReportText]] = relationship(
        back_populates="report", cascade="all, delete-orphan", order_by="ReportText.number"
    )
    releases: Mapped[list[ReportRelease]] = relationship(
        back_populates="report", cascade="all, delete-orphan", order_by="ReportRelease.number"
    )
    events: Mapped[list[ReportEvent]] = relationship(
        back_populates="report", cascade="all, delete-orphan", order_by="ReportEvent.id"
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("body_id", "year", "sequence_number"),
        Index("ix_gap_report_state_reported_at", "state", "reported_at"),
        Index("ix_gap_report_matter_id_reported_at", "matter_id", "reported_at"),
        Index("ix_gap_report_matter_id_municipality_id", "matter_id", "municipality_id"),
        Index("ix_gap_report_action_field_gap_kind_reported_at", "action_field", "gap_kind", "reported_at"),
        Index("ix_gap_report_counted", "body_id", "action_field", "municipality_id", "reported_at", "state"),
        CheckConstraint("length(trim(action_field)) > 0", name="action_field_not_blank"),
        CheckConstraint("(state = 'assigned') = (matter_id IS NOT NULL)", name="assigned_to_a_matter"),
    )

    @property
    def headline(self) -> str:
        """The sentence of the author, while it is kept."""
        return self.texts[0].headline if self.texts else ""

    @property
    def full_text(self) -> str:
        """Everything the author wrote, supplements below."""
        return "\n\n".join(part.text for part in self.texts if part.text)

    @property
    def release(self) -> ReportRelease | None:
        """What others may read now."""
        last = self.releases[-1] if self.releases else None
        return last if last is not None and last.revoked_at is None else None


class ReportText(Base):
    """What the author wrote: the report itself (number 1), then supplements. Append-only, gone with a withdrawal."""

    __tablename__ = "report_text"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("gap_report.id", ondelete="CASCADE"))
    number: Mapped[int]
    headline: Mapped[str] = mapped_column(default="", server_default="")
    """In one sentence; empty in supplements."""
    text: Mapped[str] = mapped_column(default="", server_default="")
    written_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    confirmed_kinds: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    """What the guard found and the author sent all the same; kinds only, never the words."""
    confirm_reason: Mapped[ConfirmReason | None] = mapped_column(text_enum(ConfirmReason))

    report: Mapped[GapReport] = relationship(back_populates="texts")

    __table_args__ = (
        UniqueConstraint("report_id", "number"),
        CheckConstraint("length(trim(headline)) > 0 OR length(trim(text)) > 0", name="says_something"),
    )


class ReportRelease(Base):
    """A version of a report's words that others may read, with what was redacted. Append-only; it can be revoked."""

    __tablename__ = "report_release"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("gap_report.id", ondelete="CASCADE"))
    number: Mapped[int]
    headline: Mapped[str]
    """With the redacted passages already blacked out, so that nothing that shows it can leak them."""
    text: Mapped[str] = mapped_column(default="", server_default="")
    redactions: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    """Field → [from, to] ranges in the author's words."""
    text_count: Mapped[int]
    """How many of the author's texts it covers; later supplements are not released."""
    released_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    report: Mapped[GapReport] = relationship(back_populates="releases")

    __table_args__ = (UniqueConstraint("report_id", "number"),)


class ReportEventKind(StrEnum):
    """What happened to a report."""

    REPORTED = "reported"
    SUPPLEMENTED = "supplemented"
    RELEASED = "released"
    REVOKED = "revoked"
    ASSIGNED = "assigned"
    TAKEN_OUT = "taken_out"
    DECLINED = "declined"
    TAKEN_UP = "taken_up"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {
            "reported": "Gemeldet",
            "supplemented": "Nachtrag zur Meldung geschrieben",
            "released": "Text freigegeben, Stellen geschwärzt",
            "revoked": "Freigabe zurückgenommen",
            "assigned": "Einer Lücke zugeordnet",
            "taken_out": "Aus der Lücke herausgenommen",
            "declined": "Nicht weiterverfolgt",
            "taken_up": "Wieder aufgenommen",
            "withdrawn": "Zurückgezogen",
        }[self.value]


class ReportEvent(Base):
    """One step of a report, as its author and the coordination read it. Append-only."""

    __tablename__ = "report_event"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("gap_report.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ReportEventKind] = mapped_column(text_enum(ReportEventKind))
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    function: Mapped[str]
    """„Meldende Stelle" or „Koordination"."""
    reason: Mapped[str | None]
    """The author reads it, too."""
    matter_id: Mapped[int | None] = mapped_column(ForeignKey("matter.id"))

    report: Mapped[GapReport] = relationship(back_populates="events")
    matter: Mapped[Matter | None] = relationship()


class ReportStem(Base):
    """A word stem of a report, to find similar ones. Kept in step by the service; never shown."""

    __tablename__ = "report_stem"
    __audit__ = None

    stem: Mapped[str] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("gap_report.id", ondelete="CASCADE"), primary_key=True)

    __table_args__ = (Index("ix_report_stem_report_id", "report_id"),)

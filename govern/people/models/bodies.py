"""Tables of the body (county or city), its number ranges and what readers say of its accessibility."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from govern.db import Base, UtcDateTime, now, text_enum


class BodyKind(StrEnum):
    """Kinds of Körperschaft."""

    COUNTY = "county"
    INDEPENDENT_CITY = "independent_city"

    @property
    def label(self) -> str:
        return {"county": "Kreis", "independent_city": "Kreisfreie Stadt"}[self.value]


class Body(Base):
    """The Körperschaft (county or independent city) whose committees are kept; one row per database for now (I9)."""

    __tablename__ = "body"
    __audit__ = {
        "name": "Name",
        "short_name": "Kurzname",
        "sender_name": "Absender",
        "sender_email": "Absenderadresse",
        "imprint": "Impressum",
        "privacy_notice": "Datenschutz",
        "accessibility_status": "Stand der Barrierefreiheit",
        "accessibility_contact": "Kontakt Barrierefreiheit",
        "accessibility_email": "Adresse für Rückmeldungen",
        "accessibility_reviewed_on": "Barrierefreiheit geprüft am",
        "small_count_threshold": "Kleinste ausgewiesene Zahl",
        "rounds_counts": "Zahlen runden statt verdecken",
        "publishes_matters": "Öffentliche Seite gelöster Lücken",
        "publications_indexed": "Suchmaschinen dürfen sie aufnehmen",
        "order_remind_days": "Aufträge: Erinnerung nach Tagen",
        "order_escalate_days": "Aufträge: Meldung an die Geschäftsführung nach Tagen",
        "order_agenda_days": "Aufträge: nächste Sitzung nach Tagen",
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    short_name: Mapped[str]
    kind: Mapped[BodyKind] = mapped_column(text_enum(BodyKind))
    population: Mapped[int | None]
    municipality_count: Mapped[int | None]
    """How many member municipalities the concept states; more than the named ones where it names only some."""
    note: Mapped[str | None]
    is_demo: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """True when example data was loaded: every page says so and no mail leaves the house."""
    logo_file: Mapped[str | None]
    """Random name of the logo among the stored files."""
    sender_name: Mapped[str | None]
    sender_email: Mapped[str | None]
    imprint: Mapped[str | None]
    privacy_notice: Mapped[str | None]
    accessibility_status: Mapped[str | None]
    """What is not accessible yet, and why (Markdown)."""
    accessibility_contact: Mapped[str | None]
    """Office that answers, with its address (Markdown)."""
    accessibility_email: Mapped[str | None]
    """Where the feedback form sends to."""
    accessibility_reviewed_on: Mapped[date | None]
    small_count_threshold: Mapped[int] = mapped_column(default=5, server_default="5")
    """Counts below it are hidden from all but the coordination (D-50)."""
    rounds_counts: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Round published counts to multiples of five instead of hiding some (D-54)."""
    publishes_matters: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """True when everybody may read released texts about settled matters without signing in (E15)."""
    publications_indexed: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """True when search engines may list that page."""
    order_remind_days: Mapped[int] = mapped_column(default=1, server_default="1")
    """Days after its due date until the addressee of a work order is reminded."""
    order_escalate_days: Mapped[int] = mapped_column(default=14, server_default="14")
    """Days until the office that gave it is told."""
    order_agenda_days: Mapped[int] = mapped_column(default=28, server_default="28")
    """Days until it is marked for the next meeting."""
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        CheckConstraint("length(trim(name)) > 0", name="name_not_blank"),
        CheckConstraint("small_count_threshold >= 3", name="small_count_threshold_at_least_three"),
        CheckConstraint(
            "0 < order_remind_days AND order_remind_days < order_escalate_days"
            " AND order_escalate_days < order_agenda_days",
            name="order_days_rise",
        ),
    )


class AccessibilityFeedback(Base):
    """What somebody reported about a barrier, signed in or not; kept until it is answered and after (C-18)."""

    __tablename__ = "accessibility_feedback"
    __audit__ = {"answered_on": "beantwortet am"}

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    text: Mapped[str]
    page: Mapped[str | None]
    """Which page it is about, as the person wrote it."""
    sender_name: Mapped[str | None]
    sender_email: Mapped[str | None]
    """Only if the person wants an answer."""
    answered_on: Mapped[date | None]

    __table_args__ = (
        CheckConstraint("length(trim(text)) > 0", name="text_not_blank"),
        Index("ix_accessibility_feedback_answered_on", "answered_on"),
    )


class NumberRange(Base):
    """The last number given in a gap-free series, e.g. resolutions of a committee in a year (E-21)."""

    __tablename__ = "number_range"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    series: Mapped[str]
    """What is numbered, e.g. `resolution:12` for committee 12, or `work_order`."""
    year: Mapped[int]
    last_number: Mapped[int] = mapped_column(default=0, server_default="0")

    __table_args__ = (
        UniqueConstraint("body_id", "series", "year"),
        CheckConstraint("last_number >= 0", name="last_number_not_negative"),
    )

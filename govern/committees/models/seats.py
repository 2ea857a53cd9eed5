"""Seats, their groups and what the composition must keep."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.db import Base, text_enum
from govern.people.models import Organisation

if TYPE_CHECKING:
    from govern.committees.models.committees import Committee
    from govern.committees.models.mandates import Mandate


class SeatGroup(Base):
    """A heading of the list of seats (Sitzgruppe, B2)."""

    __tablename__ = "seat_group"
    __audit__ = {"name": "Sitzgruppe"}
    __audit_root__ = ("committee", "committee_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id", ondelete="CASCADE"))
    name: Mapped[str]
    position: Mapped[int] = mapped_column(default=0, server_default="0")

    committee: Mapped[Committee] = relationship(back_populates="seat_groups")

    __table_args__ = (UniqueConstraint("committee_id", "name"),)


class Participation(StrEnum):
    """How a seat takes part (B9)."""

    STANDING = "standing"
    AS_NEEDED = "as_needed"
    BY_TOPIC = "by_topic"
    INVITED = "invited"

    @property
    def label(self) -> str:
        return {
            "standing": "ständig",
            "as_needed": "anlassbezogen",
            "by_topic": "fall- und themenspezifisch",
            "invited": "eingeladen",
        }[self.value]


class Voting(StrEnum):
    """Right to vote of a seat. „Not stated" is a value of its own and never guessed (B10)."""

    YES = "yes"
    NO = "no"
    NOT_STATED = "not_stated"

    @property
    def label(self) -> str:
        return {"yes": "stimmberechtigt", "no": "beratend", "not_stated": "Stimmrecht nicht angegeben"}[self.value]


class RepresentsMode(StrEnum):
    """How a seat speaks for other bodies (B6)."""

    OWN = "own"
    SPOKESPERSON = "spokesperson"
    REPRESENTATIVE = "representative"
    UMBRELLA = "umbrella"

    @property
    def label(self) -> str:
        return {
            "own": "spricht für sich",
            "spokesperson": "Sprecher:in für",
            "representative": "vertritt",
            "umbrella": "Dachverband von",
        }[self.value]


class MailTarget(StrEnum):
    """Where mails to a seat go."""

    PERSON = "person"
    MAILBOX = "mailbox"
    BOTH = "both"

    @property
    def label(self) -> str:
        return {"person": "an die Person", "mailbox": "an das Funktionspostfach", "both": "an beide"}[self.value]


class Seat(Base):
    """A place in a committee: organisation(s) plus function. It stays when the person changes (B1).

    A change of the composition from a day on ends this row and starts a new one (``replaces_id``), so that earlier
    compositions stay readable (B12).
    """

    __tablename__ = "seat"
    __audit__ = {
        "function": "Funktion",
        "group_id": "Sitzgruppe",
        "parent_id": "untergeordnet unter",
        "person_count": "Anzahl Personen",
        "participation": "Teilnahme",
        "voting": "Stimmrecht",
        "alternatives": "wahlweise",
        "represents_mode": "spricht für",
        "represents_scope": "spricht für (Wortlaut)",
        "starts_on": "von",
        "ends_on": "bis",
        "note": "Anmerkung",
        "mailbox": "Funktionspostfach",
        "mail_target": "Post geht",
    }
    __audit_root__ = ("committee", "committee_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id", ondelete="CASCADE"))
    key: Mapped[str | None]
    group_id: Mapped[int | None] = mapped_column(ForeignKey("seat_group.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("seat.id"))
    """The seat it stands below in the list (team below department, B3)."""
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("seat.id"))
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    function: Mapped[str]
    """Function in neutral form, e.g. „Leitung der Ausländerbehörde"."""
    person_count: Mapped[int | None]
    """How many persons hold it; None: open number (B5). A default would replace None, so every caller says."""
    is_example: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """The concept names the institution only as an example."""
    participation: Mapped[Participation] = mapped_column(
        text_enum(Participation), default=Participation.STANDING, server_default="standing"
    )
    voting: Mapped[Voting] = mapped_column(text_enum(Voting), default=Voting.NOT_STATED, server_default="not_stated")
    alternatives: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    """Functions of which one takes the seat (B8); empty when `function` says it all."""
    represents_mode: Mapped[RepresentsMode | None] = mapped_column(text_enum(RepresentsMode))
    represents_scope: Mapped[str | None]
    represents_count: Mapped[int | None]
    """Stated number of bodies spoken for; may exceed the named ones."""
    starts_on: Mapped[date | None]
    """First day; None: since the beginning."""
    ends_on: Mapped[date | None]
    """Last day; None: until further notice."""
    note: Mapped[str | None]
    mailbox: Mapped[str | None]
    """Shared mailbox of the function, e.g. `jugendamt@stadt.example`."""
    mail_target: Mapped[MailTarget] = mapped_column(
        text_enum(MailTarget), default=MailTarget.PERSON, server_default="person"
    )
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    committee: Mapped[Committee] = relationship(back_populates="seats", foreign_keys=[committee_id])
    group: Mapped[SeatGroup | None] = relationship()
    parent: Mapped[Seat | None] = relationship(remote_side=[id], foreign_keys=[parent_id])
    organisations: Mapped[list[Organisation]] = relationship(
        secondary="seat_organisation", order_by="(seat_organisation.c.position, seat_organisation.c.organisation_id)"
    )
    represents: Mapped[list[Organisation]] = relationship(
        secondary="seat_represents", order_by="Organisation.sort_name"
    )
    mandates: Mapped[list[Mandate]] = relationship(
        back_populates="seat", cascade="all, delete-orphan", order_by="(Mandate.starts_on, Mandate.id)"
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        Index("ix_seat_committee_id", "committee_id"),
        CheckConstraint("length(trim(function)) > 0", name="function_not_blank"),
        CheckConstraint("person_count IS NULL OR person_count > 0", name="person_count_positive"),
        CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_its_own_parent"),
        CheckConstraint("mail_target = 'person' OR mailbox IS NOT NULL", name="mailbox_named"),
    )

    @property
    def label(self) -> str:
        """Institution and function in one line."""
        return seat_label([o.name for o in self.organisations], self.function)

    def is_there_on(self, day: date) -> bool:
        """True if the seat belongs to the composition of ``day``."""
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day <= self.ends_on)


def seat_label(organisations: Iterable[str], function: str) -> str:
    """Institutions and function of a seat in one line."""
    names = ", ".join(organisations)
    return f"{names}: {function}" if names else function


seat_organisation = sa.Table(
    "seat_organisation",
    Base.metadata,
    sa.Column("seat_id", sa.ForeignKey("seat.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("organisation_id", sa.ForeignKey("organisation.id"), primary_key=True, index=True),
    sa.Column("position", sa.Integer, nullable=False, server_default="0"),
)


seat_represents = sa.Table(
    "seat_represents",
    Base.metadata,
    sa.Column("seat_id", sa.ForeignKey("seat.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("organisation_id", sa.ForeignKey("organisation.id"), primary_key=True, index=True),
)


class CompositionRule(Base):
    """A rule the composition must keep, e.g. „mindestens eine Bürgermeisterin oder ein Bürgermeister" (B15)."""

    __tablename__ = "composition_rule"
    __audit__ = {"text": "Regel", "minimum": "mindestens", "function_contains": "Funktion enthält"}
    __audit_root__ = ("committee", "committee_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id", ondelete="CASCADE"), index=True)
    key: Mapped[str | None]
    text: Mapped[str]
    """The rule as people read it."""
    minimum: Mapped[int] = mapped_column(default=1, server_default="1")
    function_contains: Mapped[str]
    """Word that the function held must contain, compared by sort key (e.g. „Bürgermeister")."""
    source: Mapped[str | None]

    committee: Mapped[Committee] = relationship(back_populates="composition_rules")

    __table_args__ = (CheckConstraint("minimum > 0", name="minimum_positive"),)

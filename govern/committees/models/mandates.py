"""Mandates, and who chairs a committee or acts for its office."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.committees.models.seats import seat_label
from govern.db import Base, text_enum
from govern.people.models import Organisation, Person

if TYPE_CHECKING:
    from govern.committees.models.committees import Committee
    from govern.committees.models.seats import Seat


class MandateKind(StrEnum):
    """Holder of the seat, or named deputy (B20)."""

    HOLDER = "holder"
    DEPUTY = "deputy"

    @property
    def label(self) -> str:
        return {"holder": "Inhaber:in", "deputy": "Stellvertretung"}[self.value]


class Mandate(Base):
    """A person on a seat from a day to a day (B13). Rights follow from it and end with it (I8)."""

    __tablename__ = "mandate"
    __audit__ = {
        "seat_id": "Sitz",
        "person_id": "Person",
        "kind": "Art",
        "function_held": "ausgeübte Funktion",
        "starts_on": "von",
        "ends_on": "bis",
    }
    __audit_root__ = ("committee", "committee_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[MandateKind] = mapped_column(text_enum(MandateKind), default=MandateKind.HOLDER)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    """For whom the person sits there, where the seat belongs to several institutions."""
    function_held: Mapped[str | None]
    """Which of the alternative functions the person has (B8), for rules such as „mindestens eine …" (B15)."""
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    """Last day of the mandate."""
    confirmed_resolution_id: Mapped[int | None]
    """Resolution that confirmed the member (B17). No foreign key: resolutions lie above this package."""
    note: Mapped[str | None]

    seat: Mapped[Seat] = relationship(back_populates="mandates")
    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

    __table_args__ = (
        UniqueConstraint("seat_id", "person_id", "kind", "starts_on"),
        Index("ix_mandate_person_id", "person_id"),
        Index("ix_mandate_seat_id", "seat_id"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
    )

    @property
    def committee_id(self) -> int:
        """The committee of the seat."""
        return self.seat.committee_id

    @property
    def seat_label(self) -> str:
        """The seat as this person holds it: of several institutions only the one the person sits there for."""
        return seat_label([self.organisation.name], self.seat.function) if self.organisation else self.seat.label

    def is_held_on(self, day: date) -> bool:
        """True if the mandate runs on ``day``; first and last day included."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


class OfficerRole(StrEnum):
    """What a person does for a committee apart from holding a seat."""

    CHAIR = "chair"
    OFFICE = "office"

    @property
    def label(self) -> str:
        return {"chair": "Vorsitz", "office": "Geschäftsführung"}[self.value]


class CommitteeOfficer(Base):
    """Who chairs a committee or acts for its office, from–to; gives rights as long as it lasts."""

    __tablename__ = "committee_officer"
    __audit__ = {"person_id": "Person", "role": "Aufgabe", "starts_on": "von", "ends_on": "bis"}
    __audit_root__ = ("committee", "committee_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[OfficerRole] = mapped_column(text_enum(OfficerRole))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    committee: Mapped[Committee] = relationship(back_populates="officers")
    person: Mapped[Person] = relationship()

    __table_args__ = (
        UniqueConstraint("committee_id", "person_id", "role", "starts_on"),
        Index("ix_committee_officer_person_id", "person_id"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
    )

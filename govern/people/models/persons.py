"""Tables of persons and their functions."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.db import Base, SortText, name_sort_key
from govern.people.models.organisations import Organisation

if TYPE_CHECKING:
    from govern.people.models.accounts import User

POSTAL_CODE = re.compile(r"[0-9]{5}|[A-Z]{1,2}-[0-9A-Z][0-9A-Z -]{2,8}")
POSTAL_CODE_HINT = "Bitte fünf Ziffern, im Ausland mit Kürzel, zum Beispiel B-4700."


class Person(Base):
    """A natural person; only what the office needs to invite and address them (D-37)."""

    __tablename__ = "person"
    __audit__ = {
        "title": "Titel",
        "given_name": "Vorname",
        "family_name": "Nachname",
        "email": "E-Mail",
        "phone": "Telefon",
        "street": "Straße und Hausnummer",
        "postal_code": "Postleitzahl",
        "town": "Ort",
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    title: Mapped[str | None]
    given_name: Mapped[str]
    family_name: Mapped[str]
    sort_name: Mapped[str] = mapped_column(SortText)
    email: Mapped[str | None]
    phone: Mapped[str | None]
    street: Mapped[str | None]
    postal_code: Mapped[str | None]
    town: Mapped[str | None]
    is_invented: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """True for the persons of the demo; shown wherever the name is shown in full."""
    ended_on: Mapped[date | None]
    """Left; no longer offered for choice, kept in history."""
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    functions: Mapped[list[PersonFunction]] = relationship(
        back_populates="person", cascade="all, delete-orphan", order_by="PersonFunction.id"
    )
    user: Mapped[User | None] = relationship(back_populates="person", uselist=False)

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        Index("ix_person_sort_name", "sort_name"),
        CheckConstraint("length(trim(family_name)) > 0", name="family_name_not_blank"),
    )

    @property
    def name(self) -> str:
        """Title, given name and family name in reading order."""
        return " ".join(part for part in (self.title, self.given_name, self.family_name) if part)


class PersonFunction(Base):
    """What a person is in an organisation, from–to; several at once are usual (B11)."""

    __tablename__ = "person_function"
    __audit__ = {
        "person_id": "Person",
        "organisation_id": "Institution",
        "function": "Funktion",
        "starts_on": "von",
        "ends_on": "bis",
    }
    __audit_root__ = ("person", "person_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    function: Mapped[str]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]

    person: Mapped[Person] = relationship(back_populates="functions")
    organisation: Mapped[Organisation] = relationship()

    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
    )

    @property
    def label(self) -> str:
        """„Leitung, Jugendamt"."""
        return f"{self.function}, {self.organisation.name}"

    def is_held_on(self, day: date) -> bool:
        """True if the person has the function on ``day``; first and last day included."""
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day <= self.ends_on)


@sa.event.listens_for(Person, "before_insert")
@sa.event.listens_for(Person, "before_update")
def _set_person_sort_name(_mapper: Any, _connection: Any, person: Person) -> None:
    person.sort_name = name_sort_key(f"{person.family_name} {person.given_name}")

"""Tables of the body, its organisations, persons, accounts and sessions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.db import Base, SortText, UtcDateTime, name_sort_key, now, sort_key, text_enum


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
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        CheckConstraint("length(trim(name)) > 0", name="name_not_blank"),
        CheckConstraint("small_count_threshold >= 3", name="small_count_threshold_at_least_three"),
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


ORGANISATION_KINDS: dict[str, str] = {
    "kreisverwaltung": "Kreisverwaltung",
    "kreis_unit": "Stelle der Kreisverwaltung",
    "stadtverwaltung": "Stadtverwaltung",
    "city_unit": "Stelle einer Stadtverwaltung",
    "municipality": "Kommune",
    "integration_centre": "Kommunales Integrationszentrum",
    "foreigners_authority": "Ausländerbehörde",
    "naturalisation_authority": "Einbürgerungsbehörde",
    "jobcenter": "Jobcenter",
    "employment_agency": "Agentur für Arbeit",
    "bamf": "BAMF",
    "school_supervision": "Schulaufsicht",
    "adult_education": "Volkshochschule",
    "education_provider": "Bildungsträger",
    "university": "Hochschule",
    "welfare_association": "Wohlfahrtsverband",
    "counselling_service": "Beratungsstelle",
    "youth_agency": "Jugendhilfeträger",
    "integration_council": "Integrationsrat",
    "migrant_organisation": "Migrantenselbstorganisation",
    "civil_society": "Zivilgesellschaft und Ehrenamt",
    "chamber": "Kammer",
    "business": "Wirtschaft",
    "network_body": "Netzwerk",
    "state_coordination": "Landeskoordinierung",
    "ministry": "Ministerium",
    "political_body": "Politisches Gremium",
    "other": "Sonstige",
}
"""Key → German label of the kinds of institution (domain.md 3.5)."""


class Organisation(Base):
    """An institution: office, department, municipality, welfare association, agency, council (Institution)."""

    __tablename__ = "organisation"
    __audit__ = {
        "name": "Name",
        "short_name": "Kurzname",
        "kind": "Art",
        "parent_id": "gehört zu",
        "is_collective": "Sammelbezeichnung",
        "municipality_kind": "Gemeindeart",
        "region": "Region",
        "email": "Funktionspostfach",
        "note": "Anmerkung",
        "ended_on": "aufgelöst am",
    }
    __audit_words__ = {"kind": ORGANISATION_KINDS, "municipality_kind": {"stadt": "Stadt", "gemeinde": "Gemeinde"}}

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    key: Mapped[str | None]
    """Stable key of the structure file; None for organisations entered by hand."""
    name: Mapped[str]
    sort_name: Mapped[str] = mapped_column(SortText)
    short_name: Mapped[str | None]
    kind: Mapped[str]
    """Key of `ORGANISATION_KINDS`; the list stays open, unknown keys are refused by the forms and the file check."""
    is_municipality: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """True for member municipalities (kreisangehörige Kommunen)."""
    municipality_kind: Mapped[str | None]
    """`stadt` or `gemeinde`; None where the concept does not say."""
    region: Mapped[str | None]
    population: Mapped[int | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    belongs_to_body: Mapped[bool | None]
    """False when it belongs to another authority than the body (B19); None: not stated."""
    is_collective: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """True for a name that stands for many (e.g. all migrant organisations)."""
    street: Mapped[str | None]
    postal_code: Mapped[str | None]
    town: Mapped[str | None]
    email: Mapped[str | None]
    """Mailbox of the function, never of a person."""
    phone: Mapped[str | None]
    website: Mapped[str | None]
    note: Mapped[str | None]
    source: Mapped[str | None]
    ended_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    body: Mapped[Body] = relationship()
    parent: Mapped[Organisation | None] = relationship(remote_side=[id], back_populates="units")
    units: Mapped[list[Organisation]] = relationship(back_populates="parent", order_by="Organisation.sort_name")
    aliases: Mapped[list[OrganisationAlias]] = relationship(
        back_populates="organisation", cascade="all, delete-orphan", order_by="OrganisationAlias.name"
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("body_id", "key"),
        Index("ix_organisation_sort_name", "sort_name"),
        CheckConstraint("length(trim(name)) > 0", name="name_not_blank"),
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_its_own_parent"),
        CheckConstraint("municipality_kind IN ('stadt', 'gemeinde')", name="municipality_kind"),
    )

    @property
    def kind_label(self) -> str:
        """German label of the kind; municipalities read „Kommune", or „Stadt" and „Gemeinde" where that is stated."""
        if self.is_municipality:
            return (self.municipality_kind or "Kommune").capitalize()
        return ORGANISATION_KINDS.get(self.kind, ORGANISATION_KINDS["other"])


class OrganisationAlias(Base):
    """Another name or spelling under which an organisation is found."""

    __tablename__ = "organisation_alias"
    __audit__ = {"name": "weiterer Name"}
    __audit_root__ = ("organisation", "organisation_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    name: Mapped[str]
    sort_name: Mapped[str] = mapped_column(SortText)

    organisation: Mapped[Organisation] = relationship(back_populates="aliases")

    __table_args__ = (UniqueConstraint("organisation_id", "name"),)


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


class Role(StrEnum):
    """Roles an administrator gives to an account. „Member" is not among them: it follows from mandates (I8)."""

    ADMINISTRATOR = "administrator"
    COORDINATOR = "coordinator"
    CASE_MANAGER = "case_manager"
    ORGANISATION = "organisation"

    @property
    def label(self) -> str:
        return {
            "administrator": "Administration",
            "coordinator": "Koordination",
            "case_manager": "Case-Management",
            "organisation": "Organisation (handelt für eine Institution)",
        }[self.value]


@dataclass(frozen=True)
class Standing:
    """What a person may do through roles, mandates and offices today, as plain ids; loaded once per request."""

    member_committees: frozenset[int] = frozenset()
    """Committees in which the person holds a mandate today (holder or deputy)."""
    holder_committees: frozenset[int] = frozenset()
    """Committees in which the person holds a seat today."""
    holder_seats: frozenset[int] = frozenset()
    """Seats the person holds today."""
    deputy_seats: frozenset[int] = frozenset()
    """Seats the person is deputy of today."""
    chair_committees: frozenset[int] = frozenset()
    """Committees the person chairs today."""
    office_committees: frozenset[int] = frozenset()
    """Committees for whose office (Geschäftsführung) the person acts today, with all committees below them."""
    minute_meetings: frozenset[int] = frozenset()
    """Meetings the person is named as minute-taker for."""
    attended_meetings: frozenset[int] = frozenset()
    """Meetings the person attends or attended as deputy of a seat."""
    joint_member_meetings: frozenset[int] = frozenset()
    """Meetings of other committees that are held jointly with one in which the person holds a mandate today (E-20)."""
    joint_holder_meetings: frozenset[int] = frozenset()
    """Of these, the ones held jointly with a committee in which the person holds a seat."""
    joint_led_meetings: frozenset[int] = frozenset()
    """Meetings of other committees held jointly with one the person chairs or acts for as office."""
    organisations: frozenset[int] = frozenset()
    """Organisations the account acts for."""


class User(UserMixin, Base):
    """An account: a person's way in. Accounts are personal, also those that act for an organisation."""

    __tablename__ = "user"
    __audit__ = {"email": "E-Mail", "is_locked": "gesperrt", "person_id": "Person"}

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    email: Mapped[str] = mapped_column(unique=True)
    """Lower case."""
    password_hash: Mapped[str | None]
    """argon2id; None until the invited person has set one."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), unique=True)
    is_locked: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    password_changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_signed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    body: Mapped[Body] = relationship()
    person: Mapped[Person | None] = relationship(back_populates="user")
    roles: Mapped[list[UserRole]] = relationship(
        back_populates="user", cascade="all, delete-orphan", order_by="UserRole.id", foreign_keys="UserRole.user_id"
    )

    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower_case"),
        CheckConstraint("length(trim(email)) > 2", name="email_not_blank"),
    )

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self._standing = Standing()

    @sa.orm.reconstructor
    def _without_standing(self) -> None:
        self._standing = Standing()

    @property
    def standing(self) -> Standing:
        """Mandates and offices of today; empty until the request has loaded them."""
        return self._standing

    @standing.setter
    def standing(self, value: Standing) -> None:
        self._standing = value

    @property
    def is_active(self) -> bool:
        """A locked account cannot sign in and loses its sessions."""
        return not self.is_locked

    @property
    def is_administrator(self) -> bool:
        return self._has(Role.ADMINISTRATOR)

    @property
    def is_coordinator(self) -> bool:
        return self._has(Role.COORDINATOR)

    @property
    def is_case_manager(self) -> bool:
        return self._has(Role.CASE_MANAGER)

    @property
    def organisation_ids(self) -> frozenset[int]:
        """Organisations the account acts for by its roles."""
        return frozenset(r.organisation_id for r in self.roles if r.organisation_id is not None)

    @property
    def display_name(self) -> str:
        """The person's name, or the address of an account without a person."""
        return self.person.name if self.person else self.email

    @property
    def function_label(self) -> str:
        """How the account appears in a history: the function, never the name."""
        labels = [r.role.label.split(" (")[0] for r in self.roles if r.role is not Role.ORGANISATION]
        labels += [r.organisation.name for r in self.roles if r.organisation is not None]
        if labels:
            return ", ".join(labels)
        if self.person and self.person.functions:
            first = self.person.functions[0]
            return f"{first.function}, {first.organisation.name}"
        return "Mitglied"

    def _has(self, role: Role) -> bool:
        return any(r.role is role for r in self.roles)


class UserRole(Base):
    """A role an account was given; the role „organisation" names the organisation it acts for."""

    __tablename__ = "user_role"
    __audit__ = {"role": "Rolle", "organisation_id": "Institution"}
    __audit_root__ = ("user", "user_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    role: Mapped[Role] = mapped_column(text_enum(Role))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))

    user: Mapped[User] = relationship(back_populates="roles", foreign_keys=[user_id])
    organisation: Mapped[Organisation | None] = relationship()

    __table_args__ = (
        UniqueConstraint("user_id", "role", "organisation_id"),
        CheckConstraint("(role = 'organisation') = (organisation_id IS NOT NULL)", name="organisation_named"),
    )

    @property
    def label(self) -> str:
        """„Koordination", or „handelt für Stadt Jülich"."""
        return f"handelt für {self.organisation.name}" if self.organisation is not None else self.role.label


class BrowserSession(Base):
    """A signed-in browser. The cookie holds a random token, this row its SHA-256 (D-02)."""

    __tablename__ = "browser_session"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    """Last request a person made; requests a page makes by itself do not count (D-03)."""
    user_agent: Mapped[str | None]

    user: Mapped[User] = relationship()

    @property
    def browser_name(self) -> str:
        """„Firefox unter Windows", as far as the browser says so."""
        text = self.user_agent or ""
        browser = next((name for sign, name in BROWSERS.items() if sign in text), "Unbekannter Browser")
        system = next((name for sign, name in SYSTEMS.items() if sign in text), None)
        return f"{browser} unter {system}" if system else browser


BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {"Android": "Android", "iPhone": "iOS", "iPad": "iPadOS", "Windows": "Windows", "Mac OS": "macOS",
           "Linux": "Linux"}  # fmt: skip


class TokenPurpose(StrEnum):
    """What a one-time mail link is good for."""

    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - not a password


class UserToken(Base):
    """A one-time link sent by mail, kept as SHA-256 and with an end."""

    __tablename__ = "user_token"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[TokenPurpose] = mapped_column(text_enum(TokenPurpose))
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()


class Attempt(Base):
    """One counted attempt at something throttled: sign-in, reset, feed (D-07). Written in its own transaction."""

    __tablename__ = "attempt"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    """`sign_in`, `reset`, `feed`, `guest` …"""
    subject: Mapped[str]
    """What is counted, as SHA-256 of account or network, so that the table holds no addresses."""
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    __table_args__ = (Index("ix_attempt_kind_subject_happened_at", "kind", "subject", "happened_at"),)


class FeedPurpose(StrEnum):
    """What a calendar address shows."""

    PERSONAL = "personal"
    COMMITTEE = "committee"


class Feed(Base):
    """A calendar address of one person and one purpose (B-16).

    The address is derived from ``nonce`` and the secret key, so that the table alone gives nobody access.
    """

    __tablename__ = "feed"
    __audit__ = {"purpose": "Zweck", "revoked_at": "widerrufen am"}

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    purpose: Mapped[FeedPurpose] = mapped_column(text_enum(FeedPurpose))
    committee_id: Mapped[int | None]
    """The committee of a committee feed. No foreign key: committees lie above this package."""
    nonce: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()

    __table_args__ = (
        CheckConstraint("(purpose = 'committee') = (committee_id IS NOT NULL)", name="committee_named"),
        Index(
            "uq_feed_live_personal",
            "user_id",
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL AND committee_id IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL AND committee_id IS NULL"),
        ),
        Index(
            "uq_feed_live_committee",
            "user_id",
            "committee_id",
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL AND committee_id IS NOT NULL"),
            postgresql_where=sa.text("revoked_at IS NULL AND committee_id IS NOT NULL"),
        ),
    )


@sa.event.listens_for(Organisation, "before_insert")
@sa.event.listens_for(Organisation, "before_update")
@sa.event.listens_for(OrganisationAlias, "before_insert")
@sa.event.listens_for(OrganisationAlias, "before_update")
def _set_sort_name(_mapper: Any, _connection: Any, row: Organisation | OrganisationAlias) -> None:
    row.sort_name = sort_key(row.name)


@sa.event.listens_for(Person, "before_insert")
@sa.event.listens_for(Person, "before_update")
def _set_person_sort_name(_mapper: Any, _connection: Any, person: Person) -> None:
    person.sort_name = name_sort_key(f"{person.family_name} {person.given_name}")

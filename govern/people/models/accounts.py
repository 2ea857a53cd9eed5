"""Tables of accounts, roles, browser sessions and one-time links."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.db import Base, UtcDateTime, now, text_enum
from govern.formats import date_text
from govern.people.models.bodies import Body
from govern.people.models.organisations import Organisation
from govern.people.models.persons import Person


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
    replaced_seats: frozenset[int] = frozenset()
    """Earlier entries that those seats replaced: an order given to one of them goes on with the seat (B12)."""
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
    def rights(self) -> Hashable:
        """All that the SQL twin of a policy may depend on: accounts with the same rights read the same."""
        roles = frozenset((role.role, role.organisation_id) for role in self.roles)
        return self.id, self.person_id, self.body_id, roles, self.standing

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

    def organisations_on(self, day: date) -> tuple[Organisation, ...]:
        """Organisations the account acts for on ``day`` by its roles; a role ends with the organisation it names."""
        named = [role.organisation for role in self.roles if role.organisation is not None]
        return tuple(one for one in named if one.ended_on is None or one.ended_on >= day)

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
        return role in [given.role for given in self.roles]


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
        """„Koordination", or „handelt für Stadt Jülich", with the day on which that ends if it is dissolved."""
        if self.organisation is None:
            return self.role.label
        ended_on = self.organisation.ended_on
        return f"handelt für {self.organisation.name}" + (f" (bis {date_text(ended_on)})" if ended_on else "")


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

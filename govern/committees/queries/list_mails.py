"""Read who a mail to lists would reach, and which ones were sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from govern.committees.models import Committee, ListMail, ListMailRecipient
from govern.committees.policies import list_mails_viewable_by, viewable_by
from govern.committees.queries.addresses import HOLDERS, HOLDERS_AND_DEPUTIES, address_of_person, addresses_of
from govern.db import db, fingerprint
from govern.people.models import Person, Role, User, UserRole

PAGE_SIZE = 25


@dataclass(frozen=True)
class Recipient:
    """Somebody a mail goes to, once, however many seats lead there."""

    person: Person
    address: str | None
    is_mailbox: bool
    reasons: tuple[str, ...]
    """Committees, or „Case-Management"."""


def list_recipients(
    committees: Collection[Committee], day: date, *, with_deputies: bool, to_case_managers: bool
) -> list[Recipient]:
    """Whom a mail would reach, without duplicates; persons without an address stand last."""
    kinds = HOLDERS_AND_DEPUTIES if with_deputies else HOLDERS
    found: dict[str | int, Recipient] = {}
    if committees:
        for entry in addresses_of(committees, day, kinds):
            _add(found, entry.person, entry.address, entry.seat.committee.name, is_mailbox=entry.is_mailbox)
    if to_case_managers:
        for person in _case_managers(next(iter(committees)).body_id if committees else None):
            _add(found, person, address_of_person(person), "Case-Management")
    return sorted(found.values(), key=lambda r: (r.address is None, r.person.sort_name, r.address or ""))


def _add(
    found: dict[str | int, Recipient], person: Person, address: str | None, reason: str, *, is_mailbox: bool = False
) -> None:
    key = address.casefold() if address else person.id
    before = found.get(key)
    if before is None:
        found[key] = Recipient(person, address, is_mailbox, (reason,))
    elif reason not in before.reasons:
        found[key] = Recipient(before.person, before.address, before.is_mailbox, (*before.reasons, reason))


def _case_managers(body_id: int | None) -> Sequence[Person]:
    statement = (
        sa.select(Person)
        .join(Person.user)
        .where(
            User.is_locked.is_(False),
            Person.ended_on.is_(None),
            User.id.in_(sa.select(UserRole.user_id).where(UserRole.role == Role.CASE_MANAGER)),
        )
        .options(joinedload(Person.user))
        .order_by(Person.sort_name)
    )
    return db.session.scalars(statement if body_id is None else statement.where(Person.body_id == body_id)).all()


def fingerprint_of(recipients: Sequence[Recipient]) -> str:
    """Another one as soon as the mail would go to somebody else."""
    return fingerprint(*sorted(r.address or f"#{r.person.id}" for r in recipients))


def committees_of(ids: Collection[int], user: User) -> list[Committee]:
    """The committees of these ids that ``user`` may see, in the order of their names."""
    return list(
        db.session.scalars(
            sa.select(Committee)
            .where(Committee.id.in_([i for i in ids if 0 < i < 2**31]), viewable_by(user))
            .order_by(Committee.sort_name)
        )
    )


def list_list_mails(user: User, page: int) -> tuple[Sequence[ListMail], int]:
    """Mails to lists that ``user`` may see, newest first, and how many there are."""
    found = sa.select(ListMail).where(list_mails_viewable_by(user))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0
    rows = db.session.scalars(
        found.options(
            selectinload(ListMail.committees),
            joinedload(ListMail.sent_by).joinedload(User.person),
            selectinload(ListMail.recipients),
        )
        .order_by(ListMail.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return rows, total


def load_list_mail(list_mail: ListMail) -> ListMail:
    """A mail to lists with its committees and what became of each of its mails."""
    return db.session.scalars(
        sa.select(ListMail)
        .where(ListMail.id == list_mail.id)
        .options(
            selectinload(ListMail.committees),
            joinedload(ListMail.sent_by).joinedload(User.person),
            selectinload(ListMail.recipients).options(
                joinedload(ListMailRecipient.person), joinedload(ListMailRecipient.mail)
            ),
        )
        .execution_options(populate_existing=True)
    ).one()

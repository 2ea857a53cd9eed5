"""Read what is minuted: items with their state, resolutions, and who else writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.audit import AuditEntry
from govern.committees.models import Seat
from govern.db import UtcDateTime, db, now
from govern.meetings.agenda_numbers import in_order, numbering
from govern.meetings.models import (
    AgendaItem,
    ConflictingText,
    ItemKind,
    ItemResult,
    Meeting,
    Resolution,
)
from govern.meetings.queries.asked import ASKED
from govern.people.models import Person, PersonFunction, User, UserRole

ALSO_HERE = timedelta(minutes=5)
"""Somebody who saved within this time counts as writing here, too."""


def list_items(meeting: Meeting) -> Sequence[AgendaItem]:
    """All items of a meeting in the order in which they are called up, with resolutions, votes, recusals and papers.

    The meeting itself is there already: it need not come along with each item.
    """
    return in_order(db.session.scalars(_items(), {"meeting_id": meeting.id}).unique())


@cache
def _items() -> sa.Select[AgendaItem]:
    return sa.select(AgendaItem).where(AgendaItem.meeting_id == ASKED.id).options(*ITEM_PARTS)


ITEM_PARTS = (
    joinedload(AgendaItem.resolutions).joinedload(Resolution.votes),
    joinedload(AgendaItem.recusals),
    joinedload(AgendaItem.papers),
    joinedload(AgendaItem.referred_to),
    joinedload(AgendaItem.rapporteur_seat).joinedload(Seat.organisations),
    joinedload(AgendaItem.rapporteur_person),
    joinedload(AgendaItem.rapporteur_guest),
    joinedload(AgendaItem.topic),
    joinedload(AgendaItem.supplement),
)
"""What minuting an item needs of it."""


@dataclass(slots=True)
class ItemLine:
    """An item in the list of all beside the one at hand: values only."""

    id: int
    parent_id: int | None
    position: int
    is_public: bool
    title: str
    planned_minutes: int | None
    opened_at: datetime | None
    done_at: datetime | None
    result: ItemResult | None
    frozen_number: str | None
    resolutions: int
    """How many there are."""


def list_lines(meeting: Meeting) -> list[ItemLine]:
    """All items of a meeting in the order in which they are called up, as far as a list shows them."""
    return in_order([ItemLine(*row) for row in db.session.execute(_lines(), {"meeting_id": meeting.id})])


@cache
def _lines() -> sa.Select[*tuple[Any, ...]]:
    resolutions = sa.select(sa.func.count(Resolution.id)).where(Resolution.item_id == AgendaItem.id).scalar_subquery()
    columns = [getattr(AgendaItem, name) for name in ItemLine.__slots__ if name != "resolutions"]
    return sa.select(*columns, resolutions).where(AgendaItem.meeting_id == ASKED.id)


def item_numbers(items: Sequence[AgendaItem | ItemLine]) -> dict[int, str]:
    """Item id → number: as frozen at closing, else as the order gives it."""
    worked_out = numbering(items)
    return {item.id: item.frozen_number or worked_out[item.id] for item in items}


def find_conflicting_text(item: AgendaItem, identity: int) -> ConflictingText | None:
    """A text of ``item`` that came too late and is not settled yet, or None."""
    return db.session.scalar(
        sa.select(ConflictingText).where(
            ConflictingText.id == identity,
            _waits(item.id),
        )
    )


def list_conflicting_texts(item: AgendaItem) -> Sequence[ConflictingText]:
    """Texts of ``item`` that came too late and wait to be worked in, with all that says who typed them."""
    typed_by = joinedload(ConflictingText.typed_by)
    return (
        db.session.scalars(
            sa.select(ConflictingText)
            .where(_waits(item.id))
            .options(
                typed_by.joinedload(User.roles).joinedload(UserRole.organisation),
                typed_by.joinedload(User.person).joinedload(Person.functions).joinedload(PersonFunction.organisation),
            )
            .order_by(ConflictingText.id)
        )
        .unique()
        .all()
    )


@dataclass(frozen=True)
class Others:
    """Who else writes at an item."""

    functions: list[str]
    """Of those who wrote there within the last minutes, never names; the latest first."""
    has_conflicts: bool
    """Texts that came too late wait to be worked in."""


def others_at(item: AgendaItem, user: User) -> Others:
    """Who but ``user`` wrote at ``item`` lately, and whether texts wait; one statement."""
    rows = db.session.execute(_others(), others_asked(item.id, user)).all()
    return Others([label for _waiting, label in rows if label is not None], any(waiting for waiting, _label in rows))


def others_asked(item_id: int, user: User) -> dict[str, Any]:
    """The values of a statement with :func:`others_of`."""
    return {"item_id": item_id, "user_id": user.id, "since": now() - ALSO_HERE}


def others_of(item_id: Any) -> tuple[sa.Exists, sa.Subquery]:
    """Whether texts wait at an item, and the functions of those who wrote there lately, the last writing beside it."""
    recent = (
        sa.select(AuditEntry.function_label, sa.func.max(AuditEntry.id).label("last"))
        .where(
            AuditEntry.kind == AgendaItem.__tablename__,
            AuditEntry.object_id == item_id,
            AuditEntry.at >= sa.bindparam("since", type_=UtcDateTime),
            AuditEntry.user_id != sa.bindparam("user_id", type_=sa.Integer),
        )
        .group_by(AuditEntry.function_label)
        .subquery()
    )
    return sa.exists().where(_waits(item_id)), recent


@cache
def _others() -> sa.Select[bool, str | None]:
    item_id: Any = sa.bindparam("item_id", type_=sa.Integer)
    waits, recent = others_of(item_id)
    return (
        sa.select(waits, recent.c.function_label)
        .select_from(AgendaItem)
        .outerjoin(recent, sa.true())
        .where(AgendaItem.id == item_id)
        .order_by(recent.c.last.desc())
    )


def _waits(item_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(ConflictingText.item_id == item_id, ConflictingText.settled_at.is_(None))


def what_is_missing(item: AgendaItem) -> str | None:
    """Why an item is not finished yet, in German, or None."""
    if any(r.is_being_voted for r in item.resolutions):
        return "Abstimmung läuft noch"
    if item.result is None:
        return "Ergebnis fehlt"
    adopted = [r.is_adopted for r in item.resolutions if r.cancelled_at is None]
    if item.result is ItemResult.DECIDED and True not in adopted:
        return "„beschlossen“, aber kein angenommener Beschluss erfasst"
    if item.result is ItemResult.REJECTED and item.kind is ItemKind.DECISION and False not in adopted:
        return "„abgelehnt“, aber kein abgelehnter Beschluss erfasst"
    if item.result not in (ItemResult.DECIDED, ItemResult.REJECTED) and True in adopted:
        return f"„{item.result.label}“, obwohl ein Beschluss angenommen wurde"
    return None

"""Read what is minuted: items with their state, resolutions, and who else writes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.audit import AuditEntry
from govern.committees.models import Seat
from govern.db import db
from govern.meetings.agenda_numbers import in_order, numbering
from govern.meetings.models import (
    AgendaItem,
    ConflictingText,
    ItemKind,
    ItemResult,
    JointCommittee,
    Meeting,
    Resolution,
)
from govern.people.models import User

ALSO_HERE = timedelta(minutes=5)
"""Somebody who saved within this time counts as writing here, too."""


def list_items(meeting: Meeting) -> Sequence[AgendaItem]:
    """All items of a meeting in the order in which they are called up, with resolutions, votes and recusals."""
    items = (
        db.session.scalars(
            sa.select(AgendaItem)
            .where(AgendaItem.meeting_id == meeting.id)
            .options(
                joinedload(AgendaItem.resolutions).joinedload(Resolution.votes),
                joinedload(AgendaItem.recusals),
                joinedload(AgendaItem.meeting).options(
                    joinedload(Meeting.quorum_findings),
                    joinedload(Meeting.joint_committees).joinedload(JointCommittee.committee),
                ),
                joinedload(AgendaItem.referred_to),
                joinedload(AgendaItem.rapporteur_seat).joinedload(Seat.organisations),
                joinedload(AgendaItem.rapporteur_person),
                joinedload(AgendaItem.rapporteur_guest),
                joinedload(AgendaItem.topic),
                joinedload(AgendaItem.supplement),
            )
        )
        .unique()
        .all()
    )
    return in_order(items)


def item_numbers(items: Sequence[AgendaItem]) -> dict[int, str]:
    """Item id → number: as frozen at closing, else as the order gives it."""
    worked_out = numbering(items)
    return {item.id: item.frozen_number or worked_out[item.id] for item in items}


def find_conflicting_text(item: AgendaItem, identity: int) -> ConflictingText | None:
    """A text of ``item`` that came too late and is not settled yet, or None."""
    return db.session.scalar(
        sa.select(ConflictingText).where(
            ConflictingText.id == identity,
            ConflictingText.item_id == item.id,
            ConflictingText.settled_at.is_(None),
        )
    )


def list_conflicting_texts(item: AgendaItem) -> Sequence[ConflictingText]:
    """Texts of ``item`` that came too late and wait to be worked in."""
    return db.session.scalars(
        sa.select(ConflictingText)
        .where(ConflictingText.item_id == item.id, ConflictingText.settled_at.is_(None))
        .options(joinedload(ConflictingText.typed_by).selectinload(User.roles))
        .order_by(ConflictingText.id)
    ).all()


def list_also_here(item: AgendaItem, user: User, at: datetime) -> list[str]:
    """Functions of others who wrote at ``item`` within the last minutes."""
    rows = db.session.scalars(
        sa.select(AuditEntry.function_label)
        .where(
            AuditEntry.kind == AgendaItem.__tablename__,
            AuditEntry.object_id == item.id,
            AuditEntry.at >= at - ALSO_HERE,
            AuditEntry.user_id != user.id,
        )
        .order_by(AuditEntry.id.desc())
        .limit(20)
    )
    return list(dict.fromkeys(rows))


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

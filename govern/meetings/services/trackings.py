"""Follow resolutions up: who carries them out until when, how far it is, and what the committee took note of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from govern.db import db, now
from govern.errors import Conflict, DomainError
from govern.formats import local, today
from govern.meetings.models import (
    AgendaItem,
    Implementation,
    ItemPurpose,
    ItemResult,
    Meeting,
    Resolution,
    TrackingEntry,
)
from govern.meetings.policies_agendas import TrackingScope
from govern.meetings.queries.trackings import FINISHED, live_rows
from govern.meetings.tracking import TrackingRow
from govern.people.models import Organisation, User


def record_implementation(
    resolution: Resolution,
    *,
    by: User,
    version: int | None,
    responsible: Organisation | None,
    due_on: date | None,
    implementation: Implementation,
    note: str,
) -> None:
    """Say who carries a resolution out, until when, and how far it is (E-15).

    A delay needs a reason, as does giving it up (E-16). Raises Conflict when somebody saved since ``version``.
    """
    db.session.refresh(resolution, with_for_update=True)
    if version is not None and version != resolution.version:
        raise Conflict("Dieser Beschluss wurde inzwischen geändert. Nichts wurde überschrieben.")
    if not resolution.is_adopted or resolution.cancelled_at is not None:
        raise DomainError("Nur ein angenommener, nicht aufgehobener Beschluss wird umgesetzt.")
    note = note.strip()
    _demand_reason(resolution, due_on, implementation, note)
    if implementation not in FINISHED:
        resolution.acknowledged_item_id = None
    resolution.responsible_organisation_id = responsible.id if responsible is not None else None
    resolution.due_on, resolution.implementation = due_on, implementation
    resolution.implementation_note = note or None
    resolution.implementation_changed_at = now()
    db.session.flush()


def freeze_trackings(meeting: Meeting, items: Sequence[AgendaItem]) -> None:
    """Keep every Beschlusskontrolle of ``meeting`` as it stands; what was finished is then taken note of."""
    day = local(meeting.starts_at).date()
    for item in items:
        if item.purpose is not ItemPurpose.RESOLUTION_TRACKING or item.tracking:
            continue
        rows = live_rows(meeting.committee, TrackingScope.ALL, day)
        item.tracking = [
            TrackingEntry(
                position=n, resolution_id=r.resolution_id, work_order_id=r.work_order_id, number=r.number, text=r.text,
                responsible=r.responsible, due_on=r.due_on, light=r.light, state_text=r.state_text,
                last_word=r.last_word, is_public=_is_public(r, item),
            )
            for n, r in enumerate(rows, start=1)
        ]  # fmt: skip
        if item.result in (ItemResult.NOTED, ItemResult.DECIDED):
            _acknowledge(item, [r.resolution_id for r in rows if r.resolution_id is not None])
    db.session.flush()


def _is_public(row: TrackingRow, item: AgendaItem) -> bool:
    # What comes from a meeting for members only does not become known through one that all may read.
    return row.is_public and item.is_public and (row.is_open or not item.meeting.is_public)


def _acknowledge(item: AgendaItem, resolution_ids: Sequence[int]) -> None:
    done = db.session.scalars(
        sa.select(Resolution).where(Resolution.id.in_(resolution_ids), Resolution.implementation.in_(FINISHED))
    )
    for resolution in done:
        resolution.acknowledged_item_id = item.id


def _demand_reason(resolution: Resolution, due_on: date | None, implementation: Implementation, note: str) -> None:
    has_new_word = bool(note) and note != (resolution.implementation_note or "")
    if implementation is Implementation.DROPPED and not note:
        raise DomainError("Bitte begründen, warum der Beschluss nicht weiter verfolgt wird.", field="note")
    if implementation in (*FINISHED, Implementation.NOT_TRACKED):
        return
    is_put_off = resolution.due_on is not None and (due_on is None or due_on > resolution.due_on)
    if is_put_off and not has_new_word:
        raise DomainError("Die Frist wird verlängert: Bitte den Grund des Verzugs angeben.", field="note")
    if due_on is not None and due_on < today() and not note:
        raise DomainError("Die Frist ist verstrichen: Bitte den Grund des Verzugs angeben.", field="note")

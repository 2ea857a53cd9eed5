"""Fill, change and order the agenda of a meeting."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from govern import files
from govern.committees.models import Seat
from govern.db import db
from govern.errors import Conflict, DomainError
from govern.meetings.agenda_lines import (
    Said,
    said_kind,
    said_minutes,
    said_of,
    said_publicity,
    said_rapporteur,
    said_second_call,
)
from govern.meetings.announced import is_announced
from govern.meetings.models import (
    AgendaItem,
    ItemKind,
    ItemResult,
    Meeting,
    MeetingGuest,
    MeetingState,
    StandingItem,
)
from govern.meetings.queries.agendas import next_position
from govern.meetings.services import supplements, topics
from govern.meetings.services.agenda_order import append_item, put_first
from govern.meetings.services.changes import demand_open, demand_version
from govern.meetings.services.concept_publicity import demand_not_public
from govern.meetings.services.own_items import add_own_items, point_at_minutes
from govern.people.models import Person, User

Rapporteur = Seat | Person | MeetingGuest


def fill_agenda(meeting: Meeting, *, copy_from: Meeting | None, with_standing_items: bool) -> None:
    """Start an agenda: standing items, then the structure of an earlier one, then the standing items of the end."""
    standing = _standing_items(meeting) if with_standing_items else []
    for standing_item in standing:
        if not standing_item.at_end:
            _add_standing(meeting, standing_item)
    if copy_from is not None:
        _copy_structure(meeting, copy_from, without_standing=bool(standing))
    for standing_item in standing:
        if standing_item.at_end:
            _add_standing(meeting, standing_item)
    db.session.flush()
    add_own_items(meeting)
    point_at_minutes(meeting)
    db.session.flush()


def add_missing_standing_items(meeting: Meeting, *, by: User) -> int:
    """Add the standing items, and those the rules ask for, that the agenda lacks; returns how many."""
    demand_open(meeting)
    there = {item.standing_item_id for item in meeting.items}
    missing = [s for s in _standing_items(meeting) if s.id not in there]
    for standing_item in missing:
        supplements.note_new_item(meeting, _add_standing(meeting, standing_item), by=by)
    at_start = {s.id for s in missing if not s.at_end}
    first = [item for item in meeting.items if item.standing_item_id in at_start]
    put_first(meeting, sorted(first, key=lambda item: item.position), by=by)
    own = add_own_items(meeting)
    for item in own:
        supplements.note_new_item(meeting, item, by=by)
    point_at_minutes(meeting)
    db.session.flush()
    return len(missing) + len(own)


def add_item(
    meeting: Meeting,
    *,
    by: User,
    title: str,
    kind: ItemKind,
    is_public: bool,
    planned_minutes: int | None,
    rapporteur: Rapporteur | None,
    description: str,
    proposed_resolution: str,
    internal_note: str,
    parent: AgendaItem | None = None,
    reason: str | None = None,
) -> AgendaItem:
    """Put a new item at the end of the agenda (before the standing items of the end), or below ``parent``.

    On a frozen agenda it waits for the supplement; while the meeting runs it is an urgent one, with its ``reason``.
    """
    demand_open(meeting)
    if parent is not None and (parent.meeting_id != meeting.id or parent.parent_id is not None):
        raise DomainError("Unterpunkte gibt es nur eine Ebene tief.")
    item = AgendaItem(
        meeting=meeting,
        parent=parent,
        title=title.strip(),
        kind=kind,
        is_public=parent.is_public if parent is not None else is_public,
        planned_minutes=planned_minutes,
        description=description.strip(),
        proposed_resolution=proposed_resolution.strip(),
        internal_note=internal_note.strip(),
    )
    db.session.add(item)
    _set_rapporteur(item, rapporteur)
    append_item(meeting, item, by=by)
    supplements.note_new_item(meeting, item, by=by, reason=reason)
    return item


def update_item(
    item: AgendaItem,
    *,
    by: User,
    version: int | None,
    title: str,
    kind: ItemKind,
    is_public: bool,
    planned_minutes: int | None,
    rapporteur: Rapporteur | None,
    description: str,
    proposed_resolution: str,
    internal_note: str | None,
    is_second_call: bool | None = None,
) -> None:
    """Change what the agenda says of an item. Raises Conflict when somebody saved in the meantime.

    ``internal_note`` and ``is_second_call`` None leave these as they are. What the members have received
    changes with the supplement.
    """
    demand_open(item.meeting)
    db.session.refresh(item, ["version"], with_for_update=True)
    demand_version(item, version)
    for each in (item, *item.sub_items):  # they become public with it
        demand_not_public(each.topic_id, is_public=is_public)
    if internal_note is not None:
        item.internal_note = internal_note.strip()
    before = said_of(item)
    if supplements.holds_back(item):
        _demand_fitting(item, rapporteur)
        texts = {"title": title, "description": description, "proposed_resolution": proposed_resolution}
        wished = {field: Said(text.strip(), text.strip()) for field, text in texts.items()}
        wished |= {"kind": said_kind(kind), "planned_minutes": said_minutes(planned_minutes),
                   "rapporteur": said_rapporteur(rapporteur), "is_public": said_publicity(is_public)}  # fmt: skip
        if is_second_call is not None:
            wished["is_second_call"] = said_second_call(is_second_call)
        supplements.plan_changes(item, before, wished, by=by)
        return
    item.title, item.kind, item.planned_minutes = title.strip(), kind, planned_minutes
    item.description, item.proposed_resolution = description.strip(), proposed_resolution.strip()
    item.is_second_call = item.is_second_call if is_second_call is None else is_second_call
    if item.parent is None and item.is_public != is_public:
        item.is_public = is_public
        for sub_item in item.sub_items:
            sub_item.is_public = is_public
    _set_rapporteur(item, rapporteur)
    db.session.flush()
    supplements.note_changed_item(item, before, said_of(item), by=by)


def delete_item(item: AgendaItem, *, folder: Path, by: User) -> None:
    """Take an item and its sub-items off an agenda nobody has received; their topics go back to the store.

    Their papers are deleted from ``folder``.
    """
    demand_open(item.meeting)
    if (item.meeting.published_at is not None and is_announced(item)) or item.opened_at is not None:
        raise DomainError("Die Tagesordnung ist veröffentlicht: Ein Punkt kann nur noch abgesetzt werden.")
    supplement = item.supplement
    gone = [item, *item.sub_items]
    topics.give_back(gone)
    files.forget(folder, [paper.stored_name for each in gone for paper in each.papers])
    ids = [each.id for each in gone]
    db.session.execute(sa.update(AgendaItem).where(AgendaItem.predecessor_id.in_(ids)).values(predecessor_id=None))
    meeting = item.meeting
    for each in reversed(gone):
        db.session.delete(each)
    db.session.flush()
    db.session.expire(meeting, ["items"])
    if supplement is not None:
        db.session.expire(supplement, ["changes", "items", "papers"])
        supplements.forget_if_empty(supplement)


def withdraw_item(item: AgendaItem, *, by: User, reason: str | None) -> None:
    """Strike an item of a published agenda: it stays visible as withdrawn, its topic goes back to the store.

    Where the members were invited with it, the supplement strikes it.
    """
    demand_open(item.meeting)
    if item.meeting.published_at is None and item.meeting.state is MeetingState.PREPARING:
        raise DomainError("Die Tagesordnung ist noch nicht veröffentlicht; löschen Sie den Punkt stattdessen.")
    if item.result is not None:
        raise Conflict("Zu diesem Punkt ist schon ein Ergebnis festgehalten.")
    if not is_announced(item):
        raise DomainError("Diesen Punkt kennt noch niemand; löschen Sie ihn stattdessen.")
    if supplements.holds_back(item):
        supplements.plan_withdrawal(item, (reason or "").strip() or None, by=by)
        return
    for each in (item, *item.sub_items):
        each.result, each.result_note = ItemResult.WITHDRAWN, (reason or "").strip() or None
        each.version += 1
    topics.give_back([item, *item.sub_items])
    db.session.flush()


def _standing_items(meeting: Meeting) -> Sequence[StandingItem]:
    return db.session.scalars(
        sa.select(StandingItem)
        .where(StandingItem.committee_id == meeting.committee_id, StandingItem.is_retired.is_(False))
        .order_by(StandingItem.at_end, StandingItem.position, StandingItem.id)
    ).all()


def _add_standing(meeting: Meeting, standing_item: StandingItem) -> AgendaItem:
    item = AgendaItem(
        title=standing_item.title,
        kind=standing_item.kind,
        planned_minutes=standing_item.planned_minutes,
        is_public=standing_item.is_public,
        standing_item_id=standing_item.id,
        purpose=standing_item.purpose,
        position=next_position(i for i in meeting.items if i.parent_id is None),
    )
    meeting.items.append(item)
    return item


def _copy_structure(meeting: Meeting, earlier: Meeting, *, without_standing: bool) -> None:
    old = db.session.scalars(
        sa.select(AgendaItem)
        .where(AgendaItem.meeting_id == earlier.id)
        .options(selectinload(AgendaItem.sub_items))
        .order_by(AgendaItem.position, AgendaItem.id)
    ).all()
    for item in old:
        if item.parent_id is not None or (without_standing and item.standing_item_id is not None):
            continue
        copied = _copy(item, position=next_position(i for i in meeting.items if i.parent is None))
        meeting.items.append(copied)
        for n, sub_item in enumerate(item.sub_items, start=1):
            below = _copy(sub_item, position=n)
            below.parent = copied
            meeting.items.append(below)


def _copy(item: AgendaItem, *, position: int) -> AgendaItem:
    # Structure only: what was written, attached and decided belongs to the earlier meeting.
    return AgendaItem(
        title=item.title,
        kind=item.kind,
        planned_minutes=item.planned_minutes,
        is_public=item.is_public,
        rapporteur_seat_id=item.rapporteur_seat_id,
        standing_item_id=item.standing_item_id,
        purpose=item.purpose,
        position=position,
    )


def _demand_fitting(item: AgendaItem, rapporteur: Rapporteur | None) -> None:
    if isinstance(rapporteur, Seat) and rapporteur.committee_id != item.meeting.committee_id:
        raise DomainError("Dieser Sitz gehört zu einem anderen Gremium.", field="rapporteur")
    if isinstance(rapporteur, MeetingGuest) and rapporteur.meeting_id != item.meeting.id:
        raise DomainError("Dieser Gast ist zu einer anderen Sitzung eingeladen.", field="rapporteur")


def _set_rapporteur(item: AgendaItem, rapporteur: Rapporteur | None) -> None:
    _demand_fitting(item, rapporteur)
    item.rapporteur_seat = rapporteur if isinstance(rapporteur, Seat) else None
    item.rapporteur_person = rapporteur if isinstance(rapporteur, Person) else None
    item.rapporteur_guest = rapporteur if isinstance(rapporteur, MeetingGuest) else None

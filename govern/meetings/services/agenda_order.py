"""Where items stand on an agenda: give a new one its place, move them one by one or bring them into a new order.

What the members have received keeps its order until the supplement is sent: a new order of these items is kept in the
supplement's lines, one for each item that really moved, and made with the dispatch (decision 0015).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import sqlalchemy as sa

from govern.db import db
from govern.errors import Conflict, DomainError
from govern.meetings.agenda_numbers import unmoved, with_moves
from govern.meetings.announced import PLACE, is_announced, planned_moves
from govern.meetings.models import AgendaItem, ChangeKind, Meeting, MeetingState, StandingItem
from govern.meetings.queries.agendas import next_position
from govern.meetings.queries.supplements import agenda_items, draft_of, is_frozen, numbers_before
from govern.meetings.services import supplements
from govern.meetings.services.changes import demand_open
from govern.people.models import User

FIXED_ORDER = "Die Sitzung läuft: Die Punkte behalten ihre Reihenfolge. Aufrufen können Sie sie in jeder."
FIXED_LEVEL = (
    "Die Mitglieder haben diesen Punkt schon; er bleibt, was er ist, Punkt oder Unterpunkt. Verschieben lässt er sich; "
    "soll er unter einen anderen, setzen Sie ihn ab und legen dort einen Unterpunkt an."
)
Direction = Literal["up", "down", "in", "out"]


def move_item(item: AgendaItem, direction: Direction, *, by: User) -> None:
    """Move an item one place up or down, below the item before it (in), or back out of its parent."""
    meeting = item.meeting
    demand_open(meeting)
    siblings = _in_planned_order(meeting, item.parent_id)
    at = siblings.index(item)
    if direction in ("up", "down"):
        other = at + (-1 if direction == "up" else 1)
        if 0 <= other < len(siblings):
            siblings[at], siblings[other] = siblings[other], siblings[at]
            arrange(meeting, siblings, by=by)
    elif direction == "in":
        _demand_free_level(item)
        _indent(item, siblings[at - 1] if at else None, meeting.items)
    else:
        _demand_free_level(item)
        _outdent(item, by=by)
    db.session.flush()
    db.session.expire(meeting, ["items"])


def order_items(meeting: Meeting, ids: Sequence[int], *, by: User) -> None:
    """Bring items of one level into the order of ``ids``. Raises Conflict when the agenda has changed since."""
    demand_open(meeting)
    known = {item.id: item for item in meeting.items}
    parents = {known[i].parent_id for i in ids if i in known}
    siblings = _siblings(meeting.items, parents.pop()) if len(parents) == 1 else []
    if {item.id for item in siblings} != set(ids) or len(set(ids)) != len(ids):
        raise Conflict("Die Tagesordnung wurde inzwischen geändert. Laden Sie die Seite neu und ordnen Sie dann.")
    arrange(meeting, [known[i] for i in ids], by=by)
    db.session.flush()
    db.session.expire(meeting, ["items"])


def append_item(meeting: Meeting, item: AgendaItem, *, by: User) -> None:
    """Give a new item its place: last, but before the standing items of the end; below its parent the last."""
    parent_id = item.parent.id if item.parent is not None else item.parent_id
    with db.session.no_autoflush:
        if parent_id is not None:
            item.position = next_position(i for i in meeting.items if i.parent_id == parent_id and i is not item)
        else:
            at_end = _ids_at_end(meeting)
            top = _in_planned_order(meeting, None, besides=[item])
            tail = 0
            while tail < len(top) and top[len(top) - 1 - tail].standing_item_id in at_end:
                tail += 1
            item.position = len(top) + 1
    db.session.add(item)
    db.session.flush()
    if parent_id is None:
        arrange(meeting, [*top[: len(top) - tail], item, *top[len(top) - tail :]], new=[item], by=by)
        db.session.flush()
    db.session.expire(meeting, ["items"])


def put_first(meeting: Meeting, items: Sequence[AgendaItem], *, by: User) -> None:
    """Give new ``items`` the first places of the agenda."""
    arrange(meeting, [*items, *_in_planned_order(meeting, None, besides=items)], new=items, by=by)


def arrange(meeting: Meeting, ordered: Sequence[AgendaItem], *, by: User, new: Iterable[AgendaItem] = ()) -> None:
    """Bring all items of one level into this order; what the members have waits for the supplement.

    ``new`` are items that no supplement names yet.
    """
    fresh = set(new)
    known = [item for item in ordered if is_announced(item) and item not in fresh]
    as_sent = sorted(known, key=lambda item: (item.position, item.id))
    moved: list[AgendaItem] = []
    if is_frozen(meeting) and known != as_sent:
        if meeting.state is MeetingState.IN_SESSION:
            raise DomainError(FIXED_ORDER)
        ranks = {item.id: rank for rank, item in enumerate(as_sent)}
        stay = unmoved([ranks[item.id] for item in known])
        moved = [item for item in known if ranks[item.id] not in stay]
    _number(_among_sent(ordered, as_sent, moved) if moved else ordered)
    if is_frozen(meeting):
        _plan(meeting, ordered, moved, fresh, by=by)


def _among_sent(
    ordered: Sequence[AgendaItem], as_sent: Sequence[AgendaItem], moved: Sequence[AgendaItem]
) -> list[AgendaItem]:
    """The items as sent, with new ones behind whatever they follow once the moves are made."""
    order = list(as_sent)
    before: AgendaItem | None = None
    for item in ordered:
        if item in moved:
            continue
        if item not in as_sent:
            order.insert(order.index(before) + 1 if before is not None else 0, item)
        before = item
    return order


def _plan(
    meeting: Meeting, ordered: Sequence[AgendaItem], moved: Sequence[AgendaItem], fresh: set[AgendaItem], *, by: User
) -> None:
    draft = draft_of(meeting)
    if draft is None and not moved:
        return
    draft = draft or supplements.gather(meeting, by=by)
    ids = {item.id for item in ordered}
    lines = {c.item_id: c for c in draft.changes if c.field == PLACE and c.item_id in ids}
    numbers = numbers_before([i for i in agenda_items(meeting) if i not in fresh]) if moved else {}
    for item in moved:
        line = lines.pop(item.id, None)
        if line is None:
            line = supplements.record(draft, ChangeKind.ITEM_MOVED, item, field=PLACE, old=numbers[item.id])
        line.new_value = {"to": list(ordered).index(item)}
    for line in lines.values():
        draft.changes.remove(line)
    supplements.settle(draft)


def _in_planned_order(meeting: Meeting, parent_id: int | None, besides: Sequence[AgendaItem] = ()) -> list[AgendaItem]:
    siblings = _siblings([item for item in meeting.items if item not in besides], parent_id)
    draft = draft_of(meeting) if is_frozen(meeting) else None
    return with_moves(siblings, planned_moves(draft.changes)) if draft is not None else siblings


def _demand_free_level(item: AgendaItem) -> None:
    if is_frozen(item.meeting) and is_announced(item):
        raise DomainError(FIXED_LEVEL)


def _ids_at_end(meeting: Meeting) -> set[int]:
    return set(
        db.session.scalars(
            sa.select(StandingItem.id).where(StandingItem.committee_id == meeting.committee_id, StandingItem.at_end)
        )
    )


def _siblings(items: Sequence[AgendaItem], parent_id: int | None) -> list[AgendaItem]:
    return sorted((i for i in items if i.parent_id == parent_id), key=lambda i: (i.position, i.id))


def _number(items: Sequence[AgendaItem]) -> None:
    for position, item in enumerate(items, start=1):
        if item.position != position:
            item.position = position


def _indent(item: AgendaItem, before: AgendaItem | None, items: Sequence[AgendaItem]) -> None:
    if item.parent_id is not None or before is None:
        raise DomainError("Davor steht kein Punkt, unter den dieser gehören könnte.")
    if any(i.parent_id == item.id for i in items):
        raise DomainError("Dieser Punkt hat selbst Unterpunkte; Unterpunkte gibt es nur eine Ebene tief.")
    if before.is_public and not item.is_public:
        raise DomainError("Ein nicht öffentlicher Punkt kann nicht unter einem öffentlichen stehen.")
    item.position = next_position(i for i in items if i.parent_id == before.id)
    item.parent, item.is_public = before, before.is_public


def _outdent(item: AgendaItem, *, by: User) -> None:
    if item.parent_id is None:
        raise DomainError("Dieser Punkt ist kein Unterpunkt.")
    top = _in_planned_order(item.meeting, None)
    at = next(n for n, other in enumerate(top) if other.id == item.parent_id)
    item.parent = None
    db.session.flush()
    arrange(item.meeting, [*top[: at + 1], item, *top[at + 1 :]], by=by)

"""Give work orders: as drafts in the minutes, from a resolution, in parts to several at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa

from govern.actions.models import (
    OPEN_STATES,
    Matter,
    OrderEventKind,
    OrderReference,
    Priority,
    WorkOrder,
    WorkOrderState,
)
from govern.actions.queries.work_orders import facts_of
from govern.actions.services.order_dates import begin_anew
from govern.actions.services.order_events import demand, lock, move, note
from govern.actions.services.order_news import tell_addressee
from govern.committees.models import Committee, Seat
from govern.db import SENT_TWICE, db, now
from govern.errors import Conflict, DomainError
from govern.formats import local, today
from govern.meetings.models import AgendaItem, Meeting, MeetingState, Resolution
from govern.people.models import Organisation, User
from govern.people.services.number_ranges import next_number

SERIES = "work_order"


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be done, by whom, until when."""

    task: str
    addressee: str
    """`organisation:5`, `seat:3` or `committee:7` (D3)."""
    due_on: date | None = None
    details: str = ""
    resolution_id: int | None = None
    success_measure: str = ""
    priority: Priority = Priority.NORMAL
    resubmit_on: date | None = None
    effect_check_on: date | None = None
    person_id: int | None = None


def draft_order(item: AgendaItem, order: Order, *, by: User) -> WorkOrder:
    """Write a work order down at an item (D1); it is a draft until the meeting is closed.

    Without a word on it, it belongs to the item's resolution if there is exactly one (D6). Sent twice it is written
    down once.
    """
    meeting = item.meeting
    db.session.refresh(meeting, ["state"], with_for_update={"read": True})
    if meeting.state is not MeetingState.IN_SESSION:
        raise DomainError("Aufträge entstehen, solange die Sitzung läuft; diese läuft nicht.")
    db.session.refresh(item, ["result"], with_for_update=True)
    made = WorkOrder(
        body_id=meeting.committee.body_id, committee_id=meeting.committee_id, item=item, created_by_id=by.id,
        is_public=item.is_public,
    )  # fmt: skip
    _fill(made, order)
    if made.resolution_id is None and len(item.resolutions) == 1:
        made.resolution_id = item.resolutions[0].id
    known = _find_same(made, item)
    if known is not None:
        return known
    db.session.add(made)
    db.session.flush()
    return made


def change_draft(order: WorkOrder, new: Order, *, version: int, by: User) -> None:
    """Change a draft. Raises Conflict when somebody changed it after ``version``."""
    _require_draft(order, "Der Auftrag ist schon erteilt.")
    if order.version != version:
        raise Conflict("Der Auftrag wurde inzwischen geändert. Nichts wurde überschrieben.")
    _fill(order, new)
    db.session.flush()


def remove_draft(order: WorkOrder, *, by: User) -> None:
    """Remove a draft, with what it refers to: nobody has received it."""
    _require_draft(order, "Ein erteilter Auftrag wird nur zurückgezogen, nicht gelöscht.")
    db.session.execute(sa.delete(OrderReference).where(OrderReference.work_order_id == order.id))
    db.session.delete(order)
    db.session.flush()


def issue_orders(meeting: Meeting, by: User) -> None:
    """Issue the drafts of a meeting that was closed: each gets its number and is open from now on (D2)."""
    day = local(meeting.starts_at).date()
    drafts = db.session.scalars(
        sa.select(WorkOrder)
        .join(WorkOrder.item)
        .where(AgendaItem.meeting_id == meeting.id, WorkOrder.state == WorkOrderState.DRAFT)
        .order_by(WorkOrder.id)
    ).all()
    for order in drafts:
        order.is_public = order.item is None or order.item.is_public
        order.minuted_task, order.minuted_facts = order.task, facts_of(order)
        _issue(order, day, by=by)
    db.session.flush()


def issue_order(
    committee: Committee,
    order: Order,
    *,
    by: User,
    resolution: Resolution | None = None,
    item: AgendaItem | None = None,
    parent: WorkOrder | None = None,
    matter: Matter | None = None,
) -> WorkOrder:
    """Give an order outside of a meeting: from a resolution, an item of a closed meeting, a matter, or as a part.

    A form sent twice is one order: the one that is there is returned.
    """
    db.session.execute(sa.select(User.id).where(User.id == by.id).with_for_update(key_share=True))
    made = WorkOrder(
        body_id=committee.body_id, committee_id=committee.id, item=item, created_by_id=by.id,
        parent_id=parent.id if parent is not None else None, is_public=_is_public(resolution, item, parent),
        matter_id=matter.id if matter is not None else None,
    )  # fmt: skip
    _fill(made, order)
    made.resolution_id = resolution.id if resolution is not None else made.resolution_id
    made.item_id = item.id if item is not None else None
    if (sent := _just_issued(made)) is not None:
        return sent
    db.session.add(made)
    db.session.flush()
    _issue(made, today(), by=by)
    return made


def split_order(order: WorkOrder, addressees: Sequence[str], wanted: Order, *, by: User) -> list[WorkOrder]:
    """Give parts of an order to several at once; whoever has a part already gets no second one.

    The parts share resolution and item with the whole, which keeps the overview. A form sent twice gives them once.
    """
    lock(order)
    if order.state not in OPEN_STATES or order.parent_id is not None:
        raise DomainError("Nur ein offener Auftrag, der nicht selbst ein Teil ist, lässt sich aufteilen.")
    if not addressees:
        raise DomainError("Bitte wählen, an wen die Teilaufträge gehen.", field="addressees")
    db.session.refresh(order, ["parts"])
    there = {address_of(part): part for part in order.parts if part.state is not WorkOrderState.WITHDRAWN}
    fresh = [a for a in dict.fromkeys(addressees) if a not in there]
    if not fresh:
        sent = [there[a] for a in dict.fromkeys(addressees)]
        if all(_is_sent_again(part, wanted, by=by) for part in sent):
            return sent
        raise DomainError("Diese Stellen haben schon einen Teilauftrag.", field="addressees")
    made = [
        issue_order(
            order.committee, replace(wanted, addressee=addressee), by=by, resolution=order.resolution, item=order.item,
            parent=order, matter=order.matter,
        )
        for addressee in fresh
    ]  # fmt: skip
    db.session.expire(order, ["parts"])
    return made


def reissue(
    order: WorkOrder, addressee: str, reason: str | None, *, version: int, by: User, due_on: date | None = None
) -> None:
    """Give a declined order once more, to the same or another addressee, with a reason.

    It needs a new deadline where the old one is over.
    """
    lock(order, version)
    words = demand(reason, "Bitte den Grund angeben.", field="reason")
    before, due = order.addressee_label, begin_anew(order, due_on)
    move(order, WorkOrderState.ISSUED)
    _address(order, addressee)
    order.person_id, order.reminded_on, order.escalated_on, order.put_on_agenda_on = None, None, None, None
    db.session.flush()
    db.session.refresh(order, ["addressee_organisation", "addressee_seat", "addressee_committee"])
    if order.addressee_label != before:
        words = f"Jetzt an {order.addressee_label}, bisher an {before}. {words}"
    note(order, OrderEventKind.ISSUED, words, by=by, state=WorkOrderState.ISSUED, due=due)
    tell_addressee(order, OrderEventKind.ISSUED, words, by=by)


def address_of(order: WorkOrder) -> str:
    """The addressee as a form names it: `organisation:5`, `seat:3` or `committee:7`."""
    for kind in ("organisation", "seat", "committee"):
        identity = getattr(order, f"addressee_{kind}_id")
        if identity is not None:
            return f"{kind}:{identity}"
    return ""


def _issue(order: WorkOrder, day: date, *, by: User) -> None:
    sequence = next_number(order.body_id, SERIES, day.year)  # first: the query writes what has changed so far
    move(order, WorkOrderState.ISSUED)
    order.year, order.sequence_number = day.year, sequence
    order.number = f"A-{day.year}-{sequence:03d}"
    order.issued_on = day
    note(order, OrderEventKind.ISSUED, by=by, state=WorkOrderState.ISSUED)
    tell_addressee(order, OrderEventKind.ISSUED, by=by)


def _is_public(resolution: Resolution | None, item: AgendaItem | None, parent: WorkOrder | None) -> bool:
    return all(source is None or source.is_public for source in (resolution, item, parent))


def _just_issued(order: WorkOrder) -> WorkOrder | None:
    said = ("committee_id", "item_id", "resolution_id", "matter_id", "parent_id", "task", "details", "success_measure",
            "priority", "due_on", "resubmit_on", "effect_check_on", "person_id", "addressee_organisation_id",
            "addressee_seat_id", "addressee_committee_id")  # fmt: skip
    return db.session.scalars(
        sa.select(WorkOrder)
        .where(
            WorkOrder.created_by_id == order.created_by_id, WorkOrder.created_at >= now() - SENT_TWICE,
            WorkOrder.state.not_in((WorkOrderState.DRAFT, WorkOrderState.WITHDRAWN)),
            *(getattr(WorkOrder, name).is_not_distinct_from(getattr(order, name)) for name in said),
        )
        .limit(1)
    ).first()  # fmt: skip


def _is_sent_again(part: WorkOrder, wanted: Order, *, by: User) -> bool:
    said = {
        name: getattr(wanted, name) for name in ("due_on", "priority", "resubmit_on", "effect_check_on", "person_id")
    }
    said |= {"task": _one_line(wanted.task), "details": wanted.details.strip()}
    said["success_measure"] = wanted.success_measure.strip()
    same = all(getattr(part, name) == value for name, value in said.items())
    return same and part.created_by_id == by.id and part.created_at >= now() - SENT_TWICE


def _find_same(order: WorkOrder, item: AgendaItem) -> WorkOrder | None:
    return db.session.scalars(
        sa.select(WorkOrder)
        .where(
            WorkOrder.item_id == item.id,
            WorkOrder.state == WorkOrderState.DRAFT,
            WorkOrder.task == order.task,
            WorkOrder.due_on.is_not_distinct_from(order.due_on),
            WorkOrder.addressee_organisation_id.is_not_distinct_from(order.addressee_organisation_id),
            WorkOrder.addressee_seat_id.is_not_distinct_from(order.addressee_seat_id),
            WorkOrder.addressee_committee_id.is_not_distinct_from(order.addressee_committee_id),
        )
        .limit(1)
    ).first()


def _fill(order: WorkOrder, new: Order) -> None:
    task = _one_line(new.task)
    if not task:
        raise DomainError("Bitte angeben, was zu tun ist.", field="task")
    order.task, order.details, order.due_on = task, new.details.strip(), new.due_on
    order.success_measure, order.priority = new.success_measure.strip(), new.priority
    order.resubmit_on, order.effect_check_on, order.person_id = new.resubmit_on, new.effect_check_on, new.person_id
    _address(order, new.addressee)
    order.resolution_id = _resolution_id(order, new.resolution_id)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _address(order: WorkOrder, addressee: str) -> None:
    kind, _, identity = addressee.partition(":")
    models = {"organisation": Organisation, "seat": Seat, "committee": Committee}
    found = None
    if kind in models and identity.isascii() and identity.isdigit() and int(identity) < 2**31:
        found = db.session.get(models[kind], int(identity))
    if found is None:
        raise DomainError("Bitte wählen, an wen der Auftrag geht.", field="addressee")
    order.addressee_organisation_id = found.id if isinstance(found, Organisation) else None
    order.addressee_seat_id = found.id if isinstance(found, Seat) else None
    order.addressee_committee_id = found.id if isinstance(found, Committee) else None


def _resolution_id(order: WorkOrder, identity: int | None) -> int | None:
    if identity is None:
        return None
    resolution = db.session.get(Resolution, identity)
    if resolution is None or order.item is None or resolution.item_id != order.item.id:
        raise DomainError("Dieser Beschluss gehört nicht zu diesem Punkt.", field="resolution_id")
    return identity


def _require_draft(order: WorkOrder, sentence: str) -> None:
    if order.state is not WorkOrderState.DRAFT:
        raise DomainError(sentence)

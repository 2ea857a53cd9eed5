"""Give work orders, follow them up, finish or withdraw them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from govern.actions.models import WORK_ORDER_TRANSITIONS, ProgressNote, WorkOrder, WorkOrderState
from govern.actions.queries.work_orders import facts_of
from govern.committees.models import Committee, Seat
from govern.db import db, sort_key
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
    _require(order, WorkOrderState.DRAFT, "Der Auftrag ist schon erteilt.")
    _refuse_stale(order, version)
    _fill(order, new)
    db.session.flush()


def remove_draft(order: WorkOrder, *, by: User) -> None:
    """Remove a draft: nobody has received it."""
    _require(order, WorkOrderState.DRAFT, "Ein erteilter Auftrag wird nur zurückgezogen, nicht gelöscht.")
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
        sequence = next_number(order.body_id, SERIES, day.year)  # first: the query writes what has changed so far
        _move(order, WorkOrderState.ISSUED)
        order.year, order.sequence_number = day.year, sequence
        order.number = f"A-{day.year}-{sequence:03d}"
        order.issued_on = day
        order.is_public = order.item is None or order.item.is_public
        order.minuted_task, order.minuted_facts = order.task, facts_of(order)
    db.session.flush()


def report_progress(order: WorkOrder, text: str, *, is_done: bool, by: User) -> ProgressNote:
    """The addressee or the office reports on an open order (D5); the first report puts it into progress."""
    db.session.refresh(order, with_for_update=True)
    if not order.state.is_open:
        raise DomainError(f"Der Auftrag ist nicht mehr offen: {order.state.label}.")
    if not text.strip():
        raise DomainError("Bitte schreiben Sie einen Satz dazu.", field="text")
    new_state = None
    if is_done:
        new_state = WorkOrderState.DONE
        order.done_on = today()
    elif order.state is WorkOrderState.ISSUED:
        new_state = WorkOrderState.IN_PROGRESS
    if new_state is not None:
        _move(order, new_state)
    return _note(order, text, new_state, by)


def change_dates(
    order: WorkOrder, *, due_on: date | None, resubmit_on: date | None, reason: str, version: int, by: User
) -> None:
    """Change due date and resubmission (D7); a changed due date is noted with its reason."""
    _refuse_stale(order, version)
    if not order.state.is_open:
        raise DomainError(f"Der Auftrag ist nicht mehr offen: {order.state.label}.")
    if due_on != order.due_on:
        if not reason.strip():
            raise DomainError("Bitte den Grund für die neue Frist angeben.", field="reason")
        words = f"Frist geändert von {_day(order.due_on)} auf {_day(due_on)}: {reason.strip()}"
        order.due_on = due_on
        _note(order, words, None, by)
    order.resubmit_on = resubmit_on
    db.session.flush()


def withdraw(order: WorkOrder, reason: str, *, by: User) -> None:
    """Withdraw an open order; it stays visible with the reason."""
    db.session.refresh(order, with_for_update=True)
    if not reason.strip():
        raise DomainError("Bitte den Grund angeben.", field="reason")
    _move(order, WorkOrderState.WITHDRAWN)
    order.withdrawal_reason = reason.strip()
    _note(order, f"Zurückgezogen: {reason.strip()}", WorkOrderState.WITHDRAWN, by)


def reopen(order: WorkOrder, reason: str, *, by: User) -> None:
    """Take a finished order up again."""
    db.session.refresh(order, with_for_update=True)
    if not reason.strip():
        raise DomainError("Bitte den Grund angeben.", field="reason")
    _move(order, WorkOrderState.IN_PROGRESS)
    order.done_on = None
    _note(order, f"Wieder aufgenommen: {reason.strip()}", WorkOrderState.IN_PROGRESS, by)


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
    task = " ".join(new.task.split())
    if not task:
        raise DomainError("Bitte angeben, was zu tun ist.", field="task")
    order.task, order.details, order.due_on = task, new.details.strip(), new.due_on
    order.sort_text = sort_key(f"{task} {new.details} {order.item.title if order.item else ''}")
    _address(order, new.addressee)
    order.resolution_id = _resolution_id(order, new.resolution_id)


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


def _note(order: WorkOrder, text: str, state: WorkOrderState | None, by: User) -> ProgressNote:
    note = ProgressNote(
        work_order=order, text=text.strip(), new_state=state, noted_by_id=by.id, noted_by_function=by.function_label
    )
    db.session.add(note)
    db.session.flush()
    return note


def _move(order: WorkOrder, state: WorkOrderState) -> None:
    if state not in WORK_ORDER_TRANSITIONS[order.state]:
        raise DomainError(f"Das geht nicht: Stand des Auftrags ist „{order.state.label}“.")
    order.state = state


def _require(order: WorkOrder, state: WorkOrderState, sentence: str) -> None:
    if order.state is not state:
        raise DomainError(sentence)


def _refuse_stale(order: WorkOrder, version: int) -> None:
    if order.version != version:
        raise Conflict("Der Auftrag wurde inzwischen geändert. Nichts wurde überschrieben.")


def _day(value: date | None) -> str:
    return value.strftime("%d.%m.%Y") if value else "ohne Frist"

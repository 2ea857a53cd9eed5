"""What becomes of an issued work order: accepted or declined, reported on, done, acknowledged, checked, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from govern import files
from govern.actions.models import (
    DONE_STATES,
    WORKING_STATES,
    Effect,
    OrderEvent,
    OrderEventKind,
    OrderFile,
    WorkOrder,
    WorkOrderState,
)
from govern.actions.queries.order_rules import committee_acknowledges
from govern.actions.services.order_dates import begin_anew
from govern.actions.services.order_events import demand, lock, move, note
from govern.actions.services.order_news import tell_addressee, tell_office
from govern.db import db, now
from govern.errors import Conflict, DomainError
from govern.formats import today
from govern.meetings.models import AgendaItem, ItemPurpose, ItemResult, Meeting, Resolution, TrackingEntry
from govern.meetings.services.papers import PaperStore, Upload, check_uploads
from govern.people.models import User

State = WorkOrderState


def accept(order: WorkOrder, *, version: int, by: User, text: str = "") -> None:
    """The addressee takes the order on."""
    lock(order, version)
    move(order, State.ACCEPTED)
    note(order, OrderEventKind.ACCEPTED, text, by=by, state=State.ACCEPTED)


def decline(order: WorkOrder, reason: str | None, *, version: int, by: User) -> None:
    """The addressee does not take the order on, and says why; the office decides what follows."""
    lock(order, version)
    words = demand(reason, "Bitte den Grund der Ablehnung angeben.", field="reason")
    move(order, State.DECLINED)
    note(order, OrderEventKind.DECLINED, words, by=by, state=State.DECLINED)
    tell_office(order, OrderEventKind.DECLINED, words, by=by)


def report(
    order: WorkOrder,
    text: str | None,
    *,
    is_done: bool,
    by: User,
    delay: str | None = None,
    percent: int | None = None,
    uploads: Sequence[Upload] = (),
    store: PaperStore | None = None,
) -> OrderEvent:
    """The addressee or the office reports on an open order (D5); the first report puts it into progress.

    What is overdue and not done is reported on with the reason of the ``delay`` (E-16). Papers go with the report.
    """
    lock(order)
    if order.state not in WORKING_STATES:
        raise DomainError(f"Der Auftrag ist nicht mehr offen: {order.state.label}.")
    words = demand(text, "Bitte schreiben Sie einen Satz dazu.")
    if is_late(order) and not is_done:
        demand(delay, "Die Frist ist verstrichen: Bitte den Grund für den Verzug angeben.", field="delay")
    if delay and delay.strip():
        words = f"{words.rstrip('.')}. Grund für den Verzug: {delay.strip()}"
    new_state = None
    if is_done:
        new_state, order.done_on, percent = State.REPORTED_DONE, today(), 100
    elif order.state is not State.IN_PROGRESS:
        new_state = State.IN_PROGRESS
    if percent is not None:
        order.percent = percent
    if new_state is not None:
        move(order, new_state)
    kind = OrderEventKind.REPORTED_DONE if is_done else OrderEventKind.REPORTED
    event = note(order, kind, words, by=by, state=new_state, percent=percent)
    if uploads and store is not None:
        _hand_in(event, uploads, store)
    if is_done:
        tell_office(order, kind, words, by=by)
    return event


def is_late(order: WorkOrder) -> bool:
    """True once the due day has passed."""
    return order.due_on is not None and order.due_on < today()


def ask(order: WorkOrder, text: str | None, *, by: User) -> OrderEvent:
    """The addressee asks the office something about the order."""
    lock(order)
    words = demand(text, "Bitte schreiben Sie Ihre Frage.")
    event = note(order, OrderEventKind.QUESTION, words, by=by)
    tell_office(order, OrderEventKind.QUESTION, words, by=by)
    return event


def answer(order: WorkOrder, text: str | None, *, by: User) -> OrderEvent:
    """The office answers, or writes to the addressee of its own accord."""
    lock(order)
    words = demand(text, "Bitte schreiben Sie die Antwort.")
    event = note(order, OrderEventKind.ANSWER, words, by=by)
    tell_addressee(order, OrderEventKind.ANSWER, words, by=by)
    return event


def acknowledge(order: WorkOrder, text: str = "", *, version: int, by: User) -> None:
    """The office takes note that an order is done, unless the committee itself must (E-16)."""
    lock(order, version)
    if committee_acknowledges(order):
        raise DomainError(
            "Das Gremium nimmt selbst zur Kenntnis, dass ein Auftrag erledigt ist: in der nächsten Beschlusskontrolle."
        )
    move(order, State.ACKNOWLEDGED)
    note(order, OrderEventKind.ACKNOWLEDGED, text, by=by, state=State.ACKNOWLEDGED)


def acknowledge_tracked(meeting: Meeting, by: User) -> None:
    """What stood as done in the Beschlusskontrolle of a meeting that was closed is taken note of by it (E-16)."""
    rows = db.session.execute(
        sa.select(WorkOrder, AgendaItem)
        .join(TrackingEntry, TrackingEntry.work_order_id == WorkOrder.id)
        .join(AgendaItem, AgendaItem.id == TrackingEntry.item_id)
        .where(
            AgendaItem.meeting_id == meeting.id,
            AgendaItem.purpose == ItemPurpose.RESOLUTION_TRACKING,
            AgendaItem.result.in_([ItemResult.NOTED, ItemResult.DECIDED]),
            WorkOrder.state == State.REPORTED_DONE,
        )
        .order_by(WorkOrder.id)
    ).all()
    for order, item in rows:
        if order.state is not State.REPORTED_DONE:
            continue  # it stood in two Beschlusskontrollen of the same meeting
        move(order, State.ACKNOWLEDGED)
        order.acknowledged_item_id = item.id
        note(order, OrderEventKind.ACKNOWLEDGED, f"In der {meeting.full_name}.", by=by, state=State.ACKNOWLEDGED)


def check_effect(order: WorkOrder, effect: Effect, text: str | None, *, version: int, by: User) -> None:
    """Office or chair say what the finished order has brought about (D8)."""
    lock(order, version)
    words = demand(text, "Bitte in einem Satz begründen, woran Sie das sehen.")
    move(order, State.EFFECT_CHECKED)
    order.effect = effect
    note(order, OrderEventKind.EFFECT_CHECKED, f"{effect.label}: {words}", by=by, state=State.EFFECT_CHECKED)


def reopen(order: WorkOrder, reason: str | None, *, version: int, by: User, due_on: date | None = None) -> None:
    """Take a finished order up again: not done after all, or without the effect it should have (D8).

    It needs a new deadline where the old one is over.
    """
    lock(order, version)
    words = demand(reason, "Bitte den Grund angeben.", field="reason")
    if order.state not in DONE_STATES:
        raise DomainError(f"Das geht nicht: Stand des Auftrags ist „{order.state.label}“.")
    due = begin_anew(order, due_on)
    move(order, State.IN_PROGRESS)
    order.done_on = order.acknowledged_item_id = order.effect = None
    note(order, OrderEventKind.REOPENED, words, by=by, state=State.IN_PROGRESS, due=due)
    tell_addressee(order, OrderEventKind.REOPENED, words, by=by)


def withdraw(
    order: WorkOrder, reason: str | None, *, version: int, by: User, resolution: Resolution | None = None
) -> None:
    """Withdraw an open order by a resolution, or with a reason; it stays visible with it."""
    lock(order, version)
    if resolution is not None and not _withdraws(resolution, order):
        raise DomainError("Nur ein angenommener Beschluss desselben Gremiums zieht den Auftrag zurück.",
                          field="resolution_id")  # fmt: skip
    said = (reason or "").strip()
    if resolution is None:
        said = demand(said, "Bitte den Beschluss wählen oder den Grund angeben.", field="reason")
    name = f"Beschluss {resolution.number}" if resolution is not None else ""
    words = ": ".join(part for part in (name, said) if part)
    move(order, State.WITHDRAWN)
    order.withdrawal_reason = words
    order.withdrawn_by_resolution_id = resolution.id if resolution is not None else None
    note(order, OrderEventKind.WITHDRAWN, words, by=by, state=State.WITHDRAWN)
    tell_addressee(order, OrderEventKind.WITHDRAWN, words, by=by)


def withdraw_file(file: OrderFile, *, by: User) -> None:
    """Take a paper back: nobody can open it any more, its name stays on record."""
    if file.withdrawn_at is not None:
        raise Conflict("Diese Unterlage ist schon zurückgezogen.")
    file.withdrawn_at = now()
    db.session.flush()


def _withdraws(resolution: Resolution, order: WorkOrder) -> bool:
    return (
        resolution.committee_id == order.committee_id
        and resolution.is_adopted
        and resolution.number is not None
        and resolution.cancelled_at is None
    )


def _hand_in(event: OrderEvent, uploads: Sequence[Upload], store: PaperStore) -> None:
    check_uploads(uploads, store)
    for upload in uploads:
        stored = files.keep(store.folder, upload.data, upload.name, most_bytes=store.most_bytes)
        event.files.append(
            OrderFile(
                work_order=event.work_order, file_name=stored.file_name, media_type=stored.media_type,
                size=stored.size, sha256=stored.sha256, stored_name=stored.stored_name,
            )
        )  # fmt: skip
    db.session.flush()

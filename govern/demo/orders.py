"""Work orders of the example year: noted in the minutes, issued at closing, then dated back with their progress."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta

from govern.actions.models import ProgressNote, WorkOrder, WorkOrderState
from govern.db import db, sort_key
from govern.demo.days import due_day
from govern.demo.meetings import Surroundings
from govern.demo.texts import Text
from govern.formats import at, local
from govern.meetings.models import AgendaItem, Meeting
from govern.people.models import Organisation, User
from govern.people.services.number_ranges import next_number

Noted = tuple[WorkOrder, Text]


def note_orders(around: Surroundings, said: Sequence[tuple[AgendaItem, Text]], *, by: User) -> list[Noted]:
    """Type the work orders of a running meeting at their items."""
    noted: list[Noted] = []
    for item, text in said:
        for order_text in text.get("orders", ()):
            order = WorkOrder(
                body_id=item.meeting.committee.body_id, committee=item.meeting.committee, item=item,
                resolution=item.resolutions[0] if item.resolutions else None, task=order_text["task"],
                details=order_text.get("details", ""), sort_text=sort_key(order_text["task"]),
                addressee_organisation=around.organisations[order_text["to"]], is_public=item.is_public,
                created_by_id=by.id,
            )  # fmt: skip
            order.due_on = due_day(order_text["due"], today=around.today, held_on=_held_on(item.meeting))
            db.session.add(order)
            noted.append((order, order_text))
    db.session.flush()
    return noted


def date_back(around: Surroundings, noted: Sequence[Noted]) -> None:
    """Give issued orders the days and the progress they would have by today."""
    for order, text in noted:
        held_on = _held_on(order.item.meeting) if order.item else around.today
        if order.state is WorkOrderState.DRAFT:
            _issue(order, held_on)
        order.issued_on = held_on
        order.created_at = at(held_on, time(16, 0))
        if "resubmit" in text:
            order.resubmit_on = due_day(text["resubmit"], today=around.today, held_on=held_on)
        for note in text.get("notes", ()):
            order.progress_notes.append(_progress(order.addressee_organisation, note, held_on))
        order.state = WorkOrderState(text["state"])
        if order.state is WorkOrderState.DONE:
            order.done_on = due_day(text["done"], today=around.today, held_on=held_on)
    db.session.flush()


def _issue(order: WorkOrder, day: date) -> None:
    sequence = next_number(order.body_id, "work_order", day.year)
    order.year, order.sequence_number = day.year, sequence
    order.number = f"A-{day.year}-{sequence:03d}"
    order.state, order.issued_on = WorkOrderState.ISSUED, day


def _progress(organisation: Organisation | None, text: Text, held_on: date) -> ProgressNote:
    return ProgressNote(
        text=text["text"], new_state=WorkOrderState(text["state"]) if "state" in text else None,
        noted_at=at(held_on + timedelta(days=text["after"]), time(11, 30)),
        noted_by_function=organisation.name if organisation else "Koordination",
    )  # fmt: skip


def _held_on(meeting: Meeting) -> date:
    return local(meeting.starts_at).date()

"""Read work orders: lists, one with its chain, and what other pages show of them. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from govern.actions.models import OPEN_STATES, OrderEvent, WorkOrder, WorkOrderState
from govern.actions.policies import viewable_by
from govern.committees.models import Committee, Seat, seat_organisation
from govern.committees.queries.addressees import Addressees, Names, addressees_of
from govern.db import db, kept, number_of_rows
from govern.formats import date_numeric, date_text, local, relative_day, today
from govern.meetings.contributions import ItemSection, Line
from govern.meetings.models import AgendaItem, Meeting, Resolution
from govern.people.models import Organisation, User

SOON = timedelta(days=14)
HELD_WITH_STATE = ("committee_id", "addressee_organisation_id")
"""Columns whose index also holds the state."""
Way = tuple[InstrumentedAttribute[Any], sa.ColumnElement[bool]]
HEADING = "Arbeitsaufträge"

LIGHTS = {
    WorkOrderState.DRAFT: ("neutral", "Entwurf"),
    WorkOrderState.DECLINED: ("danger", "abgelehnt"),
    WorkOrderState.REPORTED_DONE: ("success", "als erledigt gemeldet am {0}"),
    WorkOrderState.ACKNOWLEDGED: ("success", "erledigt am {0}"),
    WorkOrderState.EFFECT_CHECKED: ("success", "erledigt am {0}, {1}"),
    WorkOrderState.WITHDRAWN: ("neutral", "zurückgezogen"),
}
"""States for which the due date says nothing any more."""

ROW = (
    WorkOrderState.ISSUED,
    WorkOrderState.ACCEPTED,
    WorkOrderState.IN_PROGRESS,
    WorkOrderState.REPORTED_DONE,
    WorkOrderState.ACKNOWLEDGED,
    WorkOrderState.EFFECT_CHECKED,
)
ROW_LABELS = ("Erteilt", "Angenommen", "In Arbeit", "Als erledigt gemeldet", "Zur Kenntnis genommen", "Wirkung geprüft")


@dataclass(frozen=True)
class Light:
    """The traffic light of a work order: always with words."""

    tone: str
    """`neutral`, `info`, `success`, `warning` or `danger`."""
    text: str


@dataclass(frozen=True)
class AddresseeGroup:
    """Addressees to choose from under one heading: pairs of value and label."""

    heading: str
    options: tuple[tuple[str, str], ...]


A_LINE = (
    joinedload(WorkOrder.committee),
    joinedload(WorkOrder.item).joinedload(AgendaItem.meeting),
    joinedload(WorkOrder.resolution),
    joinedload(WorkOrder.addressee_organisation),
    joinedload(WorkOrder.addressee_seat).selectinload(Seat.organisations),
    joinedload(WorkOrder.addressee_committee),
)
"""Everything a line about a work order shows."""
WHOLE = (
    *A_LINE,
    joinedload(WorkOrder.person),
    joinedload(WorkOrder.withdrawn_by_resolution),
    joinedload(WorkOrder.acknowledged_item).joinedload(AgendaItem.meeting),
    selectinload(WorkOrder.events).selectinload(OrderEvent.files),
)
"""A work order with all its page shows of it, and everything that happened."""


def steps_of(order: WorkOrder) -> list[dict[str, str]]:
    """The row of steps: what is done, with its day, where it stands, what follows."""
    days = {
        event.new_state: date_numeric(local(event.noted_at)) for event in order.events if event.new_state is not None
    }
    state = order.state
    if state in (WorkOrderState.DECLINED, WorkOrderState.WITHDRAWN):
        return [
            {"label": "Erteilt", "note": date_numeric(order.issued_on), "state": "done"},
            {"label": state.label.capitalize(), "note": days.get(state, ""), "state": "stopped"},
        ]
    at = ROW.index(state) if state in ROW else -1
    notes = {**days, WorkOrderState.ISSUED: date_numeric(order.issued_on) if order.issued_on else ""}
    return [
        {
            "label": ROW_LABELS[n],
            "note": notes.get(step, "") if n <= at else "",
            "state": "now" if n == at else "done" if n < at else "next",
        }
        for n, step in enumerate(ROW)
    ]


def list_parts(user: User, order: WorkOrder) -> Sequence[WorkOrder]:
    """The orders that are parts of ``order``, as far as ``user`` may see them, with what happened to each."""
    return db.session.scalars(
        with_parts()
        .where(viewable_by(user), WorkOrder.parent_id == order.id)
        .options(selectinload(WorkOrder.events))
        .order_by(WorkOrder.id)
    ).all()


def last_words(orders: Iterable[WorkOrder]) -> dict[int, OrderEvent]:
    """What was last said on each of ``orders``, by order id; one statement."""
    events = db.session.scalars(_last_events(), {"order_ids": [order.id for order in orders]})
    return {event.work_order_id: event for event in events}


@cache
def _last_events() -> sa.Select[OrderEvent]:
    latest = (
        sa.select(sa.func.max(OrderEvent.id))
        .where(OrderEvent.work_order_id.in_(sa.bindparam("order_ids", expanding=True)), OrderEvent.text != "")
        .group_by(OrderEvent.work_order_id)
    )
    return sa.select(OrderEvent).where(OrderEvent.id.in_(latest))


def list_drafts(item: AgendaItem) -> Sequence[WorkOrder]:
    """All work orders of an item, for whoever minutes it."""
    return db.session.scalars(_drafts(), {"item_id": item.id}).unique().all()


@cache
def _drafts() -> sa.Select[WorkOrder]:
    of_item = WorkOrder.item_id == sa.bindparam("item_id", type_=sa.Integer)
    return sa.select(WorkOrder).where(of_item).options(*_addressee_parts()).order_by(WorkOrder.id)


def list_addressees(committee: Committee) -> list[AddresseeGroup]:
    """Everybody a work order of ``committee`` can go to: institutions, seats, committees (D3)."""
    return grouped(addressees_of(committee), committee)


def grouped(addressees: Addressees, committee: Committee) -> list[AddresseeGroup]:
    """``addressees`` of ``committee`` under headings, as values of a form."""
    groups = [
        _group("Kommunen", "organisation", addressees.municipalities),
        _group("Institutionen", "organisation", addressees.institutions),
        _group(f"Sitze: {committee.name}", "seat", addressees.seats),
        _group("Gremien", "committee", addressees.committees),
    ]
    return [group for group in groups if group.options]


def _group(heading: str, kind: str, names: Names) -> AddresseeGroup:
    return AddresseeGroup(heading, tuple((f"{kind}:{identity}", name) for identity, name in names))


def list_part_addressees(order: WorkOrder) -> list[tuple[str, str]]:
    """Who can get a part of ``order``: municipalities first, then other institutions."""
    groups = [group for group in list_addressees(order.committee) if group.heading in ("Kommunen", "Institutionen")]
    return [option for group in groups for option in group.options]


def list_municipalities(order: WorkOrder) -> list[str]:
    """All municipalities of the county, as addressees."""
    groups = [group for group in list_addressees(order.committee) if group.heading == "Kommunen"]
    return [value for group in groups for value, _label in group.options]


def facts_of(order: WorkOrder) -> str:
    """Addressee and due date as one line."""
    due = f"Frist {date_text(order.due_on)}" if order.due_on else "ohne Frist"
    return f"{order.addressee_label} · {due}"


def origin_of(order: WorkOrder) -> str:
    """„Lenkungsgruppe KIM, 26. Mai 2026 · Beschluss LG-B-2026-07"."""
    held_on = f", {date_text(order.item.meeting.starts_at)}" if order.item else ""
    number = order.resolution.number if order.resolution else None
    return f"{order.committee.name}{held_on}" + (f" · Beschluss {number}" if number else "")


def light_of(order: WorkOrder | sa.Row[Any], day: date | None = None) -> Light:
    """„überfällig seit 9 Tagen", „fällig in 5 Tagen", „erledigt am 3. Juni 2026"."""
    day = day or today()
    if order.state in LIGHTS:
        tone, words = LIGHTS[order.state]
        return Light(tone, words.format(date_text(order.done_on), order.effect.label if order.effect else ""))
    if order.due_on is None:
        return Light("info", "ohne Frist")
    if order.due_on < day:
        return Light("danger", f"überfällig {relative_day(order.due_on, reference=day)}")
    when = relative_day(order.due_on, reference=day)
    words = f"{when} fällig" if when in ("heute", "morgen") else f"fällig {when}"
    return Light("warning" if order.due_on - day <= SOON else "info", words)


def item_sections(user: User, items: Sequence[AgendaItem]) -> dict[int, list[ItemSection]]:
    """The work orders of agenda items, for page, print and export; in closed meetings as they were minuted."""
    rows = db.session.scalars(_of_items(user), {"ids": [item.id for item in items]}).all()
    return _sections((order.item_id, _minuted_line(order)) for order in rows)


def resolution_sections(user: User, resolutions: Sequence[Resolution]) -> dict[int, list[ItemSection]]:
    """The work orders that came of resolutions (D6)."""
    ids = [resolution.id for resolution in resolutions]
    if not ids:
        return {}
    rows = db.session.scalars(_of_resolutions(user), {"ids": ids}).all()
    return _sections((order.resolution_id, _line(order)) for order in rows)


@kept
def _of_items(user: User) -> sa.Select[WorkOrder]:
    return _listed(user, WorkOrder.item_id)


@kept
def _of_resolutions(user: User) -> sa.Select[WorkOrder]:
    return _listed(user, WorkOrder.resolution_id)


def _listed(user: User, origin: InstrumentedAttribute[int | None]) -> sa.Select[WorkOrder]:
    chosen = origin.in_(sa.bindparam("ids", expanding=True))
    return with_names().where(viewable_by(user), chosen).order_by(WorkOrder.number, WorkOrder.id)


def list_open_of_committee(user: User, committee: Committee, *, most: int = 5) -> tuple[Sequence[WorkOrder], int]:
    """The most urgent open work orders that a committee gave or was given, and how many there are."""
    return _first(_open_of_committee(user), most, {"committee_id": committee.id})


def list_open_of_organisation(user: User, organisation_id: int, *, most: int = 5) -> tuple[Sequence[WorkOrder], int]:
    """The most urgent open work orders addressed to an organisation or one of its seats, and how many there are."""
    return _first(_open_of_organisation(user), most, {"organisation_id": organisation_id})


@kept
def _open_of_committee(user: User) -> sa.Select[WorkOrder, int]:
    committee = sa.bindparam("committee_id", type_=sa.Integer)
    gave, was_given = WorkOrder.committee_id, WorkOrder.addressee_committee_id
    return _open(user, found_by([(gave, gave == committee), (was_given, was_given == committee)], OPEN_STATES))


@kept
def _open_of_organisation(user: User) -> sa.Select[WorkOrder, int]:
    organisation = sa.bindparam("organisation_id", type_=sa.Integer)
    seats = sa.select(seat_organisation.c.seat_id).where(seat_organisation.c.organisation_id == organisation)
    institution, seat = WorkOrder.addressee_organisation_id, WorkOrder.addressee_seat_id
    return _open(user, found_by([(institution, institution == organisation), (seat, seat.in_(seats))], OPEN_STATES))


def found_by(ways: Sequence[Way], states: Sequence[WorkOrderState]) -> sa.ColumnElement[bool]:
    """Orders in one of ``states`` that any of ``ways`` finds: columns with a condition, each by its own index.

    With „or“ SQLite reads all work orders, or all that are open. Where the index of a column does not hold the state,
    what is left out is said, not what is wanted: of wanted states SQLite would take their index.
    """
    wanted = WorkOrder.state.in_(states)
    not_others = WorkOrder.state.not_in([state for state in WorkOrderState if state not in states])
    found = [
        sa.select(WorkOrder.id).where(condition, wanted if column.key in HELD_WITH_STATE else not_others)
        for column, condition in ways
    ]
    return WorkOrder.id.in_(sa.union_all(*found)) if found else sa.false()


def _open(user: User, condition: sa.ColumnElement[bool]) -> sa.Select[WorkOrder, int]:
    order = (WorkOrder.due_on.is_(None), WorkOrder.due_on, WorkOrder.id)
    # The ids of the few first: the names beside them are read for these only, not for all that are put in order.
    shown = (
        sa.select(WorkOrder.id, sa.func.count().over().label("total"))
        .where(viewable_by(user), condition)
        .order_by(*order)
        .limit(number_of_rows("most"))
        .subquery("shown")
    )
    return with_names().add_columns(shown.c.total).join(shown, shown.c.id == WorkOrder.id).order_by(*order)


def _first(statement: sa.Select[WorkOrder, int], most: int, values: dict[str, Any]) -> tuple[Sequence[WorkOrder], int]:
    rows = db.session.execute(statement, {**values, "most": most}).all()
    return [row.WorkOrder for row in rows], rows[0].total if rows else 0


@cache
def with_parts() -> sa.Select[WorkOrder]:
    """Work orders with everything a line about them shows."""
    return sa.select(WorkOrder).options(*A_LINE)


@cache
def with_names() -> sa.Select[WorkOrder]:
    """Work orders with the names of who gave them and who has to do them, nothing else of these."""
    return sa.select(WorkOrder).options(
        joinedload(WorkOrder.committee).load_only(Committee.name, Committee.short_name),
        joinedload(WorkOrder.addressee_organisation).load_only(Organisation.name),
        joinedload(WorkOrder.addressee_seat)
        .load_only(Seat.function)
        .selectinload(Seat.organisations)
        .load_only(Organisation.name),
        joinedload(WorkOrder.addressee_committee).load_only(Committee.name),
    )


@cache
def in_lists() -> sa.Select[WorkOrder]:
    """The same with what a list says of where they come from."""
    return with_names().options(
        joinedload(WorkOrder.item)
        .load_only(AgendaItem.meeting_id)
        .joinedload(AgendaItem.meeting)
        .load_only(Meeting.starts_at),
        joinedload(WorkOrder.resolution).load_only(Resolution.number, Resolution.proviso),
    )


def _addressee_parts() -> list[ExecutableOption]:
    return [
        joinedload(WorkOrder.addressee_organisation),
        joinedload(WorkOrder.addressee_seat).joinedload(Seat.organisations),
        joinedload(WorkOrder.addressee_committee),
    ]


def _sections(rows: Iterable[tuple[int | None, Line]]) -> dict[int, list[ItemSection]]:
    lines: dict[int, list[Line]] = {}
    for key, line in rows:
        if key is not None:
            lines.setdefault(key, []).append(line)
    return {key: [ItemSection(HEADING, tuple(found), "sie werden jetzt erteilt")] for key, found in lines.items()}


def _line(order: WorkOrder) -> Line:
    detail = f"{order.number or 'Entwurf'} · {facts_of(order)}"
    if not order.state.is_open:
        detail += f" · {order.state.label}"
    return Line(order.task, detail, f"/arbeitsauftraege/{order.id}")


def _minuted_line(order: WorkOrder) -> Line:
    # The minutes say what was ordered that day; what became of it stands at the order.
    if order.minuted_task is None:
        return _line(order)
    return Line(order.minuted_task, f"{order.number} · {order.minuted_facts}", f"/arbeitsauftraege/{order.id}")


def orders_left_with(organisation: Organisation) -> list[str]:
    """A German sentence if an organisation that is about to end still has open orders; it says no number."""
    is_open = WorkOrder.state.in_(sorted(OPEN_STATES))
    left = sa.select(WorkOrder.id).where(WorkOrder.addressee_organisation_id == organisation.id, is_open)
    if db.session.scalar(left.limit(1)) is None:
        return []
    return ["Bei ihr liegen noch offene Aufträge. Halten Sie eine Ablehnung fest, dann lassen sie sich an eine andere "
            "Stelle erteilen, oder ziehen Sie sie zurück."]  # fmt: skip

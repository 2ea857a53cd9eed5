"""Lists of work orders: by view, narrowed by filters that live in the address, with counts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from govern import search
from govern.actions.models import DONE_STATES, OPEN_STATES, OrderEvent, WorkOrder, WorkOrderState
from govern.actions.periods import Period
from govern.actions.policies import addressed_to, can_view_all, viewable_by, ways_to_address
from govern.actions.queries.work_orders import SOON, found_by, in_lists, last_words, with_parts
from govern.committees.models import Committee
from govern.db import COUNTED, at_most, count_rows, db, kept, number_of_rows
from govern.formats import today
from govern.meetings.models import AgendaItem
from govern.people.models import Organisation, User
from govern.people.policies import can_coordinate

PAGE_SIZE = 25
MOST_IN_FILE = 5_000
KEPT = timedelta(days=2 * 365)
"""How long settled orders stay in a calendar, so that programs do not delete history (B-19)."""


@dataclass(frozen=True, kw_only=True)
class OrderFilter:
    """What the list is narrowed to."""

    view: str = "alle"
    """`mir`, `gremien`, `alle` or `protokolliert`."""
    state: str = "offen"
    """`offen`, `ueberfaellig`, `zu-tun`, `wiedervorlage`, `erledigt` or `alle`; from figures also `erteilt` (neither
    draft nor withdrawn), `mit-frist` and `puenktlich` (done that had a due date, and of these in time)."""
    text: str = ""
    committee_id: int | None = None
    organisation_id: int | None = None
    addressed_committee_id: int | None = None
    seat_id: int | None = None
    due_until: date | None = None
    given_in: Period | None = None


@dataclass(frozen=True)
class OrderPage:
    """One page of a list of work orders."""

    rows: Sequence[WorkOrder]
    total: int
    number: int
    words: dict[int, OrderEvent] = field(default_factory=dict)
    """The last word on each, by order id."""

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


@dataclass(frozen=True)
class OwnCounts:
    """How much is addressed to somebody."""

    open: int
    overdue: int
    waiting: int


@dataclass(frozen=True)
class OrderCounts:
    """How much there is in each view, and how urgent it is in the one shown."""

    mine: int
    of_my_committees: int
    all: int
    minuted: int
    overdue: int
    soon: int
    done: int


def list_orders(user: User, wanted: OrderFilter, page: int) -> OrderPage:
    """One page of the work orders ``user`` may see: the most urgent first, finished ones by their day."""
    conditions = [viewable_by(user), *_view(user, wanted.view), *_conditions(wanted)]
    if wanted.text.strip():
        hits = search.newest(WorkOrder, wanted.text).where(*conditions)
        chosen, total = search.one_page(hits, _urgent_first(), size=PAGE_SIZE, number=page)
        lines = in_lists().where(WorkOrder.id.in_(chosen))
    else:
        ids = sa.select(WorkOrder.id).where(*conditions)
        total = count_rows(ids, seen=page * PAGE_SIZE)
        # The ids of the page first: where they come from is read for these only, not for all that are put in order.
        shown = ids.order_by(*_urgent_first()).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE).subquery("shown")
        lines = in_lists().join(shown, shown.c.id == WorkOrder.id)
    rows = db.session.scalars(lines.order_by(*_urgent_first())).all()
    return OrderPage(rows, total, page, last_words(rows))


def count_orders(user: User, view: str) -> OrderCounts:
    """Open work orders by view, and the urgency of those in ``view``, each as far as lists count; one statement."""
    row = db.session.execute(_counts(user, view), {"today": today(), "soon": today() + SOON}).one()
    return OrderCounts(*(at_most(n, COUNTED) for n in row))


@kept
def _counts(user: User, view: str) -> sa.Select[*tuple[int, ...]]:
    shown = _view(user, view)
    day, soon = sa.bindparam("today", type_=sa.Date), sa.bindparam("soon", type_=sa.Date)
    is_open = _is_open(user)
    return sa.select(
        _number(user, is_open, *_view(user, "mir")),
        _number(user, is_open, *_view(user, "gremien")),
        _number(user, is_open),
        _number(user, is_open, *_view(user, "protokolliert")),
        _number(user, is_open, WorkOrder.due_on < day, *shown),
        _number(user, is_open, WorkOrder.due_on.between(day, soon), *shown),
        _number(user, WorkOrder.state.in_(DONE_STATES), *shown),
    )


def _is_open(user: User) -> sa.ColumnElement[bool]:
    if can_view_all(user):
        return WorkOrder.state.in_(OPEN_STATES)
    # By its index: SQLite would read all orders to find the open ones among those somebody may see.
    return WorkOrder.id.in_(sa.select(WorkOrder.id).where(WorkOrder.state.in_(OPEN_STATES)))


def _number(user: User, *conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    # Stopped like the count of a list: what is done grows with the years, what is open with the county.
    found = sa.select(WorkOrder.id).where(viewable_by(user), *conditions).limit(COUNTED + 1).subquery()
    return sa.select(sa.func.count()).select_from(found).scalar_subquery()


def list_committees(user: User) -> Sequence[sa.Row[int, str]]:
    """Id and name of the committees that gave a work order ``user`` may see."""
    return db.session.execute(_committees(user)).all()


@kept
def _committees(user: User) -> sa.Select[int, str]:
    gave = sa.exists().where(WorkOrder.committee_id == Committee.id, viewable_by(user))
    return sa.select(Committee.id, Committee.name).where(gave).order_by(Committee.sort_name, Committee.id)


def list_addressed_organisations(user: User) -> Sequence[sa.Row[int, str]]:
    """Id and name of the organisations to which a work order goes that ``user`` may see."""
    return db.session.execute(_addressed_organisations(user)).all()


@kept
def _addressed_organisations(user: User) -> sa.Select[int, str]:
    has_one = sa.exists().where(WorkOrder.addressee_organisation_id == Organisation.id, viewable_by(user))
    wanted = sa.select(Organisation.id, Organisation.name).where(has_one)
    return wanted.order_by(Organisation.sort_name, Organisation.id)


def views_of(user: User) -> list[str]:
    """The views that make sense for ``user``: `mir` for who is addressed, `gremien` for who belongs to committees."""
    standing = user.standing
    found = []
    if standing.organisations or standing.member_committees or standing.chair_committees:
        found.append("mir")
    if standing.member_committees or standing.chair_committees or standing.office_committees:
        found.append("gremien")
    if standing.office_committees and "mir" not in found:
        found.append("mir")  # orders go to committees as well, and their office acts for them
    if can_coordinate(user) or len(found) > 1:
        found.append("alle")
    if can_coordinate(user) or standing.office_committees or standing.minute_meetings:
        found.append("protokolliert")
    return found or ["mir"]


def list_all(
    user: User, wanted: OrderFilter, *, public_only: bool = False
) -> list[tuple[WorkOrder, OrderEvent | None]]:
    """All work orders of a list with the last word on each, for a file; drafts are left out."""
    conditions = [viewable_by(user), *_view(user, wanted.view), *_conditions(wanted),
                  WorkOrder.state != WorkOrderState.DRAFT]  # fmt: skip
    if public_only:
        conditions.append(WorkOrder.is_public.is_(True))
    if wanted.text.strip():
        conditions.append(search.found_in(WorkOrder, wanted.text))
    rows = db.session.scalars(with_parts().where(*conditions).order_by(*_urgent_first()).limit(MOST_IN_FILE)).all()
    words = last_words(rows)
    return [(order, words.get(order.id)) for order in rows]


def list_chosen(user: User, ids: Collection[int]) -> Sequence[WorkOrder]:
    """The work orders with these ids that ``user`` may see."""
    return db.session.scalars(
        with_parts().where(viewable_by(user), WorkOrder.id.in_(ids)).order_by(WorkOrder.id).limit(PAGE_SIZE)
    ).all()


def list_own(user: User, show: str, page: int) -> OrderPage:
    """One page of what is addressed to ``user``, in all committees: what waits to be accepted and is late first."""
    before = (page - 1) * PAGE_SIZE
    most = max(COUNTED, before + PAGE_SIZE + 1)
    total = at_most(db.session.scalar(_own_total(user, show), {"counted": most + 1}), most)
    rows = db.session.scalars(_own(user, show), {"most": PAGE_SIZE, "before": before}).all()
    return OrderPage(rows, total, page, last_words(rows))


@kept
def _own_total(user: User, show: str) -> sa.Select[int]:
    found = sa.select(WorkOrder.id).where(*_addressed(user, show)).limit(number_of_rows("counted")).subquery()
    return sa.select(sa.func.count()).select_from(found)


@kept
def _own(user: User, show: str) -> sa.Select[WorkOrder]:
    ids = sa.select(WorkOrder.id).where(*_addressed(user, show)).order_by(*_urgent_first())
    shown = ids.limit(number_of_rows("most")).offset(number_of_rows("before")).subquery("shown")
    return in_lists().join(shown, shown.c.id == WorkOrder.id).order_by(*_urgent_first())


def _addressed(user: User, show: str) -> list[sa.ColumnElement[bool]]:
    states = {"offen": OPEN_STATES, "erledigt": DONE_STATES}.get(show)
    if states is None:
        return [addressed_to(user), WorkOrder.state != WorkOrderState.DRAFT]
    return [found_by(ways_to_address(user), states)]


def list_own_deadlines(user: User) -> list[tuple[WorkOrder, OrderEvent | None]]:
    """What is addressed to ``user`` and has a due date, with the latest event of each; settled ones for two years."""
    settled = sa.and_(WorkOrder.state.not_in(OPEN_STATES), WorkOrder.due_on < today() - KEPT)
    orders = db.session.scalars(
        with_parts()
        .where(addressed_to(user), WorkOrder.state != WorkOrderState.DRAFT, WorkOrder.due_on.is_not(None), ~settled)
        .order_by(WorkOrder.due_on, WorkOrder.id)
    ).all()
    latest = (
        sa.select(sa.func.max(OrderEvent.id))
        .where(OrderEvent.work_order_id.in_([order.id for order in orders]))
        .group_by(OrderEvent.work_order_id)
    )
    events = {e.work_order_id: e for e in db.session.scalars(sa.select(OrderEvent).where(OrderEvent.id.in_(latest)))}
    return [(order, events.get(order.id)) for order in orders]


def count_own(user: User) -> OwnCounts:
    """How much of what is addressed to ``user`` is open, late and waits to be accepted; one statement."""
    row = db.session.execute(_own_counts(user), {"today": today()}).one()
    return OwnCounts(*(int(n or 0) for n in row))


@kept
def _own_counts(user: User) -> sa.Select[*tuple[int, ...]]:
    # Of the open ones only: those somebody has done grow with the years.
    return sa.select(
        sa.func.count(WorkOrder.id), _sum(WorkOrder.due_on < sa.bindparam("today", type_=sa.Date)),
        _sum(WorkOrder.state == WorkOrderState.ISSUED),
    ).where(found_by(ways_to_address(user), OPEN_STATES))  # fmt: skip


def own_name(user: User) -> str:
    """Whose orders they are: the institutions ``user`` acts for, by name."""
    return ", ".join(organisation.name for organisation in user.organisations_on(today()))


def _urgent_first() -> list[sa.SQLColumnExpression[Any]]:
    closed_last = sa.case((WorkOrder.state.in_(OPEN_STATES), 0), (WorkOrder.state == WorkOrderState.DRAFT, 1), else_=2)
    return [closed_last, WorkOrder.due_on.is_(None), WorkOrder.due_on, WorkOrder.number, WorkOrder.id]


def _view(user: User, view: str) -> list[sa.ColumnElement[bool]]:
    if view == "mir":
        return [addressed_to(user), WorkOrder.state != WorkOrderState.DRAFT]
    if view == "gremien":
        standing = user.standing
        mine = standing.member_committees | standing.chair_committees | standing.office_committees
        return [WorkOrder.committee_id.in_(sorted(mine))]
    if view == "protokolliert":
        minuted = sa.select(AgendaItem.id).where(AgendaItem.meeting_id.in_(sorted(user.standing.minute_meetings)))
        # Each way by its index; one or the other at once would be asked of every order.
        ways = sa.union(
            sa.select(WorkOrder.id).where(WorkOrder.created_by_id == user.id),
            sa.select(WorkOrder.id).where(WorkOrder.item_id.in_(minuted)),
        )
        return [WorkOrder.id.in_(ways)]
    return []


def _conditions(wanted: OrderFilter) -> list[sa.ColumnElement[bool]]:
    asked = {
        WorkOrder.committee_id: wanted.committee_id,
        WorkOrder.addressee_organisation_id: wanted.organisation_id,
        WorkOrder.addressee_committee_id: wanted.addressed_committee_id,
        WorkOrder.addressee_seat_id: wanted.seat_id,
    }
    found = _of_state(wanted.state) + [column == value for column, value in asked.items() if value is not None]
    if wanted.given_in is not None:
        found.append(WorkOrder.issued_on.between(wanted.given_in.starts_on, wanted.given_in.ends_on))
    if wanted.due_until is not None:
        found.append(WorkOrder.due_on <= wanted.due_until)
    return found


def _of_state(state: str) -> list[sa.ColumnElement[bool]]:
    is_open, is_done = WorkOrder.state.in_(OPEN_STATES), WorkOrder.state.in_(DONE_STATES)
    had_date: list[sa.ColumnElement[bool]] = [is_done, WorkOrder.done_on.is_not(None), WorkOrder.due_on.is_not(None)]
    conditions: dict[str, list[sa.ColumnElement[bool]]] = {
        "offen": [is_open],
        "ueberfaellig": [is_open, WorkOrder.due_on < today()],
        "wiedervorlage": [is_open, WorkOrder.resubmit_on <= today()],
        "zu-tun": [_waits_for_the_office()],
        "erledigt": [is_done],
        "erteilt": [WorkOrder.state.not_in((WorkOrderState.DRAFT, WorkOrderState.WITHDRAWN))],
        "mit-frist": had_date,
        "puenktlich": [*had_date, WorkOrder.done_on <= WorkOrder.due_on],
    }
    return conditions.get(state, [])


def _waits_for_the_office() -> sa.ColumnElement[bool]:
    return sa.or_(
        WorkOrder.state.in_([WorkOrderState.DECLINED, WorkOrderState.REPORTED_DONE]),
        WorkOrder.asked_due_on.is_not(None),
        sa.and_(WorkOrder.state.in_(OPEN_STATES), WorkOrder.resubmit_on <= today()),
    )


def _sum(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0))

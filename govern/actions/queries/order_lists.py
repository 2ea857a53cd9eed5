"""Lists of work orders: by view, narrowed by filters that live in the address, with counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from govern import search
from govern.actions.models import DONE_STATES, OPEN_STATES, OrderEvent, WorkOrder, WorkOrderState
from govern.actions.periods import Period
from govern.actions.policies import addressed_to, viewable_by
from govern.actions.queries.work_orders import SOON, last_words, with_parts
from govern.committees.models import Committee
from govern.db import count_rows, db
from govern.formats import today
from govern.people.models import Organisation, User
from govern.people.policies import can_coordinate

PAGE_SIZE = 25


@dataclass(frozen=True, kw_only=True)
class OrderFilter:
    """What the list is narrowed to."""

    view: str = "alle"
    """`mir`, `gremien` or `alle`."""
    state: str = "offen"
    """`offen`, `ueberfaellig`, `erledigt`, `wiedervorlage` or `alle`."""
    text: str = ""
    committee_id: int | None = None
    organisation_id: int | None = None
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
class OrderCounts:
    """How much there is in each view, and how urgent it is in the one shown."""

    mine: int
    of_my_committees: int
    all: int
    overdue: int
    soon: int
    done: int


def list_orders(user: User, wanted: OrderFilter, page: int) -> OrderPage:
    """One page of the work orders ``user`` may see: the most urgent first, finished ones by their day."""
    conditions = [viewable_by(user), *_view(user, wanted.view), *_conditions(wanted)]
    if wanted.text.strip():
        ids = search.newest(WorkOrder, wanted.text).where(*conditions)
        total = count_rows(ids, most=search.CAP)
        conditions = [WorkOrder.id.in_(sa.select(ids.cte("found").c.id))]
    else:
        total = count_rows(sa.select(WorkOrder.id).where(*conditions), seen=page * PAGE_SIZE)
    closed_last = sa.case((WorkOrder.state.in_(OPEN_STATES), 0), (WorkOrder.state == WorkOrderState.DRAFT, 1), else_=2)
    rows = db.session.scalars(
        with_parts()
        .where(*conditions)
        .order_by(closed_last, WorkOrder.due_on.is_(None), WorkOrder.due_on, WorkOrder.number, WorkOrder.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return OrderPage(rows, total, page, last_words(rows))


def count_orders(user: User, view: str) -> OrderCounts:
    """Open work orders by view, and the urgency of those in ``view``; one statement."""
    shown = _view(user, view)
    is_open = WorkOrder.state.in_(OPEN_STATES)
    row = db.session.execute(
        sa.select(
            _sum(sa.and_(is_open, *_view(user, "mir"))),
            _sum(sa.and_(is_open, *_view(user, "gremien"))),
            _sum(is_open),
            _sum(sa.and_(is_open, WorkOrder.due_on < today(), *shown)),
            _sum(sa.and_(is_open, WorkOrder.due_on.between(today(), today() + SOON), *shown)),
            _sum(sa.and_(WorkOrder.state.in_(DONE_STATES), *shown)),
        ).where(viewable_by(user))
    ).one()
    return OrderCounts(*(int(n or 0) for n in row))


def list_committees(user: User) -> Sequence[Committee]:
    """Committees that gave a work order ``user`` may see."""
    ids = sa.select(WorkOrder.committee_id).where(viewable_by(user))
    return db.session.scalars(sa.select(Committee).where(Committee.id.in_(ids)).order_by(Committee.sort_name)).all()


def list_addressed_organisations(user: User) -> Sequence[Organisation]:
    """Organisations to which a work order goes that ``user`` may see."""
    ids = sa.select(WorkOrder.addressee_organisation_id).where(viewable_by(user))
    return db.session.scalars(
        sa.select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.sort_name)
    ).all()


def views_of(user: User) -> list[str]:
    """The views that make sense for ``user``: `mir` for who is addressed, `gremien` for who belongs to committees."""
    standing = user.standing
    found = []
    if standing.organisations or standing.member_committees or standing.chair_committees:
        found.append("mir")
    if standing.member_committees or standing.chair_committees or standing.office_committees:
        found.append("gremien")
    if can_coordinate(user) or len(found) > 1:
        found.append("alle")
    return found or ["mir"]


def _view(user: User, view: str) -> list[sa.ColumnElement[bool]]:
    if view == "mir":
        return [addressed_to(user), WorkOrder.state != WorkOrderState.DRAFT]
    if view == "gremien":
        standing = user.standing
        mine = standing.member_committees | standing.chair_committees | standing.office_committees
        return [WorkOrder.committee_id.in_(sorted(mine))]
    return []


def _conditions(wanted: OrderFilter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.state in ("offen", "ueberfaellig", "wiedervorlage"):
        found.append(WorkOrder.state.in_(OPEN_STATES))
    if wanted.state == "ueberfaellig":
        found.append(WorkOrder.due_on < today())
    if wanted.state == "wiedervorlage":
        found.append(WorkOrder.resubmit_on <= today())
    if wanted.state == "erledigt":
        found.append(WorkOrder.state.in_(DONE_STATES))
    if wanted.committee_id is not None:
        found.append(WorkOrder.committee_id == wanted.committee_id)
    if wanted.organisation_id is not None:
        found.append(WorkOrder.addressee_organisation_id == wanted.organisation_id)
    if wanted.given_in is not None:
        found.append(WorkOrder.issued_on.between(wanted.given_in.starts_on, wanted.given_in.ends_on))
    if wanted.due_until is not None:
        found.append(WorkOrder.due_on <= wanted.due_until)
    return found


def _sum(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0))

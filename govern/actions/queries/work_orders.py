"""Read work orders: lists, one with its chain, and what other pages show of them. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from govern.actions.models import OPEN_STATES, ProgressNote, WorkOrder, WorkOrderState
from govern.actions.policies import addressed_to, viewable_by
from govern.committees.models import Committee, Seat, seat_organisation
from govern.committees.queries.compositions import seat_is_there
from govern.db import db, search_words
from govern.formats import count, date_text, relative_day, today
from govern.meetings.contributions import Check, ItemSection, Line
from govern.meetings.models import AgendaItem, Meeting, Resolution
from govern.people.models import Organisation, User
from govern.people.policies import can_coordinate

PAGE_SIZE = 25
SOON = timedelta(days=14)
HEADING = "Arbeitsaufträge"


@dataclass(frozen=True)
class Light:
    """The traffic light of a work order: always with words."""

    tone: str
    """`neutral`, `info`, `success`, `warning` or `danger`."""
    text: str


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


@dataclass(frozen=True)
class OrderPage:
    """One page of a list of work orders."""

    rows: Sequence[WorkOrder]
    total: int
    number: int

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


@dataclass(frozen=True)
class AddresseeGroup:
    """Addressees to choose from under one heading: pairs of value and label."""

    heading: str
    options: tuple[tuple[str, str], ...]


def list_orders(user: User, wanted: OrderFilter, page: int) -> OrderPage:
    """One page of the work orders ``user`` may see: the most urgent first, finished ones by their day."""
    conditions = [viewable_by(user), *_view(user, wanted.view), *_conditions(wanted)]
    total = db.session.scalar(sa.select(sa.func.count(WorkOrder.id)).where(*conditions)) or 0
    closed_last = sa.case((WorkOrder.state.in_(OPEN_STATES), 0), (WorkOrder.state == WorkOrderState.DRAFT, 1), else_=2)
    rows = db.session.scalars(
        _with_parts()
        .options(selectinload(WorkOrder.progress_notes))
        .where(*conditions)
        .order_by(closed_last, WorkOrder.due_on.is_(None), WorkOrder.due_on, WorkOrder.number, WorkOrder.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return OrderPage(rows, total, page)


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
            _sum(sa.and_(WorkOrder.state == WorkOrderState.DONE, *shown)),
        ).where(viewable_by(user))
    ).one()
    return OrderCounts(*(int(n or 0) for n in row))


def load_order(order: WorkOrder) -> WorkOrder:
    """``order`` with meeting, item, resolution, addressee and progress."""
    return db.session.scalars(
        _with_parts()
        .where(WorkOrder.id == order.id)
        .options(selectinload(WorkOrder.progress_notes).joinedload(ProgressNote.noted_by))
    ).one()


def list_drafts(item: AgendaItem) -> Sequence[WorkOrder]:
    """All work orders of an item, for whoever minutes it."""
    statement = sa.select(WorkOrder).where(WorkOrder.item_id == item.id).options(*_addressee_parts())
    return db.session.scalars(statement.order_by(WorkOrder.id)).unique().all()


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


def list_addressees(committee: Committee) -> list[AddresseeGroup]:
    """Everybody a work order of ``committee`` can go to: institutions, seats, committees (D3)."""
    seats = db.session.scalars(
        sa.select(Seat)
        .where(Seat.committee_id == committee.id, seat_is_there(today()))
        .options(joinedload(Seat.organisations))
        .order_by(Seat.position, Seat.id)
    ).unique()
    heading = sa.case((Organisation.is_municipality, "Kommunen"), else_="Institutionen").label("heading")
    organisations = sa.select(
        heading, sa.literal("organisation").label("kind"), Organisation.id.label("id"), Organisation.name.label("name"),
        sa.literal(0).label("rank"), Organisation.sort_name.label("sort"),
    ).where(Organisation.body_id == committee.body_id, Organisation.ended_on.is_(None))  # fmt: skip
    committees = sa.select(
        sa.literal("Gremien"), sa.literal("committee"), Committee.id, Committee.name,
        sa.case((Committee.is_kim, 0), else_=1), Committee.sort_name,
    ).where(
        Committee.body_id == committee.body_id, Committee.ended_on.is_(None), Committee.merged_into_id.is_(None)
    )  # fmt: skip
    both = organisations.union_all(committees).subquery()
    rows = db.session.execute(sa.select(both).order_by(both.c.rank, both.c.sort)).all()
    named = {
        name: tuple((f"{row.kind}:{row.id}", row.name) for row in rows if row.heading == name)
        for name in ("Kommunen", "Institutionen", "Gremien")
    }
    groups = [
        AddresseeGroup("Kommunen", named["Kommunen"]),
        AddresseeGroup("Institutionen", named["Institutionen"]),
        AddresseeGroup(f"Sitze: {committee.name}", tuple((f"seat:{s.id}", s.label) for s in seats)),
        AddresseeGroup("Gremien", named["Gremien"]),
    ]
    return [g for g in groups if g.options]


def facts_of(order: WorkOrder) -> str:
    """Addressee and due date as one line."""
    due = f"Frist {date_text(order.due_on)}" if order.due_on else "ohne Frist"
    return f"{order.addressee_label} · {due}"


def light_of(order: WorkOrder, day: date | None = None) -> Light:
    """„überfällig seit 9 Tagen", „fällig in 5 Tagen", „erledigt am 3. Juni 2026"."""
    day = day or today()
    if order.state is WorkOrderState.DONE:
        return Light("success", f"erledigt am {date_text(order.done_on)}")
    if not order.state.is_open:
        return Light("neutral", order.state.label)
    if order.due_on is None:
        return Light("info", "ohne Frist")
    if order.due_on < day:
        return Light("danger", f"überfällig {relative_day(order.due_on, reference=day)}")
    when = relative_day(order.due_on, reference=day)
    words = f"{when} fällig" if when in ("heute", "morgen") else f"fällig {when}"
    return Light("warning" if order.due_on - day <= SOON else "info", words)


def item_sections(user: User, items: Sequence[AgendaItem]) -> dict[int, list[ItemSection]]:
    """The work orders of agenda items, for page, print and export; in closed meetings as they were minuted."""
    ids = [item.id for item in items]
    rows = db.session.scalars(
        _with_parts().where(viewable_by(user), WorkOrder.item_id.in_(ids)).order_by(WorkOrder.number, WorkOrder.id)
    ).all()
    return _sections((order.item_id, _minuted_line(order)) for order in rows)


def resolution_sections(user: User, resolutions: Sequence[Resolution]) -> dict[int, list[ItemSection]]:
    """The work orders that came of resolutions (D6)."""
    ids = [resolution.id for resolution in resolutions]
    if not ids:
        return {}
    rows = db.session.scalars(
        _with_parts()
        .where(viewable_by(user), WorkOrder.resolution_id.in_(ids))
        .order_by(WorkOrder.number, WorkOrder.id)
    ).all()
    return _sections((order.resolution_id, _line(order)) for order in rows)


def readiness_checks(user: User, meeting: Meeting) -> list[Check]:
    """Overdue work orders of the committee, which the next meeting should talk about (D4)."""
    overdue = db.session.scalar(
        sa.select(sa.func.count(WorkOrder.id)).where(
            viewable_by(user),
            WorkOrder.committee_id == meeting.committee_id,
            WorkOrder.state.in_(OPEN_STATES),
            WorkOrder.due_on < today(),
        )
    )
    if not overdue:
        return []
    return [
        Check(
            "todo", f"{count(overdue, 'Auftrag ist', 'Aufträge sind')} überfällig", _list_url(meeting, "ueberfaellig")
        )
    ]


def open_lines(user: User, meeting: Meeting, *, most: int = 8) -> list[Check]:
    """What is still open from earlier meetings of the committee, the most urgent first (D4)."""
    origin, earlier = aliased(AgendaItem), aliased(Meeting)
    is_earlier = sa.exists().where(
        origin.id == WorkOrder.item_id, earlier.id == origin.meeting_id, earlier.starts_at < meeting.starts_at
    )
    condition = sa.or_(WorkOrder.item_id.is_(None), is_earlier)
    orders, total = _open(user, sa.and_(WorkOrder.committee_id == meeting.committee_id, condition), most)
    lines = [
        Check(
            "bad" if (light := light_of(order)).tone == "danger" else "todo",
            f"{order.task} ({order.addressee_label}, {light.text})",
            f"/arbeitsauftraege/{order.id}",
        )
        for order in orders
    ]
    if total > len(orders):
        lines.append(Check("todo", f"und {total - len(orders)} weitere", _list_url(meeting, "offen")))
    return lines


def list_open_of_committee(user: User, committee: Committee, *, most: int = 5) -> tuple[Sequence[WorkOrder], int]:
    """The most urgent open work orders that a committee gave or was given, and how many there are."""
    return _open(user, sa.or_(WorkOrder.committee_id == committee.id, WorkOrder.addressee_committee_id == committee.id),
                 most)  # fmt: skip


def list_open_of_organisation(user: User, organisation_id: int, *, most: int = 5) -> tuple[Sequence[WorkOrder], int]:
    """The most urgent open work orders addressed to an organisation or one of its seats, and how many there are."""
    seats = sa.select(seat_organisation.c.seat_id).where(seat_organisation.c.organisation_id == organisation_id)
    return _open(
        user,
        sa.or_(WorkOrder.addressee_organisation_id == organisation_id, WorkOrder.addressee_seat_id.in_(seats)),
        most,
    )


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


def _list_url(meeting: Meeting, state: str) -> str:
    return f"/arbeitsauftraege?ansicht=alle&stand={state}&gremium={meeting.committee_id}"


def _open(user: User, condition: sa.ColumnElement[bool], most: int) -> tuple[Sequence[WorkOrder], int]:
    conditions = [viewable_by(user), WorkOrder.state.in_(OPEN_STATES), condition]
    rows = db.session.execute(
        _with_parts()
        .add_columns(sa.func.count().over().label("total"))
        .where(*conditions)
        .order_by(WorkOrder.due_on.is_(None), WorkOrder.due_on, WorkOrder.id)
        .limit(most)
    ).all()
    return [row.WorkOrder for row in rows], rows[0].total if rows else 0


def _with_parts() -> sa.Select[WorkOrder]:
    return sa.select(WorkOrder).options(
        joinedload(WorkOrder.committee),
        joinedload(WorkOrder.item).joinedload(AgendaItem.meeting),
        joinedload(WorkOrder.resolution),
        joinedload(WorkOrder.addressee_organisation),
        joinedload(WorkOrder.addressee_seat).selectinload(Seat.organisations),
        joinedload(WorkOrder.addressee_committee),
    )


def _addressee_parts() -> list[ExecutableOption]:
    return [
        joinedload(WorkOrder.addressee_organisation),
        joinedload(WorkOrder.addressee_seat).joinedload(Seat.organisations),
        joinedload(WorkOrder.addressee_committee),
    ]


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
    if words := search_words(wanted.text):
        number = " ".join(wanted.text.split()).lower()
        found.append(
            sa.or_(
                sa.and_(*(WorkOrder.sort_text.contains(word, autoescape=True) for word in words)),
                sa.func.lower(WorkOrder.number).contains(number, autoescape=True),
            )
        )
    if wanted.state in ("offen", "ueberfaellig", "wiedervorlage"):
        found.append(WorkOrder.state.in_(OPEN_STATES))
    if wanted.state == "ueberfaellig":
        found.append(WorkOrder.due_on < today())
    if wanted.state == "wiedervorlage":
        found.append(WorkOrder.resubmit_on <= today())
    if wanted.state == "erledigt":
        found.append(WorkOrder.state == WorkOrderState.DONE)
    if wanted.committee_id is not None:
        found.append(WorkOrder.committee_id == wanted.committee_id)
    if wanted.organisation_id is not None:
        found.append(WorkOrder.addressee_organisation_id == wanted.organisation_id)
    if wanted.due_until is not None:
        found.append(WorkOrder.due_on <= wanted.due_until)
    return found


def _sections(rows: Iterable[tuple[int | None, Line]]) -> dict[int, list[ItemSection]]:
    lines: dict[int, list[Line]] = {}
    for key, line in rows:
        if key is not None:
            lines.setdefault(key, []).append(line)
    return {key: [ItemSection(HEADING, tuple(found))] for key, found in lines.items()}


def _line(order: WorkOrder) -> Line:
    detail = f"{order.number or 'Entwurf'} · {facts_of(order)}"
    if order.state in (WorkOrderState.DONE, WorkOrderState.WITHDRAWN):
        detail += f" · {order.state.label}"
    return Line(order.task, detail, f"/arbeitsauftraege/{order.id}")


def _minuted_line(order: WorkOrder) -> Line:
    # The minutes say what was ordered that day; what became of it stands at the order.
    if order.minuted_task is None:
        return _line(order)
    return Line(order.minuted_task, f"{order.number} · {order.minuted_facts}", f"/arbeitsauftraege/{order.id}")


def _sum(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0))

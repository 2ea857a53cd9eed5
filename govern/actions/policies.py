"""Who may see and change work orders."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from govern.access import presumes
from govern.actions.models import DONE_STATES, OPEN_STATES, WORKING_STATES, OrderFile, WorkOrder, WorkOrderState
from govern.committees.models import seat_organisation
from govern.committees.policies import is_office
from govern.meetings.models import AgendaItem, Resolution
from govern.meetings.policies import can_view_resolution
from govern.people.models import User
from govern.people.policies import can_coordinate


def can_view(user: User, order: WorkOrder) -> bool:
    """The office, those it is addressed to, and members of the committee that gave it see a work order.

    A draft is seen by the office and the minute-takers only; one from a confidential item not by deputies, unless they
    attended the meeting.
    """
    if not user.is_authenticated:
        return False
    if is_office(user, order.committee_id) or _minutes_it(user, order):
        return True
    if order.state is WorkOrderState.DRAFT:
        return False
    standing = user.standing
    if order.item is not None and order.item.meeting_id in standing.attended_meetings:
        return True
    members = standing.member_committees if order.is_public else standing.holder_committees
    return order.committee_id in members | standing.chair_committees or is_addressee(user, order)


def can_view_all(user: User) -> bool:
    """The coordination, the office of every committee, sees all work orders; counts of all are open to it."""
    return can_coordinate(user)


def viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view`, as SQL."""
    if not user.is_authenticated:
        return false()
    if can_view_all(user):
        return true()
    standing = user.standing
    minuted = select(AgendaItem.id).where(AgendaItem.meeting_id.in_(sorted(standing.minute_meetings)))
    attended = select(AgendaItem.id).where(AgendaItem.meeting_id.in_(sorted(standing.attended_meetings)))
    return or_(
        WorkOrder.committee_id.in_(sorted(standing.office_committees)),
        WorkOrder.item_id.in_(minuted),
        and_(
            WorkOrder.state != WorkOrderState.DRAFT,
            or_(
                and_(WorkOrder.is_public, WorkOrder.committee_id.in_(sorted(standing.member_committees))),
                WorkOrder.committee_id.in_(sorted(standing.holder_committees | standing.chair_committees)),
                WorkOrder.item_id.in_(attended),
                addressed_to(user),
            ),
        ),
    )


@presumes(can_view)
def can_accept(user: User, order: WorkOrder) -> bool:
    """The addressee accepts or declines an order that was issued; the office notes it for those without an account."""
    return order.state is WorkOrderState.ISSUED and _acts_for(user, order)


@presumes(can_view)
def can_report(user: User, order: WorkOrder) -> bool:
    """The addressee and the office report on an open work order and hand in papers (D5)."""
    return order.state in WORKING_STATES and _acts_for(user, order)


@presumes(can_view)
def can_ask_deadline(user: User, order: WorkOrder) -> bool:
    """The addressee asks for more time; the office notes it for those without an account."""
    return order.state in WORKING_STATES and order.asked_due_on is None and _acts_for(user, order)


@presumes(can_view)
def can_decide_deadline(user: User, order: WorkOrder) -> bool:
    """The office grants or refuses the time the addressee asked for."""
    return order.asked_due_on is not None and is_office(user, order.committee_id)


@presumes(can_view)
def can_ask(user: User, order: WorkOrder) -> bool:
    """The addressee asks the office about an order, as long as it was not withdrawn."""
    return order.state not in (WorkOrderState.DRAFT, WorkOrderState.WITHDRAWN) and is_addressee(user, order)


@presumes(can_view)
def can_answer(user: User, order: WorkOrder) -> bool:
    """The office answers questions about an order and writes to its addressee."""
    return order.state is not WorkOrderState.DRAFT and is_office(user, order.committee_id)


@presumes(can_view)
def can_remind(user: User, order: WorkOrder) -> bool:
    """The office reminds the addressee of an open order."""
    return order.state in WORKING_STATES and is_office(user, order.committee_id)


@presumes(can_view)
def can_acknowledge(user: User, order: WorkOrder) -> bool:
    """The office takes note that an order is done, where the rules do not leave that to the committee (E-16)."""
    return order.state is WorkOrderState.REPORTED_DONE and is_office(user, order.committee_id)


@presumes(can_view)
def can_check_effect(user: User, order: WorkOrder) -> bool:
    """Office and chair say what a finished order has brought about (D8)."""
    return order.state is WorkOrderState.ACKNOWLEDGED and _leads(user, order)


@presumes(can_view)
def can_reopen(user: User, order: WorkOrder) -> bool:
    """Office and chair take a finished work order up again (D8)."""
    return order.state in DONE_STATES and _leads(user, order)


@presumes(can_view)
def can_reissue(user: User, order: WorkOrder) -> bool:
    """The office gives a declined order once more, to the same or another addressee."""
    return order.state is WorkOrderState.DECLINED and is_office(user, order.committee_id)


@presumes(can_view)
def can_split(user: User, order: WorkOrder) -> bool:
    """The office gives parts of an open order to several at once."""
    return order.state in OPEN_STATES and order.parent_id is None and is_office(user, order.committee_id)


@presumes(can_view)
def can_change_dates(user: User, order: WorkOrder) -> bool:
    """The office changes due date, resubmission and the day of the check until the effect is checked (D7)."""
    is_finished = order.state in (WorkOrderState.DRAFT, WorkOrderState.WITHDRAWN, WorkOrderState.EFFECT_CHECKED)
    return not is_finished and is_office(user, order.committee_id)


@presumes(can_view)
def can_withdraw(user: User, order: WorkOrder) -> bool:
    """The office withdraws an open work order; it stays visible with the reason."""
    return order.state.is_open and is_office(user, order.committee_id)


@presumes(can_view)
def can_edit(user: User, order: WorkOrder) -> bool:
    """The office changes work orders; a draft also the minute-takers of its meeting."""
    if is_office(user, order.committee_id):
        return True
    return order.state is WorkOrderState.DRAFT and _minutes_it(user, order)


@presumes(can_view)
def can_change_draft(user: User, order: WorkOrder) -> bool:
    """Whoever may change a draft may also remove it: nobody has received it."""
    return order.state is WorkOrderState.DRAFT and can_edit(user, order)


@presumes(can_view_resolution)
def can_order_from(user: User, resolution: Resolution) -> bool:
    """The office gives work orders from an adopted resolution that has its number and was not cancelled (D1)."""
    stands = resolution.is_adopted and resolution.number is not None and resolution.cancelled_at is None
    return stands and is_office(user, resolution.committee_id)


def can_view_file(user: User, file: OrderFile) -> bool:
    """Whoever sees the work order opens what was handed in; a withdrawn paper nobody."""
    return file.withdrawn_at is None and can_view(user, file.work_order)


@presumes(can_view_file)
def can_withdraw_file(user: User, file: OrderFile) -> bool:
    """The office and the addressee take a paper back that was handed in by mistake."""
    return _acts_for(user, file.work_order)


def _acts_for(user: User, order: WorkOrder) -> bool:
    return is_addressee(user, order) or is_office(user, order.committee_id)


def _leads(user: User, order: WorkOrder) -> bool:
    return order.committee_id in user.standing.chair_committees or is_office(user, order.committee_id)


def is_addressee(user: User, order: WorkOrder) -> bool:
    """True if the order goes to an organisation, seat or committee that ``user`` acts for."""
    standing = user.standing
    if order.addressee_organisation_id is not None:
        return order.addressee_organisation_id in standing.organisations
    if order.addressee_seat is not None:
        mine = {o.id for o in order.addressee_seat.organisations} & standing.organisations
        return order.addressee_seat_id in _seats_of(user) or bool(mine)
    committees = standing.member_committees | standing.chair_committees | standing.office_committees
    return order.addressee_committee_id in committees


def _seats_of(user: User) -> frozenset[int]:
    """Seats the person holds or is deputy of, with the entries of the list that they replaced."""
    standing = user.standing
    return standing.holder_seats | standing.deputy_seats | standing.replaced_seats


def _minutes_it(user: User, order: WorkOrder) -> bool:
    return order.item is not None and order.item.meeting_id in user.standing.minute_meetings


def addressed_to(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`is_addressee`, as SQL."""
    return or_(false(), *(rule for _column, rule in ways_to_address(user)))


def ways_to_address(user: User) -> list[tuple[InstrumentedAttribute[int | None], ColumnElement[bool]]]:
    """The parts of :func:`addressed_to` with the column of each, for statements that look for each by its own index."""
    standing = user.standing
    seats_of_mine = select(seat_organisation.c.seat_id).where(
        seat_organisation.c.organisation_id.in_(sorted(standing.organisations))
    )
    committees = standing.member_committees | standing.chair_committees | standing.office_committees
    seats = _seats_of(user)
    # Left out where there is nothing to look for: SQLite would read all orders.
    institution, seat, committee = (
        WorkOrder.addressee_organisation_id, WorkOrder.addressee_seat_id, WorkOrder.addressee_committee_id
    )  # fmt: skip
    rules = (
        (standing.organisations, institution, institution.in_(sorted(standing.organisations))),
        (seats, seat, seat.in_(sorted(seats))),
        (standing.organisations, seat, seat.in_(seats_of_mine)),
        (committees, committee, committee.in_(sorted(committees))),
    )
    return [(column, rule) for of_mine, column, rule in rules if of_mine]

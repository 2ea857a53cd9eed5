"""Who may see and change committees, their seats and mandates."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, true

from govern.access import presumes
from govern.committees.models import (
    Committee,
    CommitteeName,
    CommitteeOfficer,
    CompositionRule,
    ListMail,
    Mandate,
    MandateKind,
    ProcedureRule,
    Seat,
    SeatGroup,
)
from govern.people.models import User
from govern.people.policies import can_coordinate


def can_view(user: User, committee: Committee) -> bool:
    """Every signed-in person may see committees, their tasks and their seats."""
    return bool(user.is_authenticated)


def viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view`, as SQL."""
    return true() if user.is_authenticated else false()


@presumes(can_view)
def can_view_holders(user: User, committee: Committee) -> bool:
    """Names of holders and deputies are for members of the committee, its chair, its office and the coordination."""
    return is_office(user, committee.id) or (
        committee.id in user.standing.member_committees or committee.id in user.standing.chair_committees
    )


@presumes(can_view)
def can_edit(user: User, committee: Committee) -> bool:
    """The coordination and the office of the committee, or of one above it, change it, its seats and its mandates."""
    return is_office(user, committee.id)


def can_create(user: User) -> bool:
    """The coordination opens committees; an office opens them below its own."""
    return can_coordinate(user) or bool(user.is_authenticated and user.standing.office_committees)


def can_view_seat(user: User, seat: Seat) -> bool:
    """Whoever may see the committee may see its seats."""
    return can_view(user, seat.committee)


@presumes(can_view_seat)
def can_edit_seat(user: User, seat: Seat) -> bool:
    """Whoever may change the committee may change its seats and mandates."""
    return can_edit(user, seat.committee)


@presumes(can_view_seat)
def can_name_representative(user: User, seat: Seat) -> bool:
    """The office, and the account of an organisation the seat belongs to, name its representatives (B21)."""
    return can_edit_seat(user, seat) or any(o.id in user.standing.organisations for o in seat.organisations)


@presumes(can_view_seat)
def can_name_deputy(user: User, seat: Seat) -> bool:
    """The holder of the seat names a deputy (B20), as may whoever names its representatives."""
    return seat.id in user.standing.holder_seats or can_name_representative(user, seat)


def can_view_mandate(user: User, mandate: Mandate) -> bool:
    """Who sits where is for those who may see the holders, and for whoever may name or end this mandate."""
    return can_view_holders(user, mandate.seat.committee) or can_end_mandate(user, mandate)


@presumes(can_view_mandate)
def can_end_mandate(user: User, mandate: Mandate) -> bool:
    """The office ends any mandate, an organisation's account those of its seats, a holder that of the own deputy."""
    seat = mandate.seat
    if can_edit_seat(user, seat):
        return True
    if mandate.kind is MandateKind.DEPUTY and seat.id in user.standing.holder_seats:
        return True
    own = user.standing.organisations
    return mandate.organisation_id in own or (bool(seat.organisations) and all(o.id in own for o in seat.organisations))


def can_view_group(user: User, group: SeatGroup) -> bool:
    """Whoever may see the committee may see the headings of its list."""
    return can_view(user, group.committee)


@presumes(can_view_group)
def can_edit_group(user: User, group: SeatGroup) -> bool:
    """Whoever may change the committee may change the headings of its list."""
    return can_edit(user, group.committee)


def can_view_officer(user: User, officer: CommitteeOfficer) -> bool:
    """Names of chair and office are for those who may see the holders."""
    return can_view_holders(user, officer.committee)


@presumes(can_view_officer)
def can_edit_officer(user: User, officer: CommitteeOfficer) -> bool:
    """Whoever may change the committee may change who chairs it and acts for its office."""
    return can_edit(user, officer.committee)


def can_view_name(user: User, name: CommitteeName) -> bool:
    """Whoever may see the committee may see its other names."""
    return can_view(user, name.committee)


@presumes(can_view_name)
def can_edit_name(user: User, name: CommitteeName) -> bool:
    """Whoever may change the committee may change its other names."""
    return can_edit(user, name.committee)


def can_view_rule(user: User, rule: CompositionRule) -> bool:
    """Whoever may see the committee may see the rules its composition must keep."""
    return can_view(user, rule.committee)


@presumes(can_view_rule)
def can_edit_rule(user: User, rule: CompositionRule) -> bool:
    """Whoever may change the committee may change the rules its composition must keep."""
    return can_edit(user, rule.committee)


def can_view_procedure_rule(user: User, rule: ProcedureRule) -> bool:
    """Rules of procedure are for whoever may see the committee; those of the whole body for every signed-in person."""
    return can_view(user, rule.committee) if rule.committee is not None else bool(user.is_authenticated)


@presumes(can_view_procedure_rule)
def can_edit_procedure_rule(user: User, rule: ProcedureRule) -> bool:
    """Coordination and office set the rules of a committee; those of the whole body only the coordination."""
    return can_edit(user, rule.committee) if rule.committee is not None else can_coordinate(user)


@presumes(can_view)
def can_merge(user: User, committee: Committee) -> bool:
    """Only the coordination merges committees, reopens them and marks the highest one."""
    return can_coordinate(user)


@presumes(can_view)
def can_write_to(user: User, committee: Committee) -> bool:
    """The coordination and the office of a committee write to its members and take its list of addresses as a file."""
    return is_office(user, committee.id)


def can_write_to_case_managers(user: User) -> bool:
    """The coordination and every case manager write to all case managers, across carriers (I2)."""
    return can_coordinate(user) or bool(user.is_authenticated and user.is_case_manager)


def can_write_list_mails(user: User) -> bool:
    """The coordination, offices of committees and case managers write to mailing lists."""
    return can_write_to_case_managers(user) or bool(user.is_authenticated and user.standing.office_committees)


def can_view_list_mail(user: User, list_mail: ListMail) -> bool:
    """The coordination sees all mails to lists with their recipients; others see those they wrote."""
    return can_coordinate(user) or bool(user.is_authenticated and list_mail.sent_by_id == user.id)


def list_mails_viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view_list_mail`, as SQL."""
    if not user.is_authenticated:
        return false()
    return true() if can_coordinate(user) else ListMail.sent_by_id == user.id


def is_office(user: User, committee_id: int) -> bool:
    """True for the coordination and for whoever acts for the office of the committee or of one above it."""
    if not user.is_authenticated:
        return False
    return can_coordinate(user) or committee_id in user.standing.office_committees

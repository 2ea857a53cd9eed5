"""What the page of a meeting says of work orders: what is late or still open, and consents that lack."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from govern.actions.models import OPEN_STATES, WorkOrder
from govern.actions.policies import viewable_by
from govern.actions.queries.work_orders import light_of
from govern.committees.models import Committee, Seat
from govern.db import db, kept, number_of_rows
from govern.formats import count, today
from govern.meetings.contributions import Check
from govern.meetings.models import AgendaItem, ItemPurpose, Meeting
from govern.meetings.queries.asked import ASKED, values_of
from govern.meetings.queries.implementer_consents import consent_checks, open_consents
from govern.people.models import Organisation, User


def readiness_checks(user: User, meeting: Meeting) -> list[Check]:
    """What the next meeting should talk about: overdue work orders (D4), consents that lack (E-10); one statement."""
    overdue, insistent, is_tracked, *consents = db.session.execute(
        _lateness(user), {**values_of(meeting), "today": today()}
    ).one()
    checks = consent_checks(meeting, *consents)
    if overdue:
        words = f"{count(overdue, 'Auftrag ist', 'Aufträge sind')} überfällig"
        checks.append(Check("todo", words, _list_url(meeting, "ueberfaellig")))
    if insistent and not is_tracked:
        words = (
            f"{count(insistent, 'Auftrag ist', 'Aufträge sind')} trotz Erinnerung offen; die Beschlusskontrolle fehlt"
        )
        checks.append(Check("bad", words, f"/sitzungen/{meeting.id}"))
    return checks


@kept
def _lateness(user: User) -> sa.Select[*tuple[int, ...]]:
    late = (
        sa.select(
            sa.func.count(WorkOrder.id).label("all"), sa.func.count(WorkOrder.put_on_agenda_on).label("insistent")
        )
        .where(
            viewable_by(user),
            WorkOrder.committee_id == ASKED.committee_id,
            WorkOrder.state.in_(OPEN_STATES),
            WorkOrder.due_on < sa.bindparam("today", type_=sa.Date),
        )
        .subquery()
    )
    tracked = sa.exists().where(
        AgendaItem.meeting_id == ASKED.id, AgendaItem.purpose == ItemPurpose.RESOLUTION_TRACKING
    )
    consents = open_consents(user, ASKED.committee_id)
    return sa.select(*late.c, sa.case((tracked, 1), else_=0), *consents.c).join_from(late, consents, sa.true())


def open_lines(user: User, meeting: Meeting, *, most: int = 8) -> list[Check]:
    """What is still open from earlier meetings of the committee, the most urgent first (D4)."""
    rows = db.session.execute(_open_before(user), {**values_of(meeting), "most": most}).all()
    seats = _seat_labels({row.addressee_seat_id for row in rows} - {None})
    lines = [
        Check(
            "bad" if (light := light_of(row)).tone == "danger" else "todo",
            f"{row.task} ({row.addressee or seats.get(row.addressee_seat_id, '')}, {light.text})",
            f"/arbeitsauftraege/{row.id}",
        )
        for row in rows
    ]
    if rows and rows[0].total > len(rows):
        lines.append(Check("todo", f"und {rows[0].total - len(rows)} weitere", _list_url(meeting, "offen")))
    return lines


def _list_url(meeting: Meeting, state: str) -> str:
    return f"/arbeitsauftraege?ansicht=alle&stand={state}&gremium={meeting.committee_id}"


@kept
def _open_before(user: User) -> sa.Select[*tuple[Any, ...]]:
    # Values of one line each, not orders: nothing else of them is shown.
    is_earlier = sa.exists().where(
        AgendaItem.id == WorkOrder.item_id, Meeting.id == AgendaItem.meeting_id, Meeting.starts_at < ASKED.starts_at
    )
    urgent_first = (WorkOrder.due_on.is_(None), WorkOrder.due_on, WorkOrder.id)
    # Counted and put in order first: names are read for the lines that are shown.
    shown = (
        sa.select(WorkOrder.id, sa.func.count().over().label("total"))
        .where(
            viewable_by(user),
            WorkOrder.state.in_(OPEN_STATES),
            WorkOrder.committee_id == ASKED.committee_id,
            sa.or_(WorkOrder.item_id.is_(None), is_earlier),
        )
        .order_by(*urgent_first)
        .limit(number_of_rows("most"))
        .cte("shown")
    )
    organisation, committee = aliased(Organisation), aliased(Committee)
    return (
        sa.select(
            WorkOrder.id, WorkOrder.task, WorkOrder.state, WorkOrder.due_on, WorkOrder.done_on, WorkOrder.effect,
            WorkOrder.addressee_seat_id, sa.func.coalesce(organisation.name, committee.name).label("addressee"),
            shown.c.total,
        )
        .join(shown, shown.c.id == WorkOrder.id)
        .outerjoin(organisation, WorkOrder.addressee_organisation_id == organisation.id)
        .outerjoin(committee, WorkOrder.addressee_committee_id == committee.id)
        .order_by(*urgent_first)
    )  # fmt: skip


def _seat_labels(ids: Collection[int]) -> dict[int, str]:
    if not ids:
        return {}
    seats = sa.select(Seat).where(Seat.id.in_(ids)).options(joinedload(Seat.organisations).load_only(Organisation.name))
    return {seat.id: seat.label for seat in db.session.scalars(seats).unique()}

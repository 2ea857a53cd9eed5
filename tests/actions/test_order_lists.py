"""Lists of work orders: views, columns, files for inside and outside, bulk actions; what is late follows itself up."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from docx import Document
from flask import Flask
from openpyxl import load_workbook

from govern.actions.models import OrderEvent, OrderEventKind, WorkOrderState
from govern.actions.queries import meeting_orders
from govern.actions.services import order_dates as dates
from govern.actions.services import order_life as life
from govern.actions.services.order_reminders import follow_up_orders
from govern.committees.models import RuleKind
from govern.db import db
from govern.formats import today
from govern.jobs import run_daily
from govern.mail import OutgoingMail
from govern.meetings.models import ItemPurpose
from tests.conftest import Client
from tests.factories import (
    make_body,
    make_committee,
    make_coordinator,
    make_item,
    make_meeting,
    make_member,
    make_municipality,
    make_office_user,
    make_procedure_rule,
    make_work_order,
)

State = WorkOrderState


def subjects() -> list[str]:
    rows = db.session.scalars(sa.select(OutgoingMail).order_by(OutgoingMail.id))
    return [f"{row.to_address} {row.subject}" for row in rows]


@pytest.mark.proves("L-14", "W-22")
def test_what_i_minuted_stands_apart_from_what_is_assigned_to_me(client: Client) -> None:
    committee = make_committee()
    office = make_office_user(committee)
    make_work_order(committee, task="Selbst notiert", created_by_id=office.id)
    make_work_order(committee, task="Von anderen notiert")
    make_work_order(task="An uns gerichtet", addressee_committee=committee)
    client.sign_in(office)
    minuted = client.get("/arbeitsauftraege?ansicht=protokolliert").text
    assert "Selbst notiert" in minuted
    assert "Von anderen notiert" not in minuted
    mine = client.get("/arbeitsauftraege?ansicht=mir").text
    assert "An uns gerichtet" in mine
    assert "Selbst notiert" not in mine


@pytest.mark.proves("L-14", "W-25", "E-16")
def test_the_columns_councils_ask_for_in_the_list_and_in_every_file(client: Client) -> None:
    committee = make_committee(name="Lenkungsgruppe KIM")
    stadt = make_municipality(name="Stadt Jülich")
    late = make_work_order(committee, task="+Hinweisblatt", due_on=today() - timedelta(days=9),
                           addressee_organisation=stadt)  # fmt: skip
    make_work_order(committee, task="Geheime Sache", is_public=False)
    life.report(late, "=Druck beauftragt", is_done=False, delay="Kein Papier", by=make_coordinator())
    db.session.commit()
    client.sign_in(make_office_user(committee))
    words = ("überfällig seit 9 Tagen", "+Hinweisblatt", "Stadt Jülich", "Lenkungsgruppe KIM", "Druck beauftragt")
    page = client.get("/arbeitsauftraege?ansicht=alle").text
    assert all(word in page for word in words)
    book = load_workbook(io.BytesIO(client.get("/arbeitsauftraege/liste.xlsx?ansicht=alle").data))
    sheet = book.active
    assert sheet is not None
    cells = {str(cell.value): cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert cells["+Hinweisblatt"] == "s"
    assert any(value.startswith("=Druck") and kind == "s" for value, kind in cells.items())
    assert "Geheime Sache" in cells
    table = client.get("/arbeitsauftraege/liste.csv?ansicht=alle&stand=ueberfaellig").data.decode("utf-8-sig")
    assert "'+Hinweisblatt" in table
    assert "'=Druck beauftragt" in table
    assert "Hinweisblatt" in client.get("/arbeitsauftraege/liste.csv?ansicht=alle&q=hinweis").text
    assert "Hinweisblatt" not in client.get("/arbeitsauftraege/liste.csv?ansicht=alle&q=anderes").text
    assert "Geheime Sache" not in table  # the filter of the address holds for the file as well
    paper = Document(io.BytesIO(client.get("/arbeitsauftraege/liste.docx?ansicht=alle").data))
    text = "\n".join(cell.text for row in paper.tables[0].rows for cell in row.cells)
    assert all(word in text for word in words)


@pytest.mark.proves("E-16", "E-12")
@pytest.mark.parametrize("ending", ["xlsx", "csv", "docx"])
def test_the_public_file_comes_from_the_same_list_without_what_is_confidential(client: Client, ending: str) -> None:
    committee = make_committee()
    make_work_order(committee, task="Geheime Sache", is_public=False)
    make_work_order(committee, task="Offene Sache")
    client.sign_in(make_office_user(committee))
    data = client.get(f"/arbeitsauftraege/liste.{ending}?ansicht=alle&teil=oeffentlich").data
    if ending == "xlsx":
        sheet = load_workbook(io.BytesIO(data)).active
        assert sheet is not None
        text = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
        assert "öffentlich" not in text
    elif ending == "docx":
        text = "\n".join(cell.text for row in Document(io.BytesIO(data)).tables[0].rows for cell in row.cells)
    else:
        text = data.decode("utf-8-sig")
    assert "Offene Sache" in text
    assert "Geheime Sache" not in text


@pytest.mark.proves("D7", "E-16")
def test_the_same_is_done_with_several_orders_at_once(client: Client) -> None:
    committee = make_committee()
    office = make_office_user(committee)
    stadt = make_municipality(email="stadt@juelich.example")
    first, second = (make_work_order(committee, addressee_organisation=stadt) for _ in range(2))
    done = make_work_order(committee, state=State.REPORTED_DONE, done_on=today())
    foreign = make_work_order()
    ids = [first.id, second.id, done.id, foreign.id]
    client.sign_in(office)
    url, day = "/arbeitsauftraege/auswahl", today() + timedelta(days=30)

    def said(**data: object) -> str:
        client.post(url, data={"ids": ids, **data})
        return client.get("/arbeitsauftraege").text

    assert "Bitte den Tag der Wiedervorlage angeben" in said(action="resubmit")
    assert "Wiedervorlage setzen: 3 Aufträge." in said(action="resubmit", resubmit_on=day.isoformat())
    assert (first.resubmit_on, done.resubmit_on, foreign.resubmit_on) == (day, day, None)
    assert "Erinnerung senden: 2 Aufträge. Bei 1 Auftrag geht" in said(action="remind")
    assert subjects() == [f"stadt@juelich.example Auftrag {o.number}: Erinnerung" for o in (first, second)]
    assert "Erledigung zur Kenntnis nehmen: 1 Auftrag." in said(action="acknowledge")
    assert done.state is State.ACKNOWLEDGED
    assert "Bei keinem gewählten Auftrag" in said(action="acknowledge")
    assert "Bitte Aufträge und eine Aktion wählen" in said(action="unsinn")
    client.sign_in(make_member(committee))
    assert "Bei keinem gewählten Auftrag" in said(action="remind")  # members only look on


@pytest.mark.proves("D2", "D4", "D7")
def test_what_is_late_goes_to_the_mailbox_then_to_the_office_then_to_the_next_meeting(app: Flask) -> None:
    body = make_body()
    body.order_remind_days, body.order_escalate_days, body.order_agenda_days = 2, 10, 20
    committee = make_committee()
    office = make_office_user(committee)
    assert office.person is not None
    stadt = make_municipality(email="stadt@juelich.example")
    order = make_work_order(committee, addressee_organisation=stadt, due_on=date(2026, 3, 1))
    done = make_work_order(committee, addressee_organisation=stadt, due_on=date(2026, 3, 1), state=State.ACKNOWLEDGED,
                           done_on=date(2026, 3, 1))  # fmt: skip
    reminder, told = (f"stadt@juelich.example Auftrag {order.number}: Erinnerung",
                      f"{office.person.email} Auftrag {order.number}: überfällig")  # fmt: skip
    steps = [(2, []), (3, [reminder]), (10, [reminder]), (11, [reminder, told]), (30, [reminder, told])]
    for day, expected in steps:
        for _twice in range(2):
            follow_up_orders(date(2026, 3, day))
        db.session.commit()
        assert subjects() == expected, day
    assert order.put_on_agenda_on == date(2026, 3, 30)
    kinds = [OrderEventKind.REMINDED, OrderEventKind.ESCALATED, OrderEventKind.PUT_ON_AGENDA]
    assert [e.kind for e in order.events] == kinds
    assert {e.noted_by_function for e in order.events} == {"System"}
    assert done.events == []
    dates.change_dates(order, due_on=date(2026, 4, 1), resubmit_on=None, reason="Sommerpause", version=order.version,
                       by=office)  # fmt: skip
    follow_up_orders(date(2026, 4, 3))
    assert subjects().count(reminder) == 2  # a new due date is a new story


@pytest.mark.proves("D2")
def test_where_no_mailbox_is_known_the_office_is_told_at_once(app: Flask) -> None:
    order = make_work_order(make_committee(), addressee_organisation=make_municipality(), due_on=date(2026, 3, 1))
    coordinator = make_coordinator()
    ran = run_daily(date(2026, 3, 2))
    assert "actions.services.order_reminders.follow_up_orders" in ran
    assert run_daily(date(2026, 3, 2)) == []
    assert subjects() == [f"{coordinator.email} Auftrag {order.number}: überfällig"]
    assert [e.kind for e in db.session.scalars(sa.select(OrderEvent))] == [OrderEventKind.ESCALATED]


@pytest.mark.proves("D7")
def test_the_office_is_told_on_the_day_of_the_wiedervorlage(app: Flask) -> None:
    coordinator = make_coordinator()
    order = make_work_order(resubmit_on=date(2026, 3, 5))
    make_work_order(resubmit_on=date(2026, 3, 5), state=State.WITHDRAWN, withdrawal_reason="x")
    for day in (4, 5, 6, 6):
        follow_up_orders(date(2026, 3, day))
    db.session.commit()
    assert subjects() == [f"{coordinator.email} Auftrag {order.number}: Wiedervorlage"]
    dates.resubmit(order, date(2026, 4, 1), by=coordinator)
    follow_up_orders(date(2026, 4, 1))
    assert len(subjects()) == 2


@pytest.mark.proves("D4", "E-15")
def test_a_meeting_without_beschlusskontrolle_is_warned_of_what_stays_open(app: Flask) -> None:
    user = make_coordinator()
    meeting = make_meeting()
    make_work_order(meeting.committee, due_on=today() - timedelta(days=40), put_on_agenda_on=today())
    assert [c.state for c in meeting_orders.readiness_checks(user, meeting)] == ["todo", "bad"]
    make_item(meeting, purpose=ItemPurpose.RESOLUTION_TRACKING)
    assert [c.text for c in meeting_orders.readiness_checks(user, meeting)] == ["1 Auftrag ist überfällig"]


@pytest.mark.proves("E-16")
def test_bulk_acknowledgement_keeps_to_the_rule_of_the_committee(client: Client) -> None:
    committee = make_committee()
    make_procedure_rule(committee, RuleKind.ORDER_ACKNOWLEDGEMENT)
    order = make_work_order(committee, state=State.REPORTED_DONE, done_on=today())
    client.sign_in(make_office_user(committee))
    client.post("/arbeitsauftraege/auswahl", data={"ids": [order.id], "action": "acknowledge"})
    assert "Beschlusskontrolle" in client.get("/arbeitsauftraege").text
    assert order.state is State.REPORTED_DONE

"""The page „Auswertung": counted rightly, only from what the reader may see."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from openpyxl import load_workbook

from govern.actions.models import WorkOrder, WorkOrderState
from govern.actions.periods import Period, offered_periods, parse_period
from govern.db import db
from govern.formats import today
from govern.overview.order_figures import ORDERS_SHOWN
from govern.people.models import Organisation
from tests.conftest import Client
from tests.factories import (
    make_committee,
    make_coordinator,
    make_municipality,
    make_seat,
    make_user,
    make_work_order,
)

PAST, COMING = today() - timedelta(days=30), today() + timedelta(days=30)


def _order(addressee: Organisation, *, due: date | None, done: date | None = None, **values: Any) -> WorkOrder:
    order = make_work_order(make_committee(), addressee_organisation=addressee, due_on=due, **values)
    if done:
        state = WorkOrderState.ACKNOWLEDGED
        db.session.execute(sa.update(WorkOrder).where(WorkOrder.id == order.id).values(state=state, done_on=done))
        db.session.commit()
    return order


def _rows(page: str) -> dict[str, list[str]]:
    soup = BeautifulSoup(page, "lxml")
    section = soup.find(id="overview-figures_orders")
    assert section is not None
    rows = section.select("tbody tr")
    for words in section.select(".visually-hidden"):
        words.decompose()
    return {row.th.get_text(strip=True): [td.get_text(" ", strip=True) for td in row("td")] for row in rows if row.th}


@pytest.mark.proves("D4")
def test_orders_are_counted_by_institution_and_their_dates(client: Client) -> None:
    north, south = make_municipality(name="Nordstadt"), make_municipality(name="Südstadt")
    _order(north, due=PAST, done=PAST)
    _order(north, due=PAST, done=PAST + timedelta(days=1))
    _order(north, due=None, done=PAST)
    _order(north, due=PAST)
    _order(south, due=COMING)
    page = client.sign_in(make_coordinator()).get("/auswertung").text
    rows = _rows(page)
    assert [text.split(" ")[0] for text in rows["Nordstadt"][:4]] == ["4", "1", "1", "3"]
    assert rows["Nordstadt"][4].startswith("1 von 2 (50 %)")
    assert rows["Südstadt"][4] == "keine mit Frist erledigt"
    assert rows["Alle"][0] == "5"
    assert list(rows) == ["Nordstadt", "Südstadt", "Alle"]  # the one with something overdue first


def test_each_number_of_orders_leads_to_them(client: Client) -> None:
    place = make_municipality(name="Nordstadt")
    order = _order(place, due=PAST, task="Sprachkurs einrichten")
    client.sign_in(make_coordinator())
    links = BeautifulSoup(client.get("/auswertung").text, "lxml").select("#overview-figures_orders tbody a")
    assert len(links) == 3  # given, open, overdue
    for link in links:
        assert order.task in client.get(str(link["href"])).text


def test_each_number_is_that_of_the_rows_it_leads_to_whoever_is_addressed(client: Client) -> None:
    place, committee = make_municipality(name="Nordstadt"), make_committee(name="AK Nord")
    seats = [make_seat(committee, function="Leitung") for _ in range(2)]
    _order(place, due=PAST, done=PAST)
    _order(place, due=PAST, done=PAST + timedelta(days=1))
    _order(place, due=None, done=PAST)
    _order(place, due=PAST, state=WorkOrderState.WITHDRAWN, withdrawal_reason="Erledigt sich")
    for number in range(2):
        make_work_order(committee, addressee_committee=committee, due_on=COMING)
        make_work_order(committee, addressee_seat=seats[number], due_on=PAST)
    _order(place, due=PAST, issued_on=None, number=None, year=None, sequence_number=None, state=WorkOrderState.DRAFT)
    client.sign_in(make_coordinator())
    for address in ("/auswertung", "/auswertung?zeitraum=2026"):
        section = BeautifulSoup(client.get(address).text, "lxml").select_one("#overview-figures_orders")
        assert section is not None
        links = section.select("tbody a")
        assert [len(row.select("a")) for row in section.select("tbody tr")] == [3, 3, 2, 4, 6]
        for link in links:
            listed = BeautifulSoup(client.get(str(link["href"])).text, "lxml").select_one("[data-announce]")
            assert listed is not None
            assert str(listed["data-announce"]).split(" ")[0] == link.find(string=True), link["href"]


def test_nobody_counts_orders_of_others(client: Client) -> None:
    mine, other = make_municipality(name="Nordstadt"), make_municipality(name="Südstadt")
    _order(mine, due=COMING)
    _order(other, due=COMING)
    client.sign_in(make_user(organisation=mine))
    for answer in (client.get("/auswertung"), client.get("/auswertung.xlsx")):
        assert answer.status_code == 200
    assert list(_rows(client.get("/auswertung").text)) == ["Nordstadt"]
    assert client.sign_in(make_user()).get("/auswertung").text.count("Keine Arbeitsaufträge") == 1


def test_the_workbook_says_the_same(client: Client) -> None:
    place = make_municipality(name="=Nordstadt")
    _order(place, due=PAST, done=PAST)
    _order(place, due=PAST)
    answer = client.sign_in(make_coordinator()).get("/auswertung.xlsx")
    sheet = load_workbook(io.BytesIO(answer.data))["Arbeitsaufträge"]
    cells = [cell for cell in sheet[5]]
    assert [cell.value for cell in cells] == ["=Nordstadt", 2, 1, 1, 1, 1, 0, 1]
    assert cells[0].data_type == "s"  # no formula


def test_a_period_narrows_the_orders_to_those_given_in_it(client: Client) -> None:
    place = make_municipality(name="Nordstadt")
    _order(place, due=COMING, issued_on=date(2025, 3, 1), task="Aus dem Frühjahr")
    _order(place, due=COMING, issued_on=date(2025, 9, 1), task="Aus dem Herbst")
    client.sign_in(make_coordinator())
    assert _rows(client.get("/auswertung?zeitraum=2025-1").text)["Nordstadt"][0] == "1"
    assert _rows(client.get("/auswertung?zeitraum=2025").text)["Nordstadt"][0] == "2"
    link = BeautifulSoup(client.get("/auswertung?zeitraum=2025-1").text, "lxml").select_one(
        "#overview-figures_orders tbody a"
    )
    assert link is not None
    listed = client.get(str(link["href"])).text
    assert "Aus dem Frühjahr" in listed and "Aus dem Herbst" not in listed
    assert "In diesem Zeitraum wurde kein Auftrag erteilt" in client.get("/auswertung?zeitraum=2024-2").text


def test_the_page_costs_the_same_for_many_orders(client: Client, count_queries: Any) -> None:
    client.sign_in(make_coordinator())
    costs = []
    for _ in range(2):
        for _ in range(4):
            _order(make_municipality(), due=COMING)
        with count_queries() as statements:
            client.get("/auswertung")
        costs.append(len(statements))
    assert costs[0] == costs[1] <= 12


def test_of_many_addressees_the_most_overdue_come_first_and_all_on_demand(client: Client) -> None:
    committee, late = make_committee(), make_municipality(name="Zuletztstadt")
    for n in range(ORDERS_SHOWN):
        make_work_order(committee, addressee_organisation=make_municipality(name=f"Ort {n}"), due_on=COMING)
    make_work_order(committee, addressee_organisation=late, due_on=PAST)
    page = client.sign_in(make_coordinator()).get("/auswertung").text
    rows = _rows(page)
    assert next(iter(rows)) == "Zuletztstadt" and len(rows) == ORDERS_SHOWN + 1
    assert rows["Alle"][0] == str(ORDERS_SHOWN + 1)
    link = BeautifulSoup(page, "lxml").find("a", string=f"Alle {ORDERS_SHOWN + 1} Adressaten zeigen")
    assert link is not None
    everyone = client.get(str(link["href"])).text
    assert len(_rows(everyone)) == ORDERS_SHOWN + 2 and "Adressaten zeigen" not in everyone
    sheet = load_workbook(io.BytesIO(client.get("/auswertung.xlsx").data))["Arbeitsaufträge"]
    assert sheet.max_row == 4 + ORDERS_SHOWN + 2


def test_periods_are_calendar_years_and_their_halves() -> None:
    half = parse_period("2026-2")
    assert half == Period(2026, 2)
    assert (half.starts_on, half.ends_on, half.label) == (date(2026, 7, 1), date(2026, 12, 31), "2. Halbjahr 2026")
    assert [q.key for q in half.quarters] == ["2026-Q3", "2026-Q4"]
    assert half.is_over(date(2027, 1, 1)) and not half.is_over(date(2026, 12, 31))
    assert parse_period("2026-3") is parse_period("26") is parse_period("") is None
    offered = offered_periods(date(2026, 3, 1))
    assert [p.code for p in offered[:4]] == ["2026", "2026-1", "2025", "2025-2"]

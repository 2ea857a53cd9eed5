"""Figures of gap reports: true for those who read the reports, and nothing of the small ones for everybody else."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup, Tag
from openpyxl import load_workbook

from govern.actions.masking import Axis
from govern.actions.models import (
    QUESTIONS,
    Effect,
    EvaluationResult,
    EvaluationState,
    GapReport,
    OrderEvent,
    OrderEventKind,
    ReportState,
    ReportText,
    Verdict,
    WorkOrderState,
)
from govern.actions.periods import Period
from govern.actions.queries.vocabularies import terms_of
from govern.db import db
from govern.formats import at, today
from govern.overview.models import FigureRelease
from govern.overview.queries.report_figures import count_reports, figures_for_readers
from govern.overview.report_figures import from_content, published_figures, to_content, true_figures
from govern.people.models import Role, User
from tests.actions.table_audit import ranges
from tests.conftest import Client
from tests.factories import (
    make,
    make_body,
    make_coordinator,
    make_evaluation,
    make_gap_report,
    make_matter,
    make_municipality,
    make_user,
    make_work_order,
)

HALF = Period(today().year - 1, 2)
"""A half-year that is over."""
AMOUNTS = {("education", "Nordstadt"): (7, 2), ("education", "Südstadt"): (1, 1), ("housing", "Nordstadt"): (0, 3),
           ("housing", "Südstadt"): (9, 8),
           ("health", "Oststadt"): (1, 0), ("health", "Nordstadt"): (6, 5)}  # fmt: skip
"""Reports by field and municipality, in the two quarters of the half-year."""


@pytest.fixture
def reports(app: object) -> User:
    """The reports of AMOUNTS, and somebody who may read their released figures only."""
    author = make_user(Role.CASE_MANAGER)
    towns = {name: make_municipality(name=name) for name in ("Nordstadt", "Südstadt", "Oststadt", "Weststadt")}
    sample = make_gap_report(author, municipality=towns["Nordstadt"], action_field="education")
    db.session.delete(sample)
    db.session.flush()
    n = 0
    for (field, town), amounts in AMOUNTS.items():
        for quarter, amount in zip(HALF.quarters, amounts, strict=True):
            for _ in range(amount):
                n += 1
                db.session.add(
                    GapReport(
                        body_id=sample.body_id, number=f"M-{HALF.year}-{n:03d}", year=HALF.year, sequence_number=n,
                        author_id=author.id, source=sample.source, author_function="x", action_field=field,
                        gap_kind=sample.gap_kind, frequency=sample.frequency, municipality_id=towns[town].id,
                        reported_at=at(quarter.starts_on + timedelta(days=n % 80), time(12)),
                        texts=[ReportText(number=1, headline=f"Satz {n}")],
                    )
                )  # fmt: skip
    db.session.commit()
    return make_user(Role.CASE_MANAGER)


def _table(page: str, caption: str) -> dict[tuple[str, str], int | None]:
    """A table of the page as everybody reads it: by words of row and column, None where a star stands."""
    soup = BeautifulSoup(page, "lxml")
    table = next(t for t in soup("table") if t.caption and t.caption.get_text(strip=True) == caption)
    heads = [th.get_text(strip=True) for th in table.select("thead th")][1:]
    found: dict[tuple[str, str], int | None] = {}
    for row in table.select("tbody tr"):
        assert isinstance(row.th, Tag)
        for head, cell in zip(heads, row("td"), strict=True):
            words = cell.get_text(" ", strip=True)
            found[row.th.get_text(strip=True), head] = None if words.startswith("*") else int(words.split(" ")[0])
    return found


HEAT, TREND = "Meldungen nach Handlungsfeld und Kommune", "Meldungen je Quartal"


@pytest.mark.proves("E-35", "D-50")
def test_the_coordination_reads_true_figures_and_each_leads_to_its_reports(client: Client, reports: User) -> None:
    gone = db.session.scalars(sa.select(GapReport).order_by(GapReport.id)).first()
    assert gone is not None
    gone.state = ReportState.WITHDRAWN
    db.session.commit()
    page = client.sign_in(make_coordinator()).get(f"/auswertung?zeitraum={HALF.code}").text
    counted = _table(page, HEAT)
    raw = sa.text(
        "SELECT o.name, count(*) FROM gap_report r JOIN organisation o ON o.id = r.municipality_id "
        "WHERE r.action_field = 'education' AND r.state <> 'withdrawn' GROUP BY o.name"
    )
    for name, amount in db.session.execute(raw):
        assert counted[terms_of(make_body()).action_field("education") or "", name] == amount
    assert counted["Alle Handlungsfelder", "Alle"] == sum(map(sum, AMOUNTS.values())) - 1
    soup = BeautifulSoup(page, "lxml")
    links = soup.select("#overview-figures_reports a[href*='/lueckenmeldungen']")
    for link in (links[0], links[-1]):
        shown = int(link.find(string=True) or 0)
        listed = client.get(str(link["href"])).text
        assert re.search(rf'data-announce="{shown} ', listed), link["href"]


@pytest.mark.proves("D-50", "D-51", "D-52", "D-53", "D-55")
def test_what_others_read_gives_no_small_number_away(client: Client, reports: User) -> None:
    coordinator = make_coordinator()
    client.sign_in(coordinator)
    before = client.sign_in(reports).get(f"/auswertung?zeitraum={HALF.code}").text
    assert "Keine freigegebenen Zahlen" in before and "<table" not in before.split("Arbeitsaufträge nach")[0]
    assert client.get("/auswertung/freigeben?zeitraum=" + HALF.code).status_code in (403, 404)
    client.sign_in(coordinator)
    assert "Vorschau" in client.get(f"/auswertung/freigeben?zeitraum={HALF.code}").text
    assert client.post("/auswertung/freigeben", data={"zeitraum": HALF.code}).status_code == 303
    client.sign_in(reports)
    page = client.get(f"/auswertung?zeitraum={HALF.code}").text
    shown = {**_table(page, HEAT), **{(row, head): value for (row, head), value in _sheet_quarters(client).items()}}
    assert any(value is None for value in shown.values())
    assert "Werte unter 5 sind aus Datenschutzgründen nicht ausgewiesen" in page
    fields = [row for row, head in shown if head == "Alle" and row != "Alle Handlungsfelder"]
    places = list(dict.fromkeys(head for _, head in _table(page, HEAT) if head != "Alle"))
    quarters = [quarter.label for quarter in HALF.quarters]
    rows = Axis.flat(fields, "Alle Handlungsfelder")
    columns = Axis("Alle", {"Alle": (tuple(places), tuple(quarters))})
    assert min(ranges(rows, columns, shown).values()) >= 5
    for (row, head), value in _sheet(client, "Meldungen nach Kommune").items():
        assert shown[row, head] == value  # the workbook says the same
    assert {head: value for (_, head), value in _table(page, TREND).items()} == {
        quarter: shown["Alle Handlungsfelder", quarter] for quarter in quarters
    }  # and so do the bars' table and the bars
    bars = [t.get_text() for t in BeautifulSoup(page, "lxml").select("svg.trend .trend__number")]
    assert bars == ["*" if (v := shown["Alle Handlungsfelder", q]) is None else str(v) for q in quarters]
    for other in ("", "2020-1", str(HALF.year), "2999-1", f"{HALF.code}&feld=education&kommune=1"):
        answer = client.get(f"/auswertung?zeitraum={other}").text
        tables = BeautifulSoup(answer, "lxml").select(".heat__table")
        assert not tables or _table(answer, HEAT) == _table(page, HEAT)  # no other cut of the same reports
    assert "lueckenmeldungen?stand" not in page


@pytest.mark.proves("D-53")
def test_a_half_year_is_released_once_and_never_computed_again(client: Client, reports: User) -> None:
    client.sign_in(make_coordinator())
    sent = {"zeitraum": HALF.code}
    assert client.post("/auswertung/freigeben", data=sent).status_code == 303
    before = client.sign_in(reports).get(f"/auswertung?zeitraum={HALF.code}").text
    db.session.execute(sa.update(GapReport).values(state=ReportState.WITHDRAWN))
    db.session.commit()
    assert _table(client.get(f"/auswertung?zeitraum={HALF.code}").text, HEAT) == _table(before, HEAT)
    client.sign_in(make_coordinator())
    assert client.post("/auswertung/freigeben", data=sent).status_code == 422
    running = Period(today().year, 1 if today().month <= 6 else 2)
    assert client.post("/auswertung/freigeben", data={"zeitraum": running.code}).status_code == 422
    assert client.post("/auswertung/freigeben", data={"zeitraum": "2026-9"}).status_code == 404
    stored = str(db.session.scalars(sa.select(FigureRelease)).one().content)
    assert "None" in stored  # hidden counts are not kept either


@pytest.mark.proves("D-54")
def test_rounded_figures_say_that_they_are() -> None:
    fields, places, quarters = [("a", "A")], [("x", "X"), ("y", "Y")], [("q", "Q")]
    counts = {("a", "x"): 4, ("a", "y"): 8, ("a", "q"): 12}
    figures = published_figures(fields, places, quarters, counts, threshold=5, is_rounded=True)
    again = from_content(to_content(figures), threshold=5, is_rounded=True)
    assert again.cell("a", "x").value == 5 and again.note is not None and "gerundet" in again.note
    assert true_figures(fields, places, quarters, counts).share_of_field("a") == 1


@pytest.mark.proves("E-35")
def test_the_way_from_report_to_effect_is_counted_in_days(client: Client) -> None:
    matter = make_matter(title="Kita-Zugang", created_at=at(date(2026, 1, 11), time(12)))
    make_gap_report(matter=matter, reported_at=at(date(2026, 1, 1), time(12)))
    order = make_work_order(matter=matter, state=WorkOrderState.ACKNOWLEDGED, done_on=date(2026, 2, 1))
    db.session.add(OrderEvent(work_order_id=order.id, kind=OrderEventKind.EFFECT_CHECKED, noted_by_function="Büro",
                              noted_at=at(date(2026, 4, 11), time(12))))  # fmt: skip
    db.session.commit()
    page = client.sign_in(make_coordinator()).get("/auswertung").text
    row = next(tr for tr in BeautifulSoup(page, "lxml").select("#figures-ways tbody tr") if tr.a)
    assert [td.get_text(strip=True) for td in row("td")] == ["01.01.2026", "10", "–", "100"]
    assert "darunter jede Lücke." in page  # and not „die 1 jüngsten von 1 Lücken“
    evaluation = make_evaluation(matter, state=EvaluationState.CONCLUDED)
    make(EvaluationResult(evaluation=evaluation, number=1, effect=Effect.PARTLY, reason="x", compared_days=30,
                          compared_from=date(2026, 1, 1), reports_before=1, reports_after=0, function="Koordination",
                          decided_on=date(2026, 3, 12), **dict.fromkeys(QUESTIONS, Verdict.PARTLY)))  # fmt: skip
    page = client.get("/auswertung").text  # an evaluation that came earlier counts
    row = next(tr for tr in BeautifulSoup(page, "lxml").select("#figures-ways tbody tr") if tr.a)
    assert row("td")[-1].get_text(strip=True) == "70"
    assert 'id="figures-ways"' not in client.sign_in(make_user(Role.CASE_MANAGER)).get("/auswertung").text


@pytest.mark.proves("E-35")
def test_figures_of_matters_lead_to_them(client: Client) -> None:
    make_matter(title="Schon lange offen", created_at=at(today() - timedelta(days=200), time(12)))
    make_matter(title="Ganz neu")
    client.sign_in(make_coordinator())
    page = BeautifulSoup(client.get("/auswertung").text, "lxml")
    old = next(a for a in page.select("#overview-figures_matters a") if "181" in a.get_text())
    listed = client.get(str(old["href"])).text
    assert "Schon lange offen" in listed and "Ganz neu" not in listed
    new = page.select("#overview-figures_matters a[href*='angelegt']")[-1]
    assert "Ganz neu" in client.get(str(new["href"])).text


@pytest.mark.proves("E-35")
def test_the_page_of_figures_costs_twelve_statements_at_most(
    client: Client, reports: User, count_queries: object
) -> None:
    client.sign_in(make_coordinator())
    with count_queries() as statements:  # type: ignore[operator]
        assert client.get("/auswertung").status_code == 200
    assert len(statements) <= 12


def test_everything_before_the_quarters_shown_counts_once(reports: User) -> None:
    body = make_body()
    figures = figures_for_readers(count_reports(body, terms_of(body), None, date(HALF.year + 4, 5, 1)))
    trend = dict((key, amount) for key, _words, amount in figures.trend())
    assert trend["earlier"] == figures.cell("total", "total").value == sum(map(sum, AMOUNTS.values()))


def _sheet(client: Client, name: str) -> dict[tuple[str, str], int | None]:
    book = load_workbook(io.BytesIO(client.get(f"/auswertung.xlsx?zeitraum={HALF.code}").data))
    return dict(_cells(book[name]))


def _sheet_quarters(client: Client) -> dict[tuple[str, str], int | None]:
    return _sheet(client, "Meldungen nach Quartal")


def _cells(sheet: object) -> Iterator[tuple[tuple[str, str], int | None]]:
    heads = [cell.value for cell in sheet[4]]  # type: ignore[index]
    for row in sheet.iter_rows(min_row=5, values_only=True):  # type: ignore[attr-defined]
        for head, value in zip(heads[1:], row[1:], strict=True):
            yield (row[0], head), None if value == "*" else value

"""The yearly report for the Land and council: counted from the rows, masked, frozen, handed on as a document."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from docx import Document
from docx.document import Document as DocumentObject

from govern.actions.models import (
    ChainVersion,
    Effect,
    EvaluationResult,
    EvaluationState,
    Project,
    ProjectReport,
    ProjectReportDay,
    ServiceChain,
    StateForwarding,
    Verdict,
    WorkOrderState,
)
from govern.db import db, now
from govern.formats import at, date_text, today
from govern.meetings.models import Attendance, AttendanceState, MeetingState
from govern.overview.models import FigureRelease, YearlyReport
from govern.overview.report_figures import published_figures, to_content
from govern.overview.yearly_content import TITLES, mask_matters
from tests.conftest import Client
from tests.factories import (
    make,
    make_body,
    make_committee,
    make_coordinator,
    make_evaluation,
    make_item,
    make_matter,
    make_meeting,
    make_municipality,
    make_resolution,
    make_seat,
    make_user,
    make_work_order,
)

YEAR = today().year - 1
DAY = date(YEAR, 3, 3)
LATER = date(YEAR + 1, 2, 2)
PAGE = f"/jahresbericht?jahr={YEAR}"
Counter = Callable[[], AbstractContextManager[list[str]]]


def _rows(page: str, caption: str) -> dict[str, list[str]]:
    table = next(t for t in BeautifulSoup(page, "lxml")("table") if t.caption and t.caption.string == caption)
    return {
        row.th.get_text(strip=True): [td.get_text(" ", strip=True) for td in row("td")]
        for row in table.select("tbody tr")
        if row.th
    }


def _meeting(committee: Any, day: date, **values: Any) -> Any:
    return make_meeting(committee, starts_at=at(day, time(14)), state=MeetingState.CLOSED, closed_at=now(), **values)


def _texts(**texts: str) -> dict[str, str]:
    return {**dict.fromkeys(TITLES, ""), "version": "0", **texts}


@pytest.fixture
def year(app: object) -> None:
    """A year with one of everything that counts, and beside it what must not."""
    committee = make_committee(name="Lenkungsgruppe")
    town = make_municipality(name="Nordstadt")
    seat = make_seat(committee, organisations=[town])
    meetings = [_meeting(committee, DAY), _meeting(committee, DAY + timedelta(days=60))]
    _meeting(committee, date(YEAR - 1, 12, 31))
    make_meeting(committee, starts_at=at(DAY, time(9)))  # never held
    for meeting, state in zip(meetings, (AttendanceState.DEPUTY, AttendanceState.EXCUSED), strict=True):
        make(Attendance(meeting=meeting, seat=seat, state=state))
    for number, is_public in (("LG-1", True), ("LG-geheim", False)):
        make_resolution(make_item(meetings[0], is_public=is_public), number=number, is_public=is_public,
                        resolved_on=DAY)  # fmt: skip
    make_work_order(committee, issued_on=DAY, due_on=date(YEAR, 12, 30))
    make_work_order(committee, issued_on=DAY, due_on=DAY, done_on=DAY, state=WorkOrderState.ACKNOWLEDGED)
    make_work_order(committee, issued_on=DAY, is_public=False)
    matter = make_matter(shared_at=now(), created_at=at(DAY, time(9)), number="L-offen")
    for _ in range(6):
        make_matter(shared_at=now(), created_at=at(date(YEAR - 1, 5, 5), time(9)))
    hidden = make_matter(created_at=at(DAY, time(9)), number="L-geheim")
    for owner in (matter, hidden):
        evaluation = make_evaluation(owner, state=EvaluationState.CONCLUDED)
        for number, effect in ((1, Effect.NONE), (2, Effect.PARTLY)):
            make(EvaluationResult(
                evaluation=evaluation, number=number, effect=effect, breaks_avoided=Verdict.NO,
                offers_improved=Verdict.NO, process_improved=Verdict.NO, reason="x", compared_from=date(YEAR, 1, 1),
                compared_days=30, reports_before=9, reports_after=8, decided_on=DAY, function="Koordination",
            ))  # fmt: skip
        group = make_committee(name=f"Projektgruppe {owner.number}")
        project = make(Project(matter=owner, committee=group, mandate="x", reason="x", starts_on=DAY, due_on=LATER,
                               reports_to=committee, days=[ProjectReportDay(due_on=LATER)]))  # fmt: skip
        for day in (DAY, LATER):
            make(ProjectReport(project=project, reported_on=day, text="x", function="x"))
        make(StateForwarding(matter=owner, addressee="Ministerium", problem="x", effect="x", proposal="x",
                             forwarded_on=DAY))  # fmt: skip
    chain = make(ServiceChain(body_id=make_body().id))
    for number, day in ((1, date(YEAR - 1, 5, 5)), (2, DAY), (3, DAY)):
        make(ChainVersion(chain=chain, number=number, name=f"Weg {number}", created_at=at(day, time(9))))


def _release(half: int, amount: int) -> None:
    starts_on, ends_on = ((date(YEAR, 1, 1), date(YEAR, 6, 30)), (date(YEAR, 7, 1), date(YEAR, 12, 31)))[half - 1]
    quarter = f"{YEAR}-Q{2 * half}"
    figures = published_figures(
        [("education", "Bildung"), ("housing", "Wohnen")], [("1", "Nordstadt")], [(quarter, quarter)],
        {("education", "1"): amount, ("education", quarter): amount, ("housing", "1"): 2, ("housing", quarter): 2},
        threshold=5, is_rounded=False,
    )  # fmt: skip
    make(FigureRelease(body_id=make_body().id, starts_on=starts_on, ends_on=ends_on, threshold=5,
                       content=to_content(figures)))  # fmt: skip


@pytest.mark.proves("E-35", "I6")
@pytest.mark.usefixtures("year")
def test_figures_are_counted_from_what_is_open_to_all_and_lead_to_their_rows(
    client: Client, count_queries: Counter
) -> None:
    client.sign_in(make_coordinator())
    client.get(PAGE)
    with count_queries() as statements:
        page = client.get(PAGE).text
    assert len(statements) <= 12
    assert _rows(page, "Sitzungen je Gremium")["Lenkungsgruppe"][:2] == ["2", "3.3., 2.5."]
    assert _rows(page, "Beteiligung der Institutionen")["Nordstadt"][0] == "1 von 2"
    assert _rows(page, "Öffentliche Beschlüsse")["gefasst"] == ["1", "LG-1"]
    orders = {label: cells[0] for label, cells in _rows(page, "Öffentliche Arbeitsaufträge").items()}
    assert orders == {"erteilt": "2", "erledigt": "1", "davon in der Frist": "1", "am Jahresende offen": "1",
                      "davon über der Frist": "1"}  # fmt: skip
    assert _rows(page, "Ergebnisse der Prüfungen")["davon teilweise wirksam"] == ["1", "L-offen"]
    assert _rows(page, "Ergebnisse der Prüfungen")["davon nicht wirksam"][0] == "0"  # corrected since
    assert _rows(page, "Weiterleitungen und Antworten")["weitergeleitet"] == ["1", "L-offen"]
    assert _rows(page, "Aufträge an Projektgruppen") == {
        "Projektgruppe L-offen": ["Lenkungsgruppe", date_text(LATER), "1", "Projektgruppe L-offen"]
    }
    assert _rows(page, "Neue und fortgeschriebene Ketten") == {"Weg 3": ["fortgeschrieben", "2", "Weg 3"]}
    assert "geheim" not in page
    links = {str(a["href"]) for a in BeautifulSoup(page, "lxml").select("main table a")}
    assert len(links) >= 12
    assert all(client.get(link).status_code == 200 for link in links)


@pytest.mark.proves("E-35", "D-52")
@pytest.mark.usefixtures("year")
def test_small_numbers_stay_hidden_and_gap_reports_stand_in_it_as_released_only(client: Client) -> None:
    client.sign_in(make_coordinator())
    page = client.get(PAGE).text
    assert page.count("ist nicht freigegeben; seine Zahlen stehen deshalb nicht in diesem Bericht.") == 2
    matters = _rows(page, "Lücken nach Handlungsfeld")["Alle Handlungsfelder"]
    assert matters[1].startswith("*")  # one new one
    assert matters[0].startswith("*") or matters[2].startswith("*")  # total and earlier ones would give it away
    assert matters[-1].startswith("7 anzeigen"), matters  # the coordination reads the rows anyway
    _release(1, 40)
    page = client.get(PAGE).text
    assert page.count("ist nicht freigegeben; seine Zahlen") == 1
    rows = _rows(page, "Lückenmeldungen nach Handlungsfeld")
    assert rows["Wohnen"][0].startswith("*")
    assert list(rows)[-1] == "Alle Handlungsfelder"


@pytest.mark.proves("E-35", "I5", "I6")
@pytest.mark.usefixtures("year")
def test_a_frozen_edition_keeps_figures_and_texts_whatever_changes_and_a_new_one_stands_beside_it(
    client: Client,
) -> None:
    client.sign_in(make_coordinator())
    saved = client.post(PAGE, data=_texts(foreword="Ein **gutes** Jahr.", outlook="- Weiter so"))
    assert saved.status_code == 303, saved.text
    assert client.post(PAGE, data=_texts(foreword="Anders")).status_code == 409  # somebody saved before
    seen = _seen(client)
    make_resolution(make_item(_meeting(make_committee(), DAY)), number="AK-1", resolved_on=DAY)
    freeze = f"/jahresbericht/einfrieren?jahr={YEAR}"
    assert client.post(freeze, data={"gesehen": seen}).status_code == 409  # not what was seen
    assert client.post(freeze, data={"gesehen": _seen(client)}).status_code == 303
    first = db.session.scalars(sa.select(YearlyReport).where(YearlyReport.edition == 1)).one()
    path = f"/jahresberichte/{first.id}"
    before = _main(client, path)
    assert "Zahlen und Texte sind unverändert." in before
    make_matter(shared_at=now(), created_at=at(DAY, time(9)))
    assert client.post(PAGE, data=_texts(version="1", foreword="Berichtigt")).status_code == 303
    assert client.post(freeze, data={"gesehen": _seen(client)}).status_code == 303
    assert _main(client, path) == before
    second = db.session.scalars(sa.select(YearlyReport).where(YearlyReport.edition == 2)).one()
    matters = "Lücken nach Handlungsfeld"
    assert _rows(client.get(f"/jahresberichte/{second.id}").text, matters) == _rows(before, matters)
    document = Document(io.BytesIO(client.get(f"{path}/bericht.docx").data))
    words = "\n".join(p.text for p in document.paragraphs)
    for word in ("Ein gutes Jahr.", "beansprucht nicht, solchen Vorgaben zu entsprechen", "Ausgabe 1", first.sha256):
        assert word in words
    assert [p.text for p in document.paragraphs if p.style.name == "Heading 1"] == list(TITLES.values())
    assert document.tables[0].rows[1].cells[0].text
    assert all("Quellen" not in cell.text for table in document.tables for cell in table.rows[0].cells)
    _each_figure_leads_to_its_row(client, document, path)


def _each_figure_leads_to_its_row(client: Client, document: DocumentObject, path: str) -> None:
    """Each number of a table is a link to the row that says the same; what is hidden tells nothing by having none."""
    base = client.application.config["SETTINGS"].base_url
    rows = {str(row["id"]): row for row in BeautifulSoup(client.get(path).text, "lxml").select("main tr[id]")}
    assert f"{base}{path}" in [link.address for p in document.paragraphs for link in p.hyperlinks]
    numbers, linked = [], []
    for line in (line for table in document.tables for line in table.rows[1:]):
        for place, cell in enumerate(line.cells[1:]):
            numbers += [cell.text] if re.fullmatch(r"[1-9]\d*|\d+ von \d+|\*", cell.text) else []
            for link in cell.paragraphs[0].hyperlinks:
                address, _, key = link.url.partition("#")
                assert address == f"{base}{path}"
                row = rows[key]
                assert row.th is not None
                assert row.th.get_text(strip=True) == line.cells[0].text
                assert row.select("td")[place].get_text(" ", strip=True).split(" nicht")[0] == link.text
                linked.append(link.text)
    assert numbers == linked
    assert "*" in linked


def test_the_database_refuses_to_change_or_delete_what_was_frozen(app: object) -> None:
    row = make(YearlyReport(body_id=make_body().id, year=YEAR, edition=1, texts={}, content={"chapters": []},
                            sha256="0" * 64, frozen_at=now()))  # fmt: skip
    for statement in (
        sa.update(YearlyReport).where(YearlyReport.id == row.id).values(sha256="1" * 64),
        sa.delete(YearlyReport).where(YearlyReport.id == row.id),
    ):
        with pytest.raises(sa.exc.DBAPIError, match="frozen reports never change"), db.session.begin_nested():
            db.session.execute(statement)


@pytest.mark.proves("E-35")
def test_only_the_coordination_writes_it_and_only_a_year_that_is_over_is_frozen(client: Client) -> None:
    client.sign_in(make_coordinator())
    running = f"/jahresbericht/einfrieren?jahr={today().year}"
    seen = _seen(client, today().year, is_over=False)
    assert client.post(running, data={"gesehen": seen}).status_code == 422
    assert client.post(PAGE, data=_texts(outlook="Es waren 3 Familien.")).status_code == 422
    assert client.get("/jahresbericht?jahr=1999").status_code == 404
    draft = client.get(f"/jahresbericht/entwurf.docx?jahr={YEAR}")
    assert "Entwurf" in "\n".join(p.text for p in Document(io.BytesIO(draft.data)).paragraphs)
    client.sign_in(make_user())
    assert client.get(PAGE).status_code == 403


def test_of_a_year_in_which_nothing_happened_the_sentences_are_right(client: Client) -> None:
    page = " ".join(_main(client.sign_in(make_coordinator()), f"/jahresbericht/vorschau?jahr={YEAR}").split())
    for words in (
        "kein öffentlicher Beschluss gefasst",
        "kein öffentlicher Arbeitsauftrag erteilt und keiner erledigt",
    ):
        assert f"Im Berichtsjahr wurde {words}." in page


def test_new_and_closed_matters_cannot_be_worked_out_from_each_other() -> None:
    counts = {("a", "new"): 2, ("a", "earlier"): 20, ("a", "open"): 22, ("b", "new"): 30, ("b", "open"): 30}
    chapter = mask_matters([("a", "A"), ("b", "B")], counts, {}, threshold=5, is_rounded=False)
    (a, b, whole) = (row.cells for row in chapter.tables[0].rows)
    assert a[2] == "*"
    assert a[1] == "*" or a[3] == "*"
    assert [a, b, whole] != [[*a[:2], "2", *a[3:]], b, whole]
    assert chapter.notes


def _seen(client: Client, year: int = YEAR, *, is_over: bool = True) -> str:
    page = BeautifulSoup(client.get(f"/jahresbericht/vorschau?jahr={year}").text, "lxml")
    field = page.select_one("input[name=gesehen]")
    assert (field is not None) == is_over
    return str(field["value"]) if field else ""


def _main(client: Client, path: str) -> str:
    page = BeautifulSoup(client.get(path).text, "lxml")
    return "".join(str(section) for section in page.select("main section, main aside"))

"""Yearly figures of target groups: brought by a table, true for the coordination, masked for everybody else (E14)."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup, Tag
from openpyxl import Workbook, load_workbook

from govern.actions.masking import Axis
from govern.actions.models import TermKind, VocabularyTerm
from govern.committees.rosters.sheets import FaultyRosterError
from govern.db import db
from govern.formats import today
from govern.overview.models import TargetGroupCount, TargetGroupRelease, TargetGroupYear
from govern.overview.target_groups import from_content, published_figures, to_content, true_figures
from govern.overview.target_tables import Choices, read_table
from govern.people.models import Organisation, OrganisationAlias, Role
from tests.actions.table_audit import ranges
from tests.conftest import Client
from tests.factories import make, make_body, make_coordinator, make_municipality, make_user

YEAR = today().year - 1
PAGE = "/auswertung/zielgruppen"
TABLE = """Kommune;Geflüchtete;Frauen;junge Menschen
Nordstadt;1.240;610;k. A.
Südstadt;3;2;
Oststadt;57;31;12
Weststadt;88;;40
"""
CHOICES = Choices({"Nordstadt": 1, "Südstadt": 2, "Nord": 1}, {"Geflüchtete": "refugees", "Frauen": "women"})


@pytest.fixture
def towns(app: object) -> dict[str, Organisation]:
    """Four municipalities; one is also known by another name."""
    found = {name: make_municipality(name=name) for name in ("Nordstadt", "Südstadt", "Oststadt", "Weststadt")}
    make(OrganisationAlias(organisation_id=found["Oststadt"].id, name="Ost"))
    db.session.commit()
    return found


def _look(client: Client, table: str | bytes, name: str = "zahlen.csv", **told: Any) -> Any:
    data = table if isinstance(table, bytes) else table.encode()
    values = {"year": YEAR, "as_of": f"{YEAR}-12-31", "source": "Ausländerzentralregister, Fachamt", **told}
    return client.post(f"{PAGE}/vorschau", data={**values, "file": (io.BytesIO(data), name)})


def _values(answer: Any) -> dict[str, str]:
    form = BeautifulSoup(answer.data, "lxml").find("form", id="uebernehmen")
    assert form is not None
    return {str(tag["name"]): str(tag.get("value", "")) for tag in form.find_all("input") if tag.get("name")}


def _take(client: Client, table: str | bytes, **told: Any) -> Any:
    return client.post(f"{PAGE}/uebernehmen", data=_values(_look(client, table, **told)))


def _shown(page: str) -> dict[tuple[str, str], int | str | None]:
    """The first table of a page, as everybody reads it: None where a star stands, „–" where nothing is known."""
    table = BeautifulSoup(page, "lxml").select_one(".heat__table")
    assert table is not None
    heads = [th.get_text(strip=True) for th in table.select("thead th")][1:]
    found: dict[tuple[str, str], int | str | None] = {}
    for row in table.select("tbody tr"):
        assert isinstance(row.th, Tag)
        for head, cell in zip(heads, row("td"), strict=True):
            words = cell.get_text(" ", strip=True).split(" ")[0].replace(".", "")
            found[row.th.get_text(strip=True), head] = None if words == "*" else int(words) if words.isdigit() else "–"
    return found


@pytest.mark.proves("E14")
def test_the_coordination_brings_a_table_and_each_figure_leads_to_its_cell(client: Client, towns: object) -> None:
    client.sign_in(make_coordinator())
    preview = _look(client, TABLE)
    assert preview.status_code == 200 and "9 Zahlen werden" in preview.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(TargetGroupYear)) == 0
    assert client.post(f"{PAGE}/uebernehmen", data=_values(preview)).status_code == 303
    page = client.get(PAGE).text
    assert "Ausländerzentralregister, Fachamt" in page
    shown = _shown(page)
    assert shown["Nordstadt", "Geflüchtete"] == 1240 and shown["Südstadt", "Frauen"] == 2
    assert shown["Nordstadt", "junge Menschen"] == "–"  # not known is not zero
    assert shown["Alle, die gezählt haben", "Geflüchtete"] == 1240 + 3 + 57 + 88
    link = next(a for a in BeautifulSoup(page, "lxml").select(".heat__table a") if a.get_text().startswith("57"))
    path, anchor = str(link["href"]).split("#")
    source = BeautifulSoup(client.get(path).text, "lxml")
    cell = source.find(id=anchor)
    assert cell is not None and "57" in cell.get_text() and "B4" in cell.get_text()
    assert "zahlen.csv" in source.get_text()


@pytest.mark.proves("E14")
def test_a_second_table_adds_a_version_and_says_what_changes(client: Client, towns: object) -> None:
    client.sign_in(make_coordinator())
    _take(client, TABLE)
    late = _values(_look(client, TABLE.replace("57", "58")))
    answer = _look(client, "Kommune;Geflüchtete\nOst;60\nNordstadt;1240\n")
    assert "(bisher 57)" in " ".join(answer.text.split()) and "Zahlen fallen weg" in answer.text
    assert "Südstadt, Weststadt" in answer.text  # without a number
    assert client.post(f"{PAGE}/uebernehmen", data=_values(answer)).status_code == 303
    stale = client.post(f"{PAGE}/uebernehmen", data=late)
    assert stale.status_code == 409 and "andere Tabelle" in stale.text and "(bisher 60)" in " ".join(stale.text.split())
    assert _shown(client.get(PAGE).text)["Oststadt", "Geflüchtete"] == 60
    first, second = db.session.scalars(sa.select(TargetGroupYear).order_by(TargetGroupYear.number))
    assert (first.number, second.number) == (1, 2)
    assert "frühere Fassung" in client.get(f"{PAGE}/fassungen/{first.id}").text
    assert "dieselben Zahlen" in _look(client, "Kommune;Geflüchtete\nOst;60\nNordstadt;1240\n").text


@pytest.mark.proves("E14")
def test_every_faulty_cell_is_named_and_nothing_is_taken() -> None:
    table = "Kommune;Geflüchtete;Frauen\nNordstadt;12,5;-3\nSüdstatt;4;5\nSumme;9;9\n;1;1\nNord;=1+1;7;8\n"
    with pytest.raises(FaultyRosterError) as caught:
        read_table(table.encode(), CHOICES)
    sentences = {fault.cell: fault.sentence for fault in caught.value.faults}
    assert set(sentences) == {"B2", "C2", "A3", "A4", "A5", "A6", "B6", "D6"}
    assert "Meinten Sie „Südstadt“?" in sentences["A3"] and "Zeile 2" in sentences["A6"]
    assert "Formel" in sentences["B6"] and "Summen" in sentences["A4"] and "ganze Zahl" in sentences["B2"]
    for headings, cells in (
        ("Ort;Frauen;frauen", {"A1", "C1"}),
        ("Kommune;Frauenn", {"B1"}),
        ("Kommune;Frauen", {"A2"}),
    ):
        with pytest.raises(FaultyRosterError) as caught:
            read_table(f"{headings}\n".encode(), CHOICES)
        assert {fault.cell for fault in caught.value.faults} == cells, headings


@pytest.mark.proves("E14")
def test_a_workbook_is_read_and_a_fraction_is_no_thousand() -> None:
    book = Workbook()
    book.create_sheet("Zielgruppen")
    sheet = book["Zielgruppen"]
    for row in (("Kommune", "Geflüchtete", "Frauen"), ("Nordstadt", 1240, 1.234), ("Südstadt", 0, None)):
        sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    with pytest.raises(FaultyRosterError) as caught:
        read_table(data.getvalue(), CHOICES)
    assert [fault.place for fault in caught.value.faults] == ["Tabelle Zielgruppen, Zelle C2"]
    sheet["C2"] = 610
    data = io.BytesIO()
    book.save(data)
    read = [(count.place, count.group, count.amount) for count in read_table(data.getvalue(), CHOICES)]
    assert read == [(1, "refugees", 1240), (1, "women", 610), (2, "refugees", 0)]


@pytest.mark.proves("E14")
def test_a_year_is_corrected_with_the_municipalities_and_groups_of_its_day(
    client: Client, towns: Mapping[str, Organisation]
) -> None:
    client.sign_in(make_coordinator())
    _take(client, TABLE)
    body = make_body()
    body_id, ended = body.id, db.session.get_one(Organisation, towns["Südstadt"].id)
    ended.ended_on = today()
    make(VocabularyTerm(body_id=body_id, kind=TermKind.TARGET_GROUP, key="women", label="Frauen", is_offered=False))
    db.session.commit()
    template = client.get(f"{PAGE}/vorlage.csv?jahr={YEAR}").data.decode("utf-8-sig")
    assert "\r\nSüdstadt;" in template and template.splitlines()[0].endswith(";Frauen")
    assert "Südstadt" not in (fresh := client.get(f"{PAGE}/vorlage.csv").data.decode()) and "Frauen" not in fresh
    assert "dieselben Zahlen" in _look(client, template).text  # nothing falls away because it ended since
    ended.ended_on = date(YEAR, 6, 30)
    db.session.commit()
    assert _look(client, TABLE).status_code == 422  # not there on the day of the table


@pytest.mark.proves("E14", "D-50", "D-51", "D-52", "D-53", "D-55")
def test_others_read_what_was_released_and_nothing_of_the_small_numbers(client: Client, towns: object) -> None:
    coordinator, reader = make_coordinator(), make_user(Role.CASE_MANAGER)
    _take(client.sign_in(coordinator), TABLE)
    before = client.sign_in(reader).get(PAGE).text
    assert "Keine freigegebenen Zahlen" in before and "heat__table" not in before
    assert client.get(f"{PAGE}.xlsx").status_code == 303
    assert client.post(f"{PAGE}/freigeben", data={"jahr": YEAR, "fassung": 1}).status_code == 403
    client.sign_in(coordinator)
    assert client.get(f"{PAGE}/freigeben?jahr={YEAR}").status_code == 200
    assert client.post(f"{PAGE}/freigeben", data={"jahr": YEAR, "fassung": 9}).status_code == 409
    assert client.post(f"{PAGE}/freigeben", data={"jahr": YEAR, "fassung": 1}).status_code == 303
    page = client.sign_in(reader).get(PAGE).text
    shown = _shown(page)
    assert shown["Südstadt", "Geflüchtete"] is None and shown["Nordstadt", "Geflüchtete"] == 1240
    for group in ("Geflüchtete", "Frauen", "junge Menschen"):
        lines = {place: value for (place, words), value in shown.items() if words == group and value != "–"}
        rows = Axis.flat([place for place in lines if not place.startswith("Alle")], "Alle, die gezählt haben")
        table = {(place, "n"): value for place, value in lines.items() if not isinstance(value, str)}
        assert min(ranges(rows, Axis("n", {}), table).values(), default=5) >= 5, group
    assert "Werte unter 5 sind aus Datenschutzgründen nicht ausgewiesen" in page and "/fassungen/" not in page
    sheet = load_workbook(io.BytesIO(client.get(f"{PAGE}.xlsx").data)).worksheets[0]
    cells = {(row[0], head.value): value for row in sheet.iter_rows(min_row=6, values_only=True)
             for head, value in zip(sheet[5][1:], row[1:], strict=True)}  # fmt: skip
    assert {
        key: None if value == "*" else "–" if value == "ohne Angabe" else value for key, value in cells.items()
    } == shown
    version = db.session.scalars(sa.select(TargetGroupYear)).one()
    assert client.get(f"{PAGE}/fassungen/{version.id}").status_code == 404
    client.sign_in(coordinator)  # a corrected table does not change what was released
    _take(client, TABLE.replace("Südstadt;3", "Südstadt;300"))
    assert client.post(f"{PAGE}/freigeben", data={"jahr": YEAR, "fassung": 2}).status_code == 422
    assert _shown(client.sign_in(reader).get(PAGE).text) == shown
    assert client.sign_in(make_user()).get(PAGE).status_code == 403


@pytest.mark.proves("D-51", "E14")
def test_a_group_that_is_the_sum_of_others_is_not_released_beside_them(client: Client, towns: object) -> None:
    client.sign_in(make_coordinator())
    _take(client, "Kommune;Geflüchtete;Frauen;junge Menschen\nNordstadt;100;96;4\nSüdstadt;70;40;30\nOststadt;9;;\n")
    refused = client.post(f"{PAGE}/freigeben", data={"jahr": YEAR, "fassung": 1})
    assert refused.status_code == 422
    assert "„Geflüchtete“ ist überall die Summe von „junge Menschen“ und „Frauen“" in refused.text
    _take(client, "Kommune;Geflüchtete;Frauen\nNordstadt;100;96\nSüdstadt;70;40\nOststadt;9;\n")
    assert client.post(f"{PAGE}/freigeben", data={"jahr": YEAR, "fassung": 2}).status_code == 303


@pytest.mark.proves("D-50", "D-54")
def test_zeros_are_hidden_and_rounded_figures_say_that_they_are() -> None:
    places, groups = [("1", "A"), ("2", "B"), ("3", "C")], [("g", "G")]
    counts: Mapping[tuple[str, str], int] = {("1", "g"): 0, ("2", "g"): 50, ("3", "g"): 60}
    masked = published_figures(places, groups, counts, threshold=5, is_rounded=False)
    cell = masked.cell("1", "g")
    assert cell is not None and cell.is_hidden
    rounded = published_figures(places, groups, {**counts, ("2", "g"): 52}, threshold=5, is_rounded=True)
    again = from_content(to_content(rounded), threshold=5, is_rounded=True)
    assert again == rounded and again.note is not None and "gerundet" in again.note
    assert true_figures(places, groups, {("1", "g"): 3}).cell("2", "g") is None


@pytest.mark.proves("E14")
def test_what_is_told_about_a_table_has_to_fit(client: Client, towns: object) -> None:
    client.sign_in(make_coordinator())
    for told, sentence in (({"source": " "}, "Bitte die Quelle nennen"),
                           ({"as_of": f"{YEAR - 1}-12-31"}, "passt nicht zum Jahr"),
                           ({"year": YEAR + 1, "as_of": f"{YEAR + 2}-01-01"}, "in der Zukunft")):  # fmt: skip
        answer = _look(client, TABLE, **told)  # type: ignore[arg-type]
        assert answer.status_code == 422 and sentence in answer.text, told
        assert 'value="Ausländerzentralregister' in answer.text or "source" in told
    template = client.get(f"{PAGE}/vorlage.csv").data.decode("utf-8-sig")
    assert template.startswith("Kommune;") and "\r\nNordstadt;" in template
    _take(client, TABLE)
    book = load_workbook(io.BytesIO(client.get(f"{PAGE}/vorlage.xlsx?jahr={YEAR}").data))
    data = io.BytesIO()
    book.save(data)
    assert "dieselben Zahlen" in _look(client, data.getvalue(), name="zielgruppen.xlsx").text


@pytest.mark.proves("E14")
def test_a_name_that_two_municipalities_have_brings_no_number_to_either(
    client: Client, towns: Mapping[str, Organisation]
) -> None:
    make(OrganisationAlias(organisation_id=towns["Weststadt"].id, name="OST"))
    make(OrganisationAlias(organisation_id=towns["Weststadt"].id, name="Nordstadt"))
    db.session.commit()
    client.sign_in(make_coordinator())
    assert "Kommune „Ost“ gibt es nicht" in _look(client, "Kommune;Frauen\nOst;60\n").text
    _take(client, "Kommune;Frauen\nNordstadt;60\n")
    assert _shown(client.get(PAGE).text)["Nordstadt", "Frauen"] == 60  # a full name is nobody else's


@pytest.mark.proves("E14")
def test_strange_years_and_a_changed_confirmation_bring_nothing(client: Client, towns: object) -> None:
    client.sign_in(make_coordinator())
    for year in (10_000, 999_999_999, 1, 0):
        assert f'value="{YEAR}"' in client.get(f"{PAGE}/einlesen?jahr={year}").text
    values = _values(_look(client, TABLE))
    for changed in ({"year": "99999"}, {"source": " "}, {"source": "x" * 301}, {"file_name": " "}, {"as_of": "nie"}):
        assert client.post(f"{PAGE}/uebernehmen", data={**values, **changed}).status_code == 404, changed
    assert client.post(f"{PAGE}/uebernehmen", data=values).status_code == 303


@pytest.mark.proves("E14")
def test_years_stand_side_by_side_for_twelve_statements_at_most(
    client: Client, towns: Mapping[str, Organisation], count_queries: Any
) -> None:
    body = make_body()
    content = to_content(true_figures([], [("refugees", "G")], {("1", "refugees"): 9}))
    for year in range(YEAR - 6, YEAR + 1):
        counts = [TargetGroupCount(municipality_id=t.id, target_group="refugees", amount=year, cell="B2")
                  for t in towns.values()]  # fmt: skip
        version = make(TargetGroupYear(body_id=body.id, year=year, number=1, as_of=date(year, 12, 31), source="x",
                                       file_name="x.csv", function="x", counts=counts))  # fmt: skip
        if year < YEAR:
            make(TargetGroupRelease(body_id=body.id, year=year, version_id=version.id, threshold=5, content=content))
    db.session.commit()
    for role, years in ((Role.COORDINATOR, 7), (Role.CASE_MANAGER, 6)):
        client.sign_in(make_user(role))
        db.session.expunge_all()
        with count_queries() as statements:
            page = client.get(PAGE).text
        assert len(statements) <= 12
        assert len(BeautifulSoup(page, "lxml").select(".heat__table")[-1].select("thead th")) == years + 1

"""The office's own table of persons and mandates: reading, faulty cells, import, template, page."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govern.committees.models import Committee, Mandate, MandateKind, Seat
from govern.committees.rosters import sheets
from govern.committees.rosters.columns import COLUMNS
from govern.committees.rosters.importing import RosterPlan, import_roster, plan_roster
from govern.committees.rosters.lines import read_roster
from govern.committees.rosters.sheets import FaultyRosterError
from govern.committees.rosters.templates import RosterChoices, csv_template, xlsx_template
from govern.db import db
from govern.errors import DomainError
from govern.people.models import Person, PersonFunction, User
from tests import factories
from tests.conftest import Client

TODAY = date(2026, 5, 26)
HEADINGS = [column.heading for column in COLUMNS]
FULL = ["Sozialamt", "Amtsleitung", "Dr.", "Mira", "Beispiel", "Mira.Beispiel@muster.example", "02421 22-100",
        "Lenkungsgruppe KIM", "Sozialamt: Amtsleitung", "Inhaber:in", "01.03.2026", "",
        "Musterweg 7", "52349", "Düren"]  # fmt: skip


def as_csv(*rows: list[str], delimiter: str = ";", encoding: str = "utf-8", headings: list[str] | None = None) -> bytes:
    lines = [headings or HEADINGS, *rows]
    return "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in lines).encode(encoding)


def as_xlsx(*rows: list[Any], headings: list[str] | None = None, title: str = "Personen") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in [headings or HEADINGS, *rows]:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def faults_of(data: bytes) -> list[str]:
    try:
        read_roster(data)
    except FaultyRosterError as error:
        return [str(fault) for fault in error.faults]
    except DomainError as error:
        return [str(error)]
    return []


def with_cell(heading: str, value: str) -> list[str]:
    row = list(FULL)
    row[HEADINGS.index(heading)] = value
    return row


# Reading


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_is_read_as_offices_save_it(delimiter: str, encoding: str) -> None:
    row = with_cell("Nachname", "Müßig-Österberg")
    (line,) = read_roster(as_csv(row, delimiter=delimiter, encoding=encoding)).lines
    assert (line.family_name, line.email, line.starts_on) == (
        "Müßig-Österberg", "mira.beispiel@muster.example", date(2026, 3, 1),
    )  # fmt: skip


def test_xlsx_is_read_with_dates_and_numbers() -> None:
    row: list[Any] = [*FULL]
    row[HEADINGS.index("von")] = datetime(2026, 3, 1)  # noqa: DTZ001 - as spreadsheets hold it
    row[HEADINGS.index("Telefon")] = 242122100
    (line,) = read_roster(as_xlsx(row)).lines
    assert (line.starts_on, line.phone, line.kind) == (date(2026, 3, 1), "242122100", MandateKind.HOLDER)


def test_columns_may_be_in_any_order_and_some_may_be_left_out() -> None:
    (line,) = read_roster(as_csv(["Beispiel", "Mira"], headings=["Nachname", "Vorname"])).lines
    assert (line.given_name, line.family_name, line.email) == ("Mira", "Beispiel", None)


@pytest.mark.parametrize("make", [as_csv, as_xlsx])
@pytest.mark.parametrize(
    ("heading", "value", "cell", "sentence"),
    [
        ("E-Mail", "mira.beispiel", "F2", "„mira.beispiel“ ist keine E-Mail-Adresse."),
        ("Telefon", "ruf mich an", "G2", "„ruf mich an“ ist keine Telefonnummer."),
        ("Vorname", "", "D2", "„Vorname“ fehlt."),
        ("Nachname", "", "E2", "„Nachname“ fehlt."),
        ("Rolle", "Chefin", "J2", "„Chefin“ gibt es nicht. Möglich sind Inhaber:in und Stellvertretung."),
        ("von", "31.02.2026", "K2", "„31.02.2026“ ist kein Tag. Bitte wie 01.03.2026 schreiben."),
        ("von", "", "K2", "Zu einem Mandat gehört ein erster Tag."),
        ("bis", "01.01.2026", "L2", "Das Ende liegt vor dem Beginn."),
        (
            "PLZ",
            "1067",
            "N2",
            "„1067“ ist keine Postleitzahl. Bitte fünf Ziffern, im Ausland mit Kürzel, zum Beispiel B-4700.",
        ),
        ("Gremium", "", "H2", "Zu einem Sitz gehört ein Gremium."),
        ("Organisation", "", "A2", "Zu einer Funktion gehört eine Organisation."),
        ("Nachname", "=1+1", "E2", "Hier steht eine Formel. Bitte den Wert selbst eintragen."),
        ("Nachname", "@SUM(A1)", "E2", "Der Eintrag darf nicht mit „@“ beginnen."),
        ("Nachname", "-2+3", "E2", "Der Eintrag darf nicht mit „-“ beginnen."),
        ("Nachname", "x" * 301, "E2", "Der Text ist länger als 300 Zeichen."),
    ],
)
def test_a_faulty_cell_is_named(make: Any, heading: str, value: str, cell: str, sentence: str) -> None:
    assert f"Tabelle Personen, Zelle {cell}: {sentence}" in faults_of(make(with_cell(heading, value)))


def test_all_faulty_cells_are_named_at_once() -> None:
    rows = [with_cell("E-Mail", "x"), FULL, with_cell("von", "gestern"), with_cell("Telefon", "keins")]
    assert [fault.split(":")[0] for fault in faults_of(as_csv(*rows))] == [
        f"Tabelle Personen, Zelle {cell}" for cell in ("F2", "K4", "G5")
    ]


@pytest.mark.parametrize(
    ("headings", "sentence"),
    [
        (["Vorname"], "Zelle A1: In der ersten Zeile fehlt die Überschrift „Nachname“."),
        (["Vorname", "Nachnamen"], "Zelle B1: Eine Spalte „Nachnamen“ gibt es nicht. Meinten Sie „Nachname“?"),
        (["Vorname", "Nachname", "Name"], "Zelle C1: Die Spalte „Nachname“ kommt zweimal vor."),
    ],
)
def test_faulty_headings_are_named(headings: list[str], sentence: str) -> None:
    row = ["x"] * len(headings)
    assert any(sentence in fault for fault in faults_of(as_csv(row, headings=headings)))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "Die Datei ist leer."),
        (b" \n", "Die Datei ist leer."),
        (b"PK\x03\x04 no workbook", "lässt sich nicht als Excel-Tabelle"),
        (b"\x00\x01\x02", "weder eine Excel-Tabelle (XLSX) noch eine CSV-Datei"),
        (b'Vorname;Nachname\n"offen;x\n', "Die Anführungszeichen passen nicht zusammen."),
        (b"Vorname;Nachname\n", "Zelle A2: Unter den Überschriften steht noch nichts."),
        (b"Vorname;Nachname\nA;B;C\n", "Zelle C2: Über dieser Spalte steht keine Überschrift."),
        (b"x" * (10 * 1024 * 1024 + 1), "Die Datei ist größer als 10 MB."),
    ],
)
def test_what_is_no_table_is_refused(data: bytes, sentence: str) -> None:
    assert any(sentence in fault for fault in faults_of(data)), faults_of(data)


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.binary(max_size=300), st.binary(max_size=200).map(lambda rest: b"PK\x03\x04" + rest)))
def test_garbage_is_answered_with_sentences(data: bytes) -> None:
    assert faults_of(data)


WORKBOOK = as_xlsx(FULL)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(WORKBOOK) - 1), st.binary(min_size=1, max_size=8), st.booleans())
def test_a_damaged_workbook_is_read_or_refused(place: int, patch: bytes, is_cut: bool) -> None:
    data = WORKBOOK[:place] if is_cut else WORKBOOK[:place] + patch + WORKBOOK[place + len(patch) :]
    assert all(faults_of(data) or [str(read_roster(data).lines)])


def test_a_zip_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_BYTES", 100_000)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 4_000_000)
    assert faults_of(file.getvalue()) == ["Die Datei ist ausgepackt zu groß."]


# The template


def test_the_template_is_a_table_that_can_be_filled_in() -> None:
    data = xlsx_template(RosterChoices(organisations=("Sozialamt", "=1+1"), committees=("LG",), seats=("A: B",)))
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book["Personen"]
    assert [cell.value for cell in sheet[1]] == HEADINGS
    assert all(cell.comment for cell in sheet[1])
    assert len(sheet.data_validations.dataValidation) == 6
    assert book["Erklärung"]["A2"].value == "Organisation"
    assert book["Listen"]["A3"].data_type == "s"
    assert faults_of(data) == ["Tabelle Personen, Zelle A2: Unter den Überschriften steht noch nichts."]
    sheet.append(FULL)
    sheet.move_range(f"A{sheet.max_row}:O{sheet.max_row}", rows=2 - sheet.max_row)
    file = io.BytesIO()
    book.save(file)
    assert len(read_roster(file.getvalue()).lines) == 1


def test_the_csv_template_has_the_same_headings() -> None:
    assert csv_template().decode("utf-8-sig").strip().split(";") == HEADINGS


def test_the_documentation_explains_every_column() -> None:
    text = (Path(__file__).parents[2] / "docs/structure.md").read_text(encoding="utf-8")
    for column in COLUMNS:
        assert f"| {column.heading} | {column.help} | {'ja' if column.is_required else '–'} |" in text


# Into the database


@pytest.fixture
def lg(app: Any) -> Committee:
    """A steering group with seats of Sozialamt and Jugendamt, and one of both."""
    committee = factories.make_steering_group()
    social = factories.make_organisation(name="Sozialamt", short_name="Amt 50")
    youth = factories.make_organisation(name="Jugendamt")
    factories.make_seat(committee, organisations=[social], function="Amtsleitung")
    factories.make_seat(committee, organisations=[youth], function="Amtsleitung")
    factories.make_seat(committee, organisations=[social, youth], function="Geschäftsstelle", person_count=None)
    return committee


def take(data: bytes, by: User | None = None) -> RosterPlan:
    body, by = factories.make_body(), by or factories.make_coordinator()
    plan_roster(data, body=body, today=TODAY, by=by)
    taken = import_roster(data, body=body, today=TODAY, by=by)
    db.session.commit()
    return taken


def refused(data: bytes) -> list[str]:
    by = factories.make_coordinator()
    before = count_all()
    with pytest.raises(FaultyRosterError) as error:
        take(data, by)
    assert count_all() == before
    return [str(fault) for fault in error.value.faults]


def count_all() -> list[int | None]:
    tables = (Person, PersonFunction, Mandate)
    return [db.session.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables]


@pytest.mark.proves("B13", "B20", "B11")
def test_a_table_brings_persons_functions_and_mandates(lg: Committee) -> None:
    deputy = ["Amt 50", "Sachbearbeitung", "", "Ali", "Zweitens", "ali@muster.example", "", "LG", "", "Stellvertretung",
              "01.04.2026", "31.12.2026"]  # fmt: skip
    deputy[8] = "Sozialamt: Amtsleitung"
    taken = take(as_xlsx(FULL, deputy))
    assert taken.plan.summary == "6 neu, 0 geändert, 0 enden"
    mandates = db.session.scalars(sa.select(Mandate).order_by(Mandate.id)).all()
    assert [(m.person.name, m.kind, m.starts_on, m.ends_on, m.seat.label) for m in mandates] == [
        ("Dr. Mira Beispiel", MandateKind.HOLDER, date(2026, 3, 1), None, "Sozialamt: Amtsleitung"),
        ("Ali Zweitens", MandateKind.DEPUTY, date(2026, 4, 1), date(2026, 12, 31), "Sozialamt: Amtsleitung"),
    ]
    assert mandates[0].person.email == "mira.beispiel@muster.example"
    assert [held.function for held in mandates[0].person.functions] == ["Amtsleitung"]


def test_the_same_table_again_changes_nothing(lg: Committee) -> None:
    take(as_csv(FULL))
    before = count_all()
    assert take(as_csv(FULL)).plan.is_empty
    assert count_all()[1:] == before[1:]


def test_a_preview_leaves_everything_as_it_was(lg: Committee) -> None:
    body, by = factories.make_body(), factories.make_coordinator()
    before = count_all()
    plan = plan_roster(as_csv(FULL), body=body, today=TODAY, by=by)
    assert [step.noun for step in plan.plan.steps] == ["Person", "Funktion", "Mandat"]
    db.session.commit()
    assert count_all() == before


def test_without_a_seat_the_one_of_the_organisation_is_meant(lg: Committee) -> None:
    row = ["Jugendamt", "Leitung", "", "Toni", "Drei", "", "", "LG", "", "", "01.03.2026", ""]
    assert "Das trifft auf mehrere Sitze zu" in refused(as_csv(row))[0]
    db.session.delete(db.session.scalars(sa.select(Seat).where(Seat.function == "Geschäftsstelle")).one())
    db.session.commit()
    take(as_csv(row))
    assert db.session.scalars(sa.select(Mandate)).one().seat.label == "Jugendamt: Amtsleitung"


@pytest.mark.parametrize(
    ("heading", "value", "cell", "sentence"),
    [
        ("Organisation", "Sozialant", "A2", "Eine Organisation „Sozialant“ gibt es nicht. Meinten Sie „Sozialamt“?"),
        ("Gremium", "Lenkungskreis", "H2", "Ein Gremium „Lenkungskreis“ gibt es nicht."),
        ("Sitz", "Hausmeisterei", "I2", "Einen Sitz „Hausmeisterei“ gibt es in „Lenkungsgruppe KIM“ nicht."),
    ],
)
def test_what_does_not_exist_is_named_with_its_cell(
    lg: Committee, heading: str, value: str, cell: str, sentence: str
) -> None:
    found = refused(as_csv(with_cell(heading, value)))
    assert any(fault.startswith(f"Tabelle Personen, Zelle {cell}: {sentence}") for fault in found), found


def test_one_faulty_row_keeps_all_others_out(lg: Committee) -> None:
    other = ["Jugendamt", "", "", "Toni", "Drei", "", "", "", "", "", "", ""]
    found = refused(as_csv(other, with_cell("Gremium", "Nichts")))
    assert [fault.split(":")[0] for fault in found] == ["Tabelle Personen, Zelle H3"]


def test_dates_of_the_seat_hold(lg: Committee) -> None:
    seat = db.session.scalars(sa.select(Seat).order_by(Seat.id)).first()
    assert seat is not None
    seat.starts_on = date(2026, 5, 1)
    db.session.commit()
    assert "Den Sitz gibt es erst seit dem 1. Mai 2026." in refused(as_csv(FULL))[0]


def test_a_person_is_known_by_address_and_gets_new_data(lg: Committee) -> None:
    take(as_csv(FULL))
    row = with_cell("Nachname", "Neuname")
    row[HEADINGS.index("Telefon")] = "02421 22-200"
    plan = take(as_csv(row)).plan
    assert [(change.label, change.before, change.after) for step in plan.steps for change in step.changes] == [
        ("Nachname", "Beispiel", "Neuname"),
        ("Telefon", "02421 22-100", "02421 22-200"),
    ]
    assert take(as_csv(row)).plan.is_empty


def test_the_postal_address_comes_from_the_table_and_stays_where_a_later_table_has_none(lg: Committee) -> None:
    plan = take(as_csv(FULL)).plan
    new = next(step for step in plan.steps if step.noun == "Person")
    assert {(change.label, change.after) for change in new.changes} >= {
        ("Straße", "Musterweg 7"), ("PLZ", "52349"), ("Ort", "Düren")
    }  # fmt: skip
    person = db.session.scalars(sa.select(Person).where(Person.family_name == "Beispiel")).one()
    assert (person.street, person.postal_code, person.town) == ("Musterweg 7", "52349", "Düren")
    take(as_xlsx(FULL[:12], headings=HEADINGS[:12]))
    assert (person.street, person.postal_code, person.town) == ("Musterweg 7", "52349", "Düren")
    moved = with_cell("Straße", "Neuer Platz 1")
    (step,) = take(as_csv(moved)).plan.steps
    assert [(c.label, c.before, c.after) for c in step.changes] == [("Straße", "Musterweg 7", "Neuer Platz 1")]
    assert "steht in Zeile 2 anders" in refused(as_csv(moved, with_cell("Straße", "Dritter Weg 3")))[0]


def test_a_namesake_elsewhere_is_another_person(lg: Committee) -> None:
    take(as_csv(FULL))
    row = ["Jugendamt", "Leitung", "", "Mira", "Beispiel", "mira2@muster.example", "", "", "", "", "", "", "", "", ""]
    take(as_csv(row))
    assert (
        db.session.scalar(sa.select(sa.func.count()).select_from(Person).where(Person.family_name == "Beispiel")) == 2
    )
    row[5] = ""
    assert "Diesen Namen tragen mehrere Personen." in refused(as_csv(row))[0]


def test_a_foreign_address_is_refused(lg: Committee) -> None:
    take(as_csv(FULL))
    row = with_cell("Nachname", "Anders")
    row[HEADINGS.index("Vorname")] = "Ganz"
    assert "Zelle F2: Unter dieser Adresse ist schon eine Person mit anderem Namen" in refused(as_csv(row))[0]


def test_rows_that_contradict_each_other_are_named(lg: Committee) -> None:
    row = with_cell("Telefon", "02421 999999")
    row[HEADINGS.index("Funktion")] = "Zweite Funktion"
    row[7:12] = ["", "", "", "", ""]
    assert "Zelle G3: Telefon steht in Zeile 2 anders" in refused(as_csv(FULL, row))[0]


def test_a_mandate_ends_with_a_day_in_the_table(lg: Committee) -> None:
    take(as_csv(FULL))
    plan = take(as_csv(with_cell("bis", "30.06.2026"))).plan
    assert [(step.noun, step.changes[0].after) for step in plan.steps] == [("Mandat", "30. Juni 2026")]
    assert db.session.scalars(sa.select(Mandate)).one().ends_on == date(2026, 6, 30)


@pytest.mark.proves("W-4")
def test_another_seat_of_the_same_person_leaves_the_earlier_mandate_alone(lg: Committee) -> None:
    take(as_csv(with_cell("bis", "30.06.2026")))
    other = next(seat for seat in lg.seats if seat.function == "Geschäftsstelle")
    row = [other.label if cell == "Sozialamt: Amtsleitung" else cell for cell in FULL]
    take(as_csv([cell.replace("01.03.2026", "01.07.2026") for cell in row]))
    found = db.session.scalars(sa.select(Mandate).order_by(Mandate.starts_on)).all()
    assert [(m.seat.function, m.starts_on, m.ends_on) for m in found] == [
        ("Amtsleitung", date(2026, 3, 1), date(2026, 6, 30)), ("Geschäftsstelle", date(2026, 7, 1), None),
    ]  # fmt: skip


def test_more_persons_than_places_are_pointed_out(lg: Committee) -> None:
    second = with_cell("E-Mail", "zwei@muster.example")
    second[3:5] = ["Toni", "Drei"]
    assert take(as_csv(FULL, second)).warnings == ("„Sozialamt: Amtsleitung“ hat dann 1 Person mehr als Plätze.",)


# The page


def post(client: Client, data: bytes, name: str = "personen.csv") -> Any:
    return client.post("/struktur/personen/vorschau", data={"file": (io.BytesIO(data), name)})


def text_of(answer: Any) -> str:
    return " ".join(BeautifulSoup(answer.data, "lxml").get_text(" ").split())


def confirm(client: Client, page: Any) -> Any:
    form = BeautifulSoup(page.data, "lxml").find("form", id="uebernehmen")
    assert form is not None
    values = {tag["name"]: tag.get("value", "") for tag in form.find_all("input") if tag.get("name")}
    return client.post("/struktur/personen/uebernehmen", data=values)


@pytest.mark.proves("B13")
def test_the_coordination_previews_and_takes_over_a_table(client: Client, lg: Committee) -> None:
    client.sign_in(factories.make_coordinator())
    before = count_all()
    page = post(client, as_xlsx(FULL), "personen.xlsx")
    assert page.status_code == 200
    assert "Dr. Mira Beispiel" in text_of(page)
    assert count_all() == before
    assert confirm(client, page).status_code == 303
    assert "Die Tabelle ist übernommen: 3 neu" in text_of(client.get("/struktur/personen"))
    assert count_all()[2] == 1
    assert post(client, as_csv(FULL)).status_code == 303


def test_faulty_cells_are_listed(client: Client, lg: Committee) -> None:
    client.sign_in(factories.make_coordinator())
    answer = post(client, as_csv(with_cell("E-Mail", "x"), with_cell("Rolle", "y")))
    assert answer.status_code == 422
    assert "2 Zellen sind fehlerhaft" in text_of(answer)
    assert "Tabelle Personen, Zelle F2" in text_of(answer)
    assert count_all()[2] == 0
    assert "lässt sich nicht als Excel-Tabelle" in text_of(post(client, b"PKnix", "x.xlsx"))
    assert "Bitte wählen Sie eine Datei aus." in text_of(client.post("/struktur/personen/vorschau", data={}))


def test_a_preview_of_a_table_that_no_longer_holds_is_shown_anew(client: Client, lg: Committee) -> None:
    client.sign_in(factories.make_coordinator())
    page = post(client, as_csv(FULL))
    take(as_csv(with_cell("Telefon", "0211 12345")))
    answer = confirm(client, page)
    assert answer.status_code == 409
    assert "Inzwischen wurde etwas geändert" in text_of(answer)


def test_the_templates_can_be_downloaded(client: Client, lg: Committee) -> None:
    client.sign_in(factories.make_coordinator())
    book = openpyxl.load_workbook(io.BytesIO(client.get("/struktur/personen/vorlage.xlsx").data))
    assert book["Listen"]["C2"].value == "Sozialamt: Amtsleitung"
    assert client.get("/struktur/personen/vorlage.csv").data == csv_template()


@pytest.mark.parametrize("path", ["", "/vorlage.xlsx", "/vorlage.csv"])
def test_the_table_is_for_the_coordination(client: Client, path: str) -> None:
    factories.make_body()
    assert client.sign_in(factories.make_user()).get(f"/struktur/personen{path}").status_code == 403
    assert client.post("/struktur/personen/vorschau").status_code == 403
    assert client.post("/struktur/personen/uebernehmen").status_code == 403

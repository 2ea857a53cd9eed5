"""The composition of a committee on a day as DOCX, XLSX and CSV."""

from __future__ import annotations

import csv
import io
from datetime import date
from urllib.parse import unquote

import pytest
from docx import Document
from openpyxl import load_workbook

from govern.committees.models import Committee, CommitteeName, CommitteeNameKind, MandateKind
from govern.formats import date_short, today
from govern.people.models import Role
from tests.conftest import Client
from tests.factories import (
    make,
    make_committee,
    make_coordinator,
    make_mandate,
    make_member,
    make_organisation,
    make_person,
    make_seat,
    make_seat_group,
    make_user,
)

DAY = "2026-05-26"
ENDINGS = ["docx", "xlsx", "csv"]


def lenkungsgruppe() -> Committee:
    """With one seat whose person changed on 1 June 2026, and one that ended the day before."""
    committee = make_committee(name="Lenkungsgruppe KIM/KI")
    group = make_seat_group(committee, name="Kommunen")
    town = make_organisation(name="Stadt Jülich")
    seat = make_seat(committee, function="Bürgermeisteramt", group=group, position=1, organisations=[town],
                     person_count=2)  # fmt: skip
    early = make_person(given_name="Frida", family_name="Früh", is_invented=True)
    make_mandate(seat, early, starts_on=date(2024, 1, 1), ends_on=date(2026, 5, 31))
    make_mandate(seat, make_person(family_name="Spät"), starts_on=date(2026, 6, 1))
    make_mandate(seat, make_person(family_name="Vertritt"), kind=MandateKind.DEPUTY, starts_on=date(2024, 1, 1))
    make_seat(committee, function="=SUMME(A1)", group=group, position=2, ends_on=date(2026, 5, 31))
    return committee


def text_of(client: Client, committee: Committee, ending: str, day: str | None = DAY) -> str:
    """All that a file says."""
    answer = client.get(f"/gremien/{committee.id}/zusammensetzung.{ending}" + (f"?am={day}" if day else ""))
    assert answer.status_code == 200
    if ending == "csv":
        return answer.data.decode("utf-8-sig")
    if ending == "xlsx":
        sheet = load_workbook(io.BytesIO(answer.data)).active
        assert sheet is not None
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
        return "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell)
    document = Document(io.BytesIO(answer.data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@pytest.mark.usefixtures("app")
@pytest.mark.proves("B12", "D-16")
@pytest.mark.parametrize("ending", ENDINGS)
def test_the_file_is_that_of_the_day_and_says_so(client: Client, ending: str) -> None:
    committee = lenkungsgruppe()
    client.sign_in(make_coordinator())
    before = text_of(client, committee, ending)
    assert "Stand: Di., 26. Mai 2026" in before
    assert "Stadt Jülich" in before
    assert "Frida Früh (erfunden)" in before
    assert "1 von 2 vakant" in before
    assert "Vertritt" in before
    assert "Spät" not in before
    assert "SUMME(A1)" in before
    after = text_of(client, committee, ending, "2026-06-01")
    assert "Stand: Mo., 1. Juni 2026" in after
    assert "Spät" in after
    assert "Früh" not in after
    assert "SUMME" not in after
    assert f"Stand: {date_short(today())}" in text_of(client, committee, ending, None)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("ending", ENDINGS)
def test_the_name_carries_the_day_and_a_wrong_day_is_refused(client: Client, ending: str) -> None:
    committee = lenkungsgruppe()
    client.sign_in(make_coordinator())
    address = f"/gremien/{committee.id}/zusammensetzung.{ending}"
    name = unquote(client.get(f"{address}?am={DAY}").headers["Content-Disposition"].split("''")[1])
    assert name == f"Zusammensetzung Lenkungsgruppe KIM-KI 2026-05-26.{ending}"
    for wrong in ("2026-02-30", "gestern", "26.05.26.1"):
        answer = client.get(address, query_string={"am": wrong})
        assert answer.status_code == 422
        assert "Das ist kein Tag." in answer.text
    page = client.get(f"/gremien/{committee.id}/zusammensetzung?am={DAY}").text
    assert f'href="{address}?am={DAY}"' in page
    assert address not in client.get(f"/gremien/{committee.id}/zusammensetzung?am=2026-02-30").text


@pytest.mark.usefixtures("app")
@pytest.mark.proves("D-10")
@pytest.mark.parametrize("ending", ENDINGS)
def test_names_are_for_those_who_see_them_on_the_page(client: Client, ending: str) -> None:
    committee = lenkungsgruppe()
    seat = committee.seats[0]
    for reader in (make_user(), make_member(make_committee())):
        hidden = text_of(client.sign_in(reader), committee, ending)
        assert "besetzt" in hidden
        assert "Früh" not in hidden
        assert "Vertritt" not in hidden
    own = text_of(client.sign_in(make_user(Role.ORGANISATION, organisation=seat.organisations[0])), committee, ending)
    assert "Früh" in own
    assert "Früh" in text_of(client.sign_in(make_member(committee)), committee, ending)


@pytest.mark.usefixtures("app")
@pytest.mark.proves("A14", "B12")
def test_before_its_founding_a_committee_has_no_seats_and_bore_its_former_name(client: Client) -> None:
    committee = make_committee(name="Neuer Kreis", founded_on="2025-03-04")
    make(CommitteeName(committee=committee, name="Alter Kreis", kind=CommitteeNameKind.FORMER,
                       ends_on=date(2025, 12, 31)))  # fmt: skip
    make_seat(committee, function="Vorstand")
    client.sign_in(make_coordinator())
    early = list(csv.reader(io.StringIO(text_of(client, committee, "csv", "2025-03-03")), delimiter=";"))
    assert early[2] == ["Noch nicht gegründet: Gegründet wurde das Gremium am 4. März 2025."]
    assert len(early) == 4
    there = list(csv.reader(io.StringIO(text_of(client, committee, "csv", "2025-03-04")), delimiter=";"))
    assert there[0] == ["Zusammensetzung: Alter Kreis"]
    assert there[4][2] == "Vorstand"

"""The page „Struktur“ and the commands: check, preview, take over, download."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask

from govern.app import create_app
from govern.committees.models import Committee, Seat
from govern.committees.structure.reading import read_structure
from govern.db import db
from govern.formats import today
from tests import factories
from tests.conftest import Client, make_settings

from .test_structure_files import COUNTIES, MINIMAL


@pytest.fixture
def coordinator(client: Client) -> Client:
    """The browser of the coordination of „Musterkreis“."""
    factories.make_body(key="musterkreis", name="Musterkreis")
    return client.sign_in(factories.make_coordinator())


def upload(client: Client, text: str | bytes, name: str = "muster.yaml") -> Any:
    data = text if isinstance(text, bytes) else text.encode()
    return client.post("/struktur/vorschau", data={"file": (io.BytesIO(data), name)})


def confirm(client: Client, page: Any, **changes: str) -> Any:
    """Press „Übernehmen“ on the preview."""
    form = BeautifulSoup(page.data, "lxml").find("form", id="uebernehmen")
    assert form is not None
    values = {tag["name"]: tag.get("value", "") for tag in form.find_all("input") if tag.get("name")}
    return client.post("/struktur/uebernehmen", data={**values, **changes})


def text_of(answer: Any) -> str:
    return " ".join(BeautifulSoup(answer.data, "lxml").get_text(" ").split())


@pytest.mark.proves("A1", "B1")
def test_the_coordination_previews_and_takes_over_a_file(coordinator: Client) -> None:
    page = upload(coordinator, MINIMAL)
    assert page.status_code == 200
    shown = text_of(page)
    assert "Noch ist nichts übernommen" in shown
    assert "Lenkungsgruppe" in shown
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Committee)) == 0
    answer = confirm(coordinator, page)
    assert answer.status_code == 303
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Committee)) == 2
    assert "Die Datei ist übernommen" in text_of(coordinator.get("/struktur"))
    again = upload(coordinator, MINIMAL)
    assert again.status_code == 303
    assert "ändert nichts" in text_of(coordinator.get("/struktur"))


def test_the_preview_shows_changes_and_endings_and_the_day_can_be_chosen(coordinator: Client) -> None:
    confirm(coordinator, upload(coordinator, MINIMAL))
    changed = MINIMAL.replace("name: Amt für Integration", "name: Amt für Zuwanderung")
    page = upload(coordinator, changed.split("  - key: ag\n")[0])
    shown = text_of(page)
    assert "Name: Amt für Integration → wird zu Amt für Zuwanderung" in shown
    assert "Ein Eintrag endet" in shown
    assert confirm(coordinator, page, effective_on="2026-06-30").status_code == 303
    ended = db.session.scalars(sa.select(Committee).where(Committee.key == "ag")).one()
    assert ended.ended_on == date(2026, 6, 30)


def test_an_unreadable_day_keeps_the_preview(coordinator: Client) -> None:
    answer = confirm(coordinator, upload(coordinator, MINIMAL), effective_on="31.02.2026")
    assert answer.status_code == 422
    assert "31.02.2026" in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Committee)) == 0


def test_faults_are_listed_by_line_and_nothing_changes(coordinator: Client) -> None:
    answer = upload(coordinator, MINIMAL.replace("parent: lg", "parent: weg").replace("count: 1", "count: 0"))
    assert answer.status_code == 422
    rows = BeautifulSoup(answer.data, "lxml").select("tbody tr")
    assert [row.th.get_text() for row in rows if row.th] == ["29", "39"]
    assert "„weg“ gibt es in dieser Datei nicht" in rows[1].get_text()
    assert "2 Fehler in der Datei" in text_of(answer)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Committee)) == 0


def test_without_a_file_the_form_says_so(coordinator: Client) -> None:
    answer = coordinator.post("/struktur/vorschau", data={})
    assert answer.status_code == 422
    assert "Bitte wählen Sie eine Datei aus." in text_of(answer)


def test_a_preview_that_no_longer_holds_is_shown_anew(coordinator: Client) -> None:
    page = upload(coordinator, MINIMAL)
    factories.make_committee(key="ag", name="Andere Gruppe")
    answer = confirm(coordinator, page)
    assert answer.status_code == 409
    assert "Inzwischen wurde etwas geändert" in text_of(answer)
    assert "Andere Gruppe" in text_of(answer)


def test_an_upload_belongs_to_who_made_it(coordinator: Client) -> None:
    page = upload(coordinator, MINIMAL)
    coordinator.sign_in(factories.make_coordinator())
    assert confirm(coordinator, page).status_code == 404
    for token in ("", "../../x", "a" * 30):
        assert coordinator.post("/struktur/uebernehmen", data={"token": token}).status_code == 404


def test_the_download_is_a_file_that_changes_nothing(coordinator: Client) -> None:
    confirm(coordinator, upload(coordinator, MINIMAL))
    answer = coordinator.get("/struktur/datei")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert read_structure(answer.data).body.key == "musterkreis"
    assert upload(coordinator, answer.data).status_code == 303


@pytest.mark.parametrize("path", ["/struktur", "/struktur/datei"])
def test_only_the_coordination_sees_the_pages(client: Client, path: str) -> None:
    factories.make_body()
    assert client.get(path).status_code in (302, 303)
    assert client.sign_in(factories.make_administrator()).get(path).status_code == 403
    assert client.sign_in(factories.make_user()).post("/struktur/vorschau").status_code == 403
    assert client.post("/struktur/uebernehmen").status_code == 403


def test_text_of_a_file_is_never_markup(coordinator: Client) -> None:
    page = upload(coordinator, MINIMAL.replace("name: Arbeitsgruppe", "name: <script>alert(1)</script>"))
    assert "<script>alert(1)" not in page.text
    answer = upload(coordinator, MINIMAL.replace("kind: county", "kind: <img src=x>"))
    assert "<img src=x>" not in answer.text


def test_the_preview_takes_few_queries(coordinator: Client, count_queries: Any) -> None:
    confirm(coordinator, upload(coordinator, MINIMAL))
    with count_queries() as statements:
        coordinator.get("/struktur")
    assert len(statements) <= 12


# Commands


@pytest.fixture
def run(app: Flask) -> Any:
    """Run a command and return its result."""
    return lambda *arguments: app.test_cli_runner().invoke(args=["structure", *map(str, arguments)])


def test_check_names_file_and_line(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "muster.yaml"
    file.write_text(MINIMAL.replace("parent: lg", "parent: weg").replace("2021-03-17", "2021-02-30"), encoding="utf-8")
    result = run("check", file)
    assert result.exit_code == 1
    assert f"{file}:24: " in result.stderr
    assert f"{file}:39: Das Gremium „weg“ gibt es in dieser Datei nicht." in result.stderr
    assert "2 Fehler. Es wurde nichts geändert." in result.stderr
    file.write_text(MINIMAL, encoding="utf-8")
    assert run("check", file).exit_code == 0
    assert run("check", tmp_path / "fehlt.yaml").exit_code == 1


def test_import_and_export_from_the_command_line(run: Any, tmp_path: Path) -> None:
    first = run("import", COUNTIES / "aachen.yaml")
    assert first.exit_code == 0, first.output
    assert "übernommen (" in first.stdout
    assert "Es wurde nichts geändert" in run("import", COUNTIES / "aachen.yaml").stdout
    file = tmp_path / "export.yaml"
    file.write_bytes(run("export").stdout_bytes)
    assert "Es wurde nichts geändert" in run("import", file).stdout
    text = file.read_text(encoding="utf-8")
    shorter = re.sub(r"(?ms)^      - key: jobcenter\n.*?(?=^      - key)", "", text, count=1)
    file.write_text(shorter, encoding="utf-8")
    assert "endet: Sitz" in run("import", file, "--am", "30.06.2026").stdout
    assert set(db.session.scalars(sa.select(Seat.ends_on).where(Seat.ends_on.is_not(None)))) == {date(2026, 6, 30)}
    assert run("import", file, "--am", "31.06.2026").exit_code == 1


def test_a_faulty_import_changes_nothing(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "muster.yaml"
    file.write_text(MINIMAL.replace("count: open", "count: viele"), encoding="utf-8")
    result = run("import", file)
    assert result.exit_code == 1
    assert f"{file}:32: „count“" in result.stderr
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Committee)) == 0


def test_a_database_that_is_not_set_up_gives_a_german_sentence(tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path, f"sqlite:///{tmp_path / 'leer.sqlite'}"), TESTING=True)
    for arguments in (["import", str(COUNTIES / "dueren.yaml")], ["export"]):
        result = app.test_cli_runner().invoke(args=["structure", *arguments])
        assert result.exit_code == 1
        assert "Die Datenbank ist noch nicht eingerichtet." in result.stderr
    with app.app_context():
        db.engine.dispose()


def test_today_is_the_default_day(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "muster.yaml"
    file.write_text(MINIMAL, encoding="utf-8")
    run("import", file)
    file.write_text(MINIMAL.split("  - key: ag\n")[0], encoding="utf-8")
    run("import", file)
    assert db.session.scalars(sa.select(Committee.ended_on).where(Committee.key == "ag")).one() == today()

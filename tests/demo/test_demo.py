"""The demo: every county loads on both databases, twice changes nothing, and its days lie well around any today."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from govern.actions.models import GapReport, Matter, MatterState, MatterStep, StepKind, WorkOrder, WorkOrderState
from govern.committees.models import Committee, RouteStep, Seat
from govern.config import Settings
from govern.db import db
from govern.demo.counties import COUNTIES
from govern.demo.days import in_next_week, working_day
from govern.demo.loading import load_demo
from govern.demo.persons import PASSWORD, list_accounts
from govern.documents.models import ConceptVersion, Document, VersionState
from govern.errors import DomainError
from govern.formats import local
from govern.formats import today as real_today
from govern.mail import OutgoingMail
from govern.meetings.models import (
    AttendanceState,
    Meeting,
    MeetingState,
    Paper,
    Resolution,
    ResolutionOutcome,
    Topic,
)
from govern.people.models import NumberRange, Organisation, Person, User
from govern.people.queries.accounts import find_body
from govern.people.services import passwords
from govern.people.services.sessions import matches
from tests.conftest import Client
from tests.factories import make_body
from tests.processes import flask_process

Load = Callable[..., None]

FIGURES = {
    "dueren": (11, 28, 41),
    "neuss": (48, 9, 77),
    "euskirchen": (16, 19, 31),
    "aachen": (9, 8, 24),
    "paderborn": (14, 15, 29),
}
"""County → committees, entries of the highest committee, organisations besides the municipalities."""

NO_PAGES = (
    "/logo",
    "/organisationen/auswahl",
    "/personen/auswahl",
    "/geschaeftsordnung/aendern",
    "/auswertung/freigeben",
    "/oertliche-gremien/anmelden",
)
"""A file the demo does not have; fragments that a form asks for; forms that must be told which rule or time; what only
accounts of municipalities do."""

DAYS = (
    date(2026, 1, 1),  # a holiday; the last meetings were last year
    date(2026, 2, 28),
    date(2026, 3, 28),  # the clocks change over night; Easter a week later
    date(2027, 12, 20),  # the offices are closed for most of the next two weeks
)


@pytest.fixture
def load(app: Flask, tmp_path: Path) -> Load:
    """Load a county's demo into the test's transaction."""
    settings: Settings = app.config["SETTINGS"]

    def loader(key: str, today: date | None = None) -> None:
        load_demo(COUNTIES[key], replace(settings, instance=tmp_path), today=today or real_today())

    return loader


on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
"""The largest county is loaded into PostgreSQL (below); what differs between counties are their files."""


@pytest.mark.slow
@pytest.mark.proves("A1", "A2")
@on_sqlite
@pytest.mark.parametrize("key", ["neuss", "euskirchen", "paderborn"])
def test_every_county_loads_and_shows_its_figures(load: Load, client: Client, key: str) -> None:
    load(key)
    _check_figures(client, key)
    taken = sa.select(MatterStep.kind, RouteStep.is_local, Matter.state).join(MatterStep.step)
    steps = set(db.session.execute(taken.join(Matter, Matter.id == MatterStep.matter_id)).all())
    assert ((StepKind.FORWARD, True, MatterState.SETTLED) in steps) is (key == "paderborn")  # solved on the spot
    assert ((StepKind.SHORTCUT, False, MatterState.OPEN) in steps) is (key == "neuss")


def _check_figures(client: Client, key: str) -> None:
    committees, entries, organisations = FIGURES[key]
    highest = db.session.scalars(sa.select(Committee).where(Committee.is_highest)).one()
    assert _count(Committee, Committee.key.is_not(None)) == committees  # a group charged later has no key
    assert _count(Seat, Seat.committee_id == highest.id) == entries
    assert _count(Organisation, Organisation.is_municipality.is_(False)) == organisations
    assert _count(Person, Person.is_invented.is_(False)) == 0
    body = find_body()
    assert body is not None
    assert body.is_demo
    # No institution stands for a municipality where the structure names too few.
    assert not _count(GapReport, GapReport.municipality.has(Organisation.is_municipality.is_(False)))
    client.sign_in(_account("koordination@"))
    html = client.get("/").get_data(as_text=True)
    assert "Beispieldaten" in html
    assert "erfunden" in html
    for account in ("mitglied@", "integration@"):  # a half-year and a year were released for them
        client.sign_in(_account(account))
        assert "Meldungen je Quartal" in client.get("/auswertung").text
        figures = client.get("/auswertung/zielgruppen").text
        assert "Wie freigegeben" in figures or key == "aachen"  # a city has no municipalities
    _check_that_no_address_leads_anywhere()
    _check_that_everybody_can_sign_in()


def _check_that_no_address_leads_anywhere() -> None:
    addresses = [
        *db.session.scalars(sa.select(User.email)),
        *db.session.scalars(sa.select(Person.email)),
        *db.session.scalars(sa.select(OutgoingMail.to_address)),
        *db.session.scalars(sa.select(OutgoingMail.from_address)),
        *db.session.scalars(sa.select(OutgoingMail.message_id)),
    ]
    assert {a.strip("<>").rsplit(".", 1)[1] for a in addresses if a} == {"example"}


def _check_that_everybody_can_sign_in() -> None:
    accounts = list_accounts()
    assert len(accounts) == 8
    assert len({account.role for account in accounts}) == 8
    for account in accounts:
        user = _account(account.email)
        assert matches(user.password_hash, PASSWORD)
        passwords.check_password(PASSWORD, words=passwords.words_around(user, user.body))


@pytest.mark.slow
@on_sqlite
def test_aachen_tells_the_stories_of_its_orders_and_loading_it_twice_changes_nothing(
    load: Load, client: Client
) -> None:
    load("aachen")
    assert set(db.session.scalars(sa.select(WorkOrder.state))) == {
        WorkOrderState.ISSUED, WorkOrderState.ACCEPTED, WorkOrderState.DECLINED, WorkOrderState.IN_PROGRESS,
        WorkOrderState.REPORTED_DONE, WorkOrderState.ACKNOWLEDGED, WorkOrderState.EFFECT_CHECKED,
    }  # fmt: skip
    assert all(number for number in db.session.scalars(sa.select(WorkOrder.number)))
    before = {table.name: _rows(table) for table in db.metadata.sorted_tables}
    load("aachen")
    assert {table.name: _rows(table) for table in db.metadata.sorted_tables} == before
    _check_figures(client, "aachen")


def test_people_s_own_data_is_never_mixed_with_examples(load: Load) -> None:
    make_body()
    with pytest.raises(DomainError, match="enthält schon eigene Daten"):
        load("dueren")
    assert _count(Committee) == 0


def test_a_county_does_not_load_into_the_demo_of_another(load: Load) -> None:
    make_body(key="neuss", name="Rhein-Kreis Neuss", is_demo=True)
    with pytest.raises(DomainError, match=r"make demo KREIS=dueren"):
        load("dueren")


@pytest.mark.slow
@on_sqlite  # days are worked out before any database sees them
@pytest.mark.parametrize("today", DAYS, ids=str)
def test_the_year_lies_well_around_any_day(load: Load, today: date) -> None:
    load("aachen", today)
    orders = db.session.scalars(sa.select(WorkOrder)).all()
    running = [order for order in orders if order.state.is_open and order.due_on]
    assert [today - o.due_on for o in running if o.due_on and o.due_on < today] == [timedelta(days=9)]
    monday = today - timedelta(days=today.weekday()) + timedelta(days=7)
    assert any(o.due_on and monday <= o.due_on < monday + timedelta(days=5) for o in running)
    for order in orders:
        assert order.issued_on is not None
        assert order.issued_on < today
        assert order.done_on is None or order.issued_on < order.done_on < today
        assert all(local(note.noted_at).date() <= today for note in order.events)
    _check_meetings(today)


def _check_meetings(today: date) -> None:
    for meeting in db.session.scalars(sa.select(Meeting)):
        day = local(meeting.starts_at).date()
        assert working_day(day) == day
        assert meeting.example
        if meeting.is_closed:
            assert day < today
            assert meeting.ended_at
            assert meeting.closed_at
            assert meeting.starts_at < meeting.ended_at < meeting.closed_at
            assert local(meeting.closed_at).date() < today or meeting.state is MeetingState.CLOSED
            assert meeting.released_at is None or meeting.closed_at < meeting.released_at
            assert all(i.opened_at and i.done_at and i.opened_at < i.done_at for i in meeting.items)
        else:
            assert day > today
        assert meeting.published_at is None or local(meeting.published_at).date() < today
    assert all(local(created_at).date() < today for created_at in db.session.scalars(sa.select(Topic.created_at)))
    highest = db.session.scalars(
        sa.select(Meeting).join(Meeting.committee).where(Committee.is_highest).order_by(Meeting.starts_at)
    ).all()
    distances = [(local(meeting.starts_at).date() - today).days for meeting in highest]
    assert [meeting.number for meeting in highest] == [7, 8, 9]
    assert -260 <= distances[0] <= -243
    assert -75 <= distances[1] <= -61
    assert 12 <= distances[2] <= 26
    assert (local(highest[2].starts_at).hour, local(highest[2].ends_at).hour) == (14, 16)


@pytest.mark.slow
@pytest.mark.proves("A1", "A2", "C10", "C11", "C16", "D1", "E-21")
@on_sqlite
def test_dueren_has_met_as_its_documents_would_let_it(load: Load, client: Client, tmp_path: Path) -> None:
    load("dueren")
    _check_figures(client, "dueren")
    highest = db.session.scalars(sa.select(Committee).where(Committee.is_highest)).one()
    meetings = db.session.scalars(
        sa.select(Meeting).where(Meeting.committee_id == highest.id).order_by(Meeting.starts_at)
    ).all()
    for meeting in meetings[:2]:
        assert meeting.state is MeetingState.RELEASED
        states = [attendance.state for attendance in meeting.attendances]
        assert states.count(AttendanceState.PRESENT) == 20
        assert states.count(AttendanceState.DEPUTY) == 3
        assert states.count(AttendanceState.EXCUSED) == 5
        assert all(attendance.seat_label for attendance in meeting.attendances)
    resolutions = db.session.scalars(sa.select(Resolution).where(Resolution.committee_id == highest.id)).all()
    outcomes = {resolution.outcome for resolution in resolutions}
    assert outcomes == {ResolutionOutcome.UNANIMOUS, ResolutionOutcome.CONSENSUS, ResolutionOutcome.COUNTED}
    assert any(resolution.proviso for resolution in resolutions)
    assert {resolution.is_adopted for resolution in resolutions} == {True, False}
    assert meetings[2].state is MeetingState.PREPARING
    assert any(not item.is_public for item in meetings[2].items)
    assert any(not item.proposed_resolution for item in meetings[2].items if item.kind.value == "decision")
    assert {state.value for state in db.session.scalars(sa.select(Topic.state))} >= {"accepted", "proposed", "returned"}
    _check_gap_free(resolutions, highest)
    _check_that_papers_are_files_outside_the_web_root(tmp_path)


def _check_gap_free(resolutions: list[Resolution], committee: Committee) -> None:
    for year in {resolution.year for resolution in resolutions}:
        numbers = sorted(r.sequence_number or 0 for r in resolutions if r.year == year)
        assert numbers == list(range(1, len(numbers) + 1))
        kept = sa.select(NumberRange).where(
            NumberRange.series == f"resolution:{committee.id}", NumberRange.year == year
        )
        assert db.session.scalars(kept).one().last_number == len(numbers)


def _check_that_papers_are_files_outside_the_web_root(instance: Path) -> None:
    states = set(db.session.scalars(sa.select(ConceptVersion.state)))
    assert states == {
        VersionState.SUPERSEDED, VersionState.IN_FORCE, VersionState.DRAFT, VersionState.CONSULTATION,
        VersionState.PLANNED, VersionState.NOT_STATED,
    }  # fmt: skip
    papers = [*db.session.scalars(sa.select(Paper)), *db.session.scalars(sa.select(Document))]
    assert len(papers) >= 7
    for paper in papers:
        assert paper.stored_name
        data = (instance / "unterlagen" / paper.stored_name).read_bytes()
        assert data.startswith(b"%PDF-")
        assert len(data) == paper.size


@pytest.mark.slow
@pytest.mark.parametrize("app", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_every_page_without_parameters_answers(app: Flask, load: Load, client: Client) -> None:
    load("neuss")
    _check_figures(client, "neuss")
    coordinator, administrator = _account("koordination@"), _account("administration@")
    paths = sorted(
        rule.rule for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments and rule.rule not in NO_PAGES
    )  # fmt: skip
    assert len(paths) > 10
    failed = {}
    for path in paths:
        statuses = [client.sign_in(user).get(path).status_code for user in (coordinator, administrator)]
        # Pages of one role only refuse the other; some send on whoever is signed in or has chosen nothing yet.
        if not {200, 302, 303} & set(statuses) or set(statuses) - {200, 302, 303, 403}:
            failed[path] = statuses
    assert failed == {}


def test_a_busy_port_is_named(app: Flask, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        settings = app.config["SETTINGS"]
        app.config["SETTINGS"] = replace(settings, instance=tmp_path, base_url=f"http://127.0.0.1:{port}")
        try:
            result = app.test_cli_runner().invoke(args=["demo"])
        finally:
            app.config["SETTINGS"] = settings
    assert result.exit_code == 1
    assert f"Port {port} ist belegt" in result.stderr


def test_the_demo_answers_on_this_machine_only(app: Flask, tmp_path: Path) -> None:
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, instance=tmp_path, base_url="https://govern.kreis.example")
    try:
        result = app.test_cli_runner().invoke(args=["demo"])
    finally:
        app.config["SETTINGS"] = settings
    assert result.exit_code == 1
    assert "nur auf diesem Rechner" in result.stderr


def test_an_unknown_county_is_answered_in_german(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["demo", "--kreis", "bonn"])
    assert result.exit_code == 1
    assert "Möglich sind: dueren, neuss, euskirchen, aachen, paderborn" in result.stderr


def test_next_week_is_always_next_week() -> None:
    for today in (date(2026, 1, 1) + timedelta(days=n) for n in range(730)):
        day = in_next_week(today, 2)
        assert day.isocalendar()[:2] == (today + timedelta(days=7)).isocalendar()[:2]
        assert day > today


def test_holidays_move_meetings() -> None:
    assert working_day(date(2026, 4, 3)) == date(2026, 4, 7)  # Good Friday to Tuesday after Easter
    assert working_day(date(2026, 6, 4)) == date(2026, 6, 5)  # Corpus Christi
    assert working_day(date(2026, 12, 24)) == date(2027, 1, 4)
    assert working_day(date(2026, 12, 24), step=-1) == date(2026, 12, 23)


def _count(model: type, *conditions: sa.ColumnElement[bool]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions)) or 0


def _rows(table: sa.Table) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def _account(start: str) -> User:
    return db.session.scalars(sa.select(User).where(User.email.startswith(start))).one()


@pytest.mark.slow
def test_the_command_sets_up_once_and_renews_only_when_asked(tmp_path: Path) -> None:
    environment = {"GOVERN_INSTANCE": str(tmp_path), "GOVERN_BASE_URL": "http://127.0.0.1:8000"}

    def run(*arguments: str, typed: str = "") -> tuple[int | None, str]:
        written = tmp_path / "output.txt"
        command = ["demo", "--kreis", "aachen", "--nur-laden", *arguments]
        process = flask_process(command, environment, typed=typed, output=written)
        process.join()
        return process.exitcode, written.read_text(encoding="utf-8")

    status, output = run()
    assert status == 0, output
    assert "Die Vorführung wird eingerichtet: Stadt Aachen" in output
    assert f"Passwort für alle: {PASSWORD}" in output
    assert "koordination@stadt-aachen.example" in output
    papers = set((tmp_path / "unterlagen").iterdir())

    status, output = run()
    assert status == 0, output
    assert "eingerichtet" not in output

    status, output = run("--renew", typed="nein\n")
    assert status == 1
    assert "Es wurde nichts geändert." in output
    assert set((tmp_path / "unterlagen").iterdir()) == papers

    status, output = run("--renew", typed="ja\n")
    assert status == 0, output
    assert "eingerichtet" in output
    assert not papers & set((tmp_path / "unterlagen").iterdir())

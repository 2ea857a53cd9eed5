"""Measure how long the main pages take to answer (`make bench`): a demo of its own, one coordinator, no network.

Prints median, the 95th percentile and the number of SQL statements per page; the slow end counts.
"""

from __future__ import annotations

import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade

from govern.app import create_app
from govern.committees.models import Committee
from govern.config import load_settings
from govern.db import db
from govern.demo.counties import COUNTIES
from govern.demo.loading import load_demo
from govern.demo.persons import PASSWORD
from govern.formats import today
from govern.meetings.models import Meeting
from govern.people.models import Organisation

BODIES = ("dueren", "neuss")
REQUESTS = 30
LIMIT_MS = 300
PAGES = (
    "/", "/gremien", "/gremien/{committee}", "/gremien/{committee}/zusammensetzung", "/gremien/organigramm",
    "/sitzungen", "/sitzungen/{coming}", "/sitzungen/{past}/protokoll", "/sitzungen/{past}/protokoll.docx",
    "/sitzungen/{past}/protokoll.pdf", "/themen", "/beschluesse", "/arbeitsauftraege", "/organisationen",
    "/organisationen/{organisation}", "/personen", "/kalender", "/suche?q=kita",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Measured:
    """How a page answered."""

    median: float
    late: float
    statements: int
    size: int


def main() -> int:
    """Print one line per page and county; returns 1 when a page is over the limit."""
    slow = 0
    for key in BODIES:
        with demo(key) as app:
            browser = signed_in(app, f"koordination@{COUNTIES[key].domain}")
            print(f"\n{COUNTIES[key].name}, je {REQUESTS} Aufrufe")
            print(f"{'Seite':<40} {'Median':>9} {'95 %':>9} {'SQL':>5} {'Größe':>9}")
            for path in paths(app):
                slow += show(path, measure(browser, path))
    return 1 if slow else 0


@contextmanager
def demo(key: str) -> Iterator[Flask]:
    """The application with one county's example data, in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="govern-bench-") as folder:
        app = create_app(load_settings({"GOVERN_INSTANCE": folder}))
        with app.app_context():
            upgrade(directory=str(Path(__file__).resolve().parent.parent / "migrations"))
            load_demo(COUNTIES[key], app.config["SETTINGS"], today=today())
            db.session.commit()
            db.session.remove()
        yield app
        with app.app_context():
            db.engine.dispose()


def signed_in(app: Flask, email: str) -> FlaskClient:
    """A client with a session of its own."""
    browser = app.test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/anmelden").get_data(as_text=True))
    if token is None:
        raise SystemExit("Auf /anmelden fehlt das Formular.")
    form = {"csrf_token": token[1], "email": email, "password": PASSWORD}
    if browser.post("/anmelden", data=form).status_code not in (302, 303):
        raise SystemExit("Die Anmeldung hat nicht geklappt.")
    return browser


def paths(app: Flask) -> list[str]:
    """The pages, with the committee, meetings and organisation they are about."""
    with app.app_context():
        highest = db.session.scalars(sa.select(Committee).where(Committee.is_highest)).one()
        meetings = db.session.scalars(
            sa.select(Meeting.id).where(Meeting.committee_id == highest.id).order_by(Meeting.starts_at.desc())
        ).all()
        organisation = db.session.scalar(sa.select(sa.func.min(Organisation.id)))
        names = {"committee": highest.id, "coming": meetings[0], "past": meetings[1], "organisation": organisation}
        db.session.remove()
    return [page.format_map(names) for page in PAGES]


def measure(browser: FlaskClient, path: str) -> Measured | None:
    """Ask for the page again and again; None when it does not answer 200."""
    answer = browser.get(path)
    if answer.status_code != 200:
        return None
    with browser.application.app_context(), counted_statements() as statements:
        browser.get(path)
    durations = []
    for _ in range(REQUESTS):
        start = time.perf_counter()
        browser.get(path)
        durations.append((time.perf_counter() - start) * 1000)
    late = statistics.quantiles(durations, n=20)[-1]
    return Measured(
        median=statistics.median(durations), late=late, statements=len(statements), size=len(answer.get_data())
    )


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """Collect the SQL statements."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def show(path: str, measured: Measured | None) -> bool:
    """Print one line; returns True when the page is too slow."""
    if measured is None:
        print(f"{path:<40} {'antwortet nicht mit 200':>25}")
        return False
    slow = measured.late > LIMIT_MS
    print(
        f"{path:<40} {measured.median:>6.0f} ms {measured.late:>6.0f} ms {measured.statements:>5} "
        f"{measured.size / 1000:>6.0f} kB{'  zu langsam' if slow else ''}"
    )
    return slow


if __name__ == "__main__":
    sys.exit(main())

"""The benchmark's data can be written and its floor answers; how fast anything is belongs to `make bench`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from govern.app import create_app
from govern.committees.structure.importing import import_structure
from govern.committees.structure.reading import read_structure
from govern.db import db
from govern.demo.counties import COUNTIES
from govern.formats import today
from govern.meetings.models import AgendaItem, Meeting
from scripts.bench import data
from scripts.bench.growth import Growth, Side, growth, report
from scripts.bench.load import Answer, Browser
from scripts.bench.more import DISPATCHES
from scripts.bench.pages import Page
from tests.conftest import make_settings
from tests.factories import make_item, make_meeting

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.slow
def test_the_data_hold_what_they_promise(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "MEETINGS", 60)
    import_structure(read_structure(COUNTIES["neuss"].file.read_bytes()), effective_on=today())
    highest = db.session.scalars(sa.select(data.Committee).where(data.Committee.is_highest)).one()
    make_item(make_meeting(highest))
    ids = data.fill(1)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Meeting)) == 61 + DISPATCHES
    items = sa.select(sa.func.count()).select_from(AgendaItem)
    for meeting in (ids["past"], ids["draft"], ids["running"], ids["coming"]):
        assert db.session.scalar(items.where(AgendaItem.meeting_id == meeting)) == data.BIG_ITEMS
    later = make_meeting(highest)
    assert later.id > max(ids["past"], ids["coming"], ids["large"])


@pytest.mark.slow
def test_the_floor_and_the_product_answer_side_by_side(tmp_path: Path) -> None:
    script = (
        "from werkzeug.test import Client\n"
        "from scripts.bench.wsgi import app\n"
        "floor, product = Client(app).get('/boden/'), Client(app).get('/anmelden')\n"
        "print(floor.status_code, len(floor.data) // 1000, product.status_code, product.headers['X-Statements'])\n"
    )
    environment = {"GOVERN_INSTANCE": str(tmp_path), "PATH": "/usr/bin:/bin"}
    with create_app(make_settings(tmp_path, f"sqlite:///{tmp_path / 'govern.sqlite'}")).app_context():
        db.create_all()
        db.engine.dispose()
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, check=True, capture_output=True,
                          text=True)  # fmt: skip
    status, size, product, statements = done.stdout.split()
    assert (status, product) == ("200", "200")
    assert 25 <= int(size) <= 35
    assert int(statements) >= 1


def test_times_taken_by_turns_are_compared_by_the_least_and_pair_by_pair() -> None:
    busy_in_between = [10.0, 40.0, 12.0], [15.0, 48.0, 12.0]
    assert growth(*busy_in_between) == Growth(of_least=1.2, of_middle=1.2)
    assert growth([10.0, 10.0], [20.0, 30.0]) == Growth(of_least=2.0, of_middle=2.5)


def test_a_page_that_grows_is_marked_and_one_that_does_not_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    class Answering(Browser):
        def __init__(self, size: int, milliseconds: float) -> None:
            self.answer = Answer(status=200, size=size, statements=9, milliseconds=milliseconds)

        def get(self, path: str) -> Answer:
            assert path in ("/luecken/3", "/luecken/30")
            return self.answer

    small = Side(lambda _who: Answering(10_000, 10.0), {"matter": 3})
    for times, size, note in ((1.1, 10_000, ""), (1.3, 20_000, "  mehr als 1.2×  zeigt mehr: 10 → 20 kB")):
        large = Side(lambda _who, size=size, times=times: Answering(size, 10.0 * times), {"matter": 30})
        report(small, large, [Page(name="Lücke", path="/luecken/{matter}")], rounds=4)
        assert capsys.readouterr().out.splitlines()[1].endswith(f"{times:.2f}   {times:.2f}{note}")

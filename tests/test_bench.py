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
from scripts.bench.more import DISPATCHES
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

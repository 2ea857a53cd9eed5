"""How many rows a statement asks for stands in it on PostgreSQL, which plans badly for a parameter."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.dialects import postgresql

from govern.db import db, number_of_rows
from govern.meetings.models import Topic
from tests.conftest import Client
from tests.factories import make_coordinator, make_gap_report, make_topic

POSTGRESQL: Any = postgresql.dialect()  # type: ignore[no-untyped-call]


def test_limits_are_no_parameters_on_postgresql() -> None:
    statement = sa.select(Topic.id).order_by(Topic.id).limit(25).offset(50)
    compiled = statement.compile(dialect=POSTGRESQL, compile_kwargs={"render_postcompile": True})
    assert "LIMIT 25 OFFSET 50" in " ".join(str(compiled).split())


def test_a_kept_statement_takes_its_limit_anew_each_time(app: Flask) -> None:
    ids = [make_topic(title=f"Thema {n}").id for n in range(4)]
    statement = sa.select(Topic.id).order_by(Topic.id).limit(number_of_rows("most")).offset(number_of_rows("before"))
    assert db.session.scalars(statement, {"most": 2, "before": 1}).all() == ids[1:3]
    assert db.session.scalars(statement, {"most": 1, "before": 3}).all() == ids[3:]


def test_the_inbox_of_reports_says_where_counting_stopped(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for _n in range(3):
        make_gap_report()
    client.sign_in(make_coordinator())
    assert "3 neu · 0 zugeordnet" in client.get("/lueckenmeldungen").text
    monkeypatch.setattr("govern.actions.queries.gap_reports.COUNTED", 2)
    assert "mehr als 0 neu · 0 zugeordnet" in client.get("/lueckenmeldungen").text  # in round hundreds

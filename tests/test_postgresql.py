"""What is special about the connections to PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from govern import db as database
from govern.db import db

pytestmark = pytest.mark.postgresql
READ = sa.text("SELECT value FROM changing WHERE id = :id")


@pytest.fixture
def table(postgresql_url: str) -> Iterator[None]:
    """A small application on a pool of its own, and a table with one row."""
    app = Flask("small")
    app.config["SQLALCHEMY_DATABASE_URI"] = postgresql_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = database.pool_options(postgresql_url)
    database.init_app(app)
    with app.app_context():
        db.session.execute(sa.text("CREATE TABLE changing (id integer, value integer)"))
        db.session.execute(sa.text("INSERT INTO changing VALUES (1, 7)"))
        db.session.commit()
        yield
        db.session.rollback()
        db.session.execute(sa.text("DROP TABLE changing"))
        db.session.commit()
        db.engine.dispose()


def _read() -> object:
    """Read as a GET does, which ends with a rollback."""
    found = db.session.scalar(READ, {"id": 1})
    db.session.rollback()
    return found


@pytest.mark.usefixtures("table")
def test_statements_stay_prepared_from_one_page_to_the_next() -> None:
    assert [_read() for _ in range(3)] == [7, 7, 7]
    prepared = db.session.scalars(sa.text("SELECT statement FROM pg_prepared_statements")).all()
    assert [statement for statement in prepared if "FROM changing" in statement]


@pytest.mark.usefixtures("table")
def test_a_rollback_takes_back_what_was_written() -> None:
    _read()
    db.session.execute(sa.text("UPDATE changing SET value = 8"))
    db.session.rollback()
    assert _read() == 7


@pytest.mark.usefixtures("table")
def test_after_an_update_of_the_database_pages_recover_by_themselves() -> None:
    assert [_read() for _ in range(3)] == [7, 7, 7]
    db.session.connection()  # the one that knows the statement; another one changes the table
    with db.engine.begin() as other:
        other.execute(sa.text("ALTER TABLE changing ALTER COLUMN value TYPE text"))
    with pytest.raises(sa.exc.DBAPIError, match="cached plan"):
        _read()
    db.session.rollback()
    assert _read() == "7"


@pytest.mark.usefixtures("table")
def test_after_a_restart_of_the_server_the_next_page_is_answered() -> None:
    assert _read() == 7
    own = db.session.scalar(sa.text("SELECT pg_backend_pid()"))
    with db.engine.connect() as other:
        db.session.rollback()  # the connection lies in the pool
        assert other.scalar(sa.text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": own})
        assert _read() == 7

"""What every test stands on: the application on both databases, a session that is rolled back, a client."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, g
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection
from sqlalchemy.orm import Session, scoped_session

from govern import audit
from govern.app import create_app
from govern.config import Settings
from govern.db import db
from govern.people.models import User
from govern.people.services import sessions
from tests.compiled import keep_compiled_templates
from tests.environment import must_be_complete
from tests.postgres import keep_statements

# On a machine with much to do it takes longer to think up examples, and that says nothing about the product. New ones
# are thought up by whoever works on it; continuous integration asks for the same ones every time.
settings.register_profile(
    "govern", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=must_be_complete()
)
settings.load_profile("govern")

SECRET = "a key that is only for tests, long enough"


def pytest_sessionstart() -> None:
    """Look for cycles less often: tests make many short-lived objects, and the application's own never go away."""
    gc.set_threshold(50_000, 20, 50)
    keep_compiled_templates()


def pytest_collection_finish() -> None:
    """Leave what is there by now, mostly code, out of every later look for cycles."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses the application with its database, so that `make check` can leave it to `make test`."""
    for item in items:
        if {"app", "migrated"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.database)


def make_settings(instance: Path, database_url: str, **changes: Any) -> Settings:
    """Settings for a test installation under the loopback address."""
    values: dict[str, Any] = {
        "instance": instance,
        "database_url": database_url,
        "base_url": "http://127.0.0.1:8000",
        "secret_key": SECRET,
    }
    return Settings(**{**values, **changes})


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application with a migrated, empty database; every test that uses it runs on both databases."""
    instance = tmp_path_factory.mktemp("instance")
    sessions.use_cheap_passwords()  # argon2 with the least cost: tests hash many passwords
    if request.param == "sqlite":
        url = f"sqlite:///{instance / 'test.sqlite'}"
    else:
        url = request.getfixturevalue("postgresql_url")
        keep_statements()
    app = create_app(make_settings(instance, url), TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        upgrade()
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


@contextmanager
def one_connection(app: Flask) -> Iterator[Connection]:
    """Let the application's sessions use one connection, whose transaction is rolled back at the end.

    Flask-SQLAlchemy ignores ``Session.bind``, so the connection takes the engine's place.
    """
    with app.app_context():
        engines: Any = db.engines
        engine = engines[None]
        connection = engine if isinstance(engine, Connection) else engine.connect()
        outer = connection.begin_nested() if connection is engine else connection.begin()
        engines[None] = connection
        db.session.configure(join_transaction_mode="create_savepoint")
        try:
            yield connection
        finally:
            db.session.remove()
            outer.rollback()
            if connection is not engine:
                connection.close()
            engines[None] = engine


@pytest.fixture(autouse=True)
def session(request: pytest.FixtureRequest) -> Iterator[scoped_session[Session] | None]:
    """Every test that uses the application runs in one transaction that is rolled back.

    Where a module's tests share rows they only read, made within `one_connection`, it is a savepoint.
    """
    if "app" not in request.fixturenames:
        yield None
        return
    app: Flask = request.getfixturevalue("app")
    if "world" in request.fixturenames:
        request.getfixturevalue("world")  # before the savepoint, which would take it along
    with one_connection(app):
        yield db.session


class Client(FlaskClient):
    """A browser without a window: remembers who is signed in, follows nothing by itself."""

    def open(self, *args: Any, **values: Any) -> Any:
        # The test's app context is reused: forget what belongs to the previous request.
        for name in ("_login_user", "body", "browser_session_id", "browser_session_seen_at", "session_ends_at",
                     "navigation", "csrf_token"):  # fmt: skip
            g.pop(name, None)
        db.session.expire_all()
        answer = super().open(*args, **values)
        audit.acting(None)
        return answer

    def sign_in(self, user: User) -> Client:
        """Act as ``user`` from now on, with a real server-side session."""
        token = sessions.start_session(user, user_agent="pytest")
        db.session.commit()
        with self.session_transaction() as cookie:
            cookie.clear()
            cookie["_user_id"] = token
        return self


@pytest.fixture
def client(app: Flask) -> Client:
    """A browser of somebody who is not signed in; `client.sign_in(user)` changes that."""
    app.test_client_class = Client
    made = app.test_client()
    assert isinstance(made, Client)
    return made


@pytest.fixture
def count_queries(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """`with count_queries() as statements:` collects every SQL statement but savepoints."""

    @contextmanager
    def counter() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if "SAVEPOINT" not in statement:
                seen.append(statement)

        sa.event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", note)

    return counter

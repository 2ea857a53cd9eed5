"""How migrations run: on the application's own engine, the same files on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from alembic.operations import batch
from flask import current_app

from govern.db import Base
from govern.search import INDEX

migrate = current_app.extensions["migrate"]


def skip_empty(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """Write no file when nothing changed."""
    if getattr(context.config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """The queue of the worker and the search keep tables of their own (see `govern/jobs.py`, `govern/search.py`)."""
    return not (kind == "table" and (name or "").startswith(("huey_", INDEX)))


class OneTable(batch.BatchOperationsImpl):
    """Make a table of SQLite anew without first reading every table that it refers to, and those they refer to.

    Nothing of them goes into the new one, and it took more than half of all the time that an upgrade takes.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.reflect_kwargs = {"resolve_fks": False, **self.reflect_kwargs}


def run() -> None:
    """Run the migrations online; SQLite has no transactional DDL to rely on, so each file is one step."""
    with migrate.db.engine.connect() as connection:
        _guard_keys(connection, is_on=False)
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            process_revision_directives=skip_empty,
            transaction_per_migration=True,
            include_name=is_ours,
            **migrate.configure_args,
        )
        with context.begin_transaction(), _reading_one_table():
            context.run_migrations()
        _guard_keys(connection, is_on=True)


@contextmanager
def _reading_one_table() -> Iterator[None]:
    """Alembic has no setting for it, so its class is exchanged while migrations run."""
    original = batch.BatchOperationsImpl
    batch.BatchOperationsImpl = OneTable
    try:
        yield
    finally:
        batch.BatchOperationsImpl = original


def _guard_keys(connection: Any, *, is_on: bool) -> None:
    """Let SQLite forget its foreign keys while tables are made anew: dropping the old one would empty what hangs on it.

    Afterwards every key is looked at, and the migration fails if one leads nowhere.
    """
    if connection.dialect.name != "sqlite":
        return
    driver = connection.connection.dbapi_connection
    if is_on:
        lost = driver.execute("PRAGMA foreign_key_check").fetchall()
        if lost:
            raise RuntimeError(f"foreign keys lead nowhere: {lost[:5]}")
    driver.execute(f"PRAGMA foreign_keys={'ON' if is_on else 'OFF'}")


run()

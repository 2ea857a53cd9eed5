"""How migrations run: on the application's own engine, the same files on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

from alembic import context
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
        with context.begin_transaction():
            context.run_migrations()
        _guard_keys(connection, is_on=True)


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

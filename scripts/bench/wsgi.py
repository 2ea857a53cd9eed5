"""What `make bench` serves: the product as in production, counting its SQL, beside a floor to compare it with.

The floor is a bare Flask route that reads 50 rows through the standard library's sqlite3 and renders a page of 30 KB.
"""

from __future__ import annotations

import gc
import os
import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, g, has_request_context
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from govern.app import create_app
from govern.db import db

FLOOR_PAGE = """<!doctype html><html lang="de"><head><title>Boden</title></head><body><table>
{% for row in rows %}<tr><td>{{ row[0] }}</td><td>{{ row[1] }}</td><td>{{ row[2] }}</td><td>{{ text }}</td></tr>
{% endfor %}</table></body></html>"""
TEXT = "Das Gremium berät über den Bericht der Verwaltung und hält die nächsten Schritte fest. " * 6

product = create_app()


def count_statements() -> None:
    """Say in a header how many statements a page cost; opening a transaction is none."""
    with product.app_context():
        sa.event.listen(db.engine, "before_cursor_execute", _note)
    product.after_request(_tell)


def _note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    if has_request_context() and not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
        g.statements = g.get("statements", 0) + 1


def _tell(response: Response) -> Response:
    response.headers["X-Statements"] = str(g.get("statements", 0))
    return response


def make_floor() -> Flask:
    """The bare application; its database lies beside the product's."""
    floor = Flask("floor")
    path = Path(os.environ["GOVERN_INSTANCE"]) / f"floor-{os.getpid()}.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, title TEXT, day TEXT)")
        connection.executemany(
            "INSERT INTO row (title, day) VALUES (?, ?)", [(f"Sitzung {n}", "2026-05-26") for n in range(500)]
        )

    template = floor.jinja_env.from_string(FLOOR_PAGE)

    @floor.get("/")
    def page() -> str:
        connection = sqlite3.connect(path)
        rows = connection.execute("SELECT id, title, day FROM row WHERE id > ? LIMIT 50", (200,)).fetchall()
        connection.close()
        return template.render(rows=rows, text=TEXT)

    return floor


count_statements()
app = DispatcherMiddleware(product, {"/boden": make_floor()})
gc.freeze()  # as `wsgi.py` does

"""The daily care of the search index on SQLite."""

from __future__ import annotations

from datetime import date
from time import sleep
from typing import Any

import sqlalchemy as sa

from govern.db import db
from govern.search import INDEX, dialect

PAGES_AT_ONCE = 200
"""So many pages of the index are put together before others may write."""
PAUSE = 0.05
"""Seconds in which they may."""


def put_together(_day: date) -> None:
    """Put together what was written since the day before; committed bit by bit, so that nobody waits long to write.

    SQLite writes new words beside the old ones, in dozens of pieces, and a search looks into each for every range:
    what is rarely found took the longer the more there was. PostgreSQL puts its index in order by itself.
    """
    index, changes = sa.table(INDEX, sa.column(INDEX), sa.column("rank")), 2
    pages = -PAGES_AT_ONCE  # below zero: of all pieces
    while dialect() == "sqlite" and changes >= 2:  # the row that asks is one; nothing else changes once all is done
        driver: Any = db.session.connection().connection.driver_connection
        before = driver.total_changes
        db.session.execute(index.insert().values({INDEX: "merge", "rank": pages}))
        changes, pages = driver.total_changes - before, PAGES_AT_ONCE
        db.session.commit()
        sleep(PAUSE)

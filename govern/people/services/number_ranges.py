"""Gap-free numbers: one row per series and year, raised in the transaction that uses the number (E-21)."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from govern.db import db
from govern.people.models import NumberRange


def next_number(body_id: int, series: str, year: int) -> int:
    """The next number of ``series`` in ``year``.

    The row stays locked until the transaction ends, so that two who number at once wait for each other, and a
    rollback takes the number back.
    """
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    db.session.execute(
        insert(NumberRange).values(body_id=body_id, series=series, year=year, last_number=0).on_conflict_do_nothing()
    )
    number = db.session.scalar(
        sa.update(NumberRange)
        .where(NumberRange.body_id == body_id, NumberRange.series == series, NumberRange.year == year)
        .values(last_number=NumberRange.last_number + 1)
        .returning(NumberRange.last_number)
        .execution_options(synchronize_session=False)
    )
    assert number is not None  # noqa: S101 - the row was made above
    return number

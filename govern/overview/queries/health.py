"""Whether the database answers."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from govern.db import db


def find_revision() -> str | None:
    """The revision of the tables by a real query; None when the database does not answer."""
    try:
        revision: str | None = db.session.scalar(sa.text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        db.session.rollback()
        revision = None
    return revision

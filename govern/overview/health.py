"""Whether the product works: one real database query."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from govern import access
from govern.db import db

bp = Blueprint("health", __name__)


@bp.get("/health")
@access.public
def health() -> Response:
    """200 when the database answers, 503 otherwise; JSON, for probes."""
    try:
        revision = db.session.scalar(sa.text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        db.session.rollback()
        response = jsonify(status="unavailable", database="unavailable")
        response.status_code = 503
        return response
    return jsonify(status="ok", database="ok", revision=revision)

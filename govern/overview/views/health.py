"""Whether the product works: one real database query."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from govern import access
from govern.overview.queries.health import find_revision

bp = Blueprint("health", __name__)


@bp.get("/health")
@access.public
def health() -> Response:
    """200 when the database answers, 503 otherwise; JSON, for probes."""
    revision = find_revision()
    if revision is None:
        response = jsonify(status="unavailable", database="unavailable")
        response.status_code = 503
        return response
    return jsonify(status="ok", database="ok", revision=revision)

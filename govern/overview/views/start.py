"""The overview: what comes next for the person who signed in."""

from __future__ import annotations

from flask import Blueprint, Response

from govern import access
from govern.access import reader
from govern.actions.models import FeedbackStage
from govern.formats import today
from govern.overview.queries import start as queries
from govern.people.policies import can_coordinate
from govern.web import render

bp = Blueprint("start", __name__)


@bp.get("/")
@access.signed_in
def index() -> Response:
    """Next meetings and what they lack, topics waiting, orders due, results; by role."""
    coming = queries.list_coming_meetings(reader())
    prepares = queries.prepares_meetings(reader())
    return render(
        "overview/start.html",
        prepares=prepares,
        only_administers=queries.only_administers(reader()),
        preparations=[c for c in coming if c.is_prepared_here],
        meetings=[c.meeting for c in coming if not c.is_prepared_here],
        topics=queries.list_waiting_topics(reader()),
        orders=queries.list_due_orders(reader(), today()),
        results=queries.list_results(reader()),
        waiting=queries.list_waiting(reader(), today()),
        stages=FeedbackStage,
        committees=queries.list_own_committees(reader()),
        is_empty=can_coordinate(reader()) and not coming and not queries.has_committees(),
        day=today(),
    )

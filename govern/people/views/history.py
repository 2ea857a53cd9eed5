"""„Verlauf": the audit trail for administrators. Pages of objects embed their own part of it."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask_login import current_user

from govern import access
from govern.people import policies
from govern.people.forms.accounts import HistoryFilter, filter_of
from govern.people.queries import history as queries
from govern.web import page_number, render

bp = Blueprint("history", __name__)


@bp.get("/verlauf")
@access.allowed(policies.can_read_audit_trail)
def index() -> Response:
    """Everything that happened, newest first, by kind, person and day."""
    form = filter_of(HistoryFilter, art={"": "alles", **queries.kinds()})
    page = page_number()
    entries, total = queries.list_trail(
        current_user, kind=form.art.data or "", person=form.von.data or "", day=form.tag.data, page=page
    )
    kept = {name: value for name, value in request.args.items() if name in ("art", "von", "tag")}
    return render("people/history.html", fragment="people/_trail.html", form=form, entries=entries, total=total,
                  number=page, pages=max(1, -(-total // queries.PAGE_SIZE)), kept=kept)  # fmt: skip

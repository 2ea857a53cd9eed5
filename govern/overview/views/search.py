"""One search across everything."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request
from flask_login import current_user

from govern import access
from govern.overview.forms.search import SearchForm
from govern.overview.queries import search as queries
from govern.overview.queries.search_kinds import KINDS
from govern.web import page_number, render

bp = Blueprint("search", __name__)


@bp.get("/suche")
@access.signed_in
def index() -> Response:
    """What the words find: a few of each kind, or all of one kind with `?art=`."""
    form, kind, number = SearchForm(), request.args.get("art", ""), page_number()
    if kind and kind not in KINDS:
        abort(404)
    text = (form.q.data or "").strip()[:200]
    found = queries.search(current_user, text, kind=kind, page=number)
    return render("overview/search.html", fragment="overview/_search_results.html", form=form, text=text, kind=kind,
                  found=found, number=number, most=queries.MANY,
                  total=sum(hits.total for hits in found))  # fmt: skip

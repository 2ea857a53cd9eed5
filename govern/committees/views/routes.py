"""Pages of the route of matters: read it with its earlier versions, give it another one from a day on."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from govern import access
from govern.committees.forms.routes import route_form
from govern.committees.models import Committee
from govern.committees.queries import routes as queries
from govern.committees.services.routes import set_route
from govern.committees.structure.exporting import keys_of
from govern.errors import Conflict, DomainError
from govern.formats import date_text, today
from govern.people.policies import can_coordinate
from govern.web import flash, redirect, render, status_of

bp = Blueprint("routes", __name__)


@bp.get("/weg-der-luecken")
@access.signed_in
def detail() -> Response:
    """The route that holds today, what is to come, and what held before."""
    routes = queries.list_routes(current_user.body)
    running = next((route for route in routes if route.starts_on <= today()), None)
    return render("committees/route.html", routes=routes, running=running, may_edit=can_coordinate(current_user))


@bp.route("/weg-der-luecken/bearbeiten", methods=["GET", "POST"])
@access.allowed(can_coordinate)
def edit() -> Response:
    """Another version of the route from a day on (E11)."""
    body, committees = current_user.body, _committees()
    running = queries.route_on(body, today())
    form, status = route_form(running, queries.newest_route_id(body), committees), None
    if "add" in request.form:
        form.add_row(committees)
    elif form.validate_on_submit():
        try:
            route = set_route(body, form.wanted(committees), committees, starts_on=form.starts_on.data,
                              version=form.based_on(), by=current_user)  # fmt: skip
            flash(f"Der Weg gilt ab {date_text(route.starts_on)}. Begonnene Lücken bleiben auf ihrem bisherigen Weg.")
            return redirect(url_for(".detail"))
        except Conflict as error:
            form.refuse(error)
            form.version.data, status = str(queries.newest_route_id(body)), 409
        except DomainError as error:
            form.refuse(error)
    return render("committees/route_edit.html", status=status or status_of(form), form=form, running=running)


def _committees() -> dict[str, Committee]:
    """The committees that a step may name, by their key."""
    rows = queries.list_committees_of(current_user.body)
    keys = keys_of(rows, lambda row: row.name)
    return {keys[row.id]: row for row in rows}

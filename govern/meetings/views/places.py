"""The list of places and video links."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, url_for
from flask_login import current_user

from govern import access
from govern.errors import Conflict, DomainError
from govern.meetings import policies
from govern.meetings.forms.places import PlaceForm
from govern.meetings.models import Place
from govern.meetings.queries import places as queries
from govern.meetings.services import places as services
from govern.web import flash, redirect, render, status_of

bp = Blueprint("places", __name__)


@bp.get("/orte")
@access.allowed(policies.can_plan_meetings)
def index() -> Response:
    """All places, those on offer first."""
    return render("meetings/places.html", places=queries.list_places(current_user))


@bp.route("/orte/neu", methods=["GET", "POST"])
@access.allowed(policies.can_plan_meetings)
def add() -> Response:
    """Put a place on the list."""
    form = PlaceForm()
    if form.validate_on_submit():
        try:
            place = services.add_place(**form.facts(), by=current_user)
            flash(f"„{place.name}“ steht auf der Liste.")
            return redirect(url_for(".index"))
        except DomainError as error:
            form.refuse(error)
    return render("meetings/place_edit.html", status=status_of(form), form=form, place=None, differences=[])


@bp.route("/orte/<int:id>/bearbeiten", methods=["GET", "POST"])
@access.requires(Place, policies.can_edit_place)
def edit(place: Place) -> Response:
    """Change a place."""
    form, differences = _form(place), []
    if form.validate_on_submit():
        try:
            services.update_place(place, **form.facts(), version=form.seen(), by=current_user)
            flash("Gespeichert.")
            return redirect(url_for(".index"))
        except Conflict as error:
            form.refuse(error)
            differences = form.differences(_form(place, formdata=None))
        except DomainError as error:
            form.refuse(error)
    return render("meetings/place_edit.html", status=status_of(form, differences), form=form, place=place,
                  differences=differences)  # fmt: skip


@bp.post("/orte/<int:id>/stilllegen")
@access.requires(Place, policies.can_edit_place)
def retire(place: Place) -> Response:
    """Offer a place no longer."""
    services.retire_place(place, by=current_user)
    flash(f"„{place.name}“ wird nicht mehr angeboten.")
    return redirect(url_for(".index"))


@bp.post("/orte/<int:id>/wieder-anbieten")
@access.requires(Place, policies.can_edit_place)
def offer_again(place: Place) -> Response:
    """Offer a retired place again."""
    services.offer_place_again(place, by=current_user)
    flash(f"„{place.name}“ wird wieder angeboten.")
    return redirect(url_for(".index"))


def _form(place: Place, **sent: Any) -> PlaceForm:
    return PlaceForm(obj=place, version=services.version_of(place), **sent)

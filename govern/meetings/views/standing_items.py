"""The standing items of a committee."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask_login import current_user

from govern import access
from govern.committees.models import Committee
from govern.errors import Conflict
from govern.meetings import policies
from govern.meetings.forms.standing_items import StandingItemForm
from govern.meetings.models import StandingItem
from govern.meetings.queries.standing_items import list_standing_items
from govern.meetings.services import standing_items as services
from govern.web import flash, redirect, render, status_of

bp = Blueprint("standing_items", __name__)


@bp.route("/gremien/<int:id>/standardpunkte", methods=["GET", "POST"])
@access.requires(Committee, policies.can_plan)
def index(committee: Committee) -> Response:
    """Standing items of a committee, with the form for a further one."""
    form = StandingItemForm()
    if form.validate_on_submit():
        services.add_standing_item(committee, **form.facts(), by=current_user)
        flash("Jede neue Tagesordnung bekommt diesen Punkt.")
        return redirect(url_for(".index", id=committee.id))
    return render(
        "meetings/standing_items.html", status=status_of(form), form=form, committee=committee,
        items=list_standing_items(committee),
    )  # fmt: skip


@bp.route("/standardpunkte/<int:id>/bearbeiten", methods=["GET", "POST"])
@access.requires(StandingItem, policies.can_edit_standing_item)
def edit(item: StandingItem) -> Response:
    """Change a standing item for agendas to come."""
    form, differences = _form(item), []
    if form.validate_on_submit():
        try:
            services.update_standing_item(item, **form.facts(), version=form.seen(), by=current_user)
            flash("Gespeichert. Neue Tagesordnungen bekommen den geänderten Punkt.")
            return redirect(url_for(".index", id=item.committee_id))
        except Conflict as error:
            form.refuse(error)
            differences = form.differences(_form(item, formdata=None))
    return render("meetings/standing_item_edit.html", status=status_of(form, differences), form=form, item=item,
                  differences=differences)  # fmt: skip


@bp.post("/standardpunkte/<int:id>/verschieben")
@access.requires(StandingItem, policies.can_edit_standing_item)
def move(item: StandingItem) -> Response:
    """Move a standing item up or down: `direction=up|down`."""
    if request.form.get("direction") not in ("up", "down"):
        abort(400)
    services.move_standing_item(item, request.form["direction"], by=current_user)
    return redirect(url_for(".index", id=item.committee_id))


@bp.post("/standardpunkte/<int:id>/streichen")
@access.requires(StandingItem, policies.can_edit_standing_item)
def retire(item: StandingItem) -> Response:
    """New agendas no longer get this item."""
    services.retire_standing_item(item, by=current_user)
    flash(f"„{item.title}“ ist kein Standard-TOP mehr.")
    return redirect(url_for(".index", id=item.committee_id))


def _form(item: StandingItem, **sent: Any) -> StandingItemForm:
    return StandingItemForm(
        title=item.title, kind=item.kind, planned_minutes=item.planned_minutes, is_public=item.is_public,
        at_end="ende" if item.at_end else "anfang", version=services.version_of(item),
        purpose=item.purpose, **sent,
    )  # fmt: skip

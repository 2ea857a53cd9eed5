"""The page on which the coordination takes a matter one step further on its route."""

from __future__ import annotations

from flask import Blueprint, Response, url_for
from flask_login import current_user

from govern import access
from govern.actions import policies_gaps as policies
from govern.actions.forms.matter_steps import MatterStepForm
from govern.actions.models import Matter
from govern.actions.queries import matter_steps as queries
from govern.actions.services.matter_steps import take_step
from govern.errors import Conflict, DomainError
from govern.meetings.queries.resolutions import find_readable
from govern.web import flash, redirect, render, status_of

bp = Blueprint("matter_steps", __name__)


@bp.route("/luecken/<int:id>/weg", methods=["GET", "POST"])
@access.requires(Matter, policies.can_work_on_matter)
def take(matter: Matter) -> Response:
    """Take the next step, a shortcut, one back, or go on by the newer route (E7, E8, E11, E-31)."""
    way = queries.load_way(matter)
    options = queries.options_of(matter, way)
    form, status = MatterStepForm(), None
    resolutions = queries.deciding_resolutions(current_user, matter)
    form.offer(options, queries.committees_for(options, matter), resolutions, way.taken,
               queries.proposed_resolution_id(matter, resolutions, way))  # fmt: skip
    if form.validate_on_submit():
        try:
            chosen = form.resolution_id.data
            resolution = find_readable(current_user, chosen) if chosen else None
            row = take_step(matter, form.move(resolution), after=form.based_on(), by=current_user)
            flash(f"{matter.number} liegt jetzt bei „{row.step.name}“.")
            return redirect(url_for("matters.detail", id=matter.id, _anchor="weg"))
        except DomainError as error:
            form.refuse(error)
            status = 409 if isinstance(error, Conflict) else None
    return render("actions/matters/step.html", status=status or status_of(form), form=form, matter=matter,
                  taken=way.taken, options=options)  # fmt: skip

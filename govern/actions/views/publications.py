"""The public page of settled matters, behind a switch, and the form that releases a text for it (E15)."""

from __future__ import annotations

from flask import Blueprint, Response, abort, url_for
from flask_login import current_user

from govern import access
from govern.actions import policies_publications as policies
from govern.actions.forms.publications import PublicationForm
from govern.actions.models import Matter
from govern.actions.queries import publications as queries
from govern.actions.queries.vocabularies import known_names, terms_of
from govern.actions.redaction import plain
from govern.actions.services import publications as services
from govern.errors import Conflict, DomainError
from govern.people.queries.accounts import find_body
from govern.web import flash, page_number, redirect, render, status_of

bp = Blueprint("publications", __name__)


@bp.get("/geloeste-luecken")
@access.public
def index() -> Response:
    """What the coordination released of settled matters; without the switch there is no such page."""
    body = find_body()
    if body is None or not body.publishes_matters:
        abort(404)
    response = render("actions/publications/index.html", found=queries.list_public(page_number()), terms=terms_of(body))
    if not body.publications_indexed:
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@bp.route("/luecken/<int:id>/veroeffentlichen", methods=["GET", "POST"])
@access.requires(Matter, policies.can_publish_matter)
def publish(matter: Matter) -> Response:
    """Release a text about a settled matter."""
    known, status = queries.list_publications(matter), None
    form = PublicationForm.of(matter, known, known_names(matter.body))
    if form.validate_on_submit():
        try:
            services.publish_matter(matter, plain(form.title.data), plain(form.text.data), version=form.based_on(),
                                    confirmation=form.confirmation(), by=current_user)  # fmt: skip
            flash("Veröffentlicht.")
            return redirect(url_for(".publish", id=matter.id))
        except DomainError as error:
            form.refuse(error)
            if isinstance(error, Conflict):
                form.version.data, status = str(services.stamp(list(known))), 409
    return render("actions/publications/publish.html", status=status or status_of(form), form=form, matter=matter,
                  known=known, stamp=services.stamp(list(known)))  # fmt: skip


@bp.post("/luecken/<int:id>/veroeffentlichung-zuruecknehmen")
@access.requires(Matter, policies.can_publish_matter)
def withdraw(matter: Matter) -> Response:
    """Take the text back."""
    form = PublicationForm()
    try:
        services.withdraw_publication(matter, version=form.based_on(), by=current_user)
        flash("Zurückgenommen: Die öffentliche Seite zeigt die Lücke nicht mehr.")
    except DomainError as error:
        flash(str(error), "error")
    return redirect(url_for(".publish", id=matter.id))

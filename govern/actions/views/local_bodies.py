"""Pages of local bodies: what municipalities registered, the form, and the decision of the coordination (A6)."""

from __future__ import annotations

from flask import Blueprint, Response, url_for
from flask_login import current_user

from govern import access
from govern.actions import policies_local_bodies as policies
from govern.actions.forms.local_bodies import DecisionForm, RegistrationForm
from govern.actions.models import LocalBodyRegistration
from govern.actions.queries import local_bodies as queries
from govern.actions.services import local_bodies as services
from govern.committees.contributions import KnownResolution
from govern.committees.models import Committee
from govern.committees.queries.committees import list_possible_parents
from govern.committees.queries.confirmations import list_resolutions
from govern.errors import Conflict, DomainError
from govern.web import flash, page_number, redirect, render, status_of

bp = Blueprint("local_bodies", __name__)


@bp.get("/oertliche-gremien")
@access.allowed(policies.can_see_registrations)
def index() -> Response:
    """What was registered, as far as the account may see it."""
    return render("actions/local_bodies/index.html", found=queries.list_registrations(current_user, page_number()),
                  may_register=policies.can_register(current_user))  # fmt: skip


@bp.route("/oertliche-gremien/anmelden", methods=["GET", "POST"])
@access.allowed(policies.can_register)
def register() -> Response:
    """Register an existing local body, or ask to found one together."""
    towns = queries.own_municipalities(current_user)
    form = RegistrationForm().offer(towns)
    if form.validate_on_submit():
        try:
            town = next(town for town in towns if town.id == form.municipality_id.data)
            made = services.register_local_body(town, form.told(), by=current_user)
            flash("Angemeldet. Die Koordination hat eine Nachricht bekommen; ihre Antwort steht dann hier.")
            return redirect(url_for(".detail", id=made.id))
        except DomainError as error:
            form.refuse(error)
    return render("actions/local_bodies/register.html", status=status_of(form), form=form, towns=towns)


@bp.get("/oertliche-gremien/<int:id>")
@access.requires(LocalBodyRegistration, policies.can_view_registration)
def detail(registration: LocalBodyRegistration) -> Response:
    """One registration, and what became of it."""
    return render("actions/local_bodies/detail.html", registration=registration,
                  may_decide=policies.can_decide_registration(current_user, registration))  # fmt: skip


@bp.route("/oertliche-gremien/<int:id>/entscheiden", methods=["GET", "POST"])
@access.requires(LocalBodyRegistration, policies.can_decide_registration)
def decide(registration: LocalBodyRegistration) -> Response:
    """Take it in as a committee, or say why not."""
    parents = list_possible_parents(current_user, None, only=None)
    resolutions, status = list_resolutions(current_user, parents), None
    form = DecisionForm().offer(parents, resolutions)
    if form.validate_on_submit():
        try:
            return _decided(registration, form, parents, resolutions)
        except DomainError as error:
            form.refuse(error)
            status = 409 if isinstance(error, Conflict) else None
    return render("actions/local_bodies/decide.html", status=status or status_of(form), form=form,
                  registration=registration)  # fmt: skip


def _decided(
    registration: LocalBodyRegistration, form: DecisionForm, parents: list[Committee],
    resolutions: list[KnownResolution],
) -> Response:  # fmt: skip
    answer = form.answer.data or ""
    if form.decision.data == "decline":
        services.decline(registration, answer, by=current_user)
        flash("Die Kommune liest Ihre Antwort bei ihrer Anmeldung.")
        return redirect(url_for(".detail", id=registration.id))
    parent = next((c for c in parents if c.id == form.parent_id.data), None)
    resolution = next((r for r in resolutions if r.id == form.opening_resolution_id.data), None)
    made = services.accept(registration, answer, parent=parent, resolution=resolution, by=current_user)
    flash(f"„{made.name}“ ist aufgenommen; die Kommune kann ihre Vertretung benennen.")
    return redirect(url_for("committee_changes.short_name", id=made.id))

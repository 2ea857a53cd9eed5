"""The consent of those who must implement a resolution: asked for, given, refused (E-10)."""

from __future__ import annotations

from flask import Blueprint, Response, url_for
from flask_login import current_user

from govern import access
from govern.errors import Conflict, DomainError
from govern.meetings import policies, policies_consents
from govern.meetings.forms.consents import AskConsentForm, ConsentForm
from govern.meetings.models import ConsentState, ImplementerConsent, Resolution
from govern.meetings.queries import implementer_consents as queries
from govern.meetings.services import implementer_consents as services
from govern.people.queries.organisations import find_organisation
from govern.web import flash, redirect, render, status_of

bp = Blueprint("consents", __name__)


@bp.route("/beschluesse/<int:id>/einvernehmen", methods=["GET", "POST"])
@access.requires(Resolution, policies_consents.can_ask_consent)
def index(resolution: Resolution) -> Response:
    """Whose consent a resolution needs, and what they answered."""
    form = AskConsentForm()
    try:
        organisation = find_organisation(form.organisation()) if form.validate_on_submit() else None
        if organisation is not None:
            services.ask_consent(resolution, organisation, by=current_user)
            flash(f"{organisation.name} ist nach dem Einvernehmen gefragt.")
            return redirect(url_for(".index", id=resolution.id))
    except DomainError as error:
        form.refuse(error)
    return render("meetings/consents_index.html", status=status_of(form), resolution=resolution, form=form,
                  consents=queries.list_consents(resolution))  # fmt: skip


@bp.route("/einvernehmen/<int:id>", methods=["GET", "POST"])
@access.requires(ImplementerConsent, policies_consents.can_answer_consent)
def answer(consent: ImplementerConsent) -> Response:
    """What an institution answers: by its own account, or noted for it."""
    form, differences = ConsentForm.of(consent), None
    notes_for_others = policies_consents.can_ask_consent(current_user, consent.resolution)
    try:
        if form.validate_on_submit():
            services.answer_consent(
                consent, ConsentState(form.state.data), form.note.data or "", seen=form.seen(), by=current_user,
                answered_on=form.answered_on.data if notes_for_others else None,
            )  # fmt: skip
            flash("Die Antwort ist festgehalten.")
            return redirect(_back(consent))
    except Conflict as error:
        differences = form.differences(ConsentForm.of(consent, fresh=True))
        form.refuse(error)
    except DomainError as error:
        form.refuse(error)
    return render("meetings/consents_answer.html", status=status_of(form, differences), consent=consent, form=form,
                  differences=differences, back=_back(consent), notes_for_others=notes_for_others)  # fmt: skip


@bp.post("/einvernehmen/<int:id>/zuruecknehmen")
@access.requires(ImplementerConsent, policies_consents.can_remove_consent)
def take_back(consent: ImplementerConsent) -> Response:
    """Take a question back that was not answered."""
    resolution_id = consent.resolution_id
    services.take_back(consent, by=current_user)
    flash("Die Frage ist zurückgenommen.")
    return redirect(url_for(".index", id=resolution_id))


def _back(consent: ImplementerConsent) -> str:
    if policies.can_view_resolution(current_user, consent.resolution):
        return url_for("resolutions.detail", id=consent.resolution_id)
    return f"/organisationen/{consent.organisation_id}"

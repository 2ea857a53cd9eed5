"""The settings of the body, its logo, and the reports of barriers that wait for an answer."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, make_response, url_for
from flask_login import current_user

from govern import access, files
from govern.errors import Conflict, DomainError
from govern.overview import policies
from govern.overview.forms.settings import SettingsForm
from govern.overview.queries import feedback as feedback_queries
from govern.overview.services import feedback as feedback_services
from govern.overview.services import settings as services
from govern.people.models import AccessibilityFeedback, Body
from govern.people.queries.accounts import find_body
from govern.web import flash, page_number, redirect, render

bp = Blueprint("settings", __name__)


@bp.route("/einstellungen", methods=["GET", "POST"])
@access.allowed(policies.can_change_settings)
def edit() -> Response:
    """Name, logo, sender, notices and rules of the body."""
    body = current_user.body
    form, differences = SettingsForm(obj=body), None
    if form.validate_on_submit():
        try:
            before = body.small_count_threshold
            _save(body, form)
            flash("Die Einstellungen sind gespeichert.")
            if body.small_count_threshold > before:
                flash("Freigegebene Texte können Zahlen unter der neuen Schwelle nennen. Die Koordination findet sie "
                      "unter „Lücken“, „Freigaben prüfen“.", "warning")  # fmt: skip
            return redirect(url_for(".edit"))
        except Conflict:
            differences = form.differences(SettingsForm(formdata=None, obj=body))
        except DomainError as error:
            form.refuse(error)
    status = 409 if differences is not None else 422 if form.errors else 200
    return render("overview/settings.html", status=status, form=form, differences=differences)


@bp.get("/einstellungen/rueckmeldungen")
@access.allowed(policies.can_change_settings)
def feedback() -> Response:
    """Reports of barriers, and until when each should be answered."""
    number = page_number()
    reports, total = feedback_queries.list_feedback(number)
    return render("overview/feedback.html", reports=reports, answer_by=feedback_queries.answer_by, number=number,
                  total=total, pages=-(-total // feedback_queries.PAGE_SIZE))  # fmt: skip


@bp.post("/einstellungen/rueckmeldungen/<int:id>/beantwortet")
@access.requires(AccessibilityFeedback, policies.can_answer_feedback)
def answer(report: AccessibilityFeedback) -> Response:
    """Note that a report was answered."""
    feedback_services.note_answer(report, by=current_user)
    flash("Als beantwortet vermerkt.")
    return redirect(url_for(".feedback"))


@bp.get("/logo")
@access.public
def logo() -> Response:
    """The logo of the body; every page shows it, signed in or not."""
    body = find_body()
    if body is None or body.logo_file is None:
        abort(404)
    data = files.read(current_app.config["SETTINGS"].files, body.logo_file)
    response = make_response(data)
    response.headers["Content-Type"] = "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "no-cache"
    return response


def _save(body: Body, form: SettingsForm) -> None:
    # The version is checked first: a stale save leaves no file behind.
    services.update_settings(body, version=form.based_on(), **form.settings(), by=current_user)
    folder = current_app.config["SETTINGS"].files
    if form.logo.data:
        services.replace_logo(body, data=form.logo.data.read(), file_name=form.logo.data.filename, folder=folder,
                              by=current_user)  # fmt: skip
    elif form.remove_logo.data:
        services.remove_logo(body, folder=folder, by=current_user)

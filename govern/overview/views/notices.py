"""What everybody may read without signing in: Impressum, Datenschutz, Barrierefreiheit, Hilfe."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, abort, current_app, request, url_for

from govern import access
from govern.errors import TooManyTries
from govern.overview.forms.settings import FeedbackForm
from govern.overview.services import feedback as services
from govern.people.mails import sender
from govern.people.queries.accounts import find_body
from govern.web import flash, redirect, render

bp = Blueprint("notices", __name__)

REVIEWED_ON = date(2026, 11, 20)
"""When the statement on the accessibility of the product itself was last reviewed; a test demands it every year."""


@bp.get("/impressum")
@access.public
def imprint() -> Response:
    """Who answers for these pages."""
    return render("overview/imprint.html")


@bp.get("/datenschutz")
@access.public
def privacy() -> Response:
    """Which data are kept, why, and who sees them."""
    return render("overview/privacy.html")


@bp.get("/hilfe")
@access.public
def help_page() -> Response:
    """Where to find what, and whom to ask."""
    return render("overview/help.html")


@bp.route("/barrierefreiheit", methods=["GET", "POST"])
@access.public
def accessibility() -> Response:
    """The Erklärung zur Barrierefreiheit with its feedback form (§ 10b BGG NRW)."""
    form, status = FeedbackForm(page=request.args.get("seite", "")[:300]), 200
    if form.validate_on_submit():
        try:
            services.count_report(request.remote_addr)
            _report(form)
            flash("Danke für Ihre Rückmeldung. Sie ist angekommen.")
            return redirect(url_for(".accessibility"))
        except TooManyTries as error:
            form.refuse(error)
            status = 429
    elif form.errors:
        status = 422
    body = find_body()
    return render("overview/accessibility.html", status=status, form=form,
                  reviewed_on=max(REVIEWED_ON, (body and body.accessibility_reviewed_on) or REVIEWED_ON))  # fmt: skip


def _report(form: FeedbackForm) -> None:
    body = find_body() or abort(404)
    services.report_barrier(body, **form.values(), sender=sender(body), host=current_app.config["SETTINGS"].host)

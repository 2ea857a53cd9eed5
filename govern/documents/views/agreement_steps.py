"""What happens to an agreement: another state, a version of its text, a review; and its texts to read."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, url_for
from flask_login import current_user

from govern import access, files
from govern.documents import policies_agreements as policies
from govern.documents.forms.agreements import ReviewForm, StateForm, TextForm
from govern.documents.models import Agreement, AgreementVersion
from govern.documents.queries.agreements import OF_TEXT, WITH_PARTIES
from govern.documents.services import agreements as services
from govern.documents.services.documents import Store
from govern.errors import Conflict, DomainError, NotFound
from govern.formats import partial_date, today
from govern.web import GermanForm, download, flash, redirect, render, status_of

PAGES = "documents/agreements/"
bp = Blueprint("agreement_steps", __name__)


@bp.route("/vereinbarungen/<int:id>/stand", methods=["GET", "POST"])
@access.requires(Agreement, policies.can_keep_agreement, loads=WITH_PARTIES)
def change(agreement: Agreement) -> Response:
    """Note that it came into another state."""
    form = StateForm(taken_on=today().isoformat(), version=str(len(agreement.steps))).offer(agreement.state)
    late = None
    if form.validate_on_submit():
        try:
            services.change_state(agreement, form.turn(), after=form.based_on(), by=current_user)
            flash(f"Der Stand ist jetzt „{agreement.state.label}“.")
            return redirect(url_for("agreements.detail", id=agreement.id))
        except Conflict as conflict:
            late = _start_again(form, conflict, len(agreement.steps))
            form.offer(agreement.state)
        except DomainError as error:
            form.refuse(error)
    return _page("state.html", form, agreement, late)


@bp.route("/vereinbarungen/<int:id>/fassung", methods=["GET", "POST"])
@access.requires(Agreement, policies.can_keep_agreement, loads=WITH_PARTIES)
def add(agreement: Agreement) -> Response:
    """Add a version of its text."""
    form, late = TextForm(version=str(services.count_texts(agreement))), None
    if form.validate_on_submit():
        try:
            services.add_text(agreement, form.facts(), upload=form.file(), store=_store(), after=form.based_on(),
                              by=current_user)  # fmt: skip
            flash("Die Fassung ist abgelegt; die früheren bleiben lesbar.")
            return redirect(url_for("agreements.detail", id=agreement.id) + "#fassungen")
        except Conflict as conflict:
            late = _start_again(form, conflict, services.count_texts(agreement))
        except DomainError as error:
            form.refuse(error)
    return _page("text_new.html", form, agreement, late)


@bp.route("/vereinbarungen/<int:id>/ueberpruefung", methods=["GET", "POST"])
@access.requires(Agreement, policies.can_keep_agreement, loads=WITH_PARTIES)
def review(agreement: Agreement) -> Response:
    """Note that it was reviewed."""
    form, late = ReviewForm(reviewed_on=today(), version=str(services.count_reviews(agreement))), None
    if form.validate_on_submit():
        try:
            services.record_review(agreement, form.reviewed_on.data, form.outcome.data, form.next_on.data,
                                   after=form.based_on(), by=current_user)  # fmt: skip
            flash("Die Überprüfung ist festgehalten.")
            return redirect(url_for("agreements.detail", id=agreement.id) + "#ueberpruefung")
        except Conflict as conflict:
            late = _start_again(form, conflict, services.count_reviews(agreement))
        except DomainError as error:
            form.refuse(error)
    return _page("review.html", form, agreement, late)


@bp.get("/vereinbarungsfassungen/<int:id>")
@access.requires(AgreementVersion, policies.can_view_agreement_text, loads=OF_TEXT)
def read(version: AgreementVersion) -> Response:
    """One version of the text of an agreement."""
    return render(PAGES + "text.html", version=version, agreement=version.agreement,
                  is_near=policies.is_near(current_user, version.agreement))  # fmt: skip


@bp.get("/vereinbarungsfassungen/<int:id>/datei")
@access.requires(AgreementVersion, policies.can_view_agreement_text, loads=OF_TEXT)
def fetch(version: AgreementVersion) -> Response:
    """The file of a version, as attachment under its own name (D-15)."""
    if version.stored_name is None:
        raise NotFound("Zu dieser Fassung ist keine Datei abgelegt.")
    data = files.read(_store().folder, version.stored_name)
    return download(data, version.file_name or "", version.media_type or "application/octet-stream")


def _page(template: str, form: GermanForm, agreement: Agreement, late: str | None) -> Response:
    return render(PAGES + template, status=409 if late else status_of(form), form=form, agreement=agreement, late=late,
                  since=partial_date(agreement.steps[-1].taken_on) if agreement.steps else None)  # fmt: skip


def _start_again(form: StateForm | TextForm | ReviewForm, conflict: Conflict, count: int) -> str:
    """What is to be said; whoever looks and sends once more is then based on what is stored."""
    form.version.data = str(count)
    return str(conflict)


def _store() -> Store:
    settings = current_app.config["SETTINGS"]
    return Store(settings.files, settings.upload_megabytes * 1_000_000)

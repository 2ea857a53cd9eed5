"""Pages of the annexes of a version: hand in, rename, replace, order, remove, download; pictures of its text."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request, url_for
from flask_login import current_user

from govern import access, files
from govern.documents import policies_annexes as policies
from govern.documents import policies_concepts, policies_images
from govern.documents.forms.annexes import AnnexForm, NewAnnexForm
from govern.documents.models import ConceptAnnex, ConceptImage, ConceptVersion
from govern.documents.queries.concepts import WITH_ANNEXES
from govern.documents.services import annexes as services
from govern.documents.services.documents import Store
from govern.documents.services.versions import DECIDED
from govern.errors import Conflict, DomainError
from govern.web import download, flash, redirect, render, show_picture, status_of

PAGES = "documents/concepts/"
bp = Blueprint("annexes", __name__)


@bp.route("/fassungen/<int:id>/anlagen", methods=["GET", "POST"])
@access.requires(ConceptVersion, policies_concepts.can_edit_version, loads=WITH_ANNEXES)
def index(version: ConceptVersion) -> Response:
    """The annexes of a version, and another one for it."""
    form = NewAnnexForm()
    if form.validate_on_submit():
        try:
            made = services.add_annex(version, form.title.data or "", form.file(), store=_store(), by=current_user)
            flash(f"„{made.title}“ ist {made.number}.")
            return _back(version)
        except DomainError as error:
            form.refuse(error)
    return render(PAGES + "annexes.html", status=status_of(form), form=form, version=version, concept=version.concept,
                  why_fixed=services.why_fixed(version), is_adopted=version.state in DECIDED)  # fmt: skip


@bp.get("/anlagen/<int:id>/datei")
@access.requires(ConceptAnnex, policies.can_view_annex)
def fetch(annex: ConceptAnnex) -> Response:
    """The file of an annex, as attachment under its own name (D-15)."""
    return download(files.read(_store().folder, annex.stored_name), annex.file_name, annex.media_type)


@bp.route("/anlagen/<int:id>/bearbeiten", methods=["GET", "POST"])
@access.requires(ConceptAnnex, policies.can_edit_annex)
def edit(annex: ConceptAnnex) -> Response:
    """Give an annex another title or another file."""
    form, differences = _form(annex), None
    if form.validate_on_submit():
        try:
            services.change_annex(annex, form.title.data, form.file(), seen=form.seen(), store=_store(),
                                  by=current_user)  # fmt: skip
            flash(f"„{annex.label}“ ist gespeichert.")
            return _back(annex.version)
        except Conflict:
            differences = form.differences(_form(annex, formdata=None))
        except DomainError as error:
            form.refuse(error)
    return render(PAGES + "annex_edit.html", status=409 if differences is not None else status_of(form), form=form,
                  annex=annex, version=annex.version, conflict=differences)  # fmt: skip


@bp.post("/anlagen/<int:id>/verschieben")
@access.requires(ConceptAnnex, policies.can_edit_annex)
def move(annex: ConceptAnnex) -> Response:
    """Move an annex up or down; the numbers follow."""
    version = annex.version
    try:
        services.move_annex(annex, request.form.get("direction", ""), by=current_user)
    except DomainError as error:
        flash(str(error), "warning")
    return _back(version)


@bp.post("/anlagen/<int:id>/entfernen")
@access.requires(ConceptAnnex, policies.can_edit_annex)
def remove(annex: ConceptAnnex) -> Response:
    """Take an annex out of a draft; adopted versions keep theirs."""
    version, label = annex.version, annex.label
    try:
        services.remove_annex(annex, store=_store(), by=current_user)
        flash(f"„{label}“ gehört nicht mehr zu dieser Fassung.")
    except DomainError as error:
        flash(str(error), "warning")
    return _back(version)


@bp.get("/bilder/<int:id>")
@access.requires(ConceptImage, policies_images.can_view_image)
def show(image: ConceptImage) -> Response:
    """A picture in the text of a version, or of one that is being read in."""
    return show_picture(files.read(_store().folder, image.stored_name), image.media_type)


def _form(annex: ConceptAnnex, **sent: None) -> AnnexForm:
    return AnnexForm(title=annex.title, version=services.fingerprint_of(annex), **sent)


def _back(version: ConceptVersion) -> Response:
    return redirect(url_for(".index", id=version.id))


def _store() -> Store:
    settings = current_app.config["SETTINGS"]
    return Store(settings.files, settings.upload_megabytes * 1_000_000)

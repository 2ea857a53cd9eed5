"""Pages on which a text is read from a file, mended, and saved as a version."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, current_app, request, url_for
from flask_login import current_user

from govern import access
from govern.documents import policies_concepts as policies
from govern.documents.forms.imports import MendForm, ReadInForm, SaveImportForm
from govern.documents.importing.mending import paragraphs_of, tree_of
from govern.documents.importing.progress import NOTES, ProgressNote, asked_again_in, new_sign, read_progress
from govern.documents.markdown_text import readable_alone
from govern.documents.models import Concept, ConceptImport
from govern.documents.queries.concepts import load_concept
from govern.documents.queries.images import addresses_of
from govern.documents.rendering import render_text
from govern.documents.sections import count_words, walk
from govern.documents.services import imports as services
from govern.errors import Conflict, DomainError
from govern.formats import with_references
from govern.web import flash, number_argument, redirect, render, status_of

PAGES = "documents/concepts/"
bp = Blueprint("imports", __name__)


@bp.route("/konzepte/<int:id>/einlesen", methods=["GET", "POST"])
@access.requires(Concept, policies.can_edit_concept)
def create(concept: Concept) -> Response:
    """Read a text from a file."""
    form = ReadInForm()
    if form.validate_on_submit():
        try:
            with ProgressNote(_notes(), form.sign.data or "") as tell:
                made = services.read_in(concept, form.file(), folder=_folder(), by=current_user, tell=tell)
            return redirect(url_for(".detail", id=made.id))
        except DomainError as error:
            form.refuse(error)
    form.sign.data = new_sign()
    return render(PAGES + "import_new.html", status=status_of(form), form=form, concept=concept)


@bp.get("/konzepte/<int:id>/einlesen/stand")
@access.requires(Concept, policies.can_edit_concept)
def progress(concept: Concept) -> Response:
    """How far the file is read that is being sent; asked for again and again by the page that sends it."""
    sign, said = request.args.get("zeichen", ""), number_argument("gesagt")
    found = read_progress(_notes(), sign)
    unanswered = 0 if found else (number_argument("vergeblich") or 0) + 1
    return render(PAGES + "import_progress.html", fragment=PAGES + "_import_progress.html", concept=concept, sign=sign,
                  said=said, progress=found, unanswered=unanswered,
                  again_in=asked_again_in(unanswered, has_begun=said is not None))  # fmt: skip


@bp.route("/einlesungen/<int:id>", methods=["GET", "POST"])
@access.requires(ConceptImport, policies.can_edit_import)
def detail(row: ConceptImport) -> Response:
    """What the file became, with what was unsure; each section can be mended."""
    form, place, refusal, status = MendForm(), 0, None, 200
    if form.validate_on_submit():
        place = form.section.data or 0
        try:
            services.mend(row, form.step.data or "", place, revision=form.revision.data or 0, by=current_user,
                          **form.what())  # fmt: skip
            return redirect(url_for(".detail", id=row.id, _anchor=f"a-{min(place, len(row.sections) - 1)}"))
        except DomainError as error:
            refusal, status = str(error), 409 if isinstance(error, Conflict) else 422
    return _page(row, refusal=refusal or _faults(form), status=422 if form.errors else status)


@bp.route("/einlesungen/<int:id>/speichern", methods=["GET", "POST"])
@access.requires(ConceptImport, policies.can_edit_import)
def save(row: ConceptImport) -> Response:
    """Make a version of it, of the past or a draft."""
    concept = load_concept(row.concept)
    form = SaveImportForm(mended=str(row.revision))
    form.offer([filing.committee for filing in concept.filings])
    if form.validate_on_submit():
        try:
            made = services.save_import(row, form.facts(), revision=form.revision(), folder=_folder(),
                                        by=current_user)  # fmt: skip
            flash(f"„{made.label}“ ist mit ihrem Text gespeichert.")
            return redirect(url_for("concept_versions.detail", id=made.id))
        except DomainError as error:
            form.refuse(error)
    return render(PAGES + "import_save.html", status=status_of(form), form=form, concept=concept, row=row)


@bp.post("/einlesungen/<int:id>/verwerfen")
@access.requires(ConceptImport, policies.can_edit_import)
def discard(row: ConceptImport) -> Response:
    """Throw away what was read in."""
    concept_id = row.concept_id
    services.discard_import(row, folder=_folder(), by=current_user)
    flash("Der eingelesene Text ist verworfen. Keine Fassung wurde geändert.")
    return redirect(url_for("concepts.detail", id=concept_id))


def _page(row: ConceptImport, *, refusal: str | None, status: int) -> Response:
    tree = tree_of(services.flat_of(row))
    lines = [(placed, [render_text(readable_alone(each, placed.section.text))
                       for each in paragraphs_of(placed.section.text)]) for placed in walk(tree)]  # fmt: skip
    images = addresses_of(row, (html for _placed, paragraphs in lines for html in paragraphs))
    titles, here = {p.section.key: p.title for p in walk(tree) if p.section.key}, url_for(".detail", id=row.id)
    lines = [(placed, [with_references(html, titles, here, images=images) for html in paragraphs])
             for placed, paragraphs in lines]  # fmt: skip
    return render(PAGES + "import.html", status=status, row=row, concept=row.concept, lines=lines, refusal=refusal,
                  words=count_words(tree))  # fmt: skip


def _notes() -> Path:
    instance: Path = current_app.config["SETTINGS"].instance
    return instance / NOTES


def _folder() -> Path:
    folder: Path = current_app.config["SETTINGS"].files
    return folder


def _faults(form: MendForm) -> str | None:
    return " ".join(str(error) for errors in form.errors.values() for error in errors) or None

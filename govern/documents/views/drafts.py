"""Pages of drafts: begin one, the desk, the whole draft, find and replace, record what was decided."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from govern import access
from govern.documents import policies_concepts as policies
from govern.documents.contributions import parts_of
from govern.documents.forms.drafts import AdoptionForm, NewSectionForm, ReplaceForm, StartDraftForm
from govern.documents.models import Concept, ConceptSection, ConceptVersion, VersionState
from govern.documents.queries import concepts as concept_queries
from govern.documents.queries import drafts as queries
from govern.documents.queries.consultations import latest_of
from govern.documents.queries.sections import outline
from govern.documents.services import drafts as services
from govern.documents.services import versions
from govern.errors import DomainError
from govern.formats import count, today
from govern.web import flash, redirect, render, status_of

PAGES = "documents/concepts/"
bp = Blueprint("drafts", __name__)


def while_draft(view: Callable[..., Response]) -> Callable[..., Response]:
    """Of a form for the text of a draft: where it stands still no form opens, the page of the version does."""

    @wraps(view)
    def wrapper(row: ConceptVersion | ConceptSection, **values: Any) -> Response:
        version = row.version if isinstance(row, ConceptSection) else row
        if request.method == "POST" or version.state is VersionState.DRAFT:
            return view(row, **values)
        flash(f"„{version.label}“ ist {version.state.label}; der Text ändert sich nicht.", "warning")
        return redirect(url_for("concept_versions.detail", id=version.id))

    return wrapper


@bp.route("/konzepte/<int:id>/entwurf", methods=["GET", "POST"])
@access.requires(Concept, policies.can_edit_concept)
def start(concept: Concept) -> Response:
    """A new draft from the version in force."""
    form = StartDraftForm(label=f"Fortschreibung {today().year}")
    if form.validate_on_submit():
        try:
            draft = services.start_draft(concept, label=form.label.data, day=today(), by=current_user)
            flash(f"Der Entwurf „{draft.label}“ ist begonnen.")
            return redirect(url_for(".detail", id=draft.id))
        except DomainError as error:
            form.refuse(error)
    base = concept_queries.find_in_force(current_user, concept, today())
    return render(PAGES + "draft_start.html", status=status_of(form), form=form, concept=concept, base=base)


@bp.get("/fassungen/<int:id>/entwurf")
@access.requires(ConceptVersion, policies.can_edit_version)
def detail(version: ConceptVersion) -> Response:
    """The desk: outline with what changed and why, what waits, what to look at."""
    consultation = latest_of(version)
    if version.state is VersionState.CONSULTATION and consultation is not None:
        return redirect(url_for("consultations.detail", id=consultation.id))
    if version.state is not VersionState.DRAFT:
        return redirect(url_for("concept_versions.detail", id=version.id))
    return render(PAGES + "draft.html", version=version, concept=version.concept, desk=queries.load_desk(version),
                  parts=parts_of(current_user, version), consultation=consultation)  # fmt: skip


@bp.route("/fassungen/<int:id>/abschnitte/neu", methods=["GET", "POST"])
@access.requires(ConceptVersion, policies.can_edit_version)
@while_draft
def add(version: ConceptVersion) -> Response:
    """A new section of the draft."""
    form = NewSectionForm(after=request.args.get("nach", type=int)).offer(outline(version))
    if form.validate_on_submit():
        try:
            after = queries.find_section(version, form.after.data)
            made = services.add_section(version, form.heading.data, after=after, reason=form.reason.data,
                                        link=form.link.data, by=current_user)  # fmt: skip
            return redirect(url_for("draft_sections.edit", id=made.id))
        except DomainError as error:
            form.refuse(error)
    return render(PAGES + "section_new.html", status=status_of(form), form=form, version=version)


@bp.route("/fassungen/<int:id>/ersetzen", methods=["GET", "POST"])
@access.requires(ConceptVersion, policies.can_edit_version)
@while_draft
def replace(version: ConceptVersion) -> Response:
    """Find words in the whole draft, see where they stand, then replace them."""
    form, found = ReplaceForm(), None
    if form.validate_on_submit():
        try:
            if form.seen.data == form.old.data and "replace" in request.form:
                number = services.replace_words(version, form.old.data, form.new.data or "", reason=form.reason.data,
                                                link=form.link.data, by=current_user)  # fmt: skip
                flash(f"{count(number, 'Stelle ist', 'Stellen sind')} ersetzt.")
                return redirect(url_for(".detail", id=version.id))
            found, form.seen.data = queries.count_words(version, form.old.data), form.old.data
        except DomainError as error:
            form.refuse(error)
    return render(PAGES + "draft_replace.html", status=status_of(form), form=form, version=version, found=found)


@bp.route("/fassungen/<int:id>/beschluss", methods=["GET", "POST"])
@access.requires(ConceptVersion, policies.can_edit_version)
def adopt(version: ConceptVersion) -> Response:
    """Record by hand what was decided on the draft; adopted it is frozen and in force, the version before it is out."""
    if request.method == "GET" and not version.is_open:
        return redirect(url_for("concept_versions.detail", id=version.id))
    concept = concept_queries.load_filed(version.concept)
    form = AdoptionForm().offer([f.committee for f in concept.filings])
    if form.validate_on_submit():
        try:
            versions.adopt_by_hand(version, form.values(), by=current_user)
            flash(f"Der Beschluss ist festgehalten: „{version.label}“ ist {version.state.label}.")
            return redirect(url_for("concepts.detail", id=concept.id))
        except DomainError as error:
            form.refuse(error)
    return render(PAGES + "draft_adopt.html", status=status_of(form), form=form, version=version,
                  desk=queries.load_desk(version))  # fmt: skip

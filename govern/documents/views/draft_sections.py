"""Pages of the sections of a draft: write one as it saves itself, move, split, remove it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, make_response, request, url_for
from flask_login import current_user
from markupsafe import Markup

from govern import access
from govern.documents import policies_concepts as policies
from govern.documents.forms.drafts import RemoveForm, SectionForm, SplitForm
from govern.documents.merging import clean_text, merge
from govern.documents.models import ConceptSection
from govern.documents.queries import drafts as queries
from govern.documents.queries.images import addresses_in
from govern.documents.queries.sections import outline
from govern.documents.rendering import render_text
from govern.documents.services import drafts as services
from govern.documents.views.drafts import while_draft
from govern.documents.word_diff import compare_texts
from govern.errors import Conflict, DomainError
from govern.formats import with_references
from govern.web import flash, redirect, render, status_of, wants_fragment

PAGES = "documents/concepts/"
bp = Blueprint("draft_sections", __name__)


@bp.app_template_filter("concept_text")
def concept_text(text: str, images: Mapping[str, str] | None = None, titles: Mapping[str, str] | None = None,
                 address: str = "") -> Markup:  # fmt: skip
    """The Markdown of a section as HTML, with its pictures (key → address) and references (key → title)."""
    return with_references(render_text(text), titles, address, images=images)


@bp.route("/abschnitte/<int:id>", methods=["GET", "POST"])
@access.requires(ConceptSection, policies.can_edit_section)
@while_draft
def edit(section: ConceptSection) -> Response:
    """Write a section of a draft: saved as one types, or with the button and the reason of the change."""
    form = SectionForm(heading=section.heading, text=section.text, version=section.revision)
    if form.validate_on_submit():
        try:
            return _save(section, form)
        except Conflict:
            return _conflict(section, form)
        except DomainError as error:
            form.refuse(error)
    return _page(section, form, status=status_of(form))


@bp.post("/abschnitte/<int:id>/verschieben")
@access.requires(ConceptSection, policies.can_edit_section)
def move(section: ConceptSection) -> Response:
    """Move a section with all in it up, down, in or out."""
    try:
        services.move_section(section, request.form.get("direction", ""), by=current_user)
    except DomainError as error:
        flash(str(error), "warning")
    return _desk(section, section.key)


@bp.route("/abschnitte/<int:id>/teilen", methods=["GET", "POST"])
@access.requires(ConceptSection, policies.can_edit_section)
@while_draft
def split(section: ConceptSection) -> Response:
    """Make two sections of one."""
    form = SplitForm(version=section.revision).offer(section)
    if form.validate_on_submit():
        try:
            new = services.split_section(section, form.heading.data, at=form.at.data, revision=form.based_on(),
                                         by=current_user)  # fmt: skip
            flash(f"„{new.heading}“ ist ein eigener Abschnitt.")
            return _desk(section, new.key)
        except DomainError as error:
            form.refuse(error)
    return render(PAGES + "section_split.html", status=status_of(form), form=form, section=section)


@bp.route("/abschnitte/<int:id>/entfernen", methods=["GET", "POST"])
@access.requires(ConceptSection, policies.can_edit_section)
@while_draft
def remove(section: ConceptSection) -> Response:
    """Take a section out of the draft, with a reason."""
    form = RemoveForm()
    if form.validate_on_submit():
        try:
            services.remove_section(section, reason=form.reason.data, link=form.link.data, by=current_user)
            flash(f"„{section.heading}“ entfällt; der Text ist beim Grund aufgehoben.")
            return redirect(url_for("drafts.detail", id=section.version_id))
        except DomainError as error:
            form.refuse(error)
    return render(PAGES + "section_remove.html", status=status_of(form), form=form, section=section)


@bp.post("/abschnitte/<int:id>/eingearbeitet")
@access.requires(ConceptSection, policies.can_edit_section)
def settle(section: ConceptSection) -> Response:
    """A text that came too late is worked in, or not needed."""
    services.settle_late_text(section, request.form.get("late", type=int) or 0, by=current_user)
    return redirect(url_for(".edit", id=section.id))


def _save(section: ConceptSection, form: SectionForm) -> Response:
    if request.form.get("autosave"):
        revision = services.save_text(section, form.text.data or "", revision=form.based_on(), by=current_user)
        answer = make_response("", 204)
        answer.headers["X-Version"] = str(revision)
        answer.headers["X-Words"] = str(section.words)
        return answer
    services.save_section(section, form.heading.data, form.text.data or "", revision=form.based_on(),
                          reason=form.reason.data, link=form.link.data, by=current_user)  # fmt: skip
    flash(f"„{section.heading}“ ist gespeichert.")
    return _desk(section, section.key)


def _conflict(section: ConceptSection, form: SectionForm) -> Response:
    """Both texts side by side and one merged from them; the text that came too late is kept first."""
    identity, mine = section.id, clean_text(form.text.data or "")
    services.keep_late_text(identity, mine, revision=form.based_on(), by_id=current_user.id)
    stored = queries.load_section(identity)
    return _page(stored, form, status=409, mine=mine, merged=merge(stored.text, mine))


def _page(section: ConceptSection, form: SectionForm, *, status: int, mine: str | None = None,
          merged: str | None = None) -> Response:  # fmt: skip
    if not wants_fragment() and merged is not None:
        form.text.data, form.version.data = merged, str(section.revision)
        if form.heading.data != section.heading:
            form.heading.errors = [f"Inzwischen heißt der Abschnitt „{section.heading}“. Bitte wählen, was gilt."]
    late, lines = queries.list_late_texts(section), outline(section.version)
    titles = {line.row.key: line.title for line in lines}
    shown = [section.text, *(kept.text for kept in late)]
    return render(
        PAGES + "section_edit.html", fragment=PAGES + "_section_conflict.html", status=status, form=form,
        section=section, version=section.version, lines=lines, mine=mine, merged=merged, late=late,
        changes=queries.list_reasons(section), images=addresses_in(section.version, shown),
        titles=titles, difference=compare_texts(section.text, mine, titles) if mine is not None else (),
    )  # fmt: skip


def _desk(section: ConceptSection, key: str) -> Response:
    return redirect(url_for("drafts.detail", id=section.version_id) + f"#a-{key}")

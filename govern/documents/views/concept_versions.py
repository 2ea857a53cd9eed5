"""Pages of the versions of concepts: read them by chapter, record them, set them in force, note where they went."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from govern import access
from govern.committees.models import Committee
from govern.documents import policies_concepts as policies
from govern.documents.contributions import parts_of
from govern.documents.forms.concepts import SendingForm, VersionForm
from govern.documents.models import Concept, ConceptVersion, Consultation, VersionState
from govern.documents.queries import concepts as concept_queries
from govern.documents.queries import sections as queries
from govern.documents.queries.consultations import latest_seen_by
from govern.documents.queries.images import addresses_of
from govern.documents.services import versions as services
from govern.errors import Conflict, DomainError
from govern.formats import today, with_references
from govern.web import flash, redirect, render, status_of

PAGES = "documents/concepts/"
bp = Blueprint("concept_versions", __name__)


@bp.get("/fassungen/<int:id>")
@access.requires(ConceptVersion, policies.can_view_version, loads=concept_queries.WITH_ANNEXES)
def detail(version: ConceptVersion) -> Response:
    """The text of a version, one chapter at a time, with its outline."""
    lines = queries.outline(version)
    chapter = queries.chapter_of(lines, request.args.get("abschnitt"))
    titles, address = {line.row.key: line.title for line in lines}, url_for(".detail", id=version.id)
    stored = queries.html_of(chapter)
    images = addresses_of(version, stored.values())
    html = {key: with_references(text, titles, address, images=images) for key, text in stored.items()}
    return render(PAGES + "version.html", version=version, concept=version.concept, lines=lines, chapter=chapter,
                  html=html, running=concept_queries.find_in_force(current_user, version.concept, today()),
                  sendings=version.sendings, parts=parts_of(current_user, version),
                  consultation=_consultation(version), successor=policies.successor_of(current_user, version.concept),
                  may_edit=policies.can_edit_version(current_user, version))  # fmt: skip


@bp.route("/konzepte/<int:id>/fassungen/neu", methods=["GET", "POST"])
@access.requires(Concept, policies.can_edit_concept)
def create(concept: Concept) -> Response:
    """Record a version by hand, also one of the past; its text may follow or stay away."""
    concept = concept_queries.load_filed(concept)
    form = VersionForm().offer(_committees(concept))
    if form.validate_on_submit():
        try:
            made = services.record_version(concept, form.facts(), by=current_user)
            flash(f"„{made.label}“ ist festgehalten.")
            return redirect(url_for("concepts.detail", id=concept.id))
        except DomainError as error:
            form.refuse(error)
    return render(PAGES + "version_edit.html", status=status_of(form), form=form, concept=concept, version=None,
                  conflict=None)  # fmt: skip


@bp.route("/fassungen/<int:id>/bearbeiten", methods=["GET", "POST"])
@access.requires(ConceptVersion, policies.can_edit_version)
def edit(version: ConceptVersion) -> Response:
    """Correct the facts of a version: Stand, adoption, since when it is in force (F1, F2)."""
    concept, differences = concept_queries.load_filed(version.concept), None
    form = _form(version, concept)
    if form.validate_on_submit():
        try:
            services.update_version(version, form.facts(), seen=form.seen(), by=current_user)
            flash("Die Änderungen sind gespeichert.")
            return redirect(url_for("concepts.detail", id=concept.id))
        except Conflict:
            differences = form.differences(_form(version, concept, formdata=None))
        except DomainError as error:
            form.refuse(error)
    return render(PAGES + "version_edit.html", status=409 if differences is not None else status_of(form), form=form,
                  concept=concept, version=version, conflict=differences)  # fmt: skip


@bp.route("/fassungen/<int:id>/versand", methods=["GET", "POST"])
@access.requires(ConceptVersion, policies.can_edit_version)
def send(version: ConceptVersion) -> Response:
    """Note to which office of the Land a version was sent, and when (F9)."""
    form = SendingForm()
    if form.validate_on_submit():
        try:
            services.record_sending(version, recipient=form.recipient.data, sent_on=form.sent_on.data,
                                    note=form.note.data, by=current_user)  # fmt: skip
            flash("Der Versand ist festgehalten.")
            return redirect(url_for("concepts.detail", id=version.concept_id))
        except DomainError as error:
            form.refuse(error)
    return render(PAGES + "version_send.html", status=status_of(form), form=form, version=version)


def _form(version: ConceptVersion, concept: Concept, **sent: Any) -> VersionForm:
    seen = services.fingerprint_of(version)
    return VersionForm(obj=version, version=seen, **sent).offer(_committees(concept, version.adopted_committee))


def _consultation(version: ConceptVersion) -> Consultation | None:
    """The consultation on a version that is laid open; for those who write it also one that has ended."""
    if version.state is VersionState.CONSULTATION or policies.can_edit_version(current_user, version):
        return latest_seen_by(current_user, version)
    return None


def _committees(concept: Concept, more: Committee | None = None) -> list[Committee]:
    """Committees that may have adopted it: those under which it is filed, and the one that is stored."""
    filed = [f.committee for f in concept.filings]
    return [*filed, *([more] if more is not None and more not in filed else [])]

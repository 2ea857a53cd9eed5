"""Pages and files of the texts of concepts: the Synopse of two versions, a version as Word, PDF, Markdown, HTML."""

from __future__ import annotations

from flask import Blueprint, Response, current_app
from flask_login import current_user

from govern import access
from govern.documents import policies_concepts as policies
from govern.documents.concept_content import ConceptContent
from govern.documents.exports import (
    concept_docx,
    concept_html,
    concept_markdown,
    concept_pdf,
    synopsis_docx,
    synopsis_pdf,
)
from govern.documents.forms.synopses import SynopsisForm, version_asked_for
from govern.documents.models import Concept, ConceptVersion
from govern.documents.queries import synopses as queries
from govern.documents.queries.synopses import Comparison
from govern.documents.synopsis_content import SynopsisContent
from govern.errors import DomainError, NotFound
from govern.files import clean_name
from govern.web import download, render

PAGES = "documents/concepts/"
bp = Blueprint("concept_texts", __name__)


@bp.get("/konzepte/<int:id>/synopse")
@access.requires(Concept, policies.can_view_concept)
def synopsis(concept: Concept) -> Response:
    """Two versions side by side, word by word; only changes or all sections."""
    form, chosen = SynopsisForm(), _comparison(concept)
    if chosen.old is None or chosen.new is None:
        return render(PAGES + "synopsis.html", concept=concept, content=None, form=None, old=None, new=None)
    form.offer(chosen.versions, chosen.old.id, chosen.new.id)
    content = queries.synopsis_content(concept, chosen.old, chosen.new, only_changes=not form.alle.data,
                                       reader=current_user)  # fmt: skip
    return render(PAGES + "synopsis.html", concept=concept, content=content, form=form, old=chosen.old, new=chosen.new)


@bp.get("/konzepte/<int:id>/synopse.docx")
@access.requires(Concept, policies.can_view_concept)
def synopsis_as_docx(concept: Concept) -> Response:
    """The same as a Word document."""
    content = _content(concept)
    data = synopsis_docx.as_docx(content, folder=current_app.config["SETTINGS"].office_templates)
    return download(data, clean_name(f"Synopse {concept.title}.docx"), synopsis_docx.MEDIA_TYPE)


@bp.get("/konzepte/<int:id>/synopse.pdf")
@access.requires(Concept, policies.can_view_concept)
def synopsis_as_pdf(concept: Concept) -> Response:
    """The same as an accessible PDF."""
    data = synopsis_pdf.as_pdf(_content(concept))
    return download(data, clean_name(f"Synopse {concept.title}.pdf"), synopsis_pdf.MEDIA_TYPE)


@bp.get("/fassungen/<int:id>/text.docx")
@access.requires(ConceptVersion, policies.can_view_version)
def docx(version: ConceptVersion) -> Response:
    """A version as a Word document with cover, table of contents and footnotes."""
    content = _text_of(version)
    data = concept_docx.as_docx(content, folder=current_app.config["SETTINGS"].office_templates)
    return download(data, _name(version, "docx"), concept_docx.MEDIA_TYPE)


@bp.get("/fassungen/<int:id>/text.pdf")
@access.requires(ConceptVersion, policies.can_view_version)
def pdf(version: ConceptVersion) -> Response:
    """A version as an accessible PDF."""
    data = concept_pdf.as_pdf(_text_of(version))
    return download(data, _name(version, "pdf"), concept_pdf.MEDIA_TYPE)


@bp.get("/fassungen/<int:id>/text.md")
@access.requires(ConceptVersion, policies.can_view_version)
def markdown(version: ConceptVersion) -> Response:
    """A version as Markdown, which can be read in again."""
    data = concept_markdown.as_markdown(_text_of(version))
    return download(data, _name(version, "md"), concept_markdown.MEDIA_TYPE)


@bp.get("/fassungen/<int:id>/text.html")
@access.requires(ConceptVersion, policies.can_view_version)
def html(version: ConceptVersion) -> Response:
    """A version as one HTML file."""
    data = concept_html.as_html(_text_of(version))
    return download(data, _name(version, "html"), concept_html.MEDIA_TYPE)


def _text_of(version: ConceptVersion) -> ConceptContent:
    return queries.concept_content(current_user, version, folder=current_app.config["SETTINGS"].files)


def _comparison(concept: Concept) -> Comparison:
    chosen = queries.comparison(current_user, concept, version_asked_for("alt"), version_asked_for("neu"))
    if chosen is None:
        raise NotFound("Diese Fassung gibt es nicht, oder sie hat keinen Text.")
    return chosen


def _content(concept: Concept) -> SynopsisContent:
    chosen = _comparison(concept)
    if chosen.old is None or chosen.new is None:
        raise DomainError("Für eine Synopse braucht es zwei Fassungen mit Text.")
    return queries.synopsis_content(concept, chosen.old, chosen.new, only_changes=not SynopsisForm().alle.data,
                                    reader=current_user)  # fmt: skip


def _name(version: ConceptVersion, ending: str) -> str:
    try:
        return clean_name(f"{version.concept.title}, {version.label}.{ending}".replace("/", "-"))
    except DomainError:
        return f"Konzept.{ending}"

"""The Synopse of two versions of the text of an agreement: as page, DOCX and PDF."""

from __future__ import annotations

from flask import Blueprint, Response, current_app
from flask_login import current_user

from govern import access
from govern.documents import policies_agreements as policies
from govern.documents.exports import synopsis_docx, synopsis_pdf
from govern.documents.forms.synopses import SynopsisForm, version_asked_for
from govern.documents.models import Agreement
from govern.documents.queries import agreement_texts as queries
from govern.documents.queries.agreement_texts import TextComparison
from govern.documents.queries.agreements import WITH_PARTIES
from govern.documents.synopsis_content import SynopsisContent
from govern.errors import DomainError, NotFound
from govern.files import clean_name
from govern.web import download, render

bp = Blueprint("agreement_texts", __name__)


@bp.get("/vereinbarungen/<int:id>/synopse")
@access.requires(Agreement, policies.can_view_agreement, loads=WITH_PARTIES)
def synopsis(agreement: Agreement) -> Response:
    """Two versions side by side, word by word; only changes or all sections."""
    form, chosen, content = SynopsisForm(), _comparison(agreement), None
    if chosen.old is not None and chosen.new is not None:
        form.offer(chosen.versions, chosen.old.id, chosen.new.id)
        content = queries.text_synopsis(agreement, chosen.old, chosen.new, only_changes=not form.alle.data)
    return render("documents/agreements/synopsis.html", agreement=agreement, content=content, form=form,
                  old=chosen.old, new=chosen.new)  # fmt: skip


@bp.get("/vereinbarungen/<int:id>/synopse.docx")
@access.requires(Agreement, policies.can_view_agreement, loads=WITH_PARTIES)
def docx(agreement: Agreement) -> Response:
    """The same as a Word document."""
    data = synopsis_docx.as_docx(_content(agreement), folder=current_app.config["SETTINGS"].office_templates)
    return download(data, _name(agreement, "docx"), synopsis_docx.MEDIA_TYPE)


@bp.get("/vereinbarungen/<int:id>/synopse.pdf")
@access.requires(Agreement, policies.can_view_agreement, loads=WITH_PARTIES)
def pdf(agreement: Agreement) -> Response:
    """The same as an accessible PDF."""
    return download(synopsis_pdf.as_pdf(_content(agreement)), _name(agreement, "pdf"), synopsis_pdf.MEDIA_TYPE)


def _comparison(agreement: Agreement) -> TextComparison:
    chosen = queries.text_comparison(current_user, agreement, version_asked_for("alt"), version_asked_for("neu"))
    if chosen is None:
        raise NotFound("Diese Fassung gibt es nicht, oder ihr Text liegt nur als Datei vor.")
    return chosen


def _content(agreement: Agreement) -> SynopsisContent:
    chosen = _comparison(agreement)
    if chosen.old is None or chosen.new is None:
        raise DomainError("Für eine Synopse braucht es zwei Fassungen mit Text.")
    return queries.text_synopsis(agreement, chosen.old, chosen.new, only_changes=not SynopsisForm().alle.data)


def _name(agreement: Agreement, ending: str) -> str:
    try:
        return clean_name(f"Synopse {agreement.title}.{ending}".replace("/", "-"))
    except DomainError:
        return f"Synopse.{ending}"

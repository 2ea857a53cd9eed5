"""Pages of documents: the list, one document, filing, withdrawing, download."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, url_for
from flask_login import current_user

from govern import access, files
from govern.committees import policies as committee_policies
from govern.committees.models import Committee
from govern.committees.queries.committees import list_possible_parents
from govern.documents import policies
from govern.documents.forms.documents import DocumentFilterForm, DocumentForm, NewDocumentForm
from govern.documents.models import Document
from govern.documents.queries import documents as queries
from govern.documents.services import documents as services
from govern.errors import Conflict, DomainError, NotFound
from govern.people.models import User
from govern.people.policies import can_coordinate
from govern.web import GermanForm, Section, download, flash, page_number, redirect, render, section, status_of

bp = Blueprint("documents", __name__)
SHOWN_FIRST = 10
"""So many documents of a committee stand on its page; there are more on the page of its papers."""


@bp.get("/dokumente")
@access.signed_in
def index() -> Response:
    """Filed documents, as far as the reader may see them."""
    form, page = DocumentFilterForm(), page_number()
    found, total = queries.list_documents(current_user, text=form.q.data or "", kind=form.kind(), page=page)
    return render(
        "documents/index.html", fragment="documents/_list.html", form=form, documents=found, total=total, number=page,
        pages=-(-total // queries.PAGE_SIZE),
    )  # fmt: skip


@bp.get("/dokumente/<int:id>")
@access.requires(Document, policies.can_view)
def detail(document: Document) -> Response:
    """One document: what it is, since when, where it is filed."""
    return render("documents/detail.html", document=queries.load_document(document))


@bp.get("/dokumente/<int:id>/datei")
@access.requires(Document, policies.can_view)
def fetch(document: Document) -> Response:
    """The file itself, as attachment under its own name (D-15)."""
    if document.stored_name is None:
        raise NotFound("Zu diesem Dokument ist keine Datei abgelegt.")
    data = files.read(_store().folder, document.stored_name)
    return download(data, document.file_name or "", document.media_type or "application/octet-stream")


@bp.route("/gremien/<int:id>/dokumente/neu", methods=["GET", "POST"])
@access.requires(Committee, committee_policies.can_edit)
def create(committee: Committee) -> Response:
    """File a document under one or several committees."""
    may_file = _may_file([committee])
    form = NewDocumentForm(committee_ids=[committee.id])
    form.offer(may_file)
    if form.validate_on_submit():
        try:
            chosen = [c for c in may_file if c.id in (form.committee_ids.data or [])]
            made = services.file_document(form.facts(), chosen, upload=form.file(), store=_store(), by=current_user)
            flash(f"„{made.title}“ ist abgelegt.")
            return redirect(url_for(".detail", id=made.id))
        except DomainError as error:
            form.refuse(error)
    return _form_page(form, committee=committee, document=None)


@bp.route("/dokumente/<int:id>/bearbeiten", methods=["GET", "POST"])
@access.requires(Document, policies.can_edit)
def edit(document: Document) -> Response:
    """Correct what is known of it and where it is filed; the file stays."""
    document = queries.load_document(document)
    may_file = _may_file([f.committee for f in document.filings])
    form = _form(document, may_file)
    if form.validate_on_submit():
        try:
            chosen = [c for c in may_file if c.id in (form.committee_ids.data or [])]
            services.update_document(document, form.facts(), chosen, version=form.seen(), may_file=may_file,
                                     by=current_user)  # fmt: skip
            flash("Die Änderungen sind gespeichert.")
            return redirect(url_for(".detail", id=document.id))
        except Conflict:
            differences = form.differences(_form(document, may_file, formdata=None))
            return _form_page(form, committee=None, document=document, conflict=differences)
        except DomainError as error:
            form.refuse(error)
    return _form_page(form, committee=None, document=document)


@bp.post("/dokumente/<int:id>/zurueckziehen")
@access.requires(Document, policies.can_edit)
def withdraw(document: Document) -> Response:
    """Take it back; only the office still sees it."""
    services.withdraw_document(document, by=current_user)
    flash("Das Dokument ist zurückgezogen. Nur noch Geschäftsführung und Koordination sehen es.")
    return redirect(url_for(".detail", id=document.id))


@bp.post("/dokumente/<int:id>/wieder-bereitstellen")
@access.requires(Document, policies.can_edit)
def restore(document: Document) -> Response:
    """Make it available again."""
    services.restore_document(document, by=current_user)
    flash("Das Dokument ist wieder bereitgestellt.")
    return redirect(url_for(".detail", id=document.id))


def documents_of_committee(user: User, committee: Committee) -> Section | None:
    """The section „Dokumente“ of a committee's page; nothing if there is nothing to see or to do."""
    found, has_more = queries.list_committee_documents(user, committee.id, most=SHOWN_FIRST)
    if not found and not (committee_policies.can_edit(user, committee) and not committee.is_over):
        return None
    return section("dokumente", "Dokumente", "documents/_committee.html", documents=found, committee=committee,
                   has_more=has_more)  # fmt: skip


def _form(document: Document, may_file: list[Committee], **sent: Any) -> DocumentForm:
    filed = [f.committee_id for f in document.filings]
    form = DocumentForm(obj=document, committee_ids=filed, version=services.version_of(document), **sent)
    return form.offer(may_file)


def _form_page(
    form: GermanForm, *, committee: Committee | None, document: Document | None,
    conflict: list[tuple[str, str, str]] | None = None,
) -> Response:  # fmt: skip
    status = 409 if conflict is not None else status_of(form)
    return render("documents/edit.html", status=status, form=form, committee=committee, document=document,
                  conflict=conflict)  # fmt: skip


def _may_file(first: list[Committee]) -> list[Committee]:
    """Committees under which this person may file, those at hand first."""
    only = None if can_coordinate(current_user) else current_user.standing.office_committees
    rest = list_possible_parents(current_user, None, only=only)
    own = [c for c in first if committee_policies.can_edit(current_user, c)]
    return [*own, *(c for c in rest if c not in own)]


def _store() -> services.Store:
    settings = current_app.config["SETTINGS"]
    return services.Store(settings.files, settings.upload_megabytes * 1_000_000)

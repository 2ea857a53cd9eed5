"""Pages of consultations: lay a draft open, read it as one who is asked, change its terms, end it."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from govern import access
from govern.committees.models import Committee
from govern.documents import policies_concepts
from govern.documents import policies_consultations as policies
from govern.documents.forms.consultations import OpenForm, TermsForm
from govern.documents.models import ConceptVersion, Consultation
from govern.documents.queries import comments as comment_queries
from govern.documents.queries import concepts as concept_queries
from govern.documents.queries import consultations as queries
from govern.documents.queries.consultations import Invitee
from govern.documents.queries.images import addresses_of
from govern.documents.services import consultations as services
from govern.errors import Conflict, DomainError
from govern.formats import count, today, with_references
from govern.people.mails import sender
from govern.web import flash, page_number, redirect, render, status_of

PAGES = "documents/consultations/"
bp = Blueprint("consultations", __name__)
USUAL = timedelta(days=28)


@bp.get("/beteiligungen")
@access.signed_in
def index() -> Response:
    """Consultations in which the reader is asked, or that the reader leads; running ones first."""
    page = page_number()
    found, total = queries.list_consultations(current_user, page)
    return render(PAGES + "index.html", listed=found, total=total, number=page, pages=-(-total // queries.PAGE_SIZE))


@bp.route("/fassungen/<int:id>/beteiligung", methods=["GET", "POST"])
@access.requires(ConceptVersion, policies_concepts.can_edit_version, loads=concept_queries.WITH_FILINGS)
def start(version: ConceptVersion) -> Response:
    """Choose who is asked, see whom the invitation reaches, then lay the draft open."""
    concept = version.concept
    committees = list(queries.list_committees(current_user.body_id))
    form = OpenForm(until=today() + USUAL, committee_ids=[f.committee_id for f in concept.filings]).offer(committees)
    is_sent = form.validate_on_submit()
    invitees = _invitees(form, committees)
    if is_sent and "oeffnen" in request.form:
        try:
            return _open(version, form, invitees)
        except DomainError as error:
            form.refuse(error)
    form.shown.data = queries.fingerprint_of(invitees)
    return render(PAGES + "start.html", status=status_of(form), form=form, version=version, concept=concept,
                  invitees=invitees if form.is_submitted() else None, sender=sender(current_user.body))  # fmt: skip


def _invitees(form: OpenForm, committees: list[Committee]) -> list[Invitee]:
    chosen = form.audience()
    asked = committees if chosen.all_members else chosen.committees
    return queries.list_invitees(asked, chosen.organisations, today())


def _open(version: ConceptVersion, form: OpenForm, invitees: list[Invitee]) -> Response:
    made = services.open_consultation(
        version, form.audience(), invitees, until=form.until.data, question=form.question.data,
        shows_others=form.shows_others.data, shown=form.shown.data or "", by=current_user,
    )  # fmt: skip
    number = sum(1 for one in invitees if one.address)
    flash(f"Die Beteiligung ist eröffnet; {count(number, 'Einladung liegt', 'Einladungen liegen')} im Postausgang.")
    return redirect(url_for(".detail", id=made.id))


@bp.get("/beteiligungen/<int:id>")
@access.requires(Consultation, policies.can_view_consultation, loads=queries.WITH_ANNEXES)
def detail(consultation: Consultation) -> Response:
    """The draft as it was laid open, one chapter at a time, with what was said to each section."""
    lines = queries.outline_of(consultation)
    chapter = queries.chapter_of(lines, request.args.get("abschnitt"))
    titles, address = {line.key: line.title for line in lines}, url_for(".detail", id=consultation.id)
    stored = queries.html_of(chapter)
    images = addresses_of(consultation.version, stored.values())
    html = {key: with_references(text, titles, address, images=images) for key, text in stored.items()}
    may_keep = policies.can_keep_consultation(current_user, consultation)
    return render(PAGES + "detail.html", consultation=consultation, version=consultation.version, lines=lines,
                  chapter=chapter, html=html, counts=comment_queries.count_by_section(current_user, consultation),
                  may_keep=may_keep, annexes=queries.annexes_of(consultation),
                  invitations=queries.list_invitations(consultation) if may_keep else [])  # fmt: skip


@bp.route("/beteiligungen/<int:id>/bearbeiten", methods=["GET", "POST"])
@access.requires(Consultation, policies.can_keep_consultation)
def edit(consultation: Consultation) -> Response:
    """Move the last day, change the question, show comments to others or not."""
    form, differences = TermsForm.of(consultation), None
    if form.validate_on_submit():
        try:
            services.change_consultation(consultation, until=form.until.data, question=form.question.data,
                                         shows_others=form.shows_others.data, seen=form.seen())  # fmt: skip
            flash("Die Änderungen sind gespeichert.")
            return redirect(url_for(".detail", id=consultation.id))
        except Conflict:
            differences = form.differences(TermsForm.of(consultation, formdata=None))
        except DomainError as error:
            form.refuse(error)
    return render(PAGES + "edit.html", status=409 if differences is not None else status_of(form), form=form,
                  consultation=consultation, version=consultation.version, conflict=differences)  # fmt: skip


@bp.post("/beteiligungen/<int:id>/beenden")
@access.requires(Consultation, policies.can_keep_consultation)
def end(consultation: Consultation) -> Response:
    """Take no more comments; the draft can be written on."""
    services.end_consultation(consultation)
    flash("Die Beteiligung ist beendet. Der Entwurf kann wieder bearbeitet werden.")
    return redirect(url_for(".detail", id=consultation.id))

"""Circular resolutions: list, page, sending round, answers by link or signed in."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request, url_for
from flask_login import current_user

from govern import access, files
from govern.committees.models import Committee, RuleKind
from govern.committees.procedures import Procedure
from govern.committees.queries.procedures import procedure_of
from govern.errors import Conflict, DomainError
from govern.formats import local, today
from govern.meetings import policies
from govern.meetings import policies_minutes as rights
from govern.meetings.forms.circulars import CircularAnswerForm, CircularCancelForm, CircularForm
from govern.meetings.forms.papers import PapersForm
from govern.meetings.mails.circulars import send_question
from govern.meetings.models import CircularAnswer, CircularResolution, MajorityBase
from govern.meetings.queries import circulars as queries
from govern.meetings.services import circulars as services
from govern.meetings.services.papers import add_papers
from govern.meetings.views.pages import paper_store, settings
from govern.web import (
    GermanForm,
    absolute_url,
    download,
    flash,
    number_argument,
    page_number,
    redirect,
    render,
    status_of,
)

bp = Blueprint("circulars", __name__)


@bp.get("/umlaufbeschluesse")
@access.signed_in
def index() -> Response:
    """The circular resolutions of the committees whose circle the reader belongs to, and public results."""
    found = queries.list_circulars(current_user, committee_id=number_argument("gremium"), number=page_number())
    return render("meetings/circulars_index.html", found=found, arguments=request.args.to_dict())


@bp.route("/gremien/<int:id>/umlaufbeschluesse/neu", methods=["GET", "POST"])
@access.requires(Committee, policies.can_plan)
def create(committee: Committee) -> Response:
    """Prepare a circular resolution."""
    procedure = procedure_of(committee, today())
    form = CircularForm(is_public=True, majority_base=_base(procedure))
    try:
        if form.validate_on_submit():
            made = services.prepare(committee, form.proposal(), by=current_user)
            return redirect(url_for(".detail", id=made.id))
    except DomainError as error:
        form.refuse(error)
    return _edit_page(committee, form, procedure)


@bp.route("/umlaufbeschluesse/<int:id>/bearbeiten", methods=["GET", "POST"])
@access.requires(CircularResolution, rights.can_manage_circular)
def edit(circular: CircularResolution) -> Response:
    """Change what was not sent yet."""
    form = CircularForm(obj=circular, ends_on=local(circular.ends_at).date() if circular.ends_at else None)
    status = None
    try:
        if form.validate_on_submit():
            services.change(circular, form.proposal(), version=form.version.data or 0, by=current_user)
            return redirect(url_for(".detail", id=circular.id))
    except Conflict as error:
        form.refuse(error)
        status = 409
    except DomainError as error:
        form.refuse(error)
    return _edit_page(circular.committee, form, procedure_of(circular.committee, today()), circular, status)


@bp.get("/umlaufbeschluesse/<int:id>")
@access.requires(CircularResolution, rights.can_view_circular)
def detail(circular: CircularResolution) -> Response:
    """The proposal, how it stands, and one's own answer."""
    return _page(circular)


@bp.post("/umlaufbeschluesse/<int:id>/antworten")
@access.requires(CircularResolution, rights.can_answer_circular)
def respond(circular: CircularResolution) -> Response:
    """Answer signed in, for each seat one holds."""
    form = CircularAnswerForm()
    try:
        if form.validate_on_submit():
            for row in services.own_rows(circular, current_user):
                services.answer(row, form.choice.data, note=form.note.data or "", by=current_user)
            flash("Ihre Antwort ist gespeichert.")
            return redirect(url_for(".detail", id=circular.id))
    except DomainError as error:
        form.refuse(error)
    return _page(circular, form)


@bp.route("/umlaufbeschluesse/<int:id>/starten", methods=["GET", "POST"])
@access.requires(CircularResolution, rights.can_manage_circular)
def start(circular: CircularResolution) -> Response:
    """Send it round after looking at it once more."""
    form = GermanForm()
    try:
        if form.validate_on_submit():
            services.start(circular, by=current_user, send=_send)
            flash("Der Umlauf läuft; die Mails liegen im Postausgang.")
            return redirect(url_for(".detail", id=circular.id))
    except DomainError as error:
        form.refuse(error)
    return render("meetings/circulars_start.html", status=status_of(form), circular=circular, form=form)


@bp.route("/umlaufbeschluesse/<int:id>/abbrechen", methods=["GET", "POST"])
@access.requires(CircularResolution, rights.can_manage_circular)
def cancel(circular: CircularResolution) -> Response:
    """Break it off with a reason."""
    form = CircularCancelForm()
    try:
        if form.validate_on_submit():
            services.cancel(circular, form.reason.data, by=current_user)
            return redirect(url_for(".detail", id=circular.id))
    except DomainError as error:
        form.refuse(error)
    return render("meetings/circulars_cancel.html", status=status_of(form), circular=circular, form=form)


@bp.post("/umlaufbeschluesse/<int:id>/auszaehlen")
@access.requires(CircularResolution, rights.can_manage_circular)
def count_out(circular: CircularResolution) -> Response:
    """Count what the daily job has not counted yet."""
    services.count_out(circular, by=current_user)
    return redirect(url_for(".detail", id=circular.id))


@bp.route("/umlaufbeschluesse/<int:id>/unterlagen", methods=["GET", "POST"])
@access.requires(CircularResolution, rights.can_manage_circular)
def attach(circular: CircularResolution) -> Response:
    """Attach papers before it is sent round."""
    form = PapersForm()
    try:
        if form.validate_on_submit():
            uploads = form.papers.uploads()
            if not uploads:
                raise DomainError("Bitte mindestens eine Datei auswählen.", field="papers")
            add_papers(circular, uploads, kind=form.paper_kind.data, store=paper_store(), by=current_user)
            return redirect(url_for(".detail", id=circular.id))
    except DomainError as error:
        form.refuse(error)
    return render("meetings/circulars_attach.html", status=status_of(form), circular=circular, form=form)


@bp.get("/umlaufbeschluesse/<int:id>/unterlagen/<int:paper_id>")
@access.requires(CircularResolution, rights.can_view_circular)
def paper(circular: CircularResolution, paper_id: int) -> Response:
    """A paper of the proposal."""
    return _paper(circular, paper_id)


@bp.route("/umlauf/<token>", methods=["GET", "POST"])
@access.by_token
def visit(token: str) -> Response:
    """The proposal and the answer of one seat, by the link of the mail; opening it changes nothing."""
    row = _row(token)
    form = CircularAnswerForm(formdata=request.form or None, obj=row)
    try:
        if form.validate_on_submit():
            services.answer(row, form.choice.data, note=form.note.data or "", by=None)
            flash("Ihre Antwort ist gespeichert. Vielen Dank!")
            return redirect(url_for(".visit", token=token))
    except DomainError as error:
        form.refuse(error)
    return render("meetings/circulars_visit.html", status=status_of(form), row=row, form=form, token=token,
                  circular=row.circular_resolution)  # fmt: skip


@bp.get("/umlauf/<token>/unterlagen/<int:paper_id>")
@access.by_token
def visit_paper(token: str, paper_id: int) -> Response:
    """A paper of the proposal, by the link of the mail."""
    return _paper(_row(token).circular_resolution, paper_id)


def _page(circular: CircularResolution, form: CircularAnswerForm | None = None) -> Response:
    circular = queries.load_circular(circular)
    own = services.own_rows(circular, current_user) if rights.can_answer_circular(current_user, circular) else []
    form = form or CircularAnswerForm(formdata=None, obj=own[0] if own else None)
    return render("meetings/circulars_detail.html", status=status_of(form), circular=circular, form=form, own=own,
                  tally=queries.tally_of(circular), is_over=queries.is_over(circular))  # fmt: skip


def _edit_page(
    committee: Committee, form: CircularForm, procedure: Procedure, circular: CircularResolution | None = None,
    status: int | None = None,
) -> Response:  # fmt: skip
    return render("meetings/circulars_edit.html", status=status or status_of(form), committee=committee, form=form,
                  circular=circular, rule=procedure.rule(RuleKind.CIRCULAR_RESOLUTIONS))  # fmt: skip


def _base(procedure: Procedure) -> MajorityBase:
    mode = procedure.mode(RuleKind.CIRCULAR_RESOLUTIONS)
    return MajorityBase(mode.value) if mode is not None else MajorityBase.ALL_SEATS


def _send(row: CircularAnswer) -> None:
    token = queries.answer_token(row, settings().secret_key)
    send_question(row, absolute_url(url_for(".visit", token=token)))


def _row(token: str) -> CircularAnswer:
    row = queries.find_answer(token, settings().secret_key)
    if row is None:
        abort(404)
    return row


def _paper(circular: CircularResolution, paper_id: int) -> Response:
    found = next((p for p in circular.papers if p.id == paper_id and p.withdrawn_at is None), None)
    if found is None:
        abort(404)
    return download(files.read(paper_store().folder, found.stored_name), found.file_name, found.media_type)

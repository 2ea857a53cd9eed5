"""Pages of what was forwarded to the Land: the list, one with its answer, the form and the document."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request, url_for
from flask_login import current_user

from govern import access, files
from govern.actions import policies_gaps as policies
from govern.actions.exports import forwarding_docx
from govern.actions.forms.forwardings import AnswerForm, ForwardForm
from govern.actions.models import ForwardingFile, Matter, StateForwarding
from govern.actions.queries import forwardings as queries
from govern.actions.queries import vocabularies
from govern.actions.queries.matter_steps import deciding_resolutions, proposed_for_state
from govern.actions.services import forwardings as services
from govern.actions.views.chains import chain_section
from govern.errors import Conflict, DomainError
from govern.meetings.policies import can_view_resolution
from govern.meetings.queries.resolutions import find_readable
from govern.meetings.services.papers import PaperStore
from govern.web import download, flash, page_number, redirect, render, status_of

bp = Blueprint("forwardings", __name__)


@bp.get("/meldungen-an-das-land")
@access.allowed(policies.can_handle_reports)
def index() -> Response:
    """What was forwarded to the Land; first what waits for an answer (E9)."""
    only_open = request.args.get("stand", "offen") != "alle"
    return render("actions/forwardings/index.html", only_open=only_open,
                  found=queries.list_forwardings(current_user, page_number(), only_open=only_open))  # fmt: skip


@bp.route("/luecken/<int:id>/an-das-land", methods=["GET", "POST"])
@access.requires(Matter, policies.can_work_on_matter)
def forward(matter: Matter) -> Response:
    """Forward a matter to the Land, with the resolution where the route asks for it."""
    known = deciding_resolutions(current_user, matter)
    form = ForwardForm(problem=matter.summary).offer(known, proposed_for_state(matter, known))
    if form.validate_on_submit():
        try:
            chosen = form.resolution_id.data
            resolution = find_readable(current_user, chosen) if chosen else None
            row = services.forward_to_state(matter, form.wanted(resolution), form.papers.uploads(), _store(),
                                            by=current_user)  # fmt: skip
            flash("Die Meldung an das Land ist festgehalten.")
            return redirect(url_for(".detail", id=row.id))
        except DomainError as error:
            form.refuse(error)
    return render("actions/forwardings/new.html", status=status_of(form), form=form, matter=matter)


@bp.get("/meldungen-an-das-land/<int:id>")
@access.requires(StateForwarding, policies.can_view_forwarding)
def detail(forwarding: StateForwarding) -> Response:
    """One forwarding with its papers and the answer."""
    row = queries.load_forwarding(forwarding)
    resolution = row.resolution if row.resolution and can_view_resolution(current_user, row.resolution) else None
    return render("actions/forwardings/detail.html", forwarding=row, resolution=resolution,
                  chain=chain_section(current_user, row))  # fmt: skip


@bp.route("/meldungen-an-das-land/<int:id>/antwort", methods=["GET", "POST"])
@access.requires(StateForwarding, policies.can_answer_forwarding)
def answer(forwarding: StateForwarding) -> Response:
    """Note what the Land answered."""
    form, status = AnswerForm(version=str(forwarding.version)), None
    if form.validate_on_submit():
        try:
            services.record_answer(forwarding, form.answered_on.data, form.answer.data or "", form.papers.uploads(),
                                   _store(), version=form.based_on(), by=current_user)  # fmt: skip
            flash("Die Antwort ist festgehalten.")
            return redirect(url_for(".detail", id=forwarding.id))
        except DomainError as error:
            form.refuse(error)
            status = 409 if isinstance(error, Conflict) else None
    return render("actions/forwardings/answer.html", status=status or status_of(form), form=form, forwarding=forwarding)


@bp.get("/meldungen-an-das-land/<int:id>/meldung.docx")
@access.requires(StateForwarding, policies.can_view_forwarding)
def docx(forwarding: StateForwarding) -> Response:
    """The report itself as a Word document (E-34)."""
    row = queries.load_forwarding(forwarding)
    terms = vocabularies.terms_of(row.matter.body)
    areas = terms.legal_areas(row.matter.legal_area_from, row.matter.legal_area_to)
    facts = [
        ("Handlungsfeld", terms.action_field(row.matter.action_field) or "nicht angegeben"),
        ("Rechtskreis", areas or "nicht angegeben"),
    ]
    number = row.resolution.number if row.resolution and can_view_resolution(current_user, row.resolution) else None
    return download(forwarding_docx.as_docx(row, facts, number), f"Meldung an das Land {row.matter.number}.docx",
                    forwarding_docx.DOCX)  # fmt: skip


@bp.get("/meldungen-an-das-land/unterlagen/<int:id>")
@access.requires(ForwardingFile, policies.can_view_forwarding_file)
def fetch(file: ForwardingFile) -> Response:
    """A paper that went along or came with the answer, as attachment under its own name (D-15)."""
    return download(files.read(_store().folder, file.stored_name), file.file_name, file.media_type)


def _store() -> PaperStore:
    settings = current_app.config["SETTINGS"]
    return PaperStore(settings.files, settings.upload_megabytes * 1_000_000)

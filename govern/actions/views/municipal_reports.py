"""Pages of the regular report to the municipalities: write, preview, send, read (I4)."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request, url_for
from flask_login import current_user

from govern import access
from govern.actions import policies_reports as policies
from govern.actions.exports import municipal_report_docx
from govern.actions.forms.municipal_reports import MunicipalReportForm, SendForm, stored_values
from govern.actions.masking import masking_note
from govern.actions.models import MunicipalReport
from govern.actions.queries import municipal_reports as queries
from govern.actions.queries import vocabularies
from govern.actions.services import municipal_reports as services
from govern.errors import Conflict, DomainError
from govern.formats import count
from govern.mail import Attachment
from govern.web import download, flash, page_number, redirect, render, status_of

bp = Blueprint("municipal_reports", __name__)


@bp.get("/berichte-an-kommunen")
@access.allowed(policies.can_see_municipal_reports)
def index() -> Response:
    """The reports: all for the coordination, those sent to it for a municipality."""
    return render("actions/municipal_reports/index.html",
                  found=queries.list_municipal_reports(current_user, page_number()))  # fmt: skip


@bp.route("/berichte-an-kommunen/neu", methods=["GET", "POST"])
@access.allowed(policies.can_write_municipal_reports)
def create() -> Response:
    """Begin a report; the last half-year is proposed."""
    starts_on, ends_on = queries.propose_period()
    values = {"starts_on": starts_on, "ends_on": ends_on, "version": "0"}
    form = MunicipalReportForm.of(values, vocabularies.known_names(current_user.body))
    if form.validate_on_submit():
        try:
            report = services.draft_report(form.starts_on.data, form.ends_on.data, form.foreword.data or "",
                                           confirmation=form.confirmation(), by=current_user)  # fmt: skip
            return redirect(url_for(".detail", id=report.id))
        except DomainError as error:
            form.refuse(error)
    return render(
        "actions/municipal_reports/edit.html", status=status_of(form), form=form, report=None, differences=None
    )


@bp.get("/berichte-an-kommunen/<int:id>")
@access.requires(MunicipalReport, policies.can_view_municipal_report)
def detail(report: MunicipalReport) -> Response:
    """A report as it was sent; a draft as it would be, to choose from."""
    writes = policies.can_write_municipal_reports(current_user)
    municipalities = queries.list_municipalities(report.body) if writes and not report.is_sent else []
    return render(
        "actions/municipal_reports/detail.html", report=report, headings=queries.HEADINGS,
        content=queries.content_of(report) if report.is_sent else queries.collect(report),
        recipients=queries.load_recipients(report) if writes and report.is_sent else [],
        municipalities=municipalities, without=[m.name for m in municipalities if not m.email],
        note=masking_note(report.body.small_count_threshold),
    )  # fmt: skip


@bp.get("/berichte-an-kommunen/<int:id>/bericht.docx")
@access.requires(MunicipalReport, policies.can_view_municipal_report)
def docx(report: MunicipalReport) -> Response:
    """The report as DOCX."""
    return download(_document(report), f"{report.title}.docx", municipal_report_docx.DOCX)


@bp.route("/berichte-an-kommunen/<int:id>/bearbeiten", methods=["GET", "POST"])
@access.requires(MunicipalReport, policies.can_edit_municipal_report)
def edit(report: MunicipalReport) -> Response:
    """Change period and foreword of a draft."""
    known = vocabularies.known_names(report.body)
    form, differences = MunicipalReportForm.of(stored_values(report), known), None
    if form.validate_on_submit():
        try:
            services.change_report(
                report, form.starts_on.data, form.ends_on.data, form.foreword.data or "",
                confirmation=form.confirmation(), version=form.based_on(), by=current_user,
            )  # fmt: skip
            return redirect(url_for(".detail", id=report.id))
        except DomainError as error:
            form.refuse(error)
            if isinstance(error, Conflict):
                differences = form.differences(MunicipalReportForm.of(stored_values(report), known, fresh=True))
    return render("actions/municipal_reports/edit.html", status=status_of(form, differences), form=form, report=report,
                  differences=differences)  # fmt: skip


@bp.post("/berichte-an-kommunen/<int:id>/auswahl")
@access.requires(MunicipalReport, policies.can_edit_municipal_report)
def choose(report: MunicipalReport) -> Response:
    """Say what goes into the report."""
    services.choose_entries(report, request.form.getlist("hinein"), by=current_user)
    flash("Die Auswahl ist gespeichert.")
    return redirect(url_for(".detail", id=report.id))


@bp.post("/berichte-an-kommunen/<int:id>/versenden")
@access.requires(MunicipalReport, policies.can_edit_municipal_report)
def send(report: MunicipalReport) -> Response:
    """Freeze the report and send it to every municipality."""
    form = SendForm()
    try:
        document = Attachment(f"{report.title}.docx", municipal_report_docx.DOCX, _document(report))
        sent = services.send_report(report, document, version=form.based_on(), by=current_user)
        flash(f"Versandt: {count(sent, 'Mail ist', 'Mails sind')} auf dem Weg.")
    except DomainError as error:
        flash(str(error), "error")
    return redirect(url_for(".detail", id=report.id))


@bp.post("/berichte-an-kommunen/<int:id>/verwerfen")
@access.requires(MunicipalReport, policies.can_edit_municipal_report)
def discard(report: MunicipalReport) -> Response:
    """Throw a draft away."""
    services.discard_report(report, by=current_user)
    flash("Der Entwurf ist verworfen.")
    return redirect(url_for(".index"))


def _document(report: MunicipalReport) -> bytes:
    letterheads = current_app.config["SETTINGS"].office_templates
    return municipal_report_docx.as_docx(report, queries.content_of(report), queries.HEADINGS, letterheads)

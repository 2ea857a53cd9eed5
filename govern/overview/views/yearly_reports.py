"""Pages of the yearly report for the Land and council: write, preview, freeze, hand on (E-35, I5, I6)."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, abort, current_app, request, url_for
from flask_login import current_user

from govern import access
from govern.actions.periods import YEARS_BACK, Period, parse_period
from govern.actions.queries import vocabularies
from govern.errors import Conflict, DomainError
from govern.formats import today
from govern.overview import policies
from govern.overview.exports import yearly_report_docx
from govern.overview.forms.yearly_reports import YearlyReportForm, stored_values
from govern.overview.models import YearlyReport
from govern.overview.queries.yearly_reports import prepare
from govern.overview.services import yearly_reports as services
from govern.overview.yearly_content import fingerprint
from govern.web import absolute_url, download, flash, redirect, render, status_of

bp = Blueprint("yearly_reports", __name__)


@bp.route("/jahresbericht", methods=["GET", "POST"])
@access.allowed(policies.can_write_yearly_reports)
def edit() -> Response:
    """The figures of a year, the texts beside them, and the editions that were frozen."""
    year, body = _year(), current_user.body
    found, differences = prepare(body, year), []
    known = vocabularies.known_names(body) if request.method == "POST" else []
    form = YearlyReportForm.of(stored_values(found), known)
    if form.validate_on_submit():
        try:
            services.write_texts(body, year, form.texts(), confirmation=form.confirmation(), version=form.based_on(),
                                 by=current_user)  # fmt: skip
            return redirect(url_for(".preview", jahr=year))
        except DomainError as error:
            form.refuse(error)
            if isinstance(error, Conflict):
                differences = form.differences(YearlyReportForm.of(stored_values(found), known, fresh=True))
    return render("overview/yearly_report.html", status=status_of(form, differences), form=form, found=found, year=year,
                  years=_years(), differences=differences)  # fmt: skip


@bp.get("/jahresbericht/vorschau")
@access.allowed(policies.can_write_yearly_reports)
def preview() -> Response:
    """The report as it would be frozen now."""
    return _preview(_year())


@bp.get("/jahresbericht/entwurf.docx")
@access.allowed(policies.can_write_yearly_reports)
def draft_docx() -> Response:
    """The same as a document that says it is a draft."""
    year = _year()
    data = yearly_report_docx.as_docx(current_user.body, year, prepare(current_user.body, year).content, None,
                                      _letterheads(), absolute_url(url_for(".preview", jahr=year)))  # fmt: skip
    return _document(year, data, "Entwurf")


@bp.post("/jahresbericht/einfrieren")
@access.allowed(policies.can_write_yearly_reports)
def freeze() -> Response:
    """Keep what was seen as a new edition."""
    year = _year()
    try:
        report = services.freeze(current_user.body, year, seen=request.form.get("gesehen", ""), by=current_user)
    except DomainError as error:
        return _preview(year, str(error), 409 if isinstance(error, Conflict) else 422)
    flash(f"{report.title} ist eingefroren.")
    return redirect(url_for(".detail", id=report.id))


@bp.get("/jahresberichte/<int:id>")
@access.requires(YearlyReport, policies.can_view_yearly_report)
def detail(report: YearlyReport) -> Response:
    """A frozen edition, with the rows behind its figures."""
    return render("overview/yearly_report_edition.html", report=report, content=report.content,
                  is_intact=services.checksum(report) == report.sha256)  # fmt: skip


@bp.get("/jahresberichte/<int:id>/bericht.docx")
@access.requires(YearlyReport, policies.can_view_yearly_report)
def docx(report: YearlyReport) -> Response:
    """A frozen edition as a document."""
    data = yearly_report_docx.as_docx(report.body, report.year, report.content or {}, report, _letterheads(),
                                      absolute_url(url_for(".detail", id=report.id)))  # fmt: skip
    return _document(report.year, data, f"Ausgabe {report.edition}")


def _preview(year: int, refused: str = "", status: int = 200) -> Response:
    found = prepare(current_user.body, year)
    return render("overview/yearly_report_preview.html", status=status, year=year, found=found, refused=refused,
                  is_over=Period(year).is_over(today()), seen=fingerprint(found.content))  # fmt: skip


def _document(year: int, data: bytes, state: str) -> Response:
    return download(data, f"Jahresbericht {year} {state}.docx", yearly_report_docx.DOCX)


def _letterheads() -> Path:
    folder: Path = current_app.config["SETTINGS"].office_templates
    return folder


def _year() -> int:
    """The year asked for; last year unless another is chosen."""
    period = parse_period(request.args.get("jahr", str(today().year - 1))) or abort(404)
    if period.is_half_year or period.year not in _years():
        abort(404)
    return period.year


def _years() -> list[int]:
    return list(range(today().year, today().year - YEARS_BACK - 1, -1))

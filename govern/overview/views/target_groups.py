"""Pages of the yearly figures of target groups: read, bring from a table, release (E14)."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, request, url_for
from flask_login import current_user

from govern import access
from govern.committees.rosters.sheets import FaultyRosterError
from govern.committees.structure.stash import Stash
from govern.errors import Conflict, DomainError
from govern.files import TYPES
from govern.overview import policies
from govern.overview.exports import target_groups_xlsx as exports
from govern.overview.forms.target_groups import ConfirmTargetForm, TargetFileForm
from govern.overview.models import TargetGroupYear
from govern.overview.queries import target_groups as queries
from govern.overview.services import target_groups as services
from govern.web import download, flash, number_argument, redirect, render

bp = Blueprint("target_groups", __name__)
SHOWN_FAULTS = 300


@bp.get("/auswertung/zielgruppen")
@access.allowed(policies.can_see_target_groups)
def index() -> Response:
    """The figures of one year, and the whole county through the years."""
    found = queries.target_page(current_user, number_argument("jahr"))
    return render("overview/target_groups/index.html", found=found,
                  may_keep=policies.can_keep_target_groups(current_user))  # fmt: skip


@bp.get("/auswertung/zielgruppen.xlsx")
@access.allowed(policies.can_see_target_groups)
def xlsx() -> Response:
    """The same as a workbook; without figures the page says so."""
    found = queries.target_page(current_user, number_argument("jahr"))
    if found.version is None or found.figures is None:
        return redirect(url_for(".index", jahr=found.year))
    return download(exports.figures_xlsx(found.version, found.figures), f"Zielgruppen {found.year}.xlsx", TYPES["xlsx"])


@bp.get("/auswertung/zielgruppen/fassungen/<int:id>")
@access.requires(TargetGroupYear, policies.can_view_target_group_year)
def detail(version: TargetGroupYear) -> Response:
    """Where the figures come from: the table of one version, cell by cell."""
    return render("overview/target_groups/detail.html", version=version, cells=queries.cells_of(version),
                  figures=queries.figures_of(version),
                  versions=queries.list_versions(version.body, version.year))  # fmt: skip


@bp.get("/auswertung/zielgruppen/einlesen")
@access.allowed(policies.can_keep_target_groups)
def upload() -> Response:
    """The template, and the way to a filled-in table."""
    return _upload(TargetFileForm.for_year(number_argument("jahr")))


@bp.get("/auswertung/zielgruppen/vorlage.xlsx")
@access.allowed(policies.can_keep_target_groups)
def template_xlsx() -> Response:
    """The table to fill in; asked for a year, with the figures that are there."""
    return download(exports.template_xlsx(*_template()), "zielgruppen.xlsx", TYPES["xlsx"])


@bp.get("/auswertung/zielgruppen/vorlage.csv")
@access.allowed(policies.can_keep_target_groups)
def template_csv() -> Response:
    """The same as CSV."""
    return download(exports.template_csv(*_template()), "zielgruppen.csv", TYPES["csv"])


@bp.post("/auswertung/zielgruppen/vorschau")
@access.allowed(policies.can_keep_target_groups)
def preview() -> Response:
    """What a table would bring, or which cells are wrong."""
    form = TargetFileForm()
    if not form.validate_on_submit():
        return _upload(form, status=422)
    data, told = form.content, form.told()
    try:
        found = services.preview_table(current_user.body, data, told)
    except FaultyRosterError as error:
        return _faults(form, error, form.file_name)
    except DomainError as error:
        form.refuse(error, "file")
        return _upload(form, status=422)
    return _preview(found, told, ConfirmTargetForm.of(told, _stash().keep(data), found.number))


@bp.post("/auswertung/zielgruppen/uebernehmen")
@access.allowed(policies.can_keep_target_groups)
def take_over() -> Response:
    """Keep what the preview showed."""
    form = ConfirmTargetForm()
    data, told = _stash().find(form.token.data or ""), form.told() or abort(404)
    try:
        version = services.take_over_table(current_user.body, data, told, based_on=form.version(), by=current_user)
    except Conflict as error:
        found = services.preview_table(current_user.body, data, told)
        again = ConfirmTargetForm.of(told, form.token.data or "", found.number)
        again.refuse(error)
        return _preview(found, told, again, status=409)
    except FaultyRosterError as error:
        return _faults(TargetFileForm.for_year(told.year), error, told.file_name)
    _stash().forget(form.token.data or "")
    flash(f"Die Zahlen für {version.year} sind übernommen. Andere lesen sie, wenn Sie sie freigeben.")
    return redirect(url_for(".index", jahr=version.year))


@bp.route("/auswertung/zielgruppen/freigeben", methods=["GET", "POST"])
@access.allowed(policies.can_keep_target_groups)
def release() -> Response:
    """Look at what everybody would read of a year, and let them; without a year, back to choose one."""
    if "jahr" not in request.values:
        return redirect(url_for(".index"))
    year, refused, status = _asked_year(), "", 200
    if request.method == "POST":
        try:
            services.release_year(current_user.body, year, seen=_seen(), by=current_user)
            flash(f"Die Zahlen für {year} sind freigegeben.")
            return redirect(url_for(".index", jahr=year))
        except DomainError as error:
            refused, status = str(error), 409 if isinstance(error, Conflict) else 422
    version = queries.newest_version(current_user.body, year) or abort(404)
    return render("overview/target_groups/release.html", status=status, version=version, refused=refused,
                  figures=queries.figures_to_publish(version))  # fmt: skip


def _asked_year() -> int:
    text = request.values.get("jahr", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) == 4 else abort(404)


def _seen() -> int:
    text = request.form.get("fassung", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _stash() -> Stash:
    return Stash(current_app.config["SETTINGS"].instance / "vorschau", current_user.id)


def _template() -> queries.Template:
    return queries.prepare_template(current_user.body, number_argument("jahr"))


def _upload(form: TargetFileForm, *, status: int = 200) -> Response:
    return render("overview/target_groups/upload.html", status=status, form=form, year=form.year.data)


def _faults(form: TargetFileForm, error: FaultyRosterError, name: str) -> Response:
    return render("overview/target_groups/upload.html", status=422, form=form, year=form.year.data, name=name,
                  count=len(error.faults), faults=error.faults[:SHOWN_FAULTS])  # fmt: skip


def _preview(found: services.Preview, told: services.Told, form: ConfirmTargetForm, *, status: int = 200) -> Response:
    return render("overview/target_groups/preview.html", status=status, form=form, found=found, told=told)

"""Pages of needs analyses: all municipalities, one with its versions, and the form (E12)."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request, url_for
from flask_login import current_user

from govern import access
from govern.actions import policies_planning as policies
from govern.actions.forms.needs_analyses import AnalysisForm
from govern.actions.models import FindingSort
from govern.actions.queries import needs_analyses as queries
from govern.actions.queries.vocabularies import known_names, terms_of
from govern.actions.services import needs_analyses as services
from govern.errors import Conflict, DomainError
from govern.people.models import Organisation, User
from govern.web import Section, flash, number_argument, page_number, redirect, render, section, status_of

bp = Blueprint("needs_analyses", __name__)


@bp.get("/bedarfsanalysen")
@access.allowed(policies.can_see_analyses)
def index() -> Response:
    """The newest analysis of each municipality."""
    return render("actions/needs_analyses/index.html", found=queries.list_analyses(current_user, page_number()),
                  sorts=list(FindingSort))  # fmt: skip


@bp.get("/organisationen/<int:id>/bedarfsanalyse")
@access.requires(Organisation, policies.can_view_analysis)
def detail(municipality: Organisation) -> Response:
    """The analysis of one municipality, the newest version or an earlier one."""
    number = number_argument("fassung")
    analysis = queries.load_analysis(municipality, number)
    if analysis is None and number is not None:
        abort(404)
    return render("actions/needs_analyses/detail.html", municipality=municipality, analysis=analysis,
                  versions=queries.list_versions(municipality), terms=terms_of(municipality.body),
                  sorts=[FindingSort.MISSING, FindingSort.NEED, FindingSort.OFFER])  # fmt: skip


@bp.route("/organisationen/<int:id>/bedarfsanalyse/fortschreiben", methods=["GET", "POST"])
@access.requires(Organisation, policies.can_write_analysis)
def edit(municipality: Organisation) -> Response:
    """Add a version."""
    newest, terms, status = queries.load_analysis(municipality), terms_of(municipality.body), None
    form = AnalysisForm.of(newest, terms, known_names(municipality.body))
    if "add_lines" in request.form:
        form.add_lines(terms)
        status = 200
    elif form.validate_on_submit():
        try:
            _save(municipality, form)
            return redirect(url_for(".detail", id=municipality.id))
        except Conflict as error:
            form.refuse(error)
            form.version.data, status = str(newest.number if newest else 0), 409
        except DomainError as error:
            form.refuse(error)
    return render("actions/needs_analyses/edit.html", status=status or status_of(form), form=form,
                  municipality=municipality, newest=newest, terms=terms)  # fmt: skip


def organisation_section(user: User, organisation_id: int) -> Section | None:
    """The newest needs analysis of a municipality, for its page."""
    row = queries.find_row(user, organisation_id)
    if row is None:
        return None
    return section("needs_analysis", "Bedarfsanalyse", "actions/needs_analyses/_section.html", row=row,
                   sorts=list(FindingSort), may_write=policies.can_write_analysis(user, row.municipality))  # fmt: skip


def _save(municipality: Organisation, form: AnalysisForm) -> None:
    services.write_analysis(municipality, form.analysis(), confirmation=form.confirmation(), version=form.based_on(),
                            by=current_user)  # fmt: skip
    flash("Die Bedarfsanalyse ist gespeichert; die frühere Fassung bleibt lesbar.")

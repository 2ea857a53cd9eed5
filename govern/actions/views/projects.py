"""Pages of project groups charged with matters: the list, one with its reports, the charge, a report, the end."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from govern import access
from govern.actions import policies_gaps as policies
from govern.actions.forms.projects import ChargeForm, EndForm, ReportForm
from govern.actions.models import Matter, Project
from govern.actions.queries import projects as queries
from govern.actions.queries import vocabularies
from govern.actions.services import projects as services
from govern.actions.views.chains import chain_section
from govern.committees.models import Committee, CommitteeKind
from govern.committees.queries.committees import list_possible_parents
from govern.committees.queries.confirmations import list_resolutions
from govern.errors import Conflict, DomainError
from govern.formats import today
from govern.meetings.policies import can_view_item, can_view_resolution
from govern.people.models import User
from govern.people.queries.organisations import find_organisations
from govern.web import Section, flash, page_number, redirect, render, section, status_of

bp = Blueprint("projects", __name__)


@bp.get("/projektgruppen")
@access.signed_in
def index() -> Response:
    """Project groups charged with matters; first whose report is due next (E-32)."""
    only_running = request.args.get("stand", "laufend") != "alle"
    return render("actions/projects/index.html", only_running=only_running,
                  found=queries.list_projects(current_user, page_number(), only_running=only_running))  # fmt: skip


@bp.route("/luecken/<int:id>/projektgruppe", methods=["GET", "POST"])
@access.requires(Matter, policies.can_work_on_matter)
def charge(matter: Matter) -> Response:
    """Charge a project group with a matter, one that exists or a new one."""
    committees = list_possible_parents(current_user, None, only=None)
    known = vocabularies.known_names(matter.body)
    form = ChargeForm().offer(committees, list_resolutions(current_user, committees), known)
    if form.validate_on_submit():
        try:
            wanted = form.charge(find_organisations(form.organisation_ids.chosen_ids))
            project = services.charge_group(matter, wanted, by=current_user)
            flash(f"„{project.committee.name}“ ist beauftragt.")
            return redirect(url_for(".detail", id=project.id))
        except DomainError as error:
            form.refuse(error)
    return render("actions/projects/new.html", status=status_of(form), form=form, matter=matter)


@bp.get("/projektgruppen/<int:id>")
@access.requires(Project, policies.can_view_project)
def detail(project: Project) -> Response:
    """One mandate with its report duty and the reports."""
    row = queries.load_project(project)
    resolution = row.resolution if row.resolution and can_view_resolution(current_user, row.resolution) else None
    items = {r.id: r.item for r in row.reports if r.item is not None and can_view_item(current_user, r.item)}
    return render("actions/projects/detail.html", project=row, resolution=resolution, items=items, day=today(),
                  chain=chain_section(current_user, row))  # fmt: skip


@bp.route("/projektgruppen/<int:id>/bericht", methods=["GET", "POST"])
@access.requires(Project, policies.can_report_project)
def report(project: Project) -> Response:
    """Note a report; it stays as it is."""
    known = vocabularies.known_names(project.committee.body)
    form, status = ReportForm().offer(project, queries.items_for_report(current_user, project), known), None
    if form.validate_on_submit():
        try:
            services.note_report(project, form.day_id.data, form.reported_on.data, form.text.data or "",
                                 form.item_id.data, confirmation=form.confirmation(), by=current_user)  # fmt: skip
            flash("Der Bericht ist festgehalten.")
            return redirect(url_for(".detail", id=project.id))
        except DomainError as error:
            form.refuse(error)
            status = 409 if isinstance(error, Conflict) else None
    return render("actions/projects/report.html", status=status or status_of(form), form=form, project=project)


@bp.route("/projektgruppen/<int:id>/ende", methods=["GET", "POST"])
@access.requires(Project, policies.can_end_project)
def end(project: Project) -> Response:
    """End the mandate."""
    form, status = EndForm(version=str(project.version), ended_on=today()), None
    form.guard(vocabularies.known_names(project.committee.body))
    if form.validate_on_submit():
        try:
            services.end_project(project, form.ended_on.data, form.end_note.data or "",
                                 confirmation=form.confirmation(), version=form.based_on(),
                                 by=current_user)  # fmt: skip
            flash("Der Auftrag ist beendet.")
            return redirect(url_for(".detail", id=project.id))
        except DomainError as error:
            form.refuse(error)
            status = 409 if isinstance(error, Conflict) else None
    return render("actions/projects/end.html", status=status or status_of(form), form=form, project=project)


def committee_section(user: User, committee: Committee) -> Section | None:
    """What a project group is charged with, for its page; other committees cost no statement."""
    if committee.kind is not CommitteeKind.PROJECT_GROUP:
        return None
    projects = queries.projects_of_committee(user, committee)
    if not projects:
        return None
    return section("projects", queries.HEADING, "actions/projects/_section.html", projects=projects)

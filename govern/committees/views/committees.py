"""Pages of committees: the list, one committee, its composition and history, opening and changing it."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, current_app, request, url_for
from flask_login import current_user

from govern import access
from govern.committees import policies
from govern.committees.charts import draw_chart
from govern.committees.composition_content import CompositionFile
from govern.committees.contributions import committee_sections, resolution_links
from govern.committees.exports import compositions as files
from govern.committees.forms.committees import CommitteeFilterForm, CommitteeForm, NewCommitteeForm
from govern.committees.models import Committee, OfficerRole
from govern.committees.queries import committees as queries
from govern.committees.queries.composition_files import file_of
from govern.committees.queries.compositions import composition
from govern.committees.queries.confirmations import list_resolutions, needs_confirmation
from govern.committees.queries.histories import officers_on
from govern.committees.queries.names import short_name_for
from govern.committees.services import committees as services
from govern.errors import Conflict, DomainError
from govern.files import TYPES
from govern.formats import today
from govern.people.policies import can_coordinate
from govern.people.queries.history import HistoryEntry, list_history
from govern.web import download, flash, redirect, render, status_of

bp = Blueprint("committees", __name__)
HISTORY_LENGTH = 40


@bp.get("/gremien")
@access.signed_in
def index() -> Response:
    """All committees as one tree, the network apart; searched and filtered, as of any day."""
    form = CommitteeFilterForm()
    day, is_wrong = _asked_day(form)
    found = queries.list_committees(current_user, day, form.chosen(), today=today())
    return render(
        "committees/index.html", fragment="committees/_list.html", form=form, found=found, chosen=form.chosen(),
        day=day, is_today=day == today(), is_wrong_day=is_wrong,
    )  # fmt: skip


@bp.get("/gremien/organigramm")
@access.signed_in
def chart() -> Response:
    """The organisation chart, drawn from the data, with a list that says the same (A20)."""
    form = CommitteeFilterForm()
    day, is_wrong = _asked_day(form)
    found = queries.list_committees(current_user, day, form.chosen(), today=today())
    return render(
        "committees/chart.html", form=form, found=found, day=day, is_today=day == today(), is_wrong_day=is_wrong,
        drawings=draw_chart(found, today=today()),
    )  # fmt: skip


@bp.get("/gremien/<int:id>")
@access.requires(Committee, policies.can_view)
def detail(committee: Committee) -> Response:
    """One committee: what it does, who leads it, and what other packages know of it."""
    if request.args.get("am"):
        return redirect(url_for(".members", id=committee.id, am=request.args["am"]))
    committee = queries.load_committee(committee)
    below, merged = queries.list_related(committee)
    sections = [contribute(current_user, committee) for contribute in committee_sections]
    return render(
        "committees/detail.html", committee=committee, below=below, merged=merged, day=today(), is_today=True,
        is_wrong_day=False, line=queries.describe(committee, today(), today=today()),
        chairs=officers_on(committee, OfficerRole.CHAIR, today()),
        offices=officers_on(committee, OfficerRole.OFFICE, today()),
        sections=[section for section in sections if section is not None], opened_by=_opening_resolution(committee),
    )  # fmt: skip


@bp.get("/gremien/<int:id>/zusammensetzung")
@access.requires(Committee, policies.can_view)
def members(committee: Committee) -> Response:
    """The composition as of any day (B12)."""
    committee = queries.load_committee(committee)
    day, is_wrong = _asked_day(CommitteeFilterForm())
    composed = composition(committee, day)
    return render(
        "committees/composition.html", fragment="committees/_composition.html", committee=committee, day=day,
        is_today=day == today(), is_wrong_day=is_wrong, composed=composed,
        is_confirmed_by_resolution=needs_confirmation(committee, day),
        line=queries.describe_composition(composed, today=today()),
    )  # fmt: skip


@bp.get("/gremien/<int:id>/zusammensetzung.docx")
@access.requires(Committee, policies.can_view)
def members_as_docx(committee: Committee) -> Response:
    """The composition as of any day as a Word document."""
    content = _composition_file(committee)
    data = files.as_docx(content, body=current_user.body, letterheads=current_app.config["SETTINGS"].office_templates)
    return download(data, f"{content.name}.docx", TYPES["docx"])


@bp.get("/gremien/<int:id>/zusammensetzung.xlsx")
@access.requires(Committee, policies.can_view)
def members_as_xlsx(committee: Committee) -> Response:
    """The composition as of any day as XLSX."""
    content = _composition_file(committee)
    return download(files.as_xlsx(content), f"{content.name}.xlsx", TYPES["xlsx"])


@bp.get("/gremien/<int:id>/zusammensetzung.csv")
@access.requires(Committee, policies.can_view)
def members_as_csv(committee: Committee) -> Response:
    """The composition as of any day as CSV."""
    content = _composition_file(committee)
    return download(files.as_csv(content), f"{content.name}.csv", TYPES["csv"])


@bp.get("/gremien/<int:id>/verlauf")
@access.requires(Committee, policies.can_view)
def history(committee: Committee) -> Response:
    """What changed, with functions; names of holders only for those who may see them."""
    sees_names = policies.can_view_holders(current_user, committee)
    entries = list_history("committee", committee.id, include_restricted=sees_names, limit=HISTORY_LENGTH + 1)
    return render(
        "committees/history.html", committee=queries.load_committee(committee), is_today=True, is_wrong_day=False,
        line=queries.describe(committee, today(), today=today()),
        entries=[e if sees_names else _without_names(e) for e in entries[:HISTORY_LENGTH]],
        has_more=len(entries) > HISTORY_LENGTH,
    )  # fmt: skip


@bp.route("/gremien/neu", methods=["GET", "POST"])
@access.allowed(policies.can_create)
def create() -> Response:
    """Open a committee; an office opens one below its own."""
    parents = _parents(None)
    form = NewCommitteeForm(parent_id=request.args.get("unter", type=int))
    resolutions = list_resolutions(current_user, parents)
    form.offer_resolutions(resolutions).offer_parents(parents, may_be_top=can_coordinate(current_user)).offer_seats([])
    if form.validate_on_submit():
        try:
            parent = next((c for c in parents if c.id == form.parent_id.data), None)
            resolution = next((r for r in resolutions if r.id == form.opening_resolution_id.data), None)
            made = services.create_committee(current_user.body, form.facts(), parent=parent, by=current_user,
                                             resolution=resolution)  # fmt: skip
            flash(f"„{made.name}“ ist angelegt.")
            return redirect(url_for(".detail" if made.short_name else "committee_changes.short_name", id=made.id))
        except DomainError as error:
            form.refuse(error)
    return _form_page(form, None)


@bp.route("/gremien/<int:id>/bearbeiten", methods=["GET", "POST"])
@access.requires(Committee, policies.can_edit)
def edit(committee: Committee) -> Response:
    """Correct what is recorded; a stale save shows both versions."""
    form = _edit_form(committee)
    if form.validate_on_submit():
        try:
            services.update_committee(committee, form.facts(), version=form.based_on(), by=current_user)
            flash("Die Änderungen sind gespeichert.")
            return redirect(url_for(".detail", id=committee.id))
        except Conflict:
            stored = _edit_form(committee, stored=True)
            return _form_page(form, committee, conflict=form.differences(stored))
        except DomainError as error:
            form.refuse(error)
    return _form_page(form, committee)


def _edit_form(committee: Committee, *, stored: bool = False) -> CommitteeForm:
    form = CommitteeForm(formdata=None, obj=committee) if stored else CommitteeForm(obj=committee)
    form.offer_seats(f.seat for f in composition(committee, today()))
    return form


def _form_page(
    form: CommitteeForm, committee: Committee | None, *, conflict: list[tuple[str, str, str]] | None = None
) -> Response:
    status = 409 if conflict is not None else status_of(form)
    proposal = short_name_for(committee) if committee is not None and not committee.short_name else None
    return render("committees/edit.html", status=status, form=form, committee=committee, conflict=conflict,
                  proposal=proposal)  # fmt: skip


def _parents(committee: Committee | None) -> list[Committee]:
    only = None if can_coordinate(current_user) else current_user.standing.office_committees
    return queries.list_possible_parents(current_user, committee, only=only)


def _composition_file(committee: Committee) -> CompositionFile:
    day, is_wrong = _asked_day(CommitteeFilterForm())
    if is_wrong:
        raise DomainError("Das ist kein Tag. Bitte schreiben Sie ihn wie ?am=2026-05-26.")
    sees_all = policies.can_view_holders(current_user, committee)
    return file_of(
        composition(queries.load_committee(committee), day),
        sees_names=lambda seat: sees_all or policies.can_name_representative(current_user, seat),
    )


def _asked_day(form: CommitteeFilterForm) -> tuple[date, bool]:
    """The day of `?am=`, today without one; whether it could not be read."""
    form.am.validate(form)
    return form.am.data or today(), bool(form.am.errors)


def _without_names(entry: HistoryEntry) -> HistoryEntry:
    changes = [change for change in entry.changes if change[0] != "Person"]
    return HistoryEntry(title=entry.title, at=entry.at, by=entry.by, changes=changes)


def _opening_resolution(committee: Committee) -> tuple[str, str] | None:
    identity = committee.opening_resolution_id
    found = [find(current_user, identity) for find in resolution_links] if identity is not None else []
    return next((link for link in found if link is not None), None)

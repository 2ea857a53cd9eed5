"""The Beschlusskontrolle: of a committee as it stands, of a meeting, as files; and how far a resolution is."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request, url_for
from flask_login import current_user

from govern import access
from govern.committees.models import Committee
from govern.errors import Conflict, DomainError
from govern.formats import date_numeric, today
from govern.meetings import policies, policies_agendas
from govern.meetings.exports import tracking_docx, tracking_xlsx
from govern.meetings.forms.trackings import ImplementationForm, stored_implementation
from govern.meetings.models import AgendaItem, ItemPurpose, Resolution
from govern.meetings.policies_agendas import TrackingScope
from govern.meetings.queries.trackings import live_page, live_rows, tracking_of
from govern.meetings.services import trackings as services
from govern.meetings.tracking import TrackingRow
from govern.meetings.views.pages import settings
from govern.people.queries.organisations import find_organisation
from govern.web import download, flash, page_number, redirect, render, status_of

bp = Blueprint("trackings", __name__)


@bp.get("/gremien/<int:id>/beschlusskontrolle")
@access.requires(Committee, policies_agendas.can_view_tracking)
def index(committee: Committee) -> Response:
    """What a committee resolved or ordered and is not done."""
    scope = policies_agendas.tracking_scope(current_user, committee.id)
    tracking = live_page(committee.id, scope, page_number())
    if tracking.number > tracking.pages:
        abort(404)
    return render("meetings/trackings_index.html", committee=committee, tracking=tracking,
                  is_circle=scope is TrackingScope.ALL)  # fmt: skip


@bp.get("/gremien/<int:id>/beschlusskontrolle.xlsx")
@access.requires(Committee, policies_agendas.can_view_tracking)
def xlsx(committee: Committee) -> Response:
    """The same as a table for a spreadsheet; `?teil=oeffentlich` leaves out what is confidential (E-16)."""
    return _xlsx(_live(committee), committee.name, f"Beschlusskontrolle {committee.label} {date_numeric(today())}")


@bp.get("/gremien/<int:id>/beschlusskontrolle.docx")
@access.requires(Committee, policies_agendas.can_view_tracking)
def docx(committee: Committee) -> Response:
    """The same as a Word document."""
    return _docx(_live(committee), committee.name, f"Beschlusskontrolle {committee.label} {date_numeric(today())}")


@bp.get("/tagesordnungspunkte/<int:id>/beschlusskontrolle.xlsx")
@access.requires(AgendaItem, policies.can_view_item)
def item_xlsx(item: AgendaItem) -> Response:
    """The Beschlusskontrolle of a meeting as a table for a spreadsheet."""
    return _xlsx(_of_item(item), item.meeting.full_name, _name_of(item))


@bp.get("/tagesordnungspunkte/<int:id>/beschlusskontrolle.docx")
@access.requires(AgendaItem, policies.can_view_item)
def item_docx(item: AgendaItem) -> Response:
    """The Beschlusskontrolle of a meeting as a Word document."""
    return _docx(_of_item(item), item.meeting.full_name, _name_of(item))


@bp.route("/beschluesse/<int:id>/umsetzung", methods=["GET", "POST"])
@access.requires(Resolution, policies_agendas.can_track_resolution)
def implementation(resolution: Resolution) -> Response:
    """Who carries a resolution out, until when, how far it is, and why it is late."""
    form, differences = ImplementationForm(data=stored_implementation(resolution)), None
    if form.validate_on_submit():
        try:
            services.record_implementation(
                resolution, version=form.based_on(), responsible=find_organisation(form.responsible()), by=current_user,
                **form.facts(),
            )  # fmt: skip
            flash("Der Stand der Umsetzung ist festgehalten.")
            return redirect(url_for("resolutions.detail", id=resolution.id))
        except Conflict as error:
            differences = form.differences(ImplementationForm(formdata=None, data=stored_implementation(resolution)))
            form.refuse(error)
        except DomainError as error:
            form.refuse(error)
    return render("meetings/resolutions_implementation.html", status=status_of(form, differences), form=form,
                  resolution=resolution, differences=differences)  # fmt: skip


def _public_only() -> bool:
    return request.args.get("teil") == "oeffentlich"


def _live(committee: Committee) -> list[TrackingRow]:
    scope = policies_agendas.tracking_scope(current_user, committee.id)
    if _public_only() and scope is TrackingScope.ALL:
        scope = TrackingScope.PUBLIC
    return live_rows(committee, scope)


def _of_item(item: AgendaItem) -> list[TrackingRow]:
    if item.purpose is not ItemPurpose.RESOLUTION_TRACKING:
        abort(404)
    return tracking_of(item, current_user, public_only=_public_only())


def _name_of(item: AgendaItem) -> str:
    return f"Beschlusskontrolle {item.meeting.committee.label} {date_numeric(item.meeting.starts_at)}"


def _xlsx(rows: list[TrackingRow], of: str, name: str) -> Response:
    data = tracking_xlsx.as_xlsx(rows, of=of, public_only=_public_only())
    return download(data, _file(name, "xlsx"), tracking_xlsx.MEDIA_TYPE)


def _docx(rows: list[TrackingRow], of: str, name: str) -> Response:
    data = tracking_docx.as_docx(
        rows, of=of, body=current_user.body, letterheads=settings().office_templates, public_only=_public_only()
    )
    return download(data, _file(name, "docx"), tracking_docx.MEDIA_TYPE)


def _file(name: str, ending: str) -> str:
    return f"{name}{' öffentlich' if _public_only() else ''}.{ending}".replace("/", "-")

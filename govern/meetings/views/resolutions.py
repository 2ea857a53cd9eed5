"""Resolutions: taken in the Sitzungsmodus, read in the register, cancelled with a reason."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from govern import access
from govern.errors import Conflict, DomainError
from govern.meetings import policies, policies_room
from govern.meetings.consents import effect_of
from govern.meetings.forms.resolutions import CancelResolutionForm, PastResolutionForm, ResolutionForm
from govern.meetings.models import AgendaItem, Implementation, Resolution, ResolutionOutcome
from govern.meetings.policies_concepts import can_refer
from govern.meetings.queries import resolutions as queries
from govern.meetings.queries.agreement_resolutions import list_agreements_of
from govern.meetings.queries.concept_references import of_resolution
from govern.meetings.queries.implementer_consents import list_consents, needs_consent
from govern.meetings.queries.resolutions import ResolutionFilter
from govern.meetings.services import resolutions as services
from govern.meetings.views.minutes import live_page, same_meeting
from govern.meetings.views.pages import chain_of_page
from govern.web import flash, number_argument, page_number, redirect, render, status_of, wants_fragment

bp = Blueprint("resolutions", __name__)

bp.add_app_template_filter(effect_of, "consent_effect")

DECISION = "meetings/_live_decision.html"


@bp.post("/sitzungen/<int:id>/punkte/<int:item_id>/beschluesse")
@access.requires(AgendaItem, policies.can_minute_item, parameter="item_id")
def take(item: AgendaItem, id: int) -> Response:
    """Record a resolution at an item."""
    same_meeting(item, id)
    form = ResolutionForm.of(item.meeting.committees[1:])
    try:
        if form.validate():
            _take(item, form)
    except DomainError as error:
        form.refuse(error)
    if form.errors or form.form_errors:
        return live_page(item.meeting, item.id, fragment=DECISION, status=422, resolution_form=form)
    return _decided(item)


@bp.post("/sitzungen/<int:meeting_id>/beschluesse/<int:id>")
@access.requires(Resolution, policies_room.can_minute_resolution)
def change(resolution: Resolution, meeting_id: int) -> Response:
    """Change a resolution while its meeting runs; a stale one is shown beside what was saved meanwhile."""
    item = _item(resolution, meeting_id)
    form, status = ResolutionForm.of(item.meeting.committees[1:]), 422
    try:
        if form.validate():
            services.change_resolution(resolution, form.vote(), version=form.version.data or 0, by=current_user)
    except Conflict as error:
        form.refuse(error)
        status = 409
    except DomainError as error:
        form.refuse(error)
    if form.errors or form.form_errors:
        return live_page(item.meeting, item.id, fragment=DECISION, status=status, resolution_form=form,
                         resolution=resolution, is_stale=status == 409)  # fmt: skip
    return _decided(item)


@bp.post("/sitzungen/<int:meeting_id>/beschluesse/<int:id>/entfernen")
@access.requires(Resolution, policies_room.can_minute_resolution)
def remove(resolution: Resolution, meeting_id: int) -> Response:
    """Take back a resolution that has no number yet."""
    item = _item(resolution, meeting_id)
    services.remove_resolution(resolution, by=current_user)
    return _decided(item)


@bp.get("/beschluesse")
@access.signed_in
def index() -> Response:
    """The register of resolutions across committees."""
    wanted = _wanted()
    found = queries.list_resolutions(current_user, wanted, page_number())
    return render(
        "meetings/resolutions_index.html", fragment="meetings/_resolutions_list.html", found=found, wanted=wanted,
        arguments=request.args.to_dict(), committees=queries.list_committees_with_resolutions(current_user),
        years=queries.list_years(current_user), outcomes=list(ResolutionOutcome),
        implementations=list(Implementation),
        order_counts=queries.order_counts(current_user, found.rows),
    )  # fmt: skip


@bp.get("/beschluesse/<int:id>")
@access.requires(Resolution, policies.can_view_resolution, loads=queries.ORIGIN)
def detail(resolution: Resolution) -> Response:
    """One resolution with its chain: meeting, item, topic, work orders."""
    return render(
        "meetings/resolutions_detail.html", chain=queries.chain_of(resolution, current_user), resolution=resolution,
        consents=list_consents(resolution), effect=effect_of(resolution), needs_consent=needs_consent(resolution),
        sections=chain_of_page(resolution), agreements=list_agreements_of(current_user, resolution),
        references=of_resolution(current_user, resolution), may_refer=can_refer(current_user, resolution),
    )  # fmt: skip


@bp.route("/beschluesse/<int:id>/aufheben", methods=["GET", "POST"])
@access.requires(Resolution, policies.can_cancel_resolution)
def cancel(resolution: Resolution) -> Response:
    """Cancel a resolution; its number and the reason stay in the register."""
    form = CancelResolutionForm()
    try:
        if form.validate_on_submit():
            services.cancel_resolution(resolution, form.reason.data, by=current_user)
            flash(f"Beschluss {resolution.number} ist aufgehoben; die Nummer bleibt im Register.")
            return redirect(url_for(".detail", id=resolution.id))
    except DomainError as error:
        form.refuse(error)
    return render("meetings/resolutions_cancel.html", status=status_of(form), resolution=resolution, form=form)


@bp.route("/beschluesse/neu", methods=["GET", "POST"])
@access.allowed(policies.can_record_past_resolutions)
def create() -> Response:
    """Record a resolution from before the product was used."""
    committees = queries.list_own_committees(current_user)
    form = PastResolutionForm.choosing(committees)
    try:
        if form.validate_on_submit():
            committee = next(c for c in committees if c.id == form.committee_id.data)
            made = services.record_past_resolution(
                committee, form.vote(), resolved_on=form.resolved_on.data, is_public=form.is_public.data,
                number=form.number.data or "", by=current_user,
            )  # fmt: skip
            return redirect(url_for(".detail", id=made.id))
    except DomainError as error:
        form.refuse(error)
    return render("meetings/resolutions_edit.html", status=status_of(form), form=form)


def _take(item: AgendaItem, form: ResolutionForm) -> None:
    if form.ballot_mode is not None:
        services.open_resolution(item, form.vote(), form.ballot_mode, by=current_user)
    else:
        services.take_resolution(item, form.vote(), by=current_user)


def _item(resolution: Resolution, meeting_id: int) -> AgendaItem:
    item = resolution.item
    assert item is not None  # noqa: S101 - the policy asked for it
    same_meeting(item, meeting_id)
    return item


def _decided(item: AgendaItem) -> Response:
    if wants_fragment():
        return live_page(item.meeting, item.id, fragment=DECISION, is_swapped=True)
    return redirect(url_for("minutes.live", id=item.meeting_id, punkt=item.id) + "#meetings-live_decision")


def _wanted() -> ResolutionFilter:
    outcome = request.args.get("abstimmung", "")
    state, carried_out = request.args.get("stand", ""), request.args.get("umsetzung", "")
    return ResolutionFilter(
        text=request.args.get("q", "")[:200],
        committee_id=number_argument("gremium"),
        year=number_argument("jahr"),
        outcome=ResolutionOutcome(outcome) if outcome in set(ResolutionOutcome) else None,
        with_proviso=request.args.get("vorbehalt") == "1",
        adopted={"angenommen": True, "abgelehnt": False}.get(state),
        implementation=Implementation(carried_out) if carried_out in set(Implementation) else None,
        cancelled=True if state == "aufgehoben" else None,
    )

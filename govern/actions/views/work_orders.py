"""Pages of work orders, and what other pages show of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask_login import current_user

from govern import access
from govern.actions import policies
from govern.actions.forms.order_steps import BulkForm
from govern.actions.forms.work_orders import OrderForm, QuickOrderForm
from govern.actions.masking import masking_note
from govern.actions.models import WorkOrder
from govern.actions.periods import parse_period
from govern.actions.queries import order_lists, order_rules
from govern.actions.queries import work_orders as queries
from govern.actions.queries.areas import matters_of_area
from govern.actions.queries.concept_references import of_order
from govern.actions.queries.evaluations import adjustments_behind
from govern.actions.queries.municipal_reports import list_sent_to
from govern.actions.queries.order_lists import OrderFilter
from govern.actions.queries.voices import voices_of
from govern.actions.services import work_orders as services
from govern.actions.views.chains import chain_section
from govern.committees.models import Committee
from govern.committees.queries.addressees import Addressees, addressees_of
from govern.errors import Conflict, DomainError
from govern.formats import today
from govern.meetings import policies as meetings_policies
from govern.meetings.models import AgendaItem
from govern.people.models import User
from govern.web import (
    Section,
    number_argument,
    page_number,
    redirect,
    render,
    section,
    status_of,
    wants_fragment,
)

bp = Blueprint("work_orders", __name__)
bp.add_app_template_filter(queries.light_of, "light")

STATES = {"offen": "offen", "ueberfaellig": "überfällig", "zu-tun": "für die Geschäftsführung",
          "wiedervorlage": "Wiedervorlage", "erledigt": "erledigt", "alle": "alle"}  # fmt: skip
COUNTED = {"erteilt": "erteilt", "mit-frist": "mit Frist erledigt", "puenktlich": "pünktlich erledigt"}
"""What figures lead to; offered only while it is chosen."""
VIEWS = {"mir": "Mir zugewiesen", "gremien": "Von meinen Gremien", "alle": "Alle",
         "protokolliert": "Von mir protokolliert"}  # fmt: skip
FILTERS = ("ansicht", "stand", "q", "gremium", "an", "bis", "erteilt")
OWN = {"offen": "offen", "erledigt": "erledigt", "alle": "alle"}


@bp.get("/arbeitsauftraege")
@access.signed_in
def index() -> Response:
    """Work orders: those addressed to me, those of my committees, all I may see."""
    views, wanted = order_lists.views_of(current_user), wanted_orders()
    return render(
        "actions/index.html", fragment="actions/_list.html", wanted=wanted, views=views, view_labels=VIEWS,
        states=STATES | {key: words for key, words in COUNTED.items() if key == wanted.state},
        found=order_lists.list_orders(current_user, wanted, page_number()),
        counts=order_lists.count_orders(current_user, wanted.view), bulk=BulkForm(formdata=None),
        arguments={name: value for name, value in request.args.items() if name in FILTERS},
        committees=order_lists.list_committees(current_user),
        organisations=order_lists.list_addressed_organisations(current_user) if wanted.view != "mir" else [],
    )  # fmt: skip


@bp.get("/unsere-auftraege")
@access.signed_in
def own() -> Response:
    """Everything addressed to us, across all committees, made for the phone first (B7)."""
    show = request.args.get("stand", "")
    show = show if show in OWN else "offen"
    number = page_number()
    found = order_lists.list_own(current_user, show, number)
    if number > found.pages:
        abort(404)
    return render(
        "actions/own.html", fragment="actions/_own.html", found=found, show=show, states=OWN,
        counts=order_lists.count_own(current_user), voices=voices_of(current_user, today()),
        name=order_lists.own_name(current_user), reports=list_sent_to(current_user),
        matters=matters_of_area(current_user), note=masking_note(current_user.body.small_count_threshold),
    )  # fmt: skip


@bp.get("/arbeitsauftraege/<int:id>")
@access.requires(WorkOrder, policies.can_view, loads=queries.WHOLE)
def detail(order: WorkOrder) -> Response:
    """One work order with meeting, item, resolution and everything reported."""
    return render(
        "actions/detail.html",
        order=order,
        steps=queries.steps_of(order),
        parts=queries.list_parts(current_user, order),
        committee_acknowledges=order_rules.committee_acknowledges(order),
        adjusted=adjustments_behind(current_user, work_order_id=order.id),
        chain=chain_section(current_user, order),
        references=of_order(current_user, order),
    )


@bp.route("/arbeitsauftraege/zu-punkt/<int:item_id>", methods=["GET", "POST"])
@access.requires(AgendaItem, meetings_policies.can_minute_item, parameter="item_id")
def draft(item: AgendaItem) -> Response:
    """Type a work order while minuting (D1)."""
    form = QuickOrderForm.of(queries.list_addressees(item.meeting.committee), item.resolutions)
    try:
        if form.validate_on_submit():
            services.draft_order(item, form.order(), by=current_user)
            if not wants_fragment():
                return redirect(_live_url(item) + "#actions-minuting")
            form = _fresh_form(item)
    except DomainError as error:
        form.refuse(error)
    status = status_of(form)
    return render("actions/draft.html", fragment="actions/_minuting.html", status=status, **_minuting(item, form))


@bp.route("/arbeitsauftraege/<int:id>/bearbeiten", methods=["GET", "POST"])
@access.requires(WorkOrder, policies.can_change_draft)
def edit(order: WorkOrder) -> Response:
    """Change a draft."""
    resolutions = order.item.resolutions if order.item else []
    form = OrderForm.of(queries.list_addressees(order.committee), resolutions, order=order)
    status = 422
    try:
        if form.validate_on_submit():
            services.change_draft(order, form.order(), version=form.version.data or 0, by=current_user)
            return redirect(_back(order))
    except Conflict as error:
        form.refuse(error)
        status = 409
    except DomainError as error:
        form.refuse(error)
    status = status if form.errors or form.form_errors else 200
    return render("actions/edit.html", status=status, order=order, form=form, back=_back(order))


@bp.post("/arbeitsauftraege/<int:id>/entfernen")
@access.requires(WorkOrder, policies.can_change_draft)
def remove(order: WorkOrder) -> Response:
    """Remove a draft."""
    item, back = order.item, _back(order)
    services.remove_draft(order, by=current_user)
    if item is not None and wants_fragment():
        return render("actions/_minuting.html", **_minuting(item, _fresh_form(item)))
    return redirect(back)


def minuting_section(user: User, item: AgendaItem, addressees: Addressees) -> Section:
    """The work orders of an item with their form, for the Sitzungsmodus."""
    values = _minuting(item, _fresh_form(item, addressees))
    return section("work_orders", queries.HEADING, "actions/_minuting.html", **values)


def committee_section(user: User, committee: Committee) -> Section | None:
    """Open work orders that a committee gave or was given, for its page."""
    orders, total = queries.list_open_of_committee(user, committee)
    return _section(orders, total, url_for("work_orders.index", ansicht="alle", gremium=committee.id))


def organisation_section(user: User, organisation_id: int) -> Section | None:
    """Open work orders of an organisation, for its page."""
    orders, total = queries.list_open_of_organisation(user, organisation_id)
    return _section(orders, total, url_for("work_orders.index", ansicht="alle", an=organisation_id))


def _section(orders: Any, total: int, url: str) -> Section | None:
    if not total:
        return None
    return section("work_orders", queries.HEADING, "actions/_section.html", orders=orders, total=total, url=url)


def wanted_orders() -> OrderFilter:
    """What the address of a list asks for."""
    views = order_lists.views_of(current_user)
    view, state = request.args.get("ansicht", ""), request.args.get("stand", "")
    return OrderFilter(
        view=view if view in views else views[0],
        state=state if state in STATES or state in COUNTED else "offen",
        text=request.args.get("q", "")[:200],
        committee_id=number_argument("gremium"),
        organisation_id=number_argument("an"),
        addressed_committee_id=number_argument("an", "gremium-"),
        seat_id=number_argument("an", "sitz-"),
        due_until=request.args.get("bis", type=date.fromisoformat),
        given_in=parse_period(request.args.get("erteilt", "")),
    )


def _minuting(item: AgendaItem, form: QuickOrderForm) -> dict[str, Any]:
    return {"item": item, "meeting": item.meeting, "orders": queries.list_drafts(item), "order_form": form,
            "back": _live_url(item)}  # fmt: skip


def _fresh_form(item: AgendaItem, addressees: Addressees | None = None) -> QuickOrderForm:
    committee = item.meeting.committee
    addressees = addressees or addressees_of(committee)
    return QuickOrderForm.of(queries.grouped(addressees, committee), item.resolutions, fresh=True)


def _live_url(item: AgendaItem) -> str:
    return url_for("minutes.live", id=item.meeting_id, punkt=item.id)


def _back(order: WorkOrder) -> str:
    return _live_url(order.item) if order.item is not None else url_for(".index")

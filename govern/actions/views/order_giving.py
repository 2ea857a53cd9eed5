"""Give work orders outside of a meeting: from a resolution or a matter, and in parts to several at once."""

from __future__ import annotations

from flask import Blueprint, Response, url_for
from flask_login import current_user

from govern import access
from govern.actions import policies, policies_gaps
from govern.actions.forms.order_steps import SplitForm
from govern.actions.forms.work_orders import MatterOrderForm, OrderForm
from govern.actions.models import Matter, WorkOrder
from govern.actions.queries import work_orders as queries
from govern.actions.services import work_orders as services
from govern.errors import DomainError
from govern.formats import count
from govern.meetings.contributions import Line
from govern.meetings.models import Resolution
from govern.meetings.queries.topics import committees_for_topics
from govern.people.models import User
from govern.web import flash, redirect, render, status_of

bp = Blueprint("order_giving", __name__)


@bp.route("/arbeitsauftraege/zu-beschluss/<int:resolution_id>", methods=["GET", "POST"])
@access.requires(Resolution, policies.can_order_from, parameter="resolution_id")
def from_resolution(resolution: Resolution) -> Response:
    """Give an order that carries a resolution out (D1)."""
    form = OrderForm.of(queries.list_addressees(resolution.committee), [])
    try:
        if form.validate_on_submit():
            made = services.issue_order(resolution.committee, form.order(), resolution=resolution, item=resolution.item,
                                        by=current_user)  # fmt: skip
            flash(f"Der Auftrag {made.number} ist erteilt.")
            return redirect(url_for("work_orders.detail", id=made.id))
    except DomainError as error:
        form.refuse(error)
    return render("actions/issue.html", status=status_of(form), form=form, resolution=resolution)


@bp.route("/luecken/<int:id>/auftrag", methods=["GET", "POST"])
@access.requires(Matter, policies_gaps.can_work_on_matter)
def from_matter(matter: Matter) -> Response:
    """Give an order for a matter directly, where no resolution is needed (D6)."""
    committees = committees_for_topics(current_user)
    form = MatterOrderForm.of(queries.list_addressees(committees[0]) if committees else [], [])
    form.offer(committees)
    try:
        if form.validate_on_submit():
            made = services.issue_order(form.chosen(), form.order(), matter=matter, by=current_user)
            flash(f"Der Auftrag {made.number} ist erteilt.")
            return redirect(url_for("work_orders.detail", id=made.id))
    except DomainError as error:
        form.refuse(error)
    return render("actions/matters/order.html", status=status_of(form), form=form, matter=matter)


def resolution_actions(user: User, resolution: Resolution) -> list[Line]:
    """The button with which a resolution gets an order, on its page."""
    if not policies.can_order_from(user, resolution):
        return []
    return [Line("Auftrag erteilen …", url=url_for("order_giving.from_resolution", resolution_id=resolution.id))]


@bp.route("/arbeitsauftraege/<int:id>/teilen", methods=["GET", "POST"])
@access.requires(WorkOrder, policies.can_split)
def split(order: WorkOrder) -> Response:
    """Give parts of an order to several municipalities or institutions at once."""
    form = SplitForm.of(order, queries.list_part_addressees(order))
    try:
        if form.validate_on_submit():
            chosen = [*(queries.list_municipalities(order) if form.all_municipalities.data else []),
                      *(form.addressees.data or [])]  # fmt: skip
            made = services.split_order(order, chosen, form.order(order.priority), by=current_user)
            flash(f"{count(len(made), 'Teilauftrag ist', 'Teilaufträge sind')} erteilt.")
            return redirect(url_for("work_orders.detail", id=order.id) + "#teile")
    except DomainError as error:
        form.refuse(error)
    return render("actions/split.html", status=status_of(form), form=form, order=order)

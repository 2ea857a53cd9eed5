"""Pages on which an adjustment (Nachsteuerung) begins, and what other pages show of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, url_for
from flask_login import current_user

from govern import access
from govern.actions import policies, policies_evaluations
from govern.actions.forms.evaluations import NewMatterForm, ReopenOrderForm
from govern.actions.forms.matters import MatterTopicForm
from govern.actions.forms.work_orders import OrderForm
from govern.actions.models import Evaluation
from govern.actions.queries import evaluations as queries
from govern.actions.queries import matters as matter_queries
from govern.actions.queries import work_orders as order_queries
from govern.actions.services import adjustments as services
from govern.errors import DomainError
from govern.meetings.models import Topic
from govern.meetings.queries.topics import committees_for_topics
from govern.people.models import User
from govern.web import Section, flash, number_argument, redirect, render, section, status_of

bp = Blueprint("adjustments", __name__)
HEADING = "Nachsteuerung"


@bp.get("/wirkungspruefungen/<int:id>/nachsteuern")
@access.requires(Evaluation, policies_evaluations.can_adjust)
def choose(evaluation: Evaluation) -> Response:
    """In which way to adjust."""
    chain = matter_queries.chain_of(current_user, evaluation.matter)
    return render(
        "actions/adjustments/choose.html", evaluation=evaluation,
        resolutions=[r for r in chain.resolutions if policies.can_order_from(current_user, r)],
        orders=[order for order in chain.orders if policies.can_reopen(current_user, order)],
    )  # fmt: skip


@bp.route("/wirkungspruefungen/<int:id>/nachsteuern/thema", methods=["GET", "POST"])
@access.requires(Evaluation, policies_evaluations.can_adjust)
def by_topic(evaluation: Evaluation) -> Response:
    """Bring the matter before a committee once more."""
    form = MatterTopicForm(purpose=_purpose(evaluation))
    form.offer(committees_for_topics(current_user))
    if form.validate_on_submit():
        try:
            topic = services.adjust_by_topic(evaluation, form.chosen(), purpose=form.purpose.data,
                                             is_public=form.is_public.data, by=current_user)  # fmt: skip
            flash("Das Thema liegt im Themenspeicher und führt zur Wirkungsprüfung zurück.")
            return redirect(url_for("topics.detail", id=topic.id))
        except DomainError as error:
            form.refuse(error)
    return _ask("topic", evaluation, form)


@bp.route("/wirkungspruefungen/<int:id>/nachsteuern/luecke", methods=["GET", "POST"])
@access.requires(Evaluation, policies_evaluations.can_adjust)
def by_matter(evaluation: Evaluation) -> Response:
    """Begin a new matter for what remains."""
    form = NewMatterForm(title=evaluation.matter.title, summary=_purpose(evaluation))
    if form.validate_on_submit():
        try:
            new = services.adjust_by_matter(evaluation, title=form.title.data, summary=form.summary.data or "",
                                            by=current_user)  # fmt: skip
            flash(f"{new.number} ist angelegt und führt zur Wirkungsprüfung zurück.")
            return redirect(url_for("matters.detail", id=new.id))
        except DomainError as error:
            form.refuse(error)
    return _ask("matter", evaluation, form)


@bp.route("/wirkungspruefungen/<int:id>/nachsteuern/wieder-aufnehmen", methods=["GET", "POST"])
@access.requires(Evaluation, policies_evaluations.can_adjust)
def by_reopening(evaluation: Evaluation) -> Response:
    """Take a finished order up again."""
    form = ReopenOrderForm()
    chain = matter_queries.chain_of(current_user, evaluation.matter)
    form.offer([order for order in chain.orders if policies.can_reopen(current_user, order)])
    if form.validate_on_submit():
        try:
            order = form.chosen()
            services.adjust_by_reopening(evaluation, order, form.reason.data, version=order.version,
                                         by=current_user, due_on=form.due_on.data)  # fmt: skip
            flash(f"Der Auftrag {order.number} ist wieder offen.")
            return redirect(url_for("work_orders.detail", id=order.id))
        except DomainError as error:
            form.refuse(error)
    return _ask("reopen", evaluation, form)


@bp.route("/wirkungspruefungen/<int:id>/nachsteuern/auftrag", methods=["GET", "POST"])
@access.requires(Evaluation, policies_evaluations.can_adjust)
def by_order(evaluation: Evaluation) -> Response:
    """Give a further order from a resolution on the matter (in the address: `beschluss`)."""
    chain = matter_queries.chain_of(current_user, evaluation.matter)
    wanted = number_argument("beschluss")
    offered = [r for r in chain.resolutions if policies.can_order_from(current_user, r)]
    resolution = next((r for r in offered if r.id == wanted), None) or abort(404)
    form = OrderForm.of(order_queries.list_addressees(resolution.committee), [])
    if form.validate_on_submit():
        try:
            order = services.adjust_by_order(evaluation, resolution, form.order(), by=current_user)
            flash(f"Der Auftrag {order.number} ist erteilt.")
            return redirect(url_for("work_orders.detail", id=order.id))
        except DomainError as error:
            form.refuse(error)
    return _ask("order", evaluation, form, resolution=resolution)


def topic_section(user: User, topic: Topic) -> Section | None:
    """The evaluation after which a topic was brought, for its page."""
    found = queries.adjustments_behind(user, topic_id=topic.id)
    return section("adjustments", HEADING, "actions/adjustments/_section.html", adjustments=found) if found else None


def _purpose(evaluation: Evaluation) -> str:
    result = evaluation.result
    said = f"{evaluation.title}: {result.effect.label}. {result.reason}" if result else ""
    return "\n\n".join(filter(None, [evaluation.matter.summary or evaluation.matter.title, said]))


def _ask(page: str, evaluation: Evaluation, form: Any, **values: Any) -> Response:
    return render(
        f"actions/adjustments/{page}.html", status=status_of(form), form=form, evaluation=evaluation, **values
    )

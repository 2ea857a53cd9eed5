"""Pages on which a work order is said to refer to a concept (F3)."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from govern import access
from govern.actions.models import OrderReference, WorkOrder
from govern.actions.policies import can_edit
from govern.actions.queries.concept_references import orders_on, references_to
from govern.documents.contributions import Part
from govern.documents.models import Concept, ConceptVersion
from govern.documents.services.references import Target, refer, remove
from govern.documents.views.references import Referrer, reference_page, removed_page
from govern.people.models import User
from govern.web import Section, section

bp = Blueprint("order_references", __name__)


@bp.route("/arbeitsauftraege/<int:id>/konzepte", methods=["GET", "POST"])
@access.requires(WorkOrder, can_edit)
def add(order: WorkOrder) -> Response:
    """Name a concept: in the version in force at any time, or in a fixed one."""
    referrer = Referrer(f"Auftrag {order.number or '(Entwurf)'}", "Arbeitsaufträge", url_for("work_orders.index"),
                        url_for("work_orders.detail", id=order.id))  # fmt: skip

    def keep(target: Target) -> object:
        return refer(OrderReference, {"work_order_id": order.id}, target, by=current_user)

    return reference_page(referrer, keep)


@bp.post("/arbeitsauftraege/<int:id>/konzepte/entfernen")
@access.requires(WorkOrder, can_edit)
def take_back(order: WorkOrder) -> Response:
    """Take a reference back."""
    reference_id = request.form.get("bezug", type=int)
    is_removed = remove(OrderReference, {"work_order_id": order.id}, reference_id, by=current_user)
    return removed_page(is_removed, url_for("work_orders.detail", id=order.id))


def concept_section(user: User, concept: Concept) -> Section | None:
    """The work orders that refer to a concept, for its page."""
    lines = orders_on(user, concept)
    if not lines:
        return None
    return section("auftraege", "Aufträge, die sich darauf beziehen", "documents/references/_back.html", lines=lines,
                   owner="orders")  # fmt: skip


def version_part(user: User, version: ConceptVersion) -> Part:
    """The resolutions and work orders fixed to a version, for its page."""
    lines = references_to(user, version)
    made = section("bezuege", "Wer sich auf diese Fassung bezieht", "documents/references/_back.html", lines=lines,
                   owner="version")  # fmt: skip
    return Part([], made if lines else None)

"""Pages on which a resolution is said to refer to a concept (F3); its words are never touched."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from govern import access
from govern.documents.models import Concept
from govern.documents.services.references import Target, refer, remove
from govern.documents.views.references import Referrer, reference_page, removed_page
from govern.meetings.models import Resolution, ResolutionReference
from govern.meetings.policies_concepts import can_refer
from govern.meetings.queries.concept_references import resolutions_on
from govern.people.models import User
from govern.web import Section, section

bp = Blueprint("resolution_references", __name__)


@bp.route("/beschluesse/<int:id>/konzepte", methods=["GET", "POST"])
@access.requires(Resolution, can_refer)
def add(resolution: Resolution) -> Response:
    """Name a concept: in the version in force at any time, or in a fixed one."""
    referrer = Referrer(f"Beschluss {resolution.number or 'ohne Nummer'}", "Beschlüsse", url_for("resolutions.index"),
                        url_for("resolutions.detail", id=resolution.id))  # fmt: skip

    def keep(target: Target) -> object:
        return refer(ResolutionReference, {"resolution_id": resolution.id}, target, by=current_user)

    return reference_page(referrer, keep)


@bp.post("/beschluesse/<int:id>/konzepte/entfernen")
@access.requires(Resolution, can_refer)
def take_back(resolution: Resolution) -> Response:
    """Take a reference back."""
    reference_id = request.form.get("bezug", type=int)
    is_removed = remove(ResolutionReference, {"resolution_id": resolution.id}, reference_id, by=current_user)
    return removed_page(is_removed, url_for("resolutions.detail", id=resolution.id))


def concept_section(user: User, concept: Concept) -> Section | None:
    """The resolutions that refer to a concept, for its page."""
    lines = resolutions_on(user, concept)
    if not lines:
        return None
    return section("beschluesse", "Beschlüsse, die sich darauf beziehen", "documents/references/_back.html",
                   lines=lines, owner="resolutions")  # fmt: skip

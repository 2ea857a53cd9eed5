"""The resolutions behind an agreement: on its page, named by number, taken back."""

from __future__ import annotations

from flask import Blueprint, Response, url_for
from flask_login import current_user

from govern import access
from govern.documents import policies_agreements as policies
from govern.documents.models import Agreement
from govern.errors import DomainError
from govern.meetings.forms.agreement_resolutions import ResolutionNumberForm
from govern.meetings.queries import agreement_resolutions as queries
from govern.meetings.queries.resolutions import label_of
from govern.meetings.services import agreement_resolutions as services
from govern.people.models import User
from govern.web import Section, flash, redirect, render, section, status_of

bp = Blueprint("agreement_resolutions", __name__)


@bp.route("/vereinbarungen/<int:id>/beschluss", methods=["GET", "POST"])
@access.requires(Agreement, policies.can_keep_agreement)
def link(agreement: Agreement) -> Response:
    """Name the resolution that decided it."""
    form = ResolutionNumberForm()
    if form.validate_on_submit():
        try:
            found = queries.find_by_number(current_user, form.number.data)
            services.link_resolution(agreement, found, by=current_user)
            flash("Der Beschluss steht jetzt bei der Vereinbarung.")
            return redirect(url_for("agreements.detail", id=agreement.id))
        except DomainError as error:
            form.refuse(error)
    return render("meetings/agreement_resolution.html", status=status_of(form), form=form, agreement=agreement)


@bp.post("/vereinbarungen/<int:id>/beschluesse/<int:resolution_id>/loesen")
@access.requires(Agreement, policies.can_keep_agreement)
def unlink(agreement: Agreement, resolution_id: int) -> Response:
    """Take back a resolution that was named by mistake."""
    services.unlink_resolution(agreement, resolution_id, by=current_user)
    flash("Der Beschluss steht nicht mehr bei der Vereinbarung.")
    return redirect(url_for("agreements.detail", id=agreement.id))


def agreement_section(user: User, agreement: Agreement) -> Section | None:
    """The section „Beschlüsse" of an agreement's page; nothing if there is nothing to see or to do."""
    found = [(resolution.id, label_of(resolution)) for resolution in queries.list_resolutions_of(user, agreement)]
    may_keep = policies.can_keep_agreement(user, agreement)
    if not found and not may_keep:
        return None
    return section("beschluesse", "Beschlüsse", "meetings/_agreement_resolutions.html", found=found,
                   agreement=agreement, may_keep=may_keep)  # fmt: skip

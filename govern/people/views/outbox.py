"""„Postausgang": which mails left, wait or failed. Texts are shown in the demo only, where no mail leaves the house."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from govern import access
from govern.mail import OutgoingMail
from govern.people import policies
from govern.people.forms.accounts import filter_of
from govern.people.forms.outbox import OutboxFilter
from govern.people.queries import outbox as queries
from govern.people.services import outbox as services
from govern.web import flash, page_number, redirect, render

bp = Blueprint("outbox", __name__)


@bp.get("/postausgang")
@access.allowed(policies.can_read_outbox)
def index() -> Response:
    """The outbox, newest first, by recipient, subject and state."""
    form, page = filter_of(OutboxFilter), page_number()
    mails, total = queries.list_outbox(current_user, words=form.q.data or "", state=form.state, page=page)
    kept = {name: value for name, value in request.args.items() if name in ("q", "stand") and value}
    return render("people/outbox.html", fragment="people/_outbox_list.html", mails=mails, number=page, total=total,
                  pages=max(1, -(-total // queries.PAGE_SIZE)), form=form, kept=kept,
                  counts=queries.count_by_state(current_user), shows_texts=current_user.body.is_demo)  # fmt: skip


@bp.post("/postausgang/<int:id>/erneut")
@access.requires(OutgoingMail, policies.can_follow_up_mail)
def resend(mail: OutgoingMail) -> Response:
    """Put a mail into the queue once more."""
    services.resend(mail, by=current_user)
    flash(f"Die Mail an {mail.to_name or mail.to_address} wartet wieder auf den Versand.")
    return redirect(url_for(".index"))


@bp.post("/postausgang/<int:id>/zurueckgekommen")
@access.requires(OutgoingMail, policies.can_follow_up_mail)
def bounce(mail: OutgoingMail) -> Response:
    """Note that a mail came back."""
    services.note_bounce(mail, by=current_user)
    flash(f"Vermerkt: Die Mail an {mail.to_name or mail.to_address} kam zurück.")
    return redirect(url_for(".index"))

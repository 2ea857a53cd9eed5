"""„Postausgang": which mails left, or wait. Their texts are shown in the demo only, where no mail leaves the house."""

from __future__ import annotations

from flask import Blueprint, Response
from flask_login import current_user

from govern import access, mail
from govern.people import policies
from govern.web import page_number, render

bp = Blueprint("outbox", __name__)

PAGE_SIZE = 25


@bp.get("/postausgang")
@access.allowed(policies.can_read_outbox)
def index() -> Response:
    """The outbox, newest first."""
    page, total = page_number(), mail.count_outgoing()
    mails = mail.list_outgoing(limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
    return render("people/outbox.html", mails=mails, number=page, total=total, pages=max(1, -(-total // PAGE_SIZE)),
                  shows_texts=current_user.body.is_demo)  # fmt: skip

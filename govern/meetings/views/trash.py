"""The trash: drafts nobody has received, kept for thirty days."""

from __future__ import annotations

from flask import Blueprint, Response, url_for
from flask_login import current_user

from govern import access
from govern.meetings import policies
from govern.meetings.models import Meeting
from govern.meetings.queries.meetings import list_trash
from govern.meetings.services import meetings as services
from govern.web import flash, page_number, redirect, render

bp = Blueprint("trash", __name__)


@bp.get("/papierkorb")
@access.allowed(policies.can_plan_meetings)
def index() -> Response:
    """What lies in the trash and until when."""
    return render("meetings/trash.html", found=list_trash(current_user, page_number()), days=services.TRASH_DAYS)


@bp.post("/sitzungen/<int:id>/loeschen")
@access.requires(Meeting, policies.can_edit)
def delete(meeting: Meeting) -> Response:
    """Put a draft into the trash."""
    services.trash_meeting(meeting, by=current_user)
    flash("Die Sitzung liegt im Papierkorb und kann 30 Tage lang wiederhergestellt werden.")
    return redirect(url_for(".index"))


@bp.post("/papierkorb/<int:id>/wiederherstellen")
@access.requires(Meeting, policies.can_edit)
def restore(meeting: Meeting) -> Response:
    """Take a meeting out of the trash."""
    services.restore_meeting(meeting, by=current_user)
    flash("Die Sitzung ist wiederhergestellt.")
    return redirect(url_for("meetings.detail", id=meeting.id))

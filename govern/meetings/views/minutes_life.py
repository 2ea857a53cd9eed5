"""Minutes after closing: checked, released, approved; their versions."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, current_app, url_for
from flask_login import current_user

from govern import access
from govern.errors import DomainError
from govern.formats import count
from govern.meetings import policies
from govern.meetings import policies_minutes as rights
from govern.meetings.exports import minutes_docx, minutes_pdf
from govern.meetings.forms.closing import ReleaseForm
from govern.meetings.minutes_content import MinutesContent
from govern.meetings.models import Meeting, MinutesVersion
from govern.meetings.queries import closing as closing_queries
from govern.meetings.queries import minutes_desks
from govern.meetings.queries.meetings import PARTS
from govern.meetings.queries.minutes_contents import content_of_version
from govern.meetings.queries.minutes_recipients import Recipient, guests_to_tell, recipients_of
from govern.meetings.services import minutes_life as services
from govern.meetings.services import minutes_sending as sending
from govern.meetings.views.pages import settings
from govern.web import GermanForm, absolute_url, download, flash, redirect, render, status_of

bp = Blueprint("minutes_life", __name__)


@bp.post("/sitzungen/<int:id>/protokoll/geprueft")
@access.requires(Meeting, rights.can_check)
def check(meeting: Meeting) -> Response:
    """Note that the chair has checked the draft."""
    services.check_minutes(meeting, by=current_user)
    flash("Vermerkt: Der Entwurf ist von der Leitung geprüft.")
    return redirect(url_for("minutes_pages.detail", id=meeting.id))


@bp.route("/sitzungen/<int:id>/freigeben", methods=["GET", "POST"])
@access.requires(Meeting, policies.can_release, loads=PARTS)
def release(meeting: Meeting) -> Response:
    """Release the minutes, and send them to the members: a preview of who gets what, then one click."""
    form, recipients, guests = _release_form(meeting), recipients_of(meeting), guests_to_tell(meeting)
    try:
        if form.validate_on_submit():
            is_due = services.release_minutes(meeting, by=current_user) is not None or bool(form.again.data)
            flash(sent(meeting, recipients) if form.send.data and is_due else "Das Protokoll ist freigegeben.")
            if form.guests.data and is_due:
                flash(_told(sending.send_to_guests(meeting, guests, host=settings().host, by=current_user)))
            return redirect(url_for("minutes_pages.detail", id=meeting.id))
    except DomainError as error:
        form.refuse(error)
    return render(
        "meetings/minutes_release.html", status=status_of(form), meeting=meeting, form=form, recipients=recipients,
        guests=guests,
        conflicts=closing_queries.count_open_conflicts(meeting), desk=minutes_desks.desk_of(meeting, current_user),
    )  # fmt: skip


def _release_form(meeting: Meeting) -> ReleaseForm:
    return ReleaseForm(send=True, again="1" if meeting.is_released else "")


@bp.route("/sitzungen/<int:id>/protokoll/genehmigen", methods=["GET", "POST"])
@access.requires(Meeting, rights.can_approve)
def approve(meeting: Meeting) -> Response:
    """State that the period for objections is over and the minutes are approved."""
    form = GermanForm()
    try:
        if form.validate_on_submit():
            services.approve_by_silence(meeting, by=current_user)
            flash("Das Protokoll ist genehmigt. Daran ändert sich nichts mehr.")
            return redirect(url_for("minutes_pages.detail", id=meeting.id))
    except DomainError as error:
        form.refuse(error)
    return render("meetings/minutes_approve.html", status=status_of(form), meeting=meeting, form=form,
                  desk=minutes_desks.desk_of(meeting, current_user))  # fmt: skip


@bp.get("/protokollfassungen/<int:id>")
@access.requires(MinutesVersion, rights.can_view_version)
def version(version: MinutesVersion) -> Response:
    """An earlier version of minutes as it was kept."""
    return render("meetings/minutes_version.html", meeting=version.meeting, version=version, content=_content(version))


@bp.get("/protokollfassungen/<int:id>/protokoll.docx")
@access.requires(MinutesVersion, rights.can_view_version)
def version_docx(version: MinutesVersion) -> Response:
    """A version as a Word document."""
    content = _content(version)
    data = minutes_docx.as_docx(content, folder=current_app.config["SETTINGS"].office_templates)
    return download(data, f"{content.file_name} Fassung {version.number}.docx", minutes_docx.MEDIA_TYPE)


@bp.get("/protokollfassungen/<int:id>/protokoll.pdf")
@access.requires(MinutesVersion, rights.can_view_version)
def version_pdf(version: MinutesVersion) -> Response:
    """A version as PDF."""
    content = _content(version)
    name = f"{content.file_name} Fassung {version.number}.pdf"
    return download(minutes_pdf.as_pdf(content), name, minutes_pdf.MEDIA_TYPE)


def sent(meeting: Meeting, recipients: Sequence[Recipient]) -> str:
    """Send the released minutes; says to how many addresses."""
    url = absolute_url(url_for("minutes_pages.detail", id=meeting.id))
    number = sending.send_minutes(meeting, recipients, host=settings().host, url=url, by=current_user)
    return f"Das Protokoll ist freigegeben und liegt für {count(number, 'Adresse', 'Adressen')} im Postausgang."


def _told(number: int) -> str:
    return f"Was zu ihrem Punkt festgehalten ist, geht an {count(number, 'Gast', 'Gäste')}."


def _content(version: MinutesVersion) -> MinutesContent:
    return content_of_version(version, is_full=policies.in_circle(current_user, version.meeting))

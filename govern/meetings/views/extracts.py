"""Extracts of resolutions: as DOCX, as PDF, and by mail to whoever is charged with something."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, url_for
from flask_login import current_user

from govern import access
from govern.errors import DomainError
from govern.formats import count
from govern.meetings import policies_minutes as rights
from govern.meetings.exports import extract_docx, extract_pdf
from govern.meetings.forms.extracts import ExtractsForm
from govern.meetings.models import Meeting, Resolution
from govern.meetings.queries import extracts as queries
from govern.meetings.queries.extract_recipients import recipients_of
from govern.meetings.queries.resolutions import ORIGIN
from govern.meetings.services.extracts import send_extracts
from govern.meetings.views.pages import settings
from govern.web import download, flash, redirect, render, status_of

bp = Blueprint("extracts", __name__)


@bp.get("/beschluesse/<int:id>/auszug.docx")
@access.requires(Resolution, rights.can_read_extract)
def docx(resolution: Resolution) -> Response:
    """The extract as a Word document."""
    content = queries.extract_of(resolution, current_user)
    data = extract_docx.as_docx(content, folder=settings().office_templates)
    return download(data, f"{content.file_name}.docx", extract_docx.MEDIA_TYPE)


@bp.get("/beschluesse/<int:id>/auszug.pdf")
@access.requires(Resolution, rights.can_read_extract)
def pdf(resolution: Resolution) -> Response:
    """The extract as an accessible PDF."""
    content = queries.extract_of(resolution, current_user)
    return download(extract_pdf.as_pdf(content), f"{content.file_name}.pdf", extract_pdf.MEDIA_TYPE)


@bp.route("/beschluesse/<int:id>/auszug-senden", methods=["GET", "POST"])
@access.requires(Resolution, rights.can_send_extract, loads=ORIGIN)
def send_one(resolution: Resolution) -> Response:
    """Send the extract of one resolution: who gets it, then one click."""
    return _send([resolution], url_for("resolutions.detail", id=resolution.id), meeting=None)


@bp.route("/sitzungen/<int:id>/auszuege", methods=["GET", "POST"])
@access.requires(Meeting, rights.can_send_extracts)
def send_all(meeting: Meeting) -> Response:
    """Send the extracts of all resolutions of a meeting: who gets what, then one click."""
    return _send(
        queries.resolutions_to_extract(meeting), url_for("minutes_pages.detail", id=meeting.id), meeting=meeting
    )


def _send(resolutions: Sequence[Resolution], back: str, *, meeting: Meeting | None) -> Response:
    found = recipients_of(resolutions)
    form = ExtractsForm.of(found)
    try:
        if form.validate_on_submit():
            chosen = [r for r in found if r.key in (form.recipients.data or [])]
            sent = send_extracts(chosen, host=settings().host, by=current_user)
            flash(f"{count(sent, 'Mail liegt', 'Mails liegen')} im Postausgang.")
            return redirect(back)
    except DomainError as error:
        form.refuse(error)
    return render(
        "meetings/extracts_send.html", status=status_of(form), form=form, found=found, resolutions=resolutions,
        meeting=meeting, back=back, sent=queries.list_sent(resolutions),
    )  # fmt: skip

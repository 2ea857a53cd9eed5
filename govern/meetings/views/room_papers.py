"""What is printed for the room: the attendance sheet to sign, and name cards."""

from __future__ import annotations

from flask import Blueprint, Response

from govern import access
from govern.meetings import policies
from govern.meetings.exports import attendance_docx, room_pdf
from govern.meetings.models import Meeting
from govern.meetings.queries import room_papers as queries
from govern.meetings.views.pages import settings
from govern.typesetting.letterhead import DOCX
from govern.typesetting.pdf import PDF
from govern.web import download

bp = Blueprint("room_papers", __name__)


@bp.get("/sitzungen/<int:id>/anwesenheitsliste.pdf")
@access.requires(Meeting, policies.can_prepare)
def sheet_pdf(meeting: Meeting) -> Response:
    """The attendance sheet to sign as PDF."""
    sheet = queries.attendance_sheet(meeting)
    return download(room_pdf.sheet_pdf(sheet), f"{sheet.file_name}.pdf", PDF)


@bp.get("/sitzungen/<int:id>/anwesenheitsliste.docx")
@access.requires(Meeting, policies.can_prepare)
def sheet_docx(meeting: Meeting) -> Response:
    """The attendance sheet to sign as a Word document."""
    sheet = queries.attendance_sheet(meeting)
    data = attendance_docx.sheet_docx(sheet, folder=settings().office_templates)
    return download(data, f"{sheet.file_name}.docx", DOCX)


@bp.get("/sitzungen/<int:id>/tischkaertchen.pdf")
@access.requires(Meeting, policies.can_prepare)
def cards_pdf(meeting: Meeting) -> Response:
    """Name cards for everybody who is expected, two on a sheet."""
    data = room_pdf.cards_pdf(queries.name_cards(meeting), meeting)
    return download(data, f"{queries.cards_file_name(meeting)}.pdf", PDF)

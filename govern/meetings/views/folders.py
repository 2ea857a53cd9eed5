"""All papers of a meeting in one file, and the chair's script (Regiebuch)."""

from __future__ import annotations

from flask import Blueprint, Response
from flask_login import current_user

from govern import access, files
from govern.formats import date_numeric, timespan
from govern.meetings import policies
from govern.meetings.agenda_content import Agenda, Entry
from govern.meetings.exports import folder, minutes_pdf, script_docx
from govern.meetings.exports.folder import FolderFile, FolderItem
from govern.meetings.models import Meeting
from govern.meetings.queries.agendas import agenda_of
from govern.meetings.queries.approvals import approvals_of
from govern.meetings.queries.attendances import list_guests
from govern.meetings.queries.heads import Head, head_of, seat_figures
from govern.meetings.queries.minutes_contents import minutes_content
from govern.meetings.queries.own_sections import printed_sections
from govern.meetings.views.pages import paper_store
from govern.typesetting.letterhead import DOCX
from govern.typesetting.pdf import PDF
from govern.web import download, render

bp = Blueprint("folders", __name__)


@bp.get("/sitzungen/<int:id>/sitzungsmappe.pdf")
@access.requires(Meeting, policies.can_view_agenda)
def pdf(meeting: Meeting) -> Response:
    """All papers the reader may see as one PDF with bookmarks (E-22)."""
    head = head_of(meeting, current_user)
    agenda = agenda_of(head.meeting, current_user)
    data = folder.as_pdf(agenda, _items(agenda), facts=_facts(head), body=current_user.body.name)
    return download(data, _name("Sitzungsmappe", head.meeting, "pdf"), PDF)


@bp.get("/sitzungen/<int:id>/sitzungsmappe.zip")
@access.requires(Meeting, policies.can_view_agenda)
def archive(meeting: Meeting) -> Response:
    """All papers the reader may see as they were uploaded, item by item."""
    head = head_of(meeting, current_user)
    agenda = agenda_of(head.meeting, current_user)
    data = folder.as_zip(agenda, _items(agenda), facts=_facts(head), body=current_user.body.name)
    return download(data, _name("Sitzungsmappe", head.meeting, "zip"), folder.ZIP)


@bp.get("/sitzungen/<int:id>/regiebuch")
@access.requires(Meeting, policies.can_read_internal_notes)
def script(meeting: Meeting) -> Response:
    """What the chair needs at hand: times, who reports, proposals, internal notes. For chair, office, coordination."""
    head = head_of(meeting, current_user)
    agenda = agenda_of(head.meeting, current_user)
    return render(
        "meetings/script.html", head=head, meeting=head.meeting, agenda=agenda, guests=_guests(head.meeting),
        figures=seat_figures(head.meeting), printed=printed_sections(current_user, agenda.items),
    )  # fmt: skip


@bp.get("/sitzungen/<int:id>/regiebuch.docx")
@access.requires(Meeting, policies.can_read_internal_notes)
def script_file(meeting: Meeting) -> Response:
    """The chair's script as a Word document, to write into."""
    head = head_of(meeting, current_user)
    agenda = agenda_of(head.meeting, current_user)
    data = script_docx.as_docx(
        agenda, facts=_facts(head), guests=_guests(head.meeting), expected=seat_figures(head.meeting).places,
        sections=printed_sections(current_user, agenda.items), body=current_user.body,
    )  # fmt: skip
    return download(data, _name("Regiebuch", head.meeting, "docx"), DOCX)


def _items(agenda: Agenda) -> list[FolderItem]:
    folder.demand_size([paper.size for entry in agenda.flat for paper in entry.papers])
    minutes = _minutes(agenda)
    found = []
    for entry in agenda.flat:
        attached = (*minutes.get(entry.item.id, ()), *_files(entry))
        if attached:
            facts = " · ".join(w for w in (entry.item.kind.label, entry.rapporteur) if w)
            found.append(FolderItem(entry.label, entry.item.title, facts, attached))
    return found


def _files(entry: Entry) -> tuple[FolderFile, ...]:
    where = paper_store().folder
    return tuple(FolderFile(p.title, p.file_name, p.media_type, files.read(where, p.stored_name)) for p in entry.papers)


def _minutes(agenda: Agenda) -> dict[int, tuple[FolderFile, ...]]:
    # Minutes that are up for approval lie with their item.
    found: dict[int, tuple[FolderFile, ...]] = {}
    for item_id, approval in approvals_of(agenda.items, current_user).items():
        if approval.is_readable:
            content = minutes_content(approval.meeting, current_user)
            file = FolderFile(content.title, f"{content.file_name}.pdf", PDF, minutes_pdf.as_pdf(content))
            found[item_id] = (file,)
    return found


def _facts(head: Head) -> list[str]:
    meeting = head.meeting
    facts = [timespan(meeting.starts_at, meeting.ends_at), head.place or "Ort noch offen"]
    return facts + ([f"Leitung: {head.chair}"] if head.chair else [])


def _guests(meeting: Meeting) -> list[str]:
    guests = [g for g in list_guests(meeting) if g.revoked_at is None]
    return [", ".join(w for w in (g.name, g.function, g.organisation_name) if w) for g in guests]


def _name(what: str, meeting: Meeting, ending: str) -> str:
    return f"{what} {meeting.committee.label} {date_numeric(meeting.starts_at)}.{ending}".replace("/", "-")

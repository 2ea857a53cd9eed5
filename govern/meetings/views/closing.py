"""Closing a meeting, its minutes as page, DOCX and PDF, and their correction."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request, url_for

from govern import access
from govern.access import reader
from govern.errors import Conflict, DomainError
from govern.formats import at, local
from govern.meetings import contributions, policies
from govern.meetings.exports import minutes_docx, minutes_pdf
from govern.meetings.forms.closing import CloseForm, RevisionForm
from govern.meetings.models import AgendaItem, Meeting
from govern.meetings.queries import closing as queries
from govern.meetings.queries import minutes_desks
from govern.meetings.queries.meetings import PARTS
from govern.meetings.queries.minutes_contents import minutes_content
from govern.meetings.queries.minutes_recipients import recipients_of
from govern.meetings.queries.procedures import procedure_of_meeting
from govern.meetings.services import carrying, minutes_life, revisions
from govern.meetings.services import closing as services
from govern.meetings.views.minutes import same_meeting
from govern.meetings.views.minutes_life import sent
from govern.meetings.views.pages import paper_store
from govern.web import download, flash, redirect, render, status_of

bp = Blueprint("minutes_pages", __name__)


@bp.route("/sitzungen/<int:id>/schliessen", methods=["GET", "POST"])
@access.requires(Meeting, policies.can_close)
def close(meeting: Meeting) -> Response:
    """The review before closing (C-11): what is missing, what will be frozen, numbered and issued."""
    if meeting.is_closed:
        return redirect(url_for(".detail", id=meeting.id))
    review = queries.closing_review(meeting, reader())
    form = _close_form(meeting, review)
    try:
        if form.validate_on_submit():
            flash(_close(meeting, form))
            return redirect(url_for(".detail", id=meeting.id))
    except DomainError as error:
        form.refuse(error)
        review = queries.closing_review(meeting, reader())
    return render(
        "meetings/live_close.html", status=status_of(form), meeting=meeting, form=form, review=review,
        reasons=[reason for check in contributions.before_closing for reason in check(meeting)],
    )  # fmt: skip


def _close_form(meeting: Meeting, review: queries.ClosingReview) -> CloseForm:
    short = dict.fromkeys(("notes_rest", "marks_everybody", "sends_minutes"), True)
    form = CloseForm(data={**queries.proposed_times(meeting), **short})
    form.offer(
        to_note=review.to_note if review.is_light else 0, to_mark=review.to_mark if review.is_light else 0,
        may_send=review.is_light and policies.can_release(reader(), meeting),
    )  # fmt: skip
    return form


def _close(meeting: Meeting, form: CloseForm) -> str:
    is_mine = services.close_in_one_go(
        meeting, ended_at=at(form.ended_on.data, form.ended_at.data),
        began_at=at(local(meeting.starts_at).date(), form.began_at.data) if form.began_at.data else None,
        notes_rest=form.wants("notes_rest"), marks_everybody=form.wants("marks_everybody"), by=reader(),
        store=paper_store(),
    )  # fmt: skip
    if not is_mine or not form.wants("sends_minutes"):
        return "Die Sitzung ist geschlossen. Der Wortlaut bleibt Entwurf, bis Sie das Protokoll freigeben."
    minutes_life.release_minutes(meeting, by=reader())
    return sent(meeting, recipients_of(meeting))


@bp.post("/sitzungen/<int:id>/rest-vertagen")
@access.requires(Meeting, policies.can_close)
def postpone_rest(meeting: Meeting) -> Response:
    """Postpone what was not reached, all at once."""
    rest = carrying.postpone_rest(meeting, by=reader())
    flash("1 Punkt ist vertagt." if len(rest) == 1 else f"{len(rest)} Punkte sind vertagt.")
    return redirect(url_for(".close", id=meeting.id))


@bp.get("/sitzungen/<int:id>/protokoll")
@access.requires(Meeting, policies.can_read_minutes, loads=PARTS)
def detail(meeting: Meeting) -> Response:
    """The minutes as a page, with what is still to be done with them."""
    user, procedure = reader(), procedure_of_meeting(meeting)  # asked about each item: the account itself
    return render(
        "meetings/minutes_detail.html", meeting=meeting, content=minutes_content(meeting, user, procedure=procedure),
        desk=minutes_desks.desk_of(meeting, user, procedure),
    )  # fmt: skip


@bp.get("/sitzungen/<int:id>/protokoll.docx")
@access.requires(Meeting, policies.can_read_minutes)
def docx(meeting: Meeting) -> Response:
    """The minutes as a Word document."""
    content = minutes_content(meeting, reader(), public_only=_public_only())
    data = minutes_docx.as_docx(content, folder=current_app.config["SETTINGS"].office_templates)
    return download(data, f"{content.file_name}.docx", minutes_docx.MEDIA_TYPE)


@bp.get("/sitzungen/<int:id>/protokoll.pdf")
@access.requires(Meeting, policies.can_read_minutes)
def pdf(meeting: Meeting) -> Response:
    """The minutes as an accessible PDF."""
    content = minutes_content(meeting, reader(), public_only=_public_only())
    return download(minutes_pdf.as_pdf(content), f"{content.file_name}.pdf", minutes_pdf.MEDIA_TYPE)


@bp.route("/sitzungen/<int:id>/punkte/<int:item_id>/berichtigen", methods=["GET", "POST"])
@access.requires(AgendaItem, policies.can_revise_item, parameter="item_id")
def revise(item: AgendaItem, id: int) -> Response:
    """Correct released minutes: old and new wording and the reason stay visible."""
    same_meeting(item, id)
    form = RevisionForm(minutes_text=item.minutes_text, version=item.minutes_version)
    status = 200
    try:
        if form.validate_on_submit():
            revisions.revise_minutes(
                item, form.minutes_text.data or "", reason=form.reason.data, version=form.version.data, by=reader()
            )
            flash("Die Berichtigung steht im Protokoll.")
            return redirect(url_for(".detail", id=id) + f"#top-{item.id}")
        status = 422 if form.errors else 200
    except Conflict as error:
        form.refuse(error)
        status = 409
    except DomainError as error:
        form.refuse(error)
        status = 422
    return render("meetings/minutes_revise.html", status=status, meeting=item.meeting, item=item, form=form)


def _public_only() -> bool:
    return request.args.get("teil") == "oeffentlich"

"""Supplements of a frozen agenda: see what changes and who gets it, send it; urgent items and consent in the room."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request, url_for

from govern import access
from govern.access import reader
from govern.committees.models import RuleKind
from govern.errors import DomainError
from govern.formats import count
from govern.meetings import policies, policies_supplements
from govern.meetings.forms.supplements import ConsentForm, SupplementForm, UrgentItemForm
from govern.meetings.models import AgendaItem, AgendaSupplement, DispatchKind, Meeting
from govern.meetings.queries.meetings import load_parts
from govern.meetings.queries.procedures import procedure_of_meeting
from govern.meetings.queries.supplements import WITH_MEETING, SupplementPreview, preview_of_supplement
from govern.meetings.services import consents
from govern.meetings.services import supplement_drafts as drafts
from govern.meetings.services import supplement_sending as sending
from govern.meetings.services.dispatches import awaits_telling
from govern.meetings.services.words import words_for
from govern.meetings.views.minutes import live_page, same_meeting
from govern.meetings.views.pages import paper_store, post_office
from govern.web import flash, redirect, render, status_of

bp = Blueprint("supplements", __name__)


@bp.route("/nachtraege/<int:id>", methods=["GET", "POST"])
@access.requires(AgendaSupplement, policies_supplements.can_edit_supplement, loads=WITH_MEETING)
def detail(supplement: AgendaSupplement) -> Response:
    """What changes and who gets it; `senden` sends it, `tisch` shows it to the members without a mail."""
    if request.method == "GET" and supplement.sent_at is not None:
        return redirect(url_for("meetings.detail", id=supplement.meeting_id) + f"#nachtrag-{supplement.number}")
    form = _form(supplement)
    preview = preview_of_supplement(supplement)
    if form.validate_on_submit():
        try:
            return _send(supplement, form, preview)
        except DomainError as error:
            form.refuse(error)
            preview = preview_of_supplement(supplement)
    form.seen.data = preview.seen
    meeting = load_parts(supplement.meeting)
    return render("meetings/supplement.html", status=status_of(form), form=form, supplement=supplement,
                  meeting=meeting, preview=preview, awaits_telling=awaits_telling(meeting))  # fmt: skip


@bp.post("/nachtraege/<int:id>/verwerfen")
@access.requires(AgendaSupplement, policies_supplements.can_edit_supplement)
def discard(supplement: AgendaSupplement) -> Response:
    """Take back everything gathered in it."""
    meeting_id, name = supplement.meeting_id, supplement.name
    drafts.discard(supplement, folder=paper_store().folder, by=reader())
    flash(f"Der {name} ist verworfen. Die Tagesordnung ist wieder, wie die Mitglieder sie haben.")
    return redirect(url_for("meetings.detail", id=meeting_id))


@bp.post("/nachtraege/<int:id>/zeilen/<int:line_id>/verwerfen")
@access.requires(AgendaSupplement, policies_supplements.can_edit_supplement)
def drop(supplement: AgendaSupplement, line_id: int) -> Response:
    """Take back one line."""
    line = next((c for c in supplement.changes if c.id == line_id), None) or abort(404)
    meeting_id, is_last = supplement.meeting_id, len(supplement.changes) == 1
    drafts.drop_line(line, folder=paper_store().folder, by=reader())
    flash("Aus dem Nachtrag genommen.")
    if is_last:
        return redirect(url_for("meetings.detail", id=meeting_id))
    return redirect(url_for(".detail", id=supplement.id))


@bp.route("/sitzungen/<int:id>/dringlich", methods=["GET", "POST"])
@access.requires(Meeting, policies.can_minute)
def urgent(meeting: Meeting) -> Response:
    """Put an urgent item on the agenda while the meeting runs, with the committee's consent."""
    form = UrgentItemForm()
    if form.validate_on_submit():
        try:
            item = consents.add_urgent_item(meeting, **form.facts(), by=reader())
            flash(f"„{item.title}“ steht auf der Tagesordnung.")
            return redirect(url_for("minutes.live", id=meeting.id, punkt=item.id))
        except DomainError as error:
            form.refuse(error)
    rule = procedure_of_meeting(meeting).rule(RuleKind.URGENT_ITEMS)
    return render("meetings/urgent.html", status=status_of(form), form=form, meeting=meeting, rule=rule)


@bp.post("/sitzungen/<int:id>/punkte/<int:item_id>/zustimmung")
@access.requires(AgendaItem, policies.can_minute_item, parameter="item_id")
def consent(item: AgendaItem, id: int) -> Response:
    """Record whether the committee agrees to treat something late."""
    same_meeting(item, id)
    form = ConsentForm()
    if form.validate():
        try:
            has_consent, note = form.consent.data == "ja", form.consent_note.data
            consents.record_consent(item, has_consent=has_consent, note=note, by=reader())
            return redirect(url_for("minutes.live", id=id, punkt=item.id) + "#meetings-live_consent")
        except DomainError as error:
            form.refuse(error)
    return live_page(item.meeting, item.id, status=422, consent_form=form)


def _form(supplement: AgendaSupplement) -> SupplementForm:
    words = words_for(load_parts(supplement.meeting), DispatchKind.SUPPLEMENT, occasion=supplement.name)
    return SupplementForm(data={
        "subject": words.subject, "cover_text": words.text, "kind": supplement.kind, "reason": supplement.reason,
    })  # fmt: skip


def _send(supplement: AgendaSupplement, form: SupplementForm, preview: SupplementPreview) -> Response:
    kind, reason, seen = form.kind.data, form.reason.data, form.seen.data or ""
    if "tisch" in request.form:
        sending.lay_on_the_table(supplement, kind=kind, reason=reason, seen=seen, by=reader())
        flash(f"Der {supplement.name} ist für die Mitglieder zu sehen. Mails sind keine hinausgegangen.")
    else:
        sending.send_supplement(
            supplement, **form.letter(), kind=kind, reason=reason, seen=seen, post=post_office(), by=reader()
        )
        mails = count(preview.mails, "Mail liegt", "Mails liegen")
        flash(f"Der {supplement.name} ist versandt: {mails} im Postausgang.")
    return redirect(url_for("meetings.detail", id=supplement.meeting_id))

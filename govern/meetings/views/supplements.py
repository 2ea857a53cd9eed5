"""Supplements of a frozen agenda: see what changes and who gets it, send it; urgent items and consent in the room."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request, url_for
from flask_login import current_user

from govern import access
from govern.errors import DomainError
from govern.formats import count
from govern.meetings import policies_supplements
from govern.meetings.forms.supplements import SupplementForm
from govern.meetings.models import AgendaSupplement, DispatchKind
from govern.meetings.queries.meetings import load_parts
from govern.meetings.queries.supplements import SupplementPreview, preview_of_supplement
from govern.meetings.services import supplement_drafts as drafts
from govern.meetings.services import supplement_sending as sending
from govern.meetings.services.dispatches import awaits_telling, words_for
from govern.meetings.views.pages import paper_store, post_office
from govern.web import flash, redirect, render, status_of

bp = Blueprint("supplements", __name__)


@bp.route("/nachtraege/<int:id>", methods=["GET", "POST"])
@access.requires(AgendaSupplement, policies_supplements.can_edit_supplement)
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
    drafts.discard(supplement, folder=paper_store().folder, by=current_user)
    flash(f"Der {name} ist verworfen. Die Tagesordnung ist wieder, wie die Mitglieder sie haben.")
    return redirect(url_for("meetings.detail", id=meeting_id))


@bp.post("/nachtraege/<int:id>/zeilen/<int:line_id>/verwerfen")
@access.requires(AgendaSupplement, policies_supplements.can_edit_supplement)
def drop(supplement: AgendaSupplement, line_id: int) -> Response:
    """Take back one line."""
    line = next((c for c in supplement.changes if c.id == line_id), None) or abort(404)
    meeting_id, is_last = supplement.meeting_id, len(supplement.changes) == 1
    drafts.drop_line(line, folder=paper_store().folder, by=current_user)
    flash("Aus dem Nachtrag genommen.")
    if is_last:
        return redirect(url_for("meetings.detail", id=meeting_id))
    return redirect(url_for(".detail", id=supplement.id))


def _form(supplement: AgendaSupplement) -> SupplementForm:
    words = words_for(load_parts(supplement.meeting), DispatchKind.SUPPLEMENT, occasion=supplement.name)
    return SupplementForm(data={
        "subject": words.subject, "cover_text": words.text, "kind": supplement.kind, "reason": supplement.reason,
    })  # fmt: skip


def _send(supplement: AgendaSupplement, form: SupplementForm, preview: SupplementPreview) -> Response:
    kind, reason, seen = form.kind.data, form.reason.data, form.seen.data or ""
    if "tisch" in request.form:
        sending.lay_on_the_table(supplement, kind=kind, reason=reason, seen=seen, by=current_user)
        flash(f"Der {supplement.name} ist für die Mitglieder zu sehen. Mails sind keine hinausgegangen.")
    else:
        sending.send_supplement(
            supplement, **form.letter(), kind=kind, reason=reason, seen=seen, post=post_office(), by=current_user
        )
        mails = count(preview.mails, "Mail liegt", "Mails liegen")
        flash(f"Der {supplement.name} ist versandt: {mails} im Postausgang.")
    return redirect(url_for("meetings.detail", id=supplement.meeting_id))

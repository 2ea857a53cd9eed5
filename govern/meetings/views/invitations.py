"""Invite to a meeting: preview, test, dispatch; reminders, changes, cancellations; what was sent to whom."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from govern import access
from govern.access import reader
from govern.errors import Conflict, DomainError
from govern.formats import today
from govern.meetings import policies, policies_invitations
from govern.meetings.contributions import Check
from govern.meetings.forms.invitations import HealingForm, InvitationForm, TellForm
from govern.meetings.models import Dispatch, DispatchKind, Invitation, Meeting, MeetingState
from govern.meetings.queries import invitations as queries
from govern.meetings.queries.meetings import load_parts
from govern.meetings.queries.notices import notice_of_move, untold_moves
from govern.meetings.queries.previews import Basis, Preview, basis_of, preview_of
from govern.meetings.queries.procedures import procedure_of_meeting
from govern.meetings.queries.readiness import own_readiness, readiness
from govern.meetings.services import answers
from govern.meetings.services import dispatches as services
from govern.meetings.services import notices as notice_services
from govern.meetings.services.words import words_for, words_with
from govern.meetings.views.pages import meeting_page, post_office
from govern.web import flash, redirect, render, status_of

bp = Blueprint("invitations", __name__)

CHANGED = "Inzwischen ist jemand hinzugekommen oder weggefallen. Bitte prüfen Sie die Empfänger noch einmal."


@bp.route("/sitzungen/<int:id>/einladung", methods=["GET", "POST"])
@access.requires(Meeting, policies.can_edit)
def invite(meeting: Meeting) -> Response:
    """Show who would get what; `senden` sends it, `test` sends one mail to oneself."""
    basis = basis_of(meeting, reader())
    form = _invitation_form(basis)
    preview = _preview(basis, form)
    if form.validate_on_submit() and "vorschau" not in request.form:
        try:
            if "test" not in request.form:
                return _send(meeting, form, preview)
            _send_test(meeting, form, preview)
        except DomainError as error:
            form.refuse(error)
    form.seen.data = preview.seen
    return render("meetings/invitation.html", status=status_of(form), form=form, meeting=basis.meeting,
                  preview=preview, agenda=basis.agenda, checks=_checks(basis))  # fmt: skip


@bp.post("/sitzungen/<int:id>/erinnern")
@access.requires(Meeting, policies.can_edit)
def remind(meeting: Meeting) -> Response:
    """Ask those once more who have not answered."""
    sent = services.remind(meeting, post=post_office(), by=reader())
    count = len({m.invitation_id for m in sent.mails})
    flash("1 Person wird erinnert." if count == 1 else f"{count} Personen werden erinnert.")
    return redirect(url_for("meetings.attendance", id=meeting.id))


@bp.route("/sitzungen/<int:id>/mitteilung", methods=["GET", "POST"])
@access.requires(Meeting, policies.can_edit)
def tell(meeting: Meeting) -> Response:
    """Tell the invited that the meeting was moved, takes place elsewhere, or was cancelled."""
    kind = DispatchKind.CANCELLATION if meeting.is_cancelled else DispatchKind.CHANGE
    meeting = load_parts(meeting)
    form = TellForm(data=_letter(meeting, kind) | {"reason": services.reason_of_move(meeting),
                                                   "seen": str(meeting.ical_sequence)})  # fmt: skip
    if form.validate_on_submit():
        try:
            if not form.is_written_for(meeting.ical_sequence) and services.awaits_telling(meeting):
                raise DomainError("Inzwischen hat sich die Sitzung noch einmal geändert. Bitte sehen Sie Betreff und "
                                  "Anschreiben durch und senden Sie dann noch einmal.")  # fmt: skip
            services.tell_change(meeting, **form.letter(), reason=form.reason.data, post=post_office(), by=reader())
            answers.take_back_from_former(meeting, post=post_office(), by=reader())
            flash("Die Nachricht liegt im Postausgang.")
            return redirect(url_for("meetings.attendance", id=meeting.id))
        except DomainError as error:
            form.refuse(error)
    return render("meetings/tell.html", status=status_of(form), form=form, meeting=meeting, kind=kind,
                  notice=notice_of_move(meeting, procedure_of_meeting(meeting), today()), moves=untold_moves(meeting),
                  people=queries.count_people(queries.standing_invitations(meeting)),
                  is_due=services.awaits_telling(meeting))  # fmt: skip


@bp.post("/einladungen/<int:id>/erneut")
@access.requires(Invitation, policies_invitations.can_send_again)
def send_again(invitation: Invitation) -> Response:
    """Send one invitation once more, e.g. after an address was mended."""
    services.send_again(invitation, post=post_office(), by=reader())
    flash("Die Einladung liegt noch einmal im Postausgang.")
    return redirect(url_for("meetings.attendance", id=invitation.meeting_id))


@bp.get("/versand/<int:id>")
@access.requires(Dispatch, policies_invitations.can_view_dispatch)
def dispatch(dispatch: Dispatch) -> Response:
    """What was sent when, to whom, and the agenda as it went out."""
    shows_mails = policies.can_prepare(reader(), dispatch.meeting)
    return meeting_page(
        "meetings/dispatch.html", dispatch.meeting, current="attendance", dispatch=dispatch,
        mails=queries.mails_of(dispatch) if shows_mails else None, delivery_of=queries.delivery_of,
    )  # fmt: skip


@bp.post("/sitzungen/<int:id>/ladung")
@access.requires(Meeting, policies.can_minute)
def heal(meeting: Meeting) -> Response:
    """Record whether a missed notice period is healed (E-02)."""
    form = HealingForm()
    if form.validate_on_submit():
        try:
            notice_services.heal_notice(meeting, is_healed=form.healed.data == "ja", by=reader())
            flash("Festgehalten; es steht in der Niederschrift.")
        except DomainError as error:
            if meeting.state is not MeetingState.IN_SESSION:
                raise
            flash(str(error), "error")
    else:
        flash("Bitte eine Antwort wählen.", "error")
    return redirect(url_for("minutes.live", id=meeting.id))


def _invitation_form(basis: Basis) -> InvitationForm:
    own = basis.own_words
    words = words_with(basis.meeting, DispatchKind.INVITATION, own)
    return InvitationForm(seats=basis.seats_as_needed, data={
        "subject": words.subject, "cover_text": words.text,
        "informs_deputies": own.informs_deputies if own is not None else False,
        "further_seats": basis.reporting_seats,
    })  # fmt: skip


def _checks(basis: Basis) -> list[Check]:
    # Once the agenda has gone out, topics and orders that wait concern a supplement, not who is invited late.
    if basis.meeting.invited_at is not None:
        return own_readiness(basis.meeting, basis.agenda)
    return readiness(basis.meeting, reader(), basis.agenda, procedure=basis.procedure)


def _letter(meeting: Meeting, kind: DispatchKind) -> dict[str, str]:
    words = words_for(meeting, kind, occasion=services.occasion_of(meeting, kind))
    return {"subject": words.subject, "cover_text": words.text}


def _preview(basis: Basis, form: InvitationForm) -> Preview:
    return preview_of(basis, informs_deputies=form.informs_deputies.data, further_seats=form.chosen_seats)


def _send(meeting: Meeting, form: InvitationForm, preview: Preview) -> Response:
    if form.seen.data != preview.seen:
        raise Conflict(CHANGED)
    services.send_invitation(
        meeting, preview.recipients, **form.letter(), reason=form.reason.data, post=post_office(), by=reader()
    )
    answers.take_back_from_former(meeting, post=post_office(), by=reader())
    flash(f"Die Einladung ist versandt: {preview.mails} {'Mail liegt' if preview.mails == 1 else 'Mails liegen'} im "
          "Postausgang.")  # fmt: skip
    return redirect(url_for("meetings.attendance", id=meeting.id))


def _send_test(meeting: Meeting, form: InvitationForm, preview: Preview) -> None:
    if not preview.recipients:
        raise DomainError("Es ist niemand mehr einzuladen.")
    services.send_test(meeting, preview.recipients[0], **form.letter(), post=post_office(), by=reader())
    flash(f"Eine Testmail an {reader().email} liegt im Postausgang. Eingeladen ist noch niemand.")

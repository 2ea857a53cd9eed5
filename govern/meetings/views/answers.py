"""Answer an invitation: by the link of the mail without signing in, or signed in; the office notes telephone calls."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, abort, request, url_for
from flask_login import current_user

from govern import access, files
from govern.access import reader
from govern.errors import DomainError, TooManyTries
from govern.meetings import policies_invitations
from govern.meetings.agenda_lines import marks_in, paper_mark
from govern.meetings.forms.invitations import AnswerForm, answer_named
from govern.meetings.models import Invitation
from govern.meetings.queries import invitations as queries
from govern.meetings.queries.agendas import Agenda, public_agenda
from govern.meetings.services import answers as services
from govern.meetings.views.pages import paper_store, post_office, settings
from govern.people.models import User
from govern.people.services.throttling import Limit, network_of, take_attempt
from govern.web import download, flash, redirect, render, status_of

bp = Blueprint("answers", __name__)

EMPTY = " Der Sitz bleibt leer: Es ist keine Stellvertretung benannt oder frei."
WRONG_LINKS = Limit(free=20, window=timedelta(hours=1), first_pause=timedelta(seconds=2), longest=timedelta(minutes=5))
"""Wrong links from one network."""


@bp.route("/einladung/<token>", methods=["GET", "POST"])
@access.by_token
def visit(token: str) -> Response:
    """Three buttons. Looking changes nothing, because mail scanners look too; `?antwort=ja` only preselects."""
    invitation = _invitation(token)
    form = AnswerForm()
    if _record(invitation, form, by=None):
        flash("Danke, Ihre Antwort ist gespeichert. Sie können sie bis zur Sitzung ändern.")
        return redirect(url_for(".visit", token=token))
    return render(
        "meetings/answer_visit.html", status=status_of(form), form=form, invitation=invitation, token=token,
        meeting=invitation.meeting, wished=answer_named(request.args.get("antwort")), agenda=_agenda(invitation),
        offers_deputy=services.may_send_deputy(invitation), is_asked=queries.is_asked(invitation),
        stand_in=services.stand_in_of(invitation), further=services.further_seats(invitation), marks_in=marks_in,
        paper_mark=paper_mark,
    )  # fmt: skip


@bp.get("/einladung/<token>/unterlagen/<int:paper_id>")
@access.by_token
def paper(token: str, paper_id: int) -> Response:
    """A public paper of the meeting; guests get those of their own items by the guest link."""
    agenda = _agenda(_invitation(token))
    found = next((p for entry in agenda.flat for p in entry.papers if p.id == paper_id), None) if agenda else None
    if found is None:
        abort(404)
    return download(files.read(paper_store().folder, found.stored_name), found.file_name, found.media_type)


@bp.route("/einladungen/<int:id>/antwort", methods=["GET", "POST"])
@access.requires(Invitation, policies_invitations.can_answer)
def answer(invitation: Invitation) -> Response:
    """Answer when signed in, or note what somebody told the office."""
    form = AnswerForm(data={"note": invitation.answer_note})
    is_own = invitation.person_id is not None and invitation.person_id == reader().person_id
    if _record(invitation, form, by=current_user):
        # Whoever answers for the own seat reads on the next page what to do about it.
        is_empty = not is_own and services.leaves_seat_empty(invitation)
        flash(f"Die Antwort ist gespeichert.{EMPTY if is_empty else ''}")
        return redirect(url_for("meetings.attendance", id=invitation.meeting_id))
    return render("meetings/answer.html", status=status_of(form), form=form, invitation=invitation,
                  meeting=invitation.meeting, offers_deputy=services.may_send_deputy(invitation),
                  further=services.further_seats(invitation) if is_own else [],
                  wished=answer_named(request.args.get("antwort")))  # fmt: skip


def _record(invitation: Invitation, form: AnswerForm, *, by: User | None) -> bool:
    if not form.validate_on_submit():
        return False
    try:
        if form.choice is None:
            raise DomainError("Bitte eine Antwort wählen.", field="answer")
        services.answer(invitation, form.choice, note=form.note.data, by=by, post=post_office(invitation.meeting))
    except DomainError as error:
        form.refuse(error)
        return False
    return True


def _agenda(invitation: Invitation) -> Agenda | None:
    return None if invitation.guest is not None else public_agenda(invitation.meeting)


def _invitation(token: str) -> Invitation:
    invitation = queries.find_invitation(token, settings().secret_key)
    if invitation is not None:
        return invitation
    seconds = take_attempt("invitation", {network_of(request.remote_addr): WRONG_LINKS})
    if seconds:
        raise TooManyTries(seconds)
    abort(404)

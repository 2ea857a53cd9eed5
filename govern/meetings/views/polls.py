"""Finding a date: ask, answer with or without signing in, remind, take one (Terminfrage)."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, abort, request, url_for
from flask_login import current_user

from govern import access
from govern.committees.models import Committee
from govern.errors import Conflict, DomainError, TooManyTries
from govern.formats import today
from govern.meetings import policies
from govern.meetings import policies_dates as rights
from govern.meetings.forms.polls import PollForm, answer_form, start_values, stored_values
from govern.meetings.models import DatePoll, PollInvitee
from govern.meetings.queries import polls as queries
from govern.meetings.queries.meetings import propose
from govern.meetings.services import polls as services
from govern.meetings.views.pages import settings
from govern.people.services.throttling import Limit, network_of, take_attempt
from govern.web import absolute_url, flash, page_number, redirect, render, status_of

bp = Blueprint("polls", __name__)

WRONG_LINKS = Limit(free=20, window=timedelta(hours=1), first_pause=timedelta(seconds=2), longest=timedelta(minutes=5))
"""Wrong links of date polls from one network."""


@bp.get("/terminfragen")
@access.signed_in
def index() -> Response:
    """Date polls, open ones first."""
    polls, total = queries.list_polls(current_user, number=page_number())
    pages = max(1, -(-total // queries.PAGE))
    if page_number() > pages:
        abort(404)
    return render("meetings/polls.html", polls=polls, total=total, number=page_number(), pages=pages)


@bp.route("/gremien/<int:id>/terminfragen/neu", methods=["GET", "POST"])
@access.requires(Committee, policies.can_plan)
def add(committee: Committee) -> Response:
    """Offer some dates to the members of a committee."""
    form = PollForm(data=start_values(propose(committee, today())))
    if form.validate_on_submit() and (offers := form.dates()) is not None:
        try:
            poll = services.open_poll(
                committee, **form.facts(), offers=offers, with_deputies=form.with_deputies.data, by=current_user
            )
            flash("Die Terminfrage ist vorbereitet. Gefragt ist noch niemand.")
            return redirect(url_for(".detail", id=poll.id))
        except DomainError as error:
            form.refuse(error)
    return render("meetings/poll_edit.html", status=status_of(form), form=form, committee=committee, poll=None,
                  differences=[])  # fmt: skip


@bp.get("/terminfragen/<int:id>")
@access.requires(DatePoll, rights.can_view_poll)
def detail(poll: DatePoll) -> Response:
    """All answers at a glance."""
    may_edit = rights.can_edit_poll(current_user, poll)
    overview = queries.overview_of(poll, today(), with_objections=may_edit)
    return render("meetings/poll.html", poll=poll, overview=overview, may_edit=may_edit,
                  own=queries.invitee_of(poll, current_user))  # fmt: skip


@bp.route("/terminfragen/<int:id>/bearbeiten", methods=["GET", "POST"])
@access.requires(DatePoll, rights.can_edit_poll)
def edit(poll: DatePoll) -> Response:
    """Change a poll; once the members were asked, dates are only added."""
    form, differences = PollForm(data=stored_values(poll, services.version_of(poll))), []
    if form.validate_on_submit() and (offers := form.dates()) is not None:
        try:
            services.update_poll(poll, **form.facts(), offers=offers, version=form.seen(), by=current_user)
            flash("Gespeichert.")
            return redirect(url_for(".detail", id=poll.id))
        except Conflict as error:
            form.refuse(error)
            differences = form.differences(PollForm(formdata=None, data=stored_values(poll, services.version_of(poll))))
        except DomainError as error:
            form.refuse(error)
    return render("meetings/poll_edit.html", status=status_of(form, differences), form=form, committee=poll.committee,
                  poll=poll, differences=differences)  # fmt: skip


@bp.post("/terminfragen/<int:id>/fragen")
@access.requires(DatePoll, rights.can_edit_poll)
def ask(poll: DatePoll) -> Response:
    """Ask everybody by mail, once."""
    asked = services.ask_members(poll, link_of=_link, host=settings().host, by=current_user)
    flash(f"Die Mitglieder sind gefragt: {asked} Nachrichten liegen im Postausgang.")
    return redirect(url_for(".detail", id=poll.id))


@bp.post("/terminfragen/<int:id>/erinnern")
@access.requires(DatePoll, rights.can_edit_poll)
def remind(poll: DatePoll) -> Response:
    """Remind those who have not answered."""
    asked = services.remind(poll, link_of=_link, host=settings().host, by=current_user)
    flash(f"Erinnert: {asked} Nachrichten liegen im Postausgang.")
    return redirect(url_for(".detail", id=poll.id))


@bp.post("/terminfragen/<int:id>/beenden")
@access.requires(DatePoll, rights.can_edit_poll)
def close(poll: DatePoll) -> Response:
    """End a poll without a date."""
    services.close_without_date(poll, host=settings().host, by=current_user)
    flash("Die Terminfrage ist beendet.")
    return redirect(url_for(".detail", id=poll.id))


@bp.post("/terminfragen/<int:id>/verwerfen")
@access.requires(DatePoll, rights.can_edit_poll)
def discard(poll: DatePoll) -> Response:
    """Throw a draft away."""
    services.delete_draft(poll, by=current_user)
    flash("Der Entwurf ist verworfen.")
    return redirect(url_for(".index"))


@bp.route("/terminfragen/<int:id>/antwort", methods=["GET", "POST"])
@access.requires(DatePoll, rights.can_answer_poll)
def answer(poll: DatePoll) -> Response:
    """One's own answer, signed in."""
    invitee = queries.invitee_of(poll, current_user)
    if invitee is None:
        abort(404)
    return _answer(invitee, done=url_for(".detail", id=poll.id), template="meetings/poll_answer.html")


@bp.route("/termin/<token>", methods=["GET", "POST"])
@access.by_token
def visit(token: str) -> Response:
    """One's own answer through the personal link; opening it changes nothing."""
    invitee = _invitee(token)
    return _answer(invitee, done=url_for(".visit", token=token), template="meetings/poll_visit.html")


def _answer(invitee: PollInvitee, *, done: str, template: str) -> Response:
    poll = invitee.poll
    form = answer_form(poll.options, queries.choices_of(invitee), invitee.note)
    if form.validate_on_submit():
        try:
            services.answer_poll(invitee, form.choices(), note=form.note.data)
            flash("Vielen Dank, Ihre Antwort ist gespeichert. Sie können sie ändern, solange die Terminfrage läuft.")
            return redirect(done)
        except DomainError as error:
            form.refuse(error)
    taken = next((option for option in poll.options if option.is_taken), None)
    return render(template, status=status_of(form), form=form, poll=poll, invitee=invitee, taken=taken, done=done)


def _invitee(token: str) -> PollInvitee:
    invitee = queries.find_invitee(token, settings().secret_key)
    if invitee is not None:
        return invitee
    seconds = take_attempt("date-poll", {network_of(request.remote_addr): WRONG_LINKS})
    if seconds:
        raise TooManyTries(seconds)
    abort(404)


def _link(invitee: PollInvitee) -> str:
    return absolute_url(url_for("polls.visit", token=queries.invitee_token(invitee, settings().secret_key)))

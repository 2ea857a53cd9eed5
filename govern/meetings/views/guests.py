"""Guests: invite them, show their personal link, and the page that link opens (C13)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask_login import current_user

from govern import access, files
from govern.errors import Conflict, DomainError, TooManyTries
from govern.meetings import policies
from govern.meetings.agenda_lines import mark_of, paper_mark
from govern.meetings.forms.guests import GuestForm, HandInForm
from govern.meetings.models import Meeting, MeetingGuest
from govern.meetings.queries import guests as queries
from govern.meetings.queries.agendas import agenda_of
from govern.meetings.services import guests as services
from govern.meetings.views.pages import is_open, paper_store, settings, while_open
from govern.people.services.throttling import Limit, network_of, take_attempt
from govern.web import absolute_url, download, flash, redirect, render, status_of

bp = Blueprint("guests", __name__)

WRONG_LINKS = Limit(free=20, window=timedelta(hours=1), first_pause=timedelta(seconds=2), longest=timedelta(minutes=5))
"""Wrong guest links from one network."""


@bp.route("/sitzungen/<int:id>/gaeste/neu", methods=["GET", "POST"])
@access.requires(Meeting, policies.can_edit)
@while_open
def invite(meeting: Meeting) -> Response:
    """Invite a guest to a meeting and its items."""
    form = GuestForm(entries=agenda_of(meeting, current_user).flat)
    if form.validate_on_submit():
        try:
            guest = services.invite_guest(meeting, **form.facts(), by=current_user)
            flash("Der Gast ist eingetragen. Der persönliche Link steht unten.")
            return redirect(url_for(".detail", id=guest.id))
        except DomainError as error:
            form.refuse(error)
    return render("meetings/guest_edit.html", status=status_of(form), form=form, meeting=meeting, guest=None,
                  differences=[])  # fmt: skip


@bp.get("/gaeste/<int:id>")
@access.requires(MeetingGuest, policies.can_edit_guest)
def detail(guest: MeetingGuest) -> Response:
    """One guest with the personal link."""
    return render("meetings/guest.html", guest=guest, meeting=guest.meeting, link=_link(guest),
                  is_open=queries.is_open(guest))  # fmt: skip


@bp.route("/gaeste/<int:id>/bearbeiten", methods=["GET", "POST"])
@access.requires(MeetingGuest, policies.can_edit_guest)
@while_open
def edit(guest: MeetingGuest) -> Response:
    """Change a guest and what the link shows."""
    form, differences = _form(guest), []
    if form.validate_on_submit():
        try:
            services.update_guest(guest, **form.facts(), version=form.seen(), by=current_user)
            flash("Gespeichert.")
            return redirect(url_for(".detail", id=guest.id))
        except Conflict as error:
            form.refuse(error)
            differences = form.differences(_form(guest, formdata=None))
        except DomainError as error:
            form.refuse(error)
    return render("meetings/guest_edit.html", status=status_of(form, differences), form=form, meeting=guest.meeting,
                  guest=guest, differences=differences)  # fmt: skip


@bp.post("/gaeste/<int:id>/senden")
@access.requires(MeetingGuest, policies.can_edit_guest)
def send(guest: MeetingGuest) -> Response:
    """Put the personal link into the outbox."""
    services.send_link(guest, body=current_user.body, url=_link(guest), host=settings().host, by=current_user)
    flash("Der Link liegt im Postausgang.")
    return redirect(url_for(".detail", id=guest.id))


@bp.post("/gaeste/<int:id>/neuer-link")
@access.requires(MeetingGuest, policies.can_edit_guest)
def renew(guest: MeetingGuest) -> Response:
    """Give a guest a new link."""
    services.renew_link(guest, by=current_user)
    flash("Es gilt ein neuer Link; der alte öffnet nichts mehr.")
    return redirect(url_for(".detail", id=guest.id))


@bp.post("/gaeste/<int:id>/widerrufen")
@access.requires(MeetingGuest, policies.can_edit_guest)
def revoke(guest: MeetingGuest) -> Response:
    """Take an invitation back."""
    services.revoke_guest(guest, by=current_user)
    flash("Die Einladung ist zurückgenommen; der Link öffnet nichts mehr.")
    return redirect(url_for(".detail", id=guest.id))


@bp.get("/gast/<token>")
@access.by_token
def visit(token: str) -> Response:
    """What a guest sees: date, place and the items the invitation names."""
    return _visit_page(_guest(token), token)


@bp.post("/gast/<token>/unterlagen")
@access.by_token
def hand_in(token: str) -> Response:
    """A guest hands in papers for an item of the invitation (C18)."""
    guest = _guest(token)
    form = _hand_in_form(guest)
    if form.validate_on_submit():
        try:
            added = services.hand_in(
                guest, form.item(), form.chosen_files(), store=paper_store(), host=settings().host,
                url=absolute_url(url_for("agendas.detail", id=form.item().id)),
            )  # fmt: skip
            flash("1 Datei ist eingereicht." if len(added) == 1 else f"{len(added)} Dateien sind eingereicht.")
            return redirect(url_for(".visit", token=token))
        except DomainError as error:
            form.refuse(error)
    return _visit_page(guest, token, form)


@bp.get("/gast/<token>/unterlagen/<int:paper_id>")
@access.by_token
def paper(token: str, paper_id: int) -> Response:
    """A paper of an item the guest is invited to."""
    entries = queries.entries_of(_guest(token))
    found = next((p for entry in entries for p in entry.papers if p.id == paper_id), None)
    if found is None:
        abort(404)
    return download(files.read(paper_store().folder, found.stored_name), found.file_name, found.media_type)


def _form(guest: MeetingGuest, **sent: Any) -> GuestForm:
    entries = agenda_of(guest.meeting, current_user).flat
    values = {"items": [i.id for i in guest.items], "version": services.version_of(guest)}
    return GuestForm(obj=guest, entries=entries, data=values, **sent)


def _hand_in_form(guest: MeetingGuest) -> HandInForm:
    return HandInForm(entries=queries.entries_of(guest))


def _visit_page(guest: MeetingGuest, token: str, form: HandInForm | None = None) -> Response:
    entries, form = queries.entries_of(guest), form or _hand_in_form(guest)
    return render(
        "meetings/guest_visit.html", status=status_of(form), guest=guest, meeting=guest.meeting, entries=entries,
        mark_of=mark_of, paper_mark=paper_mark,
        token=token, form=form if entries and is_open(guest.meeting) else None,
    )  # fmt: skip


def _guest(token: str) -> MeetingGuest:
    guest = queries.find_guest(token, settings().secret_key)
    if guest is not None:
        return guest
    seconds = take_attempt("guest", {network_of(request.remote_addr): WRONG_LINKS})
    if seconds:
        raise TooManyTries(seconds)
    abort(404)


def _link(guest: MeetingGuest) -> str:
    return absolute_url(url_for(".visit", token=queries.guest_token(guest, settings().secret_key)))
